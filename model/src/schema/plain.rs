//! JSON Schemas that say only plain things: what they are and what fits them is seen at once,
//! without compiling them. Whoever is in doubt here asks [`super::Checker`], which knows all words.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// References and schemas inside each other that are followed at most.
const DEEPEST: usize = 48;

/// The drafts that read plain words alike; none at all is the newest.
const DRAFTS: [&str; 4] = [
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "null", "object", "array"];

/// What checks formats, each made once; of each draft, since they know different ones.
#[derive(Debug, Default)]
pub(super) struct Formats(BTreeMap<(String, String), Option<Validator>>);

/// A schema that is one, and plain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain<'a> {
    root: &'a Value,
    draft: &'a str,
}

impl<'a> Plain<'a> {
    /// A schema, if it is plain.
    pub(super) fn of(root: &'a Value) -> Option<Plain<'a>> {
        let draft = match root.get("$schema") {
            None => "",
            Some(draft) => draft.as_str().filter(|it| DRAFTS.contains(it))?,
        };
        is_plain(root, root, 0).then_some(Plain { root, draft })
    }

    /// Whether a payload fits; nothing if that takes a closer look.
    pub(super) fn fits(self, payload: &Value, formats: &mut Formats) -> Option<bool> {
        self.fits_in(self.root, payload, formats, 0)
    }

    fn fits_in(
        self,
        schema: &Value,
        payload: &Value,
        formats: &mut Formats,
        depth: usize,
    ) -> Option<bool> {
        let words = match schema {
            Value::Bool(open) => return Some(*open),
            Value::Object(words) if depth <= DEEPEST => words,
            Value::Object(_)
            | Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => return None,
        };
        if let Some(reference) = words.get("$ref").and_then(Value::as_str) {
            let target = self.root.pointer(reference.strip_prefix('#')?)?;
            return self.fits_in(target, payload, formats, depth + 1);
        }
        for (word, value) in words {
            if !self.holds((word, value), (words, payload), formats, depth)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether what one word asks for holds.
    fn holds(
        self,
        (word, value): (&str, &Value),
        (words, payload): (&Map<String, Value>, &Value),
        formats: &mut Formats,
        depth: usize,
    ) -> Option<bool> {
        Some(match (word, payload) {
            ("type", _) => match value.as_array() {
                Some(names) => {
                    names.iter().filter_map(Value::as_str).any(|name| is_of_type(name, payload))
                }
                None => is_of_type(value.as_str()?, payload),
            },
            ("enum", _) => {
                let is_listed = value.as_array()?.contains(payload);
                // One and 1.0 are the same number, and equality here does not know.
                return if is_listed { Some(true) } else { is_no_number(payload).then_some(false) };
            }
            ("const", _) => {
                let is_it = value == payload;
                return if is_it { Some(true) } else { is_no_number(payload).then_some(false) };
            }
            ("minLength", Value::String(text)) => text.chars().count() as u64 >= value.as_u64()?,
            ("maxLength", Value::String(text)) => text.chars().count() as u64 <= value.as_u64()?,
            ("format", Value::String(_)) => self.has_format(value.as_str()?, payload, formats),
            ("minimum", Value::Number(_)) => whole(payload)? >= whole(value)?,
            ("maximum", Value::Number(_)) => whole(payload)? <= whole(value)?,
            ("exclusiveMinimum", Value::Number(_)) => whole(payload)? > whole(value)?,
            ("exclusiveMaximum", Value::Number(_)) => whole(payload)? < whole(value)?,
            ("minItems", Value::Array(items)) => items.len() as u64 >= value.as_u64()?,
            ("maxItems", Value::Array(items)) => items.len() as u64 <= value.as_u64()?,
            ("required", Value::Object(members)) => value
                .as_array()?
                .iter()
                .all(|it| it.as_str().is_some_and(|it| members.contains_key(it))),
            ("items", Value::Array(items)) => {
                return self.all(items.iter().map(|item| (value, item)), formats, depth);
            }
            ("properties", Value::Object(members)) => {
                let known = members.iter().filter_map(|(name, it)| Some((value.get(name)?, it)));
                return self.all(known, formats, depth);
            }
            ("additionalProperties", Value::Object(members)) => {
                let known = words.get("properties");
                let is_other = |name: &str| known.is_none_or(|it| it.get(name).is_none());
                let others = members.iter().filter(|(name, _)| is_other(name));
                return self.all(others.map(|(_, it)| (value, it)), formats, depth);
            }
            _ => true,
        })
    }

    fn all<'v>(
        self,
        pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
        formats: &mut Formats,
        depth: usize,
    ) -> Option<bool> {
        for (schema, payload) in pairs {
            if !self.fits_in(schema, payload, formats, depth + 1)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn has_format(self, format: &str, payload: &Value, formats: &mut Formats) -> bool {
        let key = (self.draft.to_owned(), format.to_owned());
        let made = formats.0.entry(key).or_insert_with(|| {
            let schema = match self.draft {
                "" => json!({"format": format}),
                draft => json!({"$schema": draft, "format": format}),
            };
            jsonschema::options().offline().should_validate_formats(true).build(&schema).ok()
        });
        made.as_ref().is_none_or(|it| it.is_valid(payload))
    }
}

/// Whether all of these fit a schema, as far as it is plain; no if it is not.
pub(crate) fn all_fit(schema: &Value, values: &[Value]) -> bool {
    let mut formats = Formats::default();
    Plain::of(schema)
        .is_some_and(|plain| values.iter().all(|it| plain.fits(it, &mut formats) == Some(true)))
}

fn is_plain(root: &Value, schema: &Value, depth: usize) -> bool {
    match schema {
        Value::Bool(_) => true,
        Value::Object(words) if depth <= DEEPEST => {
            words.iter().all(|(word, value)| is_plain_word(root, (words, word, value), depth))
        }
        Value::Object(_) | Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            false
        }
    }
}

fn is_plain_word(
    root: &Value,
    (words, word, value): (&Map<String, Value>, &str, &Value),
    depth: usize,
) -> bool {
    let is_inner = |it: &Value| is_plain(root, it, depth + 1);
    let are_inner = |it: &Value| it.as_object().is_some_and(|it| it.values().all(is_inner));
    match word {
        "$schema" => depth == 0,
        "title" | "description" | "$comment" | "format" => value.is_string(),
        "default" | "const" => true,
        "examples" => value.is_array(),
        "deprecated" | "readOnly" | "writeOnly" => value.is_boolean(),
        "type" => match value.as_array() {
            Some(names) => !names.is_empty() && are_unique(names, is_type),
            None => is_type(value),
        },
        "enum" => value.as_array().is_some_and(|it| !it.is_empty() && are_unique(it, |_| true)),
        "required" => value.as_array().is_some_and(|it| are_unique(it, Value::is_string)),
        "minLength" | "maxLength" | "minItems" | "maxItems" => value.is_u64(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        "properties" => are_inner(value),
        "$defs" | "definitions" => depth == 0 && are_inner(value),
        "additionalProperties" | "items" => is_inner(value),
        "$ref" => is_own(root, value) && words.keys().all(|it| says_nothing(it)),
        _ => false,
    }
}

fn is_type(name: &Value) -> bool {
    name.as_str().is_some_and(|name| TYPES.contains(&name))
}

fn are_unique(values: &[Value], fits: impl Fn(&Value) -> bool) -> bool {
    values.len() <= 64
        && values.iter().enumerate().all(|(at, it)| fits(it) && !values[..at].contains(it))
}

/// Whether a reference is to a definition of the schema itself, with a name that needs no escape.
fn is_own(root: &Value, reference: &Value) -> bool {
    let target = reference.as_str().and_then(|it| it.strip_prefix('#'));
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$');
    target.is_some_and(|it| {
        (it.starts_with("/$defs/") || it.starts_with("/definitions/"))
            && it.matches('/').count() == 2
            && it.chars().all(is_letter)
            && root.pointer(it).is_some()
    })
}

/// Whether a word beside a reference changes nothing, in any draft.
fn says_nothing(word: &str) -> bool {
    matches!(word, "$ref" | "title" | "description" | "$comment")
}

fn is_of_type(name: &str, payload: &Value) -> bool {
    match name {
        "string" => payload.is_string(),
        "integer" => {
            payload.is_i64()
                || payload.is_u64()
                || payload.as_f64().is_some_and(|it| it.is_finite() && it.fract() == 0.0)
        }
        "number" => payload.is_number(),
        "boolean" => payload.is_boolean(),
        "null" => payload.is_null(),
        "object" => payload.is_object(),
        "array" => payload.is_array(),
        _ => false,
    }
}

/// Whether equality has nothing to do with numbers.
fn is_no_number(payload: &Value) -> bool {
    matches!(payload, Value::Null | Value::Bool(_) | Value::String(_))
}

/// A number that compares without rounding: a whole one, or one with few digits.
fn whole(number: &Value) -> Option<f64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_f64().filter(|it| it.abs() < EXACT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::SchemaLanguage;
    use crate::schema::Checker;

    /// Whether a payload fits, as far as this file knows, and as the other one says.
    fn both(schema: &Value, payload: &Value) -> (Option<bool>, bool) {
        let checker = Checker::new(SchemaLanguage::JsonSchema, &schema.to_string());
        let plain = Plain::of(schema).expect("a plain schema");
        let checker = checker.expect("a plain schema is a schema");
        (plain.fits(payload, &mut Formats::default()), checker.fits(payload))
    }

    #[test]
    fn what_is_said_of_plain_schemas_is_what_a_validator_says() {
        let schemas = [
            json!({"type": "object", "required": ["id"], "additionalProperties": false,
                   "properties": {"id": {"type": "string", "minLength": 2, "maxLength": 3},
                                  "count": {"type": ["integer", "null"], "minimum": 1}}}),
            json!({"$schema": DRAFTS[0], "properties": {"at": {"format": "date-time"},
                   "span": {"format": "duration"}}, "additionalProperties": {"type": "number"}}),
            json!({"items": {"$ref": "#/$defs/line"}, "maxItems": 2,
                   "$defs": {"line": {"enum": ["a", 1, null], "title": "a line"}}}),
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 2.5}),
            json!({"const": {"a": 1}}),
            json!(true),
            json!(false),
        ];
        let payloads = [
            json!({"id": "abc", "count": 2}),
            json!({"id": "äöü", "count": null}),
            json!({"id": "abcd"}),
            json!({"id": 1}),
            json!({"id": "ab", "other": 1}),
            json!({"count": 1.0}),
            json!({"at": "2026-01-01T00:00:00Z", "more": 1.5}),
            json!({"at": "today", "span": "x"}),
            json!({"at": 1}),
            json!(["a", 1]),
            json!(["a", 1.0, null]),
            json!(["b"]),
            json!(2),
            json!(2.5),
            json!(0),
            json!({"a": 1}),
            json!({"a": 1.0}),
            json!("text"),
            json!(null),
        ];
        let mut said = 0;
        for schema in &schemas {
            for payload in &payloads {
                let (known, right) = both(schema, payload);
                assert!(known.is_none_or(|it| it == right), "{schema} {payload}: {known:?}");
                said += u32::from(known.is_some());
            }
        }
        assert!(said > 110, "most of it is plain: {said}");
    }

    #[test]
    fn what_is_not_plain_is_left_to_others() {
        for schema in [
            json!({"type": "strin"}),
            json!({"pattern": "("}),
            json!({"required": ["a", "a"]}),
            json!({"properties": {"a": {"$ref": "other.json"}}}),
            json!({"$ref": "#/$defs/none"}),
            json!({"$ref": "#/$defs/a", "type": "string", "$defs": {"a": {}}}),
            json!({"items": [{"type": "string"}]}),
            json!({"$schema": "http://json-schema.org/draft-04/schema#", "const": 1}),
            json!({"properties": {"a": {"$id": "https://example.com/a"}}}),
            json!({"minLength": -1}),
            json!([]),
        ] {
            assert!(Plain::of(&schema).is_none(), "{schema}");
        }
    }

    #[test]
    fn a_reference_to_itself_ends() {
        let schema = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}});
        assert!(
            Plain::of(&schema)
                .is_none_or(|it| it.fits(&json!(1), &mut Formats::default()).is_none())
        );
    }
}
