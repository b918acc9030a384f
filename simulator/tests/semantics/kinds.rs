//! What each kind of fault does: hit, near miss, and after its end.

use flowbench_model::design::Design;
use flowbench_model::faults::FAULTS;
use flowbench_model::reach::Places;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, report, run, shop};

mod broker;
mod consumer;
mod link;
mod message;
mod operator;
mod producer;
mod terms;

pub(crate) const EDGES: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), \
                                (kind: Subscribe, from: \"orders\", to: \"worker\"),";

/// A shop that publishes at these instants, a queue, and a worker.
pub(crate) fn station(instants: &[&str], consumer: &str, edges: &str, faults: &str) -> Design {
    let nodes = shop(instants)
        + &format!(
            "(name: \"orders\", role: Channel(())), \
             (name: \"worker\", role: Consumer(({consumer}))),"
        );
    design(&nodes, edges, &format!("duration: \"2min\", faults: [{faults}]"))
}

/// What happens under one fault in a station whose worker needs half a second.
pub(crate) fn under(instants: &[&str], fault: &str) -> String {
    let half = "handlers: [(service_time: Constant(\"500ms\"))]";
    record(&station(instants, half, EDGES, &format!("({fault})")))
}

/// Only the entries of some kinds.
pub(crate) fn only(design: &Design, kinds: &[EntryKind]) -> String {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    lines(&recording, |kind| kinds.contains(&kind))
}

/// A thousand messages in ten seconds; the books under one fault.
pub(crate) fn thousand(fault: &str) -> Design {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"100/s\"), count: 1000, keys: Uniform(10))]))),\
                 (name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(())),";
    design(nodes, EDGES, &format!("duration: \"10min\", faults: [({fault})]"))
}

#[test]
fn every_kind_of_the_catalogue_runs_and_keeps_the_books() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
         arrivals: Poisson(\"10/s\"), keys: Uniform(5))]))), \
         (name: \"orders\", role: Channel((partitions: Some(2)))), \
         (name: \"done\", role: Channel((delivery: Some(PublishSubscribe)))), \
         (name: \"dead\", role: Channel(())), \
         (name: \"worker\", role: Consumer((concurrency: 2, idempotent: true, handlers: [(\
            service_time: Exponential(\"60ms\"), failures: (transient: 0.1), \
            emits: [(message: \"Paid\")], calls: [\"bank\"])]))), \
         (name: \"bank\", role: Consumer((concurrency: 4, handlers: [(\
            service_time: Exponential(\"20ms\"))]))), \
         (name: \"mail\", role: Consumer(())),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\", contract: (\
            retry: (attempts: 3, backoff: Fixed(\"100ms\")), dead_letter: \"dead\")), \
         (kind: Call, from: \"worker\", to: \"bank\", contract: (messages: [\"Ask\"], timeout: \"1s\")), \
         (kind: Publish, from: \"worker\", to: \"done\"), \
         (kind: Subscribe, from: \"done\", to: \"mail\"),";
    for card in FAULTS {
        let target = match card.target.field() {
            "edge" => ["shop -> orders", "orders -> worker", "worker -> bank"].as_slice(),
            _ => ["shop", "orders", "worker", "dead"].as_slice(),
        };
        let mut ran = 0;
        for target in target {
            let kind = kind_text(card, target);
            let scenario = format!(
                "duration: \"12s\", faults: [(kind: {kind}, start: \"2s\", duration: \"5s\")]"
            );
            let design = design(nodes, edges, &scenario);
            let target = design.scenarios[0].faults[0].kind.target().clone();
            if !Places::new(&design).takes(card.target, &target) {
                continue;
            }
            ran += 1;
            let recording = run(&design);
            assert!(
                recording.report().balanced,
                "{}: {:?}",
                card.code,
                recording.end().imbalance()
            );
            assert_eq!(recording.report().halted, None, "{}", card.code);
            let of_faults = lines(&recording, |kind| {
                matches!(kind, EntryKind::FaultStarted | EntryKind::FaultEnded)
            });
            assert_eq!(of_faults.lines().count(), 2, "{}: {of_faults}", card.code);
        }
        assert!(ran > 0, "{} strikes something here", card.code);
    }
}

fn kind_text(card: &'static flowbench_model::faults::FaultCard, target: &str) -> String {
    use flowbench_model::fault::{FaultKind, Target};
    let target = if card.target.is_edge() {
        Target::Edge(target.parse().expect("an edge"))
    } else {
        Target::Node(target.parse().expect("a node"))
    };
    let kind = FaultKind::new(card, target);
    ron::to_string(&kind).expect("a kind is written")
}

#[test]
fn an_explicit_list_runs_as_what_it_was_drawn_from() {
    let fault = "kind: Failing(node: \"one of any consumer\", share: 0.5), \
                 trigger: Random(well: Exponential(\"2s\"), struck: Exponential(\"1s\"))";
    let drawn = thousand(fault);
    let scenario = &drawn.scenarios[0];
    let faults = flowbench_simulator::faults::materialized(&drawn, scenario, scenario.seed);
    assert!(faults.len() > 1);
    let mut explicit = drawn.clone();
    let mut changed = (**scenario).clone();
    changed.faults = faults;
    explicit.scenarios[0] = changed.into();
    assert_eq!(run(&drawn).report().record_hash, run(&explicit).report().record_hash);
    assert!(report(&drawn).messages.dropped > 0);
}
