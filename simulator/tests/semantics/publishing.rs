//! Publishing with a database: two writes in a row, an outbox with its relay, a captured log.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{design, lines, run};

/// Orders reach `desk` over a queue; what it publishes goes to `billing` over `paid`.
fn shop(instants: &[&str], desk: &str, billing: &str, faults: &str) -> Design {
    let nodes = crate::support::shop(instants)
        + &format!(
            "(name: \"orders\", role: Channel(())), (name: \"paid\", role: Channel(())), \
             (name: \"desk\", role: Consumer((ledger: Some((unit: \"orders\")), \
                handlers: [(service_time: Constant(\"10ms\"), emits: [(message: \"Paid\")])], \
                {desk}))), \
             (name: \"billing\", role: Consumer((ledger: Some((unit: \"orders\")), {billing}))),"
        );
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
                 (kind: Subscribe, from: \"orders\", to: \"desk\"), \
                 (kind: Publish, from: \"desk\", to: \"paid\"), \
                 (kind: Subscribe, from: \"paid\", to: \"billing\"),";
    design(&nodes, edges, &format!("duration: \"10s\", faults: [{faults}]"))
}

fn told(design: &Design) -> (String, Recording) {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let is_told =
        |kind| !matches!(kind, EntryKind::Arrived | EntryKind::Delivered | EntryKind::FaultEnded);
    (lines(&recording, is_told), recording)
}

fn check(design: &Design, expected: Expect) {
    expected.assert_eq(&told(design).0);
}

/// Rows in the database of `desk`, and effects at `billing`, with how many were double.
fn books(design: &Design) -> [(u64, u64); 2] {
    let report = run(design).report().clone();
    ["desk", "billing"].map(|name| {
        let ledger = report.ledgers.iter().find(|it| it.consumer == name).expect("a ledger");
        (ledger.posted.count, ledger.doubled.count)
    })
}

/// A fault that stops the attempts at the second of the orders, the first time.
fn between(terms: &str) -> String {
    format!(
        "(kind: DualWrite(node: \"desk\", {terms}), filter: (keys: [2], \
         messages: [\"Order\"], last_attempt: Some(1))),"
    )
}

#[test]
fn a_row_without_a_message_if_the_database_comes_first_and_repetitions_are_recognized() {
    let fault = between("publish_lost: 1, rolled_back: 0");
    let design = shop(&["0s", "1s", "2s"], "idempotent: true, publishing: DualWrite()", "", &fault);
    check(
        &design,
        expect![[r#"
            0.000 fault started DualWrite
            0.000 published shop#1 shop -> orders
            0.010 published desk#1 desk -> paid
            0.010 acknowledged shop#1 (1) orders -> desk
            0.010 acknowledged desk#1 (1) paid -> billing
            1.000 published shop#2 shop -> orders
            1.010 struck shop#2 (1) DualWrite
            1.010 returned to the channel shop#2 (1) orders -> desk: stopped between two writes
            1.010 suppressed as a duplicate shop#2 (2) orders -> desk
            2.000 published shop#3 shop -> orders
            2.010 published desk#2 desk -> paid
            2.010 acknowledged shop#3 (1) orders -> desk
            2.010 acknowledged desk#2 (1) paid -> billing
        "#]],
    );
    assert_eq!(books(&design), [(3, 0), (2, 0)]);
}

#[test]
fn a_second_row_if_the_database_comes_first_and_nobody_recognizes_the_repetition() {
    let fault = between("publish_lost: 1, rolled_back: 0");
    let design = shop(&["0s", "1s", "2s"], "publishing: DualWrite()", "", &fault);
    assert_eq!(books(&design), [(4, 1), (3, 0)]);
}

#[test]
fn a_phantom_if_the_message_comes_first() {
    let fault = between("publish_lost: 0, rolled_back: 1");
    let desk = "publishing: DualWrite(first: Message)";
    let design = shop(&["0s", "1s"], desk, "", &fault);
    check(
        &design,
        expect![[r#"
        0.000 fault started DualWrite
        0.000 published shop#1 shop -> orders
        0.010 published desk#1 desk -> paid
        0.010 acknowledged shop#1 (1) orders -> desk
        0.010 acknowledged desk#1 (1) paid -> billing
        1.000 published shop#2 shop -> orders
        1.010 struck shop#2 (1) DualWrite
        1.010 published desk#2 desk -> paid
        1.010 returned to the channel shop#2 (1) orders -> desk: stopped between two writes
        1.010 acknowledged desk#2 (1) paid -> billing
        1.020 published desk#3 desk -> paid
        1.020 acknowledged shop#2 (2) orders -> desk
        1.020 acknowledged desk#3 (1) paid -> billing
    "#]],
    );
    // The other order of writes cannot fail like this.
    let fault = between("publish_lost: 1, rolled_back: 0");
    assert_eq!(books(&shop(&["0s", "1s"], desk, "", &fault)), [(2, 0), (2, 0)]);
}

#[test]
fn a_crash_between_the_writes_strikes_all_that_is_in_work() {
    let crash = "(kind: Down(node: \"desk\", phase: BetweenWrites), start: \"5ms\", \
                 duration: \"1s\"),";
    let of = |publishing: &str| {
        let desk = format!("concurrency: 2, idempotent: true, publishing: {publishing}");
        books(&shop(&["0s", "1ms"], &desk, "", crash))
    };
    assert_eq!(of("DualWrite()"), [(2, 0), (0, 0)], "the rows are there, the messages never");
    assert_eq!(of("DualWrite(first: Message)"), [(2, 0), (4, 0)], "published again each");
    assert_eq!(of("Outbox(())"), [(2, 0), (2, 0)]);
    assert_eq!(of("ChangeDataCapture(())"), [(2, 0), (2, 0)]);
}

#[test]
fn an_outbox_has_both_or_neither() {
    let desk = "idempotent: true, publishing: Outbox((poll: \"500ms\"))";
    let fault = between("publish_lost: 1, rolled_back: 1");
    let design = shop(&["0s", "1s"], desk, "", &fault);
    check(
        &design,
        expect![[r#"
        0.000 fault started DualWrite
        0.000 published shop#1 shop -> orders
        0.010 row desk#1 desk: pending
        0.010 acknowledged shop#1 (1) orders -> desk
        0.500 row desk#1 desk: publishing
        0.500 published desk#1 desk -> paid
        0.500 row desk#1 desk: published
        0.500 row desk#1 desk: marked
        0.500 acknowledged desk#1 (1) paid -> billing
        1.000 published shop#2 shop -> orders
        1.010 struck shop#2 (1) DualWrite
        1.010 row desk#2 desk: pending
        1.010 returned to the channel shop#2 (1) orders -> desk: stopped between two writes
        1.010 suppressed as a duplicate shop#2 (2) orders -> desk
        1.500 row desk#2 desk: publishing
        1.500 published desk#2 desk -> paid
        1.500 row desk#2 desk: published
        1.500 row desk#2 desk: marked
        1.500 acknowledged desk#2 (1) paid -> billing
    "#]],
    );
    let before_commit = "(kind: Down(node: \"desk\"), start: \"1005ms\", duration: \"1s\"),";
    let design = shop(&["0s", "1s"], desk, "", before_commit);
    assert_eq!(books(&design), [(2, 0), (2, 0)]);
}

#[test]
fn what_is_published_and_not_marked_comes_again_with_the_same_identity() {
    let desk = "publishing: Outbox((poll: \"500ms\"))";
    let fault = "(kind: RelayDown(node: \"desk\", stops: BeforeMark), duration: \"2s\"),";
    let instants = ["0s", "100ms", "3s"];
    check(
        &shop(&instants, desk, "idempotent: true", fault),
        expect![[r#"
            0.000 fault started RelayDown
            0.000 published shop#1 shop -> orders
            0.010 row desk#1 desk: pending
            0.010 acknowledged shop#1 (1) orders -> desk
            0.100 published shop#2 shop -> orders
            0.110 row desk#2 desk: pending
            0.110 acknowledged shop#2 (1) orders -> desk
            0.500 row desk#1 desk: publishing
            0.500 published desk#1 desk -> paid
            0.500 row desk#1 desk: published
            0.500 row desk#2 desk: publishing
            0.500 published desk#2 desk -> paid
            0.500 row desk#2 desk: published
            0.500 row desk#1 desk: pending
            0.500 row desk#2 desk: pending
            0.500 acknowledged desk#1 (1) paid -> billing
            0.500 acknowledged desk#2 (1) paid -> billing
            2.500 row desk#1 desk: publishing
            2.500 duplicated desk#1 desk -> paid
            2.500 row desk#1 desk: published
            2.500 row desk#2 desk: publishing
            2.500 duplicated desk#2 desk -> paid
            2.500 row desk#2 desk: published
            2.500 row desk#1 desk: marked
            2.500 row desk#2 desk: marked
            2.500 suppressed as a duplicate desk#1 (1) paid -> billing
            2.500 suppressed as a duplicate desk#2 (1) paid -> billing
            3.000 published shop#3 shop -> orders
            3.010 row desk#3 desk: pending
            3.010 acknowledged shop#3 (1) orders -> desk
            3.500 row desk#3 desk: publishing
            3.500 published desk#3 desk -> paid
            3.500 row desk#3 desk: published
            3.500 row desk#3 desk: marked
            3.500 acknowledged desk#3 (1) paid -> billing
        "#]],
    );
    assert_eq!(books(&shop(&instants, desk, "", fault)), [(3, 0), (5, 2)]);
    assert_eq!(books(&shop(&instants, desk, "idempotent: true", fault)), [(3, 0), (3, 0)]);
}

#[test]
fn a_relay_that_is_down_lets_rows_wait_and_publishes_them_in_order() {
    let desk = "publishing: Outbox((poll: \"500ms\", batch: 2))";
    let fault = "(kind: RelayDown(node: \"desk\"), duration: \"2s\"),";
    let design = shop(&["0s", "100ms", "200ms"], desk, "", fault);
    check(
        &design,
        expect![[r#"
        0.000 fault started RelayDown
        0.000 published shop#1 shop -> orders
        0.010 row desk#1 desk: pending
        0.010 acknowledged shop#1 (1) orders -> desk
        0.100 published shop#2 shop -> orders
        0.110 row desk#2 desk: pending
        0.110 acknowledged shop#2 (1) orders -> desk
        0.200 published shop#3 shop -> orders
        0.210 row desk#3 desk: pending
        0.210 acknowledged shop#3 (1) orders -> desk
        2.500 row desk#1 desk: publishing
        2.500 published desk#1 desk -> paid
        2.500 row desk#1 desk: published
        2.500 row desk#2 desk: publishing
        2.500 published desk#2 desk -> paid
        2.500 row desk#2 desk: published
        2.500 row desk#1 desk: marked
        2.500 row desk#2 desk: marked
        2.500 acknowledged desk#1 (1) paid -> billing
        2.500 acknowledged desk#2 (1) paid -> billing
        3.000 row desk#3 desk: publishing
        3.000 published desk#3 desk -> paid
        3.000 row desk#3 desk: published
        3.000 row desk#3 desk: marked
        3.000 acknowledged desk#3 (1) paid -> billing
    "#]],
    );
    let relays = told(&design).1.report().relays.clone();
    assert_eq!((relays[0].waiting_max, relays[0].published, relays[0].again), (3, 3, 0));
    assert_eq!(relays[0].delay_max_ns, 2_790_000_000);
}

#[test]
fn a_channel_that_refuses_keeps_the_rows_waiting() {
    let desk = "publishing: Outbox((poll: \"500ms\"))";
    let fault = "(kind: Down(node: \"paid\"), duration: \"700ms\"),";
    check(
        &shop(&["0s", "100ms"], desk, "", fault),
        expect![[r#"
        0.000 fault started Down
        0.000 published shop#1 shop -> orders
        0.010 row desk#1 desk: pending
        0.010 acknowledged shop#1 (1) orders -> desk
        0.100 published shop#2 shop -> orders
        0.110 row desk#2 desk: pending
        0.110 acknowledged shop#2 (1) orders -> desk
        0.500 refused desk#1 desk -> paid
        1.000 row desk#1 desk: publishing
        1.000 published desk#1 desk -> paid
        1.000 row desk#1 desk: published
        1.000 row desk#2 desk: publishing
        1.000 published desk#2 desk -> paid
        1.000 row desk#2 desk: published
        1.000 row desk#1 desk: marked
        1.000 row desk#2 desk: marked
        1.000 acknowledged desk#1 (1) paid -> billing
        1.000 acknowledged desk#2 (1) paid -> billing
    "#]],
    );
    let desk = "publishing: ChangeDataCapture((retry_after: \"300ms\"))";
    check(
        &shop(&["0s", "100ms"], desk, "", fault),
        expect![[r#"
        0.000 fault started Down
        0.000 published shop#1 shop -> orders
        0.010 row desk#1 desk: pending
        0.010 acknowledged shop#1 (1) orders -> desk
        0.010 refused desk#1 desk -> paid
        0.100 published shop#2 shop -> orders
        0.110 row desk#2 desk: pending
        0.110 acknowledged shop#2 (1) orders -> desk
        0.310 refused desk#1 desk -> paid
        0.610 refused desk#1 desk -> paid
        0.910 row desk#1 desk: publishing
        0.910 published desk#1 desk -> paid
        0.910 row desk#1 desk: published
        0.910 row desk#1 desk: marked
        0.910 row desk#2 desk: publishing
        0.910 published desk#2 desk -> paid
        0.910 row desk#2 desk: published
        0.910 row desk#2 desk: marked
        0.910 acknowledged desk#1 (1) paid -> billing
        0.910 acknowledged desk#2 (1) paid -> billing
    "#]],
    );
}

#[test]
fn two_relays_publish_twice_where_a_batch_lasts_into_the_look_of_the_other() {
    let of = |relays: u32| {
        let desk = format!(
            "publishing: Outbox((poll: \"400ms\", confirmation: \"150ms\", relays: {relays}))"
        );
        books(&shop(&["0s", "50ms", "100ms"], &desk, "", ""))[1]
    };
    assert_eq!(of(1), (3, 0));
    assert_eq!(of(2), (6, 3));
}

#[test]
fn a_connector_goes_on_from_the_position_that_it_stored() {
    let instants = ["0s", "1s", "2s", "3s"];
    let of = |position: &str, flush: &str| {
        let desk = format!("publishing: ChangeDataCapture((flush: \"{flush}\"))");
        let fault = format!(
            "(kind: RelayDown(node: \"desk\", position: {position}), start: \"2500ms\", \
             duration: \"2s\"),"
        );
        let report = run(&shop(&instants, &desk, "", &fault)).report().clone();
        (report.relays[0].published, report.relays[0].again)
    };
    assert_eq!(of("Flushed", "2s"), (4, 1), "what came after the flush at 2 s");
    assert_eq!(of("Flushed", "0s"), (4, 0), "stored after each row");
    assert_eq!(of("Kept", "2s"), (4, 0), "an orderly stop");
    assert_eq!(of("Lost", "0s"), (4, 3), "a snapshot of the whole table");
}

#[test]
fn a_connector_stops_between_publishing_and_storing() {
    let desk = "publishing: ChangeDataCapture((latency: \"5ms\"))";
    let fault = "(kind: RelayDown(node: \"desk\", stops: BeforeMark), duration: \"2s\"),";
    check(
        &shop(&["0s", "100ms"], desk, "", fault),
        expect![[r#"
        0.000 fault started RelayDown
        0.000 published shop#1 shop -> orders
        0.010 row desk#1 desk: pending
        0.010 acknowledged shop#1 (1) orders -> desk
        0.015 row desk#1 desk: publishing
        0.015 published desk#1 desk -> paid
        0.015 row desk#1 desk: published
        0.015 acknowledged desk#1 (1) paid -> billing
        0.100 published shop#2 shop -> orders
        0.110 row desk#2 desk: pending
        0.110 acknowledged shop#2 (1) orders -> desk
        2.000 row desk#1 desk: publishing
        2.000 duplicated desk#1 desk -> paid
        2.000 row desk#1 desk: published
        2.000 row desk#1 desk: marked
        2.000 row desk#2 desk: publishing
        2.000 published desk#2 desk -> paid
        2.000 row desk#2 desk: published
        2.000 row desk#2 desk: marked
        2.000 acknowledged desk#1 (1) paid -> billing: second effect
        2.000 acknowledged desk#2 (1) paid -> billing
    "#]],
    );
}

#[test]
fn a_connector_catches_up_at_its_own_rate() {
    let desk = "publishing: ChangeDataCapture((rate: Some(\"10/s\")))";
    let fault = "(kind: RelayDown(node: \"desk\"), duration: \"1s\"),";
    let design = shop(&["0s", "100ms", "200ms", "300ms", "400ms"], desk, "", fault);
    let relays = run(&design).report().relays.clone();
    assert_eq!((relays[0].waiting_max, relays[0].caught_up_at_ns), (5, Some(1_400_000_000)));
}

#[test]
fn a_publisher_without_a_relay_is_not_struck_by_its_outage() {
    let fault = "(kind: RelayDown(node: \"desk\")),";
    assert_eq!(books(&shop(&["0s"], "", "", fault)), [(1, 0), (1, 0)]);
}
