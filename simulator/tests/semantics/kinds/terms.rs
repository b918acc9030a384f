//! What faults have in common: triggers, ends, ramps, chances, budgets.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand};
use crate::support::{design, report, shop};

fn faults(instants: &[&str], scenario: &str) -> String {
    let nodes = shop(instants)
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"1s\"), \
           failures: (poison: Messages([\"shop#2\"])))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\", contract: (dead_letter: \"dead\")),";
    let kinds = [EntryKind::FaultStarted, EntryKind::FaultEnded];
    only(&design(&nodes, edges, &format!("duration: \"1min\", {scenario}")), &kinds)
}

#[test]
fn a_fault_begins_at_the_nth_message() {
    let at = |target: &str| {
        faults(
            &["1s", "3s", "5s"],
            &format!("faults: [(kind: {target}, trigger: Message(2), duration: \"1s\")]"),
        )
    };
    for place in [
        "Slow(node: \"worker\", factor: 2)",
        "Loss(edge: \"shop -> orders\", share: 1)",
        "Disabled(node: \"orders\", direction: Receive)",
        "HotKey(node: \"shop\")",
    ] {
        let word = place.split('(').next().unwrap_or_default();
        let expected = format!("3.000 fault started {word}\n4.000 fault ended {word}\n");
        assert_eq!(at(place), expected);
    }
}

#[test]
fn a_fault_begins_and_ends_when_a_condition_holds() {
    let instants = ["0s", "100ms", "200ms", "300ms", "400ms"];
    let until = "faults: [(kind: Failing(node: \"worker\", share: 0), trigger: When(BacklogAbove(\
                 channel: \"orders\", limit: 2)), lasts: Until(BacklogAtMost(channel: \"orders\", \
                 limit: 0)))]";
    expect![[r#"
        0.300 fault started Failing
        4.000 fault ended Failing
    "#]]
    .assert_eq(&faults(&instants, until));
    let dead = "faults: [(kind: Failing(node: \"worker\", share: 0), \
                trigger: When(DeadLettersAbove(0)))]";
    expect![[r#"
        2.000 fault started Failing
    "#]]
    .assert_eq(&faults(&instants, dead));
    let violated = "promises: [(name: \"short\", holds: BacklogBelow(channel: \"orders\", \
                    limit: 4))], faults: [(kind: Failing(node: \"worker\", share: 0), \
                    trigger: When(Violated(\"short\")))]";
    expect![[r#"
        0.400 fault started Failing
    "#]]
    .assert_eq(&faults(&instants, violated));
    let never = "faults: [(kind: Failing(node: \"worker\", share: 0), trigger: When(BacklogAbove(\
                 channel: \"orders\", limit: 20)))]";
    assert_eq!(faults(&instants, never), "");
}

#[test]
fn everything_that_heals_is_healed_at_once() {
    let scenario = "heal_at: \"10s\", faults: [\
        (kind: Failing(node: \"worker\", share: 0), start: \"5s\"), \
        (kind: Failing(node: \"worker\", share: 0), start: \"6s\", heals: false), \
        (kind: Failing(node: \"worker\", share: 0), start: \"7s\", lasts: Until(\
        DeadLettersAbove(9)))]";
    expect![[r#"
        5.000 fault started Failing
        6.000 fault started Failing
        7.000 fault started Failing
        10.000 fault ended Failing
        10.000 fault ended Failing
    "#]]
    .assert_eq(&faults(&["0s"], scenario));
}

#[test]
fn a_ramp_brings_a_share_in_and_out_evenly() {
    let dropped = |ramps: &str| {
        let fault =
            format!("kind: Loss(edge: \"shop -> orders\", share: 1), duration: \"10s\"{ramps}");
        report(&thousand(&fault)).messages.dropped
    };
    assert_eq!(dropped(""), 1000);
    // A triangle: half of it. Four standard errors are below 60.
    assert!(dropped(", ramp_in: \"5s\", ramp_out: \"5s\"").abs_diff(500) < 60);
}

#[test]
fn a_chance_like_the_one_before_comes_in_runs() {
    let runs = |correlation: &str| {
        let fault = format!("(kind: Loss(edge: \"shop -> orders\", share: 0.5), {correlation})");
        let instants: Vec<String> = (0..400).map(|at| format!("{at}ms")).collect();
        let instants: Vec<&str> = instants.iter().map(String::as_str).collect();
        let design = station(&instants, "concurrency: 9", EDGES, &fault);
        let text = only(&design, &[EntryKind::Arrived, EntryKind::Dropped]);
        let lost: Vec<bool> = text.lines().map(|line| line.contains("dropped")).collect();
        lost.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    let independent = runs("probability: 1");
    assert!(independent.abs_diff(200) < 40, "{independent}");
    assert!(runs("correlation: Previous(0.9)") < 120);
}

#[test]
fn a_budget_spares_as_many_as_it_says() {
    let nodes = shop(&["1s"])
        + "(name: \"orders\", role: Channel(())), (name: \"a\", role: Consumer(())), \
           (name: \"b\", role: Consumer(())), (name: \"c\", role: Consumer(())),";
    let subscribe = |name: &str| format!("(kind: Subscribe, from: \"orders\", to: \"{name}\"),");
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"),".to_owned()
        + &subscribe("a")
        + &subscribe("b")
        + &subscribe("c");
    let started = |budget: &str| {
        let scenario = format!(
            "duration: \"1min\", faults: [(kind: Down(node: \"any consumer\"), start: \"5s\", \
             budget: ({budget}))]"
        );
        only(&design(&nodes, &edges, &scenario), &[EntryKind::FaultStarted]).lines().count()
    };
    assert_eq!((started(""), started("keep: Some(1)"), started("at_most: Some(1)")), (3, 2, 1));
}

#[test]
fn a_fault_spares_messages_whose_routing_key_or_headers_do_not_pass() {
    let lost = |filter: &str| {
        let line = |key: &str| {
            format!(
                "(message: \"Order\", arrivals: Scripted([\"1s\"]), properties: (routing_key: \
                 \"{key}\", headers: {{\"to\": \"{key}\"}})),"
            )
        };
        let nodes = format!(
            "(name: \"shop\", role: Producer((workload: [{}{}]))), (name: \"orders\", role: \
             Channel(())), (name: \"worker\", role: Consumer(())),",
            line("eu.de"),
            line("us")
        );
        let fault = "kind: Loss(edge: \"shop -> orders\", share: 1)";
        let scenario =
            format!("duration: \"1min\", faults: [({fault}, filter: (properties: {filter}))]");
        report(&design(&nodes, EDGES, &scenario)).messages.dropped
    };
    assert_eq!(lost("RoutingKey(\"us\")"), 1);
    assert_eq!(lost("Topic(\"eu.#\")"), 1);
    assert_eq!(lost("Topic(\"#\")"), 2);
    assert_eq!(lost("AllHeaders({\"to\": \"us\"})"), 1);
    assert_eq!(lost("AnyHeader({\"to\": \"nobody\"})"), 0);
}
