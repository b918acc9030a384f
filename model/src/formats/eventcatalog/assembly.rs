//! A catalog as a design. Where the catalog was made of a design, that is the beginning, and what
//! has changed since in the catalog changes it; else the beginning is a design with nothing in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::ids::UNASSIGNED;
use super::kept::{self, Kept, KeptOfAll};
use super::place;
use super::prose;
use super::reading::{self, Collection, Resource, Shelf};
use super::{DESIGN_FILE, FOLDER, File, Found, Imported, OWN, Source, export};
use crate::design::{Context, Design};
use crate::finding::Severity;
use crate::formats::asyncapi;
use crate::formats::marked::Mark;
use crate::formats::native;
use crate::name::free_name;
use crate::node::{Consumer, Node, Producer, Role};
use crate::schema::Schemas;

mod edges;
mod messages;

/// Where a file begins.
const TOP: Mark = Mark { line: 1, column: 1 };

/// The beginning of an import and what comes of it.
struct Assembly<'a> {
    shelf: Shelf<'a>,
    /// What a catalog of the design would be.
    expected: Shelf<'a>,
    design: Design,
    schemas: Schemas,
    /// Names in the design by identity in the catalog.
    services: BTreeMap<String, String>,
    channels: BTreeMap<String, String>,
    messages: BTreeMap<String, String>,
    found: Vec<Found>,
}

