//! What messages say, and what comes of it: conditions, mappings, filters, validation, ledgers.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;

use crate::support::{lines, report, run};

/// Orders with a number of items that derives from the key, and what comes of them.
const MESSAGES: &str = r##"
    (name: "Order", ordering_key: "id", versions: [
        (number: 1, schema: JsonSchema(r#"{"type": "object", "required": ["id", "items"],
            "properties": {"id": {"type": "string"}, "items": {"const": ["a", "b", "c"]},
                           "total": {"const": 30}}}"#)),
        (number: 2, schema: JsonSchema(r#"{"type": "object", "required": ["id", "lines"],
            "properties": {"id": {"type": "string"}, "lines": {"const": ["a", "b", "c"]},
                           "total": {"const": 30}}}"#))]),
    (name: "Line", versions: [(number: 1, schema: JsonSchema(r#"{"type": "object",
        "properties": {"sku": {"type": "string"}, "of": {"type": "integer"},
                       "note": {"const": "from the schema"}}}"#))]),
    (name: "Done", versions: [(number: 1, schema: JsonSchema(r#"{"type": "object",
        "properties": {"skus": {"type": "array"}, "count": {"type": "integer"}}}"#))]),"##;

fn design(nodes: &str, edges: &str, scenario: &str) -> Design {
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [{MESSAGES}], nodes: [{nodes}], \
         edges: [{edges}], scenarios: [(name: \"s\", {scenario})])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

/// A shop whose orders (version 1) reach `desk` over a queue, and `desk` with a role and a way on.
fn shop(count: usize, desk: &str, contract: &str) -> (String, String) {
    let instants: Vec<String> = (0..count).map(|at| format!("\"{at}s\"")).collect();
    let nodes = format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order@1\", \
         arrivals: Scripted([{}]))]))), (name: \"orders\", role: Channel(())), \
         (name: \"dead\", role: Channel(())), (name: \"out\", role: Channel(())), \
         (name: \"desk\", role: Consumer(({desk}))),",
        instants.join(", ")
    );
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, from: \"orders\", \
         to: \"desk\", contract: (dead_letter: \"dead\", {contract})), \
         (kind: Publish, from: \"desk\", to: \"out\"),"
    );
    (nodes, edges)
}

fn check(design: &Design, expected: Expect) {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let is_told = |kind| !matches!(kind, EntryKind::Arrived | EntryKind::Delivered);
    expected.assert_eq(&lines(&recording, is_told));
}

/// What each message of a type says at the end.
fn payloads(design: &Design, message_type: &str) -> Vec<String> {
    let recording = run(design);
    let plan = recording.plan();
    let mut texts = Vec::new();
    for id in 0..recording.end().totals().published as u32 {
        let id = flowbench_simulator::message::MessageId(id);
        let Some(of) = recording.record().lineage(id) else { continue };
        if plan.type_name(of.message_type) == message_type {
            texts.push(recording.end().payload(id, &of).expect("content").to_string());
        }
    }
    texts
}

#[test]
fn the_first_handler_whose_condition_holds_is_used() {
    let desk = "handlers: [(when: \"message.number % 2 == 0\", service_time: Constant(\"100ms\")), \
                (when: \"payload.total > 30\", service_time: Constant(\"5s\")), \
                (service_time: Constant(\"200ms\"))]";
    let (nodes, edges) = shop(3, desk, "");
    check(
        &design(&nodes, &edges, "duration: \"9s\""),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.200 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.100 acknowledged shop#2 (1) orders -> desk
        2.000 published shop#3 shop -> orders
        2.200 acknowledged shop#3 (1) orders -> desk
    "#]],
    );
}

#[test]
fn a_router_takes_the_first_way_that_fits_or_all_or_refuses() {
    let emits = "emits: [(message: \"Line\", when: \"message.number == 1\"), \
                 (message: \"Done\", when: \"message.number <= 2\")]";
    let of = |routing: &str| {
        let (nodes, edges) = shop(3, &format!("handlers: [({routing}{emits})]"), "");
        design(&nodes, &edges, "duration: \"9s\"")
    };
    check(
        &of("routing: FirstMatch, unmatched: Reject, "),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 published desk#1 desk -> out
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 published desk#2 desk -> out
        1.000 acknowledged shop#2 (1) orders -> desk
        2.000 published shop#3 shop -> orders
        2.000 failed shop#3 (1) orders -> desk: no condition holds
        2.000 dead-lettered shop#3 (1) orders -> desk: no condition holds
    "#]],
    );
    check(
        &of(""),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 published desk#1 desk -> out
        0.000 published desk#2 desk -> out
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 published desk#3 desk -> out
        1.000 acknowledged shop#2 (1) orders -> desk
        2.000 published shop#3 shop -> orders
        2.000 acknowledged shop#3 (1) orders -> desk
    "#]],
    );
}

#[test]
fn a_mapping_fills_in_fields_and_the_schema_the_rest() {
    let desk = "handlers: [(emits: [(message: \"Line\", mapping: {\
                \"sku\": \"payload.items[1] + '-' + string(message.number)\", \
                \"of\": \"payload.total / 2\"})])]";
    let (nodes, edges) = shop(2, desk, "");
    let design = design(&nodes, &edges, "duration: \"9s\"");
    expect![[r#"
        {"sku":"b-1","of":15,"note":"from the schema"}
        {"sku":"b-2","of":15,"note":"from the schema"}"#]]
    .assert_eq(&payloads(&design, "Line").join("\n"));
}

const SPLITTER: &str = "handlers: [(emits: [(message: \"Line\", parts: \"payload.items\", \
    identity: OfCause, mapping: {\"sku\": \"part\", \"of\": \"total\"})])]";

/// Lines come from `desk`, and `join` puts them together.
fn split_and_join(join: &str, more: &str) -> (String, String) {
    let (nodes, edges) = shop(1, SPLITTER, "");
    let nodes = nodes
        + &format!(
            "(name: \"join\", role: Consumer((pattern: Aggregator(({join}))))), (name: \"done\", role: Channel(())),"
        );
    let edges = edges
        + &format!(
            "(kind: Subscribe, from: \"out\", to: \"join\", contract: ({more})), (kind: Publish, from: \"join\", to: \"done\"),"
        );
    (nodes, edges)
}

const JOIN: &str = "part: \"payload.sku\", count: \"payload.of\", emits: [(message: \"Done\", \
    mapping: {\"skus\": \"parts.map(it, it.sku)\", \"count\": \"size(parts)\"})]";

#[test]
fn what_a_splitter_takes_apart_an_aggregator_joins() {
    let (nodes, edges) = split_and_join(JOIN, "");
    let design = design(&nodes, &edges, "duration: \"9s\"");
    check(
        &design,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 published desk#1 desk -> out
        0.000 published desk#2 desk -> out
        0.000 published desk#3 desk -> out
        0.000 acknowledged shop#1 (1) orders -> desk
        0.000 state changed desk#1 join
        0.000 acknowledged desk#1 (1) out -> join
        0.000 acknowledged desk#2 (1) out -> join
        0.000 state changed desk#3 join
        0.000 published join#1 join -> done
        0.000 acknowledged desk#3 (1) out -> join
    "#]],
    );
    expect![[r#"{"skus":["a","b","c"],"count":3}"#]]
        .assert_eq(&payloads(&design, "Done").join("\n"));
}

#[test]
fn a_set_that_is_not_complete_in_time_is_published_in_part_and_what_comes_later_is_late() {
    let join = JOIN.to_owned()
        + ", within: \"1s\", emits_partial: [(message: \"Done\", \
        mapping: {\"count\": \"size(parts)\"})]";
    let (nodes, edges) = split_and_join(&join, "");
    let slow = edges.replace(
        "(kind: Publish, from: \"desk\", to: \"out\")",
        "(kind: Publish, from: \"desk\", to: \"out\", latency: Uniform(\"0s\", \"4s\"))",
    );
    check(
        &design(&nodes, &slow, "duration: \"9s\", seed: 3"),
        expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 published desk#1 desk -> out
            0.000 published desk#2 desk -> out
            0.000 published desk#3 desk -> out
            0.000 acknowledged shop#1 (1) orders -> desk
            0.748 state changed desk#3 join
            0.748 acknowledged desk#3 (1) out -> join
            1.100 acknowledged desk#1 (1) out -> join
            1.748 state changed desk#1 join
            1.748 published join#1 join -> done
            2.064 acknowledged desk#2 (1) out -> join
        "#]],
    );
}

#[test]
fn parts_that_are_held_come_again_after_a_crash() {
    let join = JOIN.to_owned() + ", acknowledges: WhenOver";
    let (nodes, edges) = split_and_join(&join, "");
    let nodes = nodes.replace("Consumer((pattern", "Consumer((concurrency: 5, pattern");
    let slow = edges.replace(
        "(kind: Publish, from: \"desk\", to: \"out\")",
        "(kind: Publish, from: \"desk\", to: \"out\", latency: Uniform(\"0s\", \"4s\"))",
    );
    let scenario = "duration: \"9s\", seed: 3, faults: [(kind: Down(node: \"join\"), \
                    start: \"2s\", duration: \"1s\")]";
    check(
        &design(&nodes, &slow, scenario),
        expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 published desk#1 desk -> out
            0.000 published desk#2 desk -> out
            0.000 published desk#3 desk -> out
            0.000 acknowledged shop#1 (1) orders -> desk
            0.748 state changed desk#3 join
            2.000 fault started Down
            2.000 returned to the channel desk#3 (1) out -> join: consumer crashed
            2.000 returned to the channel desk#1 (1) out -> join: consumer crashed
            3.000 fault ended Down
            3.000 state changed desk#3 join
            3.000 state changed desk#2 join
            3.000 published join#1 join -> done
            3.000 acknowledged desk#3 (2) out -> join
            3.000 acknowledged desk#1 (2) out -> join
            3.000 acknowledged desk#2 (1) out -> join
        "#]],
    );
}

#[test]
fn a_new_version_in_the_middle_breaks_exactly_who_looks_and_cannot_read_it() {
    let faults = "duration: \"9s\", faults: [(kind: VersionSkew(node: \"shop\", version: 2), \
                  start: \"500ms\", duration: \"1s\")]";
    for (validation, expected) in [
        (
            "Some(Reject)",
            expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 acknowledged shop#1 (1) orders -> desk
            0.500 fault started VersionSkew
            1.000 published shop#2 shop -> orders
            1.000 failed shop#2 (1) orders -> desk: schema
            1.000 dead-lettered shop#2 (1) orders -> desk: schema
            1.500 fault ended VersionSkew
            2.000 published shop#3 shop -> orders
            2.000 acknowledged shop#3 (1) orders -> desk
        "#]],
        ),
        (
            "Some(Retry), retry: (attempts: 2, backoff: Fixed(\"1s\"))",
            expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 acknowledged shop#1 (1) orders -> desk
            0.500 fault started VersionSkew
            1.000 published shop#2 shop -> orders
            1.000 failed shop#2 (1) orders -> desk: schema
            1.000 waits for retry shop#2 (1) orders -> desk for 1000ms
            1.500 fault ended VersionSkew
            2.000 published shop#3 shop -> orders
            2.000 failed shop#2 (2) orders -> desk: schema
            2.000 dead-lettered shop#2 (2) orders -> desk: schema
            2.000 acknowledged shop#3 (1) orders -> desk
        "#]],
        ),
        (
            "Some(Flag)",
            expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 acknowledged shop#1 (1) orders -> desk
            0.500 fault started VersionSkew
            1.000 published shop#2 shop -> orders
            1.000 flagged as invalid shop#2 (1) orders -> desk
            1.000 acknowledged shop#2 (1) orders -> desk
            1.500 fault ended VersionSkew
            2.000 published shop#3 shop -> orders
            2.000 acknowledged shop#3 (1) orders -> desk
        "#]],
        ),
    ] {
        let contract = format!("messages: [\"Order@1\"], validation: {validation}");
        let (nodes, edges) = shop(3, "", &contract);
        check(&design(&nodes, &edges, faults), expected);
    }
}

#[test]
fn a_reader_notices_only_what_it_uses() {
    let faults = "duration: \"9s\", faults: [(kind: VersionSkew(node: \"shop\", version: 2), \
                  start: \"500ms\", duration: \"1s\")]";
    for (uses, refused) in [("", 1_u64), ("\"items\"", 1), ("\"id\", \"/total\"", 0)] {
        let contract = format!("messages: [\"Order@1\"], validation: Some(Reject), uses: [{uses}]");
        let (nodes, edges) = shop(3, "", &contract);
        let books = report(&design(&nodes, &edges, faults)).messages;
        assert_eq!((books.dead_lettered, books.acknowledged), (refused, 3 - refused), "{uses}");
    }
}

#[test]
fn an_expression_that_fails_refuses_the_message_and_says_where() {
    let desk = "handlers: [(emits: [(message: \"Line\", \
                mapping: {\"of\": \"payload.total / (message.number - 2)\"})])]";
    let (nodes, edges) = shop(3, desk, "retry: (attempts: 5)");
    let design = design(&nodes, &edges, "duration: \"9s\"");
    check(
        &design,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 published desk#1 desk -> out
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 failed shop#2 (1) orders -> desk: expression failed
        1.000 dead-lettered shop#2 (1) orders -> desk: expression failed
        2.000 published shop#3 shop -> orders
        2.000 published desk#2 desk -> out
        2.000 acknowledged shop#3 (1) orders -> desk
    "#]],
    );
    let report = report(&design);
    assert_eq!(report.expression_error_count, 1);
    let error = &report.expression_errors[0];
    assert_eq!((error.message.as_str(), error.column), ("shop#2", 15));
    assert_eq!(error.place, "node desk, handlers.0.emits.0.mapping.of");
    assert_eq!(error.error, "this divides by zero");
}

#[test]
fn a_channel_chooses_by_condition_or_its_consumer_lets_go() {
    let filter = "filter: Some(Expression(\"message.number != 2\"))";
    let (nodes, edges) = shop(3, "", filter);
    check(
        &design(&nodes, &edges, "duration: \"9s\""),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 acknowledged shop#2 (1) orders -> desk: unread
        2.000 published shop#3 shop -> orders
        2.000 acknowledged shop#3 (1) orders -> desk
    "#]],
    );
    let nodes = nodes.replace(
        "(name: \"orders\", role: Channel(()))",
        "(name: \"orders\", role: Channel((delivery: PublishSubscribe, filtering: Expression)))",
    );
    check(
        &design(&nodes, &edges, "duration: \"9s\""),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 dropped shop#2: nobody subscribes
        2.000 published shop#3 shop -> orders
        2.000 acknowledged shop#3 (1) orders -> desk
    "#]],
    );
}

#[test]
fn a_ledger_shows_what_is_missing_and_what_is_double() {
    let desk = |idempotent: bool| {
        format!(
            "ledger: Some((unit: \"$\")), idempotent: {idempotent}, \
                 handlers: [(amount: \"payload.total\")]"
        )
    };
    let said = |desk: &str, contract: &str, scenario: &str| {
        let (nodes, edges) = shop(4, desk, contract);
        let report = report(&design(&nodes, &edges, scenario));
        let ledger = &report.ledgers[0];
        (ledger.expected.sum, ledger.posted.sum, ledger.doubled.sum, ledger.missing)
    };
    let lost = "duration: \"60s\", faults: [(kind: AckLost(node: \"desk\", share: 1.0), \
                filter: (last_attempt: Some(1)))]";
    assert_eq!(said(&desk(false), "", "duration: \"60s\""), (120.0, 120.0, 0.0, 0));
    assert_eq!(said(&desk(false), "", lost), (120.0, 240.0, 120.0, 0));
    assert_eq!(said(&desk(true), "", lost), (120.0, 120.0, 0.0, 0));
    let poison =
        desk(false).replace("amount:", "failures: (poison: Messages([\"shop#1\"])), amount:");
    assert_eq!(said(&poison, "retry: (attempts: 1)", "duration: \"60s\""), (120.0, 90.0, 0.0, 1));
}

#[test]
fn a_broken_payload_is_refused_where_its_schema_objects_and_seen_as_it_is() {
    let said = |damage: &str, field: &str| {
        let faults = format!(
            "duration: \"9s\", faults: [(kind: Corruption(node: \"shop\", share: 1.0, \
             damage: {damage}, field: Some({field:?})), start: \"500ms\", duration: \"1s\")]"
        );
        let contract = "messages: [\"Order@1\"], validation: Some(Reject)";
        let (nodes, edges) = shop(3, "", contract);
        let design = design(&nodes, &edges, &faults);
        let dead = report(&design).messages.dead_lettered;
        let payload: serde_json::Value =
            serde_json::from_str(&payloads(&design, "Order")[1]).expect("JSON");
        (dead, payload[field].to_string())
    };
    assert_eq!(said("Missing", "id"), (1, "null".to_owned()));
    assert_eq!(said("WrongType", "total"), (1, "\"?\"".to_owned()));
    // Nobody asked for the total to be there.
    assert_eq!(said("Missing", "total"), (0, "null".to_owned()));
}
