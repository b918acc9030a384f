//! Documents as one design: channels meet by address, messages by name, applications are nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::channel::Channel as ChannelRole;
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::formats::asyncapi::bindings::{self, Bound, Said};
use crate::formats::asyncapi::document::{Action, Channel, Document, Operation, Rest};
use crate::formats::asyncapi::sources::Spot;
use crate::formats::asyncapi::{EXTENSION, Found, Imported, Summary};
use crate::message::MessageRef;
use crate::name::free_name;
use crate::node::{Consumer, Node, Producer, Role};

mod linking;
mod messages;
mod operations;
mod words;

/// Puts documents together.
pub(super) fn assemble(mut documents: Vec<Document>, found: Vec<Found>) -> Imported {
    let mut design = Design::new(words::title(&documents));
    let (nodes, edges, order) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut assembly = Assembly { found, nodes, edges, order, known: Vec::new() };
    let table = messages::put_together(&mut design, &mut documents, &mut assembly.found);
    let channels: BTreeSet<String> =
        documents.iter().flat_map(|it| it.channels.iter().map(wanted)).collect();
    let mut summaries = Vec::new();
    for (document, messages) in documents.iter().zip(&table) {
        let is_taken = |name: &str| {
            channels.contains(name) || assembly.nodes.iter().any(|node| node.name == name)
        };
        let application = free_name(&clean(&document.title), is_taken);
        assembly.application(document, &application);
        summaries.push(assembly.document(document, &application, messages));
    }
    let known = std::mem::take(&mut assembly.known);
    linking::look(&documents, &known, &mut assembly);
    design.nodes = assembly.nodes.into_iter().map(Arc::new).collect();
    design.edges =
        assembly.order.iter().filter_map(|it| assembly.edges.remove(it)).map(Arc::new).collect();
    Imported { design, findings: assembly.found, documents: summaries }
}

/// The nodes and edges so far.
struct Assembly {
    found: Vec<Found>,
    nodes: Vec<Node>,
    edges: BTreeMap<(String, String), Edge>,
    /// The edges in the order in which they came.
    order: Vec<(String, String)>,
    /// What the documents so far are called in the design.
    known: Vec<linking::Known>,
}

/// What a document's names mean in the design.
struct Names<'a> {
    document: &'a Document,
    application: &'a str,
    /// Its channels as nodes.
    channels: Vec<String>,
    /// Its messages.
    messages: &'a [MessageRef],
}

impl Assembly {
    fn document(
        &mut self,
        document: &Document,
        application: &str,
        messages: &[MessageRef],
    ) -> Summary {
        let mut names = Names { document, application, channels: Vec::new(), messages };
        let mut kept = Map::new();
        for (at, channel) in document.channels.iter().enumerate() {
            let name = self.channel(&names, at);
            let rest = self.channel_rest(&names, channel, &name);
            names.channels.push(name.clone());
            kept.entry(name).or_insert(Value::Object(rest));
        }
        for operation in &document.operations {
            self.operation(&names, operation);
        }
        self.keep_parts(&names, kept);
        let (application, channels) = (application.to_owned(), names.channels.clone());
        self.known.push(linking::Known { application, channels });
        Summary {
            file: document.file.clone(),
            version: document.version.clone(),
            application: names.application.to_owned(),
            channels: document.channels.len(),
            operations: document.operations.len(),
            messages: document.message_count,
            sentences: words::sentences(&names),
        }
    }

    /// The node of an application, with what its document says about it.
    fn application(&mut self, document: &Document, name: &str) {
        let receives = document.operations.iter().any(|it| {
            it.action == Action::Receive || it.reply.as_ref().is_some_and(|it| it.channel.is_some())
        });
        let role = match receives {
            true => Role::Consumer(Consumer::default()),
            false => Role::Producer(Producer::default()),
        };
        let mut rest = document.rest.clone();
        if name != document.title {
            rest.insert("title".to_owned(), document.title.as_str().into());
        }
        let mut node = Node::new(name, role);
        node.description.clone_from(&document.description);
        node.tags.clone_from(&document.tags);
        keep(&mut node.extensions, rest);
        self.nodes.push(node);
    }

