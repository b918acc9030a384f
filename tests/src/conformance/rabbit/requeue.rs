//! Where messages go that are handed back.

use expect_test::expect;

use super::queues::Queues;
use super::{CLASSIC, LIMITED, UNLIMITED, check};

fn hand_back_the_second(rabbit: &mut dyn Queues) {
    rabbit.queue("q", "");
    rabbit.publish("q", "m1 m2 m3 m4 m5");
    rabbit.consume("A", "q", 3);
    rabbit.receive("A");
    rabbit.nack("A", "m2");
    rabbit.receive("A");
    rabbit.ready("q");
    rabbit.close("A");
    rabbit.drain("q");
}

#[test]
fn cc_01_a_message_handed_back_comes_next() {
    let expected = expect![[r#"
        A m1 m2 m3
        A m2:2R
        q ready 2
        q m1:2R m2:3R m3:2R m4 m5"#]];
    check("CC-01", &[CLASSIC], hand_back_the_second, expected);
}

#[test]
fn cc_03_without_a_limit_a_message_handed_back_comes_last() {
    let expected = expect![[r#"
        A m1 m2 m3
        A m4
        q ready 2
        q m1:2R m3:2R m4:2R m5 m2:2R"#]];
    check("CC-03", &[UNLIMITED], hand_back_the_second, expected);
}

#[test]
fn cc_02_handed_back_out_of_order() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.publish("q", "m1 m2 m3 m4 m5");
        rabbit.consume("A", "q", 3);
        rabbit.receive("A");
        rabbit.cancel("A");
        rabbit.nack("A", "m3 m1 m2");
        rabbit.drain("q");
    };
    let expected = expect![[r#"
        [rabbit.classic]
        A m1 m2 m3
        q m1:2R m2:2R m3:2R m4 m5
        [rabbit.quorum.4.0]
        A m1 m2 m3
        q m3:2R m1:2R m2:2R m4 m5
        [rabbit.quorum.3.13]
        A m1 m2 m3
        q m4 m5 m3:2R m1:2R m2:2R"#]];
    check("CC-02", &[CLASSIC, LIMITED, UNLIMITED], steps, expected);
}

#[test]
fn cc_04_a_lost_connection_gives_back_in_order() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.publish("q", "m1 m2 m3 m4 m5");
        rabbit.consume("A", "q", 3);
        rabbit.receive("A");
        rabbit.cancel("A");
        rabbit.ack("A", "m2");
        rabbit.close("A");
        rabbit.drain("q");
    };
    let expected = expect![[r#"
        [rabbit.classic, rabbit.quorum.4.0, rabbit.quorum.3.13]
        A m1 m2 m3
        q m1:2R m3:2R m4 m5"#]];
    check("CC-04", &[CLASSIC, LIMITED, UNLIMITED], steps, expected);
}

#[test]
fn cc_05_one_of_two_consumers_gives_up() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.publish("q", "m1 m2 m3 m4");
        rabbit.consume("A", "q", 1);
        rabbit.receive("A");
        rabbit.consume("B", "q", 1);
        rabbit.receive("B");
        rabbit.ack("B", "m2");
        rabbit.receive("B");
        rabbit.cancel("A");
        rabbit.nack("A", "m1");
        rabbit.ready("q");
        rabbit.ack("B", "m3");
        rabbit.consume_rest("B");
    };
    let expected = expect![[r#"
        [rabbit.classic, rabbit.quorum.4.0]
        A m1
        B m2
        B m3
        q ready 2
        B m1:2R m4
        [rabbit.quorum.3.13]
        A m1
        B m2
        B m3
        q ready 2
        B m4 m1:2R"#]];
    check("CC-05", &[CLASSIC, LIMITED, UNLIMITED], steps, expected);
}

#[test]
fn cc_07_a_classic_queue_redelivers_for_ever() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("q", "");
        rabbit.publish("q", "m1");
        rabbit.consume("A", "q", 1);
        for _ in 0..12 {
            rabbit.receive("A");
            rabbit.nack("A", "m1");
        }
        rabbit.receive("A");
        rabbit.close("A");
        rabbit.ready("q");
    };
    let expected = expect![[r#"
        A m1
        A m1:2R
        A m1:3R
        A m1:4R
        A m1:5R
        A m1:6R
        A m1:7R
        A m1:8R
        A m1:9R
        A m1:10R
        A m1:11R
        A m1:12R
        A m1:13R
        q ready 1"#]];
    check("CC-07", &[CLASSIC], steps, expected);
}
