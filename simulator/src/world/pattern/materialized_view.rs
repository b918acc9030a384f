//! Materialized views: the table, what waits for a row, and how far a log is read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::time::{Span, Time};

use crate::content::Circumstances;
use crate::message::{Handle, Message, MessageId};
use crate::plan::BacklogIndex;
use crate::record::Failure;

#[derive(Clone, Debug, Default)]
pub(crate) struct ViewState {
    pub(crate) rows: BTreeMap<u64, Row>,
    /// The newest of what was deleted, where it must not come back with an older row.
    pub(crate) deleted: BTreeMap<u64, Rank>,
    /// What the attempts under way have found.
    pub(crate) lookups: BTreeMap<MessageId, Lookup>,
    /// When each row was stored, where a disk keeps them.
    pub(crate) stored_at: BTreeMap<MessageId, Time>,
    /// By number, what waits for a row.
    pub(crate) parked: BTreeMap<u64, Parked>,
    pub(crate) last_parked: u64,
    pub(crate) restoring: Option<Restoring>,
    /// By backlog, how many of its messages were there when it was read last.
    pub(crate) read_to: BTreeMap<BacklogIndex, u64>,
    /// When its consumer crashed last.
    pub(crate) lost_at: Time,
    /// Since when it is live, or is restored.
    pub(crate) since: Time,
    pub(crate) counts: ViewCounts,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ViewCounts {
    pub(crate) put: u64,
    pub(crate) deleted: u64,
    pub(crate) older: u64,
    pub(crate) without_key: u64,
    pub(crate) joined: u64,
    pub(crate) absent: u64,
    pub(crate) parked: u64,
    pub(crate) joined_late: u64,
    pub(crate) dropped: u64,
    pub(crate) refused: u64,
    pub(crate) restores: u64,
    pub(crate) restored: u64,
    pub(crate) restoring: Span,
}

/// The newest message of a key.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// As its consumer has read it, and when.
    pub(crate) of: Circumstances,
    pub(crate) rank: Rank,
    /// What the key is called, where it is no ordering key.
    pub(crate) name: Option<Arc<str>>,
}

/// Where a message stands among all that came over the subscriptions of a consumer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct LogPlace {
    pub(crate) backlog: BacklogIndex,
    pub(crate) partition: u32,
    pub(crate) sequence: u64,
}

/// What decides which of two rows is the newer one.
#[derive(Clone, Debug)]
pub(crate) struct Rank {
    pub(crate) version: RowVersion,
    pub(crate) published_at: Time,
    pub(crate) place: LogPlace,
}

/// A version as a row says it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum RowVersion {
    Unsaid,
    /// A number, with its billionths.
    Number(i128, u32),
    Text(Arc<str>),
}

impl Rank {
    /// Whether a row is the older one of two. Where one says no version, both are asked when they
    /// were published.
    pub(crate) fn is_before(&self, other: &Rank) -> bool {
        let of = |rank: &Rank| (rank.published_at, rank.place);
        match (&self.version, &other.version) {
            (RowVersion::Unsaid, _) | (_, RowVersion::Unsaid) => of(self) < of(other),
            (own, others) => (own, of(self)) < (others, of(other)),
        }
    }
}

/// What an attempt has found when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lookup {
    pub(crate) attempt: u32,
    pub(crate) row: Result<Option<Circumstances>, Failure>,
    pub(crate) place: LogPlace,
    /// Whether it is handled even if there is no row.
    pub(crate) is_settled: bool,
}

/// A message that waits for its row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parked {
    pub(crate) of: Circumstances,
    /// What its row is kept under, unless that is null.
    pub(crate) key: Option<u64>,
    pub(crate) had_effect: bool,
    pub(crate) stage: ParkedStage,
    pub(crate) since: Time,
    pub(crate) timer: Option<Handle>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ParkedStage {
    /// Its row has not come.
    Waiting,
    /// It waits no longer, but its consumer is not there.
    Ready,
    /// It is being handled with this row, or without.
    Working(Option<Circumstances>),
}

/// A log that is being read again.
#[derive(Clone, Debug)]
pub(crate) struct Restoring {
    /// What there was when it began.
    pub(crate) log: Arc<Vec<(LogPlace, Message)>>,
    pub(crate) next: usize,
    pub(crate) timer: Option<Handle>,
}
