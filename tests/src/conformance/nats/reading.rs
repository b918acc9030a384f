//! Where a consumer begins, and what it settles at once.

use expect_test::expect;

use super::streams::Streams;
use super::{LIMITS, check};

#[test]
fn cc_43_settling_at_once_and_where_a_reader_begins() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("all", "S", "ack_policy=all");
        nats.consumer("none", "S", "ack_policy=none");
        nats.publish("S", "a/m1 b/m2 a/m3 b/m4");
        nats.receive("all");
        nats.settle("all", "m3", "+ACK");
        nats.progress("all", "S");
        nats.receive("none");
        nats.progress("none", "S");
        nats.publish("S", "a/m5 b/m6");
        for (reader, options) in [
            ("everything", "deliver_policy=all"),
            ("last", "deliver_policy=last"),
            ("new", "deliver_policy=new"),
            ("each", "deliver_policy=last_per_subject filter=>"),
            ("from-four", "deliver_policy=by_start_sequence opt_start_seq=4"),
        ] {
            nats.consumer(reader, "S", options);
            nats.receive(reader);
        }
    };
    let expected = expect![[r#"
        S stores 1 2 3 4
        all m1 m2 m3 m4
        all pending 1, settled up to 3
        none m1 m2 m3 m4
        none pending 0, settled up to 4
        S stores 5 6
        everything m1 m2 m3 m4 m5 m6
        last m6
        new nothing
        each m5 m6
        from-four m4 m5 m6"#]];
    check("CC-43", &[LIMITS], steps, expected);
}
