//! Routers: what nobody matches, and whether its publisher learns of it. Logs: from when on a
//! group gets what comes in.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, report, run, shop};

const BOUND: &str = "(kind: Publish, from: \"shop\", to: \"events\"),\
                     (kind: Bind, from: \"events\", to: \"paid\", contract: (filter: \
                     Some(Topic(\"paid.#\")))),";

/// A topic exchange with a queue for payments, and an order that it does not get.
fn exchange(parameters: &str) -> String {
    shop(&["1s"])
        + &format!(
            "(name: \"events\", role: Channel((preset: \"rabbit.topic\", {parameters}))),\
             (name: \"paid\", role: Channel(())), (name: \"rest\", role: Channel(())),"
        )
}

const PROMISED: &str = "duration: \"1min\", promises: [(name: \"all\", holds: NothingLost)]";

#[test]
fn what_no_binding_matches_is_lost_in_silence() {
    let design = design(&exchange(""), BOUND, PROMISED);
    expect![[r#"
        1.000 dropped shop#1: nobody subscribes
    "#]]
    .assert_eq(&record(&design));
    assert_eq!(report(&design).promises[0].verdict, "violated");
}

#[test]
fn an_alternate_takes_what_no_binding_matches() {
    let report = report(&design(&exchange("alternate: \"rest\""), BOUND, PROMISED));
    let rest = report.channels.iter().find(|it| it.channel == "rest").expect("it is there");
    assert_eq!((rest.ready, report.messages.dropped), (1, 0));
}

#[test]
fn a_publisher_that_insists_learns_of_it_and_may_try_again() {
    let patient = BOUND.replacen(
        "to: \"events\"",
        "to: \"events\", contract: (retry: (attempts: 3, backoff: Fixed(\"2s\")))",
        1,
    );
    let design = design(&exchange("unroutable: Return"), &patient, PROMISED);
    expect![[r#"
        1.000 refused shop#1 (1) shop -> events
        3.000 refused shop#1 (2) shop -> events
        5.000 refused shop#1 (3) shop -> events
        5.000 dropped shop#1: refused by the channel
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_promise_about_a_dead_letter_channel_counts_what_dies_in_a_queue() {
    let nodes = shop(&["0s", "1s", "2s"])
        + "(name: \"aaa\", role: Channel((max_messages: 1, dead_letters: [Overflow], \
           dead_letter: \"dead\"))), (name: \"dead\", role: Channel(())), \
           (name: \"other\", role: Channel(())),";
    let scenario = "duration: \"1min\", promises: [(name: \"dead\", holds: DeadLetters(at_most: \
                    1, channel: \"dead\")), (name: \"other\", holds: DeadLetters(at_most: 0, \
                    channel: \"other\"))]";
    let edges = "(kind: Publish, from: \"shop\", to: \"aaa\"),";
    let promises = report(&design(&nodes, edges, scenario)).promises;
    assert_eq!((promises[0].verdict, promises[0].at_ns), ("violated", 2_000_000_000));
    assert_eq!(promises[1].verdict, "held");
}

const LOG: &str = "(name: \"events\", role: Channel((delivery: PublishSubscribe, storage: Log, \
                   partitions: 1, offset_reset: Latest))), (name: \"reader\", role: \
                   Consumer((handlers: []))),";
const READ: &str = "(kind: Publish, from: \"shop\", to: \"events\"),\
                    (kind: Subscribe, from: \"events\", to: \"reader\"),";

fn deliveries(faults: &str) -> String {
    let nodes = shop(&["0s", "1s", "3s"]) + LOG;
    let scenario = format!("duration: \"1min\", faults: [{faults}]");
    lines(&run(&design(&nodes, READ, &scenario)), |kind| kind == EntryKind::Delivered)
}

#[test]
fn a_group_that_begins_with_the_next_message_gets_all_while_it_is_there() {
    expect![[r#"
        0.000 delivered shop#1 (1) events -> reader
        1.000 delivered shop#2 (1) events -> reader
        3.000 delivered shop#3 (1) events -> reader
    "#]]
    .assert_eq(&deliveries(""));
}

#[test]
fn a_group_that_begins_late_misses_what_came_before_and_one_that_was_there_catches_up() {
    expect![[r#"
        3.000 delivered shop#3 (1) events -> reader
    "#]]
    .assert_eq(&deliveries("(kind: Down(node: \"reader\"), duration: \"2s\")"));
    expect![[r#"
        0.000 delivered shop#1 (1) events -> reader
        2.500 delivered shop#2 (1) events -> reader
        3.000 delivered shop#3 (1) events -> reader
    "#]]
    .assert_eq(&deliveries("(kind: Down(node: \"reader\"), start: \"500ms\", duration: \"2s\")"));
}

#[test]
fn a_message_that_was_overtaken_on_another_way_breaks_the_order_of_its_key() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"1/s\"), count: 3, keys: RoundRobin(1))]))),\
                 (name: \"orders\", role: Channel(())), (name: \"later\", role: Channel((\
                 delay: \"1500ms\"))), (name: \"worker\", role: Consumer((handlers: []))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"),\
                 (kind: Subscribe, from: \"orders\", to: \"worker\", contract: (retry: \
                 (attempts: 1), dead_letter: \"later\")),\
                 (kind: Subscribe, from: \"later\", to: \"worker\"),";
    let scenario = "duration: \"1min\", faults: [(kind: Poison(node: \"worker\", messages: \
                    Messages([\"shop#1\"])), duration: \"500ms\")], promises: [(name: \"order\", \
                    holds: OrderPerKey(consumer: \"worker\"))]";
    let report = report(&design(nodes, edges, scenario));
    let promise = &report.promises[0];
    assert_eq!((promise.verdict, promise.at_ns), ("violated", 1_500_000_000));
    assert_eq!(promise.evidence, "shop#1 was overtaken (key 0)");
}

/// A publisher on an exchange in front of two queues, of which one takes a single message.
fn fanned_out(confirm: &str, contract: &str) -> String {
    let nodes = shop(&["1s", "2s"])
        + &format!(
            "(name: \"events\", role: Channel((delivery: PublishSubscribe, storage: Router, \
             confirm: {confirm}))), (name: \"small\", role: Channel((max_messages: 1, \
             overflow: RejectPublish))), (name: \"large\", role: Channel(())),"
        );
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"events\", contract: ({contract})), \
         (kind: Bind, from: \"events\", to: \"small\"), \
         (kind: Bind, from: \"events\", to: \"large\"),"
    );
    let design = design(&nodes, &edges, "duration: \"1min\"");
    let report = report(&design);
    let ready: Vec<String> =
        report.channels.iter().map(|it| format!("{} {}\n", it.channel, it.ready)).collect();
    record(&design) + &ready.concat()
}

#[test]
fn one_of_several_queues_that_refuses_can_be_the_business_of_the_publisher() {
    expect![[r#"
        2.000 dropped shop#2: the channel was full
        events 0
        large 2
        small 1
    "#]]
    .assert_eq(&fanned_out("Leader", ""));
    expect![[r#"
        2.000 refused shop#2 (1) shop -> events
        2.000 dropped shop#2: the channel was full
        events 0
        large 2
        small 1
    "#]]
    .assert_eq(&fanned_out("Bound", ""));
    expect![[r#"
        2.000 refused shop#2 (1) shop -> events
        2.000 dropped shop#2: the channel was full
        3.000 refused shop#2 (2) shop -> events
        3.000 dropped shop#2: the channel was full
        events 0
        large 3
        small 1
    "#]]
    .assert_eq(&fanned_out("Bound", "retry: (attempts: 2, backoff: Fixed(\"1s\"))"));
}

#[test]
fn a_binding_that_is_cut_lets_nothing_pass() {
    let nodes = shop(&["1s", "3s", "5s"]) + &exchange("").replace(&shop(&["1s"]), "");
    let edges = BOUND.replace(", contract: (filter: Some(Topic(\"paid.#\")))", "");
    let scenario = "duration: \"1min\", actions: [(at: \"2s\", do: Pause(edge: \"events -> paid\")), \
                    (at: \"4s\", do: Resume(edge: \"events -> paid\"))]";
    let recording = run(&design(&nodes, &edges, scenario));
    expect![[r#"
        3.000 dropped shop#2: nobody subscribes
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Dropped));
}

/// Two messages for two subscribers of which each wants one; and a binding that wants neither.
fn filtered(filtering: &str) -> String {
    let line = |key: &str| {
        format!(
            "(message: \"Order\", arrivals: Scripted([\"1s\"]), \
             properties: (routing_key: {key:?})),"
        )
    };
    let worker = |name: &str| {
        format!("(name: {name:?}, role: Consumer((handlers: [(service_time: Constant(\"5s\"))]))),")
    };
    let nodes = format!(
        "(name: \"shop\", role: Producer((workload: [{}{}]))), (name: \"events\", \
         role: Channel((delivery: PublishSubscribe, filtering: {filtering}))), \
         (name: \"rest\", role: Channel(())), {}",
        line("a"),
        line("b"),
        worker("of a")
    );
    let edges = "(kind: Publish, from: \"shop\", to: \"events\"), (kind: Subscribe, \
                 from: \"events\", to: \"of a\", contract: (filter: Some(Topic(\"a\")))), \
                 (kind: Bind, from: \"events\", to: \"rest\", contract: (filter: \
                 Some(Topic(\"z\")))),";
    let design = design(&nodes, edges, "duration: \"20s\"");
    let report = report(&design);
    let rest = report.channels.iter().find(|it| it.channel == "rest").expect("it is there");
    record(&design) + &format!("rest {}", rest.ready)
}

#[test]
fn what_a_channel_cannot_filter_is_delivered_and_its_consumer_lets_go_of_it() {
    expect![[r#"
        1.000 dropped shop#2: nobody subscribes
        1.000 delivered shop#1 (1) events -> of a
        6.000 acknowledged shop#1 (1) events -> of a
        rest 0"#]]
    .assert_eq(&filtered("Topic"));
    expect![[r#"
        1.000 delivered shop#1 (1) events -> of a
        6.000 acknowledged shop#1 (1) events -> of a
        6.000 delivered shop#2 (1) events -> of a
        6.000 acknowledged shop#2 (1) events -> of a: unread
        rest 2"#]]
    .assert_eq(&filtered("Unfiltered"));
}

#[test]
fn a_reader_of_a_log_begins_where_it_says() {
    let read = |start: &str| {
        let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                     arrivals: Constant(\"1/s\"), count: 6, keys: RoundRobin(2))]))), \
                     (name: \"log\", role: Channel((delivery: PublishSubscribe, storage: Log))), \
                     (name: \"late\", role: Consumer(())),";
        let edges = format!(
            "(kind: Publish, from: \"shop\", to: \"log\"), (kind: Subscribe, from: \"log\", \
             to: \"late\", contract: ({start})),"
        );
        let late = "duration: \"20s\", actions: [(at: \"0s\", do: Pause(edge: \"log -> late\")), \
                    (at: \"4500ms\", do: Resume(edge: \"log -> late\"))]";
        let recording = run(&design(nodes, &edges, late));
        assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
        let text = lines(&recording, |kind| kind == EntryKind::Delivered);
        let numbers = text.lines().filter_map(|line| line.split(['#', ' ']).nth(3));
        numbers.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(read(""), "1 2 3 4 5 6");
    assert_eq!(read("start: Some(Earliest)"), "1 2 3 4 5 6");
    assert_eq!(read("start: Some(Latest)"), "6");
    assert_eq!(read("start: Some(Newest)"), "5 6");
    assert_eq!(read("start: Some(NewestOfEachKey)"), "4 5 6");
    assert_eq!(read("start: Some(Position(2))"), "3 4 5 6");
    assert_eq!(read("start: Some(Position(5))"), "6");
}
