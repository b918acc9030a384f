//! Edges of a design: publish, subscribe and call.

use serde::{Deserialize, Serialize};

use crate::contract::Contract;
use crate::message::{Extensions, is_default};
use crate::name::EdgeName;
use crate::node::{Distribution, Role};

/// A connection between two nodes, with its contract. Its identity is the pair of nodes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// What passes, and in which manner.
    pub kind: EdgeKind,
    /// Name of the node where it begins.
    pub from: String,
    /// Name of the node where it ends.
    pub to: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
    /// How long a message is under way.
    #[serde(default, skip_serializing_if = "is_default")]
    pub latency: Distribution,
    /// What both ends may rely on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contract: Contract,
    /// What other formats say beyond this one: JSON by the name of the format.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extensions: Extensions,
}

/// The manner of an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum EdgeKind {
    /// From a producer or consumer to a channel.
    Publish,
    /// From a channel to a consumer.
    Subscribe,
    /// From a producer or consumer to a consumer: synchronous request and reply.
    Call,
    /// From a channel to another, which gets a copy of what matches (binding of an exchange,
    /// queue that subscribes to a topic, forwarding).
    Bind,
}

impl Edge {
    /// An edge with an empty contract and no latency.
    pub fn new(kind: EdgeKind, from: impl Into<String>, to: impl Into<String>) -> Edge {
        Edge {
            kind,
            from: from.into(),
            to: to.into(),
            summary: String::new(),
            latency: Distribution::default(),
            contract: Contract::default(),
            extensions: Extensions::new(),
        }
    }

    /// The pair of nodes it connects.
    #[must_use]
    pub fn name(&self) -> EdgeName {
        EdgeName::new(self.from.as_str(), self.to.as_str())
    }
}

impl EdgeKind {
    /// The word for it: `publish`, `subscribe`, `call` or `bind`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Publish => "publish",
            EdgeKind::Subscribe => "subscribe",
            EdgeKind::Call => "call",
            EdgeKind::Bind => "bind",
        }
    }

    /// Which nodes it may connect, in words.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            EdgeKind::Publish => "a publish edge goes from a producer or consumer to a channel",
            EdgeKind::Subscribe => "a subscribe edge goes from a channel to a consumer",
            EdgeKind::Call => "a call edge goes from a producer or consumer to another consumer",
            EdgeKind::Bind => "a bind edge goes from a channel to another channel",
        }
    }
}

/// The manner of an edge from one node to another, by what they are; none if they cannot be
/// connected this way round.
#[must_use]
pub fn edge_kind_between(from: &Role, to: &Role) -> Option<EdgeKind> {
    match (from, to) {
        (Role::Producer(_) | Role::Consumer(_), Role::Channel(_)) => Some(EdgeKind::Publish),
        (Role::Channel(_), Role::Consumer(_)) => Some(EdgeKind::Subscribe),
        (Role::Producer(_) | Role::Consumer(_), Role::Consumer(_)) => Some(EdgeKind::Call),
        (Role::Channel(_), Role::Channel(_)) => Some(EdgeKind::Bind),
        (_, Role::Producer(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::node::{Consumer, Producer};

    #[test]
    fn two_roles_decide_the_kind_of_edge_between_them() {
        let producer = Role::Producer(Producer::default());
        let channel = Role::Channel(Channel::default());
        let consumer = Role::Consumer(Consumer::default());
        let table = [
            (&producer, &channel, Some(EdgeKind::Publish)),
            (&consumer, &channel, Some(EdgeKind::Publish)),
            (&channel, &consumer, Some(EdgeKind::Subscribe)),
            (&producer, &consumer, Some(EdgeKind::Call)),
            (&consumer, &consumer, Some(EdgeKind::Call)),
            (&channel, &channel, Some(EdgeKind::Bind)),
            (&channel, &producer, None),
            (&producer, &producer, None),
            (&consumer, &producer, None),
        ];
        for (from, to, kind) in table {
            assert_eq!(edge_kind_between(from, to), kind, "{} to {}", from.word(), to.word());
        }
    }
}
