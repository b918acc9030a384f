//! Circuit breakers on calls: closed, open, half-open, and what their callers do meanwhile.

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, report, run, shop};

/// A worker that calls `stock` for each order; what fails at `stock` is said in the scenario.
fn guarded(instants: &[&str], breaker: &str, subscription: &str, scenario: &str) -> Design {
    let nodes = shop(instants)
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(calls: [\"stock\"])]))), \
           (name: \"stock\", role: Consumer((handlers: [(service_time: Constant(\"100ms\"))]))),";
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\", contract: ({subscription} \
          dead_letter: \"dead\")), \
         (kind: Call, from: \"worker\", to: \"stock\", contract: (messages: [\"Ask\"], \
          timeout: \"1s\", circuit_breaker: ({breaker}))),"
    );
    design(&nodes, &edges, scenario)
}

/// Orders at every second.
fn seconds(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{at}s")).collect()
}

fn every_second(count: usize, breaker: &str, subscription: &str, scenario: &str) -> Design {
    let instants = seconds(count);
    let instants: Vec<&str> = instants.iter().map(String::as_str).collect();
    guarded(&instants, breaker, subscription, scenario)
}

fn is_about_calls(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::CallFailed
            | EntryKind::CallReturned
            | EntryKind::CallRejected
            | EntryKind::BreakerOpened
            | EntryKind::BreakerHalfOpened
            | EntryKind::BreakerClosed
    )
}

const DOWN: &str = "duration: \"1min\", faults: [(kind: Down(node: \"stock\"), start: \"1s\", \
                    duration: \"3s\")]";
const SMALL: &str = "window: 4, minimum_calls: 2, open_for: \"3s\", permitted: 2, ";

