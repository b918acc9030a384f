//! Event-sourced aggregate: decides by what has happened to one thing, and writes down what
//! happens to it next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Keeps a stream of events for each ordering key. What its handlers emit are the events.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventSourced {
    /// Events that each stream has before the run begins.
    #[serde(skip_serializing_if = "is_default")]
    pub history: u64,
    /// The newest snapshot of each of these streams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_snapshot: Option<Snapshot>,
    /// How long it takes to load one event and to fold it in.
    #[serde(skip_serializing_if = "is_default")]
    pub event_time: Span,
    /// How long it takes to load a snapshot.
    #[serde(skip_serializing_if = "is_default")]
    pub snapshot_time: Span,
    /// A snapshot is stored each time so many events have come to a stream; none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_every: Option<u64>,
    /// The version of the state's own schema: a snapshot of another one is left aside.
    #[serde(skip_serializing_if = "is_first")]
    pub schema_version: u32,
    /// How often it loads and decides again after somebody else has appended meanwhile; then the
    /// attempt fails for good.
    #[serde(skip_serializing_if = "is_default")]
    pub decides_again: u32,
    /// When appended events are published.
    #[serde(skip_serializing_if = "is_default")]
    pub publishes: Publishes,
    /// The state of a stream before its first event, an object; reads `message`. Empty if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<Expression>,
    /// How events change the state, which handlers read as `state`.
    #[serde(skip_serializing_if = "is_default")]
    pub applies: Vec<Apply>,
}

/// A snapshot that is there from the beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// How many events it covers.
    pub at: u64,
    /// By which version of the state's schema it was written.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub schema_version: u32,
}

/// When appended events are published.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Publishes {
    /// With the append: the stream is what subscribers read.
    #[default]
    WithAppend,
    /// By a subscription that looks for new events this often, and goes on after a crash where it
    /// was.
    Polling(Span),
}

/// How one kind of event changes the state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// Name of the event.
    pub on: String,
    /// What fields of the state say after it, by path; reads the event's `payload`, and `state`
    /// and `version` before it.
    pub set: BTreeMap<String, Expression>,
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_first(version: &u32) -> bool {
    *version == 1
}

impl Default for EventSourced {
    fn default() -> EventSourced {
        EventSourced {
            history: 0,
            history_snapshot: None,
            event_time: Span::ZERO,
            snapshot_time: Span::ZERO,
            snapshot_every: None,
            schema_version: 1,
            decides_again: 3,
            publishes: Publishes::default(),
            initial: None,
            applies: Vec::new(),
        }
    }
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "EventSourced",
    title: "Event-sourced aggregate",
    does: "Loads what has happened to one thing, decides, and appends what happens next, if \
           nobody else has appended meanwhile.",
    helps: "Keeps the whole history as the truth: audit, replay, new views of old facts.",
    stored: "For each ordering key the stream of its events, and the newest snapshot. What was \
             loaded to decide is in memory only.",
    states: &[
        State { name: "loading", is_final: false },
        State { name: "loading from a snapshot", is_final: false },
        State { name: "appended", is_final: true },
        State { name: "conflict", is_final: false },
        State { name: "rejected", is_final: true },
        State { name: "snapshot stored", is_final: true },
    ],
    arrows: &[
        Arrow { from: "loading", to: "appended", because: "the version is as expected" },
        Arrow {
            from: "loading from a snapshot",
            to: "appended",
            because: "the version is as expected",
        },
        Arrow { from: "loading", to: "conflict", because: "somebody appended meanwhile" },
        Arrow {
            from: "loading from a snapshot",
            to: "conflict",
            because: "somebody appended meanwhile",
        },
        Arrow { from: "conflict", to: "loading", because: "it decides again" },
        Arrow { from: "conflict", to: "rejected", because: "it has decided too often" },
        Arrow { from: "appended", to: "snapshot stored", because: "so many events later" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a crash between append and publish",
            seen: "the events are published when the subscription goes on: late, none lost",
            inject: "`publishes: Polling(…)` and an outage of the node",
        },
        FailurePoint {
            what: "the snapshot has another schema version",
            seen: "the whole stream is loaded: slower, never wrong",
            inject: "`schema_version` changed by the scenario",
        },
        FailurePoint {
            what: "two commands for one stream at the same time",
            seen: "the later append is refused: it decides again, or fails for good",
            inject: "`concurrency` above 1; `decides_again: 0`",
        },
        FailurePoint {
            what: "a command is delivered again after its events were appended",
            seen: "they are appended twice, unless the consumer is idempotent or the emission has \
                   `identity: OfCause`",
            inject: "a crash after the effect",
        },
    ],
    left_out: "Upcasters of old events: every event can be read. A subscription stores its position \
               together with what it publishes, so that it repeats nothing.",
    source: "Greg Young, CQRS Documents (2010); Axon and EventStoreDB: expected version, snapshots",
};

/// What handlers of such a consumer can read beside payload and message.
pub(super) const NAMES: &[&str] = &["state", "version"];

impl EventSourced {
    pub(super) fn messages(&self) -> Vec<(String, &String)> {
        let applies = self.applies.iter().enumerate();
        applies.map(|(i, it)| (format!("applies.{i}.on"), &it.on)).collect()
    }

    pub(super) fn messages_mut(&mut self) -> Vec<&mut String> {
        self.applies.iter_mut().map(|it| &mut it.on).collect()
    }

    pub(super) fn senseless(&self) -> Vec<(&'static str, &'static str)> {
        let covers = self.history_snapshot.map_or(0, |snapshot| snapshot.at);
        let wrong = [
            (
                covers > self.history,
                "history_snapshot.at",
                "a snapshot covers events that are there: at most `history`",
            ),
            (
                self.snapshot_every == Some(0),
                "snapshot_every",
                "a snapshot is stored every 1 or more events",
            ),
            (
                self.publishes == Publishes::Polling(Span::ZERO),
                "publishes",
                "the time between two looks must be longer than zero",
            ),
        ];
        wrong.into_iter().filter(|it| it.0).map(|(_, property, why)| (property, why)).collect()
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        let initial = Written::of("initial", &self.initial, &[]).into_iter();
        let applies = self.applies.iter().enumerate().flat_map(|(i, apply)| {
            apply.set.iter().map(move |(field, expression)| Written {
                property: format!("applies.{i}.set.{field}"),
                expression,
                names: NAMES,
                of: vec![&apply.on],
                apart_from: Vec::new(),
            })
        });
        initial.chain(applies).collect()
    }
}
