//! Aggregator: collects messages that belong together, and publishes one for all of them.

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::emission::Emission;
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Collects messages that belong together until they are complete or time is up.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Aggregator {
    /// What messages of one set have in common; their ordering key if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Expression>,
    /// Which part of the set a message is: what comes twice counts once. The message itself if
    /// absent, so that only a repetition of the same message is recognized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Expression>,
    /// How many parts a set has; may read the first part. Without it, and without `when`, only
    /// time completes a set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<Expression>,
    /// What makes a set complete beside the number of its parts; reads `parts`, the payloads so
    /// far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// How long a set waits from its first part on; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
    /// What becomes of a set that is not complete in time.
    #[serde(skip_serializing_if = "is_default")]
    pub overdue: Overdue,
    /// What becomes of a part that comes after its set was complete, or given up.
    #[serde(skip_serializing_if = "is_default")]
    pub late: Late,
    /// When parts are acknowledged.
    #[serde(skip_serializing_if = "is_default")]
    pub acknowledges: Acknowledges,
    /// What is published for a complete set; mappings read `parts`, and `payload` of the last.
    pub emits: Vec<Emission>,
    /// What is published for a set whose time is up, where `overdue` says so.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_partial: Vec<Emission>,
    /// What is published for a part that comes too late, where `late` says so.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_late: Vec<Emission>,
}

/// What becomes of a set that is not complete in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Overdue {
    /// What there is of it is published (`emits_partial`).
    #[default]
    EmitPartial,
    /// Its parts are forgotten; the record says so. Parts that were not acknowledged yet are
    /// rejected.
    Discard,
}

/// What becomes of a part whose set is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Late {
    /// It is acknowledged, and nothing comes of it.
    #[default]
    Discard,
    /// It is published on (`emits_late`).
    Divert,
    /// It begins a new set.
    Reopen,
}

/// When parts are acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Acknowledges {
    /// As they come: what is collected is stored, and survives a crash.
    #[default]
    OnArrival,
    /// When the set is over: what is collected is in memory only, and comes again after a crash.
    WhenOver,
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "Aggregator",
    title: "Aggregator",
    does: "Collects messages that belong together until all are there, or until their time is up, \
           and publishes one message for them.",
    helps: "Joins what a splitter took apart, or what several services answer to one question.",
    stored: "For each set: its parts, how many are expected, and its deadline, if parts are \
             acknowledged as they come. Else nothing.",
    states: &[
        State { name: "collecting", is_final: false },
        State { name: "complete", is_final: true },
        State { name: "overdue", is_final: true },
    ],
    arrows: &[
        Arrow { from: "collecting", to: "collecting", because: "a part that is not the last" },
        Arrow { from: "collecting", to: "complete", because: "all parts are there" },
        Arrow { from: "collecting", to: "overdue", because: "its time is up" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a part comes twice",
            seen: "it counts once, if `part` tells which one it is",
            inject: "duplication on the edge; a crash before the acknowledgement",
        },
        FailurePoint {
            what: "a part comes after its set is over",
            seen: "as `late` says: nothing, a message of its own, or a new set that is never \
                   complete",
            inject: "delay on the edge; an outage longer than `within`",
        },
        FailurePoint {
            what: "parts are held until the set is over, and the lease is shorter",
            seen: "they are delivered again and again",
            inject: "`acknowledges: WhenOver` with a lease below `within`",
        },
    ],
    left_out: "",
    source: "Enterprise Integration Patterns (Hohpe, Woolf), Aggregator",
};

/// What the emissions of an aggregator can read: the payloads of the parts.
pub(super) const NAMES: &[&str] = &["parts"];

impl Aggregator {
    pub(super) fn emissions(&self) -> Vec<(&'static str, &Vec<Emission>)> {
        vec![
            ("emits", &self.emits),
            ("emits_partial", &self.emits_partial),
            ("emits_late", &self.emits_late),
        ]
    }

    pub(super) fn emissions_mut(&mut self) -> Vec<&mut Vec<Emission>> {
        vec![&mut self.emits, &mut self.emits_partial, &mut self.emits_late]
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        [
            Written::of("correlation", &self.correlation, &[]),
            Written::of("part", &self.part, &[]),
            Written::of("count", &self.count, &[]),
            Written::of("when", &self.when, NAMES),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
