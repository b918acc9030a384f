//! Operators who let what was kept be delivered again.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;

use crate::support::{lines, report, run};

/// Four orders, a second apart, on a topic that two consumers hear of, and that is archived.
fn design(billing: &str, contract: &str, actions: &str) -> Design {
    let text = format!(
        r##"(format: 1, info: (name: "test"), messages: [(name: "Order")],
        nodes: [
            (name: "shop", role: Producer((workload: [(message: "Order",
                arrivals: Constant("1/s"), count: Some(4))]))),
            (name: "orders", role: Channel((delivery: Some(PublishSubscribe)))),
            (name: "archive", role: Channel((delivery: Some(PublishSubscribe),
                retention: Some(Limits), storage: Some(Log)))),
            (name: "billing", role: Consumer(({billing}))), (name: "mail", role: Consumer(()))],
        edges: [
            (kind: Publish, from: "shop", to: "orders"),
            (kind: Bind, from: "orders", to: "archive"),
            (kind: Subscribe, from: "orders", to: "billing", contract: ({contract})),
            (kind: Subscribe, from: "orders", to: "mail")],
        scenarios: [(name: "s", duration: "9s", actions: [{actions}])])"##
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

fn check(design: &Design, expected: Expect) {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let is_told = |kind| {
        use EntryKind::{Arrived, Delivered, Published};
        !matches!(kind, Arrived | Delivered | Published)
    };
    let lines = lines(&recording, is_told);
    let late: Vec<&str> = lines.lines().skip_while(|line| !line.contains("operator")).collect();
    expected.assert_eq(&(late.join("\n") + "\n"));
}

#[test]
fn an_archive_is_replayed_to_one_consumer() {
    let action = "(at: \"5s\", do: Replay(channel: \"archive\", to: Consumer(\"billing\"), \
                  messages: Numbers(2, 3)))";
    check(
        &design("", "", action),
        expect![[r#"
        5.000 operator acted action 0
        5.000 replayed shop#2 orders -> billing
        5.000 replayed shop#3 orders -> billing
        5.000 acknowledged shop#2 (1) orders -> billing
        5.000 acknowledged shop#3 (1) orders -> billing
    "#]],
    );
}

#[test]
fn a_replay_goes_to_all_at_its_rate() {
    let action = "(at: \"5s\", do: Replay(channel: \"archive\", messages: Between(\"1s\", \
                  \"2500ms\"), rate: Some(\"2/s\")))";
    check(
        &design("", "", action),
        expect![[r#"
        5.000 operator acted action 0
        5.000 replayed shop#2 orders -> billing
        5.000 replayed shop#2 orders -> mail
        5.000 acknowledged shop#2 (1) orders -> billing
        5.000 acknowledged shop#2 (1) orders -> mail
        5.500 replayed shop#3 orders -> billing
        5.500 replayed shop#3 orders -> mail
        5.500 acknowledged shop#3 (1) orders -> billing
        5.500 acknowledged shop#3 (1) orders -> mail
    "#]],
    );
}

#[test]
fn an_idempotent_receiver_takes_nothing_twice() {
    let action = "(at: \"5s\", do: Replay(channel: \"archive\", to: Consumer(\"billing\"), \
                  messages: Positions(0, 1)))";
    check(
        &design("idempotent: true", "", action),
        expect![[r#"
        5.000 operator acted action 0
        5.000 replayed shop#1 orders -> billing
        5.000 replayed shop#2 orders -> billing
        5.000 suppressed as a duplicate shop#1 (1) orders -> billing
        5.000 suppressed as a duplicate shop#2 (1) orders -> billing
    "#]],
    );
}

#[test]
fn conditions_tell_what_is_replayed() {
    let action = "(at: \"5s\", do: Replay(channel: \"archive\", to: Consumer(\"billing\")))";
    let billing = "handlers: [(when: \"message.replayed\", service_time: Constant(\"100ms\")), ()]";
    check(
        &design(billing, "", action),
        expect![[r#"
        5.000 operator acted action 0
        5.000 replayed shop#1 orders -> billing
        5.000 replayed shop#2 orders -> billing
        5.000 replayed shop#3 orders -> billing
        5.000 replayed shop#4 orders -> billing
        5.100 acknowledged shop#1 (1) orders -> billing
        5.200 acknowledged shop#2 (1) orders -> billing
        5.300 acknowledged shop#3 (1) orders -> billing
        5.400 acknowledged shop#4 (1) orders -> billing
    "#]],
    );
    let filter = "filter: Some(Expression(\"!message.replayed\"))";
    check(
        &design("", filter, action),
        expect![[r#"
        5.000 operator acted action 0
        5.000 replayed shop#1 orders -> billing
        5.000 replayed shop#2 orders -> billing
        5.000 replayed shop#3 orders -> billing
        5.000 replayed shop#4 orders -> billing
        5.000 acknowledged shop#1 (1) orders -> billing: unread
        5.000 acknowledged shop#2 (1) orders -> billing: unread
        5.000 acknowledged shop#3 (1) orders -> billing: unread
        5.000 acknowledged shop#4 (1) orders -> billing: unread
    "#]],
    );
}

#[test]
fn what_still_waits_is_not_delivered_twice() {
    let action = "(at: \"3500ms\", do: Replay(channel: \"archive\", to: Consumer(\"billing\")))";
    let billing = "handlers: [(service_time: Constant(\"1200ms\"))]";
    check(
        &design(billing, "", action),
        expect![[r#"
        3.500 operator acted action 0
        3.500 replayed shop#1 orders -> billing
        3.500 replayed shop#2 orders -> billing
        3.600 acknowledged shop#3 (1) orders -> billing
        4.800 acknowledged shop#4 (1) orders -> billing
        6.000 acknowledged shop#1 (1) orders -> billing
        7.200 acknowledged shop#2 (1) orders -> billing
    "#]],
    );
}

#[test]
fn what_is_replayed_can_be_replayed_again() {
    let again = |at| format!("(at: \"{at}s\", do: Replay(channel: \"archive\")),");
    let design = design("ledger: Some((unit: \"orders\"))", "", &(again(5) + &again(6)));
    let report = report(&design);
    let ledger = report.ledgers.first().expect("a ledger");
    expect![[r#"LedgerReport { consumer: "billing", unit: "orders", expected: PostingReport { count: 4, sum: 4.0 }, posted: PostingReport { count: 12, sum: 12.0 }, doubled: PostingReport { count: 8, sum: 8.0 }, missing: 0, credits: 12.0, debits: 0.0, balances: false }"#]].assert_eq(&format!("{ledger:?}"));
}
