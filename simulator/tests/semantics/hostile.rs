//! Designs that would never end: each ends with a sentence that names the loop and the limit.

use crate::support::{design, report, shop};

const PUBLISH: &str = "(kind: Publish, from: \"shop\", to: \"a\"),";

fn halted(nodes: &str, edges: &str) -> String {
    let report = report(&design(&(shop(&["0s"]) + nodes), edges, "duration: \"1min\""));
    assert!(report.balanced);
    report.halted.expect("it does not end by itself")
}

#[test]
fn a_loop_of_emissions_is_named() {
    let nodes = "(name: \"a\", role: Channel(())), (name: \"b\", role: Channel(())),\
        (name: \"x\", role: Consumer((handlers: [(emits: [(message: \"Order\")])]))),\
        (name: \"y\", role: Consumer((handlers: [(emits: [(message: \"Order\")])]))),";
    let edges = PUBLISH.to_owned()
        + "(kind: Subscribe, from: \"a\", to: \"x\"), (kind: Publish, from: \"x\", to: \"b\"),\
           (kind: Subscribe, from: \"b\", to: \"y\"), (kind: Publish, from: \"y\", to: \"a\"),";
    let sentence = halted(nodes, &edges);
    assert!(sentence.contains("more than 2 million events at one instant"), "{sentence}");
    assert!(sentence.contains("x -> y -> x") || sentence.contains("y -> x -> y"), "{sentence}");
}

#[test]
fn a_poison_message_that_is_given_back_without_end_is_named() {
    let nodes = "(name: \"a\", role: Channel((preset: \"rabbit.classic\"))),\
        (name: \"x\", role: Consumer((handlers: [(failures: (poison: Share(1.0)))]))),";
    let edges = PUBLISH.to_owned() + "(kind: Subscribe, from: \"a\", to: \"x\"),";
    let sentence = halted(nodes, &edges);
    assert!(sentence.contains("(x -> x)"), "{sentence}");
}

#[test]
fn full_channels_that_dead_letter_to_each_other_are_named() {
    let full = "max_messages: 1, dead_letters: [Overflow]";
    let nodes = format!(
        "(name: \"a\", role: Channel(({full}, dead_letter: \"b\"))), \
         (name: \"b\", role: Channel(({full}, dead_letter: \"a\"))),"
    );
    let scenario = "duration: \"1min\"";
    let report = report(&design(&(shop(&["0s", "0s", "0s"]) + &nodes), PUBLISH, scenario));
    let sentence = report.halted.expect("it does not end by itself");
    assert!(sentence.contains("a -> b -> a") || sentence.contains("b -> a -> b"), "{sentence}");
    assert!(report.balanced);
}

#[test]
fn messages_that_multiply_without_delay_are_named() {
    let twice = "emits: [(message: \"Order\"), (message: \"Order\")]";
    let nodes = format!(
        "(name: \"a\", role: Channel((delivery: PublishSubscribe))), \
         (name: \"x\", role: Consumer((handlers: [({twice})]))), \
         (name: \"y\", role: Consumer((handlers: [({twice})]))),"
    );
    let edges = PUBLISH.to_owned()
        + "(kind: Subscribe, from: \"a\", to: \"x\"), (kind: Publish, from: \"x\", to: \"a\"),\
           (kind: Subscribe, from: \"a\", to: \"y\"), (kind: Publish, from: \"y\", to: \"a\"),";
    let sentence = halted(&nodes, &edges);
    assert!(sentence.contains("more than 2 million events at one instant"), "{sentence}");
    assert!(sentence.contains('x') && sentence.contains('y'), "{sentence}");
}

/// Why a scenario with this inside is refused, by the codes of its findings.
fn refused(scenario: &str) -> Vec<&'static str> {
    let nodes =
        shop(&["0s"]) + "(name: \"a\", role: Channel(())), (name: \"x\", role: Consumer(())),";
    let edges = PUBLISH.to_owned() + "(kind: Subscribe, from: \"a\", to: \"x\"),";
    let design = design(&nodes, &edges, &format!("duration: \"1min\", {scenario}"));
    let plan = flowbench_simulator::plan::Plan::compile(&design, &design.scenarios[0], 1);
    plan.map_or_else(|findings| findings.iter().map(|it| it.code).collect(), |_| Vec::new())
}

#[test]
fn what_would_come_without_end_is_refused_before_it_runs() {
    let fault = |text: &str| refused(&format!("faults: [({text})]"));
    let every = |period: &str| {
        fault(&format!(
            "kind: Down(node: \"x\"), duration: \"1ns\", trigger: Every(period: \"{period}\")"
        ))
    };
    assert_eq!(every("0s"), ["bad-number"]);
    assert_eq!(every("1ns"), ["too-many-faults"]);
    assert_eq!(every("6ms"), Vec::<&str>::new(), "10,000 in a minute");
    let random = "kind: Down(node: \"x\"), trigger: Random(well: Constant(\"1ns\"), struck: \
                  Constant(\"0s\"))";
    assert_eq!(fault(random), ["too-many-faults"]);
    let burst = |terms: &str| fault(&format!("kind: Burst(node: \"shop\", {terms})"));
    assert_eq!(burst("factor: 1e300"), ["bad-number"]);
    assert_eq!(burst("factor: 2, at_once: 1000001"), ["bad-number"]);
    let redrive = "kind: RedriveStorm(node: \"a\", rate: \"2000000000/s\")";
    assert_eq!(fault(redrive), ["bad-number"]);
}
