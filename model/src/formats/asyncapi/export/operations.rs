//! The operations of a document: those that a document had, or one for each edge.

use serde_json::{Map, Value, json};

use super::{Application, channel_name, plain, said};
use crate::contract::{Backoff, Retry};
use crate::edge::{Edge, EdgeKind};
use crate::formats::asyncapi::bindings;
use crate::formats::asyncapi::document::Rest;
use crate::formats::asyncapi::durations::text_from_span;
use crate::message::MessageRef;
use crate::name::free_name;

impl<'a> Application<'a> {
    /// What the operations say.
    pub(super) fn operations(&mut self) -> Rest {
        let mut written = Map::new();
        let edges: Vec<&Edge> = self.edges().collect();
        for edge in edges {
            let kept = said(&edge.extensions).shift_remove("operations");
            match kept {
                Some(Value::Object(operations)) => {
                    for (id, kept) in operations {
                        let Value::Object(kept) = kept else { continue };
                        let id = free_name(&id, |id| written.contains_key(id));
                        let operation = self.operation(edge, kept);
                        written.insert(id, operation);
                    }
                }
                Some(_) | None if self.is_reply_only(edge) => {}
                Some(_) | None => {
                    let id = format!("{}.{}", action(edge), plain(channel_name(edge)));
                    let id = free_name(&id, |id| written.contains_key(id));
                    let mut kept = Map::new();
                    if !edge.summary.is_empty() {
                        kept.insert("summary".to_owned(), edge.summary.as_str().into());
                    }
                    if let Some(reply) = self.expected_reply(edge) {
                        kept.insert("reply".to_owned(), reply);
                    }
                    let operation = self.operation(edge, kept);
                    written.insert(id, operation);
                }
            }
        }
        self.in_order(written)
    }

    /// In the order of the document that they came from, if it was another.
    fn in_order(&self, mut written: Rest) -> Rest {
        let order = self.kept.get("order").and_then(Value::as_array);
        let mut ordered = Map::new();
        for id in order.into_iter().flatten().filter_map(Value::as_str) {
            if let Some(operation) = written.shift_remove(id) {
                ordered.insert(id.to_owned(), operation);
            }
        }
        ordered.extend(written);
        ordered
    }

    fn operation(&mut self, edge: &Edge, mut kept: Rest) -> Value {
        let channel = channel_name(edge);
        let mut operation = Map::new();
        operation.insert("action".to_owned(), action(edge).into());
        if let Some(reference) = self.channel_reference(channel) {
            operation.insert("channel".to_owned(), reference);
        }
        let said = kept.shift_remove("messages");
        let says_none = said.as_ref().and_then(Value::as_array).is_some_and(Vec::is_empty);
        let messages = self.messages_of(edge, said);
        let references = self.message_references(channel, &messages);
        if !messages.is_empty() || says_none {
            operation.insert("messages".to_owned(), references.clone());
        }
        self.put_reply(&mut operation, &mut kept);
        let own = match kept.shift_remove("bindings") {
            Some(Value::Object(own)) => own,
            Some(_) | None => Map::new(),
        };
        let own = self.operation_bindings(edge, own);
        if !own.is_empty() {
            operation.insert("bindings".to_owned(), Value::Object(own));
        }
        let retry = kept.shift_remove("retry");
        let dead_letter = kept.shift_remove("deadLetter");
        if edge.kind == EdgeKind::Subscribe {
            if let Some(retry) = self.retry(edge, retry, &messages) {
                operation.insert("x-retry".to_owned(), retry);
            }
            if let Some(dead_letter) = self.dead_letter(edge, dead_letter, &messages) {
                operation.insert("x-dead-letter".to_owned(), dead_letter);
            }
        }
        operation.extend(kept);
        Value::Object(operation)
    }

    /// The messages of an operation, as far as its edge carries them.
    fn messages_of(&self, edge: &Edge, kept: Option<Value>) -> Vec<MessageRef> {
        let carried = self.carried(edge);
        let Some(Value::Array(kept)) = kept else { return carried };
        let kept: Vec<&str> = kept.iter().filter_map(Value::as_str).collect();
        carried.into_iter().filter(|it| kept.contains(&it.to_string().as_str())).collect()
    }

    fn put_reply(&mut self, operation: &mut Rest, kept: &mut Rest) {
        let Some(Value::Object(mut reply)) = kept.shift_remove("reply") else { return };
        let channel = reply.shift_remove("channel");
        let channel = channel.as_ref().and_then(Value::as_str).map(str::to_owned);
        let messages = reply.shift_remove("messages");
        let messages = messages.as_ref().and_then(Value::as_array);
        let messages: Option<Vec<MessageRef>> =
            messages.map(|it| it.iter().filter_map(|it| it.as_str()?.parse().ok()).collect());
        let mut written = Map::new();
        if let Some(channel) = &channel {
            if let Some(reference) = self.channel_reference(channel) {
                written.insert("channel".to_owned(), reference);
            }
            if let Some(messages) = messages {
                let messages = self.message_references(channel, &messages);
                written.insert("messages".to_owned(), messages);
            }
        }
        written.extend(reply);
        operation.insert("reply".to_owned(), Value::Object(written));
    }

