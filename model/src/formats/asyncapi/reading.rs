//! What a document says, read part by part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::finding::Severity;
use crate::formats::asyncapi::document::{Document, Message, Rest};
use crate::formats::asyncapi::shapes::Shapes;
use crate::formats::asyncapi::sources::{Sources, Spot};
use crate::formats::asyncapi::{Given, View};
use crate::formats::marked::Content;

mod channels;
mod messages;
mod operations;
mod payloads;
mod renewal;
mod servers;

/// Where a part is defined: file and pointer.
type Identity = (Arc<str>, String);

/// A document while it is read.
struct Reader<'a, 'b> {
    sources: &'a mut Sources<'b>,
    root: Spot,
    /// 2 or 3.
    major: u32,
    view: View,
    content_type: Option<String>,
    messages: Vec<Message>,
    message_at: BTreeMap<Identity, usize>,
    channel_at: BTreeMap<Identity, usize>,
    /// The messages of each channel of version 3: their keys, and their places in the list.
    listed: Vec<Vec<(String, usize)>>,
    /// Names of the servers.
    servers: Vec<String>,
    /// Identities of operations and messages of version 2 so far, which are unique.
    ids: BTreeSet<String>,
    /// Text of schemas so far, in bytes.
    schema_bytes: usize,
}

/// Reads a document; nothing, and a finding, if it is none.
pub(super) fn read(sources: &mut Sources<'_>, shapes: &Shapes, given: &Given) -> Option<Document> {
    sources.begin();
    let root = sources.read(&given.file, &given.text)?;
    let major = major(sources, &root)?;
    let root = shapes.mended(sources, &root, major);
    let content_type = root.text("defaultContentType");
    let mut reader = Reader {
        sources,
        root: root.clone(),
        major,
        view: given.view,
        content_type,
        messages: Vec::new(),
        message_at: BTreeMap::new(),
        channel_at: BTreeMap::new(),
        listed: Vec::new(),
        servers: Vec::new(),
        ids: BTreeSet::new(),
        schema_bytes: 0,
    };
    Some(reader.document())
}

