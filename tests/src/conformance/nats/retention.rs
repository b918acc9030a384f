//! What a stream takes in, and when it lets go.

use expect_test::expect;

use super::real::Nats;
use super::streams::Streams;
use super::{INTEREST, LIMITS, WORK_QUEUE, check};
use crate::conformance::check::compared;

#[test]
fn cc_37_a_full_stream_discards_or_refuses() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("old", "max_msgs=3 discard=old");
        nats.publish("old", "m1 m2 m3 m4 m5");
        nats.stored("old");
        nats.stream("new", "max_msgs=3 discard=new");
        nats.publish("new", "m1 m2 m3 m4 m5");
        nats.stored("new");
        nats.stream("latest", "max_msgs_per_subject=1");
        nats.publish("latest", "a/1 b/2 a/3 a/4 b/5");
        nats.stored("latest");
    };
    let expected = expect![[r#"
        old stores 1 2 3 4 5
        old holds 3:m3 4:m4 5:m5
        new stores 1 2 3 refused refused
        new holds 1:m1 2:m2 3:m3
        latest stores 1 2 3 4 5
        latest holds 4:4 5:5"#]];
    check("CC-37", &[LIMITS], steps, expected);
    // The simulator does not refuse by subject.
    let steps = |nats: &mut Nats| {
        let options = "max_msgs_per_subject=1 discard=new discard_new_per_subject=true";
        nats.stream("first", options);
        nats.publish("first", "a/1 b/2 a/3");
        nats.stored("first");
        nats.stream("full", "max_msgs=1 discard=new");
        nats.publish("full", "m1");
        nats.refusal("full", "m2");
    };
    let expected = expect![[r#"
        first stores 1 2 refused
        first holds 1:1 2:2
        full stores 1
        m2 is refused with 10077"#]];
    compared::<Nats>("CC-37", &[LIMITS], steps, &expected);
}

#[test]
fn cc_38_when_a_stream_lets_go() {
    let steps = |nats: &mut dyn Streams| match nats.preset() {
        WORK_QUEUE => work_queue(nats),
        _ => interest(nats),
    };
    let expected = expect![[r#"
        [jetstream.workqueue]
        S stores 1 2 3
        C m1 m2 m3
        S holds 3:m3
        O stores 1
        O1 m1
        max_deliver: 1 after 1
        O holds 1:m1
        O1 nothing
        [jetstream.interest]
        S stores 1
        S holds nothing
        T stores 1
        C m1
        T holds 1:m1
        D m1
        T holds nothing"#]];
    check("CC-38", &[WORK_QUEUE, INTEREST], steps, expected);
    let steps = |nats: &mut Nats| {
        nats.stream("R", "");
        nats.consumer("A", "R", "filter=any");
        nats.consumer("D", "R", "");
        nats.consumer("E", "R", "filter=any");
        nats.stream("F", "");
        nats.consumer("C", "F", "pull");
        nats.fetch("left", "C", "F", 2);
        nats.fetch("right", "C", "F", 2);
        nats.publish("F", "m0 m1 m2 m3");
        nats.receive("left");
        nats.receive("right");
    };
    let expected = expect![[r#"
        D refused 10099
        E refused 10100
        F stores 1 2 3 4
        left m0 m2
        right m1 m3"#]];
    compared::<Nats>("CC-38", &[WORK_QUEUE], steps, &expected);
}

fn work_queue(nats: &mut dyn Streams) {
    nats.stream("S", "");
    nats.consumer("C", "S", "");
    nats.publish("S", "m1 m2 m3");
    nats.receive("C");
    nats.settle("C", "m1", "+ACK");
    nats.settle("C", "m2", "+TERM");
    nats.stored("S");
    nats.stream("O", "");
    nats.consumer("O1", "O", "max_deliver=1 ack_wait=300");
    nats.begin();
    nats.publish("O", "m1");
    nats.receive("O1");
    nats.at(600);
    nats.notices("max_deliver");
    nats.stored("O");
    nats.receive("O1");
}

fn interest(nats: &mut dyn Streams) {
    nats.stream("S", "");
    nats.publish("S", "m1");
    nats.stored("S");
    nats.stream("T", "");
    nats.consumer("C", "T", "");
    nats.consumer("D", "T", "");
    nats.publish("T", "m1");
    nats.receive("C");
    nats.settle("C", "m1", "+ACK");
    nats.stored("T");
    nats.receive("D");
    nats.settle("D", "m1", "+ACK");
    nats.stored("T");
}

#[test]
fn cc_39_the_window_for_duplicates_does_not_slide() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "duplicate_window=1000");
        nats.begin();
        for time_ms in [0, 600, 1200, 1800] {
            nats.at(time_ms);
            nats.publish_as("x", "S", "m1");
        }
    };
    let expected = expect![[r#"
        S stores 1
        S stores duplicate of 1
        S stores 2
        S stores duplicate of 2"#]];
    check("CC-39", &[LIMITS], steps, expected);
}
