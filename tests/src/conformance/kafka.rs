//! Kafka: what its documents and its source say. Offsets count from 0, messages from 1.

use expect_test::expect;

use super::play::{Play, play};

#[test]
fn cc_59_one_bad_record_holds_up_its_partition_until_the_handler_gives_up() {
    play(
        "CC-59",
        |play| {
            play.channel("t", "partitions: 2, partition_by: KeyModulo");
            play.channel("dlt", "");
            play.producer("m", "t", "0 0 0 0 0", "keys: Constant(0)");
            play.producer("n", "t", "3", "keys: Constant(1)");
            let bad = "service_time: Constant(\"1s\"), failures: (poison: Messages([\"m#3\"]))";
            play.consumer("x", "t", bad, "retry: (attempts: 10), dead_letter: \"dlt\"");
            play.run(20, "dlt");
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            0 x: m1
            1 x: m2
            2 x: m3
            3 x: m3:2
            4 x: m3:3
            5 x: m3:4
            6 x: m3:5
            7 x: m3:6
            8 x: m3:7
            9 x: m3:8
            10 x: m3:9
            11 x: m3:10
            12 dead: m3:10 (poison message)
            12 x: n1 m4
            14 x: m5
            at the end dlt m3"#]],
    );
}

#[test]
fn cc_60_a_crash_goes_back_to_the_last_committed_offset() {
    play(
        "CC-60",
        |play| {
            let start = |play: &mut Play, rules: &str| {
                play.channel("t", rules);
                play.producer("m", "t", "0 1 2 3 4 6 7 7.995 9", "keys: Constant(0)");
                play.consumer("x", "t", "service_time: Constant(\"10ms\")", "group: \"g\"");
                play.consumer("y", "t", "service_time: Constant(\"10ms\")", "group: \"g\"");
                play.fault(8, "Down(node: \"x\")");
            };
            play.say("committed every five seconds");
            start(play, "");
            play.run(70, "");
            play.again("committed before the work");
            start(play, "commit: BeforeProcessing");
            play.run(70, "");
        },
        expect![[r#"
            [kafka.group.classic]
            committed every five seconds
            0 x: m1
            1 x: m2
            2 x: m3
            3 x: m4
            4 x: m5
            6 x: m6
            7 x: m7
            7.995 x: m8
            56 y: m6:2
            56.01 y: m7:2
            56.02 y: m8:2
            56.03 y: m9
            committed before the work
            0 x: m1
            1 x: m2
            2 x: m3
            3 x: m4
            4 x: m5
            6 x: m6
            7 x: m7
            7.995 x: m8
            8 dropped (failed after acknowledgement on receipt): m8
            56 y: m9
            [kafka.group.kip848]
            committed every five seconds
            0 x: m1
            1 x: m2
            2 x: m3
            3 x: m4
            4 x: m5
            6 x: m6
            7 x: m7
            7.995 x: m8
            58 y: m6:2
            58.01 y: m7:2
            58.02 y: m8:2
            58.03 y: m9
            committed before the work
            0 x: m1
            1 x: m2
            2 x: m3
            3 x: m4
            4 x: m5
            6 x: m6
            7 x: m7
            7.995 x: m8
            8 dropped (failed after acknowledgement on receipt): m8
            58 y: m9"#]],
    );
}

#[test]
fn cc_61_what_a_planned_rebalance_commits_and_what_it_stops() {
    play(
        "CC-61",
        |play| {
            play.channel("t", "partitions: 2, partition_by: KeyModulo");
            let every_second = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14";
            play.producer("m", "t", every_second, "keys: Constant(0)");
            play.producer("n", "t", every_second, "keys: Constant(1)");
            play.consumer("x", "t", "service_time: Constant(\"10ms\")", "group: \"g\"");
            play.consumer("y", "t", "service_time: Constant(\"10ms\")", "group: \"g\"");
            play.pause(7500, "t", "y");
            play.run(16, "");
        },
        expect![[r#"
            [kafka.group.classic]
            0 x: m1
            0 y: n1
            1 x: m2
            1 y: n2
            2 x: m3
            2 y: n3
            3 x: m4
            3 y: n4
            4 x: m5
            4 y: n5
            5 x: m6
            5 y: n6
            6 x: m7
            6 y: n7
            7 x: m8
            7 y: n8
            10.5 x: m9 n9
            10.52 x: m10 n10
            10.54 x: m11 n11
            11 x: m12 n12
            12 x: m13 n13
            13 x: m14 n14
            14 x: m15 n15
            [kafka.group.kip848]
            0 x: m1
            0 y: n1
            1 x: m2
            1 y: n2
            2 x: m3
            2 y: n3
            3 x: m4
            3 y: n4
            4 x: m5
            4 y: n5
            5 x: m6
            5 y: n6
            6 x: m7
            6 y: n7
            7 x: m8
            7 y: n8
            8 x: m9
            9 x: m10
            10 x: m11
            11 x: m12
            12 x: m13
            12.5 x: n9
            12.51 x: n10
            12.52 x: n11
            12.53 x: n12
            12.54 x: n13
            13 x: m14 n14
            14 x: m15 n15"#]],
    );
}

#[test]
fn cc_62_a_handler_slower_than_the_poll_interval_loses_its_partition() {
    play(
        "CC-62",
        |play| {
            play.channel("t", "");
            play.producer("m", "t", "0 10", "keys: Constant(0)");
            play.consumer("x", "t", "service_time: Constant(\"310s\")", "group: \"g\"");
            play.consumer("y", "t", "service_time: Constant(\"1s\")", "group: \"g\"");
            play.run(400, "");
        },
        expect![[r#"
            [kafka.group.classic]
            0 x: m1
            303 y: m1:2
            304 y: m2
            310 x too late: m1
            [kafka.group.kip848]
            0 x: m1
            305 y: m1:2
            306 y: m2
            310 x too late: m1"#]],
    );
}

#[test]
fn cc_63_a_key_keeps_its_order_while_the_number_of_partitions_stays() {
    play(
        "CC-63",
        |play| {
            for partitions in [4, 5] {
                play.again(&format!("{partitions} partitions"));
                play.channel("t", &format!("partitions: {partitions}"));
                play.producer("m", "t", "0 0 0", "keys: Constant(6)");
                play.producer("n", "t", "0 0 0", "keys: Constant(1)");
                for name in ["v", "w", "x", "y", "z"] {
                    let slow = "service_time: Constant(\"1s\")";
                    play.consumer(name, "t", slow, "group: \"g\"");
                }
                play.run(10, "");
            }
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            4 partitions
            0 v: m1
            0 w: n1
            1 v: m2
            1 w: n2
            2 v: m3
            2 w: n3
            5 partitions
            0 x: m1
            0 z: n1
            1 x: m2
            1 z: n2
            2 x: m3
            2 z: n3"#]],
    );
}

#[test]
fn cc_64_a_retried_batch_is_overtaken_unless_the_producer_is_idempotent() {
    play(
        "CC-64",
        |play| {
            let retry = "retry: (attempts: 5, backoff: Fixed(\"1s\"))";
            let refusing = "Disabled(node: \"t\", direction: Send), duration: \"50ms\"";
            for (title, rules) in
                [("not idempotent", "idempotent_publish: false"), ("idempotent", "")]
            {
                play.again(title);
                play.channel("t", rules);
                play.publisher("m", "t", ("10 10.1 10.2 12", "keys: Constant(0)"), retry);
                play.consumer("x", "t", "", "");
                play.fault(10, refusing);
                play.run(20, "t");
            }
            play.again("published again within a session, and in another one");
            play.channel("t", "");
            let said = "keys: Constant(0), properties: (identity: \"X\")";
            play.producer("m", "t", "10", said);
            play.producer("n", "t", "15", said);
            play.consumer("x", "t", "", "");
            play.fault(0, "PublishAckLost(node: \"m\", share: 1, timeout: \"1s\", retries: 1)");
            play.run(20, "t");
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            not idempotent
            10 m refused: m1
            10.1 x: m2
            10.2 x: m3
            11 x: m1
            12 x: m4
            at the end t
            idempotent
            10 m refused: m1
            11 x: m1 m2 m3
            12 x: m4
            at the end t
            published again within a session, and in another one
            10 x: m1
            11 dropped (a repetition): m1
            15 x: n1
            at the end t"#]],
    );
}

#[test]
fn cc_65_what_has_been_acknowledged_and_what_is_lost_with_a_leader() {
    play(
        "CC-65",
        |play| {
            let start = |play: &mut Play, rules: &str, at: &str| {
                let three = "replicas: 3, min_in_sync: 2, election_time: \"2s\"";
                play.channel("t", &format!("{three}, {rules}"));
                play.producer("m", "t", at, "keys: Constant(0)");
                play.consumer("x", "t", "", "");
            };
            play.say("seen when all have it, refused when too few are left");
            start(play, "replication_lag: \"500ms\"", "10 20 30");
            play.fault(15, "BrokerDown(node: \"t\", replica: Follower)");
            play.fault(25, "BrokerDown(node: \"t\", replica: Follower)");
            play.run(40, "t");
            let lost = "BrokerDown(node: \"t\")";
            play.again("the leader is lost before others have what was acknowledged");
            start(play, "confirm: Leader, replication_lag: \"500ms\"", "10 14.8 30");
            play.fault(15, lost);
            play.run(40, "t");
            play.again("and what was not acknowledged yet");
            start(play, "replication_lag: \"500ms\"", "10 14.8 30");
            play.fault(15, lost);
            play.run(40, "t");
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            seen when all have it, refused when too few are left
            10.5 x: m1
            20.5 x: m2
            30 m refused: m3
            30 dropped (refused by the channel): m3
            at the end t
            the leader is lost before others have what was acknowledged
            10.5 x: m1
            15 dropped (lost with the leader): m2
            30.5 x: m3
            at the end t
            and what was not acknowledged yet
            10.5 x: m1
            17 x: m2
            30.5 x: m3
            at the end t"#]],
    );
}

#[test]
fn cc_67_compaction_keeps_the_last_record_of_each_key_at_its_offset() {
    play(
        "CC-67",
        |play| {
            let rules = "messages_per_key: 1, compaction_interval: \"10s\", offset_reset: Earliest";
            play.channel("t", rules);
            play.producer("a", "t", "0 2 3", "keys: Constant(0)");
            play.producer("b", "t", "1 4", "keys: Constant(1)");
            play.consumer("x", "t", "", "");
            play.consumer("early", "t", "service_time: Constant(\"20s\")", "");
            play.pause(0, "t", "x");
            play.resume(20_000, "t", "x");
            play.run(60, "");
        },
        expect![[r#"
            [kafka.group.classic]
            0 early: a1
            10 dropped (a newer message of its key took its place): a2 b1 a1 a2 b1
            20 early: a3
            23 x: a3 b2
            40 early: b2
            [kafka.group.kip848]
            0 early: a1
            10 dropped (a newer message of its key took its place): a2 b1 a1 a2 b1
            20 early: a3
            20 x: a3 b2
            40 early: b2"#]],
    );
}

#[test]
fn cc_69_retry_topics_are_never_early_and_give_up_the_order_of_keys() {
    play(
        "CC-69",
        |play| {
            let topics = [
                ("main", "", "main-retry-1000"),
                ("main-retry-1000", "delay: \"1s\"", "main-retry-2000"),
                ("main-retry-2000", "delay: \"2s\"", "main-retry-4000"),
                ("main-retry-4000", "delay: \"4s\"", "main-dlt"),
            ];
            for (topic, rules, next) in topics {
                play.channel(topic, rules);
                let bad = "failures: (poison: Messages([\"m#1\"]))";
                let contract = format!("retry: (attempts: 1), dead_letter: {next:?}");
                play.consumer(&format!("on {topic}"), topic, bad, &contract);
            }
            play.channel("main-dlt", "");
            play.producer("m", "main", "0 0 5", "keys: Constant(0)");
            play.run(20, "main-dlt");
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            0 on main: m1
            0 dead: m1:1 (poison message)
            0 on main: m2
            1 on main-retry-1000: m1
            1 dead: m1:1 (poison message)
            3 on main-retry-2000: m1
            3 dead: m1:1 (poison message)
            5 on main: m3
            7 on main-retry-4000: m1
            7 dead: m1:1 (poison message)
            at the end main-dlt m1"#]],
    );
}

#[test]
fn cc_70_a_share_group_delivers_five_times_and_released_records_first() {
    play(
        "CC-70",
        |play| {
            let dead = "dead_letter: \"dlq\"";
            let start = |play: &mut Play| {
                play.channel("t", "");
                play.channel_of("kafka.group.classic", "dlq", "");
                play.producer("m", "t", "0 0 0", "");
            };
            play.say("released each time");
            start(play);
            let bad = "service_time: Constant(\"1s\"), failures: (poison: Messages([\"m#1\"]))";
            play.consumer("x", "t", bad, dead);
            play.run(20, "dlq");

            play.again("never settled");
            start(play);
            play.by_hand("x", "t", 10, &format!("prefetch: 1, {dead}"));
            play.run(200, "dlq");

            play.again("rejected; released is fetched before new");
            start(play);
            play.by_hand("x", "t", 1, &format!("prefetch: 1, {dead}"));
            play.settle(1000, "x", "m1", "Requeue");
            play.settle(2000, "x", "m1", "Reject");
            play.run(10, "dlq");

            play.again("a full window of locks");
            play.channel("t", "in_flight_max: 2");
            play.producer("m", "t", "0 0 0", "");
            play.by_hand("x", "t", 10, "group: \"g\"");
            play.by_hand("y", "t", 10, "group: \"g\"");
            play.settle(5000, "x", "m2", "Acknowledge");
            play.run(10, "");
        },
        expect![[r#"
            released each time
            0 x: m1 m2 m3
            3 x: m1:2
            4 x: m1:3
            5 x: m1:4
            6 x: m1:5
            7 dead: m1:5 (poison message)
            at the end dlq m1
            never settled
            0 x: m1
            30 x: m1:2
            60 x: m1:3
            90 x: m1:4
            120 x: m1:5
            150 dead: m1:5 (not settled in time)
            150 x: m2
            180 x: m2:2
            at the end dlq m1
            rejected; released is fetched before new
            0 x: m1
            1 x: m1:2
            2 dead: m1:2 (rejected by the consumer)
            2 x: m2
            at the end dlq m1
            a full window of locks
            0 x: m1 m2
            5 y: m3"#]],
    );
}

#[test]
fn cc_71_a_failing_conversion_is_retried_with_growing_waits_then_put_aside() {
    play(
        "CC-71",
        |play| {
            play.channel("t", "");
            play.channel("dlq", "");
            play.producer("m", "t", "0 0 0", "keys: Constant(0)");
            let bad = "failures: (poison: Messages([\"m#2\"]))";
            let waits = "Exponential(initial: \"300ms\", factor: 2.0, cap: \"60s\")";
            let contract = format!("retry: (attempts: 6, backoff: {waits}), dead_letter: \"dlq\"");
            play.consumer("sink", "t", bad, &contract);
            play.run(20, "dlq");
        },
        expect![[r#"
            [kafka.group.classic, kafka.group.kip848]
            0 sink: m1 m2
            0.3 sink: m2:2
            0.9 sink: m2:3
            2.1 sink: m2:4
            4.5 sink: m2:5
            9.3 sink: m2:6
            9.3 dead: m2:6 (poison message)
            9.3 sink: m3
            at the end dlq m2"#]],
    );
}
