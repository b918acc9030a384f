//! Retry budgets, bulkheads and call queues, and delays that depend on the one before.

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, report, run, shop};

/// A worker that calls a `stock` which is down for two minutes.
fn calling(instants: &[&str], contract: &str, stock: &str) -> Design {
    let nodes = shop(instants)
        + "(name: \"orders\", role: Channel(())), \
           (name: \"worker\", role: Consumer((concurrency: 9, handlers: [(calls: \
            [\"stock\"])]))),"
        + &format!("(name: \"stock\", role: Consumer(({stock}))),");
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\"), \
         (kind: Call, from: \"worker\", to: \"stock\", contract: (messages: [\"Ask\"], \
          {contract})),"
    );
    let scenario = "duration: \"1min\"";
    design(&nodes, &edges, scenario)
}

fn down(mut design: Design) -> Design {
    let text = "(format: 1, info: (name: \"t\"), nodes: [], edges: [], scenarios: [(name: \"s\", \
                duration: \"1min\", faults: [(kind: Down(node: \"stock\"))])])";
    let other = flowbench_model::formats::native::read(text).expect("it is a design").design;
    design.scenarios = other.scenarios;
    design
}

fn is_retry(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::CallSent | EntryKind::RetryDenied | EntryKind::CallRejected)
}

#[test]
fn a_bucket_gives_a_retry_for_each_ten_first_attempts() {
    let instants: Vec<String> = (0..20).map(|at| format!("{at}s")).collect();
    let instants: Vec<&str> = instants.iter().map(String::as_str).collect();
    let contract = "retry: (attempts: 4, backoff: Fixed(\"100ms\")), retry_budget: Bucket(share: \
                    0.1, capacity: 10)";
    let text = lines(&run(&down(calling(&instants, contract, ""))), is_retry);
    let retries: Vec<&str> = text.lines().filter(|line| line.contains("(2)")).collect();
    let sent: Vec<&&str> = retries.iter().filter(|line| line.contains("call sent")).collect();
    assert_eq!(sent.len(), 2, "{text}");
    assert!(sent[0].starts_with("9.100") && sent[1].starts_with("19.100"), "{text}");
    assert_eq!(text.matches("retry not made").count(), 20, "{text}");
}

