//! JSON Schema and Avro: whether a schema is one, whether a payload fits it, and payloads that do.
//! Reads no file and fetches nothing; texts are handed in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::message::{Schema, SchemaLanguage};

pub mod avro;
mod combine;
pub mod damage;
mod draws;
pub mod fields;
mod form;
mod numbers;
mod pattern;
mod payload;
mod plain;
pub mod verdict;
pub(crate) mod wild;
mod words;

use avro::Avro;
pub use form::{Form, Unsatisfied};
pub(crate) use payload::matches;
pub(crate) use plain::all_fit;

/// The texts of schema files, by the path that the design names.
pub type Schemas = BTreeMap<String, String>;

/// Why a text is no schema that can be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct SchemaError {
    /// Where in the schema, as a JSON pointer; empty for the whole.
    pub json_path: String,
    /// What is wrong there.
    pub sentence: String,
}

/// One way in which a payload does not fit its schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Where in the payload, as a JSON pointer; empty for the whole.
    pub json_path: String,
    /// What is wrong there.
    pub sentence: String,
}

/// A schema, read.
#[derive(Clone, PartialEq, Debug)]
pub enum Parsed {
    /// A JSON Schema.
    Json(Value),
    /// An Avro schema.
    Avro(Avro),
}

impl Parsed {
    /// Whether payloads have a field at a path of names; nothing if the schema leaves it open.
    #[must_use]
    pub fn has_field(&self, path: &[String]) -> Option<bool> {
        match self {
            Parsed::Json(schema) => has_field(schema, path),
            Parsed::Avro(avro) => avro.has_field(path),
        }
    }

    /// The top-level fields that the schema names; nothing if it does not say that it is an object.
    #[must_use]
    pub fn properties(&self) -> Option<BTreeSet<String>> {
        match self {
            Parsed::Json(schema) => properties(schema),
            Parsed::Avro(avro) => avro.fields(),
        }
    }
}

/// A schema ready to check many payloads.
#[derive(Clone, Debug)]
pub struct Checker {
    parsed: Arc<Parsed>,
    /// What checks payloads of a JSON Schema; an Avro schema does so itself.
    validator: Option<Validator>,
}

impl Checker {
    /// Reads a schema. Formats of JSON Schema such as `date-time` are checked, references to other
    /// documents are refused.
    ///
    /// # Errors
    /// If the text is no JSON, or no schema of that language that stands by itself.
    pub fn new(language: SchemaLanguage, text: &str) -> Result<Checker, SchemaError> {
        match language {
            SchemaLanguage::JsonSchema => Checker::json(text),
            SchemaLanguage::Avro => {
                let parsed = Arc::new(Parsed::Avro(Avro::read(text)?));
                Ok(Checker { parsed, validator: None })
            }
            // It is carried, and nothing is known of it.
            SchemaLanguage::Protobuf => Checker::json("{}"),
        }
    }

    fn json(text: &str) -> Result<Checker, SchemaError> {
        let schema: Value = serde_json::from_str(text).map_err(|error| SchemaError {
            json_path: String::new(),
            sentence: format!("the schema is no JSON: {error}"),
        })?;
        if let Some(error) = remote_reference(&schema) {
            return Err(error);
        }
        let options = jsonschema::options().offline().should_validate_formats(true);
        let validator = options.build(&schema).map_err(|error| schema_error(&error))?;
        Ok(Checker { parsed: Arc::new(Parsed::Json(schema)), validator: Some(validator) })
    }

    /// The schema.
    #[must_use]
    pub fn parsed(&self) -> &Arc<Parsed> {
        &self.parsed
    }

    /// Whether a payload fits.
    #[must_use]
    pub fn fits(&self, payload: &Value) -> bool {
        match &*self.parsed {
            Parsed::Json(_) => self.validator.as_ref().is_none_or(|it| it.is_valid(payload)),
            Parsed::Avro(avro) => avro.fits(payload),
        }
    }

    /// How a payload does not fit; empty if it does.
    #[must_use]
    pub fn violations(&self, payload: &Value) -> Vec<Violation> {
        match &*self.parsed {
            Parsed::Json(_) => {
                let validator = self.validator.iter();
                validator.flat_map(|it| it.iter_errors(payload)).map(|it| violation(&it)).collect()
            }
            Parsed::Avro(avro) => avro.violations(payload),
        }
    }

