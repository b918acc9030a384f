//! Time to check a design of 1,000 services and 10,000 messages, each with two versions, and to
//! check it again after an edit; then designs of 100,000 edges in awkward shapes.
//! `cargo bench -p flowbench-model --bench check`.

#![allow(clippy::print_stdout, reason = "a program that prints its figures")]
#![allow(clippy::disallowed_types, reason = "it measures")]
#![allow(clippy::disallowed_methods, reason = "it asks the system for its own time")]

use std::sync::Arc;
use std::time::Instant;

use flowbench_model::channel::{Channel, Delivery};
use flowbench_model::design::Design;
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::edit::Edit;
use flowbench_model::emission::Emission;
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::message::{Message, MessageKind, MessageRef, MessageVersion, Schema};
use flowbench_model::node::{Consumer, Handler, Node, Role};
use flowbench_model::policy::Policy;
use flowbench_model::schema::Schemas;
use flowbench_model::schema::verdict::Verdicts;

const SERVICES: usize = 1_000;
const MESSAGES_OF_A_SERVICE: usize = 10;
/// Other services that a service listens to.
const HEARD: usize = 3;

fn main() {
    let design = large();
    describe("1,000 services", &design);
    let text = timed("write it", || native::write(&design));
    println!("{:.1} MB", text.len() as f64 / 1e6);
    let design = timed("read it", || native::read(&text).expect("it is a design")).design;
    let (files, mut verdicts) = (Schemas::new(), Verdicts::default());
    let found = timed("check it", || lint::findings_again(&design, &files, &mut verdicts));
    let broken = found.iter().filter(|it| it.code == "reader-cannot-read").count();
    println!("{} findings, {broken} of them broken edges", found.len());
    let old = &design.messages[5_000];
    let changed = Message { summary: "changed".to_owned(), ..Message::clone(old) };
    let edit = Edit::PutMessage(old.name.clone(), changed);
    let design = timed("edit it", || edit.apply(&design).expect("the edit makes sense"));
    timed("check it again", || lint::findings_again(&design, &files, &mut verdicts));
    slowest(&design);
    for (shape, design) in [("random", random()), ("one topic", star()), ("one service", hub())] {
        describe(shape, &design);
        timed("check it", || lint::findings_again(&design, &files, &mut Verdicts::default()));
        slowest(&design);
    }
}

fn describe(what: &str, design: &Design) {
    let (nodes, edges, messages) = (design.nodes.len(), design.edges.len(), design.messages.len());
    println!("{what}: {nodes} nodes, {edges} edges, {messages} messages");
}

/// The rules that take most of the time.
fn slowest(design: &Design) {
    let context = lint::Context::new(design);
    let mut times: Vec<(f64, &str)> = Vec::new();
    let mut findings = Vec::new();
    for lint in lint::LINTS {
        let begun = busy();
        (lint.check)(&context, &mut findings);
        times.push((busy() - begun, lint.code));
    }
    times.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (took, code) in times.iter().take(10).filter(|(took, _)| *took >= 1.0) {
        println!("  {took:9.1} ms {code}");
    }
}

/// Says how long something takes by the clock, and how long the processor was busy with it.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (begun, worked) = (Instant::now(), busy());
    let done = work();
    let (passed, worked) = (begun.elapsed().as_secs_f64() * 1e3, busy() - worked);
    println!("{what:16} {passed:9.1} ms, {worked:9.1} ms of them at work");
    done
}

/// Milliseconds for which this program has had a processor; zero where the system does not tell.
fn busy() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let told = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    told.unwrap_or(0.0) / 1e6
}

/// Each service publishes its messages on a topic of its own, and listens to some others; every
/// hundredth listens to a version that it cannot read.
fn large() -> Design {
    let mut design = Design::new("large");
    design.compatibility = Some(Policy::default());
    for service in 0..SERVICES {
        let names = names_of(service);
        design.messages.extend(names.iter().map(|name| Arc::new(message(name))));
        let emits = names.iter().map(|name| Emission::of(version(name, 2))).collect();
        let handlers = vec![Handler { emits, ..Handler::default() }];
        let consumer = Role::Consumer(Consumer { handlers, ..Consumer::default() });
        design.nodes.push(Arc::new(Node::new(format!("service-{service}"), consumer)));
        let delivery = Some(Delivery::PublishSubscribe);
        let topic = Role::Channel(Channel { delivery, ..Channel::default() });
        design.nodes.push(Arc::new(Node::new(format!("topic-{service}"), topic)));
        let edge = |kind, from: String, to: String, messages: Vec<MessageRef>| {
            let mut edge = Edge::new(kind, from, to);
            edge.contract.messages = messages;
            Arc::new(edge)
        };
        let own = names.iter().map(|name| version(name, 2)).collect();
        let (node, topic) = (format!("service-{service}"), format!("topic-{service}"));
        design.edges.push(edge(EdgeKind::Publish, node.clone(), topic, own));
        for step in 1..=HEARD {
            let other = (service * 7 + step * 13) % SERVICES;
            let read = if service % 100 == 0 { 1 } else { 2 };
            let heard = names_of(other).iter().map(|name| version(name, read)).collect();
            let topic = format!("topic-{other}");
            design.edges.push(edge(EdgeKind::Subscribe, topic, node.clone(), heard));
        }
    }
    design
}