    /// The node of a channel: the one with its address, or a new one.
    fn channel(&mut self, names: &Names<'_>, at: usize) -> String {
        let channel = &names.document.channels[at];
        let mut wanted = wanted(channel);
        if names.channels.contains(&wanted) {
            let is_taken = |name: &str| {
                self.nodes.iter().any(|node| node.name == name)
                    || names.document.channels.iter().any(|it| self::wanted(it) == name)
            };
            let name = free_name(&clean(&channel.id), is_taken);
            let sentence = format!(
                "another channel of this document has the address `{wanted}` too; this one is called `{name}`"
            );
            self.say("same-address", Severity::Info, &channel.spot, sentence);
            wanted = name;
        }
        let bound = self.bound(names.document, at);
        let known = self.nodes.iter().position(|node| node.name == wanted);
        match known {
            Some(known) if channel.address.is_some() => {
                self.meet(known, channel, &bound.channel);
                wanted
            }
            known => {
                let is_taken = |name: &str| self.nodes.iter().any(|node| node.name == name);
                let name = if known.is_some() { free_name(&wanted, is_taken) } else { wanted };
                let mut node = Node::new(name.as_str(), Role::Channel(bound.channel));
                node.summary.clone_from(&channel.summary);
                node.description.clone_from(&channel.description);
                node.tags.clone_from(&channel.tags);
                self.nodes.push(node);
                self.dead_letter_of(&name, bound.dead_letter);
                name
            }
        }
    }

    /// A channel that another document knows as well.
    fn meet(&mut self, at: usize, channel: &Channel, role: &ChannelRole) {
        let node = &mut self.nodes[at];
        for (old, new) in
            [(&mut node.summary, &channel.summary), (&mut node.description, &channel.description)]
        {
            if old.is_empty() {
                old.clone_from(new);
            }
        }
        if node.tags.is_empty() {
            node.tags.clone_from(&channel.tags);
        }
        let Role::Channel(old) = &mut node.role else { return };
        let knows_nothing = |it: &ChannelRole| it.preset.is_none();
        if knows_nothing(old) {
            *old = ChannelRole { dead_letter: old.dead_letter.take(), ..role.clone() };
        } else if !knows_nothing(role) && !is_like(old, role) {
            let name = node.name.clone();
            let sentence = format!(
                "the bindings of `{name}` differ from those of another document, which came first and count"
            );
            self.say("bindings-differ", Severity::Info, &channel.spot, sentence);
        }
    }

    fn bound(&self, document: &Document, at: usize) -> Bound {
        let channel = &document.channels[at];
        let operations = document.operations.iter().filter(|it| it.channel == Some(at));
        let is_of =
            |name: &str| channel.servers.is_empty() || channel.servers.iter().any(|it| it == name);
        let servers = document.protocols.iter().filter(|(name, _)| is_of(name));
        bindings::bound(&Said {
            channel: Some(&channel.bindings),
            operations: operations.map(|it| &it.bindings).collect(),
            protocols: servers.map(|it| it.1.as_str()).collect(),
        })
    }

    /// A place for dead letters that a binding names.
    fn dead_letter_of(&mut self, channel: &str, dead_letter: Option<String>) {
        let Some(name) = dead_letter.map(|name| clean(&name)).filter(|name| name != channel) else {
            return;
        };
        if !self.nodes.iter().any(|node| node.name == name) {
            let preset = self.role(channel).and_then(|it| it.preset.clone());
            let role = ChannelRole { preset, ..ChannelRole::default() };
            self.nodes.push(Node::new(name.as_str(), Role::Channel(role)));
        }
        if let Some(role) = self.role(channel) {
            role.dead_letter = Some(name);
        }
    }

    fn role(&mut self, channel: &str) -> Option<&mut ChannelRole> {
        let node = self.nodes.iter_mut().find(|node| node.name == channel)?;
        match &mut node.role {
            Role::Channel(role) => Some(role),
            Role::Producer(_) | Role::Consumer(_) => None,
        }
    }

    /// What the document says about a channel beyond what its node says.
    fn channel_rest(&self, names: &Names<'_>, channel: &Channel, name: &str) -> Rest {
        let mut rest = channel.rest.clone();
        let mut put = |key: &str, value: Value| rest.insert(key.to_owned(), value);
        if channel.id != name {
            put("id", channel.id.as_str().into());
        }
        if channel.address.as_deref() != Some(name) {
            put("address", json!(channel.address));
        }
        if !channel.servers.is_empty() {
            put("servers", json!(channel.servers));
        }
        if !channel.bindings.is_empty() {
            put("bindings", Value::Object(channel.bindings.clone()));
        }
        let messages = channel.messages.iter();
        let messages: Map<String, Value> =
            messages.map(|(id, at)| (id.clone(), names.messages[*at].to_string().into())).collect();
        if !messages.is_empty() {
            put("messages", Value::Object(messages));
        }
        let Some(node) = self.nodes.iter().find(|node| node.name == name) else { return rest };
        let own = [
            ("summary", &channel.summary, &node.summary),
            ("description", &channel.description, &node.description),
        ];
        for (key, said, known) in own {
            if said != known {
                rest.insert(key.to_owned(), said.as_str().into());
            }
        }
        if channel.tags != node.tags && !rest.contains_key("tags") {
            let tags = channel.tags.iter().map(|name| json!({ "name": name })).collect();
            rest.insert("tags".to_owned(), tags);
        }
        rest
    }

