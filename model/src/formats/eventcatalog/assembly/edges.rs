//! What services send and receive, as edges; and the routes of channels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::messages::compare;
use super::{Assembly, has_changed};
use crate::contract::{Acknowledgement, Contract};
use crate::edge::{Edge, EdgeKind};
use crate::emission::Emission;
use crate::finding::Severity;
use crate::formats::eventcatalog::kept::{self, Kept};
use crate::formats::eventcatalog::reading::{self, Collection, Resource};
use crate::formats::marked::Tree;
use crate::message::{Message, MessageKind, MessageRef};
use crate::name::{EdgeName, free_name};
use crate::node::{Consumer, Handler, Node, Role};

/// What a service says about a message.
#[derive(Clone, PartialEq, Debug)]
struct Line {
    message: MessageRef,
    /// Identities of channels.
    channels: Vec<String>,
    fields: Vec<String>,
    triggers: Vec<MessageRef>,
}

/// Services that send and receive a message without saying where.
#[derive(Default)]
struct Direct {
    senders: BTreeSet<String>,
    receivers: BTreeSet<String>,
}

/// Draws all edges.
pub(super) fn read(assembly: &mut Assembly<'_>) {
    let mut direct: BTreeMap<String, Direct> = BTreeMap::new();
    let services: Vec<Resource> = assembly.shelf.of(Collection::Service).cloned().collect();
    for resource in &services {
        let old = Assembly::old(&assembly.expected, resource).cloned();
        for kind in [EdgeKind::Publish, EdgeKind::Subscribe] {
            if has_changed(old.as_ref(), resource, key(kind)) {
                service(assembly, resource, old.as_ref(), kind, &mut direct);
            }
        }
    }
    let channels: Vec<Resource> = assembly.shelf.of(Collection::Channel).cloned().collect();
    for resource in &channels {
        let old = Assembly::old(&assembly.expected, resource).cloned();
        if has_changed(old.as_ref(), resource, "routes") {
            routes(assembly, resource, old.as_ref());
        }
        if old.is_none() {
            guarantee(assembly, resource);
        }
    }
    let before = assembly.design.nodes.len();
    for (message, ends) in direct {
        settle(assembly, &message, &ends);
    }
    let count = assembly.design.nodes.len() - before;
    if let Some(first) = services.first().filter(|_| count > 0) {
        let sentence = format!(
            "services name no channel for {count} messages: each goes over a plain channel of its own"
        );
        assembly.say(first, "no-channel", Severity::Info, sentence);
    }
}

/// The property that lists the messages.
fn key(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Publish | EdgeKind::Call => "sends",
        EdgeKind::Subscribe | EdgeKind::Bind => "receives",
    }
}

/// The identities in a list of pointers, each with its item.
fn pointers(list: Option<&Arc<Tree>>) -> impl Iterator<Item = (String, &Arc<Tree>)> {
    let items = list.into_iter().flat_map(|it| it.items());
    items.filter_map(|item| Some((reading::text(item.get("id")?)?, item)))
}

/// What a service says about messages; what is not in the catalog becomes a message of that name.
fn lines(assembly: &mut Assembly<'_>, resource: &Resource, kind: EdgeKind) -> Vec<Line> {
    let way = if kind == EdgeKind::Publish { "to" } else { "from" };
    let mut lines = Vec::new();
    for (id, item) in pointers(resource.front.get(key(kind))) {
        let triggers = pointers(item.get("triggers"));
        let triggers = triggers.map(|(id, item)| message(assembly, resource, &id, item)).collect();
        let fields = item.get("fields").into_iter().flat_map(|it| it.items());
        lines.push(Line {
            message: message(assembly, resource, &id, item),
            channels: pointers(item.get(way)).map(|it| it.0).collect(),
            fields: fields.filter_map(|it| it.text().map(str::to_owned)).collect(),
            triggers,
        });
    }
    lines
}

