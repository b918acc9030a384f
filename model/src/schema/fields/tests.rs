//! Trees of schemas, and texts with one thing changed.

use expect_test::expect;
use serde_json::json;

use super::*;
use crate::message::SchemaLanguage::{Avro, JsonSchema, Protobuf};

const ORDER: &str = r##"{
  "type": "object",
  "properties": {
    "id": {"type": "string", "format": "uuid", "description": "Which order"},
    "total": {"type": ["number", "null"], "minimum": 0},
    "to": {"$ref": "#/$defs/address"},
    "lines": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {"sku": {"type": "string"}}
      }
    },
    "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "open": true
  },
  "required": ["id", "total"],
  "additionalProperties": false,
  "$defs": {"address": {"type": "object", "properties": {"zip": {"type": "string"}}}}
}"##;

const RECORD: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
  {"name": "id", "type": "string", "doc": "Which order"},
  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
  {"name": "note", "type": ["null", "string"], "default": null},
  {"name": "way", "type": {"type": "enum", "name": "Way", "symbols": ["A", "B"]}},
  {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line",
    "fields": [{"name": "sku", "type": "string"}]}}}
]}"#;

fn told(language: SchemaLanguage, text: &str) -> String {
    let fields = fields(language, text).expect("a tree");
    let line = |it: &Field| {
        let kind = it.kind.map_or("-".to_owned(), |kind| {
            let list = if kind.is_list { "list of " } else { "" };
            format!("{list}{}{}", kind.base, if kind.is_nullable { "?" } else { "" })
        });
        let rules: Vec<String> = it.rules.iter().map(|(w, value)| format!("{w}={value}")).collect();
        let beside: Vec<&str> = it.beside.iter().map(|(word, _)| word.as_str()).collect();
        let needed = if it.is_required { "!" } else { "" };
        format!(
            "{}{}{needed} {kind} ({}) {} {} @{} {}",
            "  ".repeat(it.depth),
            it.name,
            it.said,
            rules.join(" "),
            beside.join(" "),
            it.at,
            it.about
        )
    };
    let lines: Vec<String> = fields.list.iter().map(line).map(|it| it.trim_end().into()).collect();
    format!("{}\nbeside: {:?}, top: {:?}", lines.join("\n"), fields.beside, fields.top)
}

