//! The schema of a version: what it is written in, where it stands, and a payload that derives from
//! it.

use flowbench_model::message::{Schema, SchemaLanguage};
use flowbench_model::schema::verdict::VersionVerdict;
use flowbench_model::schema::{self, Schemas};

use crate::gui::panels::message::payload::highlighted;
use crate::gui::theme::Colors;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// A JSON Schema to begin with.
pub(super) const EMPTY: &str = "{\n  \"type\": \"object\",\n  \"properties\": {}\n}";

const LANGUAGES: [Choice<SchemaLanguage>; 3] = [
    choice(SchemaLanguage::JsonSchema, "JSON", "JSON Schema; payloads are JSON"),
    choice(SchemaLanguage::Avro, "Avro", "Payloads are Avro; they are shown as JSON"),
    choice(SchemaLanguage::Protobuf, "Protobuf", "Kept and shown; payloads are not checked"),
];
const PLACES: [Choice<bool>; 2] = [
    choice(false, "In design", "The text stands in the design's file"),
    choice(true, "In a file", "A file beside the design has it"),
];

/// Shows the schema of a version of the message of a name.
pub(super) fn show(
    form: &mut Form,
    name: &str,
    (schemas, verdict): (&Schemas, Option<&VersionVerdict>),
    schema: &mut Schema,
) {
    let mut language = schema.language();
    form.choose("Schema", "What it is written in", &mut language, &LANGUAGES);
    if language != schema.language() {
        *schema = begun(language, name, schema.file().is_some());
    }
    let mut is_file = schema.file().is_some();
    form.choose("Stands", "Where the schema is kept", &mut is_file, &PLACES);
    if is_file != schema.file().is_some() {
        *schema = moved(schema, name, schemas);
    }
    match schema {
        Schema::JsonSchema(text) => form.code("JSON Schema", text, check(language)),
        Schema::Avro(text) => form.code("Avro schema", text, check(language)),
        Schema::Protobuf(text) => form.code("Protobuf schema", text, check(language)),
        Schema::JsonSchemaFile(path) | Schema::AvroFile(path) | Schema::ProtobufFile(path) => {
            form.text("Schema file", "Relative to the design's folder", path);
        }
    }
    if let Some(derived) = verdict.and_then(|verdict| verdict.derived.as_ref()) {
        form.note("A payload that derives from it:");
        let job = highlighted(derived, Colors::of(form.ui));
        form.ui.label(job);
    }
}

/// Whether a text is a schema, said in a sentence if not.
fn check(language: SchemaLanguage) -> impl Fn(&str) -> Result<(), String> {
    move |text| schema::check_schema(language, text).map_err(|error| error.to_string())
}

/// A schema to begin with in another language.
fn begun(language: SchemaLanguage, name: &str, is_file: bool) -> Schema {
    match (language, is_file) {
        (SchemaLanguage::JsonSchema, false) => Schema::JsonSchema(EMPTY.to_owned()),
        (SchemaLanguage::JsonSchema, true) => Schema::JsonSchemaFile(path(name, "json")),
        (SchemaLanguage::Avro, false) => Schema::Avro(empty_record(name)),
        (SchemaLanguage::Avro, true) => Schema::AvroFile(path(name, "avsc")),
        (SchemaLanguage::Protobuf, false) => Schema::Protobuf(empty_message(name)),
        (SchemaLanguage::Protobuf, true) => Schema::ProtobufFile(path(name, "proto")),
    }
}

/// The same schema elsewhere: the text of its file in the design, or the name of a file for it.
fn moved(schema: &Schema, name: &str, schemas: &Schemas) -> Schema {
    let text = schema.file().and_then(|file| schemas.get(file)).cloned();
    match schema {
        Schema::JsonSchema(_) => Schema::JsonSchemaFile(path(name, "json")),
        Schema::Avro(_) => Schema::AvroFile(path(name, "avsc")),
        Schema::JsonSchemaFile(_) => Schema::JsonSchema(text.unwrap_or_else(|| EMPTY.to_owned())),
        Schema::AvroFile(_) => Schema::Avro(text.unwrap_or_else(|| empty_record(name))),
        Schema::Protobuf(_) => Schema::ProtobufFile(path(name, "proto")),
        Schema::ProtobufFile(_) => Schema::Protobuf(text.unwrap_or_else(|| empty_message(name))),
    }
}

/// An Avro record without fields.
fn empty_record(name: &str) -> String {
    let word = word(name);
    format!("{{\n  \"type\": \"record\",\n  \"name\": \"{word}\",\n  \"fields\": []\n}}")
}

/// A Protobuf message without fields.
fn empty_message(name: &str) -> String {
    format!("syntax = \"proto3\";\n\nmessage {} {{\n}}\n", word(name))
}

/// The name of a message, as far as other languages take it.
fn word(name: &str) -> String {
    let mut word: String =
        name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    if word.starts_with(|first: char| first.is_ascii_digit()) || word.is_empty() {
        word.insert(0, '_');
    }
    word
}

/// Where the file of a message would be looked for: `schemas/order-placed.json`.
fn path(name: &str, ending: &str) -> String {
    let mut kebab = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && was_lower {
            kebab.push('-');
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        let is_word = letter.is_alphanumeric();
        kebab.extend(if is_word { letter } else { '-' }.to_lowercase());
    }
    format!("schemas/{kebab}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_records_are_named_after_the_message() {
        assert_eq!(path("OrderPlaced", "avsc"), "schemas/order-placed.avsc");
        assert_eq!(path("order placed", "json"), "schemas/order-placed.json");
        for name in ["OrderPlaced", "order placed", "2nd", "Größe", ""] {
            let schema = begun(SchemaLanguage::Avro, name, false);
            let text = schema.inside().expect("a text");
            assert_eq!(schema::check_schema(SchemaLanguage::Avro, text), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_schema_keeps_its_text_on_its_way_into_the_design() {
        let file = Schema::AvroFile("a.avsc".into());
        let files = Schemas::from([("a.avsc".to_owned(), "\"string\"".to_owned())]);
        assert_eq!(moved(&file, "A", &files), Schema::Avro("\"string\"".into()));
        assert_eq!(
            moved(&Schema::Avro("\"string\"".into()), "A", &files),
            Schema::AvroFile("schemas/a.avsc".into())
        );
    }
}
