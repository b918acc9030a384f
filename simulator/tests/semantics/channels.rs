//! Queues, topics, partitions, competing consumers, expiry.

use expect_test::expect;

use crate::support::{design, lines, record, report, run, shop};
use flowbench_simulator::record::EntryKind;

const ONE_SECOND: &str = "handlers: [(service_time: Constant(\"1s\"))]";

fn consumer(name: &str) -> String {
    format!("(name: {name:?}, role: Consumer(({ONE_SECOND}))),")
}

fn subscribe(name: &str) -> String {
    format!("(kind: Subscribe, from: \"orders\", to: {name:?}),")
}

const PUBLISH: &str = "(kind: Publish, from: \"shop\", to: \"orders\"),";
const MINUTE: &str = "duration: \"1min\"";

#[test]
fn a_queue_gives_each_message_to_one_consumer_in_turn() {
    let nodes = shop(&["0s", "0s", "0s", "2s"])
        + "(name: \"orders\", role: Channel(())),"
        + &["a", "b", "c"].map(consumer).concat();
    let edges = PUBLISH.to_owned() + &["a", "b", "c"].map(subscribe).concat();
    let recording = run(&design(&nodes, &edges, MINUTE));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered shop#2 (1) orders -> b
        0.000 delivered shop#3 (1) orders -> c
        2.000 delivered shop#4 (1) orders -> a
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}

#[test]
fn a_topic_gives_a_copy_to_each_subscriber_whose_contract_carries_it() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel((delivery: PublishSubscribe))),"
        + &["a", "b", "c"].map(consumer).concat();
    let filtered = "(kind: Subscribe, from: \"orders\", to: \"c\", \
                    contract: (messages: [\"Paid\"])),";
    let edges = PUBLISH.to_owned() + &["a", "b"].map(subscribe).concat() + filtered;
    let design = design(&nodes, &edges, MINUTE);
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered shop#1 (1) orders -> b
        1.000 acknowledged shop#1 (1) orders -> a
        1.000 acknowledged shop#1 (1) orders -> b
    "#]]
    .assert_eq(&record(&design));
    assert_eq!((report(&design).messages.published, report(&design).messages.copies), (1, 2));
}

#[test]
fn a_topic_without_subscribers_drops_what_it_gets_and_a_queue_keeps_it() {
    let topic = "(name: \"orders\", role: Channel((delivery: PublishSubscribe))),";
    let books = report(&design(&(shop(&["0s"]) + topic), PUBLISH, MINUTE)).messages;
    assert_eq!((books.dropped, books.in_flight), (1, 0));
    let lost = "duration: \"1min\", promises: [(name: \"all\", holds: NothingLost)]";
    let promised = report(&design(&(shop(&["0s"]) + topic), PUBLISH, lost)).promises;
    assert_eq!(promised[0].verdict, "held", "nobody was to get it");
    let queue = "(name: \"orders\", role: Channel(())),";
    let books = report(&design(&(shop(&["0s"]) + queue), PUBLISH, MINUTE)).messages;
    assert_eq!((books.dropped, books.in_flight), (0, 1));
}

#[test]
fn competing_consumers_take_only_what_their_contracts_carry() {
    let two = "(name: \"till\", role: Producer((workload: [(message: \"Paid\", \
               arrivals: Scripted([\"0s\"]))]))),";
    let nodes = shop(&["0s", "0s"])
        + two
        + "(name: \"orders\", role: Channel(())),"
        + &["a", "b"].map(consumer).concat();
    let edges = PUBLISH.to_owned()
        + "(kind: Publish, from: \"till\", to: \"orders\"),"
        + "(kind: Subscribe, from: \"orders\", to: \"a\", contract: (messages: [\"Order\"])),"
        + "(kind: Subscribe, from: \"orders\", to: \"b\", contract: (messages: [\"Paid\"])),";
    let recording = run(&design(&nodes, &edges, MINUTE));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.000 delivered till#1 (1) orders -> b
        1.000 delivered shop#2 (1) orders -> a
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}

