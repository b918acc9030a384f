//! What consumers do by themselves: try again in place, lose partitions, come late to a group.

use expect_test::expect;

use crate::support::{design, lines, record, run};
use flowbench_simulator::record::EntryKind;

fn shop(instants: &str, keys: &str) -> String {
    format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", keys: {keys}, \
         arrivals: Scripted([{instants}]))]))),"
    )
}

const GROUP: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), \
    (kind: Subscribe, from: \"orders\", to: \"a\", contract: (group: \"g\")), \
    (kind: Subscribe, from: \"orders\", to: \"b\", contract: (group: \"g\")),";

fn two(handler: &str) -> String {
    ["a", "b"].map(|name| format!("(name: {name:?}, role: Consumer(({handler}))),")).concat()
}

#[test]
fn a_consumer_that_tries_again_in_place_does_nothing_else_meanwhile() {
    let nodes = shop("\"0s\", \"0s\"", "Unique")
        + "(name: \"orders\", role: Channel((retries_in_place: true))), (name: \"a\", \
           role: Consumer((handlers: [(failures: (poison: Messages([\"shop#1\"])))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
                 from: \"orders\", to: \"a\", contract: (retry: (attempts: 3, \
                 backoff: Fixed(\"1s\")))),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 failed shop#1 (1) orders -> a: poison message
        0.000 waits for retry shop#1 (1) orders -> a for 1000ms
        1.000 delivered shop#1 (2) orders -> a
        1.000 failed shop#1 (2) orders -> a: poison message
        1.000 waits for retry shop#1 (2) orders -> a for 1000ms
        2.000 delivered shop#1 (3) orders -> a
        2.000 failed shop#1 (3) orders -> a: poison message
        2.000 dropped shop#1: given up, and no dead-letter channel
        2.000 delivered shop#2 (1) orders -> a
        2.000 acknowledged shop#2 (1) orders -> a
    "#]]
    .assert_eq(&record(&design(&nodes, edges, "duration: \"9s\"")));
}

#[test]
fn a_crash_between_two_attempts_in_place_gives_the_message_back() {
    let nodes = shop("\"0s\"", "Unique")
        + "(name: \"orders\", role: Channel((retries_in_place: true))), (name: \"a\", \
           role: Consumer((handlers: [(failures: (poison: Share(1.0)))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
                 from: \"orders\", to: \"a\", contract: (retry: (attempts: 9, \
                 backoff: Fixed(\"2s\")))),";
    let scenario = "duration: \"5s\", faults: [(kind: Down(node: \"a\"), start: \"1s\", \
                    duration: \"3s\")]";
    let recording = run(&design(&nodes, edges, scenario));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        1.000 returned to the channel shop#1 (1) orders -> a: consumer crashed
        4.000 delivered shop#1 (2) orders -> a
    "#]]
    .assert_eq(&lines(&recording, |kind| {
        matches!(kind, EntryKind::Delivered | EntryKind::Returned)
    }));
}

#[test]
fn a_consumer_that_fetches_too_late_loses_its_partitions_and_comes_back_when_it_is_done() {
    let nodes = shop("\"0s\", \"1s\", \"30s\"", "Constant(0)")
        + "(name: \"orders\", role: Channel((delivery: PublishSubscribe, storage: Log, \
           partitions: 1, gate: Cursor, assignment: Sticky, settlement: Offsets, \
           max_poll_interval: \"10s\"))),"
        + "(name: \"a\", role: Consumer((handlers: [(service_time: Constant(\"14s\"))]))), \
           (name: \"b\", role: Consumer((handlers: [(service_time: Constant(\"1s\"))]))),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        10.000 returned to the channel shop#1 (1) orders -> a: not settled in time
        10.000 assigned orders -> b
        10.000 delivered shop#1 (2) orders -> b
        11.000 acknowledged shop#1 (2) orders -> b
        11.000 delivered shop#2 (1) orders -> b
        12.000 acknowledged shop#2 (1) orders -> b
        14.000 acknowledged too late shop#1 (1) orders -> a
        30.000 delivered shop#3 (1) orders -> b
        31.000 acknowledged shop#3 (1) orders -> b
    "#]]
    .assert_eq(&record(&design(&nodes, GROUP, "duration: \"1min\"")));
}

#[test]
fn ordering_keys_have_one_consumer_each_and_change_hands_with_the_group() {
    let nodes = shop("\"0s\", \"0s\", \"2s\", \"2s\", \"4s\", \"4s\"", "RoundRobin(2)")
        + "(name: \"orders\", role: Channel((gate: KeyLock, assignment: KeyHash))),"
        + &two("handlers: [(service_time: Constant(\"10ms\"))]");
    let scenario = "duration: \"9s\", faults: [(kind: Down(node: \"b\"), start: \"3s\")]";
    let recording = run(&design(&nodes, GROUP, scenario));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered shop#2 (1) orders -> b
        2.000 delivered shop#3 (1) orders -> a
        2.000 delivered shop#4 (1) orders -> b
        4.000 delivered shop#5 (1) orders -> a
        4.010 delivered shop#6 (1) orders -> a
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}

#[test]
fn a_lease_outlives_its_connection_only_where_the_channel_says_so() {
    let delivered = |rules: &str| {
        let channel = format!("(name: \"orders\", role: Channel((lease: \"10s\", {rules}))),");
        let slow = two("handlers: [(service_time: Constant(\"30s\"))]");
        let nodes = shop("\"0s\"", "Unique") + &channel + &slow;
        let scenario = "duration: \"12s\", faults: [(kind: Down(node: \"a\"), start: \"3s\")]";
        let recording = run(&design(&nodes, GROUP, scenario));
        lines(&recording, |kind| kind == EntryKind::Delivered)
    };
    let at_once = delivered("");
    assert!(at_once.contains("3.000 delivered shop#1 (2) orders -> b"), "{at_once}");
    let later = delivered("lease_outlives_connection: true");
    assert!(later.contains("10.000 delivered shop#1 (2) orders -> b"), "{later}");
}

#[test]
fn a_session_that_ends_with_its_connection_takes_along_what_was_in_it() {
    let fates = |rule: &str| {
        let nodes = shop("\"0s\", \"0s\", \"3s\", \"9s\"", "Unique")
            + &format!(
                "(name: \"topic\", role: Channel((delivery: PublishSubscribe, {rule}))), \
                 (name: \"worker\", role: Consumer((handlers: [(service_time: \
                 Constant(\"5s\"))]))),"
            );
        let edges = "(kind: Publish, from: \"shop\", to: \"topic\"), \
                     (kind: Subscribe, from: \"topic\", to: \"worker\"),";
        let scenario = "duration: \"20s\", faults: [(kind: Down(node: \"worker\"), start: \"2s\", \
                        duration: \"4s\")]";
        let recording = run(&design(&nodes, edges, scenario));
        assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
        lines(&recording, |kind| matches!(kind, EntryKind::Delivered | EntryKind::Dropped))
    };
    expect![[r#"
        0.000 delivered shop#1 (1) topic -> worker
        2.000 dropped shop#1: lost with the session of its consumer
        2.000 dropped shop#2: nobody was there to get it
        3.000 dropped shop#3: nobody was there to get it
        9.000 delivered shop#4 (1) topic -> worker
    "#]]
    .assert_eq(&fates("sessions_end: true"));
    expect![[r#"
        0.000 delivered shop#1 (1) topic -> worker
        6.000 delivered shop#1 (2) topic -> worker
        11.000 delivered shop#2 (1) topic -> worker
        16.000 delivered shop#3 (1) topic -> worker
    "#]]
    .assert_eq(&fates(""));
}

#[test]
fn a_consumer_of_two_channels_fetches_a_whole_batch_of_each_in_turn() {
    let producer = |name: &str| {
        format!(
            "(name: {name:?}, role: Producer((workload: [(message: \"Order\", keys: Constant(1), \
             arrivals: Scripted([\"0s\", \"0s\", \"0s\"]))]))),"
        )
    };
    let channel = |name: &str| {
        format!(
            "(name: {name:?}, role: Channel((gate: KeyLock, prefetch: 3, fetches_batches: \
             true))),"
        )
    };
    let nodes = ["p", "q"].map(producer).concat()
        + &["a", "b"].map(channel).concat()
        + "(name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"1s\"))]))),";
    let edges = "(kind: Publish, from: \"p\", to: \"a\"), (kind: Publish, from: \"q\", to: \"b\"), \
                 (kind: Subscribe, from: \"a\", to: \"worker\"), \
                 (kind: Subscribe, from: \"b\", to: \"worker\"),";
    let recording = run(&design(&nodes, edges, "duration: \"20s\""));
    expect![[r#"
        0.000 delivered p#1 (1) a -> worker
        0.000 delivered p#2 (1) a -> worker
        0.000 delivered p#3 (1) a -> worker
        0.000 delivered q#1 (1) b -> worker
        0.000 delivered q#2 (1) b -> worker
        0.000 delivered q#3 (1) b -> worker
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}
