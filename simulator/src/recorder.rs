//! The recorder: sees every transition and keeps what was asked for.

use std::ops::Range;

use crate::checks::Check;
use crate::fingerprint::Fingerprint;
use crate::message::Message;
use crate::metrics::Metrics;
use crate::plan::Plan;
use crate::record::{Entry, PlaceKind, Record, RecordHash};

/// What a recorder keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Every entry, the statistics and the promises.
    Everything,
    /// The statistics and the promises.
    Statistics,
    /// The fingerprint only: for telling whether two runs did the same.
    Fingerprint,
    /// Nothing, not even the hash: for getting from a snapshot to an instant.
    Nothing,
}

/// Sees every transition of a run.
#[derive(Debug)]
pub struct Recorder {
    keep: Keep,
    /// Whether it keeps statistics and nothing else.
    is_plain: bool,
    /// Indices of the entries that are kept.
    kept: Range<u64>,
    /// Entries that the record has room for.
    room: usize,
    fingerprint: Fingerprint,
    turns: u64,
    pub(crate) record: Record,
    pub(crate) metrics: Metrics,
    pub(crate) checks: Vec<Check>,
}

/// Entries of a full record, unless somebody has room for less.
pub(crate) const ENTRIES_MAX: usize = 64_000_000;

impl Recorder {
    /// A recorder for a run from its beginning.
    #[must_use]
    pub fn new(plan: &Plan, keep: Keep) -> Recorder {
        let is_lean = matches!(keep, Keep::Nothing | Keep::Fingerprint);
        let checks = if is_lean { Vec::new() } else { Check::all(plan) };
        Recorder {
            keep,
            is_plain: keep == Keep::Statistics && checks.is_empty(),
            kept: if keep == Keep::Everything { 0..u64::MAX } else { 0..0 },
            room: ENTRIES_MAX,
            fingerprint: Fingerprint::default(),
            turns: 0,
            record: Record::default(),
            metrics: if is_lean { Metrics::default() } else { Metrics::new(plan) },
            checks,
        }
    }

    /// A recorder for a run from its beginning that keeps the entries of these indices, and where
    /// the messages come from that were published before the last of them.
    #[must_use]
    pub fn of_entries(plan: &Plan, kept: Range<u64>) -> Recorder {
        Recorder { kept, ..Recorder::new(plan, Keep::Fingerprint) }
    }

    /// The same with room for so many entries. A run ends soon after its record is full.
    #[must_use]
    pub fn with_room(self, entries: usize) -> Recorder {
        Recorder { room: entries, ..self }
    }

    /// Whether more is kept than there is room for.
    pub(crate) fn is_full(&self) -> bool {
        self.record.len() > self.room
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
        self.fingerprint.hash()
    }

    /// The hash so far, and what it was on the way.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Counts up whenever something happens that people go back to: a fault begins or ends, an
    /// operator acts, a promise is broken. Cost: a look at each promise.
    pub(crate) fn turning_points(&self) -> u64 {
        self.turns + self.checks.iter().filter(|check| check.is_broken()).count() as u64
    }

    /// Sees one transition. The engine knows its kind where it calls this; inlined there, most of
    /// it is decided beforehand.
    #[inline(always)]
    pub(crate) fn entry(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        if !self.is_plain {
            return self.entry_in_full(plan, *entry, message);
        }
        self.note(plan, entry);
        if entry.is_handled() {
            self.metrics.see(entry, message);
        }
    }

    /// Whether an entry of a message that is not handled yet leaves its trace in the hash alone.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Sees such an entry, if [`Recorder::is_plain`]; `place_key` stands for its place.
    #[inline(always)]
    pub(crate) fn entry_plainly(&mut self, entry: &Entry, place_key: u64) {
        self.fingerprint.add(entry, place_key);
    }

    /// Sees one transition of a message at an edge whose key is at hand.
    #[inline(always)]
    pub(crate) fn entry_at(&mut self, plan: &Plan, entry: &Entry, message: &Message, key: u64) {
        if !self.is_plain {
            return self.entry_in_full(plan, *entry, Some(message));
        }
        self.fingerprint.add(entry, key);
        if entry.is_handled() {
            self.metrics.see(entry, Some(message));
        }
    }

    #[inline(always)]
    fn note(&mut self, plan: &Plan, entry: &Entry) {
        self.fingerprint.add(entry, place_key(plan, entry));
        if matches!(entry.place_kind(), PlaceKind::Fault | PlaceKind::Action) {
            self.turns += 1;
        }
    }

    #[inline(never)]
    fn entry_in_full(&mut self, plan: &Plan, entry: Entry, message: Option<&Message>) {
        if self.keep == Keep::Nothing {
            return;
        }
        if self.kept.contains(&self.fingerprint.entries()) {
            self.record.push(entry);
        }
        self.note(plan, &entry);
        if entry.is_handled() && self.keep != Keep::Fingerprint {
            self.metrics.see(&entry, message);
        }
        for check in &mut self.checks {
            check.see(plan, &entry, message);
        }
    }

    #[inline]
    pub(crate) fn message(&mut self, message: &Message) {
        if !self.is_plain && self.fingerprint.entries() < self.kept.end {
            self.record.push_message(message);
        }
    }
}

/// A word that stands for the place of an entry, whatever else is in the design.
#[inline(always)]
pub(crate) fn place_key(plan: &Plan, entry: &Entry) -> u64 {
    match entry.place_kind() {
        PlaceKind::Node => plan.node_keys[entry.place as usize],
        PlaceKind::Edge => plan.edge_keys[entry.place as usize],
        PlaceKind::Fault | PlaceKind::Action => u64::from(entry.place),
    }
}
