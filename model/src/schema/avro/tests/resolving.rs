//! What a reader makes of what another version of a schema wrote.

use expect_test::expect;
use serde_json::{Value, json};

use crate::schema::avro::Avro;

fn order(fields: &Value) -> Value {
    json!({"type": "record", "name": "Order", "fields": fields})
}

fn read(writer: &Value, reader: &Value, payload: &Value) -> String {
    let of = |schema: &Value| Avro::read(&schema.to_string()).expect("a schema");
    match of(reader).resolved(&of(writer), payload) {
        Ok(read) => read.to_string(),
        Err(violation) => format!("{}: {}", violation.json_path, violation.sentence),
    }
}

#[test]
fn fields_come_and_go_and_are_renamed() {
    let old = order(&json!([{"name": "id", "type": "string"}, {"name": "sum", "type": "int"}]));
    let payload = json!({"id": "a", "sum": 3});
    let as_read = |fields: Value| read(&old, &order(&fields), &payload);
    let said = [
        as_read(json!([{"name": "id", "type": "string"}])),
        as_read(json!([{"name": "id", "type": "string"},
                       {"name": "state", "type": "string", "default": "open"}])),
        as_read(json!([{"name": "id", "type": "string"}, {"name": "state", "type": "string"}])),
        as_read(json!([{"name": "total", "type": "double", "aliases": ["sum"]}])),
        as_read(json!([{"name": "at", "default": 0,
                        "type": {"type": "long", "logicalType": "timestamp-millis"}}])),
        read(&old, &json!({"type": "record", "name": "Purchase", "fields": []}), &payload),
        read(
            &old,
            &json!({"type": "record", "name": "Purchase", "aliases": ["Order"], "fields": []}),
            &payload,
        ),
        read(&old, &json!({"type": "record", "name": "shop.Order", "fields": []}), &payload),
        read(&old, &old, &json!({"id": "a"})),
    ];
    expect![[r#"
        {"id":"a"}
        {"id":"a","state":"open"}
        : the reader's field `state` has no default, and nobody wrote it
        {"total":3.0}
        {"at":"1970-01-01T00:00:00Z"}
        : the reader wants `Purchase`, and `Order` was written
        {}
        {}
        : the field `sum` is missing and has no default"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn types_are_promoted_and_no_other_way() {
    let types = ["int", "long", "float", "double", "bytes", "string", "boolean"];
    let payloads =
        [json!(3), json!(3), json!(1.5), json!(1.5), json!("a"), json!("a"), json!(true)];
    let mut table = String::new();
    for (writer, payload) in types.iter().zip(&payloads) {
        for reader in types {
            let read = read(&json!(writer), &json!(reader), payload);
            if !read.starts_with(": the reader wants") {
                table += &format!("{writer} as {reader}: {read}\n");
            }
        }
    }
    expect![[r#"
        int as int: 3
        int as long: 3
        int as float: 3.0
        int as double: 3.0
        long as long: 3
        long as float: 3.0
        long as double: 3.0
        float as float: 1.5
        float as double: 1.5
        double as double: 1.5
        bytes as bytes: "a"
        bytes as string: "a"
        string as bytes: "a"
        string as string: "a"
        boolean as boolean: true
    "#]]
    .assert_eq(&table);
}

#[test]
fn enums_take_what_they_know_or_their_default() {
    let of = |symbols: Value| json!({"type": "enum", "name": "State", "symbols": symbols});
    let (old, new) = (of(json!(["Open"])), of(json!(["Open", "Paid"])));
    let mut careful = old.clone();
    careful["default"] = json!("Open");
    assert_eq!(read(&new, &old, &json!("Open")), "\"Open\"");
    assert_eq!(
        read(&new, &old, &json!("Paid")),
        ": the reader's enum `State` does not know \"Paid\""
    );
    assert_eq!(read(&new, &careful, &json!("Paid")), "\"Open\"");
    assert_eq!(read(&old, &new, &json!("Open")), "\"Open\"");
}

#[test]
fn unions_are_read_by_the_branch_that_was_written() {
    let wide = json!(["null", "string", "int"]);
    assert_eq!(read(&json!("string"), &wide, &json!("a")), "\"a\"");
    assert_eq!(
        read(&json!("float"), &wide, &json!(1.5)),
        ": the reader wants one of null, string, int, and `float` was written"
    );
    assert_eq!(read(&wide, &json!("string"), &json!("a")), "\"a\"");
    assert_eq!(
        read(&wide, &json!("string"), &json!(null)),
        ": the reader wants `string`, and `null` was written"
    );
    let card = |field: &str| {
        json!({"type": "record", "name": "Card", "fields": [
        {"name": field, "type": "int"}]})
    };
    let cash = json!({"type": "record", "name": "Cash", "fields": [{"name": "id", "type": "int"}]});
    let both = json!([card("id"), cash]);
    assert_eq!(read(&both, &both, &json!({"id": 1})), r#"{"id":1}"#);
    assert_eq!(
        read(&both, &json!([cash, card("id")]), &json!({"id": 1})),
        r#"{"Card":{"id":1}}"#,
        "for this reader, without its name, it would be cash"
    );
}

#[test]
fn the_reader_says_what_numbers_and_bytes_mean() {
    let of = |kind: &str, logical: &str| json!({"type": kind, "logicalType": logical});
    let decimal = |scale: u32| json!({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": scale});
    let said = [
        read(&of("long", "timestamp-millis"), &json!("long"), &json!("2026-01-01T00:00:00Z")),
        read(
            &of("long", "timestamp-millis"),
            &of("long", "timestamp-micros"),
            &json!("2026-01-01T00:00:00Z"),
        ),
        read(&of("int", "date"), &of("long", "timestamp-millis"), &json!("2026-01-01")),
        read(&decimal(2), &decimal(3), &json!("12.50")),
        read(&decimal(2), &json!("bytes"), &json!("1.00")),
        read(&json!("string"), &decimal(2), &json!("A")),
    ];
    expect![[r#"
        1767225600000
        "1970-01-21T10:53:45.6Z"
        "1970-01-01T00:00:20.454Z"
        "1.250"
        "d"
        "0.65""#]]
    .assert_eq(&said.join("\n"));
}
