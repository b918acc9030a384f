//! Definitions in, channels and bindings out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::EXTENSION;
use super::arguments::{Applied, apply};
use super::policies::Policies;
use crate::channel::Channel;
use crate::contract::Filter;
use crate::edge::{Edge, EdgeKind};
use crate::formats::marked::{Content, Mark, Tree};
use crate::formats::topology::Imported;
use crate::node::Role;

/// Exchanges that every broker has, with their type.
const BUILT_IN: [(&str, &str); 6] = [
    ("amq.direct", "direct"),
    ("amq.fanout", "fanout"),
    ("amq.topic", "topic"),
    ("amq.headers", "headers"),
    ("amq.match", "headers"),
    ("amq.rabbitmq.trace", "topic"),
];
/// Parts that are looked at, and those that say nothing of what runs.
const PARTS: [&str; 8] = [
    "exchanges",
    "queues",
    "bindings",
    "policies",
    "rabbit_version",
    "rabbitmq_version",
    "product_name",
    "product_version",
];

/// What a name stands for: exchange or queue, virtual host, name.
type Key = (&'static str, String, String);

/// The channels and bindings of definitions.
pub(super) fn definitions(root: &Tree) -> Imported {
    let name = root.get("rabbit_version").and_then(|it| it.text());
    let title = name.map_or("RabbitMQ".to_owned(), |version| format!("RabbitMQ {version}"));
    let mut reading = Reading {
        root,
        version: version(root),
        has_hosts: hosts(root) > 1,
        policies: Policies(list(root, "policies").iter().map(|it| it.value()).collect()),
        names: BTreeMap::new(),
        dead: Vec::new(),
        imported: Imported::new(&title),
    };
    for entry in root.entries().iter().filter(|entry| !PARTS.contains(&entry.key.as_str())) {
        let count = entry.tree.items().len().max(entry.tree.entries().len());
        if count > 0 && entry.key != "vhosts" {
            let sentence = format!("`{}` is left out", entry.key);
            reading.imported.left_out(entry.mark, sentence);
        }
    }
    for exchange in list(root, "exchanges") {
        reading.exchange(exchange);
    }
    for queue in list(root, "queues") {
        reading.queue(queue);
    }
    reading.lead_dead_letters();
    for binding in list(root, "bindings") {
        reading.binding(binding);
    }
    reading.keep_rest();
    reading.imported
}

fn list<'t>(root: &'t Tree, part: &str) -> &'t [Arc<Tree>] {
    root.get(part).map_or(&[], |it| it.items())
}

fn hosts(root: &Tree) -> usize {
    let parts = ["exchanges", "queues"].into_iter().flat_map(|part| list(root, part));
    let named = parts.map(|it| text(it, "vhost").unwrap_or("/"));
    named.collect::<std::collections::BTreeSet<_>>().len()
}

/// Major and minor number of the broker; of a new one if it does not say.
fn version(root: &Tree) -> (u32, u32) {
    let said = ["rabbitmq_version", "rabbit_version"].iter().find_map(|it| root.get(it)?.text());
    let mut parts = said.unwrap_or("4.3").split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(4), parts.next().unwrap_or(3))
}

fn text<'t>(tree: &'t Tree, name: &str) -> Option<&'t str> {
    tree.get(name)?.text()
}

/// Where dead letters, or unmatched messages, of a channel go.
struct Lead {
    node: String,
    host: String,
    /// `dead-letter-exchange` or `alternate-exchange`.
    argument: &'static str,
    exchange: Arc<Tree>,
    routing: Option<String>,
}

struct Reading<'t> {
    root: &'t Tree,
    version: (u32, u32),
    /// Whether names need their virtual host.
    has_hosts: bool,
    policies: Policies,
    /// The node of each exchange and queue.
    names: BTreeMap<Key, String>,
    /// Where dead letters and unmatched messages go.
    dead: Vec<Lead>,
    imported: Imported,
}

