//! Faults: what goes wrong, where, from when to when.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::name::EdgeName;
use crate::node::Poison;
use crate::time::Span;

/// Something that goes wrong for a while.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong, and where.
    pub kind: FaultKind,
    /// When it begins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Span,
    /// How long it lasts; to the end of the run if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Span>,
}

/// What goes wrong, and where. Letters and numbers in parentheses are those of the catalogue of
/// faults in the manual.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum FaultKind {
    /// A node is down. A producer publishes nothing and makes up for nothing (P2). A channel
    /// accepts and delivers nothing, and takes back what is in work (B1). A consumer loses what it
    /// has in work, which is delivered again, and refuses calls (C1).
    Down {
        /// Name of the node.
        node: String,
    },
    /// A consumer takes `factor` times as long for work that it begins (C3).
    Slow {
        /// Name of the consumer.
        node: String,
        /// At least 0; below 1 it is faster.
        factor: f64,
    },
    /// A share of a consumer's attempts fail, on top of what its handlers say (C4).
    Failing {
        /// Name of the consumer.
        node: String,
        /// 0 to 1, drawn for each attempt.
        share: f64,
    },
    /// A consumer cannot handle some messages, at any attempt, until the fault ends (M1).
    Poison {
        /// Name of the consumer.
        node: String,
        /// Which.
        messages: Poison,
    },
    /// A share of what enters an edge is lost (L2).
    Loss {
        /// The edge.
        edge: EdgeName,
        /// 0 to 1, drawn for each message.
        share: f64,
    },
    /// What enters an edge takes longer (L1).
    Delay {
        /// The edge.
        edge: EdgeName,
        /// On top of the edge's latency.
        by: Span,
    },
    /// A share of what enters an edge arrives twice (L3).
    Duplication {
        /// The edge.
        edge: EdgeName,
        /// 0 to 1, drawn for each message.
        share: f64,
    },
}

/// Where a fault strikes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultTarget<'a> {
    /// A node, by name.
    Node(&'a str),
    /// An edge.
    Edge(&'a EdgeName),
}

impl FaultKind {
    /// Where it strikes.
    #[must_use]
    pub fn target(&self) -> FaultTarget<'_> {
        match self {
            FaultKind::Down { node }
            | FaultKind::Slow { node, .. }
            | FaultKind::Failing { node, .. }
            | FaultKind::Poison { node, .. } => FaultTarget::Node(node),
            FaultKind::Loss { edge, .. }
            | FaultKind::Delay { edge, .. }
            | FaultKind::Duplication { edge, .. } => FaultTarget::Edge(edge),
        }
    }

    /// The word for it, as in the file.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            FaultKind::Down { .. } => "Down",
            FaultKind::Slow { .. } => "Slow",
            FaultKind::Failing { .. } => "Failing",
            FaultKind::Poison { .. } => "Poison",
            FaultKind::Loss { .. } => "Loss",
            FaultKind::Delay { .. } => "Delay",
            FaultKind::Duplication { .. } => "Duplication",
        }
    }
}
