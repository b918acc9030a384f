//! Streams of events, one for each ordering key, and what is loaded of them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use flowbench_model::pattern::event_sourced::Snapshot;
use flowbench_model::time::Time;
use serde_json::Value;

use crate::message::{Handle, Message};

#[derive(Clone, Debug, Default)]
pub(crate) struct SourcedState {
    /// By ordering key.
    pub(crate) streams: BTreeMap<u64, EventStream>,
    /// By the slot of a work, what it has loaded; in memory only.
    pub(crate) loaded: BTreeMap<u32, Loaded>,
    /// Appended, and not published yet, in the order of appending.
    pub(crate) unpublished: VecDeque<Unpublished>,
    pub(crate) polls: bool,
    pub(crate) loads: u64,
    pub(crate) from_snapshots: u64,
    pub(crate) left_aside: u64,
    pub(crate) folded: u64,
    pub(crate) appended: u64,
    pub(crate) conflicts: u64,
    pub(crate) rejected: u64,
    pub(crate) snapshots: u64,
}

/// All that has happened to one thing.
#[derive(Clone, Debug)]
pub(crate) struct EventStream {
    /// Number of its events.
    pub(crate) version: u64,
    pub(crate) snapshot: Option<Snapshot>,
    /// What they come to.
    pub(crate) state: Arc<Value>,
    /// Position on the card of what happened to it last, and when.
    pub(crate) doing: usize,
    pub(crate) since: Time,
}

/// What a work has loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loaded {
    pub(crate) work: Handle,
    pub(crate) version: u64,
    /// How often somebody else was faster.
    pub(crate) conflicts: u32,
    /// Whether it loads again because of that.
    pub(crate) is_overtaken: bool,
}

/// An event that nobody has been told of.
#[derive(Clone, Debug)]
pub(crate) struct Unpublished {
    pub(crate) message: Message,
    /// Where its edges stand: the handler, and the emission.
    pub(crate) handler: u32,
    pub(crate) emission: u32,
}
