//! How long the catalog of a large design takes: 1,000 services, 10,000 messages.
//! `cargo bench -p flowbench-model --bench catalog`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::convert::Infallible;
use std::fs;
use std::sync::Arc;
use std::time::Instant;

use flowbench_model::catalog::{self, Source};
use flowbench_model::channel::Channel;
use flowbench_model::design::Design;
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::lint;
use flowbench_model::message::{Message, MessageKind, MessageRef, MessageVersion, Schema};
use flowbench_model::node::{Consumer, Node, Role};
use flowbench_model::schema::Schemas;

const SERVICES: usize = 1_000;
/// Messages that each service publishes.
const EACH: usize = 10;

fn main() {
    let design = design();
    let schemas = Schemas::new();
    let begun = Instant::now();
    let findings = lint::findings_with(&design, &schemas);
    println!("rules: {:.2} s, {} findings", begun.elapsed().as_secs_f64(), findings.len());
    let source = Source { design: &design, schemas: &schemas, findings: &findings, facts: &[] };
    let begun = Instant::now();
    let (mut files, mut bytes) = (0, 0);
    let Ok(()) = catalog::folder(&source, |file| -> Result<(), Infallible> {
        files += 1;
        bytes += file.text.len();
        Ok(())
    });
    let seconds = begun.elapsed().as_secs_f64();
    println!("folder: {seconds:.2} s, {files} files, {} MB", bytes / 1_000_000);
    let begun = Instant::now();
    let single = catalog::single_file(&source);
    println!("one file: {:.2} s, {} MB", begun.elapsed().as_secs_f64(), single.len() / 1_000_000);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no peak memory");
    println!("{peak}");
}

/// Services in a ring: each publishes ten messages to a topic of its own, and reads those of the
/// two before it.
fn design() -> Design {
    let mut design = Design::new("Large");
    for service in 0..SERVICES {
        let name = format!("service-{service}");
        let topic = format!("events-{service}");
        let node = |name: &str, role| Arc::new(Node::new(name, role));
        design.nodes.push(node(&name, Role::Consumer(Consumer::default())));
        design.nodes.push(node(&topic, Role::Channel(Channel::default())));
        let mut publish = Edge::new(EdgeKind::Publish, &name, &topic);
        for number in 0..EACH {
            let name = format!("Event{service}Number{number}");
            publish.contract.messages.push(MessageRef::newest(&name));
            design.messages.push(Arc::new(message(&name)));
        }
        design.edges.push(Arc::new(publish));
        for behind in [1, 2] {
            let reader = format!("service-{}", (service + behind) % SERVICES);
            design.edges.push(Arc::new(Edge::new(EdgeKind::Subscribe, &topic, reader)));
        }
    }
    design
}

fn message(name: &str) -> Message {
    const SCHEMA: &str = r#"{"type":"object","required":["id"],"properties":{
        "id":{"type":"string","description":"Which one."},"total":{"type":"number"},
        "at":{"type":"string","format":"date-time"},"note":{"type":"string","maxLength":200},
        "lines":{"type":"array","items":{"type":"object","properties":{
        "sku":{"type":"string"},"count":{"type":"integer","minimum":1}}}}}}"#;
    let mut message = Message::new(name, MessageKind::Event);
    message.summary = "Something has happened.".to_owned();
    let next = SCHEMA.replace("\"maxLength\":200", "\"maxLength\":400");
    message.versions = vec![
        MessageVersion::new(1, Schema::JsonSchema(SCHEMA.to_owned())),
        MessageVersion::new(2, Schema::JsonSchema(next)),
    ];
    message
}
