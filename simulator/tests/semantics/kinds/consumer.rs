//! C1 to C9 and X: who handles messages.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand, under};
use crate::support::{design, record, report, shop};

#[test]
fn c1_a_crash_after_the_effect_has_it_a_second_time_and_the_start_is_cold() {
    let fault = "kind: Down(node: \"worker\", phase: AfterEffect, restart: \"1s\", \
                 cold_factor: 2, cold_for: \"800ms\"), start: \"200ms\", duration: \"1s\"";
    let scenario = format!(
        "duration: \"2min\", faults: [({fault})], \
         promises: [(name: \"once\", holds: NoDuplicateEffect())]"
    );
    let nodes = shop(&["0s", "3500ms"])
        + "(name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer((handlers: [\
           (service_time: Constant(\"500ms\"))]))),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started Down
        0.200 handled shop#1 (1) orders -> worker
        0.200 returned to the channel shop#1 (1) orders -> worker: consumer crashed
        2.200 fault ended Down
        2.200 delivered shop#1 (2) orders -> worker
        3.200 acknowledged shop#1 (2) orders -> worker: second effect
        3.500 delivered shop#2 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, EDGES, &scenario)));
}

#[test]
fn c2_a_pause_puts_off_what_is_in_work() {
    let fault = "kind: Pause(node: \"worker\"), start: \"200ms\", duration: \"3s\"";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started Pause
        3.200 fault ended Pause
        3.500 acknowledged shop#1 (1) orders -> worker
        3.500 delivered shop#2 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s"], fault));
}

