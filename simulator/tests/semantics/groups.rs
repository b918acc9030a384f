//! Groups of consumers that share partitions: owners, sessions, offsets.

use expect_test::expect;
use flowbench_model::time::Time;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{design, lines, run, shop};

/// Four partitions, ten messages a second in turn, two or three consumers of one group.
fn group(channel: &str, consumers: &[&str], scenario: &str) -> Recording {
    let mut nodes = format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", count: 80, \
         arrivals: Constant(\"10/s\"), keys: RoundRobin(4))]))), (name: \"log\", \
         role: Channel((delivery: PublishSubscribe, storage: Log, partitions: 4, gate: Cursor, \
         partition_by: KeyModulo, {channel}))),"
    );
    let mut edges = "(kind: Publish, from: \"shop\", to: \"log\"),".to_owned();
    for name in consumers {
        nodes += &format!(
            "(name: \"{name}\", role: Consumer((handlers: [(service_time: \
             Constant(\"10ms\"))]))),"
        );
        edges +=
            &format!("(kind: Subscribe, from: \"log\", to: \"{name}\", contract: (group: \"g\")),");
    }
    run(&design(&nodes, &edges, scenario))
}

/// End offset, committed offset and owner of each partition.
fn partitions(recording: &Recording, at_ms: u64) -> String {
    let run = recording.at(Time(at_ms * 1_000_000));
    let node = recording.plan().node_named("log").expect("it is there");
    let inside = run.inside(node, 0);
    let line = |it: &flowbench_simulator::inside::PartitionInside| {
        let owner = it.owner.map_or("nobody", |edge| &recording.plan().edges[edge as usize].name);
        format!(
            "{}/{} {owner}{}\n",
            it.committed_offset,
            it.end_offset,
            if it.is_paused { " paused" } else { "" }
        )
    };
    inside[0].partitions.iter().map(line).collect()
}

#[test]
fn a_dead_member_keeps_its_partitions_until_its_session_ends() {
    let recording = group(
        "assignment: Range, session_timeout: \"1s\"",
        &["a", "b"],
        "duration: \"8s\", faults: [(kind: Down(node: \"a\"), start: \"2050ms\")]",
    );
    expect![[r#"
        5/6 log -> a
        5/5 log -> a
        5/5 log -> b
        5/5 log -> b
    "#]]
    .assert_eq(&partitions(&recording, 2_000));
    expect![[r#"
        6/8 log -> a
        5/8 log -> a
        7/8 log -> b
        7/7 log -> b
    "#]]
    .assert_eq(&partitions(&recording, 3_000));
    expect![[r#"
        10/10 log -> b
        10/10 log -> b
        10/10 log -> b
        10/10 log -> b
    "#]]
    .assert_eq(&partitions(&recording, 3_980));
    expect![[r#"
        3.050 assigned log -> b
        3.050 assigned log -> b
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Assigned));
}

#[test]
fn a_member_that_comes_back_gets_its_share_and_a_change_of_hands_takes_its_time() {
    let recording = group(
        "assignment: Sticky, session_timeout: \"500ms\", rebalance_time: \"200ms\"",
        &["a", "b"],
        "duration: \"8s\", faults: [(kind: Down(node: \"a\"), start: \"1s\", duration: \"2s\")]",
    );
    let owners = |at| partitions(&recording, at).lines().filter(|it| it.contains("-> a")).count();
    assert_eq!((owners(900), owners(1_400), owners(2_000), owners(4_000)), (2, 2, 0, 2));
    assert!(partitions(&recording, 3_100).contains("paused"));
    assert_eq!(recording.report().messages.acknowledged, 80, "nothing is lost by moving");
}

#[test]
fn a_partition_in_work_changes_hands_when_that_work_is_settled() {
    // At 3.105 s, when the session of b ends, d is at work on its partition, which goes to e.
    let recording = group(
        "assignment: Range, session_timeout: \"1s\"",
        &["a", "b", "c", "d", "e"],
        "duration: \"8s\", faults: [(kind: Down(node: \"b\"), start: \"2105ms\")]",
    );
    expect![[r#"
        8/8 log -> a
        5/8 log -> c
        8/8 log -> d
        7/8 log -> d paused
    "#]]
    .assert_eq(&partitions(&recording, 3_105));
    assert_eq!(recording.report().messages.acknowledged, 80);
}

#[test]
fn what_was_handled_after_the_last_commit_is_handled_again() {
    let recording = group(
        "assignment: Range, session_timeout: \"500ms\", settlement: Offsets, \
         commit_interval: \"1s\"",
        &["a"],
        "duration: \"12s\", faults: [(kind: Down(node: \"a\"), start: \"1750ms\", duration: \"1s\")]",
    );
    let again = lines(&recording, |kind| kind == EntryKind::Returned);
    // From 1.0 s to 1.75 s seven messages were handled (at 1.01, 1.11 … 1.71 s).
    assert_eq!(again.lines().count(), 8, "{again}");
    assert_eq!(recording.report().messages.acknowledged, 80);
    let handled = lines(&recording, |kind| kind == EntryKind::Handled).lines().count();
    assert_eq!(handled, 88, "eight of them twice");
}

#[test]
fn who_is_there_from_the_beginning_misses_nothing_though_it_begins_with_the_latest() {
    let latest = "offset_reset: Latest";
    let there = group(latest, &["a"], "duration: \"10s\"");
    assert_eq!(there.end().totals().dropped, 0);
    let late = "duration: \"10s\", actions: [(at: \"0s\", do: Pause(edge: \"log -> a\")), \
                (at: \"1050ms\", do: Resume(edge: \"log -> a\"))]";
    let late = group(latest, &["a"], late);
    assert_eq!(late.end().totals().dropped, 11, "what came before is not for it");
}

#[test]
fn who_takes_over_may_have_to_wait_until_what_was_handed_out_has_come_back() {
    let taken = |rule: &str| {
        let worker = |name: &str| {
            format!("(name: {name:?}, role: Consumer((concurrency: 2, settled_by_hand: true))),")
        };
        let nodes = shop(&["0s", "0s", "0s"])
            + &format!("(name: \"orders\", role: Channel((gate: SingleActive, {rule}))),")
            + &["a", "b"].map(worker).concat();
        let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
                     (kind: Subscribe, from: \"orders\", to: \"a\"), \
                     (kind: Subscribe, from: \"orders\", to: \"b\"),";
        let scenario = "duration: \"1min\", actions: [(at: \"1s\", do: Pause(edge: \
                        \"orders -> a\"))], faults: [(kind: Down(node: \"a\"), start: \"5s\")]";
        let recording = run(&design(&nodes, edges, scenario));
        lines(&recording, |kind| kind == EntryKind::Delivered)
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered shop#2 (1) orders -> a
        1.000 delivered shop#3 (1) orders -> b
        5.000 delivered shop#1 (2) orders -> b
    "#]]
    .assert_eq(&taken(""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered shop#2 (1) orders -> a
        5.000 delivered shop#1 (2) orders -> b
        5.000 delivered shop#2 (2) orders -> b
    "#]]
    .assert_eq(&taken("newcomers_wait: true"));
}
