//! Domains, services and teams.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::File;
use super::ids::Ids;
use super::kept::Kept;
use super::prose;
use crate::edge::{Edge, EdgeKind};
use crate::node::{Arrivals, Node, Role};
use crate::summary;

/// The bounded contexts, each with its services.
pub(super) fn domains(ids: &Ids<'_>) -> Vec<File> {
    let design = ids.design;
    let mut files = Vec::new();
    for context in &design.contexts {
        let Some(id) = ids.context(&context.name) else { continue };
        let members = services_of(ids, Some(&context.name));
        let owners = ids.owners_of_design();
        let kept = ids.kept_of_context(&context.name);
        let version = ids.version_of(Some(&kept));
        let mut front = ids.front((id, &context.name), version, &context.summary, &owners);
        let services: Vec<Value> = members.map(|it| ids.pointer_to_node(&it.name)).collect();
        if !services.is_empty() {
            front.insert("services".to_owned(), Value::Array(services));
        }
        let body =
            prose::body(&context.summary, &["<NodeGraph />", "<MessageTable format=\"all\" />"]);
        files.push(File::resource(format!("domains/{id}/index.mdx"), front, body).keeping(kept));
    }
    files
}

fn services_of<'a>(
    ids: &Ids<'a>,
    context: Option<&'a str>,
) -> impl Iterator<Item = &'a Node> + use<'a> {
    let nodes = ids.design.nodes.iter().map(|it| &**it).filter(|it| is_service(it));
    nodes.filter(move |it| it.context.as_deref() == context)
}

fn is_service(node: &Node) -> bool {
    matches!(node.role, Role::Producer(_) | Role::Consumer(_))
}

/// The producers and consumers.
pub(super) fn services(ids: &Ids<'_>) -> Vec<File> {
    let nodes = ids.design.nodes.iter().map(|it| &**it).filter(|it| is_service(it));
    nodes.map(|node| service(ids, node)).collect()
}

fn service(ids: &Ids<'_>, node: &Node) -> File {
    let id = ids.node(&node.name);
    let owners = ids.owners_of_node(node);
    let kept = ids.kept_of_node(&node.name);
    let version = ids.version_of(Some(&kept));
    let mut front = ids.front((id, &node.name), version, &node.summary, &owners);
    let edges = |kind: EdgeKind, is_from: bool| {
        ids.design.edges.iter().map(|it| &**it).filter(move |it| {
            it.kind == kind && if is_from { it.from == node.name } else { it.to == node.name }
        })
    };
    let mut sends = Pointers::default();
    for edge in edges(EdgeKind::Publish, true) {
        sends.add(ids, edge, Some(("to", &edge.to)));
    }
    for edge in edges(EdgeKind::Call, true) {
        sends.add(ids, edge, None);
    }
    let mut receives = Pointers::default();
    for edge in edges(EdgeKind::Subscribe, false) {
        receives.add(ids, edge, Some(("from", &edge.from)));
    }
    for edge in edges(EdgeKind::Call, false) {
        receives.add(ids, edge, None);
    }
    receives.follow(ids, node);
    for (key, pointers) in [("sends", sends), ("receives", receives)] {
        if !pointers.0.is_empty() {
            front.insert(key.to_owned(), pointers.into_list());
        }
    }
    badges(node, &mut front);
    contracts(ids, node, &mut front);
    let workload = if let Role::Producer(it) = &node.role { workload(it) } else { String::new() };
    let components = ["<NodeGraph />", "<MessageTable format=\"all\" />", &workload];
    let body = prose::body(&node.description, &components);
    let folder = node.context.as_deref().and_then(|it| ids.context(it));
    let folder = folder.map_or(String::new(), |it| format!("domains/{it}/"));
    File::resource(format!("{folder}services/{id}/index.mdx"), front, body).keeping(kept)
}

