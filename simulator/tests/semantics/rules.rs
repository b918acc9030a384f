//! Properties over generated channels: whatever rules a channel has, the books balance, the run
//! ends, and it is the same run again.

use std::fmt::Write as _;

use flowbench_model::channel::{Kind, PARAMETERS, Parameter};
use flowbench_simulator::recorder::Keep;
use flowbench_simulator::recording::Recording;
use proptest::prelude::*;

use crate::support::design;

/// Rules of one channel: some parameters, each with a value that its kind allows.
fn rules() -> impl Strategy<Value = String> {
    let one = (0..PARAMETERS.len(), any::<u32>());
    proptest::collection::vec(one, 0..14).prop_map(|chosen| {
        let mut text = String::new();
        let mut seen = Vec::new();
        for (index, luck) in chosen {
            if !seen.contains(&index) {
                seen.push(index);
                let parameter = &PARAMETERS[index];
                write!(text, "{}: {},", parameter.name, value(parameter, luck as usize))
                    .expect("a string takes everything");
            }
        }
        text
    })
}

fn value(parameter: &Parameter, luck: usize) -> String {
    match parameter.kind {
        Kind::Choice(choices) => choices[luck % choices.len()].0.to_owned(),
        Kind::Set(choices) => {
            let chosen = choices.iter().enumerate().filter(|(at, _)| luck >> at & 1 == 1);
            let words: Vec<&str> = chosen.map(|(_, (word, _))| *word).collect();
            format!("[{}]", words.join(", "))
        }
        Kind::Count => (luck % 5).to_string(),
        Kind::Length => format!("\"{}ms\"", [0, 10, 50, 200, 1500][luck % 5]),
        Kind::Number => ["0.0", "0.5", "1.0"][luck % 3].to_owned(),
        Kind::Flag => luck.is_multiple_of(2).to_string(),
        Kind::Delay => ["None", "Fixed(\"30ms\")", "Linear(step: \"20ms\", cap: \"50ms\")"]
            [luck % 3]
            .to_owned(),
    }
}

fn text((first, second): (String, String), contract: &str, hand: bool) -> [String; 3] {
    let nodes = format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", count: 150, \
         arrivals: Poisson(\"60/s\"), keys: Uniform(4), properties: (priority: 2, \
         time_to_live: \"400ms\")), (message: \"Paid\", count: 60, arrivals: Poisson(\"30/s\"), \
         keys: Uniform(3))]))), (name: \"a\", role: Channel(({first} dead_letter: \"dead\"))), \
         (name: \"b\", role: Channel(({second} dead_letter: \"a\"))), \
         (name: \"dead\", role: Channel((max_messages: 20))), \
         (name: \"x\", role: Consumer((concurrency: 2, handlers: [(service_time: \
         Exponential(\"30ms\"), failures: (transient: 0.3, poison: Keys([2])))]))), \
         (name: \"y\", role: Consumer((settled_by_hand: {hand}, handlers: [(service_time: \
         Constant(\"20ms\"))]))), (name: \"z\", role: Consumer((idempotent: true))),"
    );
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"a\"), \
         (kind: Bind, from: \"a\", to: \"b\", latency: Constant(\"5ms\")), \
         (kind: Subscribe, from: \"a\", to: \"x\", contract: (group: \"g\", {contract})), \
         (kind: Subscribe, from: \"a\", to: \"y\", contract: (group: \"g\", prefetch: 2)), \
         (kind: Subscribe, from: \"b\", to: \"z\", latency: Constant(\"1ms\"), \
         contract: (messages: [\"Order\"], consumer_priority: 1)),"
    );
    let scenario = "duration: \"6s\", faults: [(kind: Down(node: \"x\"), start: \"700ms\", \
        duration: \"900ms\"), (kind: Down(node: \"a\"), start: \"2s\", duration: \"200ms\"), \
        (kind: Loss(edge: \"a -> y\", share: 0.3), start: \"1s\", duration: \"1s\"), \
        (kind: Duplication(edge: \"shop -> a\", share: 0.3), start: \"1s\", duration: \"1s\")], \
        actions: [(at: \"800ms\", do: Settle(consumer: \"y\", message: \"shop#3\", how: Requeue)), \
        (at: \"1s\", do: Pause(edge: \"a -> y\")), (at: \"2s\", do: Resume(edge: \"a -> y\")), \
        (at: \"3s\", do: Redrive(channel: \"dead\"))]";
    [nodes, edges, scenario.to_owned()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_rules_keep_the_books_and_run_again_the_same(
        first in rules(),
        second in rules(),
        retry in 0usize..3,
        hand in any::<bool>(),
    ) {
        let contract = ["", "retry: (attempts: 3, backoff: Fixed(\"20ms\")), dead_letter: \"dead\"",
            "acknowledgement: OnReceipt"][retry];
        let [nodes, edges, scenario] = text((first, second), contract, hand);
        let design = design(&nodes, &edges, &scenario);
        let scenario = &design.scenarios[0];
        let Ok(plan) = flowbench_simulator::plan::Plan::compile(&design, scenario, 3) else {
            // Rules that contradict each other are refused before the run.
            return Ok(());
        };
        let run = || Recording::make(plan.clone(), Keep::Statistics, |_| true).expect("to its end");
        let report = run().report().clone();
        prop_assert!(report.balanced);
        let books = report.messages;
        let ended = books.acknowledged + books.dead_lettered + books.expired + books.dropped;
        prop_assert_eq!(books.copies, ended + books.in_flight);
        prop_assert_eq!(report.record_hash, run().report().record_hash.clone());
    }
}
