//! Autoscaling by what waits: looks, warm-up, cool-down.

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, report, run};

/// So many orders a second for a time, and a worker that handles one a second with each instance.
fn scaled(rate: &str, count: u32, rules: &str) -> Design {
    let nodes = format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
          Constant({rate:?}), count: {count})]))), \
         (name: \"orders\", role: Channel(())), \
         (name: \"worker\", role: Consumer((autoscaling: ({rules}), handlers: [(service_time: \
          Constant(\"1s\"))]))),"
    );
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
                 (kind: Subscribe, from: \"orders\", to: \"worker\"),";
    design(&nodes, edges, "duration: \"2min\"")
}

fn scalings(design: &Design) -> String {
    lines(&run(design), |kind| matches!(kind, EntryKind::ScaleOrdered | EntryKind::Scaled))
}

#[test]
fn instances_follow_what_waits_and_go_when_fewer_have_long_been_enough() {
    let rules = "max: 4, target: LagPerInstance(10), interval: \"5s\", warm_up: \"3s\", \
                 cool_down: \"10s\"";
    expect![[r#"
        5.000 instances ordered worker: 2
        8.000 scaled worker: 2
        15.000 instances ordered worker: 3
        18.000 scaled worker: 3
        45.000 scaled worker: 2
        60.000 scaled worker: 1
    "#]]
    .assert_eq(&scalings(&scaled("3/s", 90, rules)));
}

#[test]
fn one_more_is_ordered_at_a_threshold_and_awaited() {
    let rules = "max: 3, target: LagAbove(10), interval: \"1s\", warm_up: \"5s\", cool_down: \
                 \"2s\"";
    expect![[r#"
        5.000 instances ordered worker: 2
        10.000 scaled worker: 2
        10.000 instances ordered worker: 3
        15.000 scaled worker: 3
        31.000 scaled worker: 2
        34.000 scaled worker: 1
    "#]]
    .assert_eq(&scalings(&scaled("3/s", 60, rules)));
}

#[test]
fn more_instances_work_on_more_at_once() {
    let fixed = "min: 3, max: 3";
    assert_eq!(report(&scaled("30/s", 30, fixed)).subscriptions[0].backlog_max, 27);
    let recording = run(&scaled("30/s", 30, fixed));
    let at = flowbench_model::time::Time(2_500_000_000);
    let seen = recording.at(at);
    let worker = seen.plan().node_named("worker").expect("it is there");
    assert_eq!(seen.load(worker), Some((3, 3)));
}

#[test]
fn what_an_instance_has_when_it_goes_is_finished() {
    let rules = "max: 9, target: LagPerInstance(1), interval: \"1s\", warm_up: \"0s\", cool_down: \
                 \"0s\"";
    let report = report(&scaled("9/s", 45, rules));
    assert_eq!((report.messages.acknowledged, report.messages.redelivered), (45, 0));
}
