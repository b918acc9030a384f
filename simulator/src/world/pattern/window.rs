//! What windows hold: panes, and the watermark of each source.

use std::collections::BTreeMap;

use flowbench_model::time::Time;

use super::InstanceKey;
use crate::content::Circumstances;
use crate::message::Handle;
use crate::plan::NodeIndex;
use crate::world::ledger::Amount;

/// Which window of which group: what ends first is first. Milliseconds of event time; the end is
/// the first that is outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct WindowKey {
    pub(crate) end: i64,
    pub(crate) start: i64,
    pub(crate) group: InstanceKey,
}

/// What is in a window.
#[derive(Clone, Debug)]
pub(crate) struct Pane {
    pub(crate) since: Time,
    pub(crate) count: u64,
    pub(crate) sum: Amount,
    pub(crate) smallest: Amount,
    pub(crate) largest: Amount,
    /// Results that were published, those of windows that it joined among them.
    pub(crate) firings: u64,
    /// Whether one was published since it has this end.
    pub(crate) has_fired: bool,
    /// The message that came last.
    pub(crate) last: Circumstances,
}

/// What is known of a source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SourceState {
    /// The newest event time.
    pub(crate) newest: Option<i64>,
    /// When it was heard of last.
    pub(crate) heard_at: Time,
    pub(crate) is_idle: bool,
}

/// What a consumer with windows holds.
#[derive(Clone, Debug)]
pub(crate) struct WindowState {
    pub(crate) panes: BTreeMap<WindowKey, Pane>,
    pub(crate) sources: BTreeMap<NodeIndex, SourceState>,
    /// Event time up to which everything has come, as far as that is known.
    pub(crate) watermark: Option<i64>,
    /// Messages that sliding windows may still need: (group, event time, amount).
    pub(crate) events: BTreeMap<(InstanceKey, i64), Vec<Amount>>,
    pub(crate) timer: Option<Handle>,
    pub(crate) results: u64,
    pub(crate) later: u64,
    pub(crate) too_late: u64,
}

impl WindowState {
    pub(crate) fn new(sources: &[NodeIndex]) -> WindowState {
        WindowState {
            panes: BTreeMap::new(),
            sources: sources.iter().map(|node| (*node, SourceState::default())).collect(),
            watermark: None,
            events: BTreeMap::new(),
            timer: None,
            results: 0,
            later: 0,
            too_late: 0,
        }
    }

    /// The watermark that the sources come to: the least of those that are not idle; it never goes
    /// back. `behind` is how much disorder is waited for, in milliseconds.
    pub(crate) fn advance(&mut self, behind: i64) {
        let awake = self.sources.values().filter(|source| !source.is_idle);
        let mut least: Option<i64> = None;
        for source in awake {
            let Some(newest) = source.newest else { return };
            least = Some(least.map_or(newest, |least| least.min(newest)));
        }
        if let Some(least) = least {
            let reached = least - behind;
            self.watermark = Some(self.watermark.map_or(reached, |before| before.max(reached)));
        }
    }
}

impl Pane {
    pub(crate) fn new(since: Time, of: &Circumstances) -> Pane {
        let none = Amount::default();
        let (smallest, largest) = (Amount(i64::MAX), Amount(i64::MIN));
        Pane {
            since,
            count: 0,
            sum: none,
            smallest,
            largest,
            firings: 0,
            has_fired: false,
            last: *of,
        }
    }

    pub(crate) fn take(&mut self, amount: Amount) {
        self.count += 1;
        self.sum.add(amount);
        self.smallest = self.smallest.min(amount);
        self.largest = self.largest.max(amount);
    }

    /// Takes in what another holds.
    pub(crate) fn join(&mut self, other: &Pane) {
        self.count += other.count;
        self.sum.add(other.sum);
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
        self.since = self.since.min(other.since);
        self.firings = self.firings.max(other.firings);
    }
}
