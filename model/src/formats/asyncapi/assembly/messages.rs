//! The messages of all documents: the same name with another schema is another version.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{clean, keep};
use crate::design::Design;
use crate::finding::{Finding, Place, Severity};
use crate::formats::asyncapi::Found;
use crate::formats::asyncapi::document::{Action, Document, Message as Said};
use crate::message::{Message, MessageKind, MessageRef, MessageVersion, Schema};
use crate::name::free_name;

/// Puts the messages of all documents into the design, and says for each document which message of
/// the design each of its own is.
pub(super) fn put_together(
    design: &mut Design,
    documents: &mut [Document],
    found: &mut Vec<Found>,
) -> Vec<Vec<MessageRef>> {
    let mut together = Together::default();
    let mut table: Vec<Vec<MessageRef>> = Vec::new();
    for document in documents.iter_mut() {
        let kinds = kinds(document);
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut refs = Vec::new();
        for (at, kind) in kinds.into_iter().enumerate() {
            let name = name(document, at, &names);
            names.entry(name.clone()).or_insert(at);
            refs.push(together.put(&name, kind, document, at, found));
        }
        table.push(refs);
    }
    // One version alone needs no number.
    for reference in table.iter_mut().flatten() {
        let versions =
            together.places.get(&reference.name).map(|at| &together.messages[*at].versions);
        if versions.is_none_or(|versions| versions.len() < 2) {
            reference.version = None;
        }
    }
    design.messages = together.messages.into_iter().map(Arc::new).collect();
    table
}

#[derive(Default)]
struct Together {
    messages: Vec<Message>,
    places: BTreeMap<String, usize>,
    /// What the schemas of versions come to, by message and version.
    essences: BTreeMap<(String, u32), Value>,
}

impl Together {
    fn put(
        &mut self,
        name: &str,
        kind: MessageKind,
        document: &mut Document,
        at: usize,
        found: &mut Vec<Found>,
    ) -> MessageRef {
        let file = document.file.clone();
        let said = &mut document.messages[at];
        let place = *self.places.entry(name.to_owned()).or_insert_with(|| {
            self.messages.push(Message::new(name, kind));
            self.messages.len() - 1
        });
        let message = &mut self.messages[place];
        for (old, new) in
            [(&mut message.summary, &said.summary), (&mut message.description, &said.description)]
        {
            if old.is_empty() {
                old.clone_from(new);
            }
        }
        if message.kind == MessageKind::Event {
            message.kind = kind;
        }
        if !has_content(said) {
            return MessageRef::newest(name);
        }
        let essence = said.payload.as_ref().map(essence_of).unwrap_or_default();
        let same = message.versions.iter().find(|version| {
            self.essences.get(&(name.to_owned(), version.number)) == Some(&essence)
        });
        let number = match same.map(|version| version.number) {
            Some(number) => number,
            None => {
                let number = message.versions.len() as u32 + 1;
                if number > 1 {
                    let sentence = format!(
                        "`{name}` has another schema here than in a document before; they are its versions {} and {number}",
                        number - 1
                    );
                    let finding = Finding::new(
                        "version",
                        Severity::Info,
                        Place::Message(name.to_owned()),
                        sentence,
                    )
                    .at(&said.spot.pointer);
                    found.push(Found { file, mark: said.spot.tree.mark, finding });
                }
                self.essences.insert((name.to_owned(), number), essence);
                message.versions.push(version(said, number, name));
                number
            }
        };
        MessageRef { name: name.to_owned(), version: Some(number) }
    }
}

fn has_content(said: &Said) -> bool {
    said.payload.is_some()
        || said.headers.is_some()
        || said.content_type.is_some()
        || !said.examples.is_empty()
        || !said.rest.is_empty()
}

fn version(said: &mut Said, number: u32, name: &str) -> MessageVersion {
    let anything = || Schema::JsonSchema("true".to_owned());
    let mut rest = std::mem::take(&mut said.rest);
    if let Some(own) = said.name.as_deref().filter(|own| *own != name) {
        rest.insert("name".to_owned(), own.into());
    }
    let mut version = MessageVersion {
        examples: std::mem::take(&mut said.examples),
        headers: said.headers.take(),
        content_type: said.content_type.take(),
        ..MessageVersion::new(number, said.payload.take().unwrap_or_else(anything))
    };
    keep(&mut version.extensions, rest);
    version
}

/// What a message is called in the design: what it calls itself, unless another one of the document
/// does.
fn name(document: &Document, at: usize, names: &BTreeMap<String, usize>) -> String {
    let message = &document.messages[at];
    let is_taken = |name: &str| {
        names.get(name).is_some_and(|other| !is_same(&document.messages[*other], message))
    };
    let own = message.name.as_deref().map(clean);
    if let Some(own) = own.filter(|own| !is_taken(own)) {
        return own;
    }
    free_name(&clean(&message.id), is_taken)
}

fn is_same(one: &Said, other: &Said) -> bool {
    one.payload == other.payload && one.headers == other.headers && one.rest == other.rest
}

/// What is asked is a command, what comes back a reply; anything else is an event.
fn kinds(document: &Document) -> Vec<MessageKind> {
    let mut kinds = vec![MessageKind::Event; document.messages.len()];
    for operation in &document.operations {
        let Some(reply) = &operation.reply else { continue };
        let listed = |channel: Option<usize>, list: &Option<Vec<usize>>| {
            let all = channel.map(|at| document.channels[at].messages.iter().map(|it| it.1));
            list.clone().unwrap_or_else(|| all.into_iter().flatten().collect())
        };
        for at in listed(operation.channel, &operation.messages) {
            kinds[at] = MessageKind::Command;
        }
        if reply.channel.is_some() || reply.messages.is_some() {
            for at in listed(reply.channel, &reply.messages) {
                kinds[at] = MessageKind::Reply;
            }
        }
        debug_assert!(matches!(operation.action, Action::Send | Action::Receive));
    }
    kinds
}

/// What decides whether two schemas say the same: all but words for people.
fn essence_of(schema: &Schema) -> Value {
    let text = schema.inside().unwrap_or_default();
    match serde_json::from_str(text) {
        Ok(value) => essence(&value, false),
        Err(_) => Value::String(text.to_owned()),
    }
}

fn essence(value: &Value, is_named: bool) -> Value {
    const WORDS: [&str; 6] = ["title", "description", "example", "examples", "$comment", "$schema"];
    const NAMED: [&str; 4] = ["properties", "patternProperties", "definitions", "$defs"];
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| {
                is_named || !WORDS.contains(&key.as_str()) && !key.starts_with("x-")
            });
            let pairs = kept.map(|(key, value)| {
                let is_named = !is_named && NAMED.contains(&key.as_str());
                (key.clone(), essence(value, is_named))
            });
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
        Value::Array(items) => items.iter().map(|item| essence(item, false)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
