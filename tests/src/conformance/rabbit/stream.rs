//! Streams: read from any place, never used up.

use expect_test::expect;

use super::check;
use super::queues::Queues;

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
        rabbit.consume_with("refuser", "s", 1, "x-stream-offset=first");
        rabbit.receive("refuser");
        rabbit.nack("refuser", "m1");
        rabbit.receive("refuser");
        rabbit.consume("unbounded", "s", 0);
        rabbit.get_one("s");
        rabbit.queue("with-dead-letters", "dead-letter-exchange=x");
        rabbit.queue("with-expiry", "message-ttl=1000");
    };
    let expected = expect![[r#"
        first m1 m2 m3 m4 m5
        last m5
        two m3 m4 m5
        next nothing
        unset nothing
        again m1 m2 m3 m4 m5
        refuser m1
        refuser nothing closed 540
        unbounded refused 406
        s refused 540
        with-dead-letters refused 406
        with-expiry refused 406"#]];
    check("CC-28", &["rabbit.stream"], steps, expected);
}
