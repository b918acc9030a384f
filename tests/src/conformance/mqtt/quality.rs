//! What a quality of service promises, message by message.

use expect_test::expect;

use super::driver::Mqtt;
use super::topics::Topics;
use super::{QOS_0, QOS_1, QOS_2, check};
use crate::conformance::check::compared;

#[test]
fn cc_52_the_lower_quality_counts() {
    let steps = |mqtt: &mut Mqtt| {
        for quality in 0..=2 {
            let client = format!("at{quality}");
            mqtt.connect(&client);
            mqtt.subscribe(&client, "t", quality);
        }
        mqtt.publish("t", mqtt.quality(), "m1");
        for client in ["at0", "at1", "at2"] {
            mqtt.receive(client);
        }
    };
    let expected = expect![[r#"
        [mqtt.qos0]
        at0 m1/0
        at1 m1/0
        at2 m1/0
        [mqtt.qos1]
        at0 m1/0
        at1 m1/1
        at2 m1/1
        [mqtt.qos2]
        at0 m1/0
        at1 m1/1
        at2 m1/2"#]];
    compared("CC-52", &[QOS_0, QOS_1, QOS_2], steps, &expected);
}

#[test]
fn cc_53_a_publication_repeated() {
    let steps = |mqtt: &mut dyn Topics| {
        mqtt.connect("A");
        mqtt.subscribe("A", "t", mqtt.quality());
        mqtt.publish_again("t", mqtt.quality(), "m1");
        mqtt.receive("A");
    };
    let expected = expect![[r#"
        [mqtt.qos2]
        A m1/2
        [mqtt.qos1]
        A m1/1 m1/1"#]];
    check("CC-53", &[QOS_2, QOS_1], steps, expected);
    // What the publisher is answered, packet by packet.
    let steps = |mqtt: &mut Mqtt| {
        mqtt.connect("A");
        mqtt.subscribe("A", "t", 0);
        let quality = mqtt.quality();
        mqtt.send("t", quality, "m1", 77, false);
        mqtt.send("t", quality, "m1", 77, true);
        mqtt.receive("A");
        if quality == 2 {
            mqtt.release(77);
            mqtt.receive("A");
        }
    };
    let expected = expect![[r#"
        [mqtt.qos2]
        publisher is answered pubrec
        publisher is answered pubrec
        A nothing
        publisher is answered pubcomp
        A m1/0
        [mqtt.qos1]
        publisher is answered puback
        publisher is answered puback
        A m1/0 m1/0"#]];
    compared("CC-53", &[QOS_2, QOS_1], steps, &expected);
}

#[test]
fn cc_54_the_last_retained_message() {
    let steps = |mqtt: &mut Mqtt| {
        mqtt.retain("t", "v1");
        mqtt.retain("t", "v2");
        mqtt.connect("A");
        mqtt.subscribe("A", "t", 0);
        mqtt.receive("A");
        mqtt.retain("t", "v3");
        mqtt.receive("A");
        mqtt.retain("t", "");
        mqtt.connect("B");
        mqtt.subscribe("B", "t", 0);
        mqtt.receive("B");
    };
    let expected = expect![[r#"
        A v2/0+
        A v3/0
        B nothing"#]];
    compared("CC-54", &[QOS_0], steps, &expected);
}

#[test]
fn cc_55_a_shared_subscription_goes_round() {
    let steps = |mqtt: &mut dyn Topics| {
        for member in ["A", "B", "C"] {
            mqtt.connect(member);
            mqtt.share(member, "t", 1);
        }
        mqtt.publish("t", 1, "m0 m1 m2 m3 m4 m5 m6");
        for member in ["A", "B", "C"] {
            mqtt.receive(member);
        }
        mqtt.say("A dies");
        mqtt.abort("A");
        mqtt.receive("B");
        mqtt.receive("C");
    };
    let expected = expect![[r#"
        A m0/1 m3/1 m6/1
        B m1/1 m4/1
        C m2/1 m5/1
        A dies
        B nothing
        C nothing"#]];
    check("CC-55", &[QOS_1], steps, expected);
}
