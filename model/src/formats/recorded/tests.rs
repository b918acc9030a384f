//! Formats of recorded files: text in, events and bad lines out.

use expect_test::{Expect, expect};

use super::*;
use crate::recorded::{Fields, Pace, Separator};

fn recorded(format: RecordedFormat) -> Recorded {
    Recorded::new("events", format)
}

/// What reading a text comes to, a line for each event and each bad line.
fn said(recorded: &Recorded, message: &str, text: &str) -> String {
    let reader = match Reader::new(recorded, message, text.as_bytes()) {
        Ok(reader) => reader,
        Err(bad) => return format!("{bad}\n"),
    };
    let whole = read_all(&reader, text.as_bytes());
    let mut said = String::new();
    for event in &whole.events {
        let bytes = &text.as_bytes()[event.offset as usize..][..event.length as usize];
        let payload = reader.payload(bytes).expect("an event has a payload");
        let Event { line, at_ns, key, bytes, .. } = event;
        said += &format!("{line}: {at_ns} key {key:?}, {bytes} bytes, {payload}\n");
    }
    whole.skipped.iter().for_each(|bad| said += &format!("skipped {bad}\n"));
    if whole.others > 0 {
        said += &format!("{} others\n", whole.others);
    }
    if let Some(End::Bad(bad)) = &whole.end {
        said += &format!("stopped at {bad}\n");
    }
    // The same in the smallest steps: a window grows until something comes of it.
    assert_eq!(in_steps(&reader, text.as_bytes()), whole);
    said
}

fn in_steps(reader: &Reader, text: &[u8]) -> Piece {
    let (mut cursor, mut size) = (reader.start(text), 1);
    let mut all = reader.read(&cursor, Window { bytes: b"", is_last: false });
    while all.end.is_none() {
        let start = cursor.offset as usize;
        let end = (start + size).min(text.len());
        let window = Window { bytes: &text[start..end], is_last: end == text.len() };
        let piece = reader.read(&cursor, window);
        size = if piece.next.offset == cursor.offset { size + 1 } else { 1 };
        cursor = piece.next;
        all.events.extend(piece.events);
        all.skipped.extend(piece.skipped);
        all.others += piece.others;
        (all.next, all.end) = (piece.next, piece.end);
    }
    all
}

fn check(recorded: &Recorded, text: &str, expected: Expect) {
    expected.assert_eq(&said(recorded, "Placed", text));
}

const CLOUD_EVENTS: &str = r#"{"specversion":"1.0","id":"1","source":"/s","type":"Placed","time":"1970-01-01T00:00:01Z","subject":"42","data":{"total":7}}
{"specversion":"1.0","id":"2","source":"/s","type":"Paid","time":"1970-01-01T00:00:01.5Z"}

{"specversion":"1.0","id":"3","source":"/s","type":"Placed","time":"1970-01-01T00:00:02Z","subject":"ann","data":{"total":"\u00e9"}}
"#;

