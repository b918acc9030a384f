//! Snapshots of a run: which instants are kept whole, so that any other is reached from one of
//! them within a moment.
//!
//! They are dense after turning points (a fault begins or ends, an operator acts, a promise is
//! broken), grow apart with the distance from them, and are at most [`FARTHEST`] events apart as
//! long as the memory they may take is enough. When it is not, all distances are doubled.

use flowbench_model::time::Time;

use crate::message::MessageId;
use crate::run::Run;

/// Events between two snapshots right after a turning point.
const NEAREST: u64 = 1 << 11;
/// Events between two snapshots far from all turning points: running them again takes a few
/// milliseconds.
const FARTHEST: u64 = 50_000;
/// Snapshots are this many times as near to each other as they are to the turning point.
const DENSITY: u64 = 8;
/// Bytes that all snapshots together may take.
const BUDGET: usize = 128 << 20;
/// A snapshot of so many bytes is made after as many events at least, so that making it costs
/// little beside them.
const BYTES_AN_EVENT: usize = 64;

/// The snapshots of one run, in the order of events; the first is its beginning.
#[derive(Debug)]
pub(crate) struct Snapshots {
    kept: Vec<Snapshot>,
    bytes: usize,
    budget: usize,
    /// What all distances are multiplied by.
    coarseness: u64,
    /// Events at the last turning point.
    turned_at: Option<u64>,
    /// Events at which the next snapshot is due.
    next: u64,
}

#[derive(Debug)]
struct Snapshot {
    run: Run,
    bytes: usize,
    /// The distance from the snapshot before that it should have.
    spacing: u64,
}

impl Snapshots {
    /// Begins with a run before anything has happened.
    pub(crate) fn new(run: &Run) -> Snapshots {
        Snapshots::within(BUDGET, run)
    }

    fn within(budget: usize, run: &Run) -> Snapshots {
        let (kept, bytes, coarseness) = (Vec::new(), 0, 1);
        let mut snapshots = Snapshots { kept, bytes, budget, coarseness, turned_at: None, next: 0 };
        snapshots.take(run);
        snapshots
    }

    /// Notes that something happened that people go back to.
    pub(crate) fn turn(&mut self, run: &Run) {
        self.turned_at = Some(run.events());
        self.next = run.events();
    }

    /// Keeps a run if it is time to.
    #[inline]
    pub(crate) fn see(&mut self, run: &Run) {
        if run.events() >= self.next {
            self.take(run);
        }
    }

    /// The latest snapshot whose instant is earlier than `time`, or the beginning: a snapshot may
    /// have been taken in the middle of its instant.
    pub(crate) fn before(&self, time: Time) -> &Run {
        let later = self.kept.partition_point(|snapshot| snapshot.run.now() < time);
        &self.kept[later.saturating_sub(1)].run
    }

    /// The latest snapshot in which a message was not yet published, or the beginning.
    pub(crate) fn before_message(&self, message: MessageId) -> &Run {
        let later = self.kept.partition_point(|snapshot| snapshot.run.messages() <= message.0);
        &self.kept[later.saturating_sub(1)].run
    }

    /// Bytes that all take together, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    #[cold]
    fn take(&mut self, run: &Run) {
        let (spacing, bytes) = (self.spacing(run.events()), run.bytes());
        self.bytes += bytes;
        self.kept.push(Snapshot { run: run.clone(), bytes, spacing });
        while self.bytes > self.budget && self.kept.len() > 2 {
            self.coarseness *= 2;
            self.thin();
        }
        let cost = (bytes / BYTES_AN_EVENT) as u64;
        self.next = run.events() + (spacing * self.coarseness).max(cost);
    }

    fn spacing(&self, events: u64) -> u64 {
        let distance = self.turned_at.map_or(u64::MAX, |turned_at| events - turned_at);
        (distance / DENSITY).clamp(NEAREST, FARTHEST)
    }

    /// Lets go of every snapshot without which its neighbors are not too far apart.
    fn thin(&mut self) {
        let old = std::mem::take(&mut self.kept);
        let events: Vec<u64> = old.iter().map(|snapshot| snapshot.run.events()).collect();
        let last = old.len() - 1;
        for (index, snapshot) in old.into_iter().enumerate() {
            let is_needed = match self.kept.last() {
                None => true,
                Some(before) => {
                    let gap = events[(index + 1).min(last)] - before.run.events();
                    index == last || gap > snapshot.spacing * self.coarseness
                }
            };
            if is_needed {
                self.kept.push(snapshot);
            }
        }
        self.bytes = self.kept.iter().map(|snapshot| snapshot.bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use flowbench_model::formats::native;

    use super::*;
    use crate::plan::Plan;
    use crate::recorder::{Keep, Recorder};

    /// Snapshots of a run of 200,000 events that turns at the middle, as events of each.
    fn events(budget: usize) -> (Snapshots, Vec<u64>) {
        let text = include_str!("../benches/workloads/w1.ron").replace("10000000", "100000");
        let design = native::read(&text).expect("the design is valid").design;
        let plan = Plan::compile(&design, &design.scenarios[0], 1).expect("it can be run");
        let mut silent = Recorder::new(&plan, Keep::Nothing);
        let mut run = Run::new(plan);
        let mut snapshots = Snapshots::within(budget, &run);
        while run.step(&mut silent) {
            if run.events() == 100_000 {
                snapshots.turn(&run);
            }
            snapshots.see(&run);
        }
        let events = snapshots.kept.iter().map(|snapshot| snapshot.run.events()).collect();
        (snapshots, events)
    }

    #[test]
    fn snapshots_are_dense_after_a_turning_point_and_grow_apart() {
        let (_, events) = events(BUDGET);
        assert_eq!(events[..3], [0, FARTHEST, 2 * FARTHEST]);
        assert_eq!(events[3], 100_000 + NEAREST);
        let gaps: Vec<u64> = events[2..].windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.is_sorted(), "{gaps:?}");
        assert!(gaps[gaps.len() - 1] > 4 * NEAREST && gaps.iter().all(|gap| *gap <= FARTHEST));
    }

    #[test]
    fn a_small_budget_thins_everywhere_and_is_kept() {
        let (wide, all) = events(BUDGET);
        let (narrow, some) = events(wide.bytes() / 3);
        assert!(narrow.bytes() <= wide.bytes() / 3, "{} of {}", narrow.bytes(), wide.bytes());
        assert!(some.len() > 3 && some.len() < all.len(), "{some:?}");
        assert_eq!(some[0], 0);
        let near = some.iter().filter(|events| (100_000..120_000).contains(*events)).count();
        let far = some.iter().filter(|events| (20_000..40_000).contains(*events)).count();
        assert!(near > far, "{some:?}");
        let bytes: usize = narrow.kept.iter().map(|snapshot| snapshot.run.bytes()).sum();
        assert_eq!(bytes, narrow.bytes());
    }
}