#[test]
fn a_breaker_opens_at_its_rate_lets_trials_through_and_closes() {
    let design = every_second(9, SMALL, "retry: (attempts: 1),", DOWN);
    expect![[r#"
        0.100 call returned worker#1 (1) worker -> stock
        1.000 call failed worker#2 (1) worker -> stock: called node is down
        1.000 breaker opened worker -> stock
        2.000 call not made worker#3 (1) worker -> stock: circuit breaker open
        3.000 call not made worker#4 (1) worker -> stock: circuit breaker open
        4.000 breaker half-open worker -> stock
        4.100 call returned worker#5 (1) worker -> stock
        5.100 call returned worker#6 (1) worker -> stock
        5.100 breaker closed worker -> stock
        6.100 call returned worker#7 (1) worker -> stock
        7.100 call returned worker#8 (1) worker -> stock
        8.100 call returned worker#9 (1) worker -> stock
    "#]]
    .assert_eq(&lines(&run(&design), is_about_calls));
}

#[test]
fn trials_that_fail_open_it_again_and_the_time_begins_anew() {
    let longer = DOWN.replace("\"3s\"", "\"6s\"");
    let design = every_second(9, SMALL, "retry: (attempts: 1),", &longer);
    let text = lines(&run(&design), is_about_calls);
    assert!(text.contains("4.000 breaker half-open"), "{text}");
    assert!(text.contains("5.000 breaker opened"), "two trials have failed: {text}");
    assert!(text.contains("8.000 breaker half-open"), "{text}");
}

#[test]
fn nothing_is_judged_before_as_many_calls_as_it_takes() {
    let breaker = "window: 10, minimum_calls: 10, open_for: \"3s\", ";
    let design = every_second(9, breaker, "retry: (attempts: 1),", DOWN);
    assert!(!lines(&run(&design), is_about_calls).contains("breaker"));
}

#[test]
fn calls_that_succeed_too_slowly_open_it_as_well() {
    let breaker = "window: 2, minimum_calls: 2, slow_call: \"99ms\", open_for: \"3s\", ";
    let design = every_second(3, breaker, "retry: (attempts: 1),", "duration: \"1min\"");
    let text = lines(&run(&design), is_about_calls);
    assert!(text.contains("1.100 breaker opened"), "{text}");
    let at_the_border = breaker.replace("99ms", "100ms");
    let design = every_second(3, &at_the_border, "retry: (attempts: 1),", "duration: \"1min\"");
    assert!(!lines(&run(&design), is_about_calls).contains("breaker"));
}

#[test]
fn an_automatic_breaker_is_half_open_without_a_call() {
    let breaker = SMALL.to_owned() + "automatic: true, ";
    let design = every_second(2, &breaker, "retry: (attempts: 1),", DOWN);
    let text = lines(&run(&design), is_about_calls);
    assert!(text.contains("4.000 breaker half-open"), "{text}");
}

/// A hundred orders wait while what they need is down for half a minute.
fn backlog(while_open: &str) -> Design {
    let instants = vec!["0s"; 100];
    let breaker =
        format!("window: 4, minimum_calls: 4, open_for: \"10s\", while_open: {while_open}, ");
    let scenario = "duration: \"2min\", faults: [(kind: Down(node: \"stock\"), \
                    duration: \"30s\")]";
    guarded(&instants, &breaker, "retry: (attempts: 4),", scenario)
}

#[test]
fn an_open_breaker_that_fails_at_once_sends_the_whole_backlog_to_the_dead_letters() {
    let report = report(&backlog("Fail"));
    assert_eq!(report.messages.dead_lettered, 100);
    assert_eq!(report.messages.delivered, 400, "each of them used up its four deliveries");
    assert_eq!(report.calls.sent, 4, "and nobody was asked");
    assert!(report.dead_letters.iter().all(|dead| dead.at_ns == 0));
}

#[test]
fn a_consumer_that_pauses_while_its_breaker_is_open_loses_nothing() {
    let design = backlog("Pause");
    let report = report(&design);
    assert_eq!((report.messages.acknowledged, report.messages.dead_lettered), (100, 0));
    assert_eq!(report.messages.delivered, 112, "four fail at 0, 10 and 20 s");
    let breakers = |kind| {
        matches!(
            kind,
            EntryKind::BreakerOpened | EntryKind::BreakerHalfOpened | EntryKind::BreakerClosed
        )
    };
    expect![[r#"
        0.000 breaker opened worker -> stock
        10.000 breaker half-open worker -> stock
        10.000 breaker opened worker -> stock
        20.000 breaker half-open worker -> stock
        20.000 breaker opened worker -> stock
        30.000 breaker half-open worker -> stock
        30.400 breaker closed worker -> stock
    "#]]
    .assert_eq(&lines(&run(&design), breakers));
}

#[test]
fn a_call_that_waits_for_a_breaker_is_made_when_it_is_let_through() {
    let breaker = "window: 1, minimum_calls: 1, open_for: \"5s\", permitted: 1, \
                   while_open: Pause, ";
    let nodes = shop(&["0s", "1s"])
        + "(name: \"orders\", role: Channel(())), \
           (name: \"worker\", role: Consumer((concurrency: 2, handlers: [(service_time: \
            Constant(\"2s\"), calls: [\"stock\"])]))), \
           (name: \"stock\", role: Consumer(())),";
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\"), \
         (kind: Call, from: \"worker\", to: \"stock\", contract: (messages: [\"Ask\"], \
          timeout: \"1s\", circuit_breaker: ({breaker}))),"
    );
    let scenario = "duration: \"1min\", faults: [(kind: Down(node: \"stock\"), \
                    duration: \"2500ms\")]";
    expect![[r#"
        0.000 fault started Down
        0.000 delivered shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        2.000 call sent worker#1 (1) worker -> stock
        2.000 call failed worker#1 (1) worker -> stock: called node is down
        2.000 breaker opened worker -> stock
        2.000 failed shop#1 (1) orders -> worker: called node is down
        2.000 dropped shop#1: given up, and no dead-letter channel
        2.500 fault ended Down
        7.000 breaker half-open worker -> stock
        7.000 call sent worker#2 (1) worker -> stock
        7.000 call served worker#2 (1) worker -> stock
        7.000 call returned worker#2 (1) worker -> stock
        7.000 breaker closed worker -> stock
        7.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, &edges, scenario)));
}

#[test]
fn a_caller_that_crashes_on_trial_does_not_keep_its_breaker_half_open() {
    let breaker = "window: 1, minimum_calls: 1, open_for: \"1s\", permitted: 1, ";
    let scenario = "duration: \"1min\", faults: [\
        (kind: Down(node: \"stock\"), duration: \"500ms\"), \
        (kind: Down(node: \"worker\"), start: \"2050ms\", duration: \"500ms\")]";
    let design = guarded(&["0s", "2s", "4s"], breaker, "retry: (attempts: 9),", scenario);
    let text = lines(&run(&design), is_about_calls);
    assert!(text.contains("breaker closed"), "{text}");
    assert_eq!(report(&design).messages.acknowledged, 2);
}
