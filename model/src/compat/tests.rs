//! Changes, and what each rule set says of them.

use serde_json::{Value, json};

use super::*;

/// `B` if the new version reads what the old one wrote, `F` if the old one reads the new.
fn verdict(old: &Value, new: &Value, rules: RuleSet) -> String {
    let letter = |reads: bool, letter: char| if reads { letter } else { '-' };
    [
        letter(is_compatible(&json_schema(old, new, rules)), 'B'),
        letter(is_compatible(&json_schema(new, old, rules)), 'F'),
    ]
    .iter()
    .collect()
}

fn open(optional: &[&str], required: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> = ["a"]
        .iter()
        .chain(optional)
        .chain(required)
        .map(|name| ((*name).to_owned(), json!({"type": "string"})))
        .collect();
    let required: Vec<&str> = ["a"].iter().chain(required).copied().collect();
    json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
           "properties": properties, "required": required})
}

fn closed(optional: &[&str], required: &[&str]) -> Value {
    let mut schema = open(optional, required);
    schema["additionalProperties"] = json!(false);
    schema
}

#[test]
fn the_registries_agree_on_these() {
    let text = |keyword: &str, value: u64| json!({"type": "string", keyword: value});
    let without_required = {
        let mut schema = open(&[], &[]);
        schema.as_object_mut().expect("an object").remove("required");
        schema
    };
    let titled = {
        let mut schema = open(&[], &[]);
        schema["title"] = json!("other");
        schema
    };
    let tree = json!({"type": "object", "properties": {"child": {"$ref": "#"}}});
    let any = |types: &[&str]| {
        let parts: Vec<Value> = types.iter().map(|it| json!({"type": it})).collect();
        json!({"anyOf": parts})
    };
    let cases = [
        (open(&[], &[]), open(&["b"], &[]), "-F", "BF"),
        (closed(&[], &[]), closed(&["b"], &[]), "B-", "BF"),
        (closed(&[], &[]), closed(&[], &["b"]), "--", "-F"),
        (open(&[], &[]), without_required, "B-", "B-"),
        (json!({"type": "integer"}), json!({"type": "number"}), "B-", "B-"),
        (json!({"type": "string"}), json!({"type": ["string", "null"]}), "B-", "B-"),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a", "b", "c"]}), "B-", "B-"),
        (json!({"type": "string"}), json!({}), "B-", "B-"),
        (text("maxLength", 10), text("maxLength", 5), "-F", "-F"),
        (any(&["string", "integer"]), any(&["string", "integer", "boolean"]), "B-", "B-"),
        (json!({}), open(&[], &[]), "-F", "-F"),
        (open(&[], &[]), titled, "BF", "BF"),
        (closed(&[], &[]), open(&[], &[]), "B-", "BF"),
        (tree.clone(), tree, "BF", "BF"),
        (
            json!({"type": "number", "multipleOf": 10}),
            json!({"type": "number", "multipleOf": 5}),
            "B-",
            "B-",
        ),
        (
            json!({"type": "number", "multipleOf": 5}),
            json!({"type": "number", "multipleOf": 10}),
            "-F",
            "-F",
        ),
    ];
    for (old, new, strict, lenient) in cases {
        assert_eq!(verdict(&old, &new, RuleSet::ConfluentStrict), strict, "{old} -> {new}");
        assert_eq!(verdict(&old, &new, RuleSet::ConfluentLenient), lenient, "{old} -> {new}");
    }
}

#[test]
fn strict_plus_looks_where_the_registries_do_not() {
    let refers = |text: &str| json!({"$ref": "#/$defs/order", "$defs": {"order": {"properties": {"a": {"type": text}}}}});
    let count =
        |least: u64| json!({"type": "array", "contains": {"const": 1}, "minContains": least});
    let one_of = |text: &str| {
        json!({"oneOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}], "$defs": {
            "a": {"type": "object", "required": ["kind"], "properties": {
                "kind": {"const": "a"}, "x": {"type": text}}},
            "b": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}}}}})
    };
    let draft = |draft: &str| {
        json!({"$schema": format!("https://json-schema.org/draft/{draft}/schema"),
               "type": "array", "prefixItems": [{"type": "string"}]})
    };
    let content = |encoding: &str| {
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "string",
               "contentEncoding": encoding})
    };
    let cases = [
        (refers("string"), refers("string"), "BF"),
        (refers("string"), refers("integer"), "--"),
        (refers("integer"), refers("number"), "B-"),
        (count(0), count(1), "-F"),
        (count(0), json!({"type": "array", "contains": {"const": 1}}), "-F"),
        (json!({"type": "array"}), count(0), "BF"),
        (one_of("integer"), one_of("number"), "B-"),
        (one_of("integer"), one_of("string"), "--"),
        (json!({"enum": ["a", "b"]}), json!({"type": "string"}), "B-"),
        (json!({"enum": ["a", 1]}), json!({"type": "string"}), "--"),
        (json!({"const": 3}), json!({"type": "integer", "minimum": 1}), "B-"),
        (
            json!({"not": {"type": "string"}}),
            json!({"not": {"type": "string", "minLength": 1}}),
            "B-",
        ),
        (draft("2019-09"), draft("2020-12"), "-F"),
        (content("base64"), content("quoted-printable"), "--"),
    ];
    for (old, new, expected) in cases {
        assert_eq!(verdict(&old, &new, RuleSet::StrictPlus), expected, "{old} -> {new}");
    }
}