#[test]
fn a_json_schema_is_a_tree_that_names_what_it_cannot_show() {
    expect![[r##"
        id! string (string) format="uuid"  @/properties/id Which order
        total! number? (number or null) minimum=0  @/properties/total
        to - (as #/$defs/address)   @/properties/to
          zip string (string)   @/$defs/address/properties/zip
        lines list of object (list of object)   @/properties/lines
          sku string (string)   @/properties/lines/items/properties/sku
        either any (oneOf)  oneOf @/properties/either
        open any (any)   @/properties/open
        beside: [("additionalProperties", "false")], top: Some("")"##]]
    .assert_eq(&told(JsonSchema, ORDER));
}

#[test]
fn an_avro_record_is_a_tree() {
    expect![[r#"
        id! string (string)   @/fields/0 Which order
        at! timestamp-millis (timestamp-millis as long)   @/fields/1
        note string? (null or string) default=null  @/fields/2
        way! - (enum Way)   @/fields/3
        lines! list of record (list of record Line)   @/fields/4
          sku! string (string)   @/fields/4/type/items/fields/0
        beside: [("name", "\"Order\""), ("namespace", "\"shop\"")], top: Some("")"#]]
    .assert_eq(&told(Avro, RECORD));
}

/// The lines that are others after some changes.
fn after(language: SchemaLanguage, text: &str, changes: &[Change]) -> String {
    let new = changes.iter().fold(text.to_owned(), |text, change| {
        changed(language, &text, change).expect("it can be changed")
    });
    let is_new = |line: &&str| !text.lines().any(|old| old == *line);
    // The bar keeps the indentation, which is part of what is told.
    new.lines().filter(is_new).map(|line| format!("|{line}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_change_changes_the_lines_that_say_so() {
    let at = |name: &str| format!("/properties/{name}");
    let kind = |base, is_list, is_nullable| Kind { base, is_list, is_nullable };
    expect![[r#"
        |    "key": {"type": "string", "format": "uuid", "description": "Which order"},
        |    "total": {"type": ["number", "null"], "minimum": 0.5, "description": "In euros"},
        |        "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}}
        |    "open": {"type": "array", "items": {"type": "string"}},
        |    "new": {"type": "string"}
        |  "required": ["key", "new"],"#]]
    .assert_eq(&after(
        JsonSchema,
        ORDER,
        &[
            Change::Rename(at("id"), "key".into()),
            Change::Require(at("total"), false),
            Change::Describe(at("total"), "In euros".into()),
            Change::SetRule(at("total"), "minimum".into(), Some(json!(0.5))),
            Change::Add("/properties/lines/items".into(), "count".into()),
            Change::SetKind(at("lines/items/properties/count"), kind("integer", false, false)),
            Change::SetKind(at("open"), kind("string", true, false)),
            Change::Add(String::new(), "new".into()),
            Change::Require(at("new"), true),
        ],
    ));
    expect![[r#"
        |  {"name": "at", "type": ["null", {"type": "array", "items": "int"}]},
        |  {"name": "remark", "type": ["string", "null"], "default": "none"},
        |    "fields": [{"name": "sku", "type": "string"}, {"name": "size", "type": "string"}]}}}"#]]
    .assert_eq(&after(
        Avro,
        RECORD,
        &[
            Change::Remove("/fields/0".into()),
            Change::SetKind("/fields/0".into(), kind("int", true, true)),
            Change::Rename("/fields/1".into(), "remark".into()),
            Change::SetRule("/fields/1".into(), "default".into(), None),
            Change::SetKind("/fields/1".into(), kind("string", false, false)),
            Change::SetRule("/fields/1".into(), "default".into(), Some(json!("none"))),
            Change::SetKind("/fields/1".into(), kind("string", false, true)),
            Change::Add("/fields/3/type/items".into(), "size".into()),
        ],
    ));
}

#[test]
fn what_is_taken_away_and_put_back_leaves_the_rest_as_it_was() {
    let text = after(JsonSchema, ORDER, &[Change::Remove("/properties/id".into())]);
    assert_eq!(text, r#"|  "required": ["total"],"#);
    let again = [
        Change::Require("/properties/total".into(), false),
        Change::Require("/properties/id".into(), false),
    ];
    assert_eq!(after(JsonSchema, ORDER, &again), "", "a list of nothing is no list");
}

#[test]
fn what_cannot_be_is_said_and_changes_nothing() {
    let error = |change| changed(JsonSchema, ORDER, &change).expect_err("an error");
    assert!(error(Change::Add(String::new(), "id".into())).contains("already"));
    assert!(error(Change::Rename("/properties/id".into(), "total".into())).contains("already"));
    assert!(error(Change::Rename("/properties/id".into(), " ".into())).contains("a name"));
    assert!(error(Change::Describe("/properties/gone".into(), "x".into())).contains("changed"));
    let wrong = Change::SetRule("/properties/id".into(), "minLength".into(), Some(json!("a")));
    assert!(error(wrong).contains("minLength"));
    assert!(changed(Protobuf, "message A {}", &Change::Remove(String::new())).is_err());
    let twice = r#"{"properties": {"a": true, "a": false}}"#;
    assert!(fields(JsonSchema, twice).expect_err("an error").contains("twice"));
    assert!(fields(JsonSchema, "{").is_err());
    let error = |change| changed(Avro, RECORD, &change).expect_err("an error");
    assert!(error(Change::Remove("/fields/9".into())).contains("changed"));
    assert!(error(Change::Add(String::new(), "id".into())).contains("already"));
    let wrong = Change::SetRule("/fields/0".into(), "default".into(), Some(json!(5)));
    assert!(!error(wrong).is_empty());
}

#[test]
fn what_is_wrong_has_a_line_and_a_column() {
    let mark = |line, column| Some(Mark { line, column });
    let told = |text: &str| complaint(JsonSchema, text).map(|(mark, _)| mark);
    assert_eq!(told(ORDER), None);
    assert_eq!(told("{\n  \"a\": 1,\n}"), Some(mark(3, 1)));
    let wrong = ORDER.replace("\"minimum\": 0", "\"minimum\": \"a\"");
    assert_eq!(told(&wrong), Some(mark(5, 54)));
    assert_eq!(complaint(Avro, RECORD), None);
    assert_eq!(locate(RECORD, "/fields/1/name"), mark(3, 12));
    assert!(complaint(Avro, &RECORD.replace("\"string\"", "\"text\"")).is_some());
}

#[test]
fn a_schema_that_contains_itself_has_an_end() {
    let text = r##"{"type": "object", "properties": {"next": {"$ref": "#"}, "kids": {
        "type": "array", "items": {"$ref": "#/$defs/kid"}}},
        "$defs": {"kid": {"properties": {"kid": {"$ref": "#/$defs/kid"}}}}}"##;
    let names: Vec<String> =
        fields(JsonSchema, text).expect("a tree").list.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["next", "kids", "kid"]);
}