    /// What somebody who reads by this schema gets of a payload that was written by another: an
    /// Avro reader resolves the schemas, and JSON is what it is.
    ///
    /// # Errors
    /// Where and why it cannot be read.
    pub fn received(&self, writer: &Checker, payload: &Value) -> Result<Value, Violation> {
        match (&*self.parsed, &*writer.parsed) {
            (Parsed::Avro(reader), Parsed::Avro(writer)) => reader.resolved(writer, payload),
            (Parsed::Json(_), Parsed::Json(_)) => match self.violations(payload).into_iter().next()
            {
                Some(violation) => Err(violation),
                None => Ok(payload.clone()),
            },
            (Parsed::Json(_), Parsed::Avro(_)) | (Parsed::Avro(_), Parsed::Json(_)) => {
                let sentence = "the reader's schema is in another language than the writer's";
                Err(Violation { json_path: String::new(), sentence: sentence.to_owned() })
            }
        }
    }

    /// Whether that is anything at all. Cost: that of [`Checker::fits`] for JSON.
    #[must_use]
    pub fn accepts(&self, writer: &Checker, payload: &Value) -> bool {
        match (&*self.parsed, &*writer.parsed) {
            (Parsed::Json(_), Parsed::Json(_)) => self.fits(payload),
            _ => self.received(writer, payload).is_ok(),
        }
    }

    /// The first way in which a payload does not fit, with the keyword of the schema that it
    /// breaks.
    fn first_error(&self, payload: &Value) -> Option<Unsatisfied> {
        let Some(validator) = &self.validator else {
            let violation = self.violations(payload).into_iter().next()?;
            return Some(Unsatisfied { keyword: String::new(), at: String::new(), violation });
        };
        let error = validator.iter_errors(payload).next()?;
        let at = error.schema_path().to_string();
        let keyword = at.rsplit('/').next().unwrap_or_default().to_owned();
        Some(Unsatisfied { keyword, violation: violation(&error), at })
    }
}

/// Whether a text is a schema that stands by itself.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_schema(language: SchemaLanguage, text: &str) -> Result<(), SchemaError> {
    Checker::new(language, text).map(drop)
}

/// The text of a schema, wherever it stands; nothing if its file was not handed in.
#[must_use]
pub fn text<'a>(schema: &'a Schema, files: &'a Schemas) -> Option<&'a str> {
    match schema.file() {
        Some(path) => files.get(path).map(String::as_str),
        None => schema.inside(),
    }
}

/// Draws that begin somewhere, for payloads that belong to no run.
pub fn luck(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    }
}

/// Whether payloads of a schema have a field at a path of names; nothing if the schema leaves it
/// open: it lists no properties there, or combines parts.
fn has_field(schema: &Value, path: &[String]) -> Option<bool> {
    let mut at = schema;
    for name in path {
        let mut left = 16;
        while let Some(target) = at.get("$ref").and_then(Value::as_str) {
            at = schema.pointer(target.strip_prefix('#')?)?;
            left -= 1;
            if left == 0 {
                return None;
            }
        }
        let is_open = ["allOf", "anyOf", "oneOf", "if", "patternProperties"]
            .iter()
            .any(|word| at.get(word).is_some())
            || at.get("additionalProperties").is_some_and(Value::is_object);
        let properties = at.get("properties").and_then(Value::as_object).filter(|_| !is_open)?;
        match properties.get(name) {
            Some(property) => at = property,
            None => return Some(false),
        }
    }
    Some(true)
}

/// The properties of a schema that lists them itself; parts may name more, so with them we do not
/// know.
fn properties(schema: &Value) -> Option<BTreeSet<String>> {
    let has_parts = ["$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties"]
        .iter()
        .any(|key| schema.get(key).is_some());
    let properties = schema.get("properties")?.as_object().filter(|_| !has_parts)?;
    Some(properties.keys().cloned().collect())
}

/// What keeps a path from being one inside the folder of a design; nothing if it is one.
#[must_use]
pub fn why_outside(path: &str) -> Option<&'static str> {
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    if path.trim().is_empty() {
        Some("the path is empty")
    } else if path.contains('\\') {
        Some("write `/` between folders")
    } else if path.starts_with('/') || has_drive {
        Some("the path must be relative to the folder of the design")
    } else if path.split('/').any(|part| part == "..") {
        Some("`..` leads out of the folder of the design")
    } else if path.contains(|c: char| c.is_control()) {
        Some("a path is one line of visible letters")
    } else {
        None
    }
}

fn schema_error(error: &ValidationError<'_>) -> SchemaError {
    let json_path = error.instance_path().to_string();
    let place = if json_path.is_empty() { String::new() } else { format!(" at `{json_path}`") };
    SchemaError { sentence: format!("the schema is wrong{place}: {error}"), json_path }
}

