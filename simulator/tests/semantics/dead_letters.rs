//! What becomes of messages that die: where they go, what they take along, and when they wait.

use expect_test::expect;

use crate::support::{design, record, shop};

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
