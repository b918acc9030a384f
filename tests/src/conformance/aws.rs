//! Queues, topics and buses of AWS: what their documents say.

use expect_test::expect;

use super::play::{Play, play};

const NEVER: &str = "failures: (poison: Share(1.0))";

fn groups(play: &mut Play) {
    play.producer("a", "q", "0 0 0", "keys: Constant(1)");
    play.producer("b", "q", "0", "keys: Constant(2)");
}

#[test]
fn cc_72_a_message_in_flight_blocks_its_group_and_no_other() {
    play(
        "CC-72",
        |play| {
            play.say("received one by one");
            play.channel("q", "");
            groups(play);
            ["x", "y", "z"].iter().for_each(|name| play.by_hand(name, "q", 1, ""));
            ["x", "y", "z"].iter().for_each(|name| play.pause(0, "q", name));
            play.resume(1000, "q", "x");
            play.resume(2000, "q", "y");
            play.settle(3000, "y", "b1", "Acknowledge");
            play.pause(3000, "q", "y");
            play.resume(4000, "q", "z");
            play.settle(32_000, "x", "a1", "Acknowledge");
            play.pause(32_000, "q", "x");
            play.settle(33_000, "z", "a1", "Acknowledge");
            play.run(34, "q");

            play.again("received ten at a time");
            play.channel("q", "prefetch: 10, fetches_batches: true");
            groups(play);
            play.producer("late", "q", "5", "keys: Constant(1)");
            play.by_hand("x", "q", 10, "");
            play.by_hand("y", "q", 10, "");
            play.pause(0, "q", "y");
            play.settle(1000, "x", "b1", "Acknowledge");
            play.settle(2000, "x", "a2", "Acknowledge");
            play.settle(2000, "x", "a3", "Acknowledge");
            play.pause(3000, "q", "x");
            play.resume(4000, "q", "y");
            play.run(40, "q");
        },
        expect![[r#"
            received one by one
            1 x: a1
            2 y: b1
            31 z: a1:2
            32 x too late: a1
            33 z: a2
            at the end q a3
            received ten at a time
            0 x: a1 a2 a3 b1
            30 y: a1:2 late1
            at the end q"#]],
    );
}

#[test]
fn cc_73_dead_lettering_frees_the_group_and_breaks_its_order() {
    play(
        "CC-73",
        |play| {
            play.channel("q", "delivery_limit: 3, dead_letter: \"dlq\"");
            play.channel("dlq", "");
            play.producer("a", "q", "0 0", "keys: Constant(1)");
            let bad = "failures: (poison: Messages([\"a#1\"]))";
            play.consumer("x", "q", bad, "");
            play.run(120, "q dlq");
        },
        expect![[r#"
            0 x: a1
            30 x: a1:2
            60 x: a1:3
            90 dead: a1:3 (not settled in time)
            90 x: a2
            at the end q
            at the end dlq a1"#]],
    );
}

#[test]
fn cc_74_nobody_is_dead_lettered_while_nobody_receives() {
    play(
        "CC-74",
        |play| {
            play.channel("q", "delivery_limit: 3, dead_letter: \"dlq\"");
            play.channel("dlq", "");
            play.producer("m", "q", "0", "");
            play.consumer("x", "q", NEVER, "");
            play.pause(61_000, "q", "x");
            play.run(97 * 3600, "q dlq");

            play.again("and one look more");
            play.channel("q", "delivery_limit: 3, dead_letter: \"dlq\"");
            play.channel("dlq", "");
            play.producer("m", "q", "0", "");
            play.consumer("x", "q", NEVER, "");
            play.run(91, "q dlq");
        },
        expect![[r#"
            0 x: m1
            30 x: m1:2
            60 x: m1:3
            345600 dropped (kept as long as the channel keeps messages): m1
            at the end q
            at the end dlq
            and one look more
            0 x: m1
            30 x: m1:2
            60 x: m1:3
            90 dead: m1:3 (not settled in time)
            at the end q
            at the end dlq m1"#]],
    );
}

#[test]
fn cc_75_age_goes_along_into_the_dead_letters() {
    play(
        "CC-75",
        |play| {
            let day = 24 * 3600;
            play.channel("q", "delivery_limit: 1, dead_letter: \"dlq\"");
            play.channel("dlq", "");
            play.producer("m", "q", "0 1", "");
            play.consumer("x", "q", NEVER, "");
            play.pause(0, "q", "x");
            play.resume((day - 30) * 1000, "q", "x");
            play.pause((day + 1) * 1000, "q", "x");
            let again = "Redrive(channel: \"dlq\", messages: Messages([\"m#2\"]))";
            play.act(2 * day * 1000, again);
            play.run(7 * day, "q dlq");
        },
        expect![[r#"
            86370 x: m1 m2
            86400 dead: m1:1 (not settled in time) m2:1 (not settled in time)
            345600 dropped (kept as long as the channel keeps messages): m1
            518400 dropped (kept as long as the channel keeps messages): m2
            at the end q
            at the end dlq"#]],
    );
}

#[test]
fn cc_76_duplicates_are_swallowed_for_five_minutes_over_all_groups() {
    play(
        "CC-76",
        |play| {
            play.say("over the whole queue");
            play.channel("q", "");
            let said = |key: u32, identity: &str| {
                format!("keys: Constant({key}), properties: (identity: {identity:?})")
            };
            play.producer("a", "q", "0 299 301", &said(1, "X"));
            play.producer("b", "q", "100", &said(2, "X"));
            play.producer("c", "q", "100", &said(2, "Y"));
            play.consumer("x", "q", "", "");
            play.run(400, "q");

            play.again("within a group");
            play.channel("q", "deduplication_scope: Key");
            play.producer("a", "q", "0 299 301", &said(1, "X"));
            play.producer("b", "q", "100", &said(2, "X"));
            play.consumer("x", "q", "", "");
            play.run(400, "q");
        },
        expect![[r#"
            over the whole queue
            0 x: a1
            100 dropped (a repetition): b1
            100 x: c1
            299 dropped (a repetition): a2
            301 x: a3
            at the end q
            within a group
            0 x: a1
            100 x: b1
            299 dropped (a repetition): a2
            301 x: a3
            at the end q"#]],
    );
}

#[test]
fn cc_78_phases_of_retries_when_an_endpoint_is_down_and_none_when_it_is_gone() {
    play(
        "CC-78",
        |play| {
            play.say("down");
            play.channel("t", "");
            play.producer("m", "t", "0", "");
            play.consumer("x", "t", NEVER, "dead_letter: \"dlq\"");
            play.consumer("y", "t", "", "");
            play.channel_of("sqs.standard", "dlq", "");
            play.run(150, "dlq");

            play.again("gone");
            play.channel("t", "");
            play.producer("m", "t", "0", "");
            play.by_hand("x", "t", 1, "dead_letter: \"dlq\"");
            play.consumer("y", "t", "", "");
            play.channel_of("sqs.standard", "dlq", "");
            play.settle(1, "x", "m1", "Reject");
            play.run(150, "dlq");
        },
        expect![[r#"
            [sns.standard, sns.fifo]
            down
            0 x: m1
            0 y: m1
            0 x: m1:2 m1:3 m1:4
            1 x: m1:5
            2 x: m1:6
            3 x: m1:7
            4.4 x: m1:8
            6.3 x: m1:9
            9 x: m1:10
            12.8 x: m1:11
            18.1 x: m1:12
            25.5 x: m1:13
            35.8 x: m1:14
            50.1 x: m1:15
            70.1 x: m1:16
            90.1 x: m1:17
            110.1 x: m1:18
            130.1 x: m1:19
            at the end dlq
            gone
            0 x: m1
            0 y: m1
            0.001 dead: m1:1 (rejected by the consumer)
            at the end dlq m1"#]],
    );
}

#[test]
fn cc_79_retries_of_a_target_by_number_and_by_age_whichever_ends_first() {
    play(
        "CC-79",
        |play| {
            let bus = |play: &mut Play, rules: &str, contract: &str| {
                play.channel("bus", rules);
                play.channel_of("sqs.standard", "dlq", "");
                play.producer("m", "bus", "0", "");
                play.consumer("x", "bus", NEVER, contract);
            };
            play.say("by number");
            bus(play, "", "dead_letter: \"dlq\"");
            play.sum_up(25 * 3600, "dlq");
            play.again("by age");
            bus(play, "time_to_live: \"12h\"", "dead_letter: \"dlq\"");
            play.sum_up(25 * 3600, "dlq");
            play.again("nowhere to put them");
            bus(play, "", "");
            play.sum_up(25 * 3600, "");
            play.again("not allowed");
            play.channel("bus", "");
            play.channel_of("sqs.standard", "dlq", "");
            play.producer("m", "bus", "0", "");
            play.by_hand("x", "bus", 1, "dead_letter: \"dlq\"");
            play.settle(1, "x", "m1", "Reject");
            play.sum_up(25 * 3600, "dlq");
        },
        expect![[r#"
            by number
            186 deliveries: 0 x: m1 ... 64735.229 x: m1:186
            64735.229 dead: m1:186 (poison message)
            at the end dlq m1
            by age
            127 deliveries: 0 x: m1 ... 43106.61 x: m1:127
            43522.867 dead: m1:127 (expired)
            at the end dlq m1
            nowhere to put them
            186 deliveries: 0 x: m1 ... 64735.229 x: m1:186
            64735.229 dropped (given up, and no dead-letter channel): m1
            not allowed
            0.001 dead: m1:1 (rejected by the consumer)
            at the end dlq m1"#]],
    );
}