#[test]
fn c2_a_pause_longer_than_the_lease_does_the_work_twice() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel((lease: Some(\"2s\")))), \
           (name: \"a\", role: Consumer((handlers: [(service_time: Constant(\"500ms\"))]))), \
           (name: \"b\", role: Consumer((handlers: [(service_time: Constant(\"500ms\"))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
        (kind: Subscribe, from: \"orders\", to: \"a\"), \
        (kind: Subscribe, from: \"orders\", to: \"b\"),";
    let scenario = "duration: \"1min\", faults: [(kind: Pause(node: \"a\"), start: \"200ms\", \
                    duration: \"5s\")]";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.200 fault started Pause
        2.000 lease expired shop#1 (1) orders -> a
        2.000 delivered shop#1 (2) orders -> b
        2.500 acknowledged shop#1 (2) orders -> b
        5.200 fault ended Pause
        5.500 acknowledged too late shop#1 (1) orders -> a
    "#]]
    .assert_eq(&record(&design(&nodes, edges, scenario)));
}

#[test]
fn c3_a_ramp_degrades_little_by_little() {
    let fault = "kind: Slow(node: \"worker\", factor: 3), ramp_in: \"4s\", duration: \"10s\"";
    let instants = ["0s", "2s", "4s", "20s"];
    let design = station(
        &instants,
        "handlers: [(service_time: Constant(\"1s\"))]",
        EDGES,
        &format!("({fault})"),
    );
    expect![[r#"
        1.000 acknowledged shop#1 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
        7.000 acknowledged shop#3 (1) orders -> worker
        21.000 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&only(&design, &[EntryKind::Acknowledged]));
}

#[test]
fn c4_errors_are_for_those_that_the_filter_means() {
    let failing = |filter: &str| {
        let fault = format!("kind: Failing(node: \"worker\", share: 1), filter: ({filter})");
        report(&thousand(&fault)).messages.dropped
    };
    assert_eq!(failing(""), 1000);
    assert!(failing("keys: [3]").abs_diff(100) < 40);
    assert_eq!(failing("messages: [\"Paid\"]"), 0);
    assert_eq!(failing("from: [\"shop\"]"), 1000);
    assert_eq!(failing("first_attempt: 2"), 0);
}

#[test]
fn c5_a_breaker_opens_after_failures_in_a_row_and_lets_one_attempt_through() {
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\"),";
    let fault = "(kind: DependencyDown(node: \"worker\", latency: \"1s\", breaker_after: Some(2), \
                 breaker_open: \"5s\"), duration: \"12s\")";
    let instants = ["0s", "2s", "4s", "6s", "9s", "20s"];
    let design =
        station(&instants, "handlers: [(service_time: Constant(\"500ms\"))]", edges, fault);
    expect![[r#"
        1.500 failed shop#1 (1) orders -> worker: dependency failed
        3.500 failed shop#2 (1) orders -> worker: dependency failed
        4.000 failed shop#3 (1) orders -> worker: circuit breaker open
        6.000 failed shop#4 (1) orders -> worker: circuit breaker open
        10.500 failed shop#5 (1) orders -> worker: dependency failed
        20.500 acknowledged shop#6 (1) orders -> worker
    "#]]
    .assert_eq(&only(&design, &[EntryKind::Failed, EntryKind::Acknowledged]));
}

#[test]
fn c5_a_shared_dependency_fails_all_that_need_it() {
    let worker =
        |name: &str| format!("(name: \"{name}\", tags: [\"needs-bank\"], role: Consumer(())),");
    let nodes = shop(&["1s"])
        + "(name: \"orders\", role: Channel((delivery: Some(PublishSubscribe)))),"
        + &worker("a")
        + &worker("b")
        + "(name: \"c\", role: Consumer(())),";
    let subscribe = |name: &str| format!("(kind: Subscribe, from: \"orders\", to: \"{name}\"),");
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"),".to_owned()
        + &subscribe("a")
        + &subscribe("b")
        + &subscribe("c");
    let scenario = "duration: \"1min\", faults: [(kind: DependencyDown(node: \"tag:needs-bank\"))]";
    expect![[r#"
        0.000 fault started DependencyDown
        0.000 fault started DependencyDown
        1.000 delivered shop#1 (1) orders -> a
        1.000 delivered shop#1 (1) orders -> b
        1.000 delivered shop#1 (1) orders -> c
        1.000 failed shop#1 (1) orders -> a: dependency failed
        1.000 dropped shop#1: given up, and no dead-letter channel
        1.000 failed shop#1 (1) orders -> b: dependency failed
        1.000 dropped shop#1: given up, and no dead-letter channel
        1.000 acknowledged shop#1 (1) orders -> c
    "#]]
    .assert_eq(&record(&design(&nodes, &edges, scenario)));
}

#[test]
fn c6_an_acknowledgement_that_is_lost_makes_a_second_effect() {
    let fault = "kind: AckLost(node: \"worker\", share: 1), duration: \"1s\"";
    let scenario = format!(
        "duration: \"2min\", faults: [({fault})], \
         promises: [(name: \"once\", holds: NoDuplicateEffect())]"
    );
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel((lease: Some(\"3s\")))), \
           (name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"500ms\"))]))),";
    expect![[r#"
        0.000 fault started AckLost
        0.000 delivered shop#1 (1) orders -> worker
        0.500 handled shop#1 (1) orders -> worker
        1.000 fault ended AckLost
        3.000 lease expired shop#1 (1) orders -> worker
        3.000 delivered shop#1 (2) orders -> worker
        3.500 acknowledged shop#1 (2) orders -> worker: second effect
    "#]]
    .assert_eq(&record(&design(&nodes, EDGES, &scenario)));
}

#[test]
fn c7_a_lease_shorter_than_the_work_delivers_again_meanwhile() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel(())), \
           (name: \"worker\", role: Consumer((concurrency: 2, handlers: [(\
           service_time: Constant(\"500ms\"))]))),";
    let scenario = "duration: \"1min\", faults: [(kind: LeaseTooShort(node: \"worker\", \
                    lease: \"300ms\"), duration: \"200ms\")]";
    expect![[r#"
        0.000 fault started LeaseTooShort
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault ended LeaseTooShort
        0.300 lease expired shop#1 (1) orders -> worker
        0.300 delivered shop#1 (2) orders -> worker
        0.500 acknowledged too late shop#1 (1) orders -> worker
        0.800 acknowledged shop#1 (2) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, EDGES, scenario)));
}

#[test]
fn c7_a_high_prefetch_lets_messages_run_out_of_time_before_their_work_begins() {
    let fault = "kind: LeaseTooShort(node: \"worker\", lease: \"700ms\", prefetch: Some(3)), \
                 duration: \"600ms\"";
    expect![[r#"
        0.000 fault started LeaseTooShort
        0.100 delivered shop#1 (1) orders -> worker
        0.100 delivered shop#2 (1) orders -> worker
        0.100 delivered shop#3 (1) orders -> worker
        0.600 fault ended LeaseTooShort
        0.600 acknowledged shop#1 (1) orders -> worker
        0.800 lease expired shop#2 (1) orders -> worker
        0.800 lease expired shop#3 (1) orders -> worker
        1.100 acknowledged too late shop#2 (1) orders -> worker
        1.600 acknowledged too late shop#3 (1) orders -> worker
        1.600 delivered shop#2 (2) orders -> worker
        2.100 acknowledged shop#2 (2) orders -> worker
        2.100 delivered shop#3 (2) orders -> worker
        2.600 acknowledged shop#3 (2) orders -> worker
    "#]]
    .assert_eq(&under(&["100ms", "100ms", "100ms"], fault));
}

#[test]
fn c8_without_its_memory_an_idempotent_consumer_does_it_again() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel(())), \
           (name: \"worker\", role: Consumer((idempotent: true))),";
    let twice = "(kind: Duplication(edge: \"shop -> orders\", share: 1, \
                 after: Some(Constant(\"5s\"))), duration: \"1s\")";
    let text = |more: &str| {
        let scenario = format!("duration: \"1min\", faults: [{twice}{more}]");
        only(&design(&nodes, EDGES, &scenario), &[EntryKind::Acknowledged, EntryKind::Suppressed])
    };
    let lost = |terms: &str| text(&format!(", (kind: DedupLoss(node: \"worker\"){terms})"));
    assert_eq!(text(""), lost(", start: \"10s\""), "a loss that comes too late");
    expect![[r#"
        0.000 acknowledged shop#1 (1) orders -> worker
        5.000 suppressed as a duplicate shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&text(""));
    expect![[r#"
        0.000 acknowledged shop#1 (1) orders -> worker
        5.000 acknowledged shop#1 (1) orders -> worker: second effect
    "#]]
    .assert_eq(&lost(", start: \"2s\", duration: \"1s\""));
}

#[test]
fn c9_fewer_workers_finish_or_are_stopped() {
    let scaled = |drain: &str| {
        let design = station(
            &["0s", "0s", "0s", "0s"],
            "concurrency: 3, handlers: [(service_time: Constant(\"1s\"))]",
            EDGES,
            &format!(
                "(kind: Scaling(node: \"worker\", workers: 1{drain}), start: \"200ms\", \
                 duration: \"3s\")"
            ),
        );
        record(&design)
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 delivered shop#2 (1) orders -> worker
        0.000 delivered shop#3 (1) orders -> worker
        0.200 fault started Scaling
        1.000 acknowledged shop#1 (1) orders -> worker
        1.000 acknowledged shop#2 (1) orders -> worker
        1.000 acknowledged shop#3 (1) orders -> worker
        1.000 delivered shop#4 (1) orders -> worker
        2.000 acknowledged shop#4 (1) orders -> worker
        3.200 fault ended Scaling
    "#]]
    .assert_eq(&scaled(""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 delivered shop#2 (1) orders -> worker
        0.000 delivered shop#3 (1) orders -> worker
        0.200 fault started Scaling
        0.500 returned to the channel shop#2 (1) orders -> worker: worker stopped
        0.500 returned to the channel shop#3 (1) orders -> worker: worker stopped
        1.000 acknowledged shop#1 (1) orders -> worker
        1.000 delivered shop#2 (2) orders -> worker
        2.000 acknowledged shop#2 (2) orders -> worker
        2.000 delivered shop#3 (2) orders -> worker
        3.000 acknowledged shop#3 (2) orders -> worker
        3.000 delivered shop#4 (1) orders -> worker
        3.200 fault ended Scaling
        4.000 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&scaled(", drain: Some(\"300ms\")"));
}

#[test]
fn x_a_domain_fails_as_one() {
    let nodes = shop(&["0s", "2s"])
        + "(name: \"orders\", tags: [\"zone-a\"], role: Channel(())), \
           (name: \"worker\", tags: [\"zone-a\"], role: Consumer((handlers: [\
           (service_time: Constant(\"500ms\"))]))),";
    let scenario = "duration: \"1min\", faults: [(kind: DomainFailure(node: \"tag:zone-a\"), \
                    start: \"200ms\", duration: \"3s\")]";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started DomainFailure
        0.200 returned to the channel shop#1 (1) orders -> worker: connection to the channel lost
        0.200 fault started DomainFailure
        3.200 fault ended DomainFailure
        3.200 fault ended DomainFailure
        3.200 delivered shop#1 (2) orders -> worker
        3.700 acknowledged shop#1 (2) orders -> worker
        3.700 delivered shop#2 (1) orders -> worker
        4.200 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, EDGES, scenario)));
}

#[test]
fn c9_new_instances_read_another_version_as_far_as_it_is_compatible() {
    let failures = |terms: &str, more: &str| {
        let instants: Vec<String> = (0..100).map(|n| format!("{}ms", n * 100)).collect();
        let instants: Vec<&str> = instants.iter().map(String::as_str).collect();
        let fault = format!("(kind: Scaling(node: \"worker\", workers: 1, {terms}){more})");
        let design = station(&instants, "handlers: []", EDGES, &fault);
        only(&design, &[EntryKind::Failed]).lines().count()
    };
    // Everybody agreed on version 1.
    assert_eq!(failures("version: 2", ""), 0, "new readers read old messages");
    assert_eq!(failures("version: 2, compatibility: None", ""), 100);
    assert_eq!(failures("version: 2, compatibility: Forward", ""), 100);
    assert_eq!(failures("version: 1, compatibility: None", ""), 0);
    let part = failures("version: 2, compatibility: None", ", duration: \"10s\", ramp_in: \"10s\"");
    // The share of new instances grows evenly: half on the average, four standard errors are 16.
    assert!(part.abs_diff(50) <= 16, "{part}");
}
