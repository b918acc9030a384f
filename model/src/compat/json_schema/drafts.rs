//! Which words a draft of JSON Schema does not know: whoever writes them there has said nothing.

use std::borrow::Cow;

use serde_json::{Map, Value};

const SINCE_SIX: &[&str] = &["const", "contains", "propertyNames"];
const SINCE_SEVEN: &[&str] = &["if", "then", "else"];
const SINCE_2019: &[&str] = &[
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
    "minContains",
    "maxContains",
    "$recursiveRef",
];
const SINCE_2020: &[&str] = &["prefixItems", "$dynamicRef"];
const UNTIL_2019: &[&str] = &["additionalItems", "$recursiveRef"];

/// Words under which schemas stand by name.
const BY_NAME: [&str; 6] =
    ["properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"];

/// The draft that a schema says it is written in; the newest if it says nothing.
pub(super) fn draft(root: &Value) -> u32 {
    let said = root.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let known = [("draft-04", 4), ("draft-06", 6), ("draft-07", 7), ("2019-09", 2019)];
    known.iter().find(|(name, _)| said.contains(name)).map_or(2020, |(_, draft)| *draft)
}

/// A schema as its draft reads it: without the words that it does not know.
pub(super) fn as_read(root: &Value) -> Cow<'_, Value> {
    let draft = draft(root);
    let unknown = [
        (draft < 6, SINCE_SIX),
        (draft < 7, SINCE_SEVEN),
        (draft < 2019, SINCE_2019),
        (draft < 2020, SINCE_2020),
        (draft >= 2020, UNTIL_2019),
    ];
    let unknown: Vec<&str> =
        unknown.iter().filter(|(is, _)| *is).flat_map(|(_, words)| *words).copied().collect();
    if says(root, &unknown) { Cow::Owned(without(root, &unknown)) } else { Cow::Borrowed(root) }
}

/// Whether one of these words stands anywhere.
fn says(schema: &Value, words: &[&str]) -> bool {
    match schema {
        Value::Object(members) => {
            members.iter().any(|(word, value)| words.contains(&&**word) || says(value, words))
        }
        Value::Array(parts) => parts.iter().any(|part| says(part, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn without(schema: &Value, words: &[&str]) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(word, _)| !words.contains(&&***word));
            Value::Object(kept.map(|(word, it)| (word.clone(), inside(word, it, words))).collect())
        }
        Value::Array(parts) => parts.iter().map(|part| without(part, words)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

fn inside(word: &str, value: &Value, words: &[&str]) -> Value {
    if matches!(word, "enum" | "const" | "default" | "examples") {
        return value.clone();
    }
    match value.as_object().filter(|_| BY_NAME.contains(&word)) {
        Some(named) => {
            let named = named.iter().map(|(name, it)| (name.clone(), without(it, words)));
            Value::Object(named.collect::<Map<_, _>>())
        }
        None => without(value, words),
    }
}
