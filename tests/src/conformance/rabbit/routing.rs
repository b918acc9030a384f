//! Where exchanges send messages.

use expect_test::expect;

use super::check;
use super::queues::{Queues, listed};
use super::real::Rabbit;
use crate::conformance::check::compared;

#[test]
fn cc_18_what_matches_nothing() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.publish("nowhere", "m1");
        rabbit.publish_mandatory("nowhere", "m2");
        rabbit.confirmed();
        rabbit.exchange("rest", "fanout", "");
        rabbit.exchange("e", "direct", "alternate-exchange=rest");
        rabbit.queue("q", "");
        rabbit.bind("q", "rest", "", "");
        rabbit.publish_to("e", "unknown", "m3");
        rabbit.confirmed();
        rabbit.drain("q");
    };
    let expected = expect![[r#"
        confirms ack returned+ack
        confirms ack
        q m3"#]];
    check("CC-18", &["rabbit.direct"], steps, expected);
}

#[test]
fn cc_27_which_queues_a_message_reaches() {
    let steps = |rabbit: &mut dyn Queues| match rabbit.preset() {
        "rabbit.topic" => topics(rabbit),
        _ => headers(rabbit),
    };
    let expected = expect![[r#"
        [rabbit.topic]
        order.* reaches order.created
        order.# reaches order order.created order.created.eu order.x.eu
        # reaches order order.created order.created.eu order.x.eu user.created empty
        *.created reaches order.created user.created
        order.*.eu reaches order.created.eu order.x.eu
        [rabbit.headers]
        all red-big
        any red-big red-small"#]];
    check("CC-27", &["rabbit.topic", "rabbit.headers"], steps, expected);
    // A design has one edge between two nodes, and so cannot say this.
    let expected = expect![["both order.created user.created"]];
    compared::<Rabbit>("CC-27", &["rabbit.topic"], |rabbit| bound_twice(rabbit), &expected);
}

fn topics(rabbit: &mut dyn Queues) {
    rabbit.exchange("e", "topic", "");
    let patterns = ["order.*", "order.#", "#", "*.created", "order.*.eu"];
    let queues = ["one-word", "any-words", "all", "last-word", "middle-word"];
    for (queue, pattern) in queues.iter().zip(patterns) {
        rabbit.queue(queue, "");
        rabbit.bind(queue, "e", pattern, "");
    }
    publish_keys(rabbit, "e");
    for (queue, pattern) in queues.iter().zip(patterns) {
        let seen = rabbit.empty(queue);
        rabbit.say(&format!("{pattern} reaches {}", listed(&seen)));
    }
}

fn publish_keys(rabbit: &mut dyn Queues, exchange: &str) {
    for key in ["order", "order.created", "order.created.eu", "order.x.eu", "user.created"] {
        rabbit.publish_to(exchange, key, key);
    }
    rabbit.publish_to(exchange, "", "empty");
}

/// A queue gets one copy, however many of its bindings match.
fn bound_twice(rabbit: &mut dyn Queues) {
    rabbit.exchange("twice", "topic", "");
    rabbit.queue("both", "");
    rabbit.bind("both", "twice", "order.*", "");
    rabbit.bind("both", "twice", "*.created", "");
    publish_keys(rabbit, "twice");
    rabbit.drain("both");
}

fn headers(rabbit: &mut dyn Queues) {
    rabbit.exchange("e", "headers", "");
    for queue in ["all", "any"] {
        rabbit.queue(queue, "");
        rabbit.bind(queue, "e", "", &format!("x-match={queue} color=red size=big"));
    }
    rabbit.publish_to("e", "", "red-big:color=red:size=big");
    rabbit.publish_to("e", "", "red-small:color=red:size=small");
    rabbit.publish_to("e", "", "blue-small:color=blue:size=small");
    rabbit.publish_to("e", "", "without");
    rabbit.drain("all");
    rabbit.drain("any");
}
