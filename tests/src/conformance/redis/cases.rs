//! Who holds which entry, how often it was delivered, and what is lost.

use expect_test::expect;

use super::check;
use super::driver::Redis;
use super::entries::Entries;
use crate::conformance::check::compared;

const STREAM: &str = "redis.stream";

#[test]
fn cc_44_what_raises_the_count() {
    let steps = |redis: &mut Redis| {
        redis.add(1..=4, &[]);
        redis.group(0);
        redis.read("c1", 2);
        redis.read("c2", 2);
        redis.pending();
        redis.reread("c1");
        redis.pending();
        redis.acknowledge(1);
        redis.pass(300);
        redis.claim_idle("c2", 200, 1);
        redis.pending();
        redis.claim_unread("c1", 2);
        redis.pending();
        redis.claim("c1", 2);
        redis.pending();
        redis.pass(300);
        redis.claim_idle("c1", 200, 100);
        redis.claim_idle("c2", 200, 100);
    };
    let expected = expect![[r#"
        c1 reads 1 2
        c2 reads 3 4
        pending c1=1:1 c1=2:1 c2=3:1 c2=4:1
        c1 reads again 1 2
        pending c1=1:2 c1=2:2 c2=3:1 c2=4:1
        c2 claims 2, goes on at 3
        pending c2=2:3 c2=3:1 c2=4:1
        pending c1=2:3 c2=3:1 c2=4:1
        pending c1=2:4 c2=3:1 c2=4:1
        c1 claims 2 3 4, goes on at 0
        c2 claims nothing, goes on at 0"#]];
    compared("CC-44", &[STREAM], steps, &expected);
}

#[test]
fn cc_45_acknowledging_leaves_the_stream_as_it_is() {
    let steps = |redis: &mut dyn Entries| {
        redis.add_up_to(3, None);
        redis.group_from_start();
        redis.read("c1", 3);
        redis.acknowledge(2);
        redis.pending();
        redis.length();
    };
    let expected = expect![[r#"
        c1 reads 1 2 3
        pending c1=1:1 c1=3:1
        length 3"#]];
    check("CC-45", &[STREAM], steps, expected);
}

#[test]
fn cc_46_deleted_while_pending_is_lost() {
    let steps = |redis: &mut Redis| {
        redis.add(1..=3, &[]);
        redis.group(0);
        redis.read("c1", 3);
        redis.delete(3);
        redis.reread("c1");
        redis.pending();
        redis.pass(300);
        redis.claim_idle("c2", 200, 100);
        redis.pending();
    };
    let expected = expect![[r#"
        c1 reads 1 2 3
        c1 reads again 1 2 3(lost)
        pending c1=1:2 c1=2:2 c1=3:1
        c2 claims 1 2, goes on at 0, gone 3
        pending c2=1:3 c2=2:3"#]];
    compared("CC-46", &[STREAM], steps, &expected);
}

#[test]
fn cc_47_trimming_drops_what_nobody_has_read() {
    let steps = |redis: &mut dyn Entries| {
        redis.add_up_to(5, Some(3));
        redis.group_from_start();
        redis.read("c1", 100);
        redis.length();
    };
    let expected = expect![[r#"
        c1 reads 3 4 5
        length 3"#]];
    check("CC-47", &[STREAM], steps, expected);
    // The simulator trims entry by entry.
    let steps = |redis: &mut Redis| {
        redis.stream("t");
        redis.add(1..=250, &["MAXLEN", "~", "10"]);
        redis.length();
    };
    compared("CC-47", &[STREAM], steps, &expect![["length 50"]]);
}

#[test]
fn cc_49_going_back_and_leaving() {
    let steps = |redis: &mut Redis| {
        redis.add(1..=7, &[]);
        redis.group(0);
        redis.read("c1", 7);
        redis.reread("c1");
        for number in [1, 2, 3, 4, 6, 7] {
            redis.acknowledge(number);
        }
        redis.pending();
        redis.set_group(4);
        redis.read("c2", 100);
        redis.pending();
        redis.delete_consumer("c2");
        redis.pending();
        redis.read("c1", 100);
    };
    let expected = expect![[r#"
        c1 reads 1 2 3 4 5 6 7
        c1 reads again 1 2 3 4 5 6 7
        pending c1=5:2
        c2 reads 5 6 7
        pending c2=5:1 c2=6:1 c2=7:1
        c2 leaves with 3
        pending nothing
        c1 reads nothing"#]];
    compared("CC-49", &[STREAM], steps, &expected);
}
