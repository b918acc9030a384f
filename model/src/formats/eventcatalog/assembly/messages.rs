//! Messages in their versions.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::super::messages::NO_SCHEMA;
use super::{Assembly, has_changed, is_same, keep, owner, summary};
use crate::finding::Severity;
use crate::formats::eventcatalog::kept::{self, Kept};
use crate::formats::eventcatalog::prose;
use crate::formats::eventcatalog::reading::{self, Collection, Resource, Shelf};
use crate::formats::marked;
use crate::message::{Message, MessageKind, MessageVersion, Schema};
use crate::name::free_name;

/// Reads all of them.
pub(super) fn read(assembly: &mut Assembly<'_>) {
    let mut groups: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
    for resource in &assembly.shelf.resources {
        if kind(resource.collection).is_some() {
            groups.entry(resource.id.clone()).or_default().push(resource.clone());
        }
    }
    for (id, mut versions) in groups {
        versions.sort_by(|a, b| compare(&a.version, &b.version));
        versions.dedup_by(|a, b| a.version == b.version);
        let name = message(assembly, &versions);
        assembly.messages.insert(id, name);
    }
}

/// What the sender means by what stands in a collection.
fn kind(collection: Collection) -> Option<MessageKind> {
    match collection {
        Collection::Event => Some(MessageKind::Event),
        Collection::Command => Some(MessageKind::Command),
        Collection::Query => Some(MessageKind::Query),
        Collection::Domain
        | Collection::Service
        | Collection::Channel
        | Collection::Owner
        | Collection::Other(_) => None,
    }
}

/// Versions in their order: number by number, where they are numbers.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(u64, String)> {
        let parts = text.split(['.', '-', '+']);
        parts.map(|it| (it.trim_start_matches('v').parse().unwrap_or(0), it.to_owned())).collect()
    };
    parts(one).cmp(&parts(other))
}

/// The message of these versions, of which there is at least one.
fn message(assembly: &mut Assembly<'_>, versions: &[Resource]) -> String {
    let newest = versions.iter().rfind(|it| !it.is_older).or(versions.last());
    let newest = newest.expect("invariant: a group has a version");
    let old = Assembly::old(&assembly.expected, newest).cloned();
    let name = old.as_ref().map_or_else(|| new_name(assembly, newest), Resource::name);
    let mut message = match assembly.design.message(&name) {
        Some(message) => Message::clone(message),
        None => Message::new(name.as_str(), kind(newest.collection).unwrap_or_default()),
    };
    let before = message.clone();
    if old.as_ref().is_none_or(|old| !is_same(old, newest)) {
        let old = old.as_ref();
        if has_changed(old, newest, "summary") {
            message.summary = summary(newest);
        }
        if has_changed(old, newest, "owners") {
            message.owner = owner(newest);
        }
        if old.is_none_or(|it| it.body.trim() != newest.body.trim()) {
            message.description = prose::overview(&newest.body);
        }
        if newest.id != name {
            kept::write(
                &mut message.extensions,
                &Kept { id: Some(newest.id.clone()), ..Kept::default() },
            );
        }
    }
    let numbers = numbers(versions);
    for (resource, number) in versions.iter().zip(numbers) {
        version(assembly, &mut message, resource, number);
    }
    message.versions.sort_by_key(|it| it.number);
    if message != before || assembly.design.message(&name).is_none() {
        put(assembly, message);
    }
    name
}

fn put(assembly: &mut Assembly<'_>, message: Message) {
    let messages = &mut assembly.design.messages;
    match messages.iter_mut().find(|it| it.name == message.name) {
        Some(known) => *known = Arc::new(message),
        None => messages.push(Arc::new(message)),
    }
}

fn new_name(assembly: &Assembly<'_>, resource: &Resource) -> String {
    let wanted = reading::clean(&resource.name());
    free_name(&wanted, |name| assembly.design.message(name).is_some())
}

/// A number for each version: the first of its own, if these are in order, else its place.
fn numbers(versions: &[Resource]) -> Vec<u32> {
    let first = |it: &Resource| it.version.split('.').next().and_then(|it| it.parse().ok());
    let firsts: Option<Vec<u32>> = versions.iter().map(first).collect();
    let is_in_order = |them: &Vec<u32>| {
        them.first().is_some_and(|it| *it > 0) && them.windows(2).all(|it| it[0] < it[1])
    };
    let places = || (1..).take(versions.len()).collect();
    firsts.filter(is_in_order).unwrap_or_else(places)
}

