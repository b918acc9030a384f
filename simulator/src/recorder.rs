//! The recorder: sees every transition and keeps what was asked for.

use crate::checks::Check;
use crate::message::Message;
use crate::metrics::Metrics;
use crate::plan::Plan;
use crate::record::{Entry, PlaceKind, Record, RecordHash};

/// What a recorder keeps beside the hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Every entry, the statistics and the promises.
    Everything,
    /// The statistics and the promises.
    Statistics,
    /// Nothing, not even the hash: for getting from a snapshot to an instant.
    Nothing,
}

/// Sees every transition of a run.
#[derive(Debug)]
pub struct Recorder {
    keep: Keep,
    pub(crate) hash: RecordHash,
    pub(crate) record: Record,
    pub(crate) metrics: Metrics,
    pub(crate) checks: Vec<Check>,
}

impl Recorder {
    /// A recorder for a run from its beginning.
    #[must_use]
    pub fn new(plan: &Plan, keep: Keep) -> Recorder {
        let is_silent = keep == Keep::Nothing;
        Recorder {
            keep,
            hash: RecordHash::default(),
            record: Record::default(),
            metrics: if is_silent { Metrics::default() } else { Metrics::new(plan) },
            checks: if is_silent { Vec::new() } else { Check::all(plan) },
        }
    }

    /// What was kept of the entries.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The statistics so far.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The hash so far.
    #[must_use]
    pub fn hash(&self) -> RecordHash {
        self.hash
    }

    #[inline]
    pub(crate) fn entry(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        if self.keep == Keep::Nothing {
            return;
        }
        self.hash.add(entry, place_key(plan, entry));
        self.metrics.see(plan, entry, message);
        if !self.checks.is_empty() {
            for check in &mut self.checks {
                check.see(plan, entry, message);
            }
        }
        if self.keep == Keep::Everything {
            self.record.push(*entry);
        }
    }

    #[inline]
    pub(crate) fn message(&mut self, message: &Message) {
        if self.keep == Keep::Everything {
            self.record.push_message(message);
        }
    }
}

/// A word that stands for the place of an entry, whatever else is in the design.
#[inline]
fn place_key(plan: &Plan, entry: &Entry) -> u64 {
    match entry.place_kind() {
        PlaceKind::Node => plan.node_keys[entry.place as usize],
        PlaceKind::Edge => plan.edge_keys[entry.place as usize],
        PlaceKind::Fault | PlaceKind::Action => u64::from(entry.place),
    }
}
