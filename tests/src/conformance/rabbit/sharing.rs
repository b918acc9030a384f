//! Who of several consumers is given what, and who inherits it.

use expect_test::expect;

use super::queues::Queues;
use super::{CLASSIC, UNLIMITED, check};

#[test]
fn cc_21_two_windows_on_a_backlog() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.consume("c1", "q", 1);
        rabbit.consume("c2", "q", 3);
        rabbit.publish("q", "m1 m2 m3 m4 m5 m6 m7 m8");
        rabbit.receive("c1");
        rabbit.receive("c2");
        rabbit.ready("q");
        rabbit.ack("c1", "m1");
        rabbit.receive("c1");
        rabbit.abort("c2");
        rabbit.ack("c1", "m5");
        rabbit.receive("c1");
        rabbit.say("any number at once");
        rabbit.queue("r", "");
        rabbit.publish("r", "m0 m1 m2 m3 m4 m5");
        rabbit.consume("c3", "r", 0);
        rabbit.receive("c3");
        rabbit.consume("c4", "r", 0);
        rabbit.receive("c4");
        rabbit.abort("c3");
        rabbit.receive("c4");
    };
    let expected = expect![[r#"
        c1 m1
        c2 m2 m3 m4
        q ready 4
        c1 m5
        c1 m2:2R
        any number at once
        c3 m0 m1 m2 m3 m4 m5
        c4 nothing
        c4 m0:2R m1:2R m2:2R m3:2R m4:2R m5:2R"#]];
    check("CC-21", &[CLASSIC], steps, expected);
}

#[test]
fn cc_22_automatic_acknowledgement_loses_what_was_sent() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.publish("q", "m1 m2 m3 m4 m5");
        rabbit.consume_with("A", "q", 2, "no-ack");
        rabbit.receive("A");
        rabbit.abort("A");
        rabbit.ready("q");
    };
    let expected = expect![[r#"
        A m1 m2 m3 m4 m5
        q ready 0"#]];
    check("CC-22", &[CLASSIC], steps, expected);
}

#[test]
fn cc_23_priorities_order_what_waits() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "max-priority=10");
        rabbit.publish("q", "a:priority=1 b:priority=5 c:priority=10 d:priority=5 e");
        rabbit.publish("q", "f:priority=99");
        rabbit.consume("A", "q", 6);
        rabbit.receive("A");
        rabbit.cancel("A");
        rabbit.nack("A", "c f b d a e");
        rabbit.drain("q");
        rabbit.say("a window of two");
        rabbit.queue("r", "max-priority=10");
        rabbit.publish("r", "lo0:priority=1 lo1:priority=1 lo2:priority=1 lo3:priority=1");
        rabbit.consume("B", "r", 2);
        rabbit.receive("B");
        rabbit.publish("r", "hi:priority=9");
        rabbit.receive("B");
        rabbit.ack("B", "lo0 lo1");
        rabbit.consume_rest("B");
        rabbit.say("expiry behind a higher priority");
        rabbit.plain_queue("dead");
        rabbit.queue("s", "max-priority=10 dead=dead");
        rabbit.begin();
        rabbit.publish("s", "lo:priority=1:ttl=200 hi:priority=9");
        rabbit.at(500);
        rabbit.ready("s");
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        A c f b d a e
        q c:2R f:2R b:2R d:2R a:2R e:2R
        a window of two
        B lo0 lo1
        B nothing
        B hi lo2 lo3
        expiry behind a higher priority
        s ready 2
        dead nothing"#]];
    check("CC-23", &[CLASSIC], steps, expected);
}

#[test]
fn cc_25_the_next_single_active_consumer() {
    let steps = |rabbit: &mut dyn Queues| {
        for way in ["cancelled", "broken"] {
            let (first, next) = (format!("{way}1"), format!("{way}2"));
            rabbit.queue(way, "single-active-consumer=true");
            rabbit.publish(way, "m1 m2 m3 m4 m5 m6");
            rabbit.consume(&first, way, 2);
            rabbit.receive(&first);
            rabbit.consume(&next, way, 2);
            rabbit.receive(&next);
            match way {
                "cancelled" => {
                    rabbit.cancel(&first);
                    rabbit.close(&first);
                }
                _ => rabbit.abort(&first),
            }
            rabbit.consume_rest(&next);
        }
        rabbit.say("cancelled, and gone later");
        rabbit.queue("late", "single-active-consumer=true");
        rabbit.publish("late", "m1 m2 m3 m4");
        rabbit.consume("late1", "late", 2);
        rabbit.receive("late1");
        rabbit.consume("late2", "late", 2);
        rabbit.cancel("late1");
        rabbit.receive("late2");
        rabbit.close("late1");
        rabbit.receive("late2");
    };
    let expected = expect![[r#"
        [rabbit.classic]
        cancelled1 m1 m2
        cancelled2 nothing
        cancelled2 m1:2R m2:2R m3 m4 m5 m6
        broken1 m1 m2
        broken2 nothing
        broken2 m1:2R m2:2R m3 m4 m5 m6
        cancelled, and gone later
        late1 m1 m2
        late2 nothing
        late2 m1:2R m2:2R
        [rabbit.quorum.3.13]
        cancelled1 m1 m2
        cancelled2 nothing
        cancelled2 m3 m4 m1:2R m2:2R m5 m6
        broken1 m1 m2
        broken2 nothing
        broken2 m1:2R m2:2R m3 m4 m5 m6
        cancelled, and gone later
        late1 m1 m2
        late2 m3 m4
        late2 nothing"#]];
    check("CC-25", &[CLASSIC, UNLIMITED], steps, expected);
}

#[test]
fn cc_26_the_consumer_of_higher_priority_comes_first() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.consume("c1", "q", 2);
        rabbit.consume_with("c2", "q", 2, "x-priority=10");
        rabbit.publish("q", "m1 m2 m3 m4 m5 m6");
        rabbit.receive("c1");
        rabbit.receive("c2");
        rabbit.ready("q");
    };
    let expected = expect![[r#"
        c1 m3 m4
        c2 m1 m2
        q ready 2"#]];
    check("CC-26", &[CLASSIC], steps, expected);
}