/// Reads a catalog as a design of this name.
pub(super) fn import(name: &str, files: &[Source]) -> Imported {
    let mut shelf = reading::read(reading::pairs(files));
    let (design, schemas) = beginning(&mut shelf).unwrap_or((Design::new(name), Schemas::new()));
    let made = made(&design, &schemas, &shelf);
    let expected = reading::read(made.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (found, names) = (std::mem::take(&mut shelf.found), || BTreeMap::new());
    let (services, channels, messages) = (names(), names(), names());
    let mut assembly =
        Assembly { shelf, expected, design, schemas, services, channels, messages, found };
    assembly.remove();
    assembly.contexts();
    assembly.owners();
    messages::read(&mut assembly);
    assembly.nodes();
    edges::read(&mut assembly);
    assembly.positions();
    assembly.others();
    let Assembly { design, schemas, found, .. } = assembly;
    Imported { design, schemas, findings: found }
}

/// The design that a catalog was made of, if it was, and its schema files.
fn beginning(shelf: &mut Shelf<'_>) -> Option<(Design, Schemas)> {
    let text = shelf.texts.get(DESIGN_FILE)?;
    match native::read(text) {
        Ok(document) => {
            let inside = |(path, text): (&&str, &&str)| {
                let path = path.strip_prefix(FOLDER).filter(|_| *path != DESIGN_FILE)?;
                Some((path.to_owned(), (*text).to_owned()))
            };
            Some((document.design, shelf.texts.iter().filter_map(inside).collect()))
        }
        Err(error) => {
            let sentence = format!("{error}; the catalog is read without it");
            shelf.say(DESIGN_FILE, TOP, ("not-understood", Severity::Warning), sentence);
            None
        }
    }
}

/// The texts of the catalog that a design makes where these files are.
fn made(design: &Design, schemas: &Schemas, there: &Shelf<'_>) -> Vec<(String, String)> {
    if *design == Design::new(design.info.name.as_str()) {
        return Vec::new();
    }
    let text = |mut file: File| {
        place::leave_out(&mut file, there);
        Some((file.path.clone(), file.text(None).ok()?))
    };
    export(design, schemas).into_iter().filter_map(text).collect()
}

impl Assembly<'_> {
    /// What the design would have written for a resource.
    fn old<'b>(expected: &'b Shelf<'_>, resource: &Resource) -> Option<&'b Resource> {
        let is_same = |it: &&Resource| it.collection == resource.collection && it.id == resource.id;
        let mut same = expected.resources.iter().filter(is_same);
        let exact = same.clone().find(|it| it.version == resource.version);
        exact.or_else(|| same.find(|it| !it.is_older))
    }

    /// What is no longer in the catalog is no longer in the design.
    fn remove(&mut self) {
        let gone: Vec<Resource> = self
            .expected
            .resources
            .iter()
            .filter(|it| !it.is_older && Self::old(&self.shelf, it).is_none())
            .cloned()
            .collect();
        for resource in gone {
            let name = resource.name();
            match resource.collection {
                Collection::Domain => self.design.contexts.retain(|it| it.name != name),
                Collection::Service | Collection::Channel => {
                    self.design.nodes.retain(|it| it.name != name);
                    self.design.edges.retain(|it| it.from != name && it.to != name);
                    self.design.layout.remove(&name);
                }
                Collection::Event | Collection::Command | Collection::Query => {
                    self.design.messages.retain(|it| it.name != name);
                }
                Collection::Owner | Collection::Other(_) => continue,
            }
            let sentence = format!("`{name}` is no longer in the catalog: removed from the design");
            self.found.push(Found::new(&resource.path, TOP, "removed", Severity::Info, sentence));
        }
    }

    fn contexts(&mut self) {
        let mut all: KeptOfAll = kept::read(&self.design.info.extensions);
        for resource in self.shelf.of(Collection::Domain) {
            let old = Self::old(&self.expected, resource);
            if old.is_some_and(|old| is_same(old, resource)) {
                continue;
            }
            let name = old.map_or_else(|| reading::clean(&resource.name()), Resource::name);
            let contexts = &mut self.design.contexts;
            if !contexts.iter().any(|it| it.name == name) {
                contexts.push(Context { name: name.clone(), summary: String::new() }.into());
            }
            let context = contexts.iter_mut().find(|it| it.name == name);
            let context = context.map(Arc::make_mut);
            if let Some(context) = context.filter(|_| has_changed(old, resource, "summary")) {
                context.summary = summary(resource);
            }
            let consumed = ["services", "domains"];
            let known = all.domains.remove(&name).unwrap_or_default();
            all.domains.insert(name.clone(), keep(resource, old, (&name, known), &consumed));
        }
        kept::write(&mut self.design.info.extensions, &all);
    }

    fn owners(&mut self) {
        let mut all: KeptOfAll = kept::read(&self.design.info.extensions);
        for resource in self.shelf.of(Collection::Owner) {
            let old = Self::old(&self.expected, resource);
            if resource.id == UNASSIGNED || old.is_some_and(|old| is_same(old, resource)) {
                continue;
            }
            let mut kept = keep(resource, None, (&resource.id, Kept::default()), &[]);
            kept.is_user = resource.path.starts_with("users/");
            kept.version = None;
            let front = resource.front.entries();
            let said = front.iter().filter(|it| ["name", "summary"].contains(&it.key.as_str()));
            kept.front.extend(said.map(|it| (it.key.clone(), it.tree.value())));
            all.owners.insert(resource.id.clone(), kept);
        }
        kept::write(&mut self.design.info.extensions, &all);
    }

    fn nodes(&mut self) {
        let channels: Vec<Resource> = self.shelf.of(Collection::Channel).cloned().collect();
        for resource in &channels {
            let name = self.node(resource);
            self.channels.insert(resource.id.clone(), name);
        }
        let services: Vec<Resource> = self.shelf.of(Collection::Service).cloned().collect();
        for resource in &services {
            let name = self.node(resource);
            self.services.insert(resource.id.clone(), name);
        }
    }

    /// The node of a channel or service.
    fn node(&mut self, resource: &Resource) -> String {
        let old = Self::old(&self.expected, resource).cloned();
        let context = context(&self.shelf, resource);
        let name = match &old {
            Some(old) => old.name(),
            None => {
                let nodes = &self.design.nodes;
                let wanted = reading::clean(&resource.name());
                free_name(&wanted, |name| nodes.iter().any(|it| it.name == name))
            }
        };
        let is_moved = old.as_ref().is_some_and(|it| self::context(&self.expected, it) != context);
        if old.as_ref().is_some_and(|old| is_same(old, resource)) && !is_moved {
            return name;
        }
        if old.is_none() {
            let node = Node::new(name.as_str(), role(resource));
            self.design.nodes.push(node.into());
        }
        let Some(node) = self.design.nodes.iter_mut().find(|it| it.name == name) else {
            return name;
        };
        let node = Arc::make_mut(node);
        if is_moved || old.is_none() {
            node.context = context;
        }
        let old = old.as_ref();
        if has_changed(old, resource, "summary") {
            node.summary = summary(resource);
        }
        if has_changed(old, resource, "owners") {
            node.owner = owner(resource);
        }
        if old.is_none_or(|it| it.body != resource.body) {
            node.description = prose::overview(&resource.body);
        }
        let consumed = ["sends", "receives", "routes", "messages"];
        let known = kept::read(&node.extensions);
        let mut kept = keep(resource, old, (&name, known), &consumed);
        if resource.text("address").as_deref() == Some(&name) {
            kept.front.remove("address");
        }
        kept::write(&mut node.extensions, &kept);
        name
    }

    fn positions(&mut self) {
        let names = self.services.iter().chain(&self.channels);
        for (id, name) in names {
            let position = self.shelf.positions.get(id);
            let Some(position) = position.filter(|it| self.expected.positions.get(id) != Some(it))
            else {
                continue;
            };
            self.design.layout.insert(name.clone(), *position);
        }
    }

    /// What stays in the catalog.
    fn others(&mut self) {
        let mut kinds: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        let expected: BTreeSet<&str> =
            self.expected.resources.iter().map(|it| it.path.as_str()).collect();
        for resource in &self.shelf.resources {
            let Collection::Other(kind) = resource.collection else { continue };
            if !expected.contains(resource.path.as_str()) {
                kinds.entry(kind).or_insert((0, &resource.path)).0 += 1;
            }
        }
        for (kind, (count, path)) in kinds {
            let sentence = format!(
                "a design has no word for {kind}: {count} stay in the catalog, as an export into its \
                 folder leaves them"
            );
            self.found.push(Found::new(path, TOP, "not-carried", Severity::Info, sentence));
        }
    }

    fn say(&mut self, resource: &Resource, code: &'static str, severity: Severity, text: String) {
        let mark = reading::below_fence(resource.front.mark);
        self.found.push(Found::new(&resource.path, mark, code, severity, text));
    }
}

