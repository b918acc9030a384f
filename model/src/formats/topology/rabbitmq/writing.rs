//! Channels and bindings in, definitions out. What was imported is written with all that its
//! definition said, as far as the design has not changed it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::policies::Policies;
use super::{EXTENSION, arguments};
use crate::channel::{Channel, Delivery, Filtering, Storage};
use crate::contract::Filter;
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::node::{Node, Role};
use crate::preset::Presets;

/// A channel as it is in the broker.
struct Item<'d> {
    node: &'d Node,
    channel: &'d Channel,
    kind: ItemKind,
    host: String,
    name: String,
    /// What its definition said.
    said: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ItemKind {
    Exchange(&'static str),
    Queue(&'static str),
    /// A router that stands for a second binding of the same pair.
    Binding,
}

/// The definitions of a design, and what they cannot carry.
pub(super) fn write(design: &Design) -> (String, Vec<Finding>) {
    let presets = design.used_presets();
    let items: BTreeMap<&str, Item<'_>> =
        design.nodes.iter().filter_map(|node| Some((&*node.name, item(node, &presets)?))).collect();
    let mut definitions = said(design);
    let policies = definitions.get("policies").and_then(Value::as_array);
    let policies = Policies(policies.cloned().unwrap_or_default());
    let mut writing = Writing { design, items: &items, policies: &policies, findings: Vec::new() };
    let mut queues: Vec<Value> = Vec::new();
    let mut exchanges: Vec<Value> = Vec::new();
    let mut bindings: Vec<Value> = Vec::new();
    for node in &design.nodes {
        let Some(item) = items.get(&*node.name) else { continue };
        match item.kind {
            ItemKind::Exchange(kind) => {
                if !item.name.starts_with("amq.") {
                    exchanges.push(writing.exchange(item, kind));
                }
                let (own, bound) = writing.subscriptions(item);
                queues.extend(own);
                bindings.extend(bound);
            }
            ItemKind::Queue(kind) => queues.push(writing.queue(item, kind)),
            ItemKind::Binding => {}
        }
    }
    for edge in &design.edges {
        bindings.extend(writing.binding(edge));
    }
    let hosts: BTreeSet<&str> = items.values().map(|item| item.host.as_str()).collect();
    let hosts = if hosts.is_empty() { BTreeSet::from(["/"]) } else { hosts };
    let hosts: Vec<Value> = hosts.into_iter().map(|name| json!({ "name": name })).collect();
    let parts =
        [("vhosts", hosts), ("exchanges", exchanges), ("queues", queues), ("bindings", bindings)];
    let parts = parts.into_iter().map(|(part, list)| (part.to_owned(), Value::Array(list)));
    definitions.extend(parts);
    let definitions = Value::Object(definitions);
    (format!("{definitions:#}\n"), writing.findings)
}

/// Version and policies that the design was imported with. Without, the version that its presets
/// are of: it decides what a queue does by default.
fn said(design: &Design) -> Map<String, Value> {
    let said = design.info.extensions.get(EXTENSION);
    let said: Option<Value> = said.and_then(|text| serde_json::from_str(text).ok());
    if let Some(Value::Object(said)) = said {
        return said;
    }
    let channels = design.nodes.iter().filter_map(|node| match &node.role {
        Role::Channel(channel) => channel.preset.as_deref()?.strip_prefix("rabbit.quorum."),
        Role::Producer(_) | Role::Consumer(_) => None,
    });
    let version = channels.min().map(|it| ("rabbit_version".to_owned(), json!(it)));
    version.into_iter().collect()
}

fn item<'d>(node: &'d Node, presets: &Presets) -> Option<Item<'d>> {
    let Role::Channel(channel) = &node.role else { return None };
    let said = node.extensions.get(EXTENSION);
    let said: Option<Value> = said.and_then(|text| serde_json::from_str(text).ok());
    let mut said = match said {
        Some(Value::Object(said)) => said,
        _ => Map::new(),
    };
    let text = |said: &Map<String, Value>, name: &str| {
        said.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    let is_binding = text(&said, "kind").as_deref() == Some("binding");
    said.remove("kind");
    let kind = if is_binding { ItemKind::Binding } else { kind(channel, presets) };
    let host = text(&said, "vhost").unwrap_or_else(|| "/".to_owned());
    // Who got another name here gets it in the broker too; it has a key then.
    let given = text(&said, "name").filter(|_| node.key.is_none());
    let name = given.unwrap_or_else(|| node.name.clone());
    Some(Item { node, channel, kind, host, name, said })
}

fn kind(channel: &Channel, presets: &Presets) -> ItemKind {
    let semantics = presets.semantics(channel);
    let is_quorum =
        presets.layers(channel).iter().any(|preset| preset.name.starts_with("rabbit.quorum"));
    match (semantics.storage, semantics.delivery) {
        (Storage::Router, _) => ItemKind::Exchange(match semantics.filtering {
            Filtering::RoutingKey => "direct",
            Filtering::Topic => "topic",
            Filtering::Headers => "headers",
            Filtering::Unfiltered
            | Filtering::Subject
            | Filtering::Levels
            | Filtering::Expression => "fanout",
        }),
        (Storage::Log, _) => ItemKind::Queue("stream"),
        (Storage::Queue | Storage::Transient, Delivery::PublishSubscribe) => {
            ItemKind::Exchange("fanout")
        }
        (Storage::Queue | Storage::Transient, Delivery::PointToPoint) if is_quorum => {
            ItemKind::Queue("quorum")
        }
        (Storage::Queue | Storage::Transient, Delivery::PointToPoint) => ItemKind::Queue("classic"),
    }
}

struct Writing<'w> {
    design: &'w Design,
    items: &'w BTreeMap<&'w str, Item<'w>>,
    policies: &'w Policies,
    findings: Vec<Finding>,
}

