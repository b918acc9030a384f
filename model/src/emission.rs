//! Emissions: what handlers and patterns publish, when, with which contents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::claim_check::ClaimCheck;
use crate::expression::Expression;
use crate::message::{MessageRef, Properties, is_default};
use crate::time::Span;

/// What a handler publishes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emission {
    /// What is published, on every publish edge of the consumer whose contract carries it. It
    /// inherits the ordering key of the message that caused it.
    pub message: MessageRef,
    /// Whether it is published; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// What the fields of its payload say, by path (`customer.tier`); what is not listed is derived
    /// from the schema (Message Translator, Content Enricher).
    #[serde(default, skip_serializing_if = "is_default")]
    pub mapping: BTreeMap<String, Expression>,
    /// One message for each item of this list, or so many of them (Splitter). In its conditions
    /// and mappings `part` is the item, or its number, `index` counts from 0 and `total` says how
    /// many there are. Absent: one message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Expression>,
    /// The ordering key, a whole number; that of the message that caused it if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Expression>,
    /// What a repeated attempt publishes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub identity: Identity,
    /// The answer that must come back, if one must: whoever emits owns the timeout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<ReplyExpected>,
    /// Whether its payload is stored beside the channels, and the message only says where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_check: Option<ClaimCheck>,
    /// What the message says to channels.
    #[serde(default, skip_serializing_if = "is_default")]
    pub properties: Properties,
}

/// What messages that a handler publishes once more are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Identity {
    /// New messages: whoever receives both sees two.
    #[default]
    New,
    /// The same messages again, with the identities of the first attempt, which derive from that of
    /// their cause: an idempotent receiver takes one of them. An idempotent emitter that recognizes
    /// a repetition of the cause sends them again, as an answer that may have been lost.
    OfCause,
}

/// An answer that somebody waits for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyExpected {
    /// Name of the message that answers; it must be caused, however indirectly, by the emission.
    pub message: String,
    /// A timeout is raised when no answer was delivered to the emitter for this long.
    pub within: Span,
}

/// Which emissions of a handler are published (Content-Based Router).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Routing {
    /// All whose conditions hold.
    #[default]
    AllMatches,
    /// The first whose condition holds.
    FirstMatch,
}

/// What becomes of a message that has conditions to meet and meets none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Unmatched {
    /// It is handled, and nothing comes of it.
    #[default]
    Acknowledge,
    /// The attempt fails for good: to the dead letters (Invalid Message Channel).
    Reject,
}

impl Emission {
    /// A message that needs no answer and says nothing to channels.
    #[must_use]
    pub fn of(message: MessageRef) -> Emission {
        Emission {
            message,
            when: None,
            mapping: BTreeMap::new(),
            parts: None,
            key: None,
            identity: Identity::New,
            reply: None,
            claim_check: None,
            properties: Properties::default(),
        }
    }
}
