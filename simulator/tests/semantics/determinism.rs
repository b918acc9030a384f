//! The same run again, in pieces, from a snapshot, under another name and in another order.

use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::node::{Node, Role};
use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

use crate::support::{design, report, run};

/// A busy design in which everything that can be random is.
fn busy() -> Design {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
        arrivals: Poisson(\"200/s\"), keys: Uniform(20))]))),\
        (name: \"orders\", role: Channel((partitions: 4))), (name: \"dead\", role: Channel(())),\
        (name: \"paid\", role: Channel((delivery: PublishSubscribe))),\
        (name: \"worker\", role: Consumer((concurrency: 3, handlers: [(\
        service_time: Exponential(\"10ms\"), failures: (transient: 0.1, poison: Share(0.02)), \
        emits: [(message: \"Paid\")])]))),\
        (name: \"mail\", role: Consumer((handlers: [(service_time: Uniform(\"1ms\", \"5ms\"))]))),\
        (name: \"books\", role: Consumer((handlers: [(service_time: LogNormal(\"2ms\", 0.5))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\", latency: Exponential(\"3ms\")),\
        (kind: Subscribe, from: \"orders\", to: \"worker\", contract: (retry: (attempts: 3, \
        backoff: Exponential(initial: \"20ms\"), jitter: 1.0), dead_letter: \"dead\")),\
        (kind: Publish, from: \"worker\", to: \"paid\"),\
        (kind: Subscribe, from: \"paid\", to: \"mail\"),\
        (kind: Subscribe, from: \"paid\", to: \"books\"),";
    let scenario = "duration: \"30s\", seed: 7, faults: [\
        (kind: Down(node: \"worker\"), start: \"5s\", duration: \"2s\"),\
        (kind: Loss(edge: \"shop -> orders\", share: 0.1), start: \"10s\", duration: \"5s\"),\
        (kind: Duplication(edge: \"worker -> paid\", share: 0.1), start: \"10s\"),\
        (kind: Down(node: \"paid\"), start: \"20s\", duration: \"1s\")],\
        actions: [(at: \"25s\", do: Redrive(channel: \"dead\"))]";
    design(nodes, edges, scenario)
}

#[test]
fn the_same_design_and_seed_give_the_same_record_and_another_seed_another() {
    let first = report(&busy());
    assert_eq!(first, report(&busy()));
    assert!(first.balanced && first.events > 10_000, "{first:?}");
    let mut other = busy();
    Arc::make_mut(&mut other.scenarios[0]).seed = 8;
    assert_ne!(first.record_hash, report(&other).record_hash);
}

#[test]
fn the_record_of_the_busy_design_is_frozen() {
    assert_eq!(report(&busy()).record_hash, "1b9a4e452479a9a5");
}

#[test]
fn names_and_the_order_of_the_file_change_nothing() {
    let first = report(&busy()).record_hash;
    let mut turned = busy();
    turned.nodes.reverse();
    turned.edges.reverse();
    turned.messages.reverse();
    assert_eq!(first, report(&turned).record_hash);
    let mut worker: Node = (**busy().node("worker").expect("it is there")).clone();
    "a-new-name".clone_into(&mut worker.name);
    let renamed = Edit::PutNode("worker".to_owned(), worker).apply(&busy()).expect("it is free");
    assert_eq!(first, report(&renamed).record_hash);
}

#[test]
fn an_unrelated_node_changes_what_happens_to_no_other() {
    let before = report(&busy());
    let lonely = Node::new("aaa", Role::Consumer(flowbench_model::node::Consumer::default()));
    let more = Edit::AddNode(lonely, None).apply(&busy()).expect("the name is free");
    let after = report(&more);
    assert_eq!(before.messages, after.messages);
    assert_eq!(before.paths, after.paths);
    assert_eq!(before.dead_letters, after.dead_letters);
    assert_eq!(before.record_hash, after.record_hash);
}

#[test]
fn stepping_to_the_end_is_advancing_to_it() {
    let design = busy();
    let plan = Plan::compile(&design, &design.scenarios[0], 7).expect("it can be run");
    let mut stepped = (Run::new(Arc::clone(&plan)), Recorder::new(&plan, Keep::Everything));
    while stepped.0.step(&mut stepped.1) {}
    let mut jumped = (Run::new(Arc::clone(&plan)), Recorder::new(&plan, Keep::Statistics));
    jumped.0.advance_to(plan.end, &mut jumped.1);
    assert_eq!(stepped.1.hash(), jumped.1.hash());
    assert_eq!(stepped.0.totals(), jumped.0.totals());
}

#[test]
fn any_instant_seen_again_is_the_instant_as_it_was() {
    let recording = run(&busy());
    let plan = recording.plan();
    let mut silent = Recorder::new(plan, Keep::Nothing);
    let mut straight = Run::new(Arc::clone(plan));
    for millis in [0, 1, 4_999, 5_000, 5_001, 12_345, 20_000, 24_999, 25_000, 29_999, 30_000] {
        let time = Time(millis * 1_000_000);
        straight.advance_to(time, &mut silent);
        let again = recording.at(time);
        assert_eq!(again.totals(), straight.totals(), "at {time}");
        assert_eq!(again.moving(), straight.moving(), "at {time}");
        assert_eq!(again.events(), straight.events(), "at {time}");
    }
}
