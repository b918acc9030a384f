//! When messages go to the dead letters, in which order, and what is written on them.

use std::env;

use expect_test::expect;

use super::queues::Queues;
use super::real::Rabbit;
use super::{CLASSIC, LIMITED, UNLIMITED, check, simulate};
use crate::conformance::check::{compared, tell};

/// Whoever has three minutes sets it.
const SLOW: &str = "FLOWBENCH_SLOW_CASES";

#[test]
fn cc_06_a_limit_of_three_means_four_deliveries() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "delivery-limit=3 dead=dead");
        rabbit.publish("q", "poison ok");
        rabbit.consume("A", "q", 1);
        for _ in 0..4 {
            rabbit.receive("A");
            rabbit.nack("A", "poison");
        }
        rabbit.receive("A");
        rabbit.history("dead");
        rabbit.queue("r", "delivery-limit=2 dead=dead");
        rabbit.publish("r", "poison");
        rabbit.consume("B", "r", 1);
        for _ in 0..3 {
            rabbit.receive("B");
            rabbit.reject("B", "poison", true);
        }
        rabbit.receive("B");
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        A poison
        A poison:2R
        A poison:3R
        A poison:4R
        A ok
        dead poison: q delivery_limit 1×, first q delivery_limit
        B poison
        B poison:2R
        B poison:3R
        B nothing
        dead poison (delivery_limit)"#]];
    check("CC-06", &[LIMITED], steps, expected);
}

#[test]
fn cc_09_dead_letters_stand_in_the_order_of_rejection() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.plain_queue("dead");
        rabbit.queue("q", "dead=dead");
        rabbit.consume("A", "q", 3);
        rabbit.publish("q", "m1 m2 m3");
        rabbit.receive("A");
        rabbit.reject("A", "m3 m1 m2", false);
        rabbit.dead("dead");
        rabbit.publish("q", "m1 m2 m3");
        rabbit.receive("A");
        rabbit.nack_all_to("A", "m3");
        rabbit.dead("dead");
        for (queue, options) in [("none", ""), ("missing", "dead-letter-exchange=nowhere")] {
            rabbit.queue(queue, options);
            rabbit.publish(queue, "m1");
            let consumer = format!("at-{queue}");
            rabbit.consume(&consumer, queue, 1);
            rabbit.receive(&consumer);
            rabbit.reject(&consumer, "m1", false);
            rabbit.receive(&consumer);
            rabbit.ready(queue);
        }
    };
    let expected = expect![[r#"
        A m1 m2 m3
        dead m3 m1 m2 (rejected)
        A m1 m2 m3
        dead m1 m2 m3 (rejected)
        at-none m1
        at-none nothing
        none ready 0
        at-missing m1
        at-missing nothing
        missing ready 0"#]];
    check("CC-09", &[CLASSIC], steps, expected);
}

#[test]
fn cc_19_headers_after_rounds_through_a_waiting_queue() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("work", "dead=wait");
        rabbit.queue("wait", "message-ttl=200 dead=work");
        rabbit.consume("A", "work", 1);
        rabbit.begin();
        rabbit.publish("work", "m1");
        for attempt in 1..=4 {
            rabbit.receive("A");
            rabbit.tell("A", "m1");
            rabbit.reject("A", "m1", false);
            rabbit.at(attempt * 500);
        }
    };
    let expected = expect![[r#"
        A m1
        A m1: no deaths
        A m1
        A m1: wait expired 1×, work rejected 1×, first work rejected
        A m1
        A m1: wait expired 2×, work rejected 2×, first work rejected
        A m1
        A m1: wait expired 3×, work rejected 3×, first work rejected"#]];
    check("CC-19", &[CLASSIC], steps, expected);
}

#[test]
fn cc_20_what_expires_in_circles_is_dropped() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("a", "message-ttl=400 dead=b");
        rabbit.queue("b", "message-ttl=400 dead=a");
        rabbit.queue("self", "message-ttl=400 dead=self");
        rabbit.begin();
        rabbit.publish("a", "m1");
        rabbit.publish("self", "m2");
        for time_ms in [50, 450, 900] {
            rabbit.at(time_ms);
            rabbit.ready("a b self");
        }
    };
    let expected = expect![[r#"
        a ready 1
        b ready 0
        self ready 1
        a ready 0
        b ready 1
        self ready 0
        a ready 0
        b ready 0
        self ready 0"#]];
    check("CC-20", &[CLASSIC], steps, expected);
}

/// Rejects three messages while no route leads to the dead letters, and opens one then.
fn dead_letters_without_a_route(rabbit: &mut dyn Queues) {
    rabbit.plain_queue("dead");
    rabbit.exchange("out", "fanout", "");
    for (queue, strategy) in [("most", "at-most-once"), ("least", "at-least-once")] {
        let options = "overflow=reject-publish dead-letter-exchange=out dead-letter-strategy=";
        rabbit.queue(queue, &format!("{options}{strategy}"));
        rabbit.publish(queue, &format!("{queue}1 {queue}2 {queue}3"));
        let consumer = format!("at-{queue}");
        rabbit.consume(&consumer, queue, 3);
        rabbit.receive(&consumer);
        rabbit.reject(&consumer, &format!("{queue}1 {queue}2 {queue}3"), false);
        rabbit.receive(&consumer);
    }
    rabbit.bind("dead", "out", "", "");
    rabbit.dead("dead");
}

#[test]
fn cc_29_dead_letters_wait_for_a_route() {
    let steps = |rabbit: &mut dyn Queues| {
        dead_letters_without_a_route(rabbit);
        rabbit.wait_sec(170);
        rabbit.dead("dead");
        rabbit.wait_sec(20);
        rabbit.dead("dead");
    };
    let expected = expect![[r#"
        at-most most1 most2 most3
        at-most nothing
        at-least least1 least2 least3
        at-least nothing
        dead nothing
        dead nothing
        dead least1 least2 least3 (rejected)"#]];
    if env::var_os(SLOW).is_some() {
        return check("CC-29", &[UNLIMITED], steps, expected);
    }
    simulate("CC-29", &[UNLIMITED], &steps, &expected);
    tell(&format!("CC-29: the server is not waited for for 180 s; {SLOW}=1 has it run."));
    let expected = expect![[r#"
        at-most most1 most2 most3
        at-most nothing
        at-least least1 least2 least3
        at-least nothing
        dead nothing"#]];
    compared::<Rabbit>(
        "CC-29",
        &[UNLIMITED],
        |rabbit| dead_letters_without_a_route(rabbit),
        &expected,
    );
}
