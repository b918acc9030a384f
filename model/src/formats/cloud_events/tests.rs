//! CloudEvents in and out.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture;
use crate::formats::recorded::{Reader, read_all};
use crate::message::Schema;
use crate::node::{Arrivals, Role};

/// The messages, producers and what is said about a text.
fn check(text: &str, expect: Expect) -> Option<Imported> {
    let imported = match import("test", text, "recorded/test.jsonl") {
        Ok(imported) => imported,
        Err(error) => {
            expect.assert_eq(&format!("error: {error}\n"));
            return None;
        }
    };
    let mut lines = String::new();
    for message in &imported.design.messages {
        for version in &message.versions {
            let schema = version.schema.inside().unwrap_or_default();
            let schema: Value = serde_json::from_str(schema).expect("a schema");
            lines +=
                &format!("{} {}: {schema} {:?}\n", message.name, version.number, version.examples);
        }
    }
    for node in &imported.design.nodes {
        let Role::Producer(producer) = &node.role else { continue };
        lines += &format!("{}\n", node.name);
        for workload in &producer.workload {
            let Arrivals::Recorded(recorded) = &workload.arrivals else { panic!("recorded") };
            let events = events_of(recorded, &workload.message.name, &imported.recording);
            let tree = crate::tree::Tree::of(&**recorded);
            lines += &format!("  {}: {events} events of {tree}\n", workload.message);
        }
    }
    for (line, finding) in &imported.findings {
        lines += &format!("{line}: {}: {}\n", finding.severity, finding.sentence);
    }
    let findings = crate::lint::findings(&imported.design).into_iter();
    let errors = findings.filter(|finding| finding.severity == Severity::Error);
    lines.extend(errors.map(|finding| format!("lint: {}\n", finding.sentence)));
    expect.assert_eq(&lines);
    Some(imported)
}

/// How many events a workload publishes of a recording.
fn events_of(recorded: &crate::recorded::Recorded, message: &str, recording: &str) -> usize {
    let reader = Reader::new(recorded, message, recording.as_bytes()).expect("a reader");
    read_all(&reader, recording.as_bytes()).events.len()
}

#[test]
fn types_are_messages_and_sources_publish_what_was_recorded() {
    check(
        r#"{"specversion":"1.0","type":"order.placed","source":"/shop","id":"2","time":"2026-03-01T08:00:02Z","subject":"o2","data":{"id":2,"total":5}}
{"specversion":"1.0","type":"order.placed","source":"/shop","id":"1","time":"2026-03-01T08:00:00Z","subject":"o1","data":{"id":1,"total":2.5,"lines":[{"sku":"a"}]}}
no event
{"specversion":"1.0","type":"order.placed.v2","source":"/shop","id":"3","time":"2026-03-01T08:00:03Z","dataschema":"https://example.com/2","data":{"id":3}}
{"specversion":"1.0","type":"order.placed","source":"https://example.com/x","id":"1","time":"2026-03-01T08:00:04Z","subject":"o1","data":{"id":null}}
{"specversion":"1.0","type":"order.placed","source":"https://example.com/x","id":"1","time":"2026-03-01T08:00:05Z","subject":"o1","data_base64":"AAAA"}
"#,
        expect![[r#"
            order.placed 1: {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":["integer","null"]},"total":{"type":"number"},"lines":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}}},"required":["id"]} ["{\"id\":2,\"total\":5}", "{\"id\":1,\"total\":2.5,\"lines\":[{\"sku\":\"a\"}]}"]
            order.placed 2: {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"integer"}},"required":["id"]} ["{\"id\":3}"]
            /shop
              order.placed: 4 events of (file: "recorded/test.jsonl", format: CloudEvents, fields: (key: "/subject"), bad_lines: Skip)
              order.placed@2: 1 events of (file: "recorded/test.jsonl", format: CloudEvents, event_type: "order.placed.v2")
            https://example.com/x
            1: info: `order.placed` comes from `https://example.com/x` too: all its events are published by `/shop`, which has the most of them
            3: warning: this is no JSON: expected ident at line 1 column 2
            6: info: events with the source and id of an earlier one, so the same event once more: 1; they are published again, as it was recorded
        "#]],
    );
}

#[test]
fn an_array_a_single_event_and_what_is_none_are_told_apart() {
    check(
        "[\n {\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"s\",\"id\":\"1\",\"data\":1},\n {\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"s\"},\n 7\n]",
        expect![[r#"
            a 1: {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"integer"} ["1"]
            s
              a: 1 events of (file: "recorded/test.jsonl", format: CloudEvents, pace: Evenly("10/s"))
            1: info: events without a time: 1 of 1; all are published evenly, in this order
            3: warning: this event has no `id`
            4: warning: expected an event, an object
        "#]],
    );
    check(
        "{\n \"specversion\": \"1.0\", \"type\": \"a->b#1\", \"source\": \"s\", \"id\": \"1\",\n \"datacontenttype\": \"text/xml\", \"data\": \"<x/>\"\n}",
        expect![[r#"
            a→b_1 1: {"$schema":"https://json-schema.org/draft/2020-12/schema"} []
            s
            1: info: events without a time: 1 of 1; all are published evenly, in this order
            1: warning: no event of `a->b#1` has JSON in `data`: nothing publishes it
        "#]],
    );
    check(
        "[]",
        expect![[r#"
        error: there is no CloudEvent in it: it is empty
    "#]],
    );
    check(
        "",
        expect![[r#"
        error: there is no CloudEvent in it: it is empty
    "#]],
    );
    check(
        "{\"orders\": 7}",
        expect![[r#"
        error: there is no CloudEvent in it: line 1: this event has no `specversion`
    "#]],
    );
    check(
        "[{\"a\":",
        expect![[r#"
        error: the batch is no JSON: EOF while parsing a value at line 1 column 6
    "#]],
    );
}

#[test]
fn every_version_has_an_event_that_can_be_read_again() {
    let mut design =
        fixture::design("web shop: producer\n orders: queue\n web shop -> orders: OrderPlaced, X");
    let schema = r#"{"type":"object","properties":{"id":{"const":7}},"required":["id"]}"#;
    let mut first = MessageVersion::new(1, Schema::JsonSchema(schema.to_owned()));
    first.examples = vec![r#"{"id": 7, "more": true}"#.to_owned()];
    let second = MessageVersion::new(2, Schema::JsonSchema(schema.to_owned()));
    fixture::message(&mut design, "OrderPlaced").versions = vec![first, second];
    let proto = Schema::Protobuf("message X {}".to_owned());
    fixture::message(&mut design, "X").versions = vec![MessageVersion::new(1, proto)];
    let (text, findings) = examples(&design, &Schemas::new());
    expect![[r#"
        {"specversion":"1.0","type":"OrderPlaced","source":"/web%20shop","id":"OrderPlaced-v1-1","datacontenttype":"application/json","data":{"id":7,"more":true}}
        {"specversion":"1.0","type":"OrderPlaced.v2","source":"/web%20shop","id":"OrderPlaced-v2-1","datacontenttype":"application/json","data":{"id":7}}
    "#]].assert_eq(&text);
    let said: Vec<&str> = findings.iter().map(|finding| &*finding.sentence).collect();
    assert_eq!(said, ["version 1: there is no example, and none is made for Protobuf"]);
    let again = import("again", &text, "x.jsonl").expect("events");
    let versions: Vec<u32> =
        again.design.messages[0].versions.iter().map(|version| version.number).collect();
    assert_eq!((again.design.messages.len(), versions), (1, vec![1, 2]));
}