    /// Keeps what is said about channels at the application, which is the one that says it, and
    /// the order of its operations where the edges have another.
    fn keep_parts(&mut self, names: &Names<'_>, channels: Rest) {
        let operations = names.document.operations.iter().filter(|it| it.channel.is_some());
        let operations: Vec<&str> = operations.map(|it| it.id.as_str()).collect();
        let is_in_order = self.operations_of(names.application) == operations;
        let node = self.nodes.iter_mut().find(|node| node.name == names.application);
        let Some(node) = node else { return };
        let mut rest = kept(&node.extensions);
        if !channels.is_empty() {
            rest.insert("channels".to_owned(), Value::Object(channels));
        }
        if !is_in_order {
            rest.insert("order".to_owned(), json!(operations));
        }
        keep(&mut node.extensions, rest);
    }

    /// The operations of an application, edge by edge.
    fn operations_of(&self, application: &str) -> Vec<String> {
        let is_mine = |it: &&(String, String)| it.0 == application || it.1 == application;
        let mut operations = Vec::new();
        for name in self.order.iter().filter(is_mine) {
            let rest = self.edges.get(name).map(|edge| kept(&edge.extensions)).unwrap_or_default();
            let said = rest.get("operations").and_then(Value::as_object);
            operations.extend(said.into_iter().flat_map(|it| it.keys().cloned()));
        }
        operations
    }

    /// The edge between two nodes.
    fn edge(&mut self, kind: EdgeKind, from: &str, to: &str) -> &mut Edge {
        let name = (from.to_owned(), to.to_owned());
        if !self.edges.contains_key(&name) {
            self.order.push(name.clone());
        }
        self.edges.entry(name).or_insert_with(|| Edge::new(kind, from, to))
    }

    fn say(&mut self, code: &'static str, severity: Severity, spot: &Spot, sentence: String) {
        let finding = Finding::new(code, severity, Place::Design, sentence).at(&spot.pointer);
        let file = spot.file.to_string();
        self.found.push(Found { file, mark: spot.tree.mark, finding });
    }
}

impl Names<'_> {
    /// The messages that an operation is about: its own, or all of its channel.
    fn messages_of(&self, operation: &Operation) -> Vec<MessageRef> {
        self.listed(operation.channel, operation.messages.as_ref())
    }

    /// Messages of a list, or all of a channel.
    fn listed(&self, channel: Option<usize>, list: Option<&Vec<usize>>) -> Vec<MessageRef> {
        let all = channel.map(|at| &self.document.channels[at].messages);
        let all = || all.into_iter().flatten().map(|it| it.1).collect();
        let list: Vec<usize> = list.cloned().unwrap_or_else(all);
        let mut messages: Vec<MessageRef> = Vec::new();
        for message in list.into_iter().map(|at| self.messages[at].clone()) {
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        messages
    }
}

/// Whether two channels behave the same, wherever their dead letters go.
fn is_like(one: &ChannelRole, other: &ChannelRole) -> bool {
    let other = ChannelRole { dead_letter: one.dead_letter.clone(), ..other.clone() };
    *one == other
}

/// What a channel's node would be called.
fn wanted(channel: &Channel) -> String {
    clean(channel.address.as_deref().unwrap_or(&channel.id))
}

/// A text as a name can be.
fn clean(text: &str) -> String {
    let text: String = text
        .replace("->", "-")
        .chars()
        .map(|it| if it.is_control() || matches!(it, '#' | '@') { '_' } else { it })
        .collect();
    let text = text.trim();
    if text.is_empty() { "unnamed".to_owned() } else { text.to_owned() }
}

/// What extensions say in this format.
fn kept(extensions: &BTreeMap<String, String>) -> Rest {
    let text = extensions.get(EXTENSION).map_or("{}", String::as_str);
    serde_json::from_str(text).unwrap_or_default()
}

/// Lets extensions say something in this format, or nothing.
fn keep(extensions: &mut BTreeMap<String, String>, rest: Rest) {
    if rest.is_empty() {
        extensions.remove(EXTENSION);
    } else {
        let text = ordered(Value::Object(rest), false).to_string();
        extensions.insert(EXTENSION.to_owned(), text);
    }
}

/// The same with names in the order of the alphabet, except where the order says something.
fn ordered(value: Value, says_something: bool) -> Value {
    const IN_ORDER: [&str; 5] = ["channels", "messages", "operations", "servers", "parameters"];
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(String, Value)> = map.into_iter().collect();
            if !says_something {
                pairs.sort_by(|one, other| one.0.cmp(&other.0));
            }
            let pairs = pairs.into_iter().map(|(key, value)| {
                let says_something = !says_something && IN_ORDER.contains(&key.as_str());
                (key, ordered(value, says_something))
            });
            Value::Object(pairs.collect())
        }
        Value::Array(items) => items.into_iter().map(|item| ordered(item, false)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
