//! Schema files: each version of each message as a file of JSON Schema, Avro or Protobuf; and such
//! files as the messages of a design. What is between messages is left to other formats.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::design::Design;
use crate::finding::{Finding, Place, Severity};
use crate::formats::asyncapi::{self, Found};
use crate::formats::marked::{Mark, read as read_marked};
use crate::message::{Message, MessageKind, MessageVersion, Schema, SchemaLanguage};
use crate::name::free_name;
use crate::schema::{self, Schemas, check_schema};

mod names;

use names::Named;

/// What a design gets nothing of.
pub const LEAVES_OUT: &str = "everything but the schemas of messages";
/// The folder beside a design that imported schemas lie in.
const FOLDER: &str = "schemas";
const START: Mark = Mark { line: 1, column: 1 };

/// A file of a schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its path from the folder, with `/` between folders.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// A file to import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its path from the folder that references stay in, which is also what findings call it.
    pub file: String,
    /// What it says.
    pub text: String,
    /// Its path from the folder of the design, if it lies there: then it stays where it is.
    pub beside: Option<String>,
}

/// What became of files.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// Their messages.
    pub design: Design,
    /// The files to write beside the design.
    pub files: Vec<File>,
    /// What is wrong or strange in them.
    pub findings: Vec<Found>,
}

/// A file for each version of each message, and what was left out.
#[must_use]
pub fn write(design: &Design, schemas: &Schemas) -> (Vec<File>, Vec<Finding>) {
    let (mut files, mut findings) = (Vec::<File>::new(), Vec::new());
    for message in &design.messages {
        let versions: Vec<_> =
            message.versions.iter().map(|it| (it, schema::text(&it.schema, schemas))).collect();
        for (version, text) in versions {
            let Some(text) = text else {
                let file = version.schema.file().unwrap_or_default();
                let sentence = format!("`{file}` cannot be read, so there is no schema to write");
                let place = Place::Message(message.name.clone());
                findings.push(Finding::new("not-carried", Severity::Warning, place, sentence));
                continue;
            };
            let language = version.schema.language();
            let stem = names::stem(&message.name, version.number);
            let taken = |stem: &str| {
                let path = names::path(stem, language).to_lowercase();
                files.iter().any(|file| file.path.to_lowercase() == path)
            };
            let path = names::path(&free_name(&stem, taken), language);
            let text = match language {
                SchemaLanguage::JsonSchema => with_identity(text, &path, &message.name),
                SchemaLanguage::Avro | SchemaLanguage::Protobuf => ended(text),
            };
            files.push(File { path, text });
        }
    }
    (files, findings)
}

/// A JSON Schema that says what it is called: `$id` (`id` in draft 4) and `title`, unless it does.
/// One that says so stays as it is, byte for byte.
fn with_identity(text: &str, path: &str, title: &str) -> String {
    let Ok(Value::Object(schema)) = serde_json::from_str(text) else { return ended(text) };
    let is_draft = |number: &str| {
        schema.get("$schema").and_then(Value::as_str).is_some_and(|it| it.contains(number))
    };
    let id = if is_draft("draft-03") || is_draft("draft-04") { "id" } else { "$id" };
    // In the older drafts, nothing counts beside a reference.
    let is_only_reference =
        schema.contains_key("$ref") && !is_draft("2019-09") && !is_draft("2020-12");
    let has = |key: &str| schema.contains_key(key);
    if is_only_reference && has("$schema") || has(id) && has("title") {
        return ended(text);
    }
    let mut named = Map::new();
    let mut first = |key: &str, value: Value| {
        named.insert(key.to_owned(), schema.get(key).cloned().unwrap_or(value));
    };
    if has("$schema") {
        first("$schema", Value::Null);
    }
    first(id, names::reference(path).into());
    first("title", title.into());
    named.extend(schema);
    format!("{:#}\n", Value::Object(named))
}

fn ended(text: &str) -> String {
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Reads files as messages. What they refer to becomes part of them, as far as it is in the
/// folder; `open` gives the text of a file there.
pub fn import<'a>(given: &[Given], open: &'a mut asyncapi::Open<'a>) -> Imported {
    let design = Design::new("Schemas");
    let mut imported = Imported { design, files: Vec::new(), findings: Vec::new() };
    let ids = ids(given);
    let mut read = Vec::new();
    for given in given {
        read.extend(file(given, &ids, open, &mut imported.findings));
    }
    let mut numbers: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for it in &read {
        numbers.entry(it.named.name.clone()).or_default().extend(it.named.version);
    }
    for it in read {
        let known = numbers.entry(it.named.name.clone()).or_default();
        imported.add(it, known);
    }
    for message in &mut imported.design.messages {
        let versions = &mut std::sync::Arc::make_mut(message).versions;
        versions.sort_by_key(|version| version.number);
    }
    imported
}

/// A schema that was read.
struct Read<'g> {
    given: &'g Given,
    named: Named,
    language: SchemaLanguage,
    text: String,
    description: String,
    is_deprecated: bool,
}

/// The files by what they call themselves.
fn ids(given: &[Given]) -> BTreeMap<String, String> {
    let id = |given: &Given| {
        let schema: Value = serde_json::from_str(&given.text).ok()?;
        let id = schema.get("$id").or(schema.get("id"))?.as_str()?;
        Some((id.trim_end_matches('#').to_owned(), given.file.clone()))
    };
    given.iter().filter_map(id).collect()
}

