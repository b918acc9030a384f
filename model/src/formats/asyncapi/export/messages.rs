//! The messages of a document, each once among its components.

use serde_json::{Map, Value, json};

use super::{lost, plain, said};
use crate::design::Design;
use crate::finding::{Finding, Place};
use crate::formats::asyncapi::document::Rest;
use crate::formats::asyncapi::schemas::{FOREIGN, without_draft};
use crate::message::{Carries, Message, MessageRef, MessageVersion, Schema, SchemaLanguage};
use crate::name::free_name;
use crate::schema::{self, Schemas};

/// Messages with their keys.
pub(super) struct Messages<'a> {
    design: &'a Design,
    schemas: &'a Schemas,
    keys: Vec<(MessageRef, String)>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Messages<'a> {
    pub(super) fn new(design: &'a Design, schemas: &'a Schemas) -> Messages<'a> {
        Messages { design, schemas, keys: Vec::new(), findings: Vec::new() }
    }

    /// The key of a message, given to it if it has none; none if there is no such message.
    pub(super) fn key(&mut self, reference: &MessageRef) -> Option<String> {
        if let Some(key) = self.known_key(reference) {
            return Some(key);
        }
        let message = self.design.message(&reference.name)?;
        let is_other = reference.version.is_some() && reference.version != newest(message);
        let wanted = match reference.version {
            Some(version) if is_other => format!("{}.v{version}", plain(&reference.name)),
            Some(_) | None => plain(&reference.name),
        };
        let key = free_name(&wanted, |key| self.keys.iter().any(|it| it.1 == key));
        self.keys.push((self.settled(reference), key.clone()));
        Some(key)
    }

    /// The key of a message that has one.
    pub(super) fn known_key(&self, reference: &MessageRef) -> Option<String> {
        let settled = self.settled(reference);
        self.keys.iter().find(|it| it.0 == settled).map(|it| it.1.clone())
    }

    /// The newest version by its number.
    fn settled(&self, reference: &MessageRef) -> MessageRef {
        let message = self.design.message(&reference.name);
        let version = reference.version.or_else(|| newest(message?));
        MessageRef { name: reference.name.clone(), version }
    }

    /// All of them, by key.
    pub(super) fn components(&mut self) -> Rest {
        let mut components = Map::new();
        for (reference, key) in std::mem::take(&mut self.keys) {
            let Some(message) = self.design.message(&reference.name) else { continue };
            let version = message.version(reference.version);
            let written = self.message(message, version, &key);
            components.insert(key, Value::Object(written));
        }
        components
    }

    fn message(&mut self, message: &Message, version: Option<&MessageVersion>, key: &str) -> Rest {
        let mut kept = version.map(|it| said(&it.extensions)).unwrap_or_default();
        let mut written = Map::new();
        let name = kept.shift_remove("name").unwrap_or_else(|| message.name.as_str().into());
        written.insert("name".to_owned(), name);
        for (key, text) in [("summary", &message.summary), ("description", &message.description)] {
            if !text.is_empty() {
                written.insert(key.to_owned(), text.as_str().into());
            }
        }
        self.tell_losses(message);
        let Some(version) = version else { return written };
        if let Some(content_type) = &version.content_type {
            written.insert("contentType".to_owned(), content_type.as_str().into());
        }
        let format = kept.shift_remove("schemaFormat");
        let format = format.as_ref().and_then(Value::as_str);
        if let Some(headers) = &version.headers
            && let Some(headers) = self.schema(message, headers, (key, "headers"), None)
        {
            written.insert("headers".to_owned(), headers);
        }
        let payload = kept
            .shift_remove("payload")
            .or_else(|| self.schema(message, &version.schema, (key, "payload"), format));
        if let Some(payload) = payload {
            written.insert("payload".to_owned(), payload);
        }
        let examples = examples(version, kept.shift_remove("examples"));
        if !examples.is_empty() {
            written.insert("examples".to_owned(), Value::Array(examples));
        }
        if let Some(why) = &version.deprecated {
            written.insert("x-deprecated".to_owned(), why.as_str().into());
        }
        written.extend(kept);
        written
    }

    /// A schema as it stands in a document; none if anything is allowed.
    fn schema(
        &mut self,
        message: &Message,
        schema: &Schema,
        (key, part): (&str, &str),
        format: Option<&str>,
    ) -> Option<Value> {
        let Some(text) = schema::text(schema, self.schemas) else {
            let sentence =
                format!("the schema of `{}` is in a file that is not there", message.name);
            self.findings.push(lost(Place::Message(message.name.clone()), "versions", sentence));
            return None;
        };
        let usual = match schema.language() {
            SchemaLanguage::JsonSchema => None,
            SchemaLanguage::Avro => Some("application/vnd.apache.avro+json;version=1.9.0"),
            SchemaLanguage::Protobuf => Some("application/vnd.google.protobuf;version=3"),
        };
        if schema.language() == SchemaLanguage::Protobuf {
            let format = format.or(usual);
            return Some(json!({"schemaFormat": format, "schema": text}));
        }
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            let sentence = format!("the schema of `{}` is no JSON", message.name);
            self.findings.push(lost(Place::Message(message.name.clone()), "versions", sentence));
            return None;
        };
        if schema.language() == SchemaLanguage::Avro {
            return Some(json!({"schemaFormat": format.or(usual), "schema": value}));
        }
        if value == Value::Bool(true) {
            return None;
        }
        let is_old = without_draft(&mut value);
        let format = format.or(is_old.then_some(FOREIGN));
        let place = format!("#/components/messages/{key}/{part}");
        match format {
            None => {
                point_from(&mut value, &place, false);
                Some(value)
            }
            Some(format) => {
                point_from(&mut value, &format!("{place}/schema"), false);
                Some(json!({"schemaFormat": format, "schema": value}))
            }
        }
    }

    fn tell_losses(&mut self, message: &Message) {
        let mut parts = Vec::new();
        let said = [
            ("owner", message.owner.is_some()),
            ("ordering_key", message.ordering_key.is_some()),
            ("size_bytes", message.size_bytes.is_some()),
            ("carries", message.carries != Carries::default()),
        ];
        parts.extend(said.iter().filter(|it| it.1).map(|it| format!("`{}`", it.0)));
        if !parts.is_empty() {
            let sentence =
                format!("a document has no place for {} of `{}`", parts.join(", "), message.name);
            self.findings.push(lost(Place::Message(message.name.clone()), "", sentence));
        }
    }
}

