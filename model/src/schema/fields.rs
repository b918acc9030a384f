//! The fields of a schema as a tree that a person can change, one thing at a time. What the tree
//! cannot say is named, and stays in the text as it is.

use serde_json::Value;

use super::{SchemaError, check_schema};
use crate::message::SchemaLanguage;

mod avro;
mod json_schema;
mod spans;

/// Fields of a tree at most.
const MOST: usize = 2000;
/// Fields inside each other at most.
const DEEPEST: usize = 16;

/// The fields of a schema.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fields {
    /// From top to bottom; what lies in a field comes after it, one deeper.
    pub list: Vec<Field>,
    /// Where fields can be added at the top, as a JSON pointer; nothing if the schema speaks of no
    /// object.
    pub top: Option<String>,
    /// What the schema says as a whole that the tree does not show: keywords with their values.
    pub beside: Vec<(String, String)>,
}

/// A field.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Field {
    /// Where it stands in the schema, as a JSON pointer.
    pub at: String,
    /// In how many others it lies.
    pub depth: usize,
    /// Its name.
    pub name: String,
    /// What its values are, in words.
    pub said: String,
    /// The same as far as the tree can change it; nothing if it cannot.
    pub kind: Option<Kind>,
    /// Whether every payload has it.
    pub is_required: bool,
    /// What else holds for its values, by keyword; what the tree can change.
    pub rules: Vec<(String, Value)>,
    /// What the schema says of it that the tree does not show: keywords with their values.
    pub beside: Vec<(String, String)>,
    /// What it means.
    pub about: String,
    /// Where fields can be added in it.
    pub holds: Option<String>,
    /// The name of the part of the schema that it is as, which others may be as well.
    pub shared: Option<String>,
}

/// What the values of a field are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// A word of [`bases`].
    pub base: &'static str,
    /// Whether it is a list of these.
    pub is_list: bool,
    /// Whether it may be nothing instead.
    pub is_nullable: bool,
}

/// One change of a schema. Fields are named by where they stand.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// Adds a field of this name to what stands there.
    Add(String, String),
    /// Takes a field away.
    Remove(String),
    /// Gives it another name.
    Rename(String, String),
    /// Says what its values are.
    SetKind(String, Kind),
    /// Says whether every payload has it.
    Require(String, bool),
    /// Says what it means.
    Describe(String, String),
    /// Says what else holds for it, or that this does not hold.
    SetRule(String, String, Option<Value>),
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The line.
    pub line: usize,
    /// The letter in it.
    pub column: usize,
}

/// The words for values of fields.
#[must_use]
pub fn bases(language: SchemaLanguage) -> &'static [&'static str] {
    match language {
        SchemaLanguage::JsonSchema => &json_schema::BASES,
        SchemaLanguage::Avro => avro::BASES,
        SchemaLanguage::Protobuf => &[],
    }
}

/// The keywords of rules that a field of this kind can have.
#[must_use]
pub fn rules(language: SchemaLanguage, kind: Option<Kind>) -> &'static [&'static str] {
    match language {
        SchemaLanguage::JsonSchema => json_schema::rules(kind),
        SchemaLanguage::Avro => &avro::RULES,
        SchemaLanguage::Protobuf => &[],
    }
}

/// The fields of a schema.
///
/// # Errors
/// Why it has no tree: one sentence.
pub fn fields(language: SchemaLanguage, text: &str) -> Result<Fields, String> {
    let schema = read(language, text)?;
    match language {
        SchemaLanguage::JsonSchema => Ok(json_schema::fields(&schema)),
        SchemaLanguage::Avro => Ok(avro::fields(&schema)),
        SchemaLanguage::Protobuf => Err(UNREAD.to_owned()),
    }
}

const UNREAD: &str = "a Protobuf schema is carried and shown; nothing looks into it";

/// The text of a schema with one thing changed; every other letter stays as it was.
///
/// # Errors
/// Why that cannot be: one sentence.
pub fn changed(language: SchemaLanguage, text: &str, change: &Change) -> Result<String, String> {
    read(language, text)?;
    let new = match language {
        SchemaLanguage::JsonSchema => json_schema::changed(text, change)?,
        SchemaLanguage::Avro => avro::changed(text, change)?,
        SchemaLanguage::Protobuf => return Err(UNREAD.to_owned()),
    };
    check_schema(language, &new).map_err(|error| error.to_string())?;
    Ok(new)
}

fn read(language: SchemaLanguage, text: &str) -> Result<Value, String> {
    if language == SchemaLanguage::Protobuf {
        return Err(UNREAD.to_owned());
    }
    let schema = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    match spans::read(text).as_ref().and_then(spans::Part::twice) {
        Some(name) => Err(format!("`{name}` stands twice in a map; say in the text which counts")),
        None => Ok(schema),
    }
}

/// Where in a JSON text a pointer leads.
#[must_use]
pub fn locate(text: &str, pointer: &str) -> Option<Mark> {
    let whole = spans::read(text)?;
    let at = whole.at(pointer)?.span.start;
    let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[..at].matches('\n').count() + 1;
    Some(Mark { line, column: text[line_start..at].chars().count() + 1 })
}

/// What is wrong with a text as a schema, and where if that can be told; nothing if it is one.
#[must_use]
pub fn complaint(language: SchemaLanguage, text: &str) -> Option<(Option<Mark>, String)> {
    let SchemaError { json_path, sentence } = check_schema(language, text).err()?;
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
    let mark = match parsed {
        Err(error) => Some(Mark { line: error.line(), column: error.column() }),
        Ok(_) if json_path.is_empty() => None,
        Ok(_) => locate(text, &json_path),
    };
    Some((mark, sentence))
}

/// A value in a few letters.
fn shown(value: &Value) -> String {
    let text = spans::in_line(value);
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A name as a step of a JSON pointer.
fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The pointer to what holds a part, and the last step.
fn parent(pointer: &str) -> Option<(&str, String)> {
    let (parent, last) = pointer.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

/// What keeps a text from naming a field.
fn check_name(name: &str) -> Result<(), String> {
    if name.trim().is_empty() { Err("a field needs a name".to_owned()) } else { Ok(()) }
}

/// The text with a member of a map set, or taken away.
fn with(text: &str, map: &str, key: &str, value: Option<&Value>) -> Result<String, String> {
    let whole = spans::read(text).ok_or("no JSON")?;
    let part = whole.at(map).ok_or("the schema has changed; nothing stands there")?;
    let found = part.members().iter().position(|it| it.key == key);
    Ok(match (found, value) {
        (Some(place), Some(value)) => {
            spans::replaced(text, &part.members()[place].value.span, &spans::in_line(value))
        }
        (Some(place), None) => spans::without(text, part, place),
        (None, Some(value)) => match part.content {
            spans::Content::Map(_) => spans::with_member(text, part, key, value),
            spans::Content::Plain | spans::Content::List(_) => {
                return Err(format!("`{map}` is no map; change it in the text"));
            }
        },
        (None, None) => text.to_owned(),
    })
}

#[cfg(test)]
mod tests;
