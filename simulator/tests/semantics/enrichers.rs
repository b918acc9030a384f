//! Handlers that ask for more, and go on without it.

use expect_test::{Expect, expect};
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;

use crate::support::{lines, run};

/// A desk that asks a directory, which is down from 0.5 s to 2.5 s, what it does not know.
fn check(handler: &str, contract: &str, expected: Expect) {
    let text = format!(
        r##"(format: 1, info: (name: "test"),
        messages: [(name: "Order"), (name: "Bill", versions: [(number: 1, schema: JsonSchema(
            r#"{{"type": "object", "properties": {{"tier": {{"type": "string"}}}}}}"#))])],
        nodes: [
            (name: "shop", role: Producer((workload: [(message: "Order",
                arrivals: Constant("1/s"), count: Some(3))]))),
            (name: "orders", role: Channel(())), (name: "bills", role: Channel(())),
            (name: "desk", role: Consumer((handlers: [(calls: ["directory"], {handler})]))),
            (name: "directory", role: Consumer(())), (name: "reader", role: Consumer((
                handlers: [(failures: (poison: When("payload.tier == 'unknown'")))])))],
        edges: [
            (kind: Publish, from: "shop", to: "orders"),
            (kind: Subscribe, from: "orders", to: "desk"),
            (kind: Call, from: "desk", to: "directory", contract: ({contract})),
            (kind: Publish, from: "desk", to: "bills"),
            (kind: Subscribe, from: "bills", to: "reader")],
        scenarios: [(name: "s", duration: "9s", faults: [
            (kind: Down(node: "directory"), start: "500ms", duration: Some("2s"))])])"##
    );
    let design = native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design;
    let recording = run(&design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let is_told = |kind| {
        use EntryKind::{Arrived, CallReturned, CallSent, CallServed, Delivered};
        !matches!(kind, Arrived | Delivered | CallSent | CallServed | CallReturned)
    };
    expected.assert_eq(&lines(&recording, is_told));
}

#[test]
fn an_attempt_fails_with_its_call_unless_it_may_go_on() {
    check(
        "emits: [(message: \"Bill\", mapping: {\"tier\": \"'gold'\"})]",
        "",
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 published desk#2 desk -> bills
        0.000 acknowledged shop#1 (1) orders -> desk
        0.000 acknowledged desk#2 (1) bills -> reader
        0.500 fault started Down
        1.000 published shop#2 shop -> orders
        1.000 call failed desk#3 (1) desk -> directory: called node is down
        1.000 failed shop#2 (1) orders -> desk: called node is down
        1.000 dropped shop#2: given up, and no dead-letter channel
        2.000 published shop#3 shop -> orders
        2.000 call failed desk#4 (1) desk -> directory: called node is down
        2.000 failed shop#3 (1) orders -> desk: called node is down
        2.000 dropped shop#3: given up, and no dead-letter channel
        2.500 fault ended Down
    "#]],
    );
}

#[test]
fn what_goes_on_without_the_answer_is_partial() {
    check(
        "on_call_failure: Continue, emits: [(message: \"Bill\", \
         mapping: {\"tier\": \"message.partial ? 'unknown' : 'gold'\"})]",
        "",
        expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 published desk#2 desk -> bills
            0.000 acknowledged shop#1 (1) orders -> desk
            0.000 acknowledged desk#2 (1) bills -> reader
            0.500 fault started Down
            1.000 published shop#2 shop -> orders
            1.000 call failed desk#3 (1) desk -> directory: called node is down
            1.000 went on without the answer shop#2 (1) desk -> directory
            1.000 published desk#4 desk -> bills
            1.000 acknowledged shop#2 (1) orders -> desk
            1.000 failed desk#4 (1) bills -> reader: poison message
            1.000 dropped desk#4: given up, and no dead-letter channel
            2.000 published shop#3 shop -> orders
            2.000 call failed desk#5 (1) desk -> directory: called node is down
            2.000 went on without the answer shop#3 (1) desk -> directory
            2.000 published desk#6 desk -> bills
            2.000 acknowledged shop#3 (1) orders -> desk
            2.000 failed desk#6 (1) bills -> reader: poison message
            2.000 dropped desk#6: given up, and no dead-letter channel
            2.500 fault ended Down
        "#]],
    );
}

#[test]
fn an_attempt_goes_on_after_the_last_retry_only() {
    check(
        "on_call_failure: Continue, emits: [(message: \"Bill\", when: \"!message.partial\")]",
        "retry: Some((attempts: Some(2), backoff: Fixed(\"600ms\")))",
        expect![[r#"
            0.000 published shop#1 shop -> orders
            0.000 published desk#2 desk -> bills
            0.000 acknowledged shop#1 (1) orders -> desk
            0.000 acknowledged desk#2 (1) bills -> reader
            0.500 fault started Down
            1.000 published shop#2 shop -> orders
            1.000 call failed desk#3 (1) desk -> directory: called node is down
            1.600 call failed desk#3 (2) desk -> directory: called node is down
            1.600 went on without the answer shop#2 (1) desk -> directory
            1.600 acknowledged shop#2 (1) orders -> desk
            2.000 published shop#3 shop -> orders
            2.000 call failed desk#4 (1) desk -> directory: called node is down
            2.500 fault ended Down
            2.600 published desk#5 desk -> bills
            2.600 acknowledged shop#3 (1) orders -> desk
            2.600 acknowledged desk#5 (1) bills -> reader
        "#]],
    );
}