fn newest(message: &Message) -> Option<u32> {
    message.version(None).map(|it| it.number)
}

/// Lets the references of a schema begin at the document instead of the schema.
fn point_from(value: &mut Value, place: &str, is_named: bool) {
    const NAMED: [&str; 4] = ["properties", "patternProperties", "definitions", "$defs"];
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let said = value.as_str().filter(|_| key == "$ref" && !is_named);
                let rest = said.and_then(|it| it.strip_prefix('#')).map(str::to_owned);
                match rest.filter(|it| it.is_empty() || it.starts_with('/')) {
                    Some(rest) => *value = format!("{place}{rest}").into(),
                    None => {
                        let is_named = !is_named && NAMED.contains(&key.as_str());
                        point_from(value, place, is_named);
                    }
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| point_from(it, place, false)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Examples, with what an import kept of them.
fn examples(version: &MessageVersion, kept: Option<Value>) -> Vec<Value> {
    let payloads: Vec<Value> =
        version.examples.iter().filter_map(|it| serde_json::from_str(it).ok()).collect();
    let Some(Value::Array(kept)) = kept else {
        return payloads.into_iter().map(|it| json!({ "payload": it })).collect();
    };
    let mut said = vec![false; payloads.len()];
    let mut examples = Vec::new();
    for mut example in kept {
        if let Some(at) = example.get("payload").and_then(Value::as_u64).map(|it| it as usize) {
            let Some(payload) = payloads.get(at) else { continue };
            said[at] = true;
            example["payload"] = payload.clone();
        }
        examples.push(example);
    }
    let more = payloads.into_iter().zip(said).filter(|it| !it.1);
    examples.extend(more.map(|it| json!({ "payload": it.0 })));
    examples
}
