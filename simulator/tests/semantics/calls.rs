//! Synchronous calls, and replies that somebody waits for.

use expect_test::expect;

use crate::support::{design, record, report, shop};

const EDGES: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), \
    (kind: Subscribe, from: \"orders\", to: \"worker\", contract: (retry: (attempts: 2, \
     backoff: Fixed(\"1s\")))),";

fn nodes(stock_time: &str) -> String {
    shop(&["0s"])
        + "(name: \"orders\", role: Channel(())),\
           (name: \"worker\", role: Consumer((handlers: [(calls: [\"stock\"])]))),"
        + &format!(
            "(name: \"stock\", role: Consumer((handlers: [(on: \"Ask\", \
             service_time: Constant({stock_time:?}))]))),"
        )
}

fn call(contract: &str) -> String {
    EDGES.to_owned()
        + &format!(
            "(kind: Call, from: \"worker\", to: \"stock\", latency: Constant(\"10ms\"), \
             contract: (messages: [\"Ask\"], {contract})),"
        )
}

#[test]
fn a_call_takes_both_ways_and_the_callee_s_time() {
    let design = design(&nodes("100ms"), &call(""), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 call sent worker#1 (1) worker -> stock
        0.010 call served worker#1 (1) worker -> stock
        0.120 call returned worker#1 (1) worker -> stock
        0.120 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_call_that_takes_too_long_fails_for_the_caller_while_the_callee_goes_on() {
    let design = design(&nodes("100ms"), &call("timeout: \"50ms\""), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 call sent worker#1 (1) worker -> stock
        0.010 call served worker#1 (1) worker -> stock
        0.050 call failed worker#1 (1) worker -> stock: call timed out
        0.050 failed shop#1 (1) orders -> worker: call timed out
        0.050 waits for retry shop#1 (1) orders -> worker for 1000ms
        1.050 delivered shop#1 (2) orders -> worker
        1.050 call sent worker#2 (1) worker -> stock
        1.060 call served worker#2 (1) worker -> stock
        1.100 call failed worker#2 (1) worker -> stock: call timed out
        1.100 failed shop#1 (2) orders -> worker: call timed out
        1.100 dropped shop#1: given up, and no dead-letter channel
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_node_that_is_down_refuses_and_the_call_is_retried_as_its_contract_says() {
    let scenario = "duration: \"1min\", faults: [(kind: Down(node: \"stock\"), duration: \"2s\")]";
    let contract = "retry: (attempts: 3, backoff: Exponential(initial: \"1s\"))";
    let design = design(&nodes("100ms"), &call(contract), scenario);
    expect![[r#"
        0.000 fault started Down
        0.000 delivered shop#1 (1) orders -> worker
        0.000 call sent worker#1 (1) worker -> stock
        0.020 call failed worker#1 (1) worker -> stock: called node is down
        1.020 call sent worker#1 (2) worker -> stock
        1.040 call failed worker#1 (2) worker -> stock: called node is down
        2.000 fault ended Down
        3.040 call sent worker#1 (3) worker -> stock
        3.050 call served worker#1 (3) worker -> stock
        3.160 call returned worker#1 (3) worker -> stock
        3.160 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_lost_request_is_answered_by_the_timeout_alone() {
    let scenario = "duration: \"1min\", faults: [(kind: Loss(edge: \"worker -> stock\", \
                    share: 1.0), duration: \"500ms\")]";
    let design = design(&nodes("100ms"), &call("timeout: \"200ms\""), scenario);
    let text = record(&design);
    assert!(
        text.contains("0.200 call failed worker#1 (1) worker -> stock: call timed out"),
        "{text}"
    );
    assert!(text.contains("acknowledged shop#1 (2)"), "{text}");
}

#[test]
fn a_crashed_caller_forgets_its_call_and_the_message_comes_again() {
    let scenario = "duration: \"1min\", faults: [(kind: Down(node: \"worker\"), \
                    start: \"50ms\", duration: \"1s\")]";
    let design = design(&nodes("100ms"), &call(""), scenario);
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.000 call sent worker#1 (1) worker -> stock
        0.010 call served worker#1 (1) worker -> stock
        0.050 fault started Down
        0.050 returned to the channel shop#1 (1) orders -> worker: consumer crashed
        1.050 fault ended Down
        1.050 delivered shop#1 (2) orders -> worker
        1.050 call sent worker#2 (1) worker -> stock
        1.060 call served worker#2 (1) worker -> stock
        1.170 call returned worker#2 (1) worker -> stock
        1.170 acknowledged shop#1 (2) orders -> worker
    "#]]
    .assert_eq(&record(&design));
}

fn with_reply(service: &str) -> String {
    shop(&["0s"])
        + "(name: \"orders\", role: Channel(())), (name: \"asks\", role: Channel(())), \
           (name: \"answers\", role: Channel(())),\
           (name: \"manager\", role: Consumer((handlers: [(on: \"Order\", emits: [(\
           message: \"Ask\", reply: (message: \"Paid\", within: \"5s\"))]), (on: \"Paid\")]))),"
        + &format!(
            "(name: \"till\", role: Consumer((handlers: [(service_time: Constant({service:?}), \
             emits: [(message: \"Paid\")])]))),"
        )
}

const REPLY_EDGES: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), \
    (kind: Subscribe, from: \"orders\", to: \"manager\"), \
    (kind: Publish, from: \"manager\", to: \"asks\", contract: (messages: [\"Ask\"])), \
    (kind: Subscribe, from: \"asks\", to: \"till\"), \
    (kind: Publish, from: \"till\", to: \"answers\"), \
    (kind: Subscribe, from: \"answers\", to: \"manager\"),";

#[test]
fn whoever_waits_for_a_reply_raises_the_timeout_once_and_at_its_time() {
    let late = design(&with_reply("7s"), REPLY_EDGES, "duration: \"1min\"");
    let text = record(&late);
    assert!(text.contains("5.000 reply timed out manager#1 manager"), "{text}");
    assert_eq!(report(&late).reply_timeouts, 1);
    let in_time = design(&with_reply("4999ms"), REPLY_EDGES, "duration: \"1min\"");
    assert_eq!(report(&in_time).reply_timeouts, 0);
}
