//! What a person does to the versions of a message, each as one edit.

use flowbench_model::edit::Edit;
use flowbench_model::message::{Message, MessageVersion, Schema, SchemaLanguage};
use flowbench_model::schema::{self, Schemas, luck, verdict};

/// A JSON Schema to begin with.
pub const EMPTY: &str = "{\n  \"type\": \"object\",\n  \"properties\": {}\n}";

/// Payloads that are tried until an example is a new one.
const TRIES: u64 = 50;

/// The message with a version changed; nothing if it has no such version.
#[must_use]
pub fn changed(
    message: &Message,
    number: u32,
    change: impl FnOnce(&mut MessageVersion),
) -> Option<Edit> {
    let mut changed = message.clone();
    let version = changed.versions.iter_mut().find(|it| it.number == number)?;
    change(version);
    Some(Edit::PutMessage(message.name.clone(), changed))
}

/// Another text of the schema of a version, wherever that stands.
#[must_use]
pub fn with_text(message: &Message, number: u32, text: &str) -> Option<Edit> {
    let version = message.version(Some(number))?;
    match version.schema.file() {
        Some(path) => Some(Edit::PutSchemaFile(path.to_owned(), text.to_owned())),
        None => {
            let schema = inside(version.schema.language(), text.to_owned());
            changed(message, number, |version| version.schema = schema)
        }
    }
}

/// A version more, which begins as this one does, and its number. A schema in a file gets a file
/// of its own.
#[must_use]
pub fn next(message: &Message, from: Option<u32>, schemas: &Schemas) -> (Edit, u32) {
    let number = message.versions.iter().map(|it| it.number).max().unwrap_or(0) + 1;
    let begun = from.and_then(|from| message.version(Some(from)));
    let text = begun.and_then(|it| schema::text(&it.schema, schemas)).map(str::to_owned);
    let mut edits = Vec::new();
    let schema = match begun.map(|it| &it.schema) {
        None => Schema::JsonSchema(EMPTY.to_owned()),
        Some(schema) if schema.file().is_some() && text.is_some() => {
            let language = schema.language();
            let path = free_path(&message.name, number, language, schemas);
            let text = text.unwrap_or_default();
            edits.push(Edit::PutSchemaFile(path.clone(), text));
            in_file(language, path)
        }
        Some(schema) if schema.file().is_some() => begun_in(schema.language(), &message.name),
        Some(schema) => schema.clone(),
    };
    let version = MessageVersion {
        headers: begun.and_then(|it| it.headers.clone()),
        content_type: begun.and_then(|it| it.content_type.clone()),
        ..MessageVersion::new(number, schema)
    };
    let mut changed = message.clone();
    changed.versions.push(version);
    edits.push(Edit::PutMessage(message.name.clone(), changed));
    (one(edits), number)
}

/// The schema of a version in the design if it is in a file, in a file if it is in the design.
#[must_use]
pub fn elsewhere(message: &Message, number: u32, schemas: &Schemas) -> Option<Edit> {
    let version = message.version(Some(number))?;
    let language = version.schema.language();
    let text = schema::text(&version.schema, schemas).map(str::to_owned);
    let text = text.or_else(|| begun_in(language, &message.name).inside().map(str::to_owned))?;
    if version.schema.file().is_some() {
        return changed(message, number, |it| it.schema = inside(language, text));
    }
    let path = free_path(&message.name, number, language, schemas);
    let put = changed(message, number, |it| it.schema = in_file(language, path.clone()))?;
    Some(Edit::All(vec![Edit::PutSchemaFile(path, text), put]))
}

/// The schema of a version in a file of another path: what that file says if it is known, else
/// with the text that it has now.
#[must_use]
pub fn at_path(message: &Message, number: u32, path: &str, schemas: &Schemas) -> Option<Edit> {
    let schema = &message.version(Some(number))?.schema;
    let schema_there = in_file(schema.language(), path.to_owned());
    let put = changed(message, number, |it| it.schema = schema_there)?;
    let text = schema::text(schema, schemas).filter(|_| !schemas.contains_key(path));
    let write = text.map(|text| Edit::PutSchemaFile(path.to_owned(), text.to_owned()));
    Some(one(write.into_iter().chain([put]).collect()))
}

/// A schema to begin with in another language, in the design.
#[must_use]
pub fn in_language(message: &Message, number: u32, language: SchemaLanguage) -> Option<Edit> {
    changed(message, number, |it| it.schema = begun_in(language, &message.name))
}

/// A payload that fits the schema of a version and that is none of its examples yet, as indented
/// JSON.
#[must_use]
pub fn generated(version: &MessageVersion, schemas: &Schemas) -> Option<String> {
    if version.schema.language() == SchemaLanguage::Protobuf {
        return None;
    }
    let form = verdict::form(&version.schema, schemas).ok()?;
    let made = |seed| {
        let payload = form.payload(&mut luck(seed));
        serde_json::to_string_pretty(&payload).ok()
    };
    let is_new = |text: &String| !version.examples.contains(text);
    (0..TRIES).filter_map(made).find(is_new).or_else(|| made(0))
}

/// Whether payloads can be made from the schema of a version.
#[must_use]
pub fn can_generate(version: &MessageVersion, schemas: &Schemas) -> bool {
    let is_there = schema::text(&version.schema, schemas).is_some();
    is_there && version.schema.language() != SchemaLanguage::Protobuf
}

