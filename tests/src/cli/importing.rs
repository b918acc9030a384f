//! `flowbench import` of what brokers list.

use std::fs;

use tempfile::tempdir;

use super::{json, run, said};
use crate::places::text;

const DEFINITIONS: &str = r#"{"rabbit_version": "4.3.0",
 "exchanges": [{"name": "shop", "vhost": "/", "type": "direct", "arguments": {}}],
 "queues": [{"name": "orders", "vhost": "/", "arguments": {"x-queue-type": "quorum"}}],
 "bindings": [{"source": "shop", "vhost": "/", "destination": "orders",
               "destination_type": "queue", "routing_key": "order", "arguments": {}}]}"#;

#[test]
fn definitions_of_a_broker_become_a_design_and_come_back() {
    let folder = tempdir().expect("a folder can be made");
    let [broker, design, back] = ["broker.json", "design.ron", "back.json"]
        .map(|name| folder.path().join(name).to_string_lossy().into_owned());
    fs::write(&broker, DEFINITIONS).expect("a file can be written");
    let output = run(&["import", &broker, "--from", "rabbitmq", "--out", &design]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("2 channels, 1 bindings"), "{}", said(&output));
    let check = run(&["check", &design]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let output = run(&["export", &design, "--to", "rabbitmq", "--out", &back]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written = text(back.as_ref());
    assert!(written.contains("\"routing_key\": \"order\""), "{written}");
    assert!(written.contains("\"x-queue-type\": \"quorum\""), "{written}");
}

#[test]
fn topics_become_channels_and_a_wrong_file_is_refused_with_its_place() {
    let folder = tempdir().expect("a folder can be made");
    let [topics, design] = ["topics.txt", "design.ron"]
        .map(|name| folder.path().join(name).to_string_lossy().into_owned());
    let line =
        "Topic: orders\tPartitionCount: 6\tReplicationFactor: 3\tConfigs: retention.ms=1000\n";
    fs::write(&topics, line).expect("a file can be written");
    let from = ["import", &topics, "--from", "kafka", "--out", &design, "--format", "json"];
    assert_eq!(json(&from)["channels"], 1);
    let written = text(design.as_ref());
    assert!(written.contains("partitions: 6") && written.contains("\"1s\""), "{written}");
    fs::write(&topics, "{\"queues\": ").expect("a file can be written");
    let output = run(&["import", &topics, "--from", "rabbitmq", "--out", &design]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("topics.txt:1:"), "{}", said(&output));
    assert_eq!(text(design.as_ref()), written, "what was there is unchanged");
}
