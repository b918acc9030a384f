//! O1 to O3: what operators do to a channel.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station};
use crate::support::{design, shop};

fn graveyard(poison: &str, fault: &str) -> String {
    let nodes = shop(&["0s", "1s", "2s"])
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(failures: (poison: "
        + poison
        + ")))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\", contract: (dead_letter: \"dead\")),";
    let nodes = nodes.replace(")))]))),", "))]))),");
    let scenario = format!("duration: \"1min\", faults: [{fault}]");
    let kinds = [EntryKind::DeadLettered, EntryKind::Redriven, EntryKind::Acknowledged];
    only(&design(&nodes, edges, &scenario), &kinds)
}

const THREE: &str = "Messages([\"shop#1\", \"shop#2\", \"shop#3\"])";

#[test]
fn o1_dead_letters_come_back_at_a_rate() {
    let redrive = |terms: &str| {
        graveyard(
            THREE,
            &format!(
                "(kind: RedriveStorm(node: \"dead\", rate: \"1/s\"{terms}), start: \"10s\", \
                 duration: \"2500ms\")"
            ),
        )
    };
    expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> worker: poison message
        1.000 dead-lettered shop#2 (1) orders -> worker: poison message
        2.000 dead-lettered shop#3 (1) orders -> worker: poison message
        10.000 redriven shop#1 (1) orders -> worker
        10.000 dead-lettered shop#1 (1) orders -> worker: poison message
        11.000 redriven shop#2 (1) orders -> worker
        11.000 dead-lettered shop#2 (1) orders -> worker: poison message
        12.000 redriven shop#3 (1) orders -> worker
        12.000 dead-lettered shop#3 (1) orders -> worker: poison message
    "#]]
    .assert_eq(&redrive(""));
    expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> worker: poison message
        1.000 dead-lettered shop#2 (1) orders -> worker: poison message
        2.000 dead-lettered shop#3 (1) orders -> worker: poison message
        10.000 redriven shop#3 (1) orders -> worker
        10.000 acknowledged shop#3 (1) orders -> worker
        11.000 redriven shop#2 (1) orders -> worker
        11.000 acknowledged shop#2 (1) orders -> worker
        12.000 redriven shop#1 (1) orders -> worker
        12.000 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&redrive(", fixed: 1, order: Newest"));
}

#[test]
fn o1_the_rest_stays_when_the_canary_dies() {
    let canary = |fixed: u32| {
        graveyard(
            THREE,
            &format!(
                "(kind: RedriveStorm(node: \"dead\", rate: \"1/s\", canary: Some(1), \
                 fixed: {fixed}), start: \"10s\", duration: \"20s\")"
            ),
        )
    };
    expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> worker: poison message
        1.000 dead-lettered shop#2 (1) orders -> worker: poison message
        2.000 dead-lettered shop#3 (1) orders -> worker: poison message
        10.000 redriven shop#1 (1) orders -> worker
        10.000 dead-lettered shop#1 (1) orders -> worker: poison message
    "#]]
    .assert_eq(&canary(0));
    expect![[r#"
        0.000 dead-lettered shop#1 (1) orders -> worker: poison message
        1.000 dead-lettered shop#2 (1) orders -> worker: poison message
        2.000 dead-lettered shop#3 (1) orders -> worker: poison message
        10.000 redriven shop#1 (1) orders -> worker
        10.000 acknowledged shop#1 (1) orders -> worker
        11.000 redriven shop#2 (1) orders -> worker
        11.000 acknowledged shop#2 (1) orders -> worker
        12.000 redriven shop#3 (1) orders -> worker
        12.000 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&canary(1));
}

#[test]
fn o2_consumers_skip_what_waits_or_get_it_again() {
    let reset = |to: &str| {
        let design = station(
            &["0s", "1s", "2s", "3s"],
            "handlers: [(service_time: Constant(\"1500ms\"))]",
            EDGES,
            &format!("(kind: OffsetReset(node: \"orders\", {to}), start: \"3500ms\")"),
        );
        let kinds = [EntryKind::Delivered, EntryKind::Dropped, EntryKind::Struck];
        only(&design, &kinds)
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.500 delivered shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 dropped shop#4: skipped by an operator
    "#]]
    .assert_eq(&reset("to: Latest"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.500 delivered shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 struck shop#1 OffsetReset
        3.500 struck shop#2 OffsetReset
        4.500 delivered shop#4 (1) orders -> worker
        6.000 delivered shop#1 (1) orders -> worker
        7.500 delivered shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&reset("to: Earliest"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.500 delivered shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 struck shop#2 OffsetReset
        4.500 delivered shop#4 (1) orders -> worker
        6.000 delivered shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&reset("to: Ago, ago: \"2600ms\""));
}

#[test]
fn o3_history_comes_again_beside_what_is_new() {
    let replay = |terms: &str| {
        let design = station(
            &["0s", "1s", "2s", "12s"],
            "",
            EDGES,
            &format!(
                "(kind: Replay(edge: \"orders -> worker\"{terms}), start: \"10s\", \
                 duration: \"5s\")"
            ),
        );
        only(&design, &[EntryKind::Delivered, EntryKind::Struck])
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        2.000 delivered shop#3 (1) orders -> worker
        10.000 struck shop#1 Replay
        10.000 struck shop#2 Replay
        10.000 struck shop#3 Replay
        10.000 delivered shop#1 (1) orders -> worker
        10.000 delivered shop#2 (1) orders -> worker
        10.000 delivered shop#3 (1) orders -> worker
        12.000 delivered shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&replay(""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        2.000 delivered shop#3 (1) orders -> worker
        10.000 struck shop#2 Replay
        10.000 delivered shop#2 (1) orders -> worker
        11.000 struck shop#3 Replay
        11.000 delivered shop#3 (1) orders -> worker
        12.000 delivered shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&replay(", from: Some(\"9s\"), rate: Some(\"1/s\")"));
}
