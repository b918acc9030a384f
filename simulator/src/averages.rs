//! Averages over time: how much was in a backlog and how busy a consumer was, from the end of the
//! warm-up on. The sums are exact; only what is divided at the end is rounded.

use flowbench_model::time::Time;

use crate::plan::BacklogIndex;
use crate::run::Run;
use crate::world::InBacklog;

impl Run {
    /// When averages begin: at the end of the warm-up; `None` before.
    #[must_use]
    pub fn measured_since(&self) -> Option<Time> {
        let warm_up = self.plan().warm_up;
        (self.now() >= warm_up).then_some(warm_up)
    }

    /// How many copies are in a backlog.
    #[must_use]
    pub fn in_backlog(&self, backlog: BacklogIndex) -> InBacklog {
        self.world().backlogs[backlog as usize].copies()
    }

    /// For how long copies have been in a backlog since averages began (before, since the run
    /// began), all together, in nanoseconds: divided by the time that has passed since, their
    /// average number; divided by how many came, how long each stayed (J. D. C. Little, "A Proof
    /// for the Queuing Formula L = λW", 1961).
    #[must_use]
    pub fn time_in_backlog(&self, backlog: BacklogIndex) -> InBacklog {
        self.world().backlog_areas(backlog as usize)
    }

    /// For how long the slots of a consumer (by its position in the plan) have been busy since
    /// averages began, all together, in nanoseconds.
    #[must_use]
    pub fn time_busy(&self, consumer: usize) -> u128 {
        self.world().busy_area(consumer)
    }

    /// An average over the time since averages began; 0 if none has passed.
    pub(crate) fn average(&self, area: u128) -> f64 {
        let passed = self.measured_since().map_or(0, |since| self.now().since(since).0);
        if passed == 0 { 0.0 } else { area as f64 / passed as f64 }
    }
}