/// Takes over a version, where it is not as the design would have written it.
fn version(assembly: &mut Assembly<'_>, message: &mut Message, resource: &Resource, number: u32) {
    let expected = &assembly.expected;
    let old = Assembly::old(expected, resource).filter(|it| it.version == resource.version);
    let is_known = old.is_some_and(|old| {
        is_same(old, resource) && files(expected, old) == files(&assembly.shelf, resource)
    });
    if is_known {
        return;
    }
    let number = match old.and_then(|old| numbered(message, &old.version)) {
        Some(number) => number,
        None if message.versions.iter().any(|it| it.number == number) => {
            message.versions.iter().map(|it| it.number).max().unwrap_or(0) + 1
        }
        None => number,
    };
    let known = message.versions.iter().find(|it| it.number == number);
    let known = known.map(|it| kept::read(&it.extensions)).unwrap_or_default();
    let consumed = ["schemaPath", "deprecated"];
    let mut kept = keep(resource, old, (&resource.id, known), &consumed);
    kept.version = kept.version.filter(|it| *it != format!("{number}.0.0"));
    let deprecated = deprecated(resource, &mut kept);
    let schema = schema(assembly, message, resource, number);
    let known = message.versions.iter().position(|it| it.number == number);
    let mut version = match known {
        Some(at) => message.versions.remove(at),
        None => MessageVersion::new(number, Schema::JsonSchema(NO_SCHEMA.to_owned())),
    };
    if let Some(schema) = schema {
        version.schema = schema;
    }
    version.deprecated = deprecated;
    version.examples = examples(assembly, resource);
    kept::write(&mut version.extensions, &kept);
    message.versions.push(version);
}

/// The number that a design has for what it writes under this version.
fn numbered(message: &Message, text: &str) -> Option<u32> {
    let said = |it: &MessageVersion| kept::read::<Kept>(&it.extensions).version;
    let is_it =
        |it: &&MessageVersion| said(it).unwrap_or_else(|| format!("{}.0.0", it.number)) == text;
    message.versions.iter().find(is_it).map(|it| it.number)
}

/// The schema and examples beside a version.
fn files<'a>(shelf: &'a Shelf<'_>, resource: &Resource) -> Vec<(&'a str, &'a str)> {
    let folder = resource.folder();
    let schema = resource.text("schemaPath");
    let beside = shelf
        .texts
        .range::<str, _>((Bound::Included(folder), Bound::Unbounded))
        .take_while(|(path, _)| path.starts_with(folder));
    let is_its = |path: &str| {
        let name = &path[folder.len()..];
        name.starts_with("examples/") || schema.as_deref() == Some(name)
    };
    beside
        .filter(|(path, _)| is_its(path))
        .map(|(path, text)| (&path[resource.folder().len()..], text.trim()))
        .collect()
}

/// Why it should not be used any more.
fn deprecated(resource: &Resource, kept: &mut Kept) -> Option<String> {
    let said = resource.front.get("deprecated")?;
    let message = said.get("message").and_then(|it| reading::text(it));
    if said.entries().len() != 1 || message.is_none() {
        kept.front.insert("deprecated".to_owned(), said.value());
    }
    let is_so = said.is_map() || said.value() == true;
    is_so.then(|| message.unwrap_or_else(|| "deprecated".to_owned()))
}

/// The schema that a version names, if it is another than the design's.
fn schema(
    assembly: &mut Assembly<'_>,
    message: &Message,
    resource: &Resource,
    number: u32,
) -> Option<Schema> {
    let name = resource.text("schemaPath")?;
    let path = format!("{}{}", resource.folder(), name.trim_start_matches("./"));
    let Some(text) = assembly.shelf.texts.get(path.as_str()).copied() else {
        let sentence = format!("its schema `{name}` is not in the catalog");
        assembly.say(resource, "no-schema", Severity::Warning, sentence);
        return None;
    };
    let known = message.versions.iter().find(|it| it.number == number).map(|it| &it.schema);
    if let Some(file) = known.and_then(|it| it.file()) {
        assembly.schemas.insert(file.to_owned(), text.to_owned());
        return None;
    }
    match name.rsplit('.').next() {
        Some("avsc" | "avro") => Some(Schema::Avro(text.to_owned())),
        Some("proto") => Some(Schema::Protobuf(text.to_owned())),
        Some("yml" | "yaml") => match marked::read(text) {
            Ok(read) => Some(Schema::JsonSchema(format!("{:#}", read.tree.value()))),
            Err(error) => {
                let sentence = format!("its schema `{name}` cannot be read: {error}");
                assembly.say(resource, "no-schema", Severity::Warning, sentence);
                None
            }
        },
        Some(_) | None => Some(Schema::JsonSchema(text.to_owned())),
    }
}

/// The examples beside a version that are JSON.
fn examples(assembly: &mut Assembly<'_>, resource: &Resource) -> Vec<String> {
    let files = files(&assembly.shelf, resource);
    let examples = files.into_iter().filter(|(name, _)| name.starts_with("examples/"));
    let examples: Vec<(String, String)> =
        examples.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mut read = Vec::new();
    for (name, text) in examples {
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            read.push(text);
        } else {
            let sentence = format!("the example `{name}` is no JSON: left out");
            assembly.say(resource, "not-carried", Severity::Info, sentence);
        }
    }
    read
}
