//! The inbox of an idempotent consumer: what it recognizes, for how long, and what becomes of two
//! deliveries of one message at the same time.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::report::InboxReport;

use crate::support::{lines, report, run};

/// A payment, which tells a repetition by the number on it.
const MESSAGES: &str = r##"(name: "Order", ordering_key: "id", versions: [(number: 1,
    schema: JsonSchema(r#"{"type": "object", "required": ["id", "payment"], "properties":
        {"id": {"type": "string"}, "payment": {"type": "integer", "minimum": 5, "maximum": 5}}}"#))]),
    (name: "Ask", kind: Query)"##;

struct Shop {
    instants: &'static [&'static str],
    keys: &'static str,
    orders: &'static str,
    desk: String,
    contract: &'static str,
    scenario: &'static str,
}

const SHOP: Shop = Shop {
    instants: &["0s"],
    keys: "Unique",
    orders: "",
    desk: String::new(),
    contract: "",
    scenario: "",
};

/// Orders that reach `desk` over a queue; it works on each for 100 ms and keeps books.
fn design(shop: &Shop) -> Design {
    let instants: Vec<String> = shop.instants.iter().map(|at| format!("{at:?}")).collect();
    let Shop { keys, orders, desk, contract, scenario, .. } = shop;
    let text = format!(
        r##"(format: 1, info: (name: "test"), messages: [{MESSAGES}],
        nodes: [
            (name: "shop", role: Producer((workload: [(message: "Order", keys: {keys},
                arrivals: Scripted([{}]))]))),
            (name: "orders", role: Channel(({orders}))), (name: "dead", role: Channel(())),
            (name: "desk", role: Consumer((ledger: Some((unit: "orders")), idempotent: true,
                handlers: [(service_time: Constant("100ms"))], {desk})))],
        edges: [
            (kind: Publish, from: "shop", to: "orders"),
            (kind: Subscribe, from: "orders", to: "desk",
                contract: (dead_letter: "dead", {contract}))],
        scenarios: [(name: "s", duration: "60s", {scenario})])"##,
        instants.join(", ")
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

fn told(shop: &Shop) -> String {
    let recording = run(&design(shop));
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    use EntryKind::{Arrived, FaultEnded, FaultStarted};
    lines(&recording, |kind| !matches!(kind, Arrived | FaultStarted | FaultEnded))
}

fn check(shop: &Shop, expected: Expect) {
    expected.assert_eq(&told(shop));
}

/// Effects at `desk`: expected, posted, double.
fn books(shop: &Shop) -> (u64, u64, u64) {
    let ledger = report(&design(shop)).ledgers.remove(0);
    (ledger.expected.count, ledger.posted.count, ledger.doubled.count)
}

fn inbox(shop: &Shop) -> InboxReport {
    report(&design(shop)).inboxes.remove(0)
}

/// A consumer that works longer than its lease lasts, on two messages at once.
fn two_at_once(concurrent: &str) -> Shop {
    Shop {
        orders: "lease: \"60ms\"",
        desk: format!("concurrency: 2, inbox: (concurrent: {concurrent})"),
        ..SHOP
    }
}

#[test]
fn a_crash_before_the_commit_leaves_no_entry() {
    let shop = Shop {
        desk: "inbox: (retention: \"1h\", concurrent: Wait)".to_owned(),
        scenario: "faults: [(kind: Down(node: \"desk\"), start: \"50ms\", duration: \"1s\")]",
        ..SHOP
    };
    check(
        &shop,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.050 returned to the channel shop#1 (1) orders -> desk: consumer crashed
        1.050 delivered shop#1 (2) orders -> desk
        1.150 acknowledged shop#1 (2) orders -> desk
    "#]],
    );
    assert_eq!(books(&shop), (1, 1, 0));
}

#[test]
fn a_crash_after_the_commit_leaves_one_and_the_repetition_is_recognized() {
    let shop = Shop {
        desk: "inbox: (retention: \"1h\", by: Key)".to_owned(),
        scenario: "faults: [(kind: Down(node: \"desk\", phase: AfterEffect), start: \"50ms\", \
                   duration: \"1s\")]",
        ..SHOP
    };
    check(
        &shop,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.050 handled shop#1 (1) orders -> desk
        0.050 returned to the channel shop#1 (1) orders -> desk: consumer crashed
        1.050 delivered shop#1 (2) orders -> desk
        1.050 suppressed as a duplicate shop#1 (2) orders -> desk
    "#]],
    );
    assert_eq!(books(&shop), (1, 1, 0));
    let report = inbox(&shop);
    assert_eq!((report.entries, report.recognized, report.forgotten), (1, 1, 0));
}

#[test]
fn what_is_delivered_again_after_its_entry_was_forgotten_has_a_second_effect() {
    let of = |retention: &str| Shop {
        orders: "lease: \"30s\"",
        desk: format!("inbox: (retention: \"{retention}\")"),
        scenario: "faults: [(kind: AckLost(node: \"desk\", share: 1), duration: \"1s\")]",
        ..SHOP
    };
    check(
        &of("10s"),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.100 handled shop#1 (1) orders -> desk
        30.000 lease expired shop#1 (1) orders -> desk
        30.000 delivered shop#1 (2) orders -> desk
        30.100 acknowledged shop#1 (2) orders -> desk: second effect
    "#]],
    );
    assert_eq!(books(&of("10s")), (1, 2, 1));
    assert_eq!(books(&of("30s")), (1, 1, 0), "the lease began 100 ms before the commit");
    let forgetful = inbox(&of("10s"));
    assert_eq!((forgetful.entries, forgetful.forgotten), (0, 2));
}

#[test]
fn an_entry_is_forgotten_at_the_end_of_its_retention_and_a_replay_after_it_is_new() {
    let of = |at: &'static str| Shop {
        orders: "delivery: PublishSubscribe, retention: Limits, storage: Log",
        desk: "inbox: (retention: \"5s\")".to_owned(),
        scenario: at,
        ..SHOP
    };
    let early = of("actions: [(at: \"5099ms\", do: Replay(channel: \"orders\", to: All, \
                    messages: All))]");
    let late = of("actions: [(at: \"5100ms\", do: Replay(channel: \"orders\", to: All, \
                   messages: All))]");
    assert_eq!((books(&early), books(&late)), ((1, 1, 0), (1, 2, 1)));
}

