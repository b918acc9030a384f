//! When messages and queues are too old.

use expect_test::expect;

use super::queues::Queues;
use super::{CLASSIC, UNLIMITED, check};

#[test]
fn cc_10_a_message_expires_at_the_head_only() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "dead=dead");
        rabbit.begin();
        rabbit.publish("q", "A:ttl=1500 B:ttl=200 C:ttl=2500");
        for time_ms in [400, 1000, 1700, 2700] {
            rabbit.at(time_ms);
            rabbit.ready("q");
            rabbit.history("dead");
        }
    };
    let expected = expect![[r#"
        [rabbit.classic, rabbit.quorum.3.13]
        q ready 3
        q ready 3
        q ready 1
        dead A: q expired 1× after 1500, first q expired
        dead B: q expired 1× after 200, first q expired
        q ready 0
        dead C: q expired 1× after 2500, first q expired"#]];
    check("CC-10", &[CLASSIC, UNLIMITED], steps, expected);
}

#[test]
fn cc_11_the_next_expires_when_the_head_is_taken() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "dead=dead");
        rabbit.begin();
        rabbit.publish("q", "A B:ttl=200");
        rabbit.at(400);
        rabbit.ready("q");
        rabbit.get_one("q");
        rabbit.get_one("q");
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        q ready 2
        q A
        q nothing
        dead B (expired)"#]];
    check("CC-11", &[CLASSIC], steps, expected);
}

#[test]
fn cc_30_a_queue_that_expires_takes_its_messages_along() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.begin();
        rabbit.queue("q", "expires=500 dead=dead");
        rabbit.publish("q", "m1 m2");
        rabbit.ready("q");
        rabbit.at(1500);
        rabbit.ready("q");
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        q ready 2
        q refused 404
        dead nothing"#]];
    check("CC-30", &[CLASSIC], steps, expected);
}