fn one(mut edits: Vec<Edit>) -> Edit {
    match edits.len() {
        1 => edits.remove(0),
        _ => Edit::All(edits),
    }
}

fn inside(language: SchemaLanguage, text: String) -> Schema {
    match language {
        SchemaLanguage::JsonSchema => Schema::JsonSchema(text),
        SchemaLanguage::Avro => Schema::Avro(text),
        SchemaLanguage::Protobuf => Schema::Protobuf(text),
    }
}

fn in_file(language: SchemaLanguage, path: String) -> Schema {
    match language {
        SchemaLanguage::JsonSchema => Schema::JsonSchemaFile(path),
        SchemaLanguage::Avro => Schema::AvroFile(path),
        SchemaLanguage::Protobuf => Schema::ProtobufFile(path),
    }
}

/// A schema without fields.
fn begun_in(language: SchemaLanguage, name: &str) -> Schema {
    let word = word(name);
    match language {
        SchemaLanguage::JsonSchema => Schema::JsonSchema(EMPTY.to_owned()),
        SchemaLanguage::Avro => Schema::Avro(format!(
            "{{\n  \"type\": \"record\",\n  \"name\": \"{word}\",\n  \"fields\": []\n}}"
        )),
        SchemaLanguage::Protobuf => {
            Schema::Protobuf(format!("syntax = \"proto3\";\n\nmessage {word} {{\n}}\n"))
        }
    }
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

/// A path that no known file has: `schemas/order-placed-2.json`.
fn free_path(name: &str, number: u32, language: SchemaLanguage, schemas: &Schemas) -> String {
    let ending = match language {
        SchemaLanguage::JsonSchema => "json",
        SchemaLanguage::Avro => "avsc",
        SchemaLanguage::Protobuf => "proto",
    };
    let path = format!("schemas/{}-{number}", kebab(name));
    let mut paths = (2..).map(|copy| format!("{path}-{copy}.{ending}"));
    let first = format!("{path}.{ending}");
    if !schemas.contains_key(&first) {
        return first;
    }
    paths.find(|it| !schemas.contains_key(it)).expect("invariant: numbers have no end")
}

fn kebab(name: &str) -> String {
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
    kebab
}

#[cfg(test)]
mod tests {
    use flowbench_model::design::Design;
    use flowbench_model::message::MessageKind;

    use super::*;

    const STRING: &str = r#"{"type": "string"}"#;

    fn message(schema: Schema) -> (Design, Message) {
        let mut message = Message::new("OrderPlaced", MessageKind::Event);
        message.versions.push(MessageVersion::new(1, schema));
        let mut design = Design::new("test");
        design.messages.push(message.clone().into());
        (design, message)
    }

    #[test]
    fn a_version_more_of_a_schema_in_a_file_gets_a_file_of_its_own() {
        let (design, message) = message(Schema::JsonSchemaFile("a.json".into()));
        let schemas = Schemas::from([
            ("a.json".to_owned(), STRING.to_owned()),
            ("schemas/order-placed-2.json".to_owned(), "{}".to_owned()),
        ]);
        let (edit, number) = next(&message, Some(1), &schemas);
        let after = edit.apply(&design).expect("an edit");
        let path = "schemas/order-placed-2-2.json";
        let version = &after.messages[0].versions[1];
        assert_eq!((number, version.number), (2, 2));
        assert_eq!(version.schema, Schema::JsonSchemaFile(path.into()));
        assert_eq!(after.schema_files[path].as_ref(), STRING);
    }

    #[test]
    fn a_schema_keeps_its_text_on_its_way_to_a_file_and_back() {
        let (design, old) = message(Schema::Avro("\"string\"".into()));
        let edit = elsewhere(&old, 1, &Schemas::new()).expect("an edit");
        let there = edit.apply(&design).expect("applied");
        let path = "schemas/order-placed-1.avsc";
        assert_eq!(there.messages[0].versions[0].schema, Schema::AvroFile(path.into()));
        let schemas = Schemas::from([(path.to_owned(), there.schema_files[path].to_string())]);
        let back = elsewhere(&there.messages[0], 1, &schemas).expect("an edit");
        let back = back.apply(&there).expect("applied");
        assert_eq!(*back.messages[0], old);
        let moved = at_path(&there.messages[0], 1, "b.avsc", &schemas).expect("an edit");
        let moved = moved.apply(&there).expect("applied");
        assert_eq!(moved.schema_files["b.avsc"].as_ref(), "\"string\"");
        let outside = at_path(&there.messages[0], 1, "../b.avsc", &schemas).expect("an edit");
        assert!(outside.apply(&there).is_err());
    }

    #[test]
    fn what_a_schema_begins_with_can_be_used() {
        for name in ["OrderPlaced", "order placed", "2nd", "Größe", ""] {
            for language in [SchemaLanguage::Avro, SchemaLanguage::JsonSchema] {
                let schema = begun_in(language, name);
                let text = schema.inside().expect("a text");
                assert_eq!(schema::check_schema(language, text), Ok(()), "{name}");
            }
        }
        assert_eq!(kebab("order placed"), "order-placed");
    }

    #[test]
    fn an_example_that_is_made_fits_and_is_a_new_one() {
        let text = r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#;
        let (_, mut message) = message(Schema::JsonSchema(text.into()));
        let version = &mut message.versions[0];
        for _ in 0..3 {
            let example = generated(version, &Schemas::new()).expect("a payload");
            assert!(!version.examples.contains(&example), "{example}");
            version.examples.push(example);
        }
    }
}
