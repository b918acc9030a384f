//! Faults: outages of consumers, channels and producers, and bad links.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, report, run, shop};

const EDGES: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), \
                     (kind: Subscribe, from: \"orders\", to: \"worker\"),";

fn nodes(consumer: &str) -> String {
    shop(&["0s", "100ms", "200ms"])
        + &format!(
            "(name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(({consumer}))),"
        )
}

const ONE_SECOND: &str = "handlers: [(service_time: Constant(\"1s\"))]";

fn with_fault(fault: &str) -> String {
    format!("duration: \"2min\", faults: [({fault})]")
}

#[test]
fn a_crash_gives_back_what_was_in_work_in_its_old_order() {
    let scenario = with_fault("kind: Down(node: \"worker\"), start: \"500ms\", duration: \"1s\"");
    let two = "concurrency: 2, handlers: [(service_time: Constant(\"1s\"))]";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 delivered shop#2 (1) orders -> worker
        0.500 fault started Down
        0.500 returned to the channel shop#1 (1) orders -> worker: consumer crashed
        0.500 returned to the channel shop#2 (1) orders -> worker: consumer crashed
        1.500 fault ended Down
        1.500 delivered shop#1 (2) orders -> worker
        1.500 delivered shop#2 (2) orders -> worker
        2.500 acknowledged shop#1 (2) orders -> worker
        2.500 acknowledged shop#2 (2) orders -> worker
        2.500 delivered shop#3 (1) orders -> worker
        3.500 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes(two), EDGES, &scenario)));
}

#[test]
fn a_channel_that_goes_down_takes_work_back_and_the_effect_happens_twice() {
    let scenario = with_fault("kind: Down(node: \"orders\"), start: \"150ms\", duration: \"10s\"")
        + ", promises: [(name: \"once\", holds: NoDuplicateEffect())]";
    let design = design(&nodes(ONE_SECOND), EDGES, &scenario);
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.150 fault started Down
        0.150 returned to the channel shop#1 (1) orders -> worker: connection to the channel lost
        1.000 acknowledged too late shop#1 (1) orders -> worker
        10.150 fault ended Down
        10.150 delivered shop#1 (2) orders -> worker
        11.150 acknowledged shop#1 (2) orders -> worker: second effect
        11.150 delivered shop#2 (1) orders -> worker
        12.150 acknowledged shop#2 (1) orders -> worker
        12.150 delivered shop#3 (1) orders -> worker
        13.150 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design));
    let promises = report(&design).promises;
    assert_eq!((promises[0].verdict, promises[0].at_ns), ("violated", 11_150_000_000));
}

#[test]
fn an_idempotent_consumer_recognizes_the_repetition() {
    let scenario = with_fault("kind: Down(node: \"orders\"), start: \"150ms\", duration: \"10s\"")
        + ", promises: [(name: \"once\", holds: NoDuplicateEffect())]";
    let consumer = format!("idempotent: true, {ONE_SECOND}");
    let design = design(&nodes(&consumer), EDGES, &scenario);
    let text = record(&design);
    assert!(text.contains("10.150 suppressed as a duplicate shop#1 (2)"), "{text}");
    assert_eq!(report(&design).promises[0].verdict, "held");
}

#[test]
fn a_producer_that_is_down_publishes_nothing_and_makes_up_for_nothing() {
    let scenario = with_fault("kind: Down(node: \"shop\"), start: \"50ms\", duration: \"100ms\"");
    let books = report(&design(&nodes(ONE_SECOND), EDGES, &scenario)).messages;
    assert_eq!(books.published, 2);
}

#[test]
fn a_slow_consumer_takes_as_many_times_as_long_for_work_that_it_begins() {
    let scenario =
        with_fault("kind: Slow(node: \"worker\", factor: 3.0), start: \"500ms\", duration: \"1s\"");
    let recording = run(&design(&nodes(ONE_SECOND), EDGES, &scenario));
    expect![[r#"
        1.000 acknowledged shop#1 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
        5.000 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Acknowledged));
}

#[test]
fn a_failing_consumer_fails_the_share_it_should() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"100/s\"), count: 10000)]))),\
                 (name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(())),";
    let scenario = with_fault("kind: Failing(node: \"worker\", share: 0.2)");
    let books = report(&design(nodes, EDGES, &scenario)).messages;
    // Four standard errors of a binomial with n = 10,000 and p = 0.2 are 160.
    assert!(books.dropped.abs_diff(2000) < 160, "{}", books.dropped);
}

#[test]
fn poison_lasts_until_the_fix_is_deployed() {
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\", contract: (retry: (backoff: Fixed(\"1s\")))),";
    let scenario = with_fault(
        "kind: Poison(node: \"worker\", messages: Messages([\"shop#2\"])), duration: \"5s\"",
    );
    let text = record(&design(&nodes("concurrency: 1"), edges, &scenario));
    assert_eq!(text.lines().filter(|line| line.contains(" failed shop#2")).count(), 5);
    assert!(text.contains("5.100 acknowledged shop#2 (6)"), "{text}");
}

#[test]
fn bad_links_lose_delay_and_duplicate_what_enters_them() {
    let lost = with_fault(
        "kind: Loss(edge: \"shop -> orders\", share: 1.0), start: \"50ms\", duration: \"100ms\"",
    );
    let books = report(&design(&nodes("concurrency: 1"), EDGES, &lost)).messages;
    assert_eq!((books.published, books.dropped, books.acknowledged), (3, 1, 2));
    let late = with_fault("kind: Delay(edge: \"shop -> orders\", by: \"2s\"), duration: \"50ms\"");
    let text = record(&design(&nodes("concurrency: 1"), EDGES, &late));
    assert!(text.contains("2.000 delivered shop#1"), "{text}");
    let twice = with_fault("kind: Duplication(edge: \"shop -> orders\", share: 1.0)");
    let books = report(&design(&nodes("concurrency: 1"), EDGES, &twice)).messages;
    assert_eq!((books.published, books.copies, books.acknowledged), (3, 6, 6));
    let twice = with_fault("kind: Duplication(edge: \"orders -> worker\", share: 1.0)");
    let books = report(&design(&nodes("concurrency: 1"), EDGES, &twice)).messages;
    assert_eq!((books.published, books.copies, books.acknowledged), (3, 6, 6));
}

#[test]
fn a_delivery_lost_on_the_way_comes_again_when_the_channel_stops_waiting() {
    let lost = with_fault("kind: Loss(edge: \"orders -> worker\", share: 1.0), duration: \"50ms\"");
    let text = record(&design(&nodes("concurrency: 1"), EDGES, &lost));
    assert!(text.contains("30.000 returned to the channel shop#1 (1)"), "{text}");
    assert!(text.contains("30.000 acknowledged shop#1 (2)"), "{text}");
}

#[test]
fn a_loop_without_delay_ends_the_run_with_a_sentence() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel(())),\
           (name: \"worker\", role: Consumer((handlers: [(emits: [(message: \"Order\")])]))),";
    let edges = EDGES.to_owned() + "(kind: Publish, from: \"worker\", to: \"orders\"),";
    let report = report(&design(&nodes, &edges, "duration: \"1min\""));
    assert!(report.halted.expect("it does not end by itself").contains("time stands still"));
    assert!(report.balanced);
}
