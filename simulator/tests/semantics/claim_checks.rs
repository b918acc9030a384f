//! Claim checks: payloads that are stored beside the channels, and what becomes of them.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::report::ClaimCheckReport;

use crate::support::{lines, report, run};

struct Lab {
    instants: &'static [&'static str],
    check: &'static str,
    scans: &'static str,
    reader: &'static str,
    contract: &'static str,
    more: &'static str,
    scenario: &'static str,
}

const LAB: Lab = Lab {
    instants: &["0s"],
    check: "claim_check: (),",
    scans: "",
    reader: "",
    contract: "",
    more: "",
    scenario: "",
};

/// Scans of two million bytes that reach `reader` over `scans`, which takes 1,000 bytes at most.
fn design(lab: &Lab) -> Design {
    let instants: Vec<String> = lab.instants.iter().map(|at| format!("{at:?}")).collect();
    let Lab { check, scans, reader, contract, more, scenario, .. } = lab;
    let text = format!(
        r##"(format: 1, info: (name: "test"), messages: [
            (name: "Scan", size_bytes: Some(2000000)), (name: "Text", size_bytes: Some(3000))],
        nodes: [
            (name: "scanner", role: Producer((workload: [(message: "Scan",
                {check} arrivals: Scripted([{}]))]))),
            (name: "scans", role: Channel((max_message_bytes: 1000, {scans}))),
            (name: "dead", role: Channel(())), (name: "texts", role: Channel(())),
            (name: "archive", role: Consumer(())),
            (name: "reader", role: Consumer(({reader}))), (name: "index", role: Consumer(()))],
        edges: [
            (kind: Publish, from: "scanner", to: "scans"),
            (kind: Subscribe, from: "scans", to: "reader",
                contract: (dead_letter: "dead", {contract})), {more}],
        scenarios: [(name: "s", duration: "60s", {scenario})])"##,
        instants.join(", ")
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

fn check(lab: &Lab, expected: Expect) {
    let recording = run(&design(lab));
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    use EntryKind::{Arrived, Delivered, FaultEnded, FaultStarted};
    let is_told = |kind| !matches!(kind, Arrived | Delivered | FaultStarted | FaultEnded);
    expected.assert_eq(&lines(&recording, is_told));
}

fn blobs(lab: &Lab) -> ClaimCheckReport {
    report(&design(lab)).claim_checks.remove(0)
}

#[test]
fn a_payload_is_stored_first_and_fetched_before_it_is_handled() {
    check(
        &LAB,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 blob scanner#1 (1) reader: fetched
        0.000 acknowledged scanner#1 (1) scans -> reader
    "#]],
    );
    let report = blobs(&LAB);
    assert_eq!((report.stored, report.stored_bytes, report.fetched), (1, 2_000_000, 1));
    assert_eq!((report.kept, report.kept_bytes, report.dangling), (1, 2_000_000, 0));
}

#[test]
fn a_message_that_only_names_its_payload_is_small() {
    let full = Lab { scans: "overflow: RejectPublish, max_bytes: 600,", ..LAB };
    let full = Lab { instants: &["0s", "1ms", "2ms", "3ms"], ..full };
    let full = Lab { reader: "handlers: [(service_time: Constant(\"50s\"))]", ..full };
    let report = report(&design(&full));
    // Each check has 256 bytes: one is in work, three wait, of which the last fills the channel.
    assert_eq!(report.messages.dropped, 0);
    let whole = crate::support::report(&design(&Lab { check: "", ..full }));
    assert_eq!(whole.messages.dropped, 4, "2 MB each are refused");
}