fn violation(error: &ValidationError<'_>) -> Violation {
    Violation { json_path: error.instance_path().to_string(), sentence: error.to_string() }
}

/// The first reference to another document, unless the schema itself contains that document.
fn remote_reference(schema: &Value) -> Option<SchemaError> {
    let mut ids = Vec::new();
    collect_ids(schema, &mut ids);
    let mut path = Vec::new();
    find_reference(schema, &ids, &mut path)
}

fn collect_ids<'a>(value: &'a Value, ids: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for key in ["$id", "id"] {
                ids.extend(members.get(key).and_then(Value::as_str));
            }
            members.values().for_each(|member| collect_ids(member, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A part of a path in a schema.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Place(usize),
}

fn find_reference<'a>(
    value: &'a Value,
    ids: &[&str],
    path: &mut Vec<Step<'a>>,
) -> Option<SchemaError> {
    let mut inside = |step: Step<'a>, member: &'a Value| {
        path.push(step);
        let found = match (step, member.as_str()) {
            // Data, not schema.
            (Step::Key("enum" | "const" | "default" | "examples"), _) => None,
            (Step::Key("$ref" | "$dynamicRef"), Some(target)) => refused(target, ids, path),
            _ => find_reference(member, ids, path),
        };
        path.pop();
        found
    };
    match value {
        Value::Object(members) => {
            members.iter().find_map(|(key, member)| inside(Step::Key(key), member))
        }
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(place, item)| inside(Step::Place(place), item))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn pointer(path: &[Step<'_>]) -> String {
    let part = |step: &Step<'_>| match step {
        Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Step::Place(place) => format!("/{place}"),
    };
    path.iter().map(part).collect()
}

fn refused(target: &str, ids: &[&str], path: &[Step<'_>]) -> Option<SchemaError> {
    let document = target.split('#').next().unwrap_or_default();
    let is_local = document.is_empty()
        || document.contains("json-schema.org/")
        || ids.iter().any(|id| id.trim_end_matches('#').ends_with(document));
    let sentence = || {
        format!(
            "the schema refers to `{target}`, which is another document; copy it into `$defs`, because \
         schemas are never fetched"
        )
    };
    (!is_local).then_some(SchemaError { json_path: pointer(path), sentence: sentence() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::SchemaLanguage::JsonSchema;

    #[test]
    fn a_schema_says_where_it_is_wrong() {
        assert_eq!(check_schema(JsonSchema, r#"{"type": "object"}"#), Ok(()));
        let error = check_schema(JsonSchema, r#"{"properties": {"a": {"type": "strin"}}}"#)
            .expect_err("type");
        assert_eq!(error.json_path, "/properties/a/type");
        let error = check_schema(JsonSchema, "{").expect_err("no JSON");
        assert!(error.sentence.contains("line 1 column 1"), "{error}");
    }

    #[test]
    fn other_documents_are_refused_and_never_fetched() {
        for target in ["https://example.com/a.json", "common.json#/x", "file:///etc/passwd"] {
            let text = json!({"properties": {"a/b": {"$ref": target}}}).to_string();
            let error = check_schema(JsonSchema, &text).expect_err(target);
            assert_eq!(error.json_path, "/properties/a~1b/$ref");
            assert!(error.sentence.contains(target));
        }
        let local = json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}});
        assert_eq!(check_schema(JsonSchema, &local.to_string()), Ok(()));
        let broken = json!({"$ref": "#/$defs/b"});
        assert!(check_schema(JsonSchema, &broken.to_string()).is_err());
    }

    #[test]
    fn a_payload_says_where_it_does_not_fit() {
        let schema = json!({
            "required": ["id"],
            "properties": {"at": {"type": "string", "format": "date-time"}}
        })
        .to_string();
        let checker = Checker::new(JsonSchema, &schema).expect("schema");
        assert!(checker.violations(&json!({"id": 1, "at": "2026-01-01T00:00:00Z"})).is_empty());
        let violations = checker.violations(&json!({"at": "now"}));
        let paths: Vec<&str> = violations.iter().map(|v| v.json_path.as_str()).collect();
        assert!(paths.contains(&"") && paths.contains(&"/at"), "{violations:?}");
    }

    #[test]
    fn paths_stay_inside_the_folder() {
        for path in ["/etc/x", "../x", "a/../../x", "C:/x", "a\\b", "", "a\nb"] {
            assert!(why_outside(path).is_some(), "{path:?}");
        }
        for path in ["a.json", "schemas/order placed.json", "a/..b/c", "./a"] {
            assert_eq!(why_outside(path), None, "{path:?}");
        }
    }
}