/// The first number of the version.
fn major(sources: &mut Sources<'_>, root: &Spot) -> Option<u32> {
    let Some(version) = root.text("asyncapi") else {
        let sentence = match root.tree.is_map() {
            true => "this is no AsyncAPI document: it does not begin with `asyncapi` and a version",
            false => "this is no AsyncAPI document: expected a map with `asyncapi`",
        };
        sources.say("not-asyncapi", Severity::Error, root, sentence);
        return None;
    };
    let spot = root.get("asyncapi").unwrap_or_else(|| root.clone());
    let parts: Vec<&str> = version.split(['.', '-']).collect();
    let major = parts.first().and_then(|it| it.parse::<u32>().ok());
    let is_whole = parts.len() >= 3;
    match major {
        Some(major @ (2 | 3)) if is_whole => Some(major),
        Some(major @ (2 | 3)) => {
            let sentence = format!("expected a version such as {major}.0.0, found `{version}`");
            sources.say("version", Severity::Error, &spot, sentence);
            Some(major)
        }
        Some(_) | None => {
            let sentence =
                format!("version `{version}` of AsyncAPI is not known here; 2.0 to 3.1 are");
            sources.say("version", Severity::Error, &spot, sentence);
            None
        }
    }
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Document {
        let root = self.root.clone();
        let info = root.get("info").and_then(|info| self.sources.resolve(&info));
        let info = info.unwrap_or_else(|| root.with(nothing()));
        let mut rest = self.rest(&root, &ROOT);
        let about = self.about(&root, &info);
        if !about.is_empty() {
            rest.insert("info".to_owned(), Value::Object(about));
        }
        let (servers, protocols) = self.servers();
        self.servers = servers.keys().cloned().collect();
        if !servers.is_empty() {
            rest.insert("servers".to_owned(), Value::Object(servers));
        }
        let (mut channels, mut operations) = match self.major {
            2 => self.old_channels(),
            _ => (self.channels(), Vec::new()),
        };
        let message_count = match self.major {
            2 => listed(operations.iter().flat_map(|it| it.messages.iter().flatten().copied())),
            _ => listed(self.listed.iter().flatten().map(|it| it.1)),
        };
        if self.major > 2 {
            operations = self.operations();
            for (channel, messages) in channels.iter_mut().zip(std::mem::take(&mut self.listed)) {
                channel.messages = messages;
            }
        }
        let title = info.text("title").filter(|title| !title.trim().is_empty());
        let tags = if self.major == 2 { self.tags(&root) } else { self.tags(&info) };
        self.unused();
        Document {
            file: root.file.to_string(),
            version: root.text("asyncapi").unwrap_or_default(),
            title: title.unwrap_or_else(|| stem(&root.file)),
            description: info.text("description").unwrap_or_default(),
            tags,
            rest,
            protocols,
            channels,
            operations,
            messages: std::mem::take(&mut self.messages),
            message_count,
        }
    }

    /// What is said about the application beyond its name and description.
    fn about(&mut self, root: &Spot, info: &Spot) -> Rest {
        let mut about = self.rest(info, &["title", "description", "tags"]);
        let holder = if self.major == 2 { root } else { info };
        self.keep_tags(holder, &mut about);
        if self.major == 2
            && let Some(docs) = root.get("externalDocs")
        {
            about.insert("externalDocs".to_owned(), self.sources.plain(&docs));
        }
        about
    }

    /// All that is not taken care of elsewhere.
    fn rest(&mut self, spot: &Spot, taken: &[&str]) -> Rest {
        let mut rest = Map::new();
        for (key, part) in spot.entries() {
            if !taken.contains(&key.as_str()) && part.tree.content != Content::Null {
                let value = self.sources.plain(&part);
                rest.insert(key, value);
            }
        }
        rest
    }

    /// The names of tags.
    fn tags(&mut self, spot: &Spot) -> Vec<String> {
        let items = spot.get("tags").map(|tags| tags.items()).unwrap_or_default();
        let mut names = Vec::new();
        for item in items {
            let tag = self.sources.resolve(&item);
            if let Some(name) = tag.and_then(|tag| tag.text("name"))
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// Keeps tags that say more than their names.
    fn keep_tags(&mut self, spot: &Spot, rest: &mut Rest) {
        let Some(tags) = spot.get("tags") else { return };
        let value = self.sources.plain(&tags);
        let names = self.tags(spot);
        let plain: Value = names.iter().map(|name| json!({ "name": name })).collect();
        if value != plain {
            rest.insert("tags".to_owned(), value);
        }
    }

    fn unused(&mut self) {
        let Some(components) = self.root.get("components") else { return };
        for (kind, parts) in components.entries() {
            // Traits are applied, and a security scheme is named without a reference.
            if kind == "securitySchemes" {
                continue;
            }
            for (name, part) in parts.entries() {
                let identity = (part.file.clone(), part.pointer.clone());
                let below = format!("{}/", part.pointer);
                let mut after = self.sources.used.range((part.file.clone(), below.clone())..);
                let is_below = after.next().is_some_and(|it| it.1.starts_with(&below));
                if !is_below && !self.sources.used.contains(&identity) {
                    let sentence = format!(
                        "`{name}` of components.{kind} is used by nothing here and left out"
                    );
                    self.sources.say("unused-component", Severity::Info, &part, sentence);
                }
            }
        }
    }
}

/// What of the root stands elsewhere.
const ROOT: [&str; 9] = [
    "asyncapi",
    "info",
    "servers",
    "channels",
    "operations",
    "components",
    "tags",
    "externalDocs",
    "$schema",
];

fn nothing() -> Arc<crate::formats::marked::Tree> {
    let mark = crate::formats::marked::Mark { line: 1, column: 1 };
    Arc::new(crate::formats::marked::Tree::new(mark, Content::Map(Vec::new())))
}

/// The name of a file without its folder and ending.
fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// How many there are, each counted once.
fn listed(messages: impl Iterator<Item = usize>) -> usize {
    messages.collect::<std::collections::BTreeSet<usize>>().len()
}
