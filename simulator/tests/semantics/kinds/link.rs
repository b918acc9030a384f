//! L1 to L7: the way between two nodes.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand, under};
use crate::support::{design, record, report};

#[test]
fn l1_jitter_comes_on_top_and_lets_messages_overtake() {
    let fault = "kind: Delay(edge: \"shop -> orders\", by: \"1s\", jitter: Some(Constant(\"2s\"))), \
                 duration: \"500ms\"";
    expect![[r#"
        0.000 fault started Delay
        0.500 fault ended Delay
        1.000 delivered shop#2 (1) orders -> worker
        1.500 acknowledged shop#2 (1) orders -> worker
        3.000 delivered shop#1 (1) orders -> worker
        3.500 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s"], fault));
}

#[test]
fn l2_a_share_is_lost_in_good_and_bad_times() {
    let lost = |more: &str| {
        let fault = format!("kind: Loss(edge: \"shop -> orders\", share: 1), {more}");
        report(&thousand(&fault)).messages.dropped
    };
    assert!(lost("probability: 0.3").abs_diff(300) < 58);
    // A quarter of the time is bad: 0.02 / (0.02 + 0.06). Times are long, so the spread is wide.
    let bursts = "correlation: GoodAndBad(to_bad: 0.02, to_good: 0.06)";
    assert!(lost(bursts).abs_diff(250) < 150, "{}", lost(bursts));
    assert_eq!(lost("start: \"5min\""), 0);
}

#[test]
fn l3_the_second_of_two_may_come_later() {
    let publish = "kind: Duplication(edge: \"shop -> orders\", share: 1, \
                   after: Some(Constant(\"3s\"))), duration: \"500ms\"";
    expect![[r#"
        0.000 fault started Duplication
        0.000 duplicated shop#1 shop -> orders
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault ended Duplication
        0.500 acknowledged shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        1.500 acknowledged shop#2 (1) orders -> worker
        3.000 delivered shop#1 (1) orders -> worker
        3.500 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s"], publish));
    let deliver = "kind: Duplication(edge: \"orders -> worker\", share: 1, \
                   after: Some(Constant(\"3s\"))), duration: \"500ms\"";
    expect![[r#"
        0.000 fault started Duplication
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault ended Duplication
        0.500 acknowledged shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        1.500 acknowledged shop#2 (1) orders -> worker
        3.000 duplicated shop#1 orders -> worker
        3.000 delivered shop#1 (1) orders -> worker
        3.500 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s"], deliver));
}

#[test]
fn l4_some_are_held_back_and_overtaken() {
    let fault = "kind: Reordering(edge: \"shop -> orders\", share: 0, window: \"10s\", \
                 gap: Some(2)), duration: \"4s\"";
    let design = station(
        &["0s", "1s", "2s", "3s", "5s", "6s"],
        "concurrency: 9",
        EDGES,
        &format!("({fault})"),
    );
    expect![[r#"
        0.000 arrived shop#1 orders
        2.000 arrived shop#3 orders
        4.808 arrived shop#4 orders
        5.000 arrived shop#5 orders
        6.000 arrived shop#6 orders
        8.915 arrived shop#2 orders
    "#]]
    .assert_eq(&only(&design, &[EntryKind::Arrived]));
}

#[test]
fn l5_a_partition_drops_or_holds() {
    let cut = |edge: &str, messages: &str| {
        under(
            &["0s", "1s", "2s", "5s"],
            &format!(
                "kind: Partition(edge: \"{edge}\", messages: {messages}), start: \"500ms\", \
                 duration: \"3s\""
            ),
        )
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault started Partition
        0.500 acknowledged shop#1 (1) orders -> worker
        1.000 dropped shop#2: lost on the way
        2.000 dropped shop#3: lost on the way
        3.500 fault ended Partition
        5.000 delivered shop#4 (1) orders -> worker
        5.500 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&cut("shop -> orders", "Dropped"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault started Partition
        0.500 acknowledged shop#1 (1) orders -> worker
        3.500 fault ended Partition
        3.500 delivered shop#2 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
        4.000 delivered shop#3 (1) orders -> worker
        4.500 acknowledged shop#3 (1) orders -> worker
        5.000 delivered shop#4 (1) orders -> worker
        5.500 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&cut("shop -> orders", "Held"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault started Partition
        0.500 acknowledged shop#1 (1) orders -> worker
        3.500 fault ended Partition
        3.500 delivered shop#2 (1) orders -> worker
        4.000 acknowledged shop#2 (1) orders -> worker
        4.000 delivered shop#3 (1) orders -> worker
        4.500 acknowledged shop#3 (1) orders -> worker
        5.000 delivered shop#4 (1) orders -> worker
        5.500 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&cut("orders -> worker", "Held"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 fault started Partition
        0.500 acknowledged shop#1 (1) orders -> worker
        3.500 fault ended Partition
        5.000 delivered shop#4 (1) orders -> worker
        5.500 acknowledged shop#4 (1) orders -> worker
        31.000 returned to the channel shop#2 (1) orders -> worker: delivery lost
        31.000 delivered shop#2 (2) orders -> worker
        31.500 acknowledged shop#2 (2) orders -> worker
        32.000 returned to the channel shop#3 (1) orders -> worker: delivery lost
        32.000 delivered shop#3 (2) orders -> worker
        32.500 acknowledged shop#3 (2) orders -> worker
    "#]]
    .assert_eq(&cut("orders -> worker", "Dropped"));
}

#[test]
fn l5_both_ways_cuts_the_edges_back_as_well() {
    let nodes = "(name: \"a\", role: Producer((workload: [(message: \"Ask\", \
        arrivals: Scripted([\"1s\"]))]))), (name: \"b\", role: Consumer(())),";
    let edges = "(kind: Call, from: \"a\", to: \"b\", contract: (timeout: \"2s\")),";
    let text = |faults: &str| {
        record(&design(nodes, edges, &format!("duration: \"1min\", faults: [{faults}]")))
    };
    expect![[r#"
        0.000 fault started Partition
        1.000 call sent a#1 (1) a -> b
        3.000 call failed a#1 (1) a -> b: call timed out
        5.000 fault ended Partition
    "#]]
    .assert_eq(&text("(kind: Partition(edge: \"a -> b\"), duration: \"5s\")"));
    expect![[r#"
        0.000 fault started Partition
        1.000 call sent a#1 (1) a -> b
        2.000 fault ended Partition
        2.000 call served a#1 (1) a -> b
        2.000 call returned a#1 (1) a -> b
    "#]]
    .assert_eq(&text("(kind: Partition(edge: \"a -> b\", messages: Held), duration: \"2s\")"));
}

#[test]
fn l6_a_clogged_link_lets_so_much_pass_and_loses_what_its_buffer_cannot_hold() {
    let clog = |buffer: &str| {
        let fault = format!(
            "(kind: Clog(edge: \"shop -> orders\", rate: \"1/s\"{buffer}), duration: \"1s\")"
        );
        let instants = ["0s", "100ms", "200ms", "300ms", "2s"];
        let design = station(&instants, "concurrency: 9", EDGES, &fault);
        only(&design, &[EntryKind::Arrived, EntryKind::Dropped])
    };
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 arrived shop#5 orders
        2.000 arrived shop#3 orders
        3.000 arrived shop#4 orders
    "#]]
    .assert_eq(&clog(""));
    expect![[r#"
        0.000 arrived shop#1 orders
        0.200 dropped shop#3: lost on the way
        0.300 dropped shop#4: lost on the way
        1.000 arrived shop#2 orders
        2.000 arrived shop#5 orders
    "#]]
    .assert_eq(&clog(", buffer: Some(1)"));
}

#[test]
fn l7_a_half_open_connection_is_noticed_by_its_heartbeat() {
    let reset = |detect: &str| {
        under(
            &["0s", "1s"],
            &format!(
                "kind: ConnectionReset(edge: \"orders -> worker\"{detect}), start: \"200ms\", \
                 duration: \"5s\""
            ),
        )
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started ConnectionReset
        0.200 returned to the channel shop#1 (1) orders -> worker: connection to the channel lost
        0.500 acknowledged too late shop#1 (1) orders -> worker
        5.200 fault ended ConnectionReset
        5.200 delivered shop#1 (2) orders -> worker
        5.700 acknowledged shop#1 (2) orders -> worker
        5.700 delivered shop#2 (1) orders -> worker
        6.200 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&reset(""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started ConnectionReset
        0.500 handled shop#1 (1) orders -> worker
        2.200 returned to the channel shop#1 (1) orders -> worker: connection to the channel lost
        2.200 returned to the channel shop#2 (1) orders -> worker: connection to the channel lost
        5.200 fault ended ConnectionReset
        5.200 delivered shop#1 (2) orders -> worker
        5.700 acknowledged shop#1 (2) orders -> worker
        5.700 delivered shop#2 (2) orders -> worker
        6.200 acknowledged shop#2 (2) orders -> worker
    "#]]
    .assert_eq(&reset(", detect: \"2s\""));
}