/// The version of a message that a pointer means.
fn message(assembly: &mut Assembly<'_>, resource: &Resource, id: &str, item: &Tree) -> MessageRef {
    let Some(name) = assembly.messages.get(id).cloned() else {
        let design = &mut assembly.design;
        let name = free_name(&reading::clean(id), |name| design.message(name).is_some());
        design.messages.push(Message::new(name.as_str(), MessageKind::Event).into());
        assembly.messages.insert(id.to_owned(), name.clone());
        let sentence =
            format!("`{id}` is not in the catalog: a message without versions stands for it");
        assembly.say(resource, "unknown-message", Severity::Warning, sentence);
        return MessageRef::newest(name);
    };
    let wanted = item.get("version").and_then(|it| reading::text(it));
    let version = wanted.and_then(|it| version(assembly, &name, &it));
    MessageRef { name, version }
}

/// The number of a version, or of the newest in a range of versions; none for the latest.
fn version(assembly: &Assembly<'_>, name: &str, wanted: &str) -> Option<u32> {
    let message = assembly.design.message(name)?;
    let text = |number: u32, kept: Kept| kept.version.unwrap_or_else(|| format!("{number}.0.0"));
    let versions = message.versions.iter();
    let known: Vec<(u32, String)> =
        versions.map(|it| (it.number, text(it.number, kept::read(&it.extensions)))).collect();
    if let Some(exact) = known.iter().find(|it| it.1 == wanted) {
        return Some(exact.0);
    }
    let stem = wanted.trim_start_matches(['^', '~', 'v']).trim_end_matches(['x', '*']);
    let parts = if wanted.starts_with('^') { 1 } else { 2 };
    let stem: Vec<&str> = stem.split('.').filter(|it| !it.is_empty()).take(parts).collect();
    let is_in = |it: &&(u32, String)| {
        !stem.is_empty() && it.1.split('.').zip(&stem).all(|(one, other)| one == *other)
    };
    known.iter().filter(is_in).max_by(|a, b| compare(&a.1, &b.1)).map(|it| it.0)
}

/// Lines by the channel that they name.
fn by_channel(lines: &[Line]) -> BTreeMap<Option<&str>, Vec<&Line>> {
    let mut table: BTreeMap<Option<&str>, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        for channel in &line.channels {
            table.entry(Some(channel)).or_default().push(line);
        }
        if line.channels.is_empty() {
            table.entry(None).or_default().push(line);
        }
    }
    table
}

fn service(
    assembly: &mut Assembly<'_>,
    resource: &Resource,
    old: Option<&Resource>,
    kind: EdgeKind,
    direct: &mut BTreeMap<String, Direct>,
) {
    let Some(name) = assembly.services.get(&resource.id).cloned() else { return };
    let said = lines(assembly, resource, kind);
    let before = old.map(|old| lines(assembly, old, kind)).unwrap_or_default();
    if kind == EdgeKind::Subscribe && !said.is_empty() && is_producer(assembly, &name) {
        let sentence = format!(
            "`{name}` receives now, but is a producer in the design, which only publishes: make it \
             a consumer there"
        );
        return assembly.say(resource, "not-carried", Severity::Warning, sentence);
    }
    let (now, then) = (by_channel(&said), by_channel(&before));
    for (channel, lines) in &now {
        if then.get(channel) == Some(lines) {
            continue;
        }
        let Some(channel) = channel else {
            let known = then.get(&None).cloned().unwrap_or_default();
            for line in lines.iter().filter(|it| !known.contains(it)) {
                let ends = direct.entry(line.message.name.clone()).or_default();
                let side =
                    if kind == EdgeKind::Publish { &mut ends.senders } else { &mut ends.receivers };
                side.insert(name.clone());
            }
            continue;
        };
        let channel = known_channel(assembly, resource, channel);
        let contract = &mut edge(assembly, kind, &name, &channel).contract;
        contract.messages = lines.iter().map(|it| it.message.clone()).collect();
        if kind == EdgeKind::Subscribe {
            let fields: BTreeSet<String> = lines.iter().flat_map(|it| it.fields.clone()).collect();
            contract.uses = fields.into_iter().collect();
        }
    }
    for channel in then.keys().filter(|it| !now.contains_key(*it)).flatten() {
        let Some(channel) = assembly.channels.get(*channel) else { continue };
        let gone = ends(kind, &name, channel);
        assembly.design.edges.retain(|it| it.name() != gone);
    }
    follow(assembly, &name, &said);
}

