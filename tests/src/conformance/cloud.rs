//! Azure Service Bus, Google Pub/Sub, Pulsar and Solace: what their documents say.

use expect_test::expect;

use super::play::{Play, play};

const NEVER: &str = "failures: (poison: Messages([\"m#1\"]))";

#[test]
fn cc_80_ten_deliveries_then_the_dead_letters_and_what_is_abandoned_comes_first() {
    play(
        "CC-80",
        |play| {
            play.channel("q", "dead_letter: \"dlq\"");
            play.channel_of("asb.queue", "dlq", "");
            play.producer("m", "q", "0 0", "");
            play.consumer("x", "q", &format!("service_time: Constant(\"1s\"), {NEVER}"), "");
            play.run(60, "dlq");
        },
        expect![[r#"
            [asb.queue, asb.topic]
            0 x: m1
            1 x: m1:2
            2 x: m1:3
            3 x: m1:4
            4 x: m1:5
            5 x: m1:6
            6 x: m1:7
            7 x: m1:8
            8 x: m1:9
            9 x: m1:10
            10 dead: m1:10 (poison message)
            10 x: m2
            at the end dlq m1"#]],
    );
}

#[test]
fn cc_82_a_locked_message_may_outlive_its_expiry() {
    play(
        "CC-82",
        |play| {
            let start = |play: &mut Play, rules: &str| {
                play.channel("q", &format!("time_to_live: \"10s\", dead_letter: \"dlq\", {rules}"));
                play.channel_of("asb.queue", "dlq", "");
                play.producer("m", "q", "0 0", "");
                play.by_hand("x", "q", 1, "");
            };
            play.say("completed in time and abandoned too late");
            start(play, "");
            play.settle(9000, "x", "m1", "Acknowledge");
            play.settle(20_000, "x", "m2", "Requeue");
            play.run(30, "dlq");

            play.again("completed after its time, and the other one waited too long");
            start(play, "");
            play.settle(20_000, "x", "m1", "Acknowledge");
            play.run(30, "dlq");

            play.again("dead-lettered, where that is switched on");
            start(play, "dead_letters: [Rejected, DeliveryLimit, Expired]");
            play.settle(20_000, "x", "m1", "Requeue");
            play.run(30, "dlq");

            play.again("not enforced while nobody receives");
            start(play, "dead_letters: [Rejected, DeliveryLimit, Expired]");
            play.pause(0, "q", "x");
            play.run(30, "q dlq");
        },
        expect![[r#"
            [asb.queue, asb.topic]
            completed in time and abandoned too late
            0 x: m1
            9 x: m2
            20 expired: m2
            at the end dlq
            completed after its time, and the other one waited too long
            0 x: m1
            20 expired: m2
            at the end dlq
            dead-lettered, where that is switched on
            0 x: m1
            20 dead: m1:1 (expired) m2:0 (expired)
            at the end dlq m1 m2
            not enforced while nobody receives
            at the end q m1 m2
            at the end dlq"#]],
    );
}

#[test]
fn cc_83_a_session_belongs_to_one_receiver_in_order() {
    play(
        "CC-83",
        |play| {
            play.say("one receiver gets all of a session, what comes later too");
            play.channel("q", "");
            play.producer("m", "q", "0 0 5", "keys: Constant(4)");
            play.producer("n", "q", "0 5", "keys: Constant(1)");
            play.by_hand("x", "q", 1, "");
            play.by_hand("y", "q", 1, "");
            play.settle(1000, "x", "m1", "Acknowledge");
            play.settle(2000, "y", "n1", "Acknowledge");
            play.settle(3000, "x", "m2", "Requeue");
            play.settle(4000, "x", "m2", "Acknowledge");
            play.settle(6000, "x", "m3", "Acknowledge");
            play.settle(6000, "y", "n2", "Acknowledge");
            play.run(10, "q");

            play.again("a lock that ends counts, closing the session does not");
            play.channel("q", "delivery_limit: 2, dead_letter: \"dlq\"");
            play.channel_of("asb.queue", "dlq", "");
            play.producer("m", "q", "0", "keys: Constant(4)");
            play.by_hand("x", "q", 2, "");
            play.by_hand("y", "q", 1, "");
            play.fault(70, "Down(node: \"x\")");
            play.run(140, "dlq");
        },
        expect![[r#"
            one receiver gets all of a session, what comes later too
            0 x: m1
            0 y: n1
            1 x: m2
            3 x: m2:2
            5 y: n2
            5 x: m3
            at the end q
            a lock that ends counts, closing the session does not
            0 x: m1
            60 x: m1:2
            70 y: m1:3
            130 dead: m1:3 (not settled in time)
            at the end dlq m1"#]],
    );
}

#[test]
fn cc_84_duplicates_are_dropped_within_ten_minutes_of_the_first() {
    play(
        "CC-84",
        |play| {
            play.channel("q", "deduplication_window: \"10min\"");
            play.producer("m", "q", "0 540 660", "properties: (identity: \"X\")");
            play.producer("n", "q", "1", "properties: (identity: \"Y\", delay: \"2min\")");
            play.producer("o", "q", "60", "properties: (identity: \"Y\")");
            play.consumer("x", "q", "", "");
            play.run(700, "q");
        },
        expect![[r#"
            [asb.queue, asb.topic]
            0 x: m1
            60 dropped (a repetition): o1
            121 x: n1
            540 dropped (a repetition): m2
            660 x: m3
            at the end q"#]],
    );
}

#[test]
fn cc_86_growing_waits_after_refusals_while_other_messages_flow() {
    play(
        "CC-86",
        |play| {
            let policy =
                "redelivery_delay: Exponential(initial: \"10s\", factor: 2.0, cap: \"600s\")";
            play.channel("t", policy);
            play.producer("m", "t", "0 5 25 1000", "");
            play.consumer("x", "t", NEVER, "");
            play.run(3000, "");
        },
        expect![[r#"
            0 x: m1
            5 x: m2
            10 x: m1:2
            25 x: m3
            30 x: m1:3
            70 x: m1:4
            150 x: m1:5
            310 x: m1:6
            630 x: m1:7
            1000 x: m4
            1230 x: m1:8
            1830 x: m1:9
            2430 x: m1:10"#]],
    );
}

#[test]
fn cc_87_seeking_back_brings_acknowledged_messages_again_if_kept() {
    play(
        "CC-87",
        |play| {
            for (kept, rules) in [("kept", "retention: Limits"), ("not kept", "")] {
                play.again(&format!("what is acknowledged is {kept}"));
                play.channel("t", rules);
                play.producer("m", "t", "1 2 3 4 5", "keys: Constant(0)");
                play.by_hand("x", "t", 10, "");
                play.settle(1500, "x", "m1", "Acknowledge");
                play.settle(2500, "x", "m2", "Acknowledge");
                play.settle(3500, "x", "m3", "Acknowledge");
                play.pause(3600, "t", "x");
                play.fault(10, "OffsetReset(node: \"t\", to: Ago, ago: \"8500ms\")");
                play.resume(11_000, "t", "x");
                for (at_ms, message) in [(12_000, "m2"), (13_000, "m3"), (14_000, "m4")] {
                    play.settle(at_ms, "x", message, "Acknowledge");
                }
                play.run(20, "t");
            }
        },
        expect![[r#"
            [pubsub.standard]
            what is acknowledged is kept
            1 x: m1
            2 x: m2
            3 x: m3
            11 x: m2 m3 m4 m5
            at the end t
            what is acknowledged is not kept
            1 x: m1
            2 x: m2
            3 x: m3
            11 x: m4 m5
            at the end t
            [pubsub.ordered]
            what is acknowledged is kept
            1 x: m1
            2 x: m2
            3 x: m3
            11 x: m2
            12 x: m3
            13 x: m4
            14 x: m5
            at the end t
            what is acknowledged is not kept
            1 x: m1
            2 x: m2
            3 x: m3
            11 x: m4
            14 x: m5
            at the end t"#]],
    );
}

#[test]
fn cc_89_a_new_consumer_waits_until_older_messages_of_the_keys_are_done() {
    play(
        "CC-89",
        |play| {
            let start = |play: &mut Play| {
                play.channel("t", "");
                play.producer("m", "t", "0 10", "keys: Constant(0)");
                play.producer("n", "t", "0 10", "keys: Constant(1)");
                play.by_hand("x", "t", 10, "group: \"g\"");
                play.by_hand("y", "t", 10, "group: \"g\"");
                play.pause(0, "t", "y");
                play.resume(5000, "t", "y");
            };
            play.say("both of the old ones are done in the end");
            start(play);
            play.settle(20_000, "x", "n1", "Acknowledge");
            play.settle(30_000, "x", "m1", "Acknowledge");
            play.run(60, "t");
            play.again("the other one is stuck");
            start(play);
            play.settle(20_000, "x", "n1", "Acknowledge");
            play.run(3600, "t");
        },
        expect![[r#"
            both of the old ones are done in the end
            0 x: m1 n1
            10 x: m2
            30 y: n2
            at the end t
            the other one is stuck
            0 x: m1 n1
            10 x: m2
            at the end t n2"#]],
    );
}

#[test]
fn cc_90_redelivered_three_times_then_the_dead_message_queue() {
    play(
        "CC-90",
        |play| {
            let start = |play: &mut Play, dead: &str| {
                play.channel("q", &format!("delivery_limit: 3, {dead}"));
                play.channel("dmq", "");
                play.producer("m", "q", "0", "");
            };
            play.say("failed");
            start(play, "dead_letter: \"dmq\"");
            play.consumer("x", "q", NEVER, "");
            play.run(10, "q dmq");
            play.again("rejected");
            start(play, "dead_letter: \"dmq\"");
            play.by_hand("x", "q", 1, "");
            play.settle(1000, "x", "m1", "Reject");
            play.run(10, "q dmq");
            play.again("nowhere to put it");
            start(play, "");
            play.consumer("x", "q", NEVER, "");
            play.run(10, "q dmq");
        },
        expect![[r#"
            [solace.exclusive, solace.nonexclusive]
            failed
            0 x: m1 m1:2 m1:3 m1:4
            0 dead: m1:4 (poison message)
            at the end q
            at the end dmq m1
            rejected
            0 x: m1
            1 dead: m1:1 (rejected by the consumer)
            at the end q
            at the end dmq m1
            nowhere to put it
            0 x: m1 m1:2 m1:3 m1:4
            0 dropped (given up, and no dead-letter channel): m1
            at the end q
            at the end dmq"#]],
    );
}