fn workload(producer: &crate::node::Producer) -> String {
    let lines = producer.workload.iter().map(|line| {
        let rate = match &line.arrivals {
            Arrivals::Constant(rate) => format!("evenly, {rate}"),
            Arrivals::Poisson(rate) => format!("by chance, {rate} on average"),
            Arrivals::Scripted(times) => format!("at {} instants", times.len()),
            Arrivals::Recorded(recorded) => format!("as recorded in {}", recorded.file),
        };
        format!("- {}: {rate}\n", line.message.name)
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { prose::safe(&format!("## Workload\n\n{lines}")) }
}

/// Messages by identity and version, each with what is said about it.
#[derive(Default)]
struct Pointers(BTreeMap<(String, String), Pointer>);

/// What a service says about a message.
#[derive(Default)]
struct Pointer {
    /// The name of the message in the design.
    name: String,
    /// Whether it goes `to` channels or comes `from` them, and which.
    channels: Option<(&'static str, Vec<Value>)>,
    /// The fields that it uses.
    fields: BTreeSet<String>,
    /// What follows from it.
    triggers: Vec<Value>,
}

impl Pointers {
    fn add(&mut self, ids: &Ids<'_>, edge: &Edge, channel: Option<(&'static str, &str)>) {
        for name in ids.flows.messages_on(edge).iter().filter(|it| ids.has_message(it)) {
            let pointer = ids.pointer(name, ids.spoken(edge, name));
            let text = |key: &str| pointer[key].as_str().unwrap_or_default().to_owned();
            let entry = self.0.entry((text("id"), text("version"))).or_default();
            entry.name.clone_from(&(*name).to_owned());
            entry.fields.extend(edge.contract.uses.iter().cloned());
            if let Some((way, node)) = channel {
                let channels = entry.channels.get_or_insert((way, Vec::new()));
                channels.1.push(ids.pointer_to_node(node));
            }
        }
    }

    /// What follows from what is received.
    fn follow(&mut self, ids: &Ids<'_>, node: &Node) {
        let Role::Consumer(consumer) = &node.role else { return };
        for pointer in self.0.values_mut() {
            let handler = consumer.handler_for(&pointer.name);
            let emits = handler.map_or(&[][..], |it| it.emits.as_slice());
            let emits = emits.iter().filter(|it| ids.has_message(&it.message.name));
            let triggers = emits.map(|it| ids.pointer(&it.message.name, it.message.version));
            pointer.triggers = triggers.collect();
        }
    }

    fn into_list(self) -> Value {
        let entry = |((id, version), pointer): ((String, String), Pointer)| {
            let mut entry = json!({ "id": id, "version": version });
            if let Some((way, channels)) = pointer.channels {
                entry[way] = Value::Array(channels);
            }
            if !pointer.fields.is_empty() {
                entry["fields"] = pointer.fields.into_iter().collect();
            }
            if !pointer.triggers.is_empty() {
                entry["triggers"] = Value::Array(pointer.triggers);
            }
            entry
        };
        self.0.into_iter().map(entry).collect()
    }
}

/// What a node is, and its tags.
fn badges(node: &Node, front: &mut Map<String, Value>) {
    let words = std::iter::once(node.role.word()).chain(node.tags.iter().map(String::as_str));
    let badges: Vec<Value> = words
        .map(|word| json!({ "content": word, "backgroundColor": "blue", "textColor": "blue" }))
        .collect();
    front.insert("badges".to_owned(), Value::Array(badges));
}

/// What the contracts of a node's edges ask for, which the catalog has no words for.
fn contracts(ids: &Ids<'_>, node: &Node, front: &mut Map<String, Value>) {
    let edges = ids.design.edges.iter().filter(|it| it.from == node.name || it.to == node.name);
    let terms: Map<String, Value> = edges
        .filter_map(|edge| {
            let terms = summary::contract_terms(edge);
            let said: Vec<Value> = terms.into_iter().map(|it| Value::String(it.sentence)).collect();
            (!said.is_empty()).then(|| (edge.name().to_string(), Value::Array(said)))
        })
        .collect();
    if !terms.is_empty() {
        front.insert("x-flowbench-contract".to_owned(), Value::Object(terms));
    }
}

/// Who answers for something.
pub(super) fn teams(ids: &Ids<'_>) -> Vec<File> {
    let team = |(name, kept): (&str, Kept)| {
        let id = kept.id.clone().unwrap_or_default();
        let summary = format!("Answers for what the design names {name} for.");
        let front = Map::from_iter([
            ("id".to_owned(), Value::String(id.clone())),
            ("name".to_owned(), Value::String(name.to_owned())),
            ("summary".to_owned(), Value::String(summary.clone())),
        ]);
        let body = prose::body(&summary, &[]);
        let folder = if kept.is_user { "users" } else { "teams" };
        File::resource(format!("{folder}/{id}.mdx"), front, body).keeping(kept)
    };
    ids.teams().into_iter().map(team).collect()
}
