//! Events, commands and queries, in their versions, with schemas and examples.

use serde_json::{Map, Value, json};

use super::ids::Ids;
use super::kept::{self, Kept};
use super::prose;
use super::{Content, File, file_name};
use crate::message::{Message, MessageKind, MessageVersion, SchemaLanguage};
use crate::schema::{self, Schemas};

pub(super) fn messages(ids: &Ids<'_>, schemas: &Schemas) -> Vec<File> {
    let mut files = Vec::new();
    for message in &ids.design.messages {
        let folder = format!("{}/{}", collection(message.kind), ids.message(&message.name));
        let newest = message.versions.last();
        resource(ids, message, newest, (&folder, schemas), &mut files);
        let older = message.versions.split_last().map_or(&[][..], |(_, older)| older);
        for version in older {
            let number = ids.message_version(&message.name, Some(version.number));
            let folder = format!("{folder}/versioned/{}", file_name(&number));
            resource(ids, message, Some(version), (&folder, schemas), &mut files);
        }
    }
    files
}

/// A JSON Schema that says nothing.
pub(super) const NO_SCHEMA: &str = "{}";

/// A catalog knows no replies: they are events with a badge.
pub(super) fn collection(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Event | MessageKind::Reply => "events",
        MessageKind::Command => "commands",
        MessageKind::Query => "queries",
    }
}

fn resource(
    ids: &Ids<'_>,
    message: &Message,
    version: Option<&MessageVersion>,
    (folder, schemas): (&str, &Schemas),
    files: &mut Vec<File>,
) {
    let number = ids.message_version(&message.name, version.map(|it| it.number));
    let owners = ids.owners_of_message(message);
    let id = ids.message(&message.name);
    let mut front = ids.front((id, &message.name), &number, &message.summary, &owners);
    if let Some(reason) = version.and_then(|it| it.deprecated.as_ref()) {
        front.insert("deprecated".to_owned(), json!({ "message": reason }));
    }
    if message.kind == MessageKind::Reply {
        let badge = json!({ "content": "reply", "backgroundColor": "blue", "textColor": "blue" });
        front.insert("badges".to_owned(), json!([badge]));
    }
    own(message, &mut front);
    let schema = version.and_then(|it| {
        let text = schema::text(&it.schema, schemas).filter(|text| text.trim() != NO_SCHEMA)?;
        Some((schema_file(it.schema.language()), text))
    });
    let mut components = vec!["<NodeGraph />".to_owned()];
    if let Some((name, text)) = schema {
        front.insert("schemaPath".to_owned(), Value::String(name.to_owned()));
        let is_shown = name == "schema.json";
        let component = if is_shown { "SchemaViewer" } else { "Schema" };
        components.push(format!("## Schema\n\n<{component} file=\"{name}\" />"));
        let content = Content::Plain(text.to_owned());
        files.push(File { path: format!("{folder}/{name}"), content });
    }
    let components: Vec<&str> = components.iter().map(String::as_str).collect();
    let body = prose::body(&message.description, &components);
    let kept: Kept = version.map(|it| kept::read(&it.extensions)).unwrap_or_default();
    files.push(File::resource(format!("{folder}/index.mdx"), front, body).keeping(kept));
    let examples = version.map_or(&[][..], |it| it.examples.as_slice());
    for (place, example) in examples.iter().enumerate() {
        let path = format!("{folder}/examples/example-{}.json", place + 1);
        files.push(File { path, content: Content::Plain(example.clone()) });
    }
}

fn schema_file(language: SchemaLanguage) -> &'static str {
    match language {
        SchemaLanguage::JsonSchema => "schema.json",
        SchemaLanguage::Avro => "schema.avsc",
        SchemaLanguage::Protobuf => "schema.proto",
    }
}

/// What the catalog has no words for.
fn own(message: &Message, front: &mut Map<String, Value>) {
    front.insert("x-flowbench-kind".to_owned(), Value::String(message.kind.word().to_owned()));
    if let Some(key) = &message.ordering_key {
        front.insert("x-flowbench-ordering-key".to_owned(), Value::String(key.clone()));
    }
    if let Some(size) = message.size_bytes {
        front.insert("x-flowbench-size-bytes".to_owned(), Value::from(size));
    }
}