impl Writing<'_> {
    fn say(&mut self, place: Place, sentence: String) {
        self.findings.push(Finding::new("not-carried", Severity::Info, place, sentence));
    }

    fn exchange(&mut self, item: &Item<'_>, kind: &str) -> Value {
        let mut said = base(item);
        let before = said.get("type").and_then(Value::as_str).unwrap_or_default();
        let is_delayed = before == "x-delayed-message";
        let is_foreign = !["", "direct", "fanout", "topic", "headers"].contains(&before);
        // A type that nothing here stands for was read as `fanout`.
        if !(is_delayed || is_foreign && kind == "fanout") {
            said.insert("type".to_owned(), json!(kind));
        }
        if item.said.is_empty() {
            said.insert("internal".to_owned(), json!(false));
        }
        let mut own = kept(&said, &["alternate-exchange"]);
        if is_delayed {
            own.insert("x-delayed-type".to_owned(), json!(kind));
        }
        if let Some(alternate) = &item.channel.alternate {
            match self.items.get(alternate.as_str()).map(|it| (&it.name, it.kind)) {
                Some((name, ItemKind::Exchange(_))) => {
                    own.insert("alternate-exchange".to_owned(), json!(name));
                }
                Some(_) | None => {
                    let sentence =
                        format!("`{alternate}` is no exchange: unmatched messages are lost");
                    self.say(Place::Node(item.node.name.clone()), sentence);
                }
            }
        }
        self.without_policy(item, "exchange", &item.said, &mut own);
        said.insert("arguments".to_owned(), Value::Object(own));
        Value::Object(said)
    }

    fn queue(&mut self, item: &Item<'_>, kind: &str) -> Value {
        let mut said = base(item);
        if said.contains_key("type") {
            said.insert("type".to_owned(), json!(kind));
        }
        let dead = item.channel.dead_letter.clone().or_else(|| self.dead_letter_of(item));
        let own = self.arguments(item, kind, dead.as_deref(), &said);
        said.insert("arguments".to_owned(), Value::Object(own));
        Value::Object(said)
    }

    /// The dead-letter channel that the subscriptions of a queue name.
    fn dead_letter_of(&mut self, item: &Item<'_>) -> Option<String> {
        let edges = self.design.edges.iter().filter(|edge| edge.from == item.node.name);
        let named: BTreeSet<&String> =
            edges.filter_map(|edge| edge.contract.dead_letter.as_ref()).collect();
        if named.len() > 1 {
            let sentence = "its subscribers name several dead-letter channels; a queue has one";
            self.say(Place::Node(item.node.name.clone()), sentence.to_owned());
        }
        named.first().map(|name| (*name).clone())
    }

    fn arguments(
        &mut self,
        item: &Item<'_>,
        kind: &str,
        dead: Option<&str>,
        said: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut written = arguments::of(item.channel);
        let before = said.get("arguments").and_then(Value::as_object);
        for (name, value) in &mut written {
            if let Some(before) = before.and_then(|it| it.get(name)) {
                arguments::keep_spelling(value, before);
            }
        }
        let known = ["x-queue-type", "x-dead-letter-exchange", "x-dead-letter-routing-key"];
        let mut own = kept(said, &known);
        own.extend(written);
        // A broker may have another kind by default: who says nothing of it meant the classic one.
        let is_silent = before.is_some_and(|it| !it.contains_key("x-queue-type"));
        if !(is_silent && kind == "classic") {
            own.insert("x-queue-type".to_owned(), json!(kind));
        }
        match dead.and_then(|name| self.items.get(name)) {
            Some(target) if matches!(target.kind, ItemKind::Queue(_)) => {
                own.insert("x-dead-letter-exchange".to_owned(), json!(""));
                own.insert("x-dead-letter-routing-key".to_owned(), json!(target.name));
            }
            Some(target) => {
                own.insert("x-dead-letter-exchange".to_owned(), json!(target.name));
                let key = said.get("arguments").and_then(|it| it.get("x-dead-letter-routing-key"));
                if let Some(key) = key {
                    own.insert("x-dead-letter-routing-key".to_owned(), key.clone());
                }
            }
            None => {}
        }
        self.without_policy(item, "queue", said, &mut own);
        self.without_strange(item, kind, before, &mut own);
        own
    }

    /// Takes out what this kind of queue does not take, unless its definition said it.
    fn without_strange(
        &mut self,
        item: &Item<'_>,
        kind: &str,
        before: Option<&Map<String, Value>>,
        own: &mut Map<String, Value>,
    ) {
        own.retain(|argument, value| {
            let is_said = before.is_some_and(|it| it.get(argument) == Some(value));
            let setting = argument.strip_prefix("x-").unwrap_or(argument);
            let stays = is_said || arguments::is_taken(kind, setting, value);
            if !stays {
                let sentence = format!("a {kind} queue takes no `{argument}`: left out");
                self.say(Place::Node(item.node.name.clone()), sentence);
            }
            stays
        });
    }

    /// Takes out what a policy that is written says as well, and says where the policy keeps the
    /// upper hand.
    fn without_policy(
        &mut self,
        item: &Item<'_>,
        what: &str,
        said: &Map<String, Value>,
        own: &mut Map<String, Value>,
    ) {
        let Some((name, policy)) = self.policies.definition(what, &item.host, &item.name) else {
            return;
        };
        let said = said.get("arguments").and_then(Value::as_object);
        for (setting, value) in policy.as_object().into_iter().flatten() {
            let argument = format!("x-{setting}");
            let argument = if own.contains_key(setting) { setting } else { &argument };
            match own.get(argument) {
                Some(same) if same == value => {
                    // Beside the policy may stand an argument that it goes before.
                    match said.and_then(|it| it.get(argument)) {
                        Some(said) => own.insert(argument.to_owned(), said.clone()),
                        None => own.remove(argument),
                    };
                }
                Some(other) if value.as_f64() < other.as_f64() && value.is_number() => {
                    let sentence = format!(
                        "the policy `{name}` says {value} for `{setting}`: the smaller one counts"
                    );
                    self.say(Place::Node(item.node.name.clone()), sentence);
                }
                None if arguments::is_written(setting) => {
                    let sentence = format!("the policy `{name}` sets `{setting}` to {value}");
                    self.say(Place::Node(item.node.name.clone()), sentence);
                }
                Some(_) | None => {}
            }
        }
    }

    /// A queue for each subscription of a channel that keeps its messages for each subscriber, or
    /// of an exchange, with its binding.
    fn subscriptions(&mut self, item: &Item<'_>) -> (Vec<Value>, Vec<Value>) {
        let (mut queues, mut bindings, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
        let edges = self.design.edges.iter();
        let own = |edge: &&std::sync::Arc<Edge>| {
            edge.from == item.node.name && edge.kind == EdgeKind::Subscribe
        };
        for edge in edges.filter(own) {
            let who = edge.contract.group.as_ref().unwrap_or(&edge.to);
            let name = format!("{}.{who}", item.name);
            if !known.insert(name.clone()) {
                continue;
            }
            let mut arguments = Map::from_iter([("x-queue-type".to_owned(), json!("classic"))]);
            let dead = edge.contract.dead_letter.as_deref();
            if let Some(target) = dead.and_then(|name| self.items.get(name)) {
                arguments.insert("x-dead-letter-exchange".to_owned(), json!(""));
                arguments.insert("x-dead-letter-routing-key".to_owned(), json!(target.name));
            }
            queues.push(json!({
                "name": name, "vhost": item.host, "durable": true, "auto_delete": false,
                "arguments": arguments,
            }));
            let (key, arguments) = self.filter(edge, edge.contract.filter.as_ref());
            bindings.push(json!({
                "source": item.name, "vhost": item.host, "destination": name,
                "destination_type": "queue", "routing_key": key, "arguments": arguments,
            }));
        }
        (queues, bindings)
    }

    fn binding(&mut self, edge: &Edge) -> Option<Value> {
        let (from, to) = (self.items.get(edge.from.as_str())?, self.items.get(edge.to.as_str())?);
        if edge.kind != EdgeKind::Bind || from.kind == ItemKind::Binding {
            return None;
        }
        if !matches!(from.kind, ItemKind::Exchange(_)) {
            let sentence =
                format!("`{}` is a queue: only an exchange is bound to others", from.name);
            self.say(Place::Edge(edge.name()), sentence);
            return None;
        }
        let to = match to.kind {
            ItemKind::Binding => {
                let onward = self.design.edges.iter().find(|it| it.from == edge.to)?;
                self.items.get(onward.to.as_str())?
            }
            ItemKind::Exchange(_) | ItemKind::Queue(_) => to,
        };
        let kind = if matches!(to.kind, ItemKind::Exchange(_)) { "exchange" } else { "queue" };
        let is_topic = from.kind == ItemKind::Exchange("topic");
        let (mut key, mut arguments) = match &edge.contract.filter {
            None if is_topic => ("#".to_owned(), Map::new()),
            filter => self.filter(edge, filter.as_ref()),
        };
        said_beyond(edge, &mut key, &mut arguments);
        Some(json!({
            "source": from.name, "vhost": from.host, "destination": to.name,
            "destination_type": kind, "routing_key": key, "arguments": arguments,
        }))
    }

    /// Routing key and arguments of a binding.
    fn filter(&mut self, edge: &Edge, filter: Option<&Filter>) -> (String, Map<String, Value>) {
        let headers = |way: &str, headers: &BTreeMap<String, String>| {
            let headers = headers.iter().map(|(name, value)| (name.clone(), json!(value)));
            let all = [("x-match".to_owned(), json!(way))].into_iter().chain(headers);
            (String::new(), Map::from_iter(all))
        };
        match filter {
            None => (String::new(), Map::new()),
            Some(Filter::RoutingKey(key) | Filter::Topic(key)) => (key.clone(), Map::new()),
            Some(Filter::AllHeaders(wanted)) => headers("all", wanted),
            Some(Filter::AnyHeader(wanted)) => headers("any", wanted),
            Some(Filter::Subject(_) | Filter::Levels(_) | Filter::Expression(_)) => {
                let sentence = "a binding cannot filter like this: it lets everything pass";
                self.say(Place::Edge(edge.name()), sentence.to_owned());
                (String::new(), Map::new())
            }
        }
    }
}