#[test]
fn two_equal_queues_get_equal_service() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Scripted([\"0s\",\"0s\",\"0s\",\"0s\"]))]))),\
                 (name: \"orders\", role: Channel(())), (name: \"returns\", role: Channel(())),"
        .to_owned()
        + &consumer("worker");
    let edges = PUBLISH.to_owned()
        + "(kind: Publish, from: \"shop\", to: \"returns\"),"
        + "(kind: Subscribe, from: \"returns\", to: \"worker\"),"
        + &subscribe("worker");
    let recording = run(&design(&nodes, &edges, "duration: \"4500ms\""));
    let text = lines(&recording, |kind| kind == EntryKind::Delivered);
    let of = |name: &str| text.lines().filter(|line| line.contains(name)).count();
    assert!(of("orders ->").abs_diff(of("returns ->")) <= 1, "{text}");
}

#[test]
fn a_partition_waits_for_its_failed_head_and_others_go_on() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"10/s\"), count: 6, keys: RoundRobin(2))]))),\
                 (name: \"orders\", role: Channel((partitions: 8))),\
                 (name: \"worker\", role: Consumer((concurrency: 4, handlers: [(\
                 service_time: Constant(\"10ms\"), failures: (poison: Messages([\"shop#1\"])))]))),";
    let edges = PUBLISH.to_owned()
        + "(kind: Subscribe, from: \"orders\", to: \"worker\", contract: (ordering: PerKey, \
           retry: (attempts: 2, backoff: Fixed(\"1s\")))),";
    let recording = run(&design(nodes, &edges, MINUTE));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 delivered shop#2 (1) orders -> worker
        0.300 delivered shop#4 (1) orders -> worker
        0.500 delivered shop#6 (1) orders -> worker
        1.010 delivered shop#1 (2) orders -> worker
        1.020 delivered shop#3 (1) orders -> worker
        1.030 delivered shop#5 (1) orders -> worker
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}

#[test]
fn a_message_expires_when_it_has_waited_as_long_as_it_may_but_not_in_work() {
    let nodes = shop(&["0s", "0s", "500ms"])
        + "(name: \"orders\", role: Channel((time_to_live: \"1s\"))),"
        + "(name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"1200ms\"))]))),";
    let edges = PUBLISH.to_owned() + &subscribe("worker");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 expired shop#2 orders
        1.200 acknowledged shop#1 (1) orders -> worker
        1.200 delivered shop#3 (1) orders -> worker
        2.400 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, &edges, MINUTE)));
}

#[test]
fn a_channel_whose_capacity_counts_what_is_in_work_holds_as_many_as_it_says() {
    let nodes = shop(&["0s", "100ms", "200ms", "1100ms"])
        + "(name: \"orders\", role: Channel((max_messages: 2, capacity_counts: All, \
           overflow: DropNewest))),"
        + "(name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"1s\"))]))),";
    let edges = PUBLISH.to_owned() + &subscribe("worker");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 dropped shop#3: the channel was full
        1.000 acknowledged shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        2.000 acknowledged shop#2 (1) orders -> worker
        2.000 delivered shop#4 (1) orders -> worker
        3.000 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, &edges, MINUTE)));
}

#[test]
fn a_pause_of_ten_seconds_leaves_ten_waiting_and_they_are_gone_ten_seconds_later() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"1/s\"), count: 60)]))),\
                 (name: \"orders\", role: Channel(())),\
                 (name: \"worker\", role: Consumer((handlers: [(\
                 service_time: Constant(\"500ms\"))]))),";
    let edges = PUBLISH.to_owned() + &subscribe("worker");
    let scenario = "duration: \"2min\", faults: [(kind: Down(node: \"worker\"), \
                    start: \"10s\", duration: \"10s\")]";
    let design = design(nodes, &edges, scenario);
    let recording = run(&design);
    let level_at = |seconds: u64| {
        let time = flowbench_model::time::Time(seconds * 1_000_000_000);
        recording.at(time).level(recording.plan().node_named("orders").expect("it is there")).ready
    };
    // At 20 s the first of ten goes to work and an eleventh arrives.
    assert_eq!((level_at(19), level_at(20), level_at(30)), (10, 10, 0));
    assert_eq!(report(&design).subscriptions[0].backlog_max, 10);
}

#[test]
fn a_channel_that_nobody_uses_is_gone_with_what_is_in_it() {
    let nodes = shop(&["1s", "9s", "30s"])
        + "(name: \"orders\", role: Channel((expires_unused: \"5s\", dead_letter: \"dead\"))), \
           (name: \"dead\", role: Channel(())),"
        + &consumer("a");
    let edges = PUBLISH.to_owned() + &subscribe("a");
    let actions = "actions: [(at: \"3s\", do: Pause(edge: \"orders -> a\")), \
                   (at: \"7s\", do: Resume(edge: \"orders -> a\")), \
                   (at: \"8s\", do: Pause(edge: \"orders -> a\")), \
                   (at: \"20s\", do: Resume(edge: \"orders -> a\"))]";
    let recording = run(&design(&nodes, &edges, &format!("{MINUTE}, {actions}")));
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let kinds = [EntryKind::Delivered, EntryKind::Dropped, EntryKind::DeadLettered];
    expect![[r#"
        1.000 delivered shop#1 (1) orders -> a
        13.000 dropped shop#2: the channel was gone, unused for too long
        30.000 dropped shop#3: the channel was gone, unused for too long
    "#]]
    .assert_eq(&lines(&recording, |kind| kinds.contains(&kind)));
}
