//! What a stream takes in, and when it lets go.

use expect_test::expect;

use super::driver::Nats;
use super::{INTEREST, LIMITS, WORK_QUEUE};
use crate::conformance::check::compared;

#[test]
fn cc_37_a_full_stream_discards_or_refuses() {
    let steps = |nats: &mut Nats| {
        nats.stream("old", "max_msgs=3 discard=old");
        nats.publish("old", "m1 m2 m3 m4 m5");
        nats.stored("old");
        nats.stream("new", "max_msgs=3 discard=new");
        nats.publish("new", "m1 m2 m3 m4 m5");
        nats.stored("new");
        nats.stream("latest", "max_msgs_per_subject=1");
        nats.publish("latest", "a/1 b/2 a/3 a/4 b/5");
        nats.stored("latest");
        let options = "max_msgs_per_subject=1 discard=new discard_new_per_subject=true";
        nats.stream("first", options);
        nats.publish("first", "a/1 b/2 a/3");
        nats.stored("first");
    };
    let expected = expect![[r#"
        old stores 1 2 3 4 5
        old holds 3:m3 4:m4 5:m5
        new stores 1 2 3 refused 10077 refused 10077
        new holds 1:m1 2:m2 3:m3
        latest stores 1 2 3 4 5
        latest holds 4:4 5:5
        first stores 1 2 refused 10077
        first holds 1:1 2:2"#]];
    compared("CC-37", &[LIMITS], steps, &expected);
}

#[test]
fn cc_38_when_a_stream_lets_go() {
    let steps = |nats: &mut Nats| match nats.preset() {
        WORK_QUEUE => work_queue(nats),
        _ => interest(nats),
    };
    let expected = expect![[r#"
        [jetstream.workqueue]
        S stores 1 2 3
        C m1 m2 m3
        S holds 3:m3
        D refused 10099
        E refused 10100
        two fetchers
        F stores 1 2 3 4
        left m0 m2
        right m1 m3
        one delivery at most
        O stores 1
        O1 m1
        max_deliver: 1 after 1
        O holds 1:m1
        O1 nothing
        [jetstream.interest]
        S stores 1
        S holds nothing
        S stores 2
        C m2
        S holds 2:m2
        D m2
        S holds nothing"#]];
    compared("CC-38", &[WORK_QUEUE, INTEREST], steps, &expected);
}

fn work_queue(nats: &mut Nats) {
    nats.stream("S", "");
    nats.consumer("C", "S", "filter=any");
    nats.publish("S", "m1 m2 m3");
    nats.receive("C");
    nats.settle("C", "m1", "+ACK");
    nats.settle("C", "m2", "+TERM");
    nats.stored("S");
    nats.consumer("D", "S", "");
    nats.consumer("E", "S", "filter=any");
    nats.say("two fetchers");
    nats.stream("F", "");
    nats.consumer("C", "F", "pull");
    nats.fetch("left", "C", "F", 2);
    nats.fetch("right", "C", "F", 2);
    nats.publish("F", "m0 m1 m2 m3");
    nats.receive("left");
    nats.receive("right");
    nats.say("one delivery at most");
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

fn interest(nats: &mut Nats) {
    nats.stream("S", "");
    nats.publish("S", "m1");
    nats.stored("S");
    nats.consumer("C", "S", "");
    nats.consumer("D", "S", "");
    nats.publish("S", "m2");
    nats.receive("C");
    nats.settle("C", "m2", "+ACK");
    nats.stored("S");
    nats.receive("D");
    nats.settle("D", "m2", "+ACK");
    nats.stored("S");
}

#[test]
fn cc_39_the_window_for_duplicates_does_not_slide() {
    let steps = |nats: &mut Nats| {
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
    compared("CC-39", &[LIMITS], steps, &expected);
}
