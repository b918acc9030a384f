//! Read models: what they have of the events, and who asks.

use std::collections::{BTreeMap, BTreeSet};

use flowbench_model::time::{Span, Time};

use crate::message::{Handle, Message, MessageId};

/// The position on the card of a read that did not see what it should.
pub(crate) const STALE_READ: usize = 4;

#[derive(Clone, Debug, Default)]
pub(crate) struct ProjectionState {
    /// Every event that has come in, where a rebuild will want it again.
    pub(crate) log: Vec<(Time, Message)>,
    /// Events whose rows are in the model that answers.
    pub(crate) applied: BTreeSet<MessageId>,
    /// Events that were in some model once.
    pub(crate) ever: BTreeSet<MessageId>,
    /// Events whose position was stored before their rows, with the attempt that stored it.
    pub(crate) positions: BTreeMap<MessageId, u32>,
    /// By ordering key, the events that have come in and are not in the model that answers, with
    /// the instant of their publication.
    pub(crate) missing: BTreeMap<u64, BTreeMap<MessageId, Time>>,
    pub(crate) behind: u64,
    pub(crate) rebuilding: Option<Rebuilding>,
    /// Reads that are not answered yet, by their number.
    pub(crate) reads: BTreeMap<u64, Read>,
    pub(crate) last_read: u64,
    /// Position on the card of what happened last, and when.
    pub(crate) doing: usize,
    pub(crate) since: Time,
    pub(crate) counts: ProjectionCounts,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProjectionCounts {
    pub(crate) applied: u64,
    pub(crate) twice: u64,
    pub(crate) skipped: u64,
    pub(crate) behind_max: u64,
    pub(crate) lag_max: Span,
    pub(crate) reads: u64,
    pub(crate) stale: u64,
    pub(crate) waited: u64,
    pub(crate) wait_max: Span,
    pub(crate) given_up: u64,
    pub(crate) rebuilds: u64,
    pub(crate) rebuilt: u64,
    pub(crate) gone: u64,
}

/// A model that is being built again.
#[derive(Clone, Debug)]
pub(crate) struct Rebuilding {
    /// Position in the log.
    pub(crate) next: usize,
    /// What a new model has, as long as the old one answers.
    pub(crate) beside: Option<BTreeSet<MessageId>>,
}

/// Somebody asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) call: Handle,
    pub(crate) question: Message,
    pub(crate) since: Time,
    pub(crate) timer: Option<Handle>,
    /// Whether it waits for a version.
    pub(crate) is_waiting: bool,
}