#[test]
fn a_schema_that_is_part_of_itself_ends() {
    for circle in [
        json!({"$ref": "#"}),
        json!({"$ref": "#", "$defs": {"a": true}}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"allOf": [{"$ref": "#"}, {"type": "string"}]}),
        json!({"not": {"$ref": "#"}}),
    ] {
        for rules in [RuleSet::StrictPlus, RuleSet::ConfluentStrict, RuleSet::Apicurio] {
            assert_eq!(verdict(&circle, &circle, rules), "BF", "{circle}");
            let other = json!({"type": "null"});
            let letters = verdict(&circle, &other, rules);
            assert!(
                rules != RuleSet::StrictPlus || letters.starts_with('-'),
                "{circle}: {letters}"
            );
        }
    }
}

/// The same of Avro, by the rules of its specification.
fn avro_verdict(old: &Value, new: &Value, rules: RuleSet) -> String {
    let letter = |reads: bool, letter: char| if reads { letter } else { '-' };
    [
        letter(is_compatible(&avro(old, new, rules)), 'B'),
        letter(is_compatible(&avro(new, old, rules)), 'F'),
    ]
    .iter()
    .collect()
}

fn record(fields: Value) -> Value {
    json!({"type": "record", "name": "A", "fields": fields})
}

#[test]
fn avro_is_resolved_as_its_specification_says() {
    let field = |name: &str| json!({"name": name, "type": "string"});
    let defaulted = |name: &str| json!({"name": name, "type": "string", "default": ""});
    let alias = |name: &str, was: &str| json!({"name": name, "type": "string", "aliases": [was]});
    let symbols = |all: &[&str]| json!({"type": "enum", "name": "E", "symbols": all});
    let with_default = json!({"type": "enum", "name": "E", "symbols": ["a"], "default": "a"});
    let fixed = |name: &str, size: u64| json!({"type": "fixed", "name": name, "size": size});
    let named = |namespace: &str, name: &str| json!({"type": "record", "name": name, "namespace": namespace, "fields": []});
    let other_name = json!({"type": "record", "name": "B", "aliases": ["A"], "fields": []});
    let tree = |value: &str| {
        record(json!([{"name": "value", "type": value},
                      {"name": "next", "type": ["null", "A"], "default": null}]))
    };
    let decimal = |scale: u64| json!({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": scale});
    let cases = [
        (record(json!([field("a")])), record(json!([field("a"), defaulted("b")])), "BF"),
        (record(json!([field("a")])), record(json!([field("a"), field("b")])), "-F"),
        (record(json!([field("a")])), record(json!([alias("b", "a")])), "B-"),
        (record(json!([field("a"), field("b")])), record(json!([field("b"), field("a")])), "BF"),
        (symbols(&["a"]), symbols(&["a", "b"]), "B-"),
        (with_default, symbols(&["a", "b"]), "BF"),
        (fixed("F", 4), fixed("F", 8), "--"),
        (fixed("F", 4), fixed("G", 4), "--"),
        (json!("int"), json!("long"), "B-"),
        (json!("long"), json!("double"), "B-"),
        (json!("int"), json!("float"), "B-"),
        (json!("string"), json!("bytes"), "BF"),
        (json!("double"), json!("float"), "-F"),
        (json!("boolean"), json!("int"), "--"),
        (json!("string"), json!(["null", "string"]), "B-"),
        (json!(["null", "int"]), json!(["null", "long", "string"]), "B-"),
        (json!(["int", "string"]), json!("string"), "-F"),
        (json!({"type": "array", "items": "int"}), json!({"type": "array", "items": "long"}), "B-"),
        (json!({"type": "map", "values": "int"}), json!({"type": "array", "items": "int"}), "--"),
        (named("x", "A"), named("y", "A"), "BF"),
        (named("x", "A"), named("x", "B"), "--"),
        (record(json!([])), other_name, "B-"),
        (tree("int"), tree("long"), "B-"),
        (tree("int"), tree("string"), "--"),
        (decimal(2), decimal(3), "BF"),
    ];
    for (old, new, expected) in &cases {
        let rules = RuleSet::ConfluentStrict;
        assert_eq!(avro_verdict(old, new, rules), *expected, "{old} -> {new}");
    }
    let (old, new) = (decimal(2), decimal(3));
    assert_eq!(avro_verdict(&old, &new, RuleSet::StrictPlus), "--", "a scale changes amounts");
}
