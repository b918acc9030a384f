//! Projection: a read model that follows events, and is asked by calls.

use serde::{Deserialize, Serialize};

use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::message::is_default;
use crate::time::Span;

/// Keeps a read model of the events that its consumer handles. Calls to the consumer are reads of
/// it: they take no worker, and the read model answers while its projector is down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Projection {
    /// When the position in the events is stored.
    #[serde(skip_serializing_if = "is_default")]
    pub checkpoint: Checkpoint,
    /// Whether reads wait.
    #[serde(skip_serializing_if = "is_default")]
    pub reads: Reads,
    /// How long a read takes.
    #[serde(skip_serializing_if = "is_default")]
    pub read_time: Span,
    /// How the read model is built again.
    #[serde(skip_serializing_if = "is_default")]
    pub rebuild: Rebuild,
    /// How long each event takes then.
    pub rebuild_time: Span,
    /// A model that is built beside the old one takes its place when it is at most so many events
    /// behind.
    #[serde(skip_serializing_if = "is_default")]
    pub switch_behind: u64,
    /// What becomes of what handlers emit, when events are handled once more.
    #[serde(skip_serializing_if = "is_default")]
    pub side_effects: SideEffects,
}

/// When the position in the events is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Checkpoint {
    /// In one transaction with the rows.
    #[default]
    WithRows,
    /// After them: what a crash comes between is applied twice.
    AfterRows,
    /// When an attempt begins: what a crash comes between is skipped.
    BeforeRows,
}

/// Whether reads wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Reads {
    /// They are answered with what is there.
    #[default]
    AtOnce,
    /// They wait until what the asker knows is there: every event of the same ordering key that was
    /// published before the question. After this long they are answered all the same.
    WaitForVersion(Span),
}

/// How a read model is built again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Rebuild {
    /// Beside the old one, which answers until the new one has caught up.
    #[default]
    BlueGreen,
    /// In place: it is emptied, and readers see what is there so far.
    InPlace,
}

/// What becomes of what handlers emit, when events are handled once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum SideEffects {
    /// It is not published.
    #[default]
    Gated,
    /// It is published once more.
    Refired,
}

impl Default for Projection {
    fn default() -> Projection {
        Projection {
            checkpoint: Checkpoint::default(),
            reads: Reads::default(),
            read_time: Span::ZERO,
            rebuild: Rebuild::default(),
            rebuild_time: Span::from_millis(1),
            switch_behind: 0,
            side_effects: SideEffects::default(),
        }
    }
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "Projection",
    title: "Projection",
    does: "Follows events and keeps what readers ask for; it is always a little behind.",
    helps: "Reads that the write side cannot answer fast, or not at all (CQRS).",
    stored: "The rows, and the position in the events: together, or one after the other.",
    states: &[
        State { name: "live", is_final: false },
        State { name: "catching up", is_final: false },
        State { name: "switched", is_final: false },
        State { name: "read waits", is_final: false },
        State { name: "stale read", is_final: true },
    ],
    arrows: &[
        Arrow { from: "live", to: "live", because: "an event is applied" },
        Arrow { from: "live", to: "catching up", because: "a rebuild begins" },
        Arrow { from: "catching up", to: "switched", because: "the new model has caught up" },
        Arrow { from: "switched", to: "live", because: "the old model is dropped" },
        Arrow { from: "live", to: "read waits", because: "a reader knows more" },
        Arrow { from: "read waits", to: "live", because: "the version is there, or time is up" },
        Arrow { from: "live", to: "stale read", because: "a reader knew more" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a crash comes between rows and position",
            seen: "`AfterRows`: the event is applied twice; `BeforeRows`: it is skipped",
            inject: "a crash after the effect; a crash during an attempt",
        },
        FailurePoint {
            what: "the source no longer has the events",
            seen: "a rebuild leaves out what is gone, and readers miss it",
            inject: "`retention_time` of the channel shorter than the history",
        },
        FailurePoint {
            what: "a rebuild in place while readers ask",
            seen: "reads are stale until it has caught up",
            inject: "`rebuild: InPlace` and the action `Rebuild`",
        },
        FailurePoint {
            what: "a read right after the write",
            seen: "it does not see it, unless it waits for the version",
            inject: "latency on the subscription; an outage of the projector",
        },
        FailurePoint {
            what: "a rebuild handles events whose handlers emit",
            seen: "`Refired`: what follows from them happens again",
            inject: "`side_effects: Refired` and the action `Rebuild`",
        },
    ],
    left_out: "What the rows say. Reads never fail by themselves. An event counts as published when \
               its channel has it.",
    source: "Greg Young, CQRS Documents (2010); Axon Framework, tracking event processors",
};

impl Projection {
    pub(super) fn senseless(&self) -> Vec<(&'static str, &'static str)> {
        let wrong = [
            (self.rebuild_time == Span::ZERO, "rebuild_time"),
            (self.reads == Reads::WaitForVersion(Span::ZERO), "reads"),
        ];
        let sentence = "this time must be longer than zero";
        wrong.into_iter().filter(|it| it.0).map(|(_, property)| (property, sentence)).collect()
    }
}
