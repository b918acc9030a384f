//! Where exchanges send messages.

use expect_test::expect;
use lapin::ExchangeKind;

use super::driver::Rabbit;
use crate::conformance::check::check;

#[test]
fn cc_18_what_matches_nothing() {
    let steps = |rabbit: &mut Rabbit| {
        rabbit.publish("nowhere", "m1");
        rabbit.publish_mandatory("nowhere", "m2");
        rabbit.confirmed();
        rabbit.exchange("rest", ExchangeKind::Fanout, "");
        rabbit.exchange("e", ExchangeKind::Direct, "alternate-exchange=rest");
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
    let steps = |rabbit: &mut Rabbit| match rabbit.preset() {
        "rabbit.topic" => topics(rabbit),
        _ => headers(rabbit),
    };
    let expected = expect![[r#"
        [rabbit.topic]
        order.* order.created
        order.# order order.created order.created.eu order.x.eu
        # order order.created order.created.eu order.x.eu user.created empty
        *.created order.created user.created
        order.*.eu order.created.eu order.x.eu
        both order.created user.created
        [rabbit.headers]
        all red-big
        any red-big red-small"#]];
    check("CC-27", &["rabbit.topic", "rabbit.headers"], steps, expected);
}

fn topics(rabbit: &mut Rabbit) {
    rabbit.exchange("e", ExchangeKind::Topic, "");
    let patterns = ["order.*", "order.#", "#", "*.created", "order.*.eu"];
    for pattern in patterns {
        rabbit.queue(pattern, "");
        rabbit.bind(pattern, "e", pattern, "");
    }
    rabbit.queue("both", "");
    rabbit.bind("both", "e", "order.*", "");
    rabbit.bind("both", "e", "*.created", "");
    for key in ["order", "order.created", "order.created.eu", "order.x.eu", "user.created"] {
        rabbit.publish_to("e", key, key);
    }
    rabbit.publish_to("e", "", "empty");
    for queue in patterns {
        rabbit.drain(queue);
    }
    rabbit.drain("both");
}

fn headers(rabbit: &mut Rabbit) {
    rabbit.exchange("e", ExchangeKind::Headers, "");
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
