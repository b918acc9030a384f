//! O1 to O3: what operators do to a channel.

use std::sync::Arc;

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_model::node::Role;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station};
use crate::support::{design, shop};

/// A station whose channel has these rules.
fn keeping(mut design: Design, rules: &str) -> Design {
    let node = design.nodes.iter_mut().find(|node| node.name == "orders").expect("it is there");
    let channel = ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(&format!("({rules})"));
    Arc::make_mut(node).role = Role::Channel(channel.expect("the rules are rules"));
    design
}

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
        only(&keeping(design, "retention: Limits"), &kinds)
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
        4.500 delivered shop#1 (1) orders -> worker
        6.000 delivered shop#2 (1) orders -> worker
        7.500 delivered shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&reset("to: Earliest"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.500 delivered shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 struck shop#2 OffsetReset
        4.500 delivered shop#2 (1) orders -> worker
        6.000 delivered shop#4 (1) orders -> worker
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
        only(&keeping(design, "retention: Limits"), &[EntryKind::Delivered, EntryKind::Struck])
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

#[test]
fn only_what_is_still_kept_comes_again() {
    let replayed = |rules: &str| {
        let design = station(
            &["0s", "1s", "2s", "3s"],
            "",
            EDGES,
            "(kind: Replay(edge: \"orders -> worker\"), start: \"10s\")",
        );
        only(&keeping(design, rules), &[EntryKind::Struck])
    };
    assert_eq!(replayed("retention: OnAcknowledgement"), "");
    expect![[r#"
        10.000 struck shop#4 Replay
    "#]]
    .assert_eq(&replayed("retention: Limits, retention_time: \"7500ms\""));
    expect![[r#"
        10.000 struck shop#3 Replay
        10.000 struck shop#4 Replay
    "#]]
    .assert_eq(&replayed("retention: Limits, max_messages: 2"));
    let one_each = "retention: Limits, messages_per_key: 1";
    assert_eq!(replayed(one_each).lines().count(), 4, "each has a key of its own");
}

#[test]
fn what_waits_before_the_place_that_a_subscription_is_set_back_to_counts_as_settled() {
    let design = station(
        &["0s", "1s", "2s", "3s", "4s"],
        "handlers: [(service_time: Constant(\"3s\"))]",
        EDGES,
        "(kind: OffsetReset(node: \"orders\", to: Ago, ago: \"2500ms\"), start: \"4500ms\")",
    );
    let kinds = [EntryKind::Delivered, EntryKind::Dropped, EntryKind::Struck];
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        3.000 delivered shop#2 (1) orders -> worker
        6.000 delivered shop#3 (1) orders -> worker
        9.000 delivered shop#4 (1) orders -> worker
        12.000 delivered shop#5 (1) orders -> worker
    "#]]
    .assert_eq(&only(&keeping(design, "retention: Limits"), &kinds));
}