#[test]
fn a_blob_whose_message_is_not_published_is_an_orphan_until_its_age_takes_it() {
    let lost = Lab {
        instants: &["0s", "1s", "20s"],
        check: "claim_check: (time_to_live: \"10s\"),",
        scenario: "faults: [(kind: Loss(edge: \"scanner -> scans\", share: 1), duration: \"500ms\")]",
        ..LAB
    };
    check(
        &lost,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 dropped scanner#1: lost on the way
        0.000 blob scanner#1 scanner: orphan
        1.000 blob scanner#2 scanner: stored
        1.000 published scanner#2 scanner -> scans
        1.000 blob scanner#2 (1) reader: fetched
        1.000 acknowledged scanner#2 (1) scans -> reader
        20.000 blob scanner#3 scanner: stored
        20.000 published scanner#3 scanner -> scans
        20.000 blob scanner#3 (1) reader: fetched
        20.000 acknowledged scanner#3 (1) scans -> reader
    "#]],
    );
    let report = blobs(&lost);
    assert_eq!((report.orphaned, report.orphaned_bytes), (1, 2_000_000));
    assert_eq!((report.stored, report.kept, report.expired, report.orphans_kept), (3, 0, 3, 0));
    let for_ever = blobs(&Lab { check: LAB.check, ..lost });
    assert_eq!((for_ever.orphaned, for_ever.orphans_kept, for_ever.kept), (1, 1, 3));
}

#[test]
fn a_channel_that_refuses_and_a_database_that_wins_leave_orphans() {
    let full = Lab {
        instants: &["0s", "1ms", "2ms"],
        scans: "overflow: RejectPublish, max_messages: 1,",
        reader: "handlers: [(service_time: Constant(\"50s\"))]",
        ..LAB
    };
    assert_eq!((blobs(&full).stored, blobs(&full).orphaned), (3, 1));
    let dual = Lab {
        scenario: "faults: [(kind: DualWrite(node: \"scanner\", publish_lost: 1, rolled_back: 0))]",
        ..LAB
    };
    assert_eq!((blobs(&dual).orphaned, blobs(&dual).fetched), (1, 0));
    let corrupt = Lab {
        scenario: "faults: [(kind: Corruption(node: \"scanner\", share: 1, rejected_by: Producer, \
                   detected: 1))]",
        ..LAB
    };
    assert_eq!(report(&design(&corrupt)).claim_checks[0].stored, 0, "noticed before");
}

#[test]
fn a_blob_that_goes_before_its_message_is_handled_leaves_a_dead_letter() {
    let backlog = Lab {
        instants: &["0s", "1s"],
        check: "claim_check: (time_to_live: \"10s\"),",
        reader: "handlers: [(service_time: Constant(\"11s\"))]",
        contract: "retry: (attempts: 9)",
        ..LAB
    };
    check(
        &backlog,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 blob scanner#1 (1) reader: fetched
        1.000 blob scanner#2 scanner: stored
        1.000 published scanner#2 scanner -> scans
        11.000 acknowledged scanner#1 (1) scans -> reader
        11.000 failed scanner#2 (1) scans -> reader: dangling claim check
        11.000 dead-lettered scanner#2 (1) scans -> reader: dangling claim check
    "#]],
    );
    let report = report(&design(&backlog));
    assert_eq!(report.dead_letters[0].reason, "dangling claim check");
    assert_eq!(report.dead_letters[0].attempts, 1, "nobody tries in vain");
    let retried = Lab {
        instants: &["0s"],
        contract: "retry: (attempts: 9, backoff: Fixed(\"6s\"))",
        reader: "handlers: [(failures: (transient: 1.0))]",
        ..backlog
    };
    assert_eq!((blobs(&retried).fetched, blobs(&retried).dangling), (2, 1));
}

#[test]
fn a_redrive_after_the_age_of_the_blob_comes_back_for_good() {
    let lab = Lab {
        check: "claim_check: (time_to_live: \"10s\"),",
        scenario: "faults: [(kind: Failing(node: \"reader\", share: 1), duration: \"1s\")], \
                   actions: [(at: \"30s\", do: Redrive(channel: \"dead\"))]",
        contract: "retry: (attempts: 1)",
        ..LAB
    };
    check(
        &lab,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 blob scanner#1 (1) reader: fetched
        0.000 failed scanner#1 (1) scans -> reader: transient failure
        0.000 dead-lettered scanner#1 (1) scans -> reader: transient failure
        30.000 operator acted action 0
        30.000 redriven scanner#1 (1) scans -> reader
        30.000 failed scanner#1 (1) scans -> reader: dangling claim check
        30.000 dead-lettered scanner#1 (1) scans -> reader: dangling claim check
    "#]],
    );
}

