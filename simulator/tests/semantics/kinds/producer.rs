//! P1 to P8 and T2: who publishes.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand, under};
use crate::support::{design, report, shop};

const COMING: [EntryKind; 6] = [
    EntryKind::FaultStarted,
    EntryKind::FaultEnded,
    EntryKind::Published,
    EntryKind::Duplicated,
    EntryKind::Dropped,
    EntryKind::Struck,
];

fn coming(instants: &[&str], fault: &str) -> String {
    only(&station(instants, "concurrency: 9", EDGES, &format!("({fault})")), &COMING)
}

#[test]
fn p1_a_producer_that_crashes_loses_what_it_held_back_unless_it_has_an_outbox() {
    let outage = "(kind: Down(node: \"orders\"), start: \"500ms\", duration: \"4s\")";
    let crash = |outbox: &str| {
        let fault = format!(
            "{outage}, (kind: ProducerCrash(node: \"shop\", outbox: {outbox}), start: \"2s\", \
             duration: \"4s\")"
        );
        only(
            &station(&["1s", "3s", "7s"], "concurrency: 9", EDGES, &fault),
            &[EntryKind::Published, EntryKind::Arrived, EntryKind::Dropped],
        )
    };
    expect![[r#"
        1.000 published shop#1 shop -> orders
        2.000 dropped shop#1: lost with the memory of its publisher
        7.000 published shop#2 shop -> orders
        7.000 arrived shop#2 orders
    "#]]
    .assert_eq(&crash("Lost"));
    expect![[r#"
        1.000 published shop#1 shop -> orders
        6.000 arrived shop#1 orders
        7.000 published shop#2 shop -> orders
        7.000 arrived shop#2 orders
    "#]]
    .assert_eq(&crash("Kept"));
}

#[test]
fn p2_what_falls_due_in_a_pause_comes_afterwards_or_never() {
    let pause = |arrivals: &str| {
        coming(
            &["0s", "1s", "2s", "4s"],
            &format!(
                "kind: ProducerPause(node: \"shop\", arrivals: {arrivals}), start: \"500ms\", \
                 duration: \"2s\""
            ),
        )
    };
    expect![[r#"
        0.000 published shop#1 shop -> orders
        0.500 fault started ProducerPause
        2.500 fault ended ProducerPause
        2.500 published shop#2 shop -> orders
        2.500 published shop#3 shop -> orders
        4.000 published shop#4 shop -> orders
    "#]]
    .assert_eq(&pause("Accumulated"));
    expect![[r#"
        0.000 published shop#1 shop -> orders
        0.500 fault started ProducerPause
        2.500 fault ended ProducerPause
        4.000 published shop#2 shop -> orders
    "#]]
    .assert_eq(&pause("Suppressed"));
}

#[test]
fn p3_a_burst_is_so_many_times_the_usual_load_and_leaves_the_usual_messages_alone() {
    let published = |fault: &str| report(&thousand(fault)).messages.published;
    let burst = |more: &str| {
        published(&format!("kind: Burst(node: \"shop\", factor: 4{more}), duration: \"5s\""))
    };
    // Five seconds at 100/s, three times more: 1,500 on average, four standard errors are 155.
    assert!(burst("").abs_diff(2500) < 155, "{}", burst(""));
    assert!(burst(", shape: Ramp").abs_diff(1750) < 110, "{}", burst(", shape: Ramp"));
    assert!(burst(", shape: Spike").abs_diff(1750) < 110, "{}", burst(", shape: Spike"));
    assert_eq!(burst(", at_once: 300").abs_diff(burst("")) / 100, 3);
    assert_eq!(published("kind: Burst(node: \"shop\", factor: 4), start: \"5min\""), 1000);
}

#[test]
fn p4_a_hot_key_takes_its_share() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
                 arrivals: Constant(\"100/s\"), count: 1000, keys: Uniform(10))]))),\
                 (name: \"orders\", role: Channel((partitions: Some(10)))), \
                 (name: \"worker\", role: Consumer(())),";
    let of = |fault: &str| {
        let design = design(nodes, EDGES, &format!("duration: \"1min\", faults: [({fault})]"));
        let recording = crate::support::run(&design);
        let record = recording.record();
        let published = record.entries_from(0).filter(|it| it.kind == EntryKind::Published);
        published.filter(|it| it.detail == 3).count()
    };
    let hot = of("kind: HotKey(node: \"shop\", share: 0.8, key: 3)");
    // 0.8 + 0.2 / 10; four standard errors of a binomial are 49.
    assert!(hot.abs_diff(820) < 49, "{hot}");
    assert!(of("kind: HotKey(node: \"shop\", share: 0.8, key: 3), start: \"50s\"") < 150);
    let zipf = of("kind: HotKey(node: \"shop\", exponent: Some(1.0))");
    // The fourth of ten: a quarter of 1 / 2.929; four standard errors are 36.
    assert!(zipf.abs_diff(85) < 36, "{zipf}");
}

#[test]
fn p5_a_publication_comes_twice_as_itself_or_as_another() {
    let twice = |same: bool| {
        coming(
            &["0s", "5s"],
            &format!(
                "kind: DuplicatePublish(node: \"shop\", share: 1, after: Constant(\"1s\"), \
                 same_id: {same}), duration: \"3s\""
            ),
        )
    };
    expect![[r#"
        0.000 fault started DuplicatePublish
        0.000 published shop#1 shop -> orders
        1.000 duplicated shop#1 shop -> orders
        3.000 fault ended DuplicatePublish
        5.000 published shop#2 shop -> orders
    "#]]
    .assert_eq(&twice(true));
    expect![[r#"
        0.000 fault started DuplicatePublish
        0.000 published shop#1 shop -> orders
        1.000 published shop#2 shop -> orders
        3.000 fault ended DuplicatePublish
        5.000 published shop#3 shop -> orders
    "#]]
    .assert_eq(&twice(false));
}

#[test]
fn p6_a_late_event_keeps_its_time_and_is_overtaken() {
    let late = "kind: LateEvent(node: \"shop\", share: 1, lag: Constant(\"10s\")), \
                duration: \"500ms\"";
    expect![[r#"
        0.000 fault started LateEvent
        0.000 struck shop#1 LateEvent
        0.500 fault ended LateEvent
        1.000 delivered shop#2 (1) orders -> worker
        1.500 acknowledged shop#2 (1) orders -> worker
        10.000 delivered shop#1 (1) orders -> worker
        10.500 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s"], late));
}

#[test]
fn p7_a_publisher_without_an_answer_publishes_again_and_again() {
    let lost = "kind: PublishAckLost(node: \"shop\", share: 1, timeout: \"2s\", retries: 2), \
                duration: \"1s\"";
    expect![[r#"
        0.000 fault started PublishAckLost
        0.000 published shop#1 shop -> orders
        1.000 fault ended PublishAckLost
        2.000 duplicated shop#1 shop -> orders
        4.000 duplicated shop#1 shop -> orders
        5.000 published shop#2 shop -> orders
    "#]]
    .assert_eq(&coming(&["0s", "5s"], lost));
}

#[test]
fn p8_a_dual_write_loses_events_or_makes_phantoms() {
    let lost = "kind: DualWrite(node: \"shop\", publish_lost: 1, rolled_back: 0), duration: \"1s\"";
    expect![[r#"
        0.000 fault started DualWrite
        0.000 dropped shop#1: written to the database and never published
        1.000 fault ended DualWrite
        5.000 published shop#2 shop -> orders
    "#]]
    .assert_eq(&coming(&["0s", "5s"], lost));
    let phantom =
        "kind: DualWrite(node: \"shop\", publish_lost: 0, rolled_back: 1), duration: \"1s\"";
    expect![[r#"
        0.000 fault started DualWrite
        0.000 struck shop#1 DualWrite
        0.000 published shop#1 shop -> orders
        1.000 fault ended DualWrite
        5.000 published shop#2 shop -> orders
    "#]]
    .assert_eq(&coming(&["0s", "5s"], phantom));
}

#[test]
fn t2_a_scheduler_misses_or_fires_twice() {
    let missed = "kind: SchedulerMiss(node: \"shop\", missed: 1), duration: \"1s\"";
    expect![[r#"
        0.000 fault started SchedulerMiss
        0.000 struck SchedulerMiss
        1.000 fault ended SchedulerMiss
        5.000 published shop#1 shop -> orders
    "#]]
    .assert_eq(&coming(&["0s", "5s"], missed));
    let twice = "kind: SchedulerMiss(node: \"shop\", missed: 0, twice: 1), duration: \"1s\"";
    expect![[r#"
        0.000 fault started SchedulerMiss
        0.000 published shop#1 shop -> orders
        0.000 published shop#2 shop -> orders
        1.000 fault ended SchedulerMiss
        5.000 published shop#3 shop -> orders
    "#]]
    .assert_eq(&coming(&["0s", "5s"], twice));
}

#[test]
fn a_clock_that_is_off_moves_the_end_of_messages() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel((time_to_live: Some(\"10s\")))), \
           (name: \"worker\", role: Consumer(())),";
    let expired = |faults: &str| {
        let down = "(kind: Down(node: \"worker\"))";
        let scenario = format!("duration: \"2min\", faults: [{down}{faults}]");
        only(&design(&nodes, EDGES, &scenario), &[EntryKind::Expired])
    };
    let skew = |node: &str, direction: &str| {
        expired(&format!(
            ", (kind: ClockSkew(node: \"{node}\", offset: \"4s\", direction: {direction}))"
        ))
    };
    let at = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    assert_eq!(at(&expired("")), "10.000");
    assert_eq!(at(&skew("orders", "Ahead")), "6.000");
    assert_eq!(at(&skew("orders", "Behind")), "14.000");
    assert_eq!(at(&skew("shop", "Ahead")), "14.000");
    assert_eq!(at(&skew("shop", "Behind")), "6.000");
}
