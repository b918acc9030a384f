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
