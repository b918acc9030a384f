//! The channels of a document, and the messages that each lists.

use serde_json::{Map, Value, json};

use super::{Application, Channel, channel_name, channel_node, lost, reference, said, tags};
use crate::edge::{Edge, EdgeKind};
use crate::finding::Place;
use crate::formats::asyncapi::bindings::{Said, write};
use crate::formats::asyncapi::document::Rest;
use crate::message::MessageRef;
use crate::name::free_name;
use crate::node::Role;

impl<'a> Application<'a> {
    /// Finds the channels: those that a document had, and those of the edges.
    pub(super) fn list_channels(&mut self) {
        let kept: Vec<String> = self.kept_channels.keys().cloned().collect();
        for name in kept {
            self.list(&name);
            for (id, text) in self.kept_messages(&name) {
                if let Ok(message) = text.parse::<MessageRef>() {
                    self.list_message(&name, &message, Some(id));
                }
            }
        }
        let edges: Vec<&Edge> = self.edges().collect();
        for edge in edges {
            let name = channel_name(edge).to_owned();
            self.list(&name);
            for message in self.carried(edge) {
                self.list_message(&name, &message, None);
                for more in edge.contract.dead_letter.iter() {
                    self.list(more);
                    self.list_message(more, &message, None);
                }
                if edge.kind == EdgeKind::Subscribe
                    && let Some(more) = self.unsaid_dead_letter(&name)
                {
                    self.list(&more);
                    self.list_message(&more, &message, None);
                }
            }
        }
    }

    fn kept_messages(&self, channel: &str) -> Vec<(String, String)> {
        let messages = self.kept_channels.get(channel).and_then(|it| it["messages"].as_object());
        let pairs = messages.into_iter().flatten();
        pairs.filter_map(|(id, text)| Some((id.clone(), text.as_str()?.to_owned()))).collect()
    }

    fn list(&mut self, name: &str) {
        if self.channels.iter().any(|it| it.node.name == name) {
            return;
        }
        let Some(node) = channel_node(self.design, name) else { return };
        let id = self.kept_channels.get(name).and_then(|it| it["id"].as_str()).unwrap_or(name);
        let id = free_name(id, |id| self.channels.iter().any(|it| it.id == id));
        self.channels.push(Channel { node, id, messages: Vec::new() });
    }

    /// Lists a message in a channel; does nothing if it is there already.
    pub(super) fn list_message(&mut self, channel: &str, message: &MessageRef, id: Option<String>) {
        let Some(key) = self.messages.key(message) else { return };
        let Some(channel) = self.channels.iter_mut().find(|it| it.node.name == channel) else {
            return;
        };
        let is_listed = channel.messages.iter().any(|(_, known)| *known == key);
        match id {
            None if is_listed => {}
            id => {
                let is_taken = |id: &str| channel.messages.iter().any(|(known, _)| known == id);
                let id = free_name(&id.unwrap_or_else(|| key.clone()), is_taken);
                channel.messages.push((id, key));
            }
        }
    }

    /// The channel for dead letters of a channel that its bindings do not name.
    pub(super) fn unsaid_dead_letter(&self, channel: &str) -> Option<String> {
        let node = channel_node(self.design, channel)?;
        let Role::Channel(role) = &node.role else { return None };
        let name = role.dead_letter.clone()?;
        let bindings = self.kept_bindings(channel);
        let operations = self.kept_operation_bindings(channel);
        let written = write::written(role, channel, &self.said(&bindings, &operations, channel));
        (!written.has_dead_letter).then_some(name)
    }

    fn kept_bindings(&self, channel: &str) -> Option<Map<String, Value>> {
        self.kept_channels.get(channel)?.get("bindings")?.as_object().cloned()
    }

    fn kept_operation_bindings(&self, channel: &str) -> Vec<Map<String, Value>> {
        let edges = self.edges().filter(|edge| channel_name(edge) == channel);
        let mut all = Vec::new();
        for edge in edges {
            if let Some(Value::Object(operations)) = said(&edge.extensions).get("operations") {
                all.extend(
                    operations.values().filter_map(|it| it["bindings"].as_object().cloned()),
                );
            }
        }
        all
    }

