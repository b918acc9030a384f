//! What everything of a design is called in a catalog.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::kept::{self, Kept, KeptOfAll};
use crate::design::Design;
use crate::edge::Edge;
use crate::flows::Flows;
use crate::message::Message;
use crate::node::{Node, Role};

/// The team of what nobody answers for: a catalog asks for one.
pub(super) const UNASSIGNED: &str = "unassigned";

/// A design with the identities of its parts.
pub(super) struct Ids<'a> {
    pub(super) design: &'a Design,
    pub(super) flows: Flows<'a>,
    /// The version of services, channels and domains.
    pub(super) version: String,
    nodes: BTreeMap<&'a str, Kept>,
    messages: BTreeMap<&'a str, Kept>,
    contexts: BTreeMap<&'a str, Kept>,
    teams: BTreeMap<String, Kept>,
}

impl<'a> Ids<'a> {
    pub(super) fn new(design: &'a Design) -> Ids<'a> {
        let all: KeptOfAll = kept::read(&design.info.extensions);
        let (channels, services): (Vec<&Node>, Vec<&Node>) =
            design.nodes.iter().map(|it| &**it).partition(|it| it.is_channel());
        let kept = |it: &'a Node| (it.name.as_str(), kept::read(&it.extensions));
        let mut nodes = named(services.into_iter().map(kept));
        nodes.extend(named(channels.into_iter().map(kept)));
        let messages = design.messages.iter();
        let messages = messages.map(|it| (it.name.as_str(), kept::read(&it.extensions)));
        let contexts = design.contexts.iter().map(|it| {
            let kept = all.domains.get(&it.name).cloned();
            (it.name.as_str(), kept.unwrap_or_default())
        });
        Ids {
            design,
            flows: Flows::new(design),
            version: version(&design.info.version),
            teams: teams(design, &all, &nodes),
            nodes,
            messages: named(messages),
            contexts: named(contexts),
        }
    }

    /// The teams and users, by name; with that of what nobody answers for, if it is needed.
    pub(super) fn teams(&self) -> Vec<(&str, Kept)> {
        let known = self.teams.iter().map(|(name, kept)| (name.as_str(), kept.clone()));
        let nobody = Kept { id: Some(UNASSIGNED.to_owned()), ..Kept::default() };
        let needs_nobody = self.design.info.owners.is_empty();
        known.chain(needs_nobody.then_some(("Unassigned", nobody))).collect()
    }

    pub(super) fn node(&self, name: &str) -> &str {
        id(self.nodes.get(name)).unwrap_or(UNASSIGNED)
    }

    pub(super) fn message(&self, name: &str) -> &str {
        id(self.messages.get(name)).unwrap_or(UNASSIGNED)
    }

    pub(super) fn has_message(&self, name: &str) -> bool {
        self.messages.contains_key(name)
    }

    pub(super) fn context(&self, name: &str) -> Option<&str> {
        id(self.contexts.get(name))
    }

    /// What a catalog has said about a node.
    pub(super) fn kept_of_node(&self, name: &str) -> Kept {
        self.nodes.get(name).cloned().unwrap_or_default()
    }

    /// What a catalog has said about a bounded context.
    pub(super) fn kept_of_context(&self, name: &str) -> Kept {
        self.contexts.get(name).cloned().unwrap_or_default()
    }

    /// The teams that answer for something: the owner, or else the design's.
    fn owners(&self, owner: Option<&str>) -> Vec<&str> {
        if let Some(id) = owner.and_then(|name| id(self.teams.get(name))) {
            return vec![id];
        }
        let own = self.design.info.owners.iter();
        let own: Vec<&str> = own.filter_map(|name| id(self.teams.get(name))).collect();
        if own.is_empty() { vec![UNASSIGNED] } else { own }
    }

    pub(super) fn owners_of_node(&self, node: &Node) -> Vec<&str> {
        self.owners(node.owner.as_deref())
    }

    /// Those of a message: a team, or that of the node which answers for it.
    pub(super) fn owners_of_message(&self, message: &Message) -> Vec<&str> {
        let owner = message.owner.as_deref();
        let node = owner.and_then(|name| self.design.nodes.iter().find(|it| it.name == name));
        self.owners(node.map_or(owner, |node| node.owner.as_deref()))
    }

    pub(super) fn owners_of_design(&self) -> Vec<&str> {
        self.owners(None)
    }

    /// What every resource says first.
    pub(super) fn front(
        &self,
        (id, name): (&str, &str),
        version: &str,
        summary: &str,
        owners: &[&str],
    ) -> Map<String, Value> {
        // The summary is compulsory for the catalog's own rules.
        let summary = if summary.is_empty() { name } else { summary };
        let front = json!({
            "id": id, "name": name, "version": version, "summary": summary, "owners": owners,
        });
        match front {
            Value::Object(front) => front,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        }
    }

    /// A pointer to the version of a message, the newest if none is meant.
    pub(super) fn pointer(&self, name: &str, version: Option<u32>) -> Value {
        json!({ "id": self.message(name), "version": self.message_version(name, version) })
    }

    /// A version of a message, the newest if none is meant, as three numbers.
    pub(super) fn message_version(&self, name: &str, number: Option<u32>) -> String {
        let message = self.design.messages.iter().find(|it| it.name == name);
        let versions = message.map_or(&[][..], |it| it.versions.as_slice());
        let version = match number {
            Some(number) => versions.iter().find(|it| it.number == number),
            None => versions.last(),
        };
        let said = version.and_then(|it| kept::read::<Kept>(&it.extensions).version);
        let number = version.map(|it| it.number).or(number).unwrap_or(1);
        said.unwrap_or_else(|| format!("{number}.0.0"))
    }

    /// The version of a message that passes an edge, if the contract or its publisher says one.
    pub(super) fn spoken(&self, edge: &Edge, message: &str) -> Option<u32> {
        let named = edge.contract.messages.iter().find(|it| it.name == message);
        named.and_then(|it| it.version).or_else(|| {
            let node = self.design.nodes.iter().find(|it| it.name == edge.from)?;
            match &node.role {
                Role::Producer(producer) => {
                    let line = producer.workload.iter().find(|it| it.message.name == message)?;
                    line.message.version
                }
                Role::Consumer(consumer) => {
                    let emissions = consumer.emissions();
                    emissions.iter().find(|(_, it)| it.message.name == message)?.1.message.version
                }
                Role::Channel(_) => None,
            }
        })
    }

    /// The pointer to a channel or service.
    pub(super) fn pointer_to_node(&self, name: &str) -> Value {
        json!({ "id": self.node(name), "version": self.version_of(self.nodes.get(name)) })
    }

    /// The version of a node or context.
    pub(super) fn version_of<'b>(&'b self, kept: Option<&'b Kept>) -> &'b str {
        kept.and_then(|it| it.version.as_deref()).unwrap_or(&self.version)
    }
}

/// The identity of what has one.
fn id(kept: Option<&Kept>) -> Option<&str> {
    kept?.id.as_deref()
}

/// The teams by name.
fn teams(design: &Design, all: &KeptOfAll, nodes: &BTreeMap<&str, Kept>) -> BTreeMap<String, Kept> {
    let owners = design.info.owners.iter();
    let owners = owners.chain(design.nodes.iter().filter_map(|it| it.owner.as_ref()));
    let owners = owners.chain(design.messages.iter().filter_map(|it| it.owner.as_ref()));
    let owners = owners.chain(all.owners.keys());
    let owners: BTreeSet<&String> =
        owners.filter(|owner| !nodes.contains_key(owner.as_str())).collect();
    let mut taken = BTreeSet::from([UNASSIGNED.to_owned()]);
    let mut teams = BTreeMap::new();
    for owner in owners {
        let mut kept = all.owners.get(owner).cloned().unwrap_or_default();
        kept.id = Some(free(&owner.to_lowercase(), &mut taken));
        teams.insert(owner.clone(), kept);
    }
    teams
}

/// A version of three numbers, which the catalog's rules ask for.
fn version(text: &str) -> String {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(is_number) {
        text.to_owned()
    } else {
        "1.0.0".to_owned()
    }
}

/// Gives an identity to each: that which it has had, or one like its name.
fn named<'a>(things: impl Iterator<Item = (&'a str, Kept)>) -> BTreeMap<&'a str, Kept> {
    let mut taken = BTreeSet::new();
    let mut ids: BTreeMap<&str, Kept> = BTreeMap::new();
    for (name, mut kept) in things {
        ids.entry(name).or_insert_with(|| {
            kept.id = Some(free(kept.id.as_deref().unwrap_or(name), &mut taken));
            kept
        });
    }
    ids
}

/// An identity that is a name of a file and of nothing else: no two differ in the size of their
/// letters alone.
fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut plain = String::new();
    for letter in name.chars().take(80) {
        if letter.is_ascii_alphanumeric() || letter == '_' || letter == '-' || letter == '.' {
            plain.push(letter);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    let plain = plain.trim_matches(['-', '.']);
    let plain = if plain.is_empty() { "unnamed" } else { plain };
    let mut id = plain.to_owned();
    let mut number = 2;
    while !taken.insert(id.to_lowercase()) {
        id = format!("{plain}-{number}");
        number += 1;
    }
    id
}
