//! `flowbench import` of what brokers list, of recorded events and of files of schemas; and back.

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

const EVENTS: &str = r#"[
 {"specversion": "1.0", "type": "order.placed", "source": "/shop", "id": "2",
  "time": "2026-03-01T08:00:02Z", "subject": "b", "data": {"orderId": "b"}},
 {"specversion": "1.0", "type": "order.placed", "source": "/shop", "id": "1",
  "time": "2026-03-01T08:00:00Z", "subject": "a", "data": {"orderId": "a"}},
 {"type": "order.placed"}
]"#;

#[test]
fn recorded_events_become_a_design_that_publishes_them_again_and_a_run_can_be_recorded() {
    let folder = tempdir().expect("a folder can be made");
    let [events, design, again] = ["production.json", "design.ron", "run.jsonl"]
        .map(|name| folder.path().join(name).to_string_lossy().into_owned());
    fs::write(&events, EVENTS).expect("a file can be written");
    let from = ["import", &events, "--from", "cloudevents", "--out", &design, "--format", "json"];
    let imported = json(&from);
    assert_eq!((&imported["events"], &imported["messages"]), (&2.into(), &1.into()));
    let check = run(&["check", &design]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let ran = run(&["run", &design, "--events", &again]);
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    let lines: Vec<serde_json::Value> = text(again.as_ref())
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let of = |name: &str| lines.iter().map(|it| it[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("time"), ["2000-01-01T00:00:00Z", "2000-01-01T00:00:02Z"]);
    assert_eq!(of("id"), ["/shop#1", "/shop#2"]);
    assert_eq!(of("type"), ["order.placed", "order.placed"]);
    assert_eq!(of("source"), ["/shop", "/shop"]);
    let other = folder.path().join("again/design.ron").to_string_lossy().into_owned();
    fs::create_dir(folder.path().join("again")).expect("a folder can be made");
    let from = ["import", &again, "--from", "cloudevents", "--out", &other, "--format", "json"];
    assert_eq!(json(&from)["events"], 2);
    fs::write(&events, "[]").expect("a file can be written");
    let output = run(&["import", &events, "--from", "cloudevents", "--out", &design]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("no CloudEvent"), "{}", said(&output));
}

#[test]
fn schemas_go_out_as_files_and_come_back_as_messages() {
    let folder = tempdir().expect("a folder can be made");
    let [schemas, design] = ["schemas", "in/design.ron"]
        .map(|name| folder.path().join(name).to_string_lossy().into_owned());
    fs::create_dir(folder.path().join("in")).expect("a folder can be made");
    let output = run(&["export", "schema-evolution", "--to", "json-schema", "--out", &schemas]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = fs::read_dir(&schemas).expect("a folder").map(|it| it.expect("a file").path());
    let mut files: Vec<String> = files.map(|it| it.to_string_lossy().into_owned()).collect();
    files.sort();
    assert!(files.iter().any(|it| it.ends_with("OrderPlaced.v2.schema.json")), "{files:?}");
    let mut import = vec!["import", "--from", "json-schema", "--out", &design];
    import.extend(files.iter().map(String::as_str));
    let output = run(&import);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written = text(design.as_ref());
    let path = "JsonSchemaFile(\"schemas/OrderPlaced.v2.schema.json\")";
    assert!(written.contains(path), "{written}");
    let copy = folder.path().join("in/schemas/OrderPlaced.v2.schema.json");
    let original = folder.path().join("schemas/OrderPlaced.v2.schema.json");
    assert_eq!(text(&copy), text(&original));
    let check = run(&["check", &design]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    fs::write(&copy, "{}").expect("a file can be written");
    let output = run(&import);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("is there already"), "{}", said(&output));
}
