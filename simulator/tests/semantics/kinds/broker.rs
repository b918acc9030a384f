//! B1 to B10: channels and what they stand for.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand, under};
use crate::support::{design, lines, record, report, run, shop};

const DOOR: [EntryKind; 4] =
    [EntryKind::Arrived, EntryKind::Dropped, EntryKind::Refused, EntryKind::DeadLettered];

fn door(instants: &[&str], fault: &str) -> String {
    let slow = "handlers: [(service_time: Constant(\"10s\"))]";
    only(&station(instants, slow, EDGES, &format!("({fault})")), &DOOR)
}

#[test]
fn b1_a_replica_takes_over_and_has_not_everything() {
    let down = |terms: &str| {
        under(
            &["0s", "900ms", "2s"],
            &format!("kind: BrokerDown(node: \"orders\"{terms}), start: \"1s\", duration: \"20s\""),
        )
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 acknowledged shop#1 (1) orders -> worker
        0.900 delivered shop#2 (1) orders -> worker
        1.000 fault started BrokerDown
        1.000 returned to the channel shop#2 (1) orders -> worker: connection to the channel lost
        1.400 acknowledged too late shop#2 (1) orders -> worker
        21.000 fault ended BrokerDown
        21.000 delivered shop#2 (2) orders -> worker
        21.500 acknowledged shop#2 (2) orders -> worker
        21.500 delivered shop#3 (1) orders -> worker
        22.000 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&down(""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.500 acknowledged shop#1 (1) orders -> worker
        0.900 delivered shop#2 (1) orders -> worker
        1.000 fault started BrokerDown
        1.000 returned to the channel shop#2 (1) orders -> worker: connection to the channel lost
        1.400 acknowledged too late shop#2 (1) orders -> worker
        4.000 delivered shop#2 (2) orders -> worker
        4.500 acknowledged shop#2 (2) orders -> worker
        4.500 delivered shop#3 (1) orders -> worker
        5.000 acknowledged shop#3 (1) orders -> worker
        21.000 fault ended BrokerDown
    "#]]
    .assert_eq(&down(", failover: Some(\"3s\")"));
    let leader = station(
        &["0s", "100ms", "900ms", "2s"],
        "handlers: [(service_time: Constant(\"500ms\"))]",
        EDGES,
        "(kind: BrokerDown(node: \"orders\", failover: Some(\"3s\"), acks: Leader, \
          unreplicated: \"600ms\"), start: \"450ms\", duration: \"20s\")",
    );
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.450 fault started BrokerDown
        0.450 returned to the channel shop#1 (1) orders -> worker: connection to the channel lost
        0.450 dropped shop#1: lost with the leader
        0.450 dropped shop#2: lost with the leader
        0.500 acknowledged too late shop#1 (1) orders -> worker
        3.450 delivered shop#3 (1) orders -> worker
        3.950 acknowledged shop#3 (1) orders -> worker
        3.950 delivered shop#4 (1) orders -> worker
        4.450 acknowledged shop#4 (1) orders -> worker
        20.450 fault ended BrokerDown
    "#]]
    .assert_eq(&record(&leader));
}

#[test]
fn b1_what_is_lost_follows_from_what_the_channel_promised() {
    let lost = |channel: &str, fault: &str| {
        let nodes = shop(&["0s", "900ms", "950ms", "5s"])
            + &format!("(name: \"orders\", role: Channel(({channel}))), ")
            + "(name: \"worker\", role: Consumer((handlers: [(service_time: Constant(\"5s\"))]))),";
        let fault =
            format!("(kind: BrokerDown(node: \"orders\", failover: \"1s\"{fault}), start: \"1s\")");
        let design = design(&nodes, EDGES, &format!("duration: \"1min\", faults: [{fault}]"));
        only(&design, &[EntryKind::Dropped]).lines().count()
    };
    let late = "replicas: 3, replication_lag: \"200ms\"";
    assert_eq!(lost(&format!("{late}, confirm: Leader"), ""), 2);
    assert_eq!(lost(&format!("{late}, confirm: AllInSync"), ""), 0);
    assert_eq!(lost(&format!("{late}, confirm: Leader"), ", acks: All"), 0);
    assert_eq!(lost("confirm: Leader", ""), 0, "its replicas are never behind");
    assert_eq!(lost("confirm: Leader", ", unreplicated: \"60ms\""), 1);
    assert_eq!(lost("confirm: AllInSync", ", acks: Leader, unreplicated: \"60ms\""), 1);
}

#[test]
fn b1_too_few_replicas_refuse_what_a_leader_alone_would_lose() {
    let nodes = shop(&["0s", "2s", "3s", "5s", "9s"])
        + "(name: \"orders\", role: Channel((replicas: 3, min_in_sync: 2, confirm: AllInSync, \
           replication_lag: \"100ms\", election_time: \"1s\"))), \
           (name: \"worker\", role: Consumer((handlers: []))),";
    let scenario = "duration: \"1min\", faults: [(kind: BrokerDown(node: \"orders\"), start: \
                    \"2050ms\"), (kind: BrokerDown(node: \"orders\", replica: Follower), \
                    start: \"4s\", duration: \"4s\")]";
    expect![[r#"
        0.100 delivered shop#1 (1) orders -> worker
        0.100 acknowledged shop#1 (1) orders -> worker
        2.050 fault started BrokerDown
        3.050 delivered shop#2 (1) orders -> worker
        3.050 acknowledged shop#2 (1) orders -> worker
        3.150 delivered shop#3 (1) orders -> worker
        3.150 acknowledged shop#3 (1) orders -> worker
        4.000 fault started BrokerDown
        5.000 refused shop#4 (1) shop -> orders
        5.000 dropped shop#4: refused by the channel
        8.000 fault ended BrokerDown
        9.100 delivered shop#5 (1) orders -> worker
        9.100 acknowledged shop#5 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design(&nodes, EDGES, scenario)));
}

#[test]
fn b1_without_a_majority_a_quorum_takes_nothing() {
    let nodes = shop(&["1s", "3s", "5s"])
        + "(name: \"orders\", role: Channel((preset: \"rabbit.quorum.4.0\"))),";
    let lost = |at: &str| {
        format!("(kind: BrokerDown(node: \"orders\", replica: Follower), start: {at:?}),")
    };
    let scenario = format!("duration: \"1min\", faults: [{}{}]", lost("2s"), lost("4s"));
    let publish = "(kind: Publish, from: \"shop\", to: \"orders\"),";
    let kinds = [EntryKind::Arrived, EntryKind::Refused];
    expect![[r#"
        1.000 arrived shop#1 orders
        3.000 arrived shop#2 orders
        5.000 refused shop#3 (1) shop -> orders
    "#]]
    .assert_eq(&only(&design(&nodes, publish, &scenario), &kinds));
}

#[test]
fn b1_a_replica_that_was_away_may_lead_where_the_channel_would_rather_lose_than_wait() {
    let kept = |unclean: bool| {
        let nodes = shop(&["1s", "3s", "12s"])
            + &format!(
                "(name: \"orders\", role: Channel((replicas: 2, confirm: AllInSync, \
                 election_time: \"1s\", unclean_election: {unclean}))),"
            );
        let scenario = "duration: \"1min\", faults: [(kind: BrokerDown(node: \"orders\", \
                        replica: Follower), start: \"2s\", duration: \"8s\"), \
                        (kind: BrokerDown(node: \"orders\"), start: \"5s\", duration: \"20s\")]";
        let publish = "(kind: Publish, from: \"shop\", to: \"orders\"),";
        let recording = run(&design(&nodes, publish, scenario));
        let kinds = [EntryKind::Arrived, EntryKind::Dropped];
        let ready = recording.report().channels[0].ready;
        format!("{}{ready} there\n", lines(&recording, |kind| kinds.contains(&kind)))
    };
    expect![[r#"
        1.000 arrived shop#1 orders
        3.000 arrived shop#2 orders
        25.000 arrived shop#3 orders
        3 there
    "#]]
    .assert_eq(&kept(false));
    expect![[r#"
        1.000 arrived shop#1 orders
        3.000 arrived shop#2 orders
        10.000 dropped shop#2: lost with the leader
        12.000 arrived shop#3 orders
        2 there
    "#]]
    .assert_eq(&kept(true));
}

#[test]
fn b2_an_election_lets_publications_and_deliveries_wait() {
    let fault = "kind: LeaderElection(node: \"orders\"), start: \"200ms\", duration: \"2s\"";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started LeaderElection
        0.500 acknowledged shop#1 (1) orders -> worker
        2.200 fault ended LeaderElection
        2.200 delivered shop#2 (1) orders -> worker
        2.700 acknowledged shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "1s", "3s"], fault));
}

#[test]
fn b3_a_slow_broker_accepts_late_and_one_after_the_other() {
    let slow = |more: &str| {
        door(
            &["0s", "100ms", "200ms", "5s"],
            &format!(
                "kind: SlowBroker(node: \"orders\", by: Constant(\"1s\"){more}), duration: \"1s\""
            ),
        )
    };
    expect![[r#"
        1.000 arrived shop#1 orders
        1.100 arrived shop#2 orders
        1.200 arrived shop#3 orders
        5.000 arrived shop#4 orders
    "#]]
    .assert_eq(&slow(""));
    expect![[r#"
        1.000 arrived shop#1 orders
        2.000 arrived shop#2 orders
        3.000 arrived shop#3 orders
        5.000 arrived shop#4 orders
    "#]]
    .assert_eq(&slow(", one_at_a_time: true"));
}

#[test]
fn b4_a_full_queue_does_what_its_overflow_says() {
    let full = |overflow: &str| {
        door(
            &["0s", "1s", "2s", "3s", "30s"],
            &format!(
                "kind: QueueFull(node: \"orders\", limit: 1, overflow: {overflow}), \
                 duration: \"8s\""
            ),
        )
    };
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 refused shop#3 (1) shop -> orders
        2.000 dropped shop#3: refused by the channel
        3.000 refused shop#4 (1) shop -> orders
        3.000 dropped shop#4: refused by the channel
        30.000 arrived shop#5 orders
    "#]]
    .assert_eq(&full("Reject"));
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 arrived shop#3 orders
        2.000 dropped shop#2: the channel was full
        3.000 arrived shop#4 orders
        3.000 dropped shop#3: the channel was full
        30.000 arrived shop#5 orders
    "#]]
    .assert_eq(&full("DropOldest"));
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 arrived shop#3 orders
        2.000 dropped shop#3: the channel was full
        3.000 arrived shop#4 orders
        3.000 dropped shop#4: the channel was full
        30.000 arrived shop#5 orders
    "#]]
    .assert_eq(&full("DropNewest"));
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        8.000 arrived shop#3 orders
        8.000 arrived shop#4 orders
        30.000 arrived shop#5 orders
    "#]]
    .assert_eq(&full("Block"));
}

#[test]
fn b4_what_is_too_much_can_become_a_dead_letter() {
    let nodes = shop(&["0s", "1s", "2s", "3s"])
        + "(name: \"orders\", role: Channel((dead_letter: Some(\"dead\")))), \
           (name: \"dead\", role: Channel(())), (name: \"worker\", role: Consumer((handlers: [\
           (service_time: Constant(\"10s\"))]))),";
    let scenario = "duration: \"1min\", faults: [(kind: QueueFull(node: \"orders\", limit: 1, \
                    overflow: DeadLetter), duration: \"8s\")]";
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 arrived shop#3 orders
        2.000 dead-lettered shop#2 orders: the channel was full
        3.000 arrived shop#4 orders
        3.000 dead-lettered shop#3 orders: the channel was full
    "#]]
    .assert_eq(&only(&design(&nodes, EDGES, scenario), &DOOR));
}

#[test]
fn b5_retention_skips_what_waits_too_long_until_it_is_as_before() {
    let fault = "kind: RetentionExpiry(node: \"orders\", retention: \"3s\"), start: \"4s\", \
                 duration: \"2s\"";
    expect![[r#"
        0.000 arrived shop#1 orders
        0.500 arrived shop#2 orders
        2.000 arrived shop#3 orders
        4.000 dropped shop#1: kept as long as the channel keeps messages
        4.000 dropped shop#2: kept as long as the channel keeps messages
        5.000 dropped shop#3: kept as long as the channel keeps messages
        5.000 arrived shop#4 orders
    "#]]
    .assert_eq(&door(&["0s", "500ms", "2s", "5s"], fault));
}

#[test]
fn b6_a_quota_delays_or_refuses() {
    let throttled = |over: &str| {
        door(
            &["0s", "100ms", "200ms", "300ms", "10s"],
            &format!(
                "kind: Throttling(node: \"orders\", rate: \"1/s\", burst: 2, over: {over}), \
                 duration: \"5s\""
            ),
        )
    };
    expect![[r#"
        0.000 arrived shop#1 orders
        0.100 arrived shop#2 orders
        1.000 arrived shop#3 orders
        2.000 arrived shop#4 orders
        10.000 arrived shop#5 orders
    "#]]
    .assert_eq(&throttled("Delay"));
    expect![[r#"
        0.000 arrived shop#1 orders
        0.100 arrived shop#2 orders
        0.200 refused shop#3 (1) shop -> orders
        0.200 dropped shop#3: refused by the channel
        0.300 refused shop#4 (1) shop -> orders
        0.300 dropped shop#4: refused by the channel
        10.000 arrived shop#5 orders
    "#]]
    .assert_eq(&throttled("Error"));
}

#[test]
fn b7_sending_or_receiving_is_disabled() {
    let disabled = |direction: &str| {
        under(
            &["0s", "1s", "3s"],
            &format!(
                "kind: Disabled(node: \"orders\", direction: {direction}), start: \"200ms\", \
                 duration: \"2s\""
            ),
        )
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started Disabled
        0.500 acknowledged shop#1 (1) orders -> worker
        1.000 refused shop#2 (1) shop -> orders
        1.000 dropped shop#2: refused by the channel
        2.200 fault ended Disabled
        3.000 delivered shop#3 (1) orders -> worker
        3.500 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&disabled("Send"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started Disabled
        0.500 acknowledged shop#1 (1) orders -> worker
        2.200 fault ended Disabled
        2.200 delivered shop#2 (1) orders -> worker
        2.700 acknowledged shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.500 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&disabled("Receive"));
}

#[test]
fn b8_what_was_acknowledged_and_not_written_is_gone() {
    let fault = "kind: AckedLoss(node: \"orders\", window: \"1s\"), start: \"3s\"";
    expect![[r#"
        0.000 arrived shop#1 orders
        1.000 arrived shop#2 orders
        2.000 arrived shop#3 orders
        2.500 arrived shop#4 orders
        3.000 dropped shop#4: lost by the channel after it was acknowledged
        4.000 arrived shop#5 orders
    "#]]
    .assert_eq(&door(&["0s", "1s", "2s", "2500ms", "4s"], fault));
}

#[test]
fn b9_dead_letters_that_nobody_takes_block_or_are_lost() {
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(failures: (poison: \
           Messages([\"shop#1\"])))]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\", contract: (dead_letter: \"dead\")),";
    let down = |then: &str| {
        record(&design(
            &nodes,
            edges,
            &format!(
                "duration: \"1min\", faults: [(kind: DeadLetterDown(node: \"dead\", then: {then}, \
                 retry_after: \"2s\"), duration: \"3s\")]"
            ),
        ))
    };
    expect![[r#"
        0.000 fault started DeadLetterDown
        0.000 delivered shop#1 (1) orders -> worker
        0.000 failed shop#1 (1) orders -> worker: poison message
        0.000 waits for retry shop#1 (1) orders -> worker for 2000ms
        2.000 delivered shop#1 (2) orders -> worker
        2.000 failed shop#1 (2) orders -> worker: poison message
        2.000 waits for retry shop#1 (2) orders -> worker for 2000ms
        3.000 fault ended DeadLetterDown
        4.000 delivered shop#1 (3) orders -> worker
        4.000 failed shop#1 (3) orders -> worker: poison message
        4.000 dead-lettered shop#1 (3) orders -> worker: poison message
    "#]]
    .assert_eq(&down("Block"));
    expect![[r#"
        0.000 fault started DeadLetterDown
        0.000 delivered shop#1 (1) orders -> worker
        0.000 failed shop#1 (1) orders -> worker: poison message
        0.000 dropped shop#1: given up, and no dead-letter channel
        3.000 fault ended DeadLetterDown
    "#]]
    .assert_eq(&down("Lose"));
}

#[test]
fn b10_rebalances_take_back_what_is_in_work_again_and_again() {
    let fault = "kind: RebalanceStorm(node: \"orders\", every: \"2s\", pause: \"500ms\"), \
                 start: \"200ms\", duration: \"3s\"";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.200 fault started RebalanceStorm
        0.200 returned to the channel shop#1 (1) orders -> worker: work shared out anew
        0.500 acknowledged too late shop#1 (1) orders -> worker
        0.700 delivered shop#1 (2) orders -> worker
        1.200 acknowledged shop#1 (2) orders -> worker
        2.000 delivered shop#2 (1) orders -> worker
        2.200 returned to the channel shop#2 (1) orders -> worker: work shared out anew
        2.500 acknowledged too late shop#2 (1) orders -> worker
        2.700 delivered shop#2 (2) orders -> worker
        3.200 fault ended RebalanceStorm
        3.200 acknowledged shop#2 (2) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "2s"], fault));
}

#[test]
fn b10_a_cooperative_rebalance_lets_the_others_go_on() {
    let two = |protocol: &str| {
        let nodes = shop(&["0s", "1ms", "500ms", "501ms"])
            + "(name: \"orders\", role: Channel(())), \
               (name: \"a\", role: Consumer((handlers: [(service_time: Constant(\"400ms\"))]))), \
               (name: \"b\", role: Consumer((handlers: [(service_time: Constant(\"400ms\"))]))),";
        let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
            (kind: Subscribe, from: \"orders\", to: \"a\"), \
            (kind: Subscribe, from: \"orders\", to: \"b\"),";
        let scenario = format!(
            "duration: \"1min\", faults: [(kind: RebalanceStorm(node: \"orders\", every: \"20s\", \
             pause: \"2s\", protocol: {protocol}), start: \"450ms\", duration: \"10s\")]"
        );
        only(&design(&nodes, edges, &scenario), &[EntryKind::Delivered])
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.001 delivered shop#2 (1) orders -> b
        2.450 delivered shop#3 (1) orders -> a
        2.450 delivered shop#4 (1) orders -> b
    "#]]
    .assert_eq(&two("Eager"));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> a
        0.001 delivered shop#2 (1) orders -> b
        0.500 delivered shop#3 (1) orders -> b
        0.900 delivered shop#4 (1) orders -> b
    "#]]
    .assert_eq(&two("Cooperative"));
}

#[test]
fn a_fault_of_a_channel_after_the_run_of_messages_changes_nothing() {
    let calm = report(&thousand("kind: Failing(node: \"worker\", share: 0)"));
    for word in ["QueueFull(node: \"orders\", limit: 1)", "Disabled(node: \"orders\")"] {
        let late = report(&thousand(&format!("kind: {word}, start: \"5min\"")));
        assert_eq!(late.messages.acknowledged, calm.messages.acknowledged, "{word}");
    }
}