#[test]
fn the_consumer_that_deletes_leaves_nothing_for_the_other_subscriber() {
    let lab = Lab {
        check: "claim_check: (deleted_by_consumer: true),",
        scans: "delivery: PublishSubscribe",
        more: "(kind: Subscribe, from: \"scans\", to: \"index\", latency: Constant(\"1s\"), \
               contract: (dead_letter: \"dead\")),",
        ..LAB
    };
    check(
        &lab,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 blob scanner#1 (1) reader: fetched
        0.000 blob scanner#1 reader: deleted
        0.000 acknowledged scanner#1 (1) scans -> reader
        1.000 failed scanner#1 (1) scans -> index: dangling claim check
        1.000 dead-lettered scanner#1 (1) scans -> index: dangling claim check
    "#]],
    );
    let report = blobs(&lab);
    assert_eq!((report.deleted, report.dangling, report.kept), (1, 1, 0));
    let kept = Lab { check: LAB.check, ..lab };
    assert_eq!((blobs(&kept).fetched, blobs(&kept).dangling), (2, 0));
}

#[test]
fn the_consumer_that_deletes_finds_nothing_at_a_redelivery_unless_it_recognizes_it() {
    let lab = Lab {
        check: "claim_check: (deleted_by_consumer: true),",
        scans: "lease: \"5s\"",
        scenario: "faults: [(kind: AckLost(node: \"reader\", share: 1), duration: \"1s\")]",
        ..LAB
    };
    assert_eq!(report(&design(&lab)).dead_letters[0].reason, "dangling claim check");
    let idempotent = Lab { reader: "idempotent: true", ..lab };
    let report = report(&design(&idempotent));
    assert_eq!((report.dead_letters.len(), report.claim_checks[0].fetched), (0, 1));
    let crash = Lab {
        reader: "handlers: [(service_time: Constant(\"1s\"))]",
        scenario: "faults: [(kind: Down(node: \"reader\"), start: \"500ms\", duration: \"1s\")]",
        ..idempotent
    };
    let after = blobs(&crash);
    assert_eq!((after.fetched, after.deleted, after.dangling), (2, 1, 0), "not handled before");
}

#[test]
fn whatever_publishes_stores_first() {
    let lab = Lab {
        reader: "handlers: [(emits: [(message: \"Text\", claim_check: (time_to_live: \"1h\"))])], \
                 publishing: Outbox((poll: \"1s\"))",
        more: "(kind: Publish, from: \"reader\", to: \"texts\"), \
               (kind: Subscribe, from: \"texts\", to: \"index\"),",
        ..LAB
    };
    check(
        &lab,
        expect![[r#"
        0.000 blob scanner#1 scanner: stored
        0.000 published scanner#1 scanner -> scans
        0.000 blob scanner#1 (1) reader: fetched
        0.000 row reader#1 reader: pending
        0.000 acknowledged scanner#1 (1) scans -> reader
        1.000 row reader#1 reader: publishing
        1.000 blob reader#1 reader: stored
        1.000 published reader#1 reader -> texts
        1.000 row reader#1 reader: published
        1.000 row reader#1 reader: marked
        1.000 blob reader#1 (1) index: fetched
        1.000 acknowledged reader#1 (1) texts -> index
    "#]],
    );
    let sizes: Vec<_> =
        report(&design(&lab)).claim_checks.iter().map(|it| it.stored_bytes).collect();
    assert_eq!(sizes, [2_000_000, 3_000]);
    let twice = Lab {
        scenario: "faults: [(kind: DuplicatePublish(node: \"scanner\", share: 1, \
                   after: Constant(\"1s\"), same_id: false), duration: \"1s\")]",
        ..LAB
    };
    assert_eq!((blobs(&twice).stored, blobs(&twice).fetched), (2, 2), "a new identity, a new blob");
}

#[test]
fn a_message_that_grows_grows_in_the_store() {
    let lab = Lab {
        scenario: "faults: [(kind: Oversized(node: \"scanner\", bytes: 9000, spread: 0, \
                   limit: 1000))]",
        ..LAB
    };
    assert_eq!(report(&design(&lab)).messages.acknowledged, 1);
}