#[test]
fn in_a_race_both_deliveries_have_their_effect() {
    let shop = two_at_once("Race");
    assert_eq!(books(&shop).2, 1);
    let simple = Shop { desk: "concurrency: 2".to_owned(), ..two_at_once("Race") };
    assert_eq!(told(&shop), told(&simple), "as without an inbox that says more");
}

#[test]
fn the_later_of_two_deliveries_waits_for_the_first_and_is_recognized() {
    check(
        &two_at_once("Wait"),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.060 lease expired shop#1 (1) orders -> desk
        0.060 delivered shop#1 (2) orders -> desk
        0.060 waits for another delivery shop#1 (2) orders -> desk
        0.100 acknowledged too late shop#1 (1) orders -> desk
        0.100 suppressed as a duplicate shop#1 (2) orders -> desk
    "#]],
    );
    assert_eq!(books(&two_at_once("Wait")), (1, 1, 0));
    assert_eq!(inbox(&two_at_once("Wait")).waited, 1);
}

#[test]
fn the_later_of_two_deliveries_fails_on_the_unique_key_and_is_recognized_when_it_comes_again() {
    let shop =
        Shop { contract: "retry: (attempts: 5, backoff: Fixed(\"50ms\"))", ..two_at_once("Fail") };
    check(
        &shop,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.060 lease expired shop#1 (1) orders -> desk
        0.060 delivered shop#1 (2) orders -> desk
        0.060 failed shop#1 (2) orders -> desk: another delivery of it in work
        0.060 waits for retry shop#1 (2) orders -> desk for 50ms
        0.100 acknowledged too late shop#1 (1) orders -> desk
        0.110 delivered shop#1 (3) orders -> desk
        0.110 suppressed as a duplicate shop#1 (3) orders -> desk
    "#]],
    );
    assert_eq!(books(&shop), (1, 1, 0));
    assert_eq!(inbox(&shop).refused, 1);
}

#[test]
fn who_waits_begins_when_the_first_rolls_back() {
    let shop = Shop {
        desk: "concurrency: 3, inbox: (by: Key, concurrent: Wait)".to_owned(),
        instants: &["0s", "10ms", "20ms"],
        keys: "Constant(7)",
        contract: "retry: (attempts: 1)",
        scenario: "faults: [(kind: Failing(node: \"desk\", share: 1), duration: \"150ms\")]",
        ..SHOP
    };
    check(
        &shop,
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.010 published shop#2 shop -> orders
        0.010 delivered shop#2 (1) orders -> desk
        0.010 waits for another delivery shop#2 (1) orders -> desk
        0.020 published shop#3 shop -> orders
        0.020 delivered shop#3 (1) orders -> desk
        0.020 waits for another delivery shop#3 (1) orders -> desk
        0.100 failed shop#1 (1) orders -> desk: transient failure
        0.100 dead-lettered shop#1 (1) orders -> desk: transient failure
        0.200 acknowledged shop#2 (1) orders -> desk
        0.200 suppressed as a duplicate shop#3 (1) orders -> desk
    "#]],
    );
}

