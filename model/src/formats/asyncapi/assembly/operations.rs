//! Operations as edges, with replies, retries and dead letters.

use serde_json::{Map, Value, json};

use super::{Assembly, Names, keep, kept};
use crate::contract::Contract;
use crate::edge::EdgeKind;
use crate::emission::Emission;
use crate::finding::Severity;
use crate::formats::asyncapi::bindings;
use crate::formats::asyncapi::document::{Action, Operation, Reply, Rest};
use crate::message::MessageRef;
use crate::node::{Handler, Role};

impl Assembly {
    /// Puts an operation on its edge.
    pub(super) fn operation(&mut self, names: &Names<'_>, operation: &Operation) {
        let Some(channel) = operation.channel else {
            let sentence = format!(
                "operation `{}` has no channel of this document and is left out",
                operation.id
            );
            return self.say("no-channel", Severity::Warning, &operation.spot, sentence);
        };
        let messages = names.messages_of(operation);
        let channel = &names.channels[channel];
        let (kind, from, to) = ends(operation.action, names.application, channel);
        let said = said(names, operation, &messages);
        let edge = self.edge(kind, from, to);
        if edge.summary.is_empty() {
            edge.summary.clone_from(&operation.summary);
        }
        add_messages(&mut edge.contract, messages.clone());
        if operation.action == Action::Receive {
            receive(&mut edge.contract, names, operation);
        }
        let mut rest = kept(&edge.extensions);
        let operations = rest.entry("operations").or_insert_with(|| json!({}));
        if let Value::Object(operations) = operations {
            operations.insert(operation.id.clone(), Value::Object(said));
        }
        keep(&mut edge.extensions, rest);
        if let Some(reply) = &operation.reply {
            self.reply(names, operation, reply, &messages);
        }
    }

    /// What comes back takes an edge of its own, and one that is asked answers.
    fn reply(
        &mut self,
        names: &Names<'_>,
        operation: &Operation,
        reply: &Reply,
        asked: &[MessageRef],
    ) {
        let answers = names.listed(reply.channel, reply.messages.as_ref());
        if let Some(channel) = reply.channel {
            let back = operation.action.flipped();
            let (kind, from, to) = ends(back, names.application, &names.channels[channel]);
            let edge = self.edge(kind, from, to);
            add_messages(&mut edge.contract, answers.clone());
            let mut rest = kept(&edge.extensions);
            rest.entry("operations").or_insert_with(|| json!({}));
            keep(&mut edge.extensions, rest);
        }
        if operation.action == Action::Receive && reply.channel.is_some() {
            self.answer(names.application, asked, &answers);
        }
    }

    fn answer(&mut self, application: &str, asked: &[MessageRef], answers: &[MessageRef]) {
        let node = self.nodes.iter_mut().find(|node| node.name == application);
        let Some(Role::Consumer(consumer)) = node.map(|node| &mut node.role) else { return };
        for question in asked {
            let is_known =
                consumer.handlers.iter().any(|it| it.on.as_ref() == Some(&question.name));
            if !is_known {
                let emits = answers.iter().cloned().map(Emission::of).collect();
                let on = Some(question.name.clone());
                consumer.handlers.push(Handler { on, emits, ..Handler::default() });
            }
        }
    }
}

/// The edge of an action.
fn ends<'a>(
    action: Action,
    application: &'a str,
    channel: &'a str,
) -> (EdgeKind, &'a str, &'a str) {
    match action {
        Action::Send => (EdgeKind::Publish, application, channel),
        Action::Receive => (EdgeKind::Subscribe, channel, application),
    }
}

fn add_messages(contract: &mut Contract, messages: Vec<MessageRef>) {
    for message in messages {
        if !contract.messages.contains(&message) {
            contract.messages.push(message);
        }
    }
}

fn receive(contract: &mut Contract, names: &Names<'_>, operation: &Operation) {
    if contract.group.is_none() {
        contract.group = bindings::group(&operation.bindings);
    }
    contract.acknowledgement = bindings::acknowledgement(&operation.bindings);
    if contract.retry.is_none() {
        contract.retry.clone_from(&operation.retry);
    }
    if let Some(channel) = operation.dead_letter {
        contract.dead_letter = Some(names.channels[channel].clone());
    }
}

/// What the document says about an operation beyond its edge.
fn said(names: &Names<'_>, operation: &Operation, messages: &[MessageRef]) -> Rest {
    let mut said = operation.rest.clone();
    if !operation.bindings.is_empty() {
        said.insert("bindings".to_owned(), Value::Object(operation.bindings.clone()));
    }
    if !operation.summary.is_empty() {
        said.insert("summary".to_owned(), operation.summary.as_str().into());
    }
    if !is_alike(messages, &names.listed(operation.channel, None)) {
        said.insert("messages".to_owned(), texts(messages));
    }
    if let Some(Value::Object(retry)) = said.get_mut("retry")
        && let Some(at) = retry.get("channel").and_then(Value::as_u64)
    {
        retry.insert("channel".to_owned(), names.channels[at as usize].as_str().into());
    }
    if let Some(reply) = &operation.reply {
        said.insert("reply".to_owned(), Value::Object(said_reply(names, reply)));
    }
    said
}

fn said_reply(names: &Names<'_>, reply: &Reply) -> Map<String, Value> {
    let mut said = reply.rest.clone();
    if let Some(channel) = reply.channel {
        said.insert("channel".to_owned(), names.channels[channel].as_str().into());
    }
    let messages = names.listed(reply.channel, reply.messages.as_ref());
    if reply.channel.is_none() || !is_alike(&messages, &names.listed(reply.channel, None)) {
        said.insert("messages".to_owned(), texts(&messages));
    }
    said
}

/// Whether two lists have the same messages, in whatever order.
fn is_alike(one: &[MessageRef], other: &[MessageRef]) -> bool {
    one.len() == other.len() && one.iter().all(|it| other.contains(it))
}

fn texts(messages: &[MessageRef]) -> Value {
    messages.iter().map(|it| Value::String(it.to_string())).collect()
}
