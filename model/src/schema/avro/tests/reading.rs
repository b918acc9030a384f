//! What is wrong in a schema, and what fits one.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::message::SchemaLanguage;
use crate::schema::avro::Avro;
use crate::schema::{Form, luck};

fn record(fields: &Value) -> Value {
    json!({"type": "record", "name": "Order", "namespace": "shop", "fields": fields})
}

fn field(of: &Value) -> Value {
    record(&json!([{"name": "it", "type": of}]))
}

fn said(schema: &Value) -> String {
    match Avro::read(&schema.to_string()) {
        Ok(_) => "fine".to_owned(),
        Err(error) => format!("{}: {}", error.json_path, error.sentence),
    }
}

fn check(schemas: &[Value], expected: Expect) {
    let said: Vec<String> = schemas.iter().map(said).collect();
    expected.assert_eq(&said.join("\n"));
}

#[test]
fn a_schema_says_where_it_is_wrong() {
    let named = |kind: &str, more: Value| {
        let mut schema = json!({"type": kind, "name": "Thing"});
        schema
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        schema
    };
    check(
        &[
            json!(3),
            json!("strin"),
            json!("record"),
            json!({"type": "array"}),
            json!({"type": "map", "values": "nul"}),
            json!({"name": "x"}),
            json!({"type": "record", "fields": []}),
            json!({"type": "record", "name": "2nd", "fields": []}),
            json!({"type": "record", "name": "Order"}),
            json!({"type": "record", "name": "string", "fields": []}),
            record(&json!([{"name": "a b", "type": "int"}])),
            record(&json!([{"name": "a"}])),
            record(&json!([{"name": "a", "type": "int"}, {"name": "a", "type": "int"}])),
            field(&json!(["null", "string", "null"])),
            field(&json!(["null", ["string"]])),
            field(&json!({"type": "record", "name": "Order", "fields": []})),
            named("enum", json!({"symbols": ["A", "A"]})),
            named("enum", json!({"symbols": ["A"], "default": "B"})),
            named("enum", json!({"symbols": ["not-a-word"]})),
            named("fixed", json!({})),
            named("fixed", json!({"size": 3_000_000})),
            named("fixed", json!({"size": 3, "aliases": "Old"})),
        ],
        expect![[r#"
            : the schema is wrong: expected the name of a type, an object or a list of types, found `3`
            : the schema is wrong: there is no type `strin` before this place; did you mean `string`?
            : the schema is wrong: `record` needs an object with its attributes
            : the schema is wrong: an array needs the attribute `items`
            /values: the schema is wrong at `/values`: there is no type `nul` before this place; did you mean `null`?
            : the schema is wrong: a type needs the attribute `type`
            : the schema is wrong: a record, an enum or a fixed needs a `name`
            /name: the schema is wrong at `/name`: `2nd` is no name; names are letters, digits and `_`, no digit first
            : the schema is wrong: a record needs a list of `fields`
            /name: the schema is wrong at `/name`: `string` is the name of a primitive type
            /fields/0/name: the schema is wrong at `/fields/0/name`: `a b` is no name; names are letters, digits and `_`, no digit first
            /fields/0: the schema is wrong at `/fields/0`: the field `a` needs a `type`
            /fields/1/name: the schema is wrong at `/fields/1/name`: the record has a field `a` twice
            /fields/0/type/2: the schema is wrong at `/fields/0/type/2`: the union has `null` twice
            /fields/0/type/1: the schema is wrong at `/fields/0/type/1`: a union cannot stand in a union
            /fields/0/type/name: the schema is wrong at `/fields/0/type/name`: `shop.Order` is defined twice
            /symbols/1: the schema is wrong at `/symbols/1`: the enum has `A` twice
            /default: the schema is wrong at `/default`: "B" is no symbol
            /symbols/0: the schema is wrong at `/symbols/0`: `not-a-word` is no name; names are letters, digits and `_`, no digit first
            : the schema is wrong: a fixed needs a `size`, its number of bytes
            /size: the schema is wrong at `/size`: 3000000 bytes are more than the 100000 that are allowed
            /aliases: the schema is wrong at `/aliases`: `aliases` is a list of names"#]],
    );
}

#[test]
fn a_default_fits_its_type() {
    let default = |of: Value, default: Value| {
        record(&json!([{"name": "it", "type": of, "default": default}]))
    };
    check(
        &[
            default(json!("int"), json!(3)),
            default(json!("int"), json!("3")),
            default(json!("int"), json!(3_000_000_000_u64)),
            default(json!("bytes"), json!("\u{ff}")),
            default(json!("bytes"), json!("\u{100}")),
            default(json!(["null", "int"]), json!(null)),
            default(json!(["null", "int"]), json!(3)),
            default(json!(["null", "int"]), json!("3")),
            default(json!({"type": "enum", "name": "E", "symbols": ["A"]}), json!("B")),
            default(json!({"type": "int", "logicalType": "date"}), json!(3)),
            default(json!({"type": "int", "logicalType": "date"}), json!("2026-01-01")),
            default(json!("Order"), json!({})),
            default(json!(["null", "Order"]), json!(null)),
        ],
        expect![[r#"
            fine
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected a whole number of 32 bits, found "3"
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected a whole number of 32 bits, found 3000000000
            fine
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected bytes: a text of the letters U+0000 to U+00FF, found "Ā"
            fine
            fine
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected one of the union null, int, found "3"
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected one of "A", found "B"
            fine
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` does not fit: expected a whole number, found "2026-01-01"
            /fields/0/default: the schema is wrong at `/fields/0/default`: the default of `it` leads back to itself, or to more values than anybody wants
            fine"#]],
    );
}

#[test]
fn hostile_schemas_end_with_a_sentence() {
    let deep = format!("{}\"int\"{}", "{\"type\":".repeat(5000), "}".repeat(5000));
    assert!(Avro::read(&deep).expect_err("too deep").sentence.contains("recursion limit"));
    let deepest =
        format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(120), "}".repeat(120));
    let form = Form::new(SchemaLanguage::Avro, &deepest).expect("a legal schema");
    assert!(form.checker().fits(&form.payload(&mut luck(1))));
    let long = format!("\"{}\"", "a".repeat(2_000_000));
    assert!(Avro::read(&long).expect_err("too long").sentence.contains("bytes; at most"));
    assert!(Avro::read("{").expect_err("no JSON").sentence.contains("line 1 column 1"));

    // Each record has two of the next: no payload of a size that anybody wants.
    let mut fields = json!("int");
    for level in (0..25).rev() {
        fields = json!({"type": "record", "name": format!("Level{level}"), "fields": [
            {"name": "a", "type": fields}, {"name": "b", "type": format!("Level{}", level + 1)}]});
        if level == 24 {
            fields["fields"][1]["type"] = json!("int");
        }
    }
    let form = Form::new(SchemaLanguage::Avro, &fields.to_string()).expect("a legal schema");
    assert!(form.unsatisfied(luck).is_some());
    assert_eq!(form.payload(&mut luck(1)), Value::Null);

    // Unions of records in unions of records, and a payload that fits none.
    let kinds = ["A", "B", "C", "D"].map(
        |name| json!({"type": "record", "name": name, "fields": [{"name": "next", "type": "Any"}]}),
    );
    let any = json!({"type": "record", "name": "Any", "fields": [
        {"name": "it", "type": [kinds[0], kinds[1], kinds[2], kinds[3], "int"]}]});
    let avro = Avro::read(&any.to_string()).expect("a legal schema");
    let mut payload = json!({"it": "no number"});
    for _ in 0..100 {
        payload = json!({"it": {"next": payload}});
    }
    assert!(!avro.fits(&payload));
    assert!(!avro.violations(&payload).is_empty());
}

#[test]
fn what_does_not_fit_says_where() {
    let avro = Avro::read(
        &record(&json!([
            {"name": "id", "type": "string"},
            {"name": "count", "type": "int"},
            {"name": "note", "type": ["null", "string"], "default": null},
            {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["Open", "Paid"]}},
            {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6,
                                       "scale": 2}},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line",
                "fields": [{"name": "sku", "type": "string"}]}}},
            {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}}
        ]))
        .to_string(),
    )
    .expect("a schema");
    let good = json!({"id": "a", "count": 1, "state": "Open", "total": "12.50",
        "at": "2026-05-17T10:20:30.123Z", "lines": [{"sku": "x"}], "hash": "\u{0}\u{ff}ab"});
    assert_eq!(avro.violations(&good), []);
    let mut said = Vec::new();
    for (field, value) in [
        ("id", json!(3)),
        ("count", json!(3_000_000_000_u64)),
        ("count", json!(1.5)),
        ("note", json!(3)),
        ("state", json!("open")),
        ("total", json!("12.505")),
        ("total", json!("12345.00")),
        ("total", json!(12.5)),
        ("at", json!("yesterday")),
        ("at", json!(1_767_225_600_000_u64)),
        ("lines", json!([{"sku": "x"}, {}])),
        ("lines", json!([{"sku": 3, "more": 1}])),
        ("hash", json!("abc")),
        ("hash", json!("abc\u{100}")),
        ("other", json!(1)),
    ] {
        let mut payload = good.clone();
        payload[field] = value;
        for violation in avro.violations(&payload) {
            said.push(format!("{}: {}", violation.json_path, violation.sentence));
        }
    }
    expect![[r#"
        /id: expected a text, found 3
        /count: expected a whole number of 32 bits, found 3000000000
        /count: expected a whole number of 32 bits, found 1.5
        /note: expected a text, found 3
        /state: expected one of "Open", "Paid", found "open"
        /total: expected a decimal of at most 6 digits, 2 of them after the point, such as "0.01", found "12.505"
        /total: expected a decimal of at most 6 digits, 2 of them after the point, such as "0.01", found "12345.00"
        /at: expected an instant such as "2026-05-17T10:20:30.123Z", found "yesterday"
        /lines/1: the field `sku` is missing and has no default
        /lines/0/sku: expected a text, found 3
        /lines/0/more: the record `Line` has no field `more`
        /hash: expected 4 bytes: a text of 4 of the letters U+0000 to U+00FF, found "abc"
        /hash: expected 4 bytes: a text of 4 of the letters U+0000 to U+00FF, found "abcĀ"
        /other: the record `Order` has no field `other`"#]].assert_eq(&said.join("\n"));
}

#[test]
fn a_value_of_a_union_is_bare_where_that_is_clear() {
    let avro = Avro::read(
        &json!(["null", "string", "bytes",
            {"type": "record", "name": "shop.Card", "fields": [{"name": "id", "type": "int"}]},
            {"type": "record", "name": "shop.Cash", "fields": [{"name": "id", "type": "int"}]}])
        .to_string(),
    )
    .expect("a schema");
    for payload in [
        json!(null),
        json!("text"),
        json!({"bytes": "text"}),
        json!({"id": 3}),
        json!({"shop.Cash": {"id": 3}}),
    ] {
        assert!(avro.fits(&payload), "{payload}");
    }
    for payload in [json!(3), json!({"Cash": {"id": 3}}), json!({"shop.Cash": {"id": "x"}})] {
        assert!(!avro.fits(&payload), "{payload}");
    }
    let said = avro.violations(&json!({"shop.Cash": {"id": "x"}}));
    assert_eq!(said[0].json_path, "/shop.Cash/id");
}

#[test]
fn a_payload_reads_like_one() {
    let schema = record(&json!([
        {"name": "orderId", "type": "string"},
        {"name": "quantity", "type": "int"},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 8,
                                   "scale": 2}},
        {"name": "weight", "type": "float"},
        {"name": "placedAt", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "opens", "type": {"type": "int", "logicalType": "time-millis"}},
        {"name": "trace", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "lasts", "type": {"type": "fixed", "name": "Span", "size": 12,
                                   "logicalType": "duration"}},
        {"name": "note", "type": ["null", "string"]},
        {"name": "parent", "type": ["null", "Order"]}
    ]));
    let form = Form::new(SchemaLanguage::Avro, &schema.to_string()).expect("a schema");
    let mut payload = form.payload(&mut luck(8));
    payload["parent"] = Value::Null;
    expect![[r#"
        {
          "orderId": "order-36",
          "quantity": 2,
          "price": "6381.60",
          "weight": 13.75,
          "placedAt": "2026-11-15T07:39:47.688Z",
          "day": "2026-07-08",
          "opens": "17:14:52.768",
          "trace": "2b5ad79b-8056-44c3-a98a-e62911d3e16f",
          "lasts": "P9M8DT22224S",
          "note": "note-82",
          "parent": null
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&payload).expect("JSON"));
    let id = form.field("orderId", &mut luck(3)).expect("a field");
    assert!(id.as_str().expect("a text").starts_with("order-"), "{id}");
    assert_eq!(form.field("other", &mut luck(3)), None);
}
