//! Avro messages: what readers of another version make of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::message::Schema;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::EntryKind;

use crate::support::{lines, run};

const OLD: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "id", "type": "string"}, {"name": "cents", "type": "int"}]}"#;

/// Orders of version 1 or 2, read by `desk` as the contract says, which tells what it has read.
fn design((first, second): (&str, &str), written: u32, reads: u32, scenario: &str) -> Design {
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [(name: \"Order\", ordering_key: \"id\", \
         versions: [(number: 1, schema: Avro(r##\"{first}\"##)), (number: 2, schema: \
         Avro(r##\"{second}\"##))]), (name: \"Told\")], nodes: [(name: \"shop\", role: \
         Producer((workload: [(message: \"Order@{written}\", arrivals: Constant(\"1/s\"))]))), \
         (name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), (name: \"out\", \
         role: Channel(())), (name: \"desk\", role: Consumer((handlers: [(emits: [(message: \
         \"Told\", mapping: {{\"fields\": \"payload\"}})])])))], edges: [(kind: Publish, from: \
         \"shop\", to: \"orders\"), (kind: Subscribe, from: \"orders\", to: \"desk\", contract: \
         (dead_letter: \"dead\", messages: [\"Order@{reads}\"], validation: Some(Reject))), (kind: \
         Publish, from: \"desk\", to: \"out\")], scenarios: [(name: \"s\", {scenario})])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

fn check(design: &Design, expected: Expect) {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let is_told = |kind| matches!(kind, EntryKind::Acknowledged | EntryKind::DeadLettered);
    expected.assert_eq(&lines(&recording, is_told));
}

/// What each message of a type says, and whether it was dead-lettered.
fn said(design: &Design, of: &str) -> Vec<(String, bool)> {
    let recording = run(design);
    let (plan, record) = (recording.plan(), recording.record());
    let dead: BTreeSet<MessageId> = record
        .entries_from(0)
        .filter(|entry| entry.kind == EntryKind::DeadLettered)
        .map(|entry| entry.message)
        .collect();
    let mut texts = Vec::new();
    for id in (0..recording.end().totals().published as u32).map(MessageId) {
        let Some(lineage) = record.lineage(id) else { continue };
        if plan.type_name(lineage.message_type) == of {
            let payload = recording.end().payload(id, &lineage).expect("content");
            texts.push((payload.to_string(), dead.contains(&id)));
        }
    }
    texts
}

#[test]
fn a_field_that_the_reader_adds_needs_a_default() {
    let added = |default: &str| {
        OLD.replace(
            "}]}",
            &format!("}}, {{\"name\": \"currency\", \"type\": \"string\"{default}}}]}}"),
        )
    };
    check(
        &design((OLD, &added("")), 1, 2, "duration: \"3s\""),
        expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> desk: schema
        1.000 dead-lettered shop#2 (1) orders -> desk: schema
        2.000 dead-lettered shop#3 (1) orders -> desk: schema
        3.000 dead-lettered shop#4 (1) orders -> desk: schema
    "#]],
    );
    let with_default = design((OLD, &added(", \"default\": \"EUR\"")), 1, 2, "duration: \"3s\"");
    check(
        &with_default,
        expect![[r#"
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 acknowledged shop#2 (1) orders -> desk
        2.000 acknowledged shop#3 (1) orders -> desk
        3.000 acknowledged shop#4 (1) orders -> desk
    "#]],
    );
    let told = said(&with_default, "Told");
    assert!(!told.is_empty());
    assert!(told.iter().all(|(text, _)| text.contains("\"currency\":\"EUR\"")), "{told:?}");
    check(
        &design((OLD, &added("")), 2, 1, "duration: \"3s\""),
        expect![[r#"
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 acknowledged shop#2 (1) orders -> desk
        2.000 acknowledged shop#3 (1) orders -> desk
        3.000 acknowledged shop#4 (1) orders -> desk
    "#]],
    );
}

#[test]
fn a_reader_sees_what_he_calls_it() {
    let renamed = r#"{"type": "record", "name": "Order", "fields": [{"name": "total",
        "type": "double", "aliases": ["cents"]}]}"#;
    let told = said(&design((OLD, renamed), 1, 2, "duration: \"2s\""), "Told");
    expect![[r#"[("{\"fields\":{\"total\":8761.0}}", false), ("{\"fields\":{\"total\":5769.0}}", false), ("{\"fields\":{\"total\":1858.0}}", false)]"#]].assert_eq(&format!("{told:?}"));
}

#[test]
fn a_symbol_added_in_the_middle_of_a_run_breaks_exactly_the_messages_that_have_it() {
    let of = |symbols: &str, default: &str| {
        format!(
            r#"{{"type": "record", "name": "Order", "fields": [{{"name": "id", "type": "string"}},
            {{"name": "state", "type": {{"type": "enum", "name": "State", "symbols": [{symbols}]
            {default}}}}}]}}"#
        )
    };
    let new = of(r#""Open", "Paid""#, "");
    let scenario = "duration: \"60s\", faults: [(kind: VersionSkew(node: \"shop\", version: 2), \
                    start: \"20s\", duration: \"20s\")]";
    let orders = said(&design((&of(r#""Open""#, ""), &new), 1, 1, scenario), "Order");
    let paid = orders.iter().filter(|(text, _)| text.contains("Paid")).count();
    assert!(paid > 5, "{orders:?}");
    for (text, is_dead) in &orders {
        assert_eq!(text.contains("Paid"), *is_dead, "{text}");
    }
    let careful = of(r#""Open""#, r#", "default": "Open""#);
    let orders = said(&design((&careful, &new), 1, 1, scenario), "Order");
    assert!(orders.iter().all(|(_, is_dead)| !is_dead));
}

#[test]
fn who_reads_json_cannot_read_avro() {
    let mut design = design((OLD, OLD), 1, 2, "duration: \"2s\"");
    let message = Arc::make_mut(&mut design.messages[0]);
    message.versions[0].schema = Schema::JsonSchema("{}".into());
    check(
        &design,
        expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> desk: schema
        1.000 dead-lettered shop#2 (1) orders -> desk: schema
        2.000 dead-lettered shop#3 (1) orders -> desk: schema
    "#]],
    );
}

#[test]
fn damage_to_an_avro_payload_is_noticed_as_its_schema_says() {
    let scenario = |damage: &str| {
        format!(
            "duration: \"4s\", faults: [(kind: Corruption(node: \"shop\", share: 1.0, damage: {damage}, \
             field: Some(\"cents\")), start: \"1500ms\")]"
        )
    };
    for damage in ["Missing", "Null", "WrongType", "OutOfRange"] {
        let orders = said(&design((OLD, OLD), 1, 1, &scenario(damage)), "Order");
        let dead: Vec<bool> = orders.iter().map(|(_, is_dead)| *is_dead).collect();
        assert!(!dead[0] && dead[dead.len() - 1], "{damage}: {orders:?}");
    }
}