fn edge(kind: EdgeKind, from: String, to: String, message: Option<String>) -> Arc<Edge> {
    let mut edge = Edge::new(kind, from, to);
    edge.contract.messages = message.iter().map(|name| version(name, 2)).collect();
    Arc::new(edge)
}

fn topic(name: String) -> Arc<Node> {
    let delivery = Some(Delivery::PublishSubscribe);
    Arc::new(Node::new(name, Role::Channel(Channel { delivery, ..Channel::default() })))
}

/// A consumer that publishes these.
fn service(name: String, emits: &[String]) -> Arc<Node> {
    let emits = emits.iter().map(|name| Emission::of(version(name, 2))).collect();
    let handlers = vec![Handler { emits, ..Handler::default() }];
    Arc::new(Node::new(name, Role::Consumer(Consumer { handlers, ..Consumer::default() })))
}

/// 10,000 services that publish on 1,000 topics, and 90,000 subscriptions from here to there.
fn random() -> Design {
    let mut design = Design::new("random");
    design.messages.extend((0..1_000).map(|it| Arc::new(message(&format!("Event{it}")))));
    design.nodes.extend((0..1_000).map(|it| topic(format!("topic-{it}"))));
    let mut luck = flowbench_model::schema::luck(1);
    for number in 0..10_000 {
        let (name, own) = (format!("service-{number}"), number % 1_000);
        let event = format!("Event{own}");
        design.nodes.push(service(name.clone(), std::slice::from_ref(&event)));
        let to = format!("topic-{own}");
        design.edges.push(edge(EdgeKind::Publish, name.clone(), to, Some(event)));
        for _ in 0..9 {
            let from = luck() % 1_000;
            let event = Some(format!("Event{from}"));
            let from = format!("topic-{from}");
            design.edges.push(edge(EdgeKind::Subscribe, from, name.clone(), event));
        }
    }
    design
}

/// 50,000 publishers and as many subscribers of one message on one topic.
fn star() -> Design {
    let mut design = Design::new("star");
    design.messages.push(Arc::new(message("Event")));
    design.nodes.push(topic("topic".to_owned()));
    for number in 0..50_000 {
        let (from, to) = (format!("from-{number}"), format!("to-{number}"));
        design
            .nodes
            .extend([service(from.clone(), &["Event".to_owned()]), service(to.clone(), &[])]);
        design.edges.push(edge(EdgeKind::Publish, from, "topic".to_owned(), None));
        design.edges.push(edge(EdgeKind::Subscribe, "topic".to_owned(), to, None));
    }
    design
}

/// One service that publishes 50,000 messages on as many queues, and a consumer for each.
fn hub() -> Design {
    let mut design = Design::new("hub");
    let names: Vec<String> = (0..50_000).map(|it| format!("Event{it}")).collect();
    let plain = |name: &String| Arc::new(Message::new(name, MessageKind::Event));
    design.messages.extend(names.iter().map(plain));
    design.nodes.push(service("hub".to_owned(), &names));
    for (number, name) in names.iter().enumerate() {
        let (queue, to) = (format!("queue-{number}"), format!("to-{number}"));
        design.nodes.push(topic(queue.clone()));
        design.nodes.push(service(to.clone(), &[]));
        let name = Some(name.clone());
        design.edges.push(edge(EdgeKind::Publish, "hub".to_owned(), queue.clone(), name.clone()));
        design.edges.push(edge(EdgeKind::Subscribe, queue, to, name));
    }
    design
}

fn names_of(service: usize) -> Vec<String> {
    (0..MESSAGES_OF_A_SERVICE).map(|it| format!("Event{service}x{it}")).collect()
}

fn version(name: &str, version: u32) -> MessageRef {
    MessageRef { name: name.to_owned(), version: Some(version) }
}

fn message(name: &str) -> Message {
    let version = |number, required: &str| MessageVersion {
        number,
        schema: Schema::JsonSchema(format!(
            r#"{{"title":"{name}","type":"object","properties":{{
                "id":{{"type":"string","format":"uuid"}},"number":{{"type":"integer","minimum":1}},
                "at":{{"type":"string","format":"date-time"}},"state":{{"enum":["new","paid"]}},
                "total":{{"type":"number"}},"note":{{"type":"string","maxLength":200}},
                "lines":{{"type":"array","items":{{"type":"object","properties":{{
                    "sku":{{"type":"string"}},"count":{{"type":"integer"}}}}}}}}}},
                "required":["id","at"{required}]}}"#
        )),
        examples: vec![
            r#"{"id":"7b5c0a4e-6d3f-4c58-9d0e-0c8f1f6a2b11","at":"2026-01-01T00:00:00Z",
            "total":1}"#
                .to_owned(),
        ],
        deprecated: None,
        headers: None,
        content_type: None,
        extensions: Default::default(),
    };
    Message {
        summary: "Something happened.".to_owned(),
        versions: vec![version(1, r#","total""#), version(2, "")],
        ..Message::new(name, MessageKind::Event)
    }
}
