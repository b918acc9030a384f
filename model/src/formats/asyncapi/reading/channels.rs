//! Channels, and in version 2 what is done with them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Reader;
use super::renewal::Holder;
use crate::finding::Severity;
use crate::formats::asyncapi::document::{Action, Channel, Operation, Rest};
use crate::formats::asyncapi::sources::Spot;
use crate::formats::asyncapi::{EXTENSION, View};
use crate::formats::marked::{Content, Entry, Tree};

impl Reader<'_, '_> {
    /// The channels of version 3. Their messages are in `listed`, where operations may add to them.
    pub(super) fn channels(&mut self) -> Vec<Channel> {
        let mut channels = Vec::new();
        for (id, listed) in self.parts("channels") {
            let spot = self.sources.resolve(&listed).unwrap_or_else(|| absent(&listed));
            self.know_channel(&listed, &spot, channels.len());
            let mut messages = Vec::new();
            let all = spot.get("messages").and_then(|it| self.sources.resolve(&it));
            for (key, message) in all.map(|it| it.entries()).unwrap_or_default() {
                let at = self.message(&message, &key);
                messages.push((key, at));
            }
            let address = spot.text("address");
            self.listed.push(messages);
            channels.push(self.channel(&spot, id, address, Vec::new()));
        }
        channels
    }

    /// The channels of version 2, and their operations.
    pub(super) fn old_channels(&mut self) -> (Vec<Channel>, Vec<Operation>) {
        let (mut channels, mut operations) = (Vec::new(), Vec::new());
        for (address, listed) in self.parts("channels") {
            let spot = self.sources.resolve(&listed).unwrap_or_else(|| absent(&listed));
            self.know_channel(&listed, &spot, channels.len());
            let at = channels.len();
            let mut messages: Vec<(String, usize)> = Vec::new();
            for (key, action) in [("subscribe", Action::Send), ("publish", Action::Receive)] {
                let Some(operation) = spot.get(key) else { continue };
                let Some(operation) = self.sources.resolve(&operation) else { continue };
                let operation = self.old_operation(&operation, (&address, key), action, at);
                for message in operation.messages.iter().flatten() {
                    let id = self.messages[*message].id.clone();
                    if !messages.contains(&(id.clone(), *message)) {
                        messages.push((id, *message));
                    }
                }
                operations.push(operation);
            }
            let id = spot.text("x-channelId").unwrap_or_else(|| address.clone());
            channels.push(self.channel(&spot, id, Some(address), messages));
        }
        (channels, operations)
    }

    /// The entries of a part of the root.
    pub(super) fn parts(&mut self, name: &str) -> Vec<(String, Spot)> {
        let part = self.root.get(name).and_then(|part| self.sources.resolve(&part));
        part.map(|part| part.entries()).unwrap_or_default()
    }

    /// A reference may mean the entry, or what the entry refers to.
    fn know_channel(&mut self, listed: &Spot, spot: &Spot, at: usize) {
        for spot in [listed, spot] {
            self.channel_at.entry((spot.file.clone(), spot.pointer.clone())).or_insert(at);
        }
    }

    fn channel(
        &mut self,
        spot: &Spot,
        id: String,
        address: Option<String>,
        messages: Vec<(String, usize)>,
    ) -> Channel {
        let taken = [
            "address",
            "messages",
            "summary",
            "description",
            "tags",
            "servers",
            "bindings",
            "parameters",
            "publish",
            "subscribe",
            "x-channelId",
            "$ref",
        ];
        let mut rest = self.rest(spot, &taken);
        self.keep_tags(spot, &mut rest);
        let parameters = self.parameters(spot);
        self.check_address(spot, address.as_deref().unwrap_or_default(), &parameters);
        if !parameters.is_empty() {
            rest.insert("parameters".to_owned(), Value::Object(parameters));
        }
        Channel {
            id,
            address,
            summary: spot.text("summary").unwrap_or_default(),
            description: spot.text("description").unwrap_or_default(),
            tags: self.tags(spot),
            messages,
            servers: self.servers_of(spot),
            bindings: self.bindings(spot, Holder::Channel),
            rest,
            spot: spot.clone(),
        }
    }

    /// What protocols say, by their names.
    pub(super) fn bindings(&mut self, spot: &Spot, holder: Holder) -> Map<String, Value> {
        let bindings = spot.get("bindings").map(|it| self.sources.plain(&it));
        let mut bindings = match bindings {
            Some(Value::Object(bindings)) => bindings,
            Some(_) | None => Map::new(),
        };
        if self.major == 2 {
            self.renew(spot, holder, &mut bindings);
        }
        bindings
    }

    fn servers_of(&mut self, spot: &Spot) -> Vec<String> {
        let items = spot.get("servers").map(|it| it.items()).unwrap_or_default();
        let mut names = Vec::new();
        for item in items {
            let name = match (item.tree.text(), item.reference()) {
                (Some(name), _) => Some(name.to_owned()),
                (None, Some(reference)) => {
                    let reference = reference.to_owned();
                    self.sources.follow(&item, &reference).map(|it| it.last())
                }
                (None, None) => None,
            };
            let Some(name) = name else { continue };
            if self.servers.contains(&name) {
                names.push(name);
            } else {
                let sentence = format!("`{name}` is no server of this document; it is left out");
                self.sources.say("unknown-server", Severity::Error, &item, sentence);
            }
        }
        names
    }