fn file<'g>(
    given: &'g Given,
    ids: &BTreeMap<String, String>,
    open: &mut asyncapi::Open<'_>,
    findings: &mut Vec<Found>,
) -> Option<Read<'g>> {
    let lower = given.file.to_lowercase();
    let language = match lower.rsplit('.').next() {
        Some("avsc") => SchemaLanguage::Avro,
        Some("proto") => SchemaLanguage::Protobuf,
        Some(_) | None => SchemaLanguage::JsonSchema,
    };
    let mut say = |mark, sentence: String| {
        let finding = Finding::new("not-a-schema", Severity::Error, Place::Design, sentence);
        findings.push(Found { file: given.file.clone(), mark, finding });
    };
    if language == SchemaLanguage::Protobuf {
        let named = names::of(&given.file, None);
        let (text, description) = (given.text.clone(), String::new());
        return Some(Read { given, named, language, text, description, is_deprecated: false });
    }
    let tree = match read_marked(&given.text) {
        Ok(read) => read.tree.value(),
        Err(complaint) => {
            say(complaint.mark, complaint.sentence);
            return None;
        }
    };
    if !(tree.is_object() || tree.is_boolean() || language == SchemaLanguage::Avro) {
        say(START, "expected a schema, an object".to_owned());
        return None;
    }
    let text = match language {
        SchemaLanguage::JsonSchema => alone(given, &tree, ids, open, findings),
        SchemaLanguage::Avro | SchemaLanguage::Protobuf => given.text.clone(),
    };
    if let Err(error) = check_schema(language, &text) {
        let finding = Finding::new("not-a-schema", Severity::Error, Place::Design, error.sentence);
        findings.push(Found { file: given.file.clone(), mark: START, finding });
    }
    let said = |key: &str| tree.get(key).and_then(Value::as_str).map(str::to_owned);
    let title = if language == SchemaLanguage::Avro { said("name") } else { said("title") };
    let described = if language == SchemaLanguage::Avro { "doc" } else { "description" };
    let is_deprecated = tree.get("deprecated").and_then(Value::as_bool).unwrap_or(false);
    let named = names::of(&given.file, title.as_deref());
    let description = said(described).unwrap_or_default();
    Some(Read { given, named, language, text, description, is_deprecated })
}

/// The text of a schema with all that it refers to; its own text if that is nothing.
fn alone(
    given: &Given,
    schema: &Value,
    ids: &BTreeMap<String, String>,
    open: &mut asyncapi::Open<'_>,
    findings: &mut Vec<Found>,
) -> String {
    if !refers_elsewhere(schema) {
        let is_json = serde_json::from_str::<Value>(&given.text).is_ok();
        return if is_json { given.text.clone() } else { format!("{schema:#}\n") };
    }
    let mut open_known =
        |file: &str| open(file).map(|text| names::led(file, &text, ids).unwrap_or(text));
    let text = names::led(&given.file, &given.text, ids).unwrap_or_else(|| given.text.clone());
    let (gathered, found) = asyncapi::gathered_file(&given.file, &text, &mut open_known);
    findings.extend(found);
    match gathered {
        Some(gathered) => format!("{gathered:#}\n"),
        None => given.text.clone(),
    }
}

fn refers_elsewhere(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            reference.is_some_and(|it| !it.starts_with('#'))
                || members.values().any(refers_elsewhere)
        }
        Value::Array(items) => items.iter().any(refers_elsewhere),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

impl Imported {
    fn add(&mut self, read: Read<'_>, known: &mut BTreeSet<u32>) {
        let Read { given, named, language, text, description, is_deprecated } = read;
        let name = named.name;
        let messages = &mut self.design.messages;
        let at = messages.iter().position(|message| message.name == name).unwrap_or_else(|| {
            let kind = MessageKind::Event;
            messages.push(Message::new(name.clone(), kind).into());
            messages.len() - 1
        });
        let message = std::sync::Arc::make_mut(&mut messages[at]);
        let is_used = |number: u32| message.versions.iter().any(|it| it.number == number);
        let number = match named.version {
            Some(number) if !is_used(number) => number,
            Some(_) | None => (1..).find(|it| !known.contains(it)).unwrap_or(u32::MAX),
        };
        known.insert(number);
        if named.version.is_some_and(|it| it != number) {
            let sentence = format!("`{name}` has such a version already: this one is {number}");
            let finding =
                Finding::new("duplicate-name", Severity::Warning, Place::Design, sentence);
            self.findings.push(Found { file: given.file.clone(), mark: START, finding });
        }
        let is_same = text == given.text;
        let path = match given.beside.clone().filter(|_| is_same) {
            Some(path) => path,
            None => {
                let stem = names::stem(&name, number);
                let path = format!("{FOLDER}/{}", names::path(&stem, language));
                self.files.push(File { path: path.clone(), text });
                path
            }
        };
        let schema = match language {
            SchemaLanguage::JsonSchema => Schema::JsonSchemaFile(path),
            SchemaLanguage::Avro => Schema::AvroFile(path),
            SchemaLanguage::Protobuf => Schema::ProtobufFile(path),
        };
        if message.description.is_empty() {
            message.description = description;
        }
        let mut version = MessageVersion::new(number, schema);
        version.deprecated = is_deprecated.then(|| "its schema says so".to_owned());
        message.versions.push(version);
    }
}

#[cfg(test)]
mod tests;
