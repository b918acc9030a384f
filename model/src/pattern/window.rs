//! Windows over time: messages counted and put together by when they happened.

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::emission::Emission;
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Puts messages into windows of time, and publishes a result for each window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Window {
    /// Which windows there are.
    pub windows: Windows,
    /// When a message happened, in milliseconds since the run began; when it was published if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_time: Option<Expression>,
    /// What has windows of its own: the messages with one value of this. Their ordering key if
    /// absent; write `0` for windows over everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouping: Option<Expression>,
    /// What is added up; 1 for each message if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Expression>,
    /// How far behind the newest event time seen the watermark is: how much disorder is waited
    /// for.
    #[serde(skip_serializing_if = "is_default")]
    pub out_of_orderness: Span,
    /// A source from which nothing came for this long does not hold the watermark back; it does for
    /// ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_after: Option<Span>,
    /// How long after its end a window still takes what is late, and publishes its result again.
    #[serde(skip_serializing_if = "is_default")]
    pub allowed_lateness: Span,
    /// What becomes of a message all of whose windows are gone.
    #[serde(skip_serializing_if = "is_default")]
    pub late: LateEvents,
    /// What is published for a window: mappings read `window` (start_ms, end_ms, count, sum,
    /// smallest, largest, firing: 1 for the first result, 2 and up for later ones).
    pub emits: Vec<Emission>,
    /// What is published for a message that is too late, where `late` says so.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_late: Vec<Emission>,
}

/// Which windows there are. Each is from its start up to, and without, its end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Windows {
    /// One after the other, all of one size, from the beginning of the run on (moved by an
    /// offset).
    Tumbling {
        /// How long each is.
        size: Span,
        /// How much later they begin.
        #[serde(default, skip_serializing_if = "is_default")]
        offset: Span,
    },
    /// All of one size, a new one every `slide`: a message is in several.
    Hopping {
        /// How long each is.
        size: Span,
        /// From the start of one to the start of the next.
        slide: Span,
    },
    /// For each message one that ends with it, and one that begins after it, both bounds included
    /// (Kafka Streams sliding windows): the messages no further apart than `difference`.
    Sliding {
        /// How far apart two messages of one window may be.
        difference: Span,
    },
    /// As long as messages come: one ends when nothing came for `gap`. What is late may join two.
    Session {
        /// How long nothing comes between two.
        gap: Span,
    },
}

/// What becomes of a message that is too late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum LateEvents {
    /// Nothing; it is counted.
    #[default]
    Drop,
    /// It is published on (`emits_late`, side output).
    Divert,
}

impl Default for Window {
    fn default() -> Window {
        Window {
            windows: Windows::Tumbling { size: Span::from_secs(60), offset: Span::ZERO },
            event_time: None,
            grouping: None,
            value: None,
            out_of_orderness: Span::ZERO,
            idle_after: None,
            allowed_lateness: Span::ZERO,
            late: LateEvents::Drop,
            emits: Vec::new(),
            emits_late: Vec::new(),
        }
    }
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "Window",
    title: "Window",
    does: "Puts messages together by when they happened, in windows of time, and publishes a \
           result when the watermark passes the end of one.",
    helps: "Counts and sums per minute, sessions of a user, alarms over the last five minutes.",
    stored: "The open windows with their sums, and the watermark of each source.",
    states: &[
        State { name: "open", is_final: false },
        State { name: "fired", is_final: false },
        State { name: "gone", is_final: true },
    ],
    arrows: &[
        Arrow { from: "open", to: "open", because: "a message that belongs to it" },
        Arrow { from: "open", to: "fired", because: "the watermark passes its end: a result" },
        Arrow { from: "fired", to: "fired", because: "a late message: its result again" },
        Arrow { from: "fired", to: "gone", because: "the watermark passes the allowed lateness" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a source is silent",
            seen: "the watermark stands still, and no window fires, until `idle_after`",
            inject: "a pause of a producer; a partition without messages",
        },
        FailurePoint {
            what: "messages are later than the disorder that is waited for",
            seen: "results are published again, or the messages are dropped and counted",
            inject: "the fault late event, or delay on an edge",
        },
        FailurePoint {
            what: "a late message joins two sessions",
            seen: "one result replaces two that were published before",
            inject: "a session with a gap, and a late message between two",
        },
    ],
    left_out: "Results that were published are not taken back: who reads them has to take the \
               newest for each window.",
    source: "Flink documentation, windows; Kafka Streams developer guide, windowing",
};

/// What the emissions of windows can read.
pub(super) const NAMES: &[&str] = &["window"];

impl Window {
    pub(super) fn emissions(&self) -> Vec<(&'static str, &Vec<Emission>)> {
        vec![("emits", &self.emits), ("emits_late", &self.emits_late)]
    }

    pub(super) fn emissions_mut(&mut self) -> Vec<&mut Vec<Emission>> {
        vec![&mut self.emits, &mut self.emits_late]
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        let all = [
            Written::of("event_time", &self.event_time, &[]),
            Written::of("grouping", &self.grouping, &[]),
            Written::of("value", &self.value, &[]),
        ];
        all.into_iter().flatten().collect()
    }
}
