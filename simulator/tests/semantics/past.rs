//! Running again and comparing: what is the same, and the first entry that is not.

use std::sync::Arc;

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::{Fault, FaultKind};
use flowbench_model::node::{Consumer, Node, Role};
use flowbench_model::time::{Span, Time};
use flowbench_simulator::comparison::{Comparison, Ended, compare};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;

use crate::support::design;

fn shop() -> Design {
    shop_with("")
}

/// The shop with some properties of its channel.
fn shop_with(channel: &str) -> Design {
    let nodes = format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
        arrivals: Poisson(\"200/s\"))]))),\
        (name: \"orders\", role: Channel(({channel}))),\
        (name: \"worker\", role: Consumer((handlers: [(service_time: Exponential(\"3ms\"))]))),"
    );
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"),\
        (kind: Subscribe, from: \"orders\", to: \"worker\"),";
    design(&nodes, edges, "duration: \"30s\"")
}

fn plan(design: &Design, seed: u64) -> Arc<Plan> {
    Plan::compile(design, &design.scenarios[0], seed).expect("it can be run")
}

fn recording(design: &Design, keep: Keep) -> Recording {
    Recording::make(plan(design, 1), keep, |_| true).expect("nobody stops it")
}

fn down_at(design: &Design, start: Span) -> Design {
    let mut scenario = (*design.scenarios[0]).clone();
    scenario.faults.push(Fault::new(FaultKind::at_node("Down", "worker"), start, None));
    Edit::PutScenario(Some("s".to_owned()), scenario).apply(design).expect("it is there")
}

/// What comparing comes to, in words.
fn said(recording: &Recording, plan: &Arc<Plan>) -> String {
    match recording.compare(plan, |_| true).expect("nobody stops it") {
        Comparison::Same => "same".to_owned(),
        Comparison::Differs(difference) => difference.to_string(),
        Comparison::Unsteady(range) => format!("unsteady {range:?}"),
    }
}

#[test]
fn a_run_again_is_the_same_run() {
    for keep in [Keep::Everything, Keep::Statistics] {
        let recording = recording(&shop(), keep);
        assert!(recording.report().events > 10_000);
        assert_eq!(recording.verify(|_| true), Some(Comparison::Same), "{keep:?}");
    }
}

#[test]
fn another_seed_differs_from_the_first_entry() {
    let said = said(&recording(&shop(), Keep::Everything), &plan(&shop(), 2));
    expect!["entry 0: 0.003195945 s shop#1 published at shop -> orders; 0.009589488 s shop#1 published at shop -> orders"].assert_eq(&said);
}

#[test]
fn a_later_fault_is_the_first_difference_with_and_without_a_full_record() {
    let later = plan(&down_at(&shop(), Span::from_secs(20)), 1);
    let full = said(&recording(&shop(), Keep::Everything), &later);
    expect!["entry 16149: 20.00143642 s shop#4037 acknowledged at orders -> worker; 20 s fault started at worker (Down)"].assert_eq(&full);
    assert_eq!(said(&recording(&shop(), Keep::Statistics), &later), full);
}

#[test]
fn a_run_that_ends_earlier_is_over_where_the_other_goes_on() {
    let mut short = shop();
    Arc::make_mut(&mut short.scenarios[0]).duration = Span::from_secs(10);
    let said = said(&recording(&shop(), Keep::Everything), &plan(&short, 1));
    expect![
        "entry 8191: 10.000589744 s shop#2046 acknowledged at orders -> worker; the run is over"
    ]
    .assert_eq(&said);
}

#[test]
fn an_unrelated_node_is_no_difference() {
    let lonely = Node::new("aaa", Role::Consumer(Consumer::default()));
    let more = Edit::AddNode(lonely, None).apply(&shop()).expect("the name is free");
    assert_eq!(said(&recording(&shop(), Keep::Everything), &plan(&more, 1)), "same");
    let later = plan(&down_at(&more, Span::from_secs(20)), 1);
    let before = plan(&down_at(&shop(), Span::from_secs(20)), 1);
    let recording = recording(&shop(), Keep::Everything);
    assert_eq!(said(&recording, &later), said(&recording, &before));
}

#[test]
fn what_is_gone_takes_no_memory_however_long_it_was_to_be_kept() {
    for channel in ["preset: \"kafka.group.classic\"", "time_to_live: \"1h\""] {
        let mut design = shop_with(channel);
        Arc::make_mut(&mut design.scenarios[0]).duration = Span::from_secs(120);
        let recording = recording(&design, Keep::Statistics);
        assert!(recording.report().messages.published > 20_000, "{channel}");
        let (early, late) = (recording.at(Time(20_000_000_000)).bytes(), recording.end().bytes());
        assert!(late < 2 * early, "{channel}: {early} bytes, then {late}");
    }
}

#[test]
fn nobody_waits_for_a_comparison_that_is_not_wanted_any_more() {
    let mut long = shop();
    Arc::make_mut(&mut long.scenarios[0]).duration = Span::from_secs(120);
    let recording = recording(&long, Keep::Statistics);
    assert_eq!(recording.verify(|_| false), None);
}

#[test]
fn a_run_that_was_cut_because_its_record_was_full_is_verified_as_far_as_it_came() {
    const ROOM: usize = 3_000;
    let plan_of = |seed: u64| {
        let design = shop();
        Plan::compile(&design, &design.scenarios[0], seed).expect("it can run")
    };
    let (plan, other) = (plan_of(1), plan_of(2));
    let whole = Recording::make(Arc::clone(&plan), Keep::Everything, |_| true).expect("to its end");
    let mut recorder = Recorder::new(&plan, Keep::Everything).with_room(ROOM);
    let mut run = Run::new(Arc::clone(&plan));
    run.advance_to(plan.end, &mut recorder);
    let report = Report::new(&run, &recorder);
    assert!(report.balanced);
    let sentence = report.halted.expect("it was cut");
    assert!(sentence.contains("the record is full"), "{sentence}");
    let entries = recorder.record().len();
    assert!(entries > ROOM && entries < whole.record().len(), "{entries}");
    assert!(run.now() < plan.end);
    let cut = Ended { run: &run, recorder: &recorder };
    assert_eq!(compare(cut, &plan, |_| true), Some(Comparison::Same));
    let Some(Comparison::Differs(difference)) = compare(cut, &other, |_| true) else {
        panic!("another seed does something else");
    };
    assert!(difference.index < ROOM as u64, "{difference:?}");
    // The whole run goes on behind the cut, and that is a difference seen from there.
    let ended = Ended { run: &run, recorder: &recorder };
    assert_eq!(compare(ended, whole.plan(), |_| true), Some(Comparison::Same));
}