#[test]
fn who_waits_crashes_with_its_consumer_and_begins_anew() {
    let shop = Shop {
        scenario: "faults: [(kind: Down(node: \"desk\"), start: \"80ms\", duration: \"1s\")]",
        ..two_at_once("Wait")
    };
    assert_eq!(books(&shop), (1, 1, 0));
    let frozen = Shop {
        scenario: "faults: [(kind: Pause(node: \"desk\"), start: \"80ms\", duration: \"1s\")]",
        ..two_at_once("Wait")
    };
    assert_eq!(books(&frozen), (1, 1, 0));
}

#[test]
fn what_its_publisher_sends_under_a_new_identity_only_a_business_key_recognizes() {
    let of = |by: &str| Shop {
        desk: format!("inbox: (by: {by}, retention: \"1h\")"),
        scenario: "faults: [(kind: DuplicatePublish(node: \"shop\", share: 1, \
                   after: Constant(\"1s\"), same_id: false), duration: \"1s\")]",
        ..SHOP
    };
    check(
        &of("Key"),
        expect![[r#"
        0.000 published shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> desk
        0.100 acknowledged shop#1 (1) orders -> desk
        1.000 published shop#2 shop -> orders
        1.000 delivered shop#2 (1) orders -> desk
        1.000 suppressed as a duplicate shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(books(&of("Message")), (2, 2, 0), "nobody can tell");
    assert_eq!(books(&of("Key")), (1, 1, 0));
    assert_eq!(books(&of("Expression(\"payload.payment\")")), (1, 1, 0));
    let forgetful = Shop { desk: "inbox: (by: Key, retention: \"500ms\")".to_owned(), ..of("Key") };
    assert_eq!(books(&forgetful), (1, 2, 1), "double by its business key");
}

#[test]
fn a_key_that_different_messages_share_swallows_all_but_the_first() {
    let shop = Shop {
        instants: &["0s", "1s", "2s"],
        keys: "Constant(7)",
        desk: "inbox: (by: Key)".to_owned(),
        ..SHOP
    };
    assert_eq!(books(&shop), (1, 1, 0));
    assert_eq!(inbox(&shop).recognized, 2);
}

#[test]
fn an_effect_outside_the_transaction_happens_again() {
    let bank = |desk: &str| {
        let text = format!(
            r##"(format: 1, info: (name: "test"), messages: [{MESSAGES}],
            nodes: [
                (name: "shop", role: Producer((workload: [(message: "Order",
                    arrivals: Scripted(["0s"]))]))),
                (name: "orders", role: Channel(())),
                (name: "desk", role: Consumer((idempotent: true, ledger: Some((unit: "orders")),
                    handlers: [(calls: ["bank", "mail"])], {desk}))),
                (name: "bank", role: Consumer((ledger: Some((unit: "$"))))),
                (name: "mail", role: Consumer((handlers: [(service_time: Constant("100ms"))])))],
            edges: [
                (kind: Publish, from: "shop", to: "orders"),
                (kind: Subscribe, from: "orders", to: "desk"),
                (kind: Call, from: "desk", to: "bank", contract: (messages: ["Ask"])),
                (kind: Call, from: "desk", to: "mail", contract: (messages: ["Ask"]))],
            scenarios: [(name: "s", duration: "9s", faults: [
                (kind: Down(node: "desk"), start: "50ms", duration: "1s")])])"##
        );
        let design = native::read(&text).unwrap_or_else(|error| panic!("{error}")).design;
        report(&design).ledgers.iter().map(|it| it.posted.count).collect::<Vec<_>>()
    };
    assert_eq!(bank("inbox: (concurrent: Wait)"), [2, 1], "the bank was asked twice, by name");
}

#[test]
fn an_expression_that_fails_fails_the_attempt_for_good() {
    let shop = Shop { desk: "inbox: (by: Expression(\"payload.invoice\"))".to_owned(), ..SHOP };
    let report = report(&design(&shop));
    assert_eq!(report.dead_letters[0].reason, "expression failed");
    assert_eq!(report.expression_errors[0].place, "node desk, inbox.by");
}

#[test]
fn a_lost_memory_recognizes_and_locks_nothing() {
    let of = |terms: &'static str, desk: &str| Shop {
        instants: &["0s"],
        orders: "lease: \"2s\"",
        desk: desk.to_owned(),
        scenario: terms,
        ..SHOP
    };
    let lost = "faults: [(kind: AckLost(node: \"desk\", share: 1), duration: \"1s\"), \
                (kind: DedupLoss(node: \"desk\"), start: \"1s\", duration: \"100ms\")]";
    assert_eq!(books(&of(lost, "inbox: (retention: \"1h\")")), (1, 2, 1));
    assert_eq!(books(&of(lost, "inbox: (by: Key)")), (1, 2, 1));
    assert_eq!(books(&of(lost, "inbox: (concurrent: Fail)")), (1, 2, 1));
    let kept = "faults: [(kind: AckLost(node: \"desk\", share: 1), duration: \"1s\")]";
    assert_eq!(books(&of(kept, "inbox: (by: Key)")), (1, 1, 0));
}