fn is_producer(assembly: &Assembly<'_>, name: &str) -> bool {
    assembly.design.node(name).is_some_and(|it| matches!(it.role, Role::Producer(_)))
}

/// The node of a channel; a new one if the catalog does not have it.
fn known_channel(assembly: &mut Assembly<'_>, resource: &Resource, id: &str) -> String {
    if let Some(name) = assembly.channels.get(id) {
        return name.clone();
    }
    let name = new_channel(assembly, id);
    assembly.channels.insert(id.to_owned(), name.clone());
    let sentence = format!("the channel `{id}` is not in the catalog: a plain one stands for it");
    assembly.say(resource, "unknown-channel", Severity::Warning, sentence);
    name
}

fn new_channel(assembly: &mut Assembly<'_>, wanted: &str) -> String {
    let design = &mut assembly.design;
    let name = free_name(&reading::clean(wanted), |name| design.node(name).is_some());
    let channel = crate::formats::asyncapi::channel_of("");
    design.nodes.push(Node::new(name.as_str(), Role::Channel(channel)).into());
    name
}

fn ends(kind: EdgeKind, service: &str, channel: &str) -> EdgeName {
    match kind {
        EdgeKind::Publish | EdgeKind::Call | EdgeKind::Bind => EdgeName::new(service, channel),
        EdgeKind::Subscribe => EdgeName::new(channel, service),
    }
}

fn edge<'a>(
    assembly: &'a mut Assembly<'_>,
    kind: EdgeKind,
    service: &str,
    channel: &str,
) -> &'a mut Edge {
    let name = ends(kind, service, channel);
    let edges = &mut assembly.design.edges;
    let at = edges.iter().position(|it| it.name() == name).unwrap_or_else(|| {
        edges.push(Edge::new(kind, name.from.as_str(), name.to.as_str()).into());
        edges.len() - 1
    });
    Arc::make_mut(&mut edges[at])
}

/// What follows from a message, where the consumer does not know yet.
fn follow(assembly: &mut Assembly<'_>, name: &str, lines: &[Line]) {
    let Some(node) = assembly.design.nodes.iter_mut().find(|it| it.name == name) else { return };
    let Role::Consumer(consumer) = &mut Arc::make_mut(node).role else { return };
    for line in lines.iter().filter(|it| !it.triggers.is_empty()) {
        if consumer.handler_for(&line.message.name).is_some() {
            continue;
        }
        let emits = line.triggers.iter().cloned().map(Emission::of).collect();
        let on = Some(line.message.name.clone());
        consumer.handlers.push(Handler { on, emits, ..Handler::default() });
    }
}

/// Where a message goes of which services do not say it: over the channels that are known to have
/// it, from one to the other if it is a query, else over a channel of its own.
fn settle(assembly: &mut Assembly<'_>, message: &str, direct: &Direct) {
    let is_query = assembly.design.message(message).is_some_and(|it| it.kind == MessageKind::Query);
    let mut channels = known_channels(assembly, message);
    if channels.is_empty() && is_query && !direct.senders.is_empty() && !direct.receivers.is_empty()
    {
        for sender in &direct.senders {
            for receiver in direct.receivers.iter().filter(|it| *it != sender) {
                serve(assembly, receiver);
                let contract = &mut edge(assembly, EdgeKind::Call, sender, receiver).contract;
                contract.messages.push(MessageRef::newest(message));
            }
        }
        return;
    }
    if channels.is_empty() {
        channels.insert(new_channel(assembly, message));
    }
    for channel in &channels {
        let senders = direct.senders.iter().map(|it| (EdgeKind::Publish, it));
        let receivers = direct.receivers.iter().map(|it| (EdgeKind::Subscribe, it));
        for (kind, service) in senders.chain(receivers) {
            add(&mut edge(assembly, kind, service, channel).contract, message);
        }
    }
}