impl Reading<'_> {
    fn exchange(&mut self, tree: &Arc<Tree>) {
        let Some(name) = self.name(tree, "exchange") else { return };
        let arguments = tree.get("arguments");
        let said = text(tree, "type").unwrap_or("direct");
        let delayed = arguments.and_then(|it| text(it, "x-delayed-type"));
        let kind = if said == "x-delayed-message" { delayed.unwrap_or("direct") } else { said };
        let mut channel = Channel::of(preset_of(kind).unwrap_or("rabbit.fanout"));
        if preset_of(kind).is_none() {
            let sentence = format!(
                "exchange `{name}` has the type `{kind}`, which the model does not know: here \
                 it gives everything to everybody"
            );
            self.imported.wrong(tree.mark, sentence);
        }
        if said == "x-delayed-message" {
            channel.delays_messages = Some(true);
        }
        self.add("exchange", tree, &name, channel);
    }

    fn queue(&mut self, tree: &Arc<Tree>) {
        let Some(name) = self.name(tree, "queue") else { return };
        let said = self.argument(tree, "queue", &name, "queue-type");
        let kind = said.as_ref().and_then(|it| it.text()).or(text(tree, "type"));
        let channel = Channel::of(match (kind.unwrap_or("classic"), self.version) {
            ("quorum", (0..=3, _)) => "rabbit.quorum.3.13",
            ("quorum", (4, 0..=2)) => "rabbit.quorum.4.0",
            ("quorum", _) => "rabbit.quorum.4.3",
            ("stream", _) => "rabbit.stream",
            ("classic", _) => "rabbit.classic",
            (other, _) => {
                let sentence =
                    format!("queue `{name}` has the type `{other}`: it is taken for a classic one");
                self.imported.wrong(tree.mark, sentence);
                "rabbit.classic"
            }
        });
        self.add("queue", tree, &name, channel);
    }

    /// The name of an exchange or a queue; none if it has none, or is the default exchange.
    fn name(&mut self, tree: &Arc<Tree>, what: &str) -> Option<String> {
        match text(tree, "name") {
            Some("") if what == "exchange" => None,
            Some(name) if !name.is_empty() => Some(name.to_owned()),
            Some(_) | None => {
                self.imported.wrong(tree.mark, format!("this {what} has no `name`: left out"));
                None
            }
        }
    }

    fn add(&mut self, what: &'static str, tree: &Arc<Tree>, name: &str, mut channel: Channel) {
        let host = text(tree, "vhost").unwrap_or("/").to_owned();
        let key = (what, host.clone(), name.to_owned());
        if self.names.contains_key(&key) {
            let sentence = format!("{what} `{name}` stands here a second time: left out");
            return self.imported.wrong(tree.mark, sentence);
        }
        let settings = self.settings(tree, what, name);
        for (argument, value) in &settings {
            let said = match apply(&mut channel, argument, value) {
                Applied::Yes => continue,
                Applied::No => format!("`{argument}` of {what} `{name}` means nothing here"),
                Applied::Wrong(expected) => {
                    let sentence = format!(
                        "`{argument}` of {what} `{name}`: expected {expected}, found `{}`",
                        value.value()
                    );
                    self.imported.wrong(value.mark, sentence);
                    continue;
                }
            };
            self.imported.left_out(value.mark, said);
        }
        let named =
            if self.has_hosts && host != "/" { format!("{host}/{name}") } else { name.to_owned() };
        let is_taken = self.imported.design.node(&named).is_some();
        let wanted = if is_taken { format!("{named} {what}") } else { named };
        let node = self.imported.add(&wanted, Role::Channel(channel));
        self.extend(&node, what, tree);
        let routing = settings.get("dead-letter-routing-key").and_then(|it| it.text());
        for argument in ["dead-letter-exchange", "alternate-exchange"] {
            if let Some(value) = settings.get(argument) {
                let routing = routing.map(str::to_owned);
                let (node, host, exchange) = (node.clone(), host.clone(), value.clone());
                self.dead.push(Lead { node, host, argument, exchange, routing });
            }
        }
        self.names.insert(key, node);
    }

    /// Keeps the definition itself, so that it can be written again.
    fn extend(&mut self, node: &str, what: &str, tree: &Tree) {
        let mut said = tree.value();
        said["kind"] = json!(what);
        let nodes = &mut self.imported.design.nodes;
        if let Some(node) = nodes.iter_mut().find(|it| it.name == node) {
            Arc::make_mut(node).extensions.insert(EXTENSION.to_owned(), said.to_string());
        }
    }

    /// Keeps the version, and the policies: what they say is in the parameters, but not whom else
    /// they are for.
    fn keep_rest(&mut self) {
        let parts = ["rabbit_version", "rabbitmq_version", "policies"];
        let part = |name: &str| {
            let tree =
                self.root.get(name).filter(|it| it.text().is_some() || !it.items().is_empty());
            Some((name.to_owned(), tree?.value()))
        };
        let said: serde_json::Map<_, _> = parts.into_iter().filter_map(part).collect();
        if !said.is_empty() {
            let said = serde_json::Value::Object(said).to_string();
            self.imported.design.info.extensions.insert(EXTENSION.to_owned(), said);
        }
    }

    fn argument(&self, tree: &Tree, what: &str, name: &str, wanted: &str) -> Option<Arc<Tree>> {
        self.settings(tree, what, name).get(wanted).cloned()
    }

    /// What arguments and the policy say, by name without `x-`. An argument goes before the
    /// policy; of two numbers the smaller one counts.
    fn settings(&self, tree: &Tree, what: &str, name: &str) -> BTreeMap<String, Arc<Tree>> {
        let host = text(tree, "vhost").unwrap_or("/");
        let mut settings: BTreeMap<String, Arc<Tree>> = BTreeMap::new();
        let policy = self.policy(host, what, name);
        let policy = policy.and_then(|it| it.get("definition")).map_or(&[][..], |it| it.entries());
        for entry in policy {
            settings.insert(entry.key.clone(), entry.tree.clone());
        }
        let arguments = tree.get("arguments").map_or(&[][..], |it| it.entries());
        for entry in arguments {
            let name = entry.key.strip_prefix("x-").unwrap_or(&entry.key).to_owned();
            let number = |tree: &Tree| tree.value().as_f64();
            let by_policy = settings.get(&name).and_then(|it| number(it));
            let is_smaller = by_policy.zip(number(&entry.tree)).is_none_or(|(a, b)| b <= a);
            if is_smaller {
                settings.insert(name, entry.tree.clone());
            }
        }
        settings
    }

    fn policy(&self, host: &str, what: &str, name: &str) -> Option<&Arc<Tree>> {
        let number = self.policies.counting(what, host, name)?;
        list(self.root, "policies").get(number)
    }

    fn lead_dead_letters(&mut self) {
        for lead in std::mem::take(&mut self.dead) {
            let Lead { node, host, argument, exchange: value, routing } = lead;
            let exchange = value.text().unwrap_or_default().to_owned();
            let target = match (&*exchange, &routing) {
                ("", Some(queue)) => self.found("queue", &host, queue, value.mark),
                ("", None) => None,
                (exchange, _) => self.found("exchange", &host, exchange, value.mark),
            };
            let Some(target) = target else {
                let sentence = format!("`{argument}` of `{node}` leads to nothing that is listed");
                self.imported.wrong(value.mark, sentence);
                continue;
            };
            if let (Some(key), false) = (&routing, exchange.is_empty()) {
                let sentence =
                    format!("dead letters of `{node}` keep their routing key here, not `{key}`");
                self.imported.left_out(value.mark, sentence);
            }
            let nodes = &mut self.imported.design.nodes;
            let Some(node) = nodes.iter_mut().find(|it| it.name == node) else { continue };
            let Role::Channel(channel) = &mut Arc::make_mut(node).role else { continue };
            match argument {
                "alternate-exchange" => channel.alternate = Some(target),
                _ => channel.dead_letter = Some(target),
            }
        }
    }

    /// The node of an exchange or a queue; those that every broker has come in when they are used.
    fn found(&mut self, what: &'static str, host: &str, name: &str, mark: Mark) -> Option<String> {
        let key = (what, host.to_owned(), name.to_owned());
        if let Some(node) = self.names.get(&key) {
            return Some(node.clone());
        }
        if what != "exchange" {
            return None;
        }
        let built_in = BUILT_IN.iter().find(|(it, _)| *it == name).map(|(_, kind)| *kind);
        let kind = match built_in {
            Some(kind) => kind,
            None => self.internal(host, name, mark)?,
        };
        let entries = [("name", name), ("vhost", host), ("type", kind)];
        let entries = entries.map(|(key, value)| (key, Content::Text(value.to_owned())));
        let internal = ("internal", Content::Flag(built_in.is_none()));
        let entry = |(key, content): (&str, Content)| crate::formats::marked::Entry {
            key: key.to_owned(),
            mark,
            tree: Arc::new(Tree::new(mark, content)),
        };
        let entries = entries.into_iter().chain([internal]).map(entry);
        let tree = Tree::new(mark, Content::Map(entries.collect()));
        self.exchange(&Arc::new(tree));
        self.names.get(&key).cloned()
    }

    /// The type of an exchange that is not listed, as the broker does not list internal ones: what
    /// is bound to it tells. None if nothing is.
    fn internal(&mut self, host: &str, name: &str, mark: Mark) -> Option<&'static str> {
        let is_own =
            |it: &&Arc<Tree>| text(it, "source") == Some(name) && text(it, "vhost") == Some(host);
        let own: Vec<_> = list(self.root, "bindings").iter().filter(is_own).collect();
        let has_headers =
            |it: &Arc<Tree>| it.get("arguments").is_some_and(|it| it.get("x-match").is_some());
        let has_key = |it: &Arc<Tree>| text(it, "routing_key").is_some_and(|it| !it.is_empty());
        let kind = match own.as_slice() {
            [] => return None,
            own if own.iter().any(|it| has_headers(it)) => "headers",
            own if own.iter().any(|it| has_key(it)) => "topic",
            _ => "fanout",
        };
        let sentence = format!(
            "exchange `{name}` is not listed, as internal ones are not: by its bindings it is \
             taken for a `{kind}` exchange"
        );
        self.imported.wrong(mark, sentence);
        Some(kind)
    }

    fn binding(&mut self, tree: &Arc<Tree>) {
        let host = text(tree, "vhost").unwrap_or("/").to_owned();
        let source = text(tree, "source").unwrap_or_default();
        if source.is_empty() {
            // Each queue is bound to the default exchange.
            return;
        }
        let what = match text(tree, "destination_type") {
            Some("exchange") => "exchange",
            Some(_) | None => "queue",
        };
        let destination = text(tree, "destination").unwrap_or_default();
        let ends = [("exchange", source), (what, destination)];
        let [from, to] = ends.map(|(what, name)| self.found(what, &host, name, tree.mark));
        let (Some(from), Some(to)) = (from, to) else {
            let sentence = format!("a binding from `{source}` to `{destination}` has no such end");
            return self.imported.wrong(tree.mark, sentence);
        };
        let mut edge = Edge::new(EdgeKind::Bind, &from, &to);
        edge.contract.filter = self.filter(&from, tree);
        if let Some(said) = beyond(&edge, tree) {
            edge.extensions.insert(EXTENSION.to_owned(), said);
        }
        self.bind(edge, tree.mark);
    }

    fn filter(&self, from: &str, tree: &Tree) -> Option<Filter> {
        let node = self.imported.design.node(from)?;
        let Role::Channel(channel) = &node.role else { return None };
        let key = text(tree, "routing_key").unwrap_or_default().to_owned();
        match channel.preset.as_deref()? {
            "rabbit.direct" => Some(Filter::RoutingKey(key)),
            "rabbit.topic" if key == "#" => None,
            "rabbit.topic" => Some(Filter::Topic(key)),
            "rabbit.headers" => {
                let arguments = tree.get("arguments").map_or(&[][..], |it| it.entries());
                let is_any = arguments.iter().any(|it| {
                    it.key == "x-match" && it.tree.text().is_some_and(|it| it.starts_with("any"))
                });
                let headers = arguments.iter().filter(|it| !it.key.starts_with("x-"));
                let said = |tree: &Tree| match tree.text() {
                    Some(text) => text.to_owned(),
                    None => tree.value().to_string(),
                };
                let headers = headers.map(|it| (it.key.clone(), said(&it.tree))).collect();
                Some(if is_any { Filter::AnyHeader(headers) } else { Filter::AllHeaders(headers) })
            }
            _ => None,
        }
    }

    /// A pair of channels has one binding here: a second one goes over a router that passes on
    /// everything.
    fn bind(&mut self, mut edge: Edge, mark: Mark) {
        let (from, to) = (edge.from.clone(), edge.to.clone());
        let edges = &self.imported.design.edges;
        if edges.iter().any(|edge| edge.from == from && edge.to == to) {
            let role = Role::Channel(Channel::of("rabbit.fanout"));
            let between = self.imported.add(&format!("{from} to {to}"), role);
            let said = json!({ "kind": "binding" });
            let nodes = &mut self.imported.design.nodes;
            if let Some(node) = nodes.iter_mut().find(|it| it.name == between) {
                Arc::make_mut(node).extensions.insert(EXTENSION.to_owned(), said.to_string());
            }
            if matches!(edge.contract.filter, Some(Filter::Topic(_) | Filter::AnyHeader(_))) {
                let sentence = format!(
                    "`{from}` is bound to `{to}` more than once: what matches several of these \
                     bindings comes several times here, and once in the broker"
                );
                self.imported.wrong(mark, sentence);
            }
            self.imported.design.edges.push(Edge::new(EdgeKind::Bind, &between, &to).into());
            edge.to = between;
        }
        self.imported.design.edges.push(edge.into());
    }
}

/// What a binding says that its filter does not.
fn beyond(edge: &Edge, tree: &Tree) -> Option<String> {
    let key = text(tree, "routing_key").unwrap_or_default();
    let arguments = tree.get("arguments").map_or(&[][..], |it| it.entries());
    let is_text = arguments.iter().all(|it| it.tree.text().is_some());
    let is_said = match &edge.contract.filter {
        None => (key.is_empty() || key == "#") && arguments.is_empty(),
        Some(Filter::AllHeaders(_) | Filter::AnyHeader(_)) => key.is_empty() && is_text,
        Some(
            Filter::RoutingKey(_)
            | Filter::Topic(_)
            | Filter::Subject(_)
            | Filter::Levels(_)
            | Filter::Expression(_),
        ) => arguments.is_empty(),
    };
    let arguments = tree.get("arguments").map(|it| it.value());
    (!is_said).then(|| json!({ "routing_key": key, "arguments": arguments }).to_string())
}

fn preset_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "direct" => "rabbit.direct",
        "fanout" => "rabbit.fanout",
        "topic" => "rabbit.topic",
        "headers" => "rabbit.headers",
        _ => return None,
    })
}
