//! What the server keeps while a client is away, and what it tells others.

use expect_test::expect;

use super::driver::Mqtt;
use super::topics::Topics;
use super::{QOS_0, QOS_1, check};
use crate::conformance::check::compared;

#[test]
fn cc_50_what_a_session_keeps() {
    let steps = |mqtt: &mut dyn Topics| {
        mqtt.connect_lasting("A");
        mqtt.subscribe("A", "t", 1);
        mqtt.disconnect("A");
        mqtt.publish("t", mqtt.quality(), "m1 m2 m3");
        mqtt.connect_lasting("A");
        mqtt.receive("A");
    };
    let expected = expect![[r#"
        [mqtt.qos0]
        A finds no session
        A finds its session
        A nothing
        [mqtt.qos1]
        A finds no session
        A finds its session
        A m1/1 m2/1 m3/1"#]];
    check("CC-50", &[QOS_0, QOS_1], steps, expected);
}

#[test]
fn cc_51_nothing_is_sent_again_until_the_client_returns() {
    let steps = |mqtt: &mut dyn Topics| {
        mqtt.connect_lasting("A");
        mqtt.subscribe("A", "t", 1);
        mqtt.publish("t", 1, "m1 m2");
        mqtt.receive("A");
        mqtt.pass(3000);
        mqtt.receive("A");
        mqtt.abort("A");
        mqtt.connect_lasting("A");
        mqtt.receive("A");
        mqtt.acknowledge("A", "m1");
        mqtt.abort("A");
        mqtt.connect_lasting("A");
        mqtt.receive("A");
    };
    let expected = expect![[r#"
        A finds no session
        A m1/1 m2/1
        A nothing
        A finds its session
        A m1/1R m2/1R
        A finds its session
        A m2/1R"#]];
    check("CC-51", &[QOS_1], steps, expected);
    // Identifiers of packets, which the simulator does not have.
    let steps = |mqtt: &mut Mqtt| {
        mqtt.show_ids();
        mqtt.connect_lasting("B");
        mqtt.subscribe("B", "u", 1);
        mqtt.publish("u", 1, "m1 m2");
        mqtt.receive("B");
        mqtt.abort("B");
        mqtt.connect_lasting("B");
        mqtt.receive("B");
    };
    let expected = expect![[r#"
        B finds no session
        B m1/1#1 m2/1#2
        B finds its session
        B m1/1R#1 m2/1R#2"#]];
    compared("CC-51", &[QOS_1], steps, &expected);
}

#[test]
fn cc_56_expiry_counts_down_while_the_client_is_away() {
    let steps = |mqtt: &mut dyn Topics| {
        mqtt.connect_lasting("A");
        mqtt.subscribe("A", "t", 1);
        mqtt.disconnect("A");
        mqtt.publish_expiring("t", "m1", 1);
        mqtt.publish_expiring("t", "m2", 9);
        mqtt.pass(2200);
        mqtt.connect_lasting("A");
        mqtt.receive_expiring("A");
    };
    let expected = expect![[r#"
        A finds no session
        A finds its session
        A m2, 6 or 7 s left"#]];
    check("CC-56", &[QOS_1], steps, expected);
}

#[test]
fn cc_58_the_will_is_sent_when_a_connection_breaks() {
    let steps = |mqtt: &mut Mqtt| {
        mqtt.connect("A");
        mqtt.subscribe("A", "t", 0);
        mqtt.connect_with_will("B", "t", "B-is-gone");
        mqtt.disconnect("B");
        mqtt.receive("A");
        mqtt.connect_with_will("C", "t", "C-is-gone");
        mqtt.abort("C");
        mqtt.receive("A");
    };
    let expected = expect![[r#"
        A nothing
        A C-is-gone/0"#]];
    compared("CC-58", &[QOS_0], steps, &expected);
}
