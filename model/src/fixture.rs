//! Designs for tests, written as lines: `orders: queue`, `shop -> orders: OrderPlaced`.

use std::sync::Arc;

use crate::channel::{Channel, Delivery};
use crate::design::Design;
use crate::edge::{Edge, edge_kind_between};
use crate::emission::Emission;
use crate::formats::recorded::{Head, Heads};
use crate::lint::{self, Files, Lint};
use crate::message::{Message, MessageKind, MessageRef, MessageVersion, Properties, Schema};
use crate::node::{Arrivals, Consumer, Handler, Keys, Node, Producer, Role, Workload};
use crate::recorded::{Recorded, RecordedFormat};
use crate::schema::Schemas;
use crate::schema::verdict::Verdicts;
use crate::time::Span;

/// The design that these lines mean. Messages come into being where an edge names them.
pub(crate) fn design(lines: &str) -> Design {
    let mut design = Design::new("fixture");
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, tail) = line.split_once(':').unwrap_or((line, ""));
        match head.split_once("->") {
            Some((from, to)) => add_edge(&mut design, from.trim(), to.trim(), tail),
            None => design.nodes.push(Arc::new(Node::new(head.trim(), role(tail.trim())))),
        }
    }
    design
}

fn role(word: &str) -> Role {
    match word {
        "producer" => Role::Producer(Producer::default()),
        "queue" => Role::Channel(Channel::default()),
        "topic" => Role::Channel(Channel {
            delivery: Some(Delivery::PublishSubscribe),
            ..Channel::default()
        }),
        "consumer" => Role::Consumer(Consumer::default()),
        other => panic!("no role is called {other}"),
    }
}

fn add_edge(design: &mut Design, from: &str, to: &str, messages: &str) {
    let role = |name: &str| &design.node(name).unwrap_or_else(|| panic!("node {name}")).role;
    let kind = edge_kind_between(role(from), role(to)).expect("an edge that may be");
    let mut edge = Edge::new(kind, from, to);
    for name in messages.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        edge.contract.messages.push(MessageRef::newest(name));
        if design.message(name).is_none() {
            design.messages.push(Arc::new(Message::new(name, MessageKind::Event)));
        }
    }
    design.edges.push(Arc::new(edge));
}

/// The node of this name, to be changed in place.
pub(crate) fn node<'a>(design: &'a mut Design, name: &str) -> &'a mut Node {
    let node = design.nodes.iter_mut().find(|node| node.name == name).expect(name);
    Arc::make_mut(node)
}

/// The consumer of this name, to be changed in place.
pub(crate) fn consumer<'a>(design: &'a mut Design, name: &str) -> &'a mut Consumer {
    match &mut node(design, name).role {
        Role::Consumer(consumer) => consumer,
        Role::Producer(_) | Role::Channel(_) => panic!("{name} is no consumer"),
    }
}

/// The edge written `from -> to`, to be changed in place.
pub(crate) fn edge<'a>(design: &'a mut Design, name: &str) -> &'a mut Edge {
    let edge = design.edges.iter_mut().find(|edge| edge.name().to_string() == name).expect(name);
    Arc::make_mut(edge)
}

/// The message of this name, to be changed in place.
pub(crate) fn message<'a>(design: &'a mut Design, name: &str) -> &'a mut Message {
    let message = design.messages.iter_mut().find(|message| message.name == name).expect(name);
    Arc::make_mut(message)
}

/// A version whose schema is this JSON Schema.
pub(crate) fn version(schema: &str) -> MessageVersion {
    MessageVersion::new(1, Schema::JsonSchema(schema.to_owned()))
}

/// Lets a consumer emit a message whatever it handles.
pub(crate) fn emit(design: &mut Design, name: &str, message: &str) {
    let message = MessageRef::newest(message);
    let handler = Handler { emits: vec![Emission::of(message)], ..Handler::default() };
    consumer(design, name).handlers.push(handler);
}

/// Lets a producer make a message once a second.
pub(crate) fn produce(design: &mut Design, name: &str, message: &str) {
    let Role::Producer(producer) = &mut node(design, name).role else { panic!("{name}") };
    producer.workload.push(Workload {
        message: MessageRef::newest(message),
        arrivals: Arrivals::Constant("1/s".parse().expect("rate")),
        count: None,
        start: Span::ZERO,
        keys: Keys::Unique,
        claim_check: None,
        properties: Properties::default(),
    });
}

/// Lets a producer publish a recorded file as its only workload; where it says how, to be changed
/// in place.
pub(crate) fn replay<'a>(
    design: &'a mut Design,
    name: &str,
    file: &str,
    format: RecordedFormat,
) -> &'a mut Recorded {
    produce(design, name, "Placed");
    let Role::Producer(producer) = &mut node(design, name).role else { panic!("{name}") };
    producer.workload.drain(..producer.workload.len() - 1);
    producer.workload[0].arrivals = Arrivals::Recorded(Box::new(Recorded::new(file, format)));
    match &mut producer.workload[0].arrivals {
        Arrivals::Recorded(recorded) => recorded,
        Arrivals::Constant(_) | Arrivals::Poisson(_) | Arrivals::Scripted(_) => panic!("{name}"),
    }
}

/// What one rule says about a design with this recorded file, or without it.
pub(crate) fn said_among(lint: &Lint, design: &Design, file: &str, text: Option<&str>) -> String {
    let head = |text: &str| Head { bytes: text.as_bytes().to_vec(), is_whole: true };
    let recorded: Heads = text.map(|text| (file.to_owned(), head(text))).into_iter().collect();
    let files = Files { schemas: &Schemas::new(), recorded: &recorded };
    let findings = lint::findings_among(design, files, &mut Verdicts::default());
    let own = findings.iter().filter(|finding| finding.code == lint.code);
    let lines =
        own.map(|it| format!("{}: {} at {}: {}", it.severity, it.place, it.property, it.sentence));
    lines.collect::<Vec<_>>().join("\n")
}