fn add(contract: &mut Contract, message: &str) {
    if !contract.messages.iter().any(|it| it.name == message) {
        contract.messages.push(MessageRef::newest(message));
    }
}

/// Lets a node be called: a producer is not.
fn serve(assembly: &mut Assembly<'_>, name: &str) {
    let node = assembly.design.nodes.iter_mut().find(|it| it.name == name);
    if let Some(node) = node.filter(|it| matches!(it.role, Role::Producer(_))) {
        Arc::make_mut(node).role = Role::Consumer(Consumer::default());
    }
}

/// The channels that a message is known to go over.
fn known_channels(assembly: &Assembly<'_>, message: &str) -> BTreeSet<String> {
    let is_channel = |name: &str| assembly.design.node(name).is_some_and(|it| it.is_channel());
    let edges = assembly.design.edges.iter();
    let edges = edges.filter(|it| it.contract.messages.iter().any(|it| it.name == message));
    let mut known: BTreeSet<String> =
        edges.flat_map(|it| [&it.from, &it.to]).filter(|name| is_channel(name)).cloned().collect();
    for resource in assembly.shelf.of(Collection::Channel) {
        let mut named = pointers(resource.front.get("messages"));
        let is_it = |id: &String| assembly.messages.get(id).is_some_and(|it| it == message);
        if named.any(|(id, _)| is_it(&id)) {
            known.extend(assembly.channels.get(&resource.id).cloned());
        }
    }
    let resources = assembly.shelf.resources.iter().filter(|it| !it.is_older);
    let is_it = |it: &&Resource| {
        matches!(it.collection, Collection::Event | Collection::Command | Collection::Query)
            && assembly.messages.get(&it.id).is_some_and(|it| it == message)
    };
    for resource in resources.filter(is_it) {
        let ids = pointers(resource.front.get("channels"));
        known.extend(ids.filter_map(|(id, _)| assembly.channels.get(&id).cloned()));
    }
    known
}

/// Where a channel sends what it has: copies, or its dead letters if the name says so.
fn routes(assembly: &mut Assembly<'_>, resource: &Resource, old: Option<&Resource>) {
    let Some(name) = assembly.channels.get(&resource.id).cloned() else { return };
    let ids = |resource: &Resource| -> Vec<String> {
        pointers(resource.front.get("routes")).map(|it| it.0).collect()
    };
    let before = old.map(ids).unwrap_or_default();
    let now = ids(resource);
    for id in now.iter().filter(|it| !before.contains(it)) {
        let target = known_channel(assembly, resource, id);
        if target == name {
            continue;
        }
        let lower = id.to_lowercase();
        if ["dlq", "dead-letter", "deadletter", "dead_letter"].iter().any(|it| lower.contains(it)) {
            let node = assembly.design.nodes.iter_mut().find(|it| it.name == name);
            if let Some(Role::Channel(channel)) = node.map(|it| &mut Arc::make_mut(it).role) {
                channel.dead_letter = Some(target);
            }
        } else {
            edge(assembly, EdgeKind::Bind, &name, &target);
        }
    }
    for id in before.iter().filter(|it| !now.contains(it)) {
        let Some(target) = assembly.channels.get(id) else { continue };
        let gone = EdgeName::new(name.as_str(), target.as_str());
        assembly.design.edges.retain(|it| it.kind != EdgeKind::Bind || it.name() != gone);
    }
}

/// A channel that loses messages has readers that acknowledge before they handle.
fn guarantee(assembly: &mut Assembly<'_>, resource: &Resource) {
    if resource.text("deliveryGuarantee").as_deref() != Some("at-most-once") {
        return;
    }
    let Some(name) = assembly.channels.get(&resource.id).cloned() else { return };
    for edge in &mut assembly.design.edges {
        if edge.kind == EdgeKind::Subscribe && edge.from == name {
            Arc::make_mut(edge).contract.acknowledgement = Acknowledgement::OnReceipt;
        }
    }
}
