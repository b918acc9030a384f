//! Rate limits of consumers and handlers, and what becomes of the excess.

use expect_test::expect;
use flowbench_model::design::Design;

use crate::support::{design, record, report, run, shop};

fn limited(instants: &[&str], consumer: &str, contract: &str) -> Design {
    let nodes = shop(instants)
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())),"
        + &format!("(name: \"worker\", role: Consumer(({consumer}))),");
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\", contract: ({contract} \
          dead_letter: \"dead\")),"
    );
    design(&nodes, &edges, "duration: \"1min\"")
}

#[test]
fn what_is_too_much_waits_in_its_slot_for_a_token() {
    let consumer = "concurrency: 2, rate_limit: (rate: \"2/s\", burst: 2), handlers: \
                    [(service_time: Constant(\"100ms\"))]";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 delivered shop#2 (1) orders -> worker
        0.100 acknowledged shop#1 (1) orders -> worker
        0.100 acknowledged shop#2 (1) orders -> worker
        0.100 delivered shop#3 (1) orders -> worker
        0.100 throttled shop#3 (1) orders -> worker for 400ms
        0.100 delivered shop#4 (1) orders -> worker
        0.100 throttled shop#4 (1) orders -> worker for 900ms
        0.600 acknowledged shop#3 (1) orders -> worker
        0.600 delivered shop#5 (1) orders -> worker
        0.600 throttled shop#5 (1) orders -> worker for 900ms
        1.100 acknowledged shop#4 (1) orders -> worker
        1.600 acknowledged shop#5 (1) orders -> worker
    "#]]
    .assert_eq(&record(&limited(&["0s"; 5], consumer, "")));
}

#[test]
fn what_is_too_much_is_rejected_and_tried_again_as_the_contract_says() {
    let consumer = "concurrency: 3, rate_limit: (rate: \"1/s\", excess: Reject)";
    let contract = "retry: (attempts: 2, backoff: Fixed(\"1s\")),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 delivered shop#2 (1) orders -> worker
        0.000 delivered shop#3 (1) orders -> worker
        0.000 acknowledged shop#1 (1) orders -> worker
        0.000 failed shop#2 (1) orders -> worker: over the rate limit
        0.000 waits for retry shop#2 (1) orders -> worker for 1000ms
        0.000 failed shop#3 (1) orders -> worker: over the rate limit
        0.000 waits for retry shop#3 (1) orders -> worker for 1000ms
        1.000 delivered shop#2 (2) orders -> worker
        1.000 delivered shop#3 (2) orders -> worker
        1.000 acknowledged shop#2 (2) orders -> worker
        1.000 failed shop#3 (2) orders -> worker: over the rate limit
        1.000 dead-lettered shop#3 (2) orders -> worker: over the rate limit
    "#]]
    .assert_eq(&record(&limited(&["0s"; 3], consumer, contract)));
}

#[test]
fn what_is_too_much_is_dropped_with_its_reason() {
    let consumer = "rate_limit: (rate: \"1/s\", excess: Drop)";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 acknowledged shop#1 (1) orders -> worker
        0.500 delivered shop#2 (1) orders -> worker
        0.500 dropped shop#2: over the rate limit
        1.000 delivered shop#3 (1) orders -> worker
        1.000 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&record(&limited(&["0s", "500ms", "1s"], consumer, "")));
}

#[test]
fn a_handler_has_a_limit_of_its_own() {
    let consumer = "concurrency: 9, handlers: [(on: \"Paid\"), (rate_limit: (rate: \"10/s\", \
                    excess: Drop))]";
    let design = limited(&["0s"; 4], consumer, "");
    assert_eq!(report(&design).messages.dropped, 3);
    let other = "concurrency: 9, handlers: [(on: \"Order\"), (rate_limit: (rate: \"10/s\", \
                 excess: Drop))]";
    assert_eq!(report(&limited(&["0s"; 4], other, "")).messages.dropped, 0);
}

#[test]
fn the_tokens_of_a_handler_can_be_looked_at() {
    let consumer = "concurrency: 9, handlers: [(on: \"Paid\"), (rate_limit: (rate: \"2/h\", \
                    burst: 3))]";
    let tokens = |instants: &[&str]| {
        let recording = run(&limited(instants, consumer, ""));
        let node = recording.plan().node_named("worker").expect("it is there");
        let tokens = recording.end().handler_tokens(node);
        tokens.iter().map(|(at, tokens)| (*at, format!("{tokens:.2}"))).collect::<Vec<_>>()
    };
    assert_eq!(tokens(&["0s"]), [(1, "2.03".to_owned())], "a minute brings a thirtieth");
    assert_eq!(tokens(&["0s"; 5]), [(1, "-1.97".to_owned())], "two wait");
}

#[test]
fn thousands_that_are_rejected_at_once_are_no_trouble() {
    let consumer = "concurrency: 5000, rate_limit: (rate: \"1/s\", excess: Reject)";
    let report = report(&limited(&vec!["0s"; 5_000], consumer, ""));
    assert_eq!((report.messages.acknowledged, report.messages.dead_lettered), (1, 4_999));
}

#[test]
fn a_limit_is_exact_over_a_long_time() {
    let consumer = "concurrency: 1, rate_limit: (rate: \"3/s\")";
    let report = report(&limited(&vec!["0s"; 200], consumer, ""));
    assert_eq!(report.messages.acknowledged, 181, "three a second, the first at once");
}