#[test]
fn cloud_events_on_lines_are_read() {
    let mut it = recorded(RecordedFormat::CloudEvents);
    it.fields.key = Some("/subject".to_owned());
    check(
        &it,
        CLOUD_EVENTS,
        expect![[r#"
            1: 1000000000 key Some(42), 11 bytes, {"total":7}
            4: 2000000000 key Some(16642943678756682936), 18 bytes, {"total":"é"}
            1 others
        "#]],
    );
    it.event_type = Some("Paid".to_owned());
    it.fields.key = None;
    check(
        &it,
        CLOUD_EVENTS,
        expect![[r#"
            2: 1500000000 key None, 0 bytes, null
            2 others
        "#]],
    );
}

#[test]
fn what_is_wrong_names_the_line_and_what_was_expected() {
    let mut it = recorded(RecordedFormat::CloudEvents);
    it.bad_lines = BadLines::Skip;
    let good = r#"{"specversion":"1.0","id":"1","source":"/s","type":"Placed","time":"1970-01-01T00:00:02Z"}"#;
    let text = [
        good,
        "nothing",
        r#"{"specversion":"1.0","id":"1","source":"/s","type":"Placed","time":"1970-01-01T00:00:02Z""#,
        &good.replace("\"1.0\"", "\"0.3\""),
        &good.replace("\"id\":\"1\"", "\"id\":\"\""),
        &good.replace("\"type\":\"Placed\",", ""),
        &good.replace("1970-01-01T00:00:02Z", "yesterday"),
        &good.replace(",\"time\":\"1970-01-01T00:00:02Z\"", ""),
        &good.replace(":02Z", ":01Z"),
        "[1]",
        &format!("{good} and more"),
        good,
    ];
    check(
        &it,
        &text.join("\n"),
        expect![[r#"
            1: 2000000000 key None, 0 bytes, null
            12: 2000000000 key None, 0 bytes, null
            skipped line 2: expected a JSON object, found `nothing`
            skipped line 3: expected a JSON object, found: EOF while parsing an object (column 89)
            skipped line 4: expected a CloudEvent of `specversion` 1.0, found `0.3`
            skipped line 5: expected a CloudEvent with the attribute `id`, a text, found ``
            skipped line 6: expected the type of the event, a text, at `/type`, found nothing
            skipped line 7: expected a date and time as in RFC 3339, such as `2026-03-01T08:00:00Z`, at `/time`, found `yesterday`
            skipped line 8: expected a date and time as in RFC 3339, such as `2026-03-01T08:00:00Z`, at `/time`, found nothing
            skipped line 9: expected a time that is not before that of the event before; it is 1s earlier
            skipped line 10: expected a JSON object, found `[1]`
            skipped line 11: expected a JSON object, found: trailing characters (column 92)
        "#]],
    );
    it.bad_lines = BadLines::Stop;
    check(
        &it,
        &text[..3].join("\r\n"),
        expect![[r#"
            1: 2000000000 key None, 0 bytes, null
            stopped at line 2: expected a JSON object, found `nothing`
        "#]],
    );
}

#[test]
fn an_array_of_cloud_events_is_read_over_many_lines() {
    let it = recorded(RecordedFormat::CloudEventsBatch);
    let event = |id: u32, type_name: &str| {
        format!(
            "{{\n  \"specversion\": \"1.0\", \"id\": \"{id}\",\n  \"source\": \"/s\", \"type\": \"{type_name}\",\n  \
             \"time\": \"1970-01-01T00:00:0{id}Z\", \"data\": [1.5e3, true,\n\"\\u00e9\", -2]\n}}"
        )
    };
    let text = format!("[{},\n{}, {}]\n", event(1, "Placed"), event(2, "Paid"), event(3, "Placed"));
    check(
        &it,
        &text,
        expect![[r#"
            1: 1000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            12: 3000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            1 others
        "#]],
    );
    check(&it, "[]", expect![[r#""#]]);
    check(
        &it,
        " \n",
        expect![[r#"
        stopped at line 1: expected an array of events, found nothing
    "#]],
    );
    check(
        &it,
        &text.replace("},", "}"),
        expect![[r#"
            1: 1000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            stopped at line 7: expected a comma and an event, or the end of the array, found `{`
        "#]],
    );
    check(
        &it,
        "{}",
        expect![[r#"
            stopped at line 1: expected an array of events, found `{`
        "#]],
    );
    check(
        &it,
        &format!("{} 1", text.trim_end()),
        expect![[r#"
            1: 1000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            12: 3000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            1 others
            stopped at line 17: expected nothing after the array, found `1`
        "#]],
    );
    check(
        &it,
        &text[..text.len() - 30],
        expect![[r#"
            1: 1000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            1 others
            stopped at line 15: expected JSON, found: EOF while parsing a list (column 43)
        "#]],
    );
    let skipping = Recorded { bad_lines: BadLines::Skip, ..it };
    check(
        &skipping,
        &text.replace("\"id\": \"1\"", "\"id\": 1"),
        expect![[r#"
            12: 3000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            skipped line 1: expected a CloudEvent with the attribute `id`, a text, found the number 1
            1 others
        "#]],
    );
    check(
        &skipping,
        &text.replace("\"id\": \"3\"", "\"id\": 3 3"),
        expect![[r#"
            1: 1000000000 key None, 27 bytes, [1500.0,true,"é",-2]
            1 others
            stopped at line 13: expected JSON, found: expected `,` or `}` (column 33)
        "#]],
    );
}

#[test]
fn json_lines_have_the_fields_that_the_design_names() {
    let mut it = recorded(RecordedFormat::JsonLines);
    it.fields = Fields {
        time: Some("/at".to_owned()),
        time_form: crate::recorded::TimeForm::Milliseconds,
        key: Some("/body/ids/1".to_owned()),
        payload: Some("/body".to_owned()),
        event_type: Some("/a~1b".to_owned()),
        size: Some("/size".to_owned()),
    };
    it.bad_lines = BadLines::Skip;
    let text = r#"{"a/b":"Paid","at":0}
{"a/b":"Placed","at":1.5,"body":{"ids":["x",9]},"size":100}
{"a/b":"Placed","at":"2","body":{"ids":["x",9]},"size":"7"}
{"a/b":"Placed","at":3}
{"a/b":"Placed","at":4,"body":{"ids":[]},"size":1}
{"a/b":"Placed","at":4,"body":{"ids":[1,{}]},"size":1}
{"a/b":"Placed","at":4,"body":{"ids":[1,2]},"size":-1}
{"a/b":"Placed","at":{},"body":{"ids":[1,2]},"size":1}
{"a/b":"Placed","at":4,"size":1}
{"a/b":7,"at":4}"#;
    check(
        &it,
        text,
        expect![[r#"
            2: 1500000 key Some(9), 100 bytes, {"ids":["x",9]}
            3: 2000000 key Some(9), 7 bytes, {"ids":["x",9]}
            skipped line 4: expected the payload at `/body`, found nothing
            skipped line 5: expected a key, text or number, at `/body/ids/1`, found nothing
            skipped line 6: expected a key, text or number, at `/body/ids/1`, found something else
            skipped line 7: expected a size, a whole number of bytes, at `/size`, found the number -1
            skipped line 8: expected a number of milliseconds at `/at`, found something else
            skipped line 9: expected the payload at `/body`, found nothing
            skipped line 10: expected the type of the event, a text, at `/a~1b`, found the number 7
            1 others
        "#]],
    );
    it.fields.key = Some("body".to_owned());
    check(
        &it,
        text,
        expect![[r#"
        line 1: expected a JSON pointer such as `/data/orderId`, found `body`
    "#]],
    );
    check(
        &recorded(RecordedFormat::JsonLines),
        text,
        expect![[r#"
        line 1: expected a place for the times of events (`fields: (time: …)`), or a pace that needs none, such as `pace: Evenly("10/s")`
    "#]],
    );
}

#[test]
fn rows_have_the_columns_that_the_design_names() {
    let mut it = recorded(RecordedFormat::Csv(Separator::Comma));
    it.fields = Fields {
        time: Some("at".to_owned()),
        time_form: crate::recorded::TimeForm::Seconds,
        key: Some("order".to_owned()),
        ..Fields::default()
    };
    it.bad_lines = BadLines::Skip;
    let text = "\u{feff}at,order,note,paid\r\n\
                1,007,\"a, \"\"b\"\"\nc\",true\r\n\
                2,8,,1.5\n\
                \n\
                2,8\n\
                x,8,,1\n\
                3,,,1\n\
                3.5,9,last,false";
    check(
        &it,
        text,
        expect![[r#"
        2: 1000000000 key Some(5656221068875067950), 24 bytes, {"at":1,"order":"007","note":"a, \"b\"\nc","paid":true}
        4: 2000000000 key Some(8), 9 bytes, {"at":2,"order":8,"paid":1.5}
        9: 3500000000 key Some(9), 16 bytes, {"at":3.5,"order":9,"note":"last","paid":false}
        skipped line 6: expected 4 cells as in the first row, found 2
        skipped line 7: expected a number of seconds at `at`, found `x`
        skipped line 8: expected a key, text or number, at `order`, found nothing
    "#]],
    );
    it.fields.payload = Some("note".to_owned());
    check(
        &it,
        "at,order,note\n1,1,\"{\"\"a\"\": 1}\"\n2,1,plain\n",
        expect![[r#"
        2: 1000000000 key Some(1), 8 bytes, {"a":1}
        3: 2000000000 key Some(1), 5 bytes, "plain"
    "#]],
    );
    it.fields.time = Some("when".to_owned());
    check(
        &it,
        text,
        expect![[r#"
        line 1: expected a column `when`; the first row names `at`, `order`, `note`, `paid`
    "#]],
    );
    check(
        &it,
        "",
        expect![[r#"
        line 1: expected a first row that names the columns, found nothing
    "#]],
    );
    it.format = RecordedFormat::Csv(Separator::Semicolon);
    it.fields = Fields::default();
    it.pace = Pace::Evenly("1/s".parse().expect("a rate"));
    check(
        &it,
        "a;b\n1;\"2\n",
        expect![[r#"
            skipped line 2: expected a quotation mark that closes the cell, found the end
        "#]],
    );
}

#[test]
fn a_line_beyond_all_measure_ends_the_file() {
    let it = recorded(RecordedFormat::CloudEvents);
    let reader = Reader::new(&it, "Placed", b"").expect("it can be read");
    let line = vec![b'x'; EVENT_LIMIT];
    let piece = reader.read(&reader.start(b""), Window { bytes: &line, is_last: false });
    let expected = "expected an event of at most 16 MiB".to_owned();
    assert_eq!(piece.end, Some(End::Bad(BadLine { line: 1, expected })));
}

#[test]
fn formats_and_places_are_guessed_from_the_first_lines() {
    let guess = |text: &str| guess::guess("f", text.as_bytes());
    let events = guess(CLOUD_EVENTS).expect("it can be read");
    assert_eq!(events.format, RecordedFormat::CloudEvents);
    assert_eq!(events.fields.key.as_deref(), Some("/subject"));
    assert_eq!(
        guess::types(&events, CLOUD_EVENTS.as_bytes()),
        [("Placed".to_owned(), 2), ("Paid".to_owned(), 1)]
    );
    let batch = format!("[{}]", CLOUD_EVENTS.lines().next().expect("a line"));
    assert_eq!(guess(&batch).expect("an array").format, RecordedFormat::CloudEventsBatch);
    let rows = guess("placed_at;order_id;size\n2026-01-01T00:00:00Z;7;12\n").expect("rows");
    assert_eq!(rows.format, RecordedFormat::Csv(Separator::Semicolon));
    assert_eq!(rows.fields.time.as_deref(), Some("placed_at"));
    assert_eq!(rows.fields.key.as_deref(), Some("order_id"));
    assert_eq!(rows.fields.size.as_deref(), Some("size"));
    let lines = guess("{\"ts\":1700000000123,\"data\":{\"orderId\":\"a\"}}\n").expect("lines");
    assert_eq!(lines.fields.time_form, crate::recorded::TimeForm::Milliseconds);
    assert_eq!(lines.fields.key.as_deref(), Some("/data/orderId"));
    assert_eq!(lines.fields.payload.as_deref(), Some("/data"));
    assert_eq!(lines.pace, Pace::Original);
    let timeless = guess("{\"a\":1}\n").expect("lines");
    assert!(!timeless.pace.needs_times());
    assert!(guess("").is_none() && guess("plain prose").is_none());
    assert!(guess::guess("f", &[0xff, 0xfe, 0, 1]).is_none());
}