/// What a service or channel begins as.
fn role(resource: &Resource) -> Role {
    if resource.collection == Collection::Channel {
        let protocols = resource.front.get("protocols");
        let first = protocols.and_then(|it| it.items().first()).and_then(|it| reading::text(it));
        return Role::Channel(asyncapi::channel_of(&first.unwrap_or_default().to_lowercase()));
    }
    let receives = resource.front.get("receives").is_some_and(|it| !it.items().is_empty());
    match receives {
        true => Role::Consumer(Consumer::default()),
        false => Role::Producer(Producer::default()),
    }
}

/// The bounded context of a service: the domain whose folder it stands in, or that names it.
fn context(shelf: &Shelf<'_>, resource: &Resource) -> Option<String> {
    let domains = || shelf.of(Collection::Domain);
    let around = domains().filter(|it| resource.path.starts_with(it.folder()));
    let nearest = around.max_by_key(|it| it.folder().len());
    let names = |it: &&Resource| {
        let services = it.front.get("services");
        let mut items = services.into_iter().flat_map(|it| it.items());
        resource.collection == Collection::Service
            && items.any(|it| it.get("id").and_then(|it| it.text()) == Some(&resource.id))
    };
    nearest.or_else(|| domains().find(names)).map(|it| reading::clean(&it.name()))
}

/// Whether a design would have written just this.
fn is_same(old: &Resource, new: &Resource) -> bool {
    old.version == new.version && old.front == new.front && old.body.trim() == new.body.trim()
}

fn has_changed(old: Option<&Resource>, new: &Resource, key: &str) -> bool {
    old.is_none_or(|old| old.front.get(key) != new.front.get(key))
}

/// The summary; a design that has none gives its name to the catalog, which asks for one.
fn summary(resource: &Resource) -> String {
    let text = resource.text("summary").unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text == resource.name() { String::new() } else { text }
}

/// The first of the owners.
fn owner(resource: &Resource) -> Option<String> {
    let first = resource.front.get("owners")?.items().first()?;
    let id = first.text().map(str::to_owned).or_else(|| reading::text(first.get("id")?))?;
    (id != UNASSIGNED).then_some(id)
}

/// What a design does not say of a resource, of which it keeps something already.
fn keep(
    resource: &Resource,
    old: Option<&Resource>,
    (name, known): (&str, Kept),
    consumed: &[&str],
) -> Kept {
    let own = ["id", "name", "version", "summary"];
    let expected = |key: &str| old.and_then(|it| it.front.get(key));
    let mut front: Map<String, Value> = known.front;
    // What was written and is there no longer has been taken away by somebody.
    front.retain(|key, _| resource.front.get(key).is_some() || expected(key).is_none());
    for entry in resource.front.entries() {
        let key = entry.key.as_str();
        let is_ours = own.contains(&key) || consumed.contains(&key) || key.starts_with(OWN);
        let is_owner = key == "owners"
            && entry.tree.items().len() <= 1
            && resource.collection != Collection::Domain;
        if !is_ours && !is_owner && expected(key) != Some(&entry.tree) {
            front.insert(entry.key.clone(), entry.tree.value());
        }
    }
    let has_body = old.is_none_or(|it| it.body.trim() != resource.body.trim());
    Kept {
        id: (resource.id != name).then(|| resource.id.clone()),
        version: Some(resource.version.clone()).filter(|it| !it.is_empty()),
        front,
        body: if has_body { Some(resource.body.clone()) } else { known.body },
        is_user: false,
    }
}
