//! What a full queue does.

use expect_test::expect;

use super::queues::Queues;
use super::{CLASSIC, LIMITED, UNLIMITED, check};

#[test]
fn cc_13_a_full_queue_drops_its_oldest() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "max-length=3 dead=dead");
        rabbit.publish("q", "m1 m2 m3 m4 m5 m6 m7");
        rabbit.confirmed();
        rabbit.dead("dead");
        rabbit.drain("q");
    };
    let expected = expect![[r#"
        [rabbit.classic, rabbit.quorum.3.13]
        confirms ack ack ack ack ack ack ack
        dead m1 m2 m3 m4 (maxlen)
        q m5 m6 m7"#]];
    check("CC-13", &[CLASSIC, UNLIMITED], steps, expected);
}

#[test]
fn cc_14_a_full_queue_refuses() {
    let steps = |rabbit: &mut dyn Queues| {
        for overflow in ["reject-publish", "reject-publish-dlx"] {
            rabbit.say(overflow);
            let dead = format!("dead.{overflow}");
            rabbit.plain_queue(&dead);
            rabbit.queue(overflow, &format!("max-length=3 overflow={overflow} dead={dead}"));
            rabbit.publish(overflow, "m1 m2 m3 m4 m5 m6 m7");
            rabbit.confirmed();
            rabbit.drain(overflow);
            rabbit.dead(&dead);
        }
    };
    let expected = expect![[r#"
        [rabbit.classic]
        reject-publish
        confirms ack ack ack nack nack nack nack
        reject-publish m1 m2 m3
        dead.reject-publish nothing
        reject-publish-dlx
        confirms ack ack ack nack nack nack nack
        reject-publish-dlx m1 m2 m3
        dead.reject-publish-dlx m4 m5 m6 m7 (maxlen)
        [rabbit.quorum.3.13]
        reject-publish
        confirms ack ack ack ack nack nack nack
        reject-publish m1 m2 m3 m4
        dead.reject-publish nothing
        reject-publish-dlx
        confirms ack ack ack ack ack ack ack
        reject-publish-dlx m5 m6 m7
        dead.reject-publish-dlx m1 m2 m3 m4 (maxlen)"#]];
    check("CC-14", &[CLASSIC, UNLIMITED], steps, expected);
}

#[test]
fn cc_15_only_ready_messages_count() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "max-length=3 dead=dead");
        rabbit.publish("q", "m1 m2 m3");
        rabbit.consume("A", "q", 3);
        rabbit.receive("A");
        rabbit.publish("q", "m4 m5 m6");
        rabbit.ready("q");
        rabbit.dead("dead");
        rabbit.cancel("A");
        rabbit.nack("A", "m1 m2 m3");
        rabbit.dead("dead");
        rabbit.publish("q", "m7");
        rabbit.dead("dead");
        rabbit.drain("q");
    };
    let expected = expect![[r#"
        [rabbit.classic, rabbit.quorum.4.0]
        A m1 m2 m3
        q ready 3
        dead nothing
        dead m1 m2 m3 (maxlen)
        dead m4 (maxlen)
        q m5 m6 m7
        [rabbit.quorum.3.13]
        A m1 m2 m3
        q ready 3
        dead nothing
        dead m4 m5 m6 (maxlen)
        dead m1 (maxlen)
        q m2:2R m3:2R m7"#]];
    check("CC-15", &[CLASSIC, LIMITED, UNLIMITED], steps, expected);
}

#[test]
fn cc_16_a_message_larger_than_the_queue_evicts_itself() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "max-length-bytes=10 dead=dead");
        rabbit.publish("q", "aaaa bbbb");
        rabbit.ready("q");
        rabbit.publish("q", "cccc");
        rabbit.dead("dead");
        rabbit.publish("q", "dddddddddddd");
        rabbit.confirmed();
        rabbit.ready("q");
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        q ready 2
        dead aaaa (maxlen)
        confirms ack ack ack ack
        q ready 0
        dead bbbb cccc dddddddddddd (maxlen)"#]];
    check("CC-16", &[CLASSIC], steps, expected);
}

#[test]
fn cc_17_one_full_queue_behind_a_fan_out() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.exchange("e", "fanout", "");
        rabbit.queue("f1", "max-length=1 overflow=reject-publish");
        rabbit.queue("f2", "");
        rabbit.bind("f1", "e", "", "");
        rabbit.bind("f2", "e", "", "");
        rabbit.publish_to("e", "", "m1 m2 m3");
        rabbit.confirmed();
        rabbit.drain("f1");
        rabbit.drain("f2");
    };
    let expected = expect![[r#"
        confirms ack nack nack
        f1 m1
        f2 m1 m2 m3"#]];
    check("CC-17", &["rabbit.fanout"], steps, expected);
}