    /// The bindings of an operation, with the group that the contract names.
    fn operation_bindings(&self, edge: &Edge, mut own: Rest) -> Rest {
        let group = edge.contract.group.clone();
        let kept = said(&edge.extensions).shift_remove("operations");
        let kept = kept.iter().filter_map(Value::as_object).flatten();
        let mut groups = kept.filter_map(|(_, it)| bindings::group(it["bindings"].as_object()?));
        if edge.kind != EdgeKind::Subscribe || groups.next() == group {
            return own;
        }
        let role = super::channel_node(self.design, &edge.from).map(|it| &it.role);
        let Some(crate::node::Role::Channel(role)) = role else { return own };
        if !role.preset.as_deref().unwrap_or_default().starts_with("kafka.") {
            return own;
        }
        let place = own.entry("kafka").or_insert_with(|| json!({}));
        if let Value::Object(place) = place {
            match group {
                Some(group) => {
                    place.insert("groupId".to_owned(), json!({"type": "string", "enum": [group]}))
                }
                None => place.shift_remove("groupId"),
            };
        }
        own
    }

    fn retry(
        &mut self,
        edge: &Edge,
        kept: Option<Value>,
        messages: &[MessageRef],
    ) -> Option<Value> {
        let retry = edge.contract.retry.as_ref()?;
        let mut kept = match kept {
            Some(Value::Object(kept)) => kept,
            Some(_) | None => Map::new(),
        };
        let mut written = Map::new();
        let channel = kept.shift_remove("channel");
        let channel = channel.as_ref().and_then(Value::as_str).unwrap_or(&edge.from).to_owned();
        if let Some(reference) = self.channel_reference(&channel) {
            written.insert("channel".to_owned(), reference);
        }
        let messages = self.message_references(&channel, messages);
        written.insert("messages".to_owned(), messages);
        if let Some(attempts) = retry.attempts {
            written.insert("maxAttempts".to_owned(), attempts.saturating_sub(1).into());
        }
        written.insert("strategy".to_owned(), strategy(retry));
        written.extend(kept);
        Some(Value::Object(written))
    }

    fn dead_letter(
        &mut self,
        edge: &Edge,
        kept: Option<Value>,
        messages: &[MessageRef],
    ) -> Option<Value> {
        let named = edge.contract.dead_letter.clone();
        let channel = named.or_else(|| self.unsaid_dead_letter(&edge.from))?;
        let mut written = Map::new();
        written.insert("channel".to_owned(), self.channel_reference(&channel)?);
        let messages = self.message_references(&channel, messages);
        written.insert("messages".to_owned(), messages);
        if let Some(Value::Object(kept)) = kept {
            written.extend(kept);
        }
        Some(Value::Object(written))
    }
}

/// What the application does at an edge.
fn action(edge: &Edge) -> &'static str {
    if edge.kind == EdgeKind::Publish { "send" } else { "receive" }
}

/// The draft knows three kinds of delays; the others are written in the same manner.
fn strategy(retry: &Retry) -> Value {
    let mut strategy = match &retry.backoff {
        Backoff::None => json!({"type": "fixed", "delay": "PT0S"}),
        Backoff::Fixed(delay) => json!({"type": "fixed", "delay": text_from_span(*delay)}),
        Backoff::Linear { step, .. } => {
            let step = text_from_span(*step);
            json!({"type": "linear", "initialDelay": step, "delayIncrement": step})
        }
        Backoff::Exponential { initial, factor, .. } => {
            let initial = text_from_span(*initial);
            json!({"type": "exponential", "initialDelay": initial, "multiplier": factor})
        }
        Backoff::Steps(steps) => {
            let delays: Vec<String> = steps.iter().map(|it| text_from_span(*it)).collect();
            json!({"type": "steps", "delays": delays})
        }
        Backoff::Decorrelated { base, .. } => {
            json!({"type": "decorrelated", "initialDelay": text_from_span(*base)})
        }
    };
    let cap = match &retry.backoff {
        Backoff::Linear { cap, .. }
        | Backoff::Exponential { cap, .. }
        | Backoff::Decorrelated { cap, .. } => *cap,
        Backoff::None | Backoff::Fixed(_) | Backoff::Steps(_) => None,
    };
    if let Some(cap) = cap {
        strategy["maxDelay"] = text_from_span(cap).into();
    }
    if retry.jitter > 0.0 {
        strategy["jitter"] = retry.jitter.into();
    }
    strategy
}
