//! Questions and answers of a design that says them by its handlers.

use serde_json::{Value, json};

use super::{Application, channel_name};
use crate::edge::{Edge, EdgeKind};
use crate::message::{MessageKind, MessageRef};
use crate::node::Role;

impl Application<'_> {
    /// Pairs of question and answer that the application is part of: messages by name, and whether
    /// it asks.
    fn conversations(&self) -> Vec<(String, String, bool)> {
        let Role::Consumer(consumer) = &self.node.role else { return Vec::new() };
        let mut pairs = Vec::new();
        for (_, emission) in consumer.emissions() {
            if let Some(reply) = &emission.reply {
                pairs.push((emission.message.name.clone(), reply.message.clone(), true));
            }
        }
        for handler in &consumer.handlers {
            let Some(question) = &handler.on else { continue };
            for emission in &handler.emits {
                let message = self.design.message(&emission.message.name);
                if message.is_some_and(|it| it.kind == MessageKind::Reply) {
                    pairs.push((question.clone(), emission.message.name.clone(), false));
                }
            }
        }
        pairs
    }

    /// The reply that belongs to the operation of an edge.
    pub(super) fn expected_reply(&self, edge: &Edge) -> Option<Value> {
        let asks = edge.kind == EdgeKind::Publish;
        let carried = self.carried(edge);
        let has = |list: &[MessageRef], name: &str| list.iter().any(|it| it.name == name);
        let pairs = self.conversations();
        let (_, answer, _) = pairs
            .iter()
            .find(|(question, _, is_asked)| *is_asked == asks && has(&carried, question))?;
        let back =
            self.edges().find(|it| it.kind != edge.kind && has(&self.carried(it), answer))?;
        let message = self.carried(back).into_iter().find(|it| it.name == *answer)?;
        Some(json!({"channel": channel_name(back), "messages": [message.to_string()]}))
    }

    /// Whether an edge carries only what the reply of another operation says already.
    pub(super) fn is_reply_only(&self, edge: &Edge) -> bool {
        let carried = self.carried(edge);
        let others: Vec<&Edge> = self.edges().filter(|it| it.kind != edge.kind).collect();
        let is_said = |message: &MessageRef| {
            others.iter().any(|other| {
                self.expected_reply(other).is_some_and(|reply| {
                    reply["channel"] == channel_name(edge)
                        && reply["messages"][0] == message.to_string().as_str()
                })
            })
        };
        !carried.is_empty() && carried.iter().all(is_said)
    }
}
