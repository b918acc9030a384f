//! What becomes of messages that die: where they go, what they take along, and when they wait.

use expect_test::expect;

use flowbench_simulator::record::EntryKind;

use crate::support::{design, lines, record, run, shop};

const PUBLISH: &str = "(kind: Publish, from: \"shop\", to: \"orders\"),";
const MINUTE: &str = "duration: \"1min\"";

/// A channel whose consumer settles by hand, and what it says.
fn by_hand(parameters: &str, rest: &str) -> String {
    shop(&["0s", "0s"])
        + &format!(
            "(name: \"orders\", role: Channel(({parameters}))),\
             (name: \"worker\", role: Consumer((settled_by_hand: true))), {rest}"
        )
}

fn settled(how: &str) -> String {
    format!(
        "{MINUTE}, actions: [(at: \"1s\", do: Settle(consumer: \"worker\", \
         message: \"shop#1\", how: {how}))]"
    )
}

#[test]
fn a_dead_letter_does_not_expire_by_its_own_time_again() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
                 Scripted([\"0s\"]), properties: (time_to_live: \"2s\"))]))), \
                 (name: \"orders\", role: Channel((dead_letters: [Expired], \
                 dead_letter: \"dead\"))), (name: \"dead\", role: Channel((";
    let own = design(&format!("{nodes}))),"), PUBLISH, MINUTE);
    expect![[r#"
        2.000 dead-lettered shop#1 orders: expired
    "#]]
    .assert_eq(&record(&own));
    let of_channel = design(&format!("{nodes}time_to_live: \"5s\"))),"), PUBLISH, MINUTE);
    expect![[r#"
        2.000 dead-lettered shop#1 orders: expired
        7.000 expired shop#1 dead
    "#]]
    .assert_eq(&record(&of_channel));
}

#[test]
fn what_is_refused_where_deaths_are_only_announced_stays_if_the_store_keeps_what_is_settled() {
    let subscribe = PUBLISH.to_owned() + "(kind: Subscribe, from: \"orders\", to: \"worker\"),";
    let kept = |retention: &str, contract: &str| {
        let rules = format!("dead_letter_action: Advise, retention: {retention}");
        let edges = subscribe.replace("\"worker\"", &format!("\"worker\", contract: ({contract})"));
        let nodes = by_hand(&rules, "(name: \"dead\", role: Channel(())),");
        record(&design(&nodes, &edges, &settled("Reject")))
    };
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 operator acted action 0
        1.000 failed shop#1 (1) orders -> worker: rejected by the consumer
        1.000 given up in place shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&kept("Limits", ""));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 operator acted action 0
        1.000 failed shop#1 (1) orders -> worker: rejected by the consumer
        1.000 given up in place shop#1 (1) orders -> worker
        1.000 dropped shop#1: given up, and no dead-letter channel
        1.000 delivered shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&kept("OnAcknowledgement", ""));
    let moved = kept("Limits", "dead_letter: \"dead\"");
    assert!(
        moved.contains("dead-lettered shop#1"),
        "a contract that says where goes first: {moved}"
    );
}

/// Two messages that are refused at 1 s and 2 s, with a fault or an action beside.
fn refused(dead: &str, rest: &str, scenario: &str) -> String {
    let nodes = by_hand(dead, rest);
    let edges = PUBLISH.to_owned()
        + "(kind: Subscribe, from: \"orders\", to: \"worker\", contract: (dead_letter: \"out\")),\
           (kind: Bind, from: \"out\", to: \"dead\"),";
    let edges = match rest.contains("\"dead\"") {
        true => edges,
        false => edges.replace("(kind: Bind, from: \"out\", to: \"dead\"),", ""),
    };
    let settle = |at: &str, number: u32| {
        format!(
            "(at: {at:?}, do: Settle(consumer: \"worker\", message: \"shop#{number}\", \
             how: Reject)),"
        )
    };
    let actions = settle("1s", 1) + &settle("2s", 2);
    let design = design(&nodes, &edges, &scenario.replace("ACTIONS", &actions));
    let recording = run(&design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let ends = [EntryKind::DeadLettered, EntryKind::Dropped, EntryKind::Delivered];
    let left =
        recording.report().channels.iter().map(|it| format!("{} {}\n", it.channel, it.ready));
    lines(&recording, |kind| ends.contains(&kind)) + &left.collect::<String>()
}

const DOWN: &str = "duration: \"1min\", actions: [ACTIONS], faults: [(kind: Down(node: \"out\"), \
                    duration: \"10s\")]";

#[test]
fn a_dead_letter_waits_for_its_channel_or_is_lost() {
    let dead = "(name: \"out\", role: Channel(())),";
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 dead-lettered shop#1 (1) orders -> worker: rejected by the consumer
        1.000 delivered shop#2 (1) orders -> worker
        2.000 dead-lettered shop#2 (1) orders -> worker: rejected by the consumer
        orders 0
        out 2
    "#]]
    .assert_eq(&refused("", dead, DOWN));
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 dead-lettered shop#1 (1) orders -> worker: rejected by the consumer
        1.000 dropped shop#1: the dead-letter channel could not take it
        1.000 delivered shop#2 (1) orders -> worker
        2.000 dead-lettered shop#2 (1) orders -> worker: rejected by the consumer
        2.000 dropped shop#2: the dead-letter channel could not take it
        orders 0
        out 0
    "#]]
    .assert_eq(&refused("dead_letter_confirmed: false", dead, DOWN));
}

#[test]
fn a_full_dead_letter_channel_gets_the_next_when_there_is_room() {
    let dead = "(name: \"out\", role: Channel((max_messages: 1, overflow: RejectPublish))), \
                (name: \"reader\", role: Consumer((handlers: [(service_time: \
                Constant(\"10s\"))]))),";
    let nodes = by_hand("", dead);
    let edges = PUBLISH.to_owned()
        + "(kind: Subscribe, from: \"orders\", to: \"worker\", contract: (dead_letter: \"out\")), \
           (kind: Subscribe, from: \"out\", to: \"reader\"),";
    let actions = "actions: [(at: \"0s\", do: Pause(edge: \"out -> reader\")), \
                   (at: \"1s\", do: Settle(consumer: \"worker\", message: \"shop#1\", how: Reject)), \
                   (at: \"2s\", do: Settle(consumer: \"worker\", message: \"shop#2\", how: Reject)), \
                   (at: \"9s\", do: Resume(edge: \"out -> reader\"))]";
    let recording = run(&design(&nodes, &edges, &format!("{MINUTE}, {actions}")));
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        1.000 delivered shop#2 (1) orders -> worker
        9.000 delivered shop#1 (1) out -> reader
        19.000 delivered shop#2 (1) out -> reader
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Delivered));
}

#[test]
fn a_dead_letter_tries_again_from_time_to_time_until_a_way_leads_on() {
    let exchange = "(name: \"out\", role: Channel((preset: \"rabbit.fanout\"))), \
                    (name: \"dead\", role: Channel(())),";
    let late = "duration: \"LONG\", actions: [(at: \"0s\", do: Pause(edge: \"out -> dead\")), \
                ACTIONS (at: \"30s\", do: Resume(edge: \"out -> dead\"))]";
    let left = |rules: &str, duration: &str| {
        let text = refused(rules, exchange, &late.replace("LONG", duration));
        text.lines().find(|line| line.starts_with("dead ")).expect("it is there").to_owned()
    };
    assert_eq!(left("", "29s"), "dead 0");
    assert_eq!(left("", "31s"), "dead 2", "as soon as there is a way");
    assert_eq!(left("dead_letter_retry: \"20s\"", "40s"), "dead 0");
    assert_eq!(left("dead_letter_retry: \"20s\"", "41500ms"), "dead 1");
    assert_eq!(left("dead_letter_confirmed: false", "1min"), "dead 0");
}