    fn said<'b>(
        &'b self,
        bindings: &'b Option<Map<String, Value>>,
        operations: &'b [Map<String, Value>],
        channel: &str,
    ) -> Said<'b> {
        let servers = self.kept.get("servers").and_then(Value::as_object);
        let on = self.kept_channels.get(channel).and_then(|it| it["servers"].as_array());
        let is_on = |name: &String| on.is_none_or(|on| on.iter().any(|it| it == name));
        let servers = servers.into_iter().flatten().filter(|(name, _)| is_on(name));
        Said {
            channel: bindings.as_ref(),
            operations: operations.iter().collect(),
            protocols: servers.filter_map(|(_, it)| it["protocol"].as_str()).collect(),
        }
    }

    /// What the channels say.
    pub(super) fn written_channels(&mut self) -> Rest {
        let mut written = Map::new();
        for at in 0..self.channels.len() {
            let channel = self.written_channel(at);
            written.insert(self.channels[at].id.clone(), Value::Object(channel));
        }
        written
    }

    fn written_channel(&mut self, at: usize) -> Rest {
        let node = self.channels[at].node;
        let mut kept = match self.kept_channels.get(&node.name) {
            Some(Value::Object(kept)) => kept.clone(),
            Some(_) | None => Map::new(),
        };
        let mut channel = Map::new();
        let mut put = |key: &str, value: Value| channel.insert(key.to_owned(), value);
        put("address", kept.shift_remove("address").unwrap_or_else(|| node.name.as_str().into()));
        for (key, own) in [("summary", &node.summary), ("description", &node.description)] {
            let said = kept.shift_remove(key).unwrap_or_else(|| own.as_str().into());
            if said != "" {
                put(key, said);
            }
        }
        let messages = self.channels[at].messages.iter();
        let messages: Map<String, Value> = messages
            .map(|(id, key)| (id.clone(), reference(&["components", "messages", key])))
            .collect();
        if !messages.is_empty() {
            put("messages", Value::Object(messages));
        }
        if let Some(Value::Array(servers)) = kept.shift_remove("servers") {
            let names = servers.iter().filter_map(Value::as_str);
            put("servers", names.map(|name| reference(&["servers", name])).collect());
        }
        if !node.tags.is_empty() && !kept.contains_key("tags") {
            put("tags", tags(&node.tags));
        }
        let bindings = self.written_bindings(&node.name);
        if !bindings.is_empty() {
            put("bindings", Value::Object(bindings));
        }
        for key in ["id", "messages", "bindings"] {
            kept.shift_remove(key);
        }
        channel.extend(kept);
        channel
    }

    fn written_bindings(&mut self, name: &str) -> Rest {
        let Some(Role::Channel(role)) = channel_node(self.design, name).map(|it| &it.role) else {
            return Map::new();
        };
        let bindings = self.kept_bindings(name);
        let operations = self.kept_operation_bindings(name);
        let written = write::written(role, name, &self.said(&bindings, &operations, name));
        if !written.lost.is_empty() {
            let sentence = format!(
                "no binding says {} of `{name}`",
                written.lost.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
            );
            self.findings.push(lost(Place::Node(name.to_owned()), "role", sentence));
        }
        written.bindings
    }

    /// The messages of an edge; where it lets everything pass, what others say of its channel.
    pub(super) fn carried(&self, edge: &Edge) -> Vec<MessageRef> {
        if !edge.contract.messages.is_empty() {
            return edge.contract.messages.clone();
        }
        let mut all: Vec<MessageRef> = match &self.node.role {
            Role::Producer(producer) if edge.kind == EdgeKind::Publish => {
                producer.workload.iter().map(|it| it.message.clone()).collect()
            }
            Role::Consumer(consumer) if edge.kind == EdgeKind::Publish => {
                consumer.emissions().into_iter().map(|(_, it)| it.message.clone()).collect()
            }
            Role::Producer(_) | Role::Consumer(_) | Role::Channel(_) => {
                self.heard(channel_name(edge))
            }
        };
        let mut seen = Vec::new();
        all.retain(|it| {
            let is_new = !seen.contains(it);
            seen.push(it.clone());
            is_new
        });
        all
    }

    /// What publishers of a channel say that they publish.
    fn heard(&self, channel: &str) -> Vec<MessageRef> {
        let mut all = Vec::new();
        for edge in self.design.edges.iter().filter(|it| it.to == channel) {
            let Some(node) = self.design.nodes.iter().find(|it| it.name == edge.from) else {
                continue;
            };
            match &node.role {
                _ if !edge.contract.messages.is_empty() => {
                    all.extend(edge.contract.messages.iter().cloned());
                }
                Role::Producer(producer) => {
                    all.extend(producer.workload.iter().map(|it| it.message.clone()));
                }
                Role::Consumer(consumer) => {
                    all.extend(consumer.emissions().into_iter().map(|(_, it)| it.message.clone()));
                }
                Role::Channel(_) => {}
            }
        }
        all
    }

    /// References to messages of a channel.
    pub(super) fn message_references(&self, channel: &str, messages: &[MessageRef]) -> Value {
        let Some(channel) = self.channels.iter().find(|it| it.node.name == channel) else {
            return json!([]);
        };
        let mut list: Vec<Value> = Vec::new();
        for message in messages {
            let Some(key) = self.messages.known_key(message) else { continue };
            let listed = channel.messages.iter().find(|(_, known)| *known == key);
            let Some((id, _)) = listed else { continue };
            let it = reference(&["channels", &channel.id, "messages", id]);
            if !list.contains(&it) {
                list.push(it);
            }
        }
        Value::Array(list)
    }

    /// A reference to a channel.
    pub(super) fn channel_reference(&self, name: &str) -> Option<Value> {
        let channel = self.channels.iter().find(|it| it.node.name == name)?;
        Some(reference(&["channels", &channel.id]))
    }
}
