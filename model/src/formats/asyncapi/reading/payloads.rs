//! Payloads and headers: schemas in the languages that a design has, and what is carried of others.

use serde_json::{Value, json};

use super::Reader;
use crate::finding::Severity;
use crate::formats::asyncapi::document::Rest;
use crate::formats::asyncapi::schemas::{FOREIGN, Language, gathered, is_foreign, language};
use crate::formats::asyncapi::sources::{Spot, unresolved};
use crate::message::Schema;

/// Schemas with a format that hold another one, at most.
const MOST_STEPS: usize = 16;
/// Text of the schemas of one document, in bytes, at most.
const MOST_BYTES: usize = 16 << 20;

impl Reader<'_, '_> {
    /// The schema of a payload. What cannot be read stays in the rest, and so does a format that
    /// an export would not choose by itself.
    pub(super) fn payload(
        &mut self,
        spot: &Spot,
        format: Option<String>,
        rest: &mut Rest,
    ) -> Option<Schema> {
        let (mut format, spot) = self.formatted(spot, format);
        let target = self.sources.resolve(&spot);
        if target.is_none() {
            let mut value = unresolved(spot.reference().unwrap_or_default());
            if let Some(format) = format {
                value["x-schemaFormat"] = format.into();
            }
            return Some(Schema::JsonSchema(printed(&value)));
        }
        let kind = match target.filter(|it| it.get("x-unresolved").is_none()) {
            Some(_) => language(format.as_deref()),
            // What is not there can be anything.
            None => Language::Json,
        };
        let schema = match kind {
            Language::Json => {
                let value = gathered(self.sources, &spot);
                if is_foreign(&value) && format.as_deref().is_none_or(is_usual) {
                    format = Some(FOREIGN.to_owned());
                }
                Some(Schema::JsonSchema(self.counted(&spot, &value)))
            }
            Language::Avro => {
                let value = self.sources.plain(&spot);
                let text = value.as_str().map(str::to_owned);
                Some(Schema::Avro(text.unwrap_or_else(|| printed(&value))))
            }
            Language::Protobuf => {
                let value = self.sources.plain(&spot);
                let text = value.as_str().map(str::to_owned);
                Some(Schema::Protobuf(text.unwrap_or_else(|| printed(&value))))
            }
            Language::Unread => {
                let said = format.clone().unwrap_or_default();
                let sentence = format!(
                    "schemas in `{said}` are not read: this one is carried and written again, and any payload fits"
                );
                self.sources.say("schema-format", Severity::Warning, &spot, sentence);
                let schema = self.sources.plain(&spot);
                rest.insert("payload".to_owned(), json!({"schemaFormat": said, "schema": schema}));
                return None;
            }
        };
        if let Some(format) = format.filter(|format| !is_usual(format)) {
            rest.insert("schemaFormat".to_owned(), format.into());
        }
        schema
    }

    /// The schema of headers.
    pub(super) fn headers(&mut self, spot: &Spot) -> Option<Schema> {
        let mut rest = Rest::new();
        let headers = self.payload(spot, None, &mut rest);
        if headers.is_none() {
            let sentence = "headers in a language that is not read are left out";
            self.sources.say("schema-format", Severity::Warning, spot, sentence);
        }
        headers
    }

    /// A schema with its format, which stands beside it since version 3.
    fn formatted(&mut self, spot: &Spot, format: Option<String>) -> (Option<String>, Spot) {
        let mut found = (format, spot.clone());
        for _ in 0..MOST_STEPS {
            let target = self.sources.resolve(&found.1);
            let inner = target.filter(|it| it.get("schemaFormat").is_some() && self.major > 2);
            match inner.as_ref().and_then(|it| it.get("schema")) {
                Some(schema) => found = (inner.and_then(|it| it.text("schemaFormat")), schema),
                None => break,
            }
        }
        found
    }

    /// The text of a schema, which counts towards the limit.
    fn counted(&mut self, spot: &Spot, value: &Value) -> String {
        let text = printed(value);
        self.schema_bytes += text.len();
        if self.schema_bytes > MOST_BYTES {
            let sentence = format!(
                "the schemas of this document come to more than {} MiB of text; this one is left out",
                MOST_BYTES >> 20
            );
            self.sources.say("too-large", Severity::Error, spot, sentence);
            return "true".to_owned();
        }
        text
    }
}

/// Formats that an export chooses by itself.
fn is_usual(format: &str) -> bool {
    format.starts_with("application/vnd.aai.asyncapi")
}

/// JSON as people read it.
fn printed(value: &Value) -> String {
    let text = value.to_string();
    if text.len() < 80 {
        return text;
    }
    serde_json::to_string_pretty(value).unwrap_or(text)
}
