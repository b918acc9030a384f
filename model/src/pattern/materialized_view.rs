//! Materialized view: a table of the newest message for each key, which other messages are joined
//! with.

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Keeps the newest message for each key as a row. Handlers read the row of their message as `row`:
/// the payload that was kept, or null.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MaterializedView {
    /// Names of the messages that are rows; all others are joined with them.
    pub rows: Vec<String>,
    /// What a row is kept under; its ordering key if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Expression>,
    /// What finds the row of another message; the same as `key` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_by: Option<Expression>,
    /// Which rows delete what is there (tombstones). One whose payload is null always does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_when: Option<Expression>,
    /// Which of two rows of a key is the newer one.
    #[serde(skip_serializing_if = "is_default")]
    pub order: RowOrder,
    /// What becomes of a message whose row is not there.
    #[serde(skip_serializing_if = "is_default")]
    pub missing: MissingRow,
    /// Where the table is.
    #[serde(skip_serializing_if = "is_default")]
    pub store: ViewStore,
    /// How long it takes to read one message again after a restart.
    pub restore_time: Span,
}

/// Which of two rows of a key is the newer one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum RowOrder {
    /// The one that is handled later, whenever it was published.
    #[default]
    Arrival,
    /// The one that was published later. Of two that were published at the same instant: the one of
    /// the later partition, then the one that stands behind the other.
    Published,
    /// The one with the higher version, a number or a text; of two with the same, as `Published`.
    Version(Expression),
}

/// What becomes of a message whose row is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum MissingRow {
    /// It is handled all the same, with `row` null (left join).
    #[default]
    Pass,
    /// It is acknowledged, and nothing comes of it (inner join).
    Drop,
    /// It is stored, and handled when its row comes.
    Park {
        /// How long it waits; then it is handled with `row` null. For ever if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Span>,
    },
    /// The attempt fails, and there may be another.
    Fail,
}

/// Where the table is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ViewStore {
    /// In memory: after a restart the log is read from its start.
    #[default]
    Memory,
    /// On a disk that survives: only what came since its checkpoint is read again.
    Disk {
        /// The position in the log is stored at every multiple of this; with each row if zero.
        #[serde(default, skip_serializing_if = "is_default")]
        checkpoint: Span,
    },
}

impl Default for MaterializedView {
    fn default() -> MaterializedView {
        MaterializedView {
            rows: Vec::new(),
            key: None,
            joined_by: None,
            delete_when: None,
            order: RowOrder::default(),
            missing: MissingRow::default(),
            store: ViewStore::default(),
            restore_time: Span::from_millis(1),
        }
    }
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "MaterializedView",
    title: "Materialized view",
    does: "Keeps the newest message for each key as a table, and joins other messages with it.",
    helps: "What a handler needs to know of another service is at hand, without a call.",
    stored: "What is parked. The table, if it is on a disk; else it is read again from the log.",
    states: &[
        State { name: "restoring", is_final: false },
        State { name: "live", is_final: false },
        State { name: "present", is_final: false },
        State { name: "deleted", is_final: true },
        State { name: "left aside", is_final: true },
        State { name: "parked", is_final: false },
        State { name: "joined late", is_final: true },
        State { name: "row absent", is_final: true },
        State { name: "dropped", is_final: true },
    ],
    arrows: &[
        Arrow { from: "restoring", to: "live", because: "the log is read to the end it had" },
        Arrow { from: "live", to: "restoring", because: "a restart" },
        Arrow { from: "live", to: "present", because: "the first row of a key" },
        Arrow { from: "present", to: "present", because: "a newer row of its key" },
        Arrow { from: "present", to: "left aside", because: "an older row of its key" },
        Arrow { from: "present", to: "deleted", because: "a tombstone" },
        Arrow { from: "live", to: "parked", because: "a message before its row (park)" },
        Arrow { from: "parked", to: "joined late", because: "the row comes" },
        Arrow { from: "parked", to: "row absent", because: "its time is up" },
        Arrow { from: "live", to: "row absent", because: "a message before its row (pass)" },
        Arrow { from: "live", to: "dropped", because: "a message before its row (drop)" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a message comes before its row",
            seen: "as `missing` says: it passes without, is dropped, waits, or fails",
            inject: "latency on the subscription of the rows, a slow publisher of them",
        },
        FailurePoint {
            what: "an old row comes after a newer one",
            seen: "the old one stands in the table, unless `order` tells which is newer",
            inject: "reordering on the edge; several workers; a retry",
        },
        FailurePoint {
            what: "a crash",
            seen: "everything waits until the log is read again",
            inject: "an outage of the node with a long `restore_time`",
        },
        FailurePoint {
            what: "the log no longer has a row",
            seen: "it is missing after a restart",
            inject: "`retention_time` of the channel, or none of its messages kept",
        },
    ],
    left_out: "What was parked is handled beside the workers of its consumer. Restoring reads every \
               row, those that handlers have refused, and those that went to another member of \
               its group; tombstones stay in the log for good. \
               A ledger expects an amount by the row that is there when a message comes in.",
    source: "Kafka Streams, core concepts: KTable, stream-table join, out-of-order handling; EIP, \
             Content Enricher",
};

/// What handlers of such a consumer can read beside payload and message.
pub(super) const NAMES: &[&str] = &["row"];

impl MaterializedView {
    pub(super) fn messages(&self) -> Vec<(String, &String)> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(i, name)| (format!("rows.{i}"), name)).collect()
    }

    pub(super) fn messages_mut(&mut self) -> Vec<&mut String> {
        self.rows.iter_mut().collect()
    }

    pub(super) fn senseless(&self) -> Vec<(&'static str, &'static str)> {
        let waits_for_nothing = self.missing == MissingRow::Park { within: Some(Span::ZERO) };
        let time = "this time must be longer than zero";
        let wrong = [
            (self.rows.is_empty(), "rows", "at least one message is a row"),
            (waits_for_nothing, "missing", time),
            (self.restore_time == Span::ZERO, "restore_time", time),
        ];
        let wrong = wrong.into_iter().filter(|it| it.0);
        wrong.map(|(_, property, sentence)| (property, sentence)).collect()
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        let rows: Vec<&str> = self.rows.iter().map(String::as_str).collect();
        let version = match &self.order {
            RowOrder::Arrival | RowOrder::Published => None,
            RowOrder::Version(version) => Some(version),
        };
        let of_rows = [
            ("key", self.key.as_ref()),
            ("delete_when", self.delete_when.as_ref()),
            ("order", version),
        ];
        let of_rows = of_rows.into_iter().filter_map(|(property, expression)| {
            let written = Written::of(property, expression, &[])?;
            Some(Written { of: rows.clone(), ..written })
        });
        let joined = Written::of("joined_by", self.joined_by.as_ref(), &[]);
        let joined = joined.map(|written| Written { apart_from: rows.clone(), ..written });
        of_rows.chain(joined).collect()
    }
}