#[test]
fn a_window_forgets_and_its_reserve_does_not_depend_on_first_attempts() {
    let contract = "retry: (attempts: 9, backoff: Fixed(\"4s\")), retry_budget: Window(share: \
                    0.0, window: \"10s\", reserve: 2)";
    expect![[r#"
        0.000 call sent worker#1 (1) worker -> stock
        4.000 call sent worker#1 (2) worker -> stock
        8.000 call sent worker#1 (3) worker -> stock
        8.000 retry not made worker#1 (3) worker -> stock: called node is down
    "#]]
    .assert_eq(&lines(&run(&down(calling(&["0s"], contract, ""))), is_retry));
}

#[test]
fn a_delivery_without_budget_is_given_up_at_once() {
    let nodes = shop(&["0s", "10s"])
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(failures: (poison: Share(1.0)))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\", contract: (retry: (attempts: 5, \
          backoff: Fixed(\"1s\")), retry_budget: Bucket(share: 1.0, capacity: 5), \
          dead_letter: \"dead\")),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 failed shop#1 (1) orders -> worker: poison message
        0.000 waits for retry shop#1 (1) orders -> worker for 1000ms
        1.000 delivered shop#1 (2) orders -> worker
        1.000 failed shop#1 (2) orders -> worker: poison message
        1.000 retry not made shop#1 (2) orders -> worker: poison message
        1.000 dead-lettered shop#1 (2) orders -> worker: poison message
        10.000 delivered shop#2 (1) orders -> worker
        10.000 failed shop#2 (1) orders -> worker: poison message
        10.000 waits for retry shop#2 (1) orders -> worker for 1000ms
        11.000 delivered shop#2 (2) orders -> worker
        11.000 failed shop#2 (2) orders -> worker: poison message
        11.000 retry not made shop#2 (2) orders -> worker: poison message
        11.000 dead-lettered shop#2 (2) orders -> worker: poison message
    "#]]
    .assert_eq(&record(&design(&nodes, edges, "duration: \"1min\"")));
}

#[test]
fn a_bulkhead_has_room_for_so_many_lets_some_wait_and_refuses_the_rest() {
    let contract = "bulkhead: (calls: 1, queue: 1, wait: \"1500ms\")";
    let stock = "handlers: [(service_time: Constant(\"1s\"))], concurrency: 9";
    expect![[r#"
        0.000 call sent worker#1 (1) worker -> stock
        0.000 call not made worker#3 (1) worker -> stock: too many calls at once
        0.500 call not made worker#4 (1) worker -> stock: too many calls at once
        1.000 call returned worker#1 (1) worker -> stock
        1.000 call sent worker#2 (1) worker -> stock
        2.000 call returned worker#2 (1) worker -> stock
        2.000 call sent worker#5 (1) worker -> stock
        3.000 call returned worker#5 (1) worker -> stock
    "#]]
    .assert_eq(&lines(
        &run(&calling(&["0s", "0s", "0s", "500ms", "1100ms"], contract, stock)),
        |kind| is_retry(kind) || kind == EntryKind::CallReturned,
    ));
}

#[test]
fn what_waits_for_a_bulkhead_too_long_is_refused() {
    let contract = "bulkhead: (calls: 1, queue: 9, wait: \"700ms\")";
    let stock = "handlers: [(service_time: Constant(\"500ms\"))], concurrency: 9";
    expect![[r#"
        0.000 call sent worker#1 (1) worker -> stock
        0.500 call sent worker#2 (1) worker -> stock
        0.700 call not made worker#3 (1) worker -> stock: too many calls at once
    "#]]
    .assert_eq(&lines(&run(&calling(&["0s", "0s", "0s"], contract, stock)), is_retry));
}

#[test]
fn a_caller_that_gives_up_leaves_its_place_to_the_next() {
    let contract = "timeout: \"300ms\", bulkhead: (calls: 1, queue: 9)";
    let stock = "handlers: [(service_time: Constant(\"10s\"))], concurrency: 9";
    let text = lines(&run(&calling(&["0s", "0s"], contract, stock)), is_retry);
    assert!(text.contains("0.300 call sent"), "{text}");
}

#[test]
fn a_full_call_queue_refuses_and_what_waited_too_long_is_thrown_away() {
    let stock = "handlers: [(service_time: Constant(\"1s\"))], call_queue: (most: 2, stale_after: \
                 \"1500ms\")";
    expect![[r#"
        0.000 call failed worker#4 (1) worker -> stock: called node is overloaded
        0.000 call served worker#1 (1) worker -> stock
        0.100 call failed worker#5 (1) worker -> stock: called node is overloaded
        1.000 call returned worker#1 (1) worker -> stock
        1.000 call served worker#2 (1) worker -> stock
        2.000 call returned worker#2 (1) worker -> stock
        2.000 call failed worker#3 (1) worker -> stock: waited too long at the called node
    "#]]
    .assert_eq(&lines(&run(&calling(&["0s", "0s", "0s", "0s", "100ms"], "", stock)), |kind| {
        matches!(kind, EntryKind::CallServed | EntryKind::CallReturned | EntryKind::CallFailed)
    }));
}

#[test]
fn decorrelated_delays_lie_between_the_base_and_three_times_the_one_before() {
    let contract = "retry: (attempts: 9, backoff: Decorrelated(base: \"100ms\", cap: \"5s\"))";
    let instants = vec!["0s"; 20];
    let text = lines(&run(&down(calling(&instants, contract, ""))), is_retry);
    let mut by_call: std::collections::BTreeMap<&str, Vec<f64>> = std::collections::BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split(' ');
        let at: f64 = words.next().and_then(|it| it.parse().ok()).expect("a time");
        let call = words.nth(2).expect("a message");
        by_call.entry(call).or_default().push(at);
    }
    assert_eq!(by_call.len(), 20);
    let delays = |times: &[f64]| -> Vec<f64> { times.windows(2).map(|it| it[1] - it[0]).collect() };
    let mut firsts = Vec::new();
    for times in by_call.values() {
        let delays = delays(times);
        assert_eq!(delays.len(), 8);
        let mut last = 0.1;
        for delay in &delays {
            assert!((0.099..=(last * 3.0_f64).min(5.0) + 0.002).contains(delay), "{delays:?}");
            last = *delay;
        }
        firsts.push((delays[0] * 1000.0) as u64);
    }
    firsts.sort_unstable();
    firsts.dedup();
    assert!(firsts.len() > 15, "calls draw by themselves: {firsts:?}");
    assert_eq!(report(&down(calling(&instants, contract, ""))).calls.sent, 180);
}
