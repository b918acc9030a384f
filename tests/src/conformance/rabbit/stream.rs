//! Streams: read from any place, never used up.

use expect_test::expect;

use super::check;
use super::queues::Queues;
use super::real::Rabbit;
use crate::conformance::check::compared;

#[test]
fn cc_28_a_stream_is_read_from_any_place() {
    let steps = |rabbit: &mut dyn Queues| {
        rabbit.queue("s", "");
        rabbit.publish("s", "m1 m2 m3 m4 m5");
        for (reader, offset) in [
            ("first", "x-stream-offset=first"),
            ("last", "x-stream-offset=last"),
            ("two", "x-stream-offset=2"),
            ("next", "x-stream-offset=next"),
            ("unset", ""),
            ("again", "x-stream-offset=first"),
        ] {
            rabbit.consume_with(reader, "s", 10, offset);
            rabbit.consume_rest(reader);
        }
    };
    let expected = expect![[r#"
        first m1 m2 m3 m4 m5
        last m5
        two m3 m4 m5
        next nothing
        unset nothing
        again m1 m2 m3 m4 m5"#]];
    check("CC-28", &["rabbit.stream"], steps, expected);
    // What the server refuses, and the number it says.
    let steps = |rabbit: &mut Rabbit| {
        rabbit.queue("t", "");
        rabbit.publish("t", "m1");
        rabbit.consume_with("refuser", "t", 1, "x-stream-offset=first");
        rabbit.receive("refuser");
        rabbit.nack("refuser", "m1");
        rabbit.receive("refuser");
        rabbit.consume("unbounded", "t", 0);
        rabbit.get_one("t");
        rabbit.queue("with-dead-letters", "dead-letter-exchange=x");
        rabbit.queue("with-expiry", "message-ttl=1000");
    };
    let expected = expect![[r#"
        refuser m1
        refuser nothing closed 540
        unbounded refused 406
        t refused 540
        with-dead-letters refused 406
        with-expiry refused 406"#]];
    compared("CC-28", &["rabbit.stream"], steps, &expected);
}