/// What the definition of a binding said that its filter does not, where the filter is as it was.
fn said_beyond(edge: &Edge, key: &mut String, arguments: &mut Map<String, Value>) {
    let said = edge.extensions.get(EXTENSION);
    let said: Option<Value> = said.and_then(|text| serde_json::from_str(text).ok());
    let Some(said) = said else { return };
    if key.is_empty() {
        *key = said["routing_key"].as_str().unwrap_or_default().to_owned();
    }
    for (name, value) in said["arguments"].as_object().into_iter().flatten() {
        let text = value.to_string();
        let is_same = match arguments.get(name).and_then(Value::as_str) {
            Some(now) => now == text || (name == "x-match" && is_like(value, now)),
            None => name.starts_with("x-") || edge.contract.filter.is_none(),
        };
        if is_same {
            arguments.insert(name.clone(), value.clone());
        }
    }
}

/// Whether `any-with-x` says `any`.
fn is_like(value: &Value, way: &str) -> bool {
    value.as_str().is_some_and(|it| it.strip_suffix("-with-x").unwrap_or(it) == way)
}

/// What every definition says.
fn base(item: &Item<'_>) -> Map<String, Value> {
    let mut said = item.said.clone();
    said.insert("name".to_owned(), json!(item.name));
    said.insert("vhost".to_owned(), json!(item.host));
    said.entry("durable").or_insert(json!(true));
    said.entry("auto_delete").or_insert(json!(false));
    said
}

/// The arguments of a definition that no parameter stands for.
fn kept(said: &Map<String, Value>, others: &[&str]) -> Map<String, Value> {
    let arguments = said.get("arguments").and_then(Value::as_object);
    let own = |name: &&String| {
        let parameter = name.strip_prefix("x-").is_some_and(arguments::is_parameter);
        !parameter && !others.contains(&name.as_str())
    };
    let all = arguments.into_iter().flatten();
    all.filter(|(name, _)| own(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