    fn parameters(&mut self, spot: &Spot) -> Rest {
        let mut parameters = Map::new();
        let all = spot.get("parameters").and_then(|it| self.sources.resolve(&it));
        for (name, listed) in all.map(|it| it.entries()).unwrap_or_default() {
            let Some(parameter) = self.sources.resolve(&listed) else { continue };
            let mut value = self.rest(&parameter, &["schema"]);
            if self.major == 2
                && let Some(schema) = parameter.get("schema")
            {
                let schema = self.sources.plain(&schema);
                self.flatten(&schema, &mut value, &parameter);
            }
            parameters.insert(name, Value::Object(value));
        }
        parameters
    }

    /// An address has each of its parameters explained, and is no URL.
    fn check_address(&mut self, spot: &Spot, address: &str, parameters: &Rest) {
        if address.contains(['?', '#']) {
            let sentence = format!("`{address}` has a query or a fragment, which no address has");
            self.sources.say("address", Severity::Error, spot, sentence);
        }
        let named = expressions(address);
        let is_said = self.major == 2 || spot.get("parameters").is_some();
        let severity = if is_said { Severity::Error } else { Severity::Warning };
        for name in named.iter().filter(|name| !parameters.contains_key(**name)) {
            let sentence = format!("`{address}` has a parameter `{name}` that is not explained");
            self.sources.say("parameter", severity, spot, sentence);
        }
        for name in parameters.keys().filter(|name| !named.contains(&name.as_str())) {
            let sentence = format!("`{address}` has no parameter `{name}`");
            let is_old = self.major == 2 && named.is_empty();
            let severity = if is_old { Severity::Warning } else { Severity::Error };
            self.sources.say("parameter", severity, spot, sentence);
        }
    }

    /// Version 3 has only texts as parameters: what a schema says beyond that is left out.
    fn flatten(&mut self, schema: &Value, parameter: &mut Rest, spot: &Spot) {
        let text = |value: &Value| {
            let said = value.as_str().map(str::to_owned);
            Value::String(said.unwrap_or_else(|| value.to_string()))
        };
        let Value::Object(schema) = schema else { return };
        let mut lost = Vec::new();
        for (key, value) in schema {
            match (key.as_str(), value) {
                ("enum" | "examples", Value::Array(items)) => {
                    parameter.insert(key.clone(), items.iter().map(text).collect());
                }
                ("const", value) => {
                    parameter.insert("enum".to_owned(), Value::Array(vec![text(value)]));
                }
                ("default", value) => {
                    parameter.insert(key.clone(), text(value));
                }
                ("description", Value::String(_)) => {
                    parameter.entry(key.clone()).or_insert_with(|| value.clone());
                }
                ("type", Value::String(kind)) if kind == "string" => {}
                _ => lost.push(format!("`{key}`")),
            }
        }
        if !lost.is_empty() {
            let sentence = format!(
                "parameters are plain texts since version 3: {} of the schema is left out",
                lost.join(", ")
            );
            self.sources.say("parameter-schema", Severity::Info, spot, sentence);
        }
    }

    /// Who acts, with the view that was asked for.
    pub(super) fn seen(&self, action: Action) -> Action {
        match self.view {
            View::Application => action,
            View::Client => action.flipped(),
        }
    }

    /// The channel that a reference means.
    pub(super) fn channel_of(&mut self, spot: &Spot) -> Option<usize> {
        let reference = spot.reference()?.to_owned();
        let target = self.sources.follow(spot, &reference)?;
        let known = self.channel_at.get(&(target.file.clone(), target.pointer.clone())).copied();
        let known = known.or_else(|| {
            let target = self.sources.resolve(&target)?;
            self.channel_at.get(&(target.file.clone(), target.pointer.clone())).copied()
        });
        if known.is_none() {
            let sentence = format!(
                "`{reference}` is no channel of this document; {EXTENSION} wants one that its `channels` list"
            );
            self.sources.say("not-a-channel", Severity::Error, spot, sentence);
        }
        known
    }

    /// Whether a part was read as a message before.
    pub(super) fn identity(spot: &Spot) -> (Arc<str>, String) {
        (spot.file.clone(), spot.pointer.clone())
    }
}

/// Names in braces.
pub(super) fn expressions(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|it| it.split_once('}')).map(|it| it.0).filter(|it| !it.is_empty()).collect()
}

/// What stands for a channel that is not there: it says where it would be.
fn absent(listed: &Spot) -> Spot {
    let reference = listed.reference().unwrap_or_default().to_owned();
    let mark = listed.tree.mark;
    let tree = Arc::new(Tree::new(mark, Content::Text(reference)));
    let entry = Entry { key: "x-unresolved".to_owned(), mark, tree };
    listed.with(Arc::new(Tree::new(mark, Content::Map(vec![entry]))))
}
