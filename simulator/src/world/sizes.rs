//! How much is in a backlog, and how long it was: each change of a number notes the instant. What
//! was here before the statistics begin is kept apart.

use flowbench_model::time::Time;

use crate::world::{Backlog, CopyState, World};

/// What was there before the statistics begin, backlog by backlog and consumer by consumer; empty
/// as long as they have not begun, and if they begin with the run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    pub(crate) backlogs: Vec<InBacklog>,
    pub(crate) busy: Vec<u128>,
}

/// The copies of a backlog: how many there are, or for how many nanoseconds they were there, all
/// together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InBacklog {
    /// Copies that wait for a consumer.
    pub waiting: u128,
    /// Copies that are handed out and not settled.
    pub handed_out: u128,
    /// Copies that are there otherwise: they wait for their next attempt or for the commit of
    /// their position, are held back, or are never delivered again.
    pub resting: u128,
}

impl InBacklog {
    /// Copies that have not left.
    #[must_use]
    pub fn present(&self) -> u128 {
        self.waiting + self.handed_out + self.resting
    }

    fn without(self, before: InBacklog) -> InBacklog {
        InBacklog {
            waiting: self.waiting - before.waiting,
            handed_out: self.handed_out - before.handed_out,
            resting: self.resting - before.resting,
        }
    }
}

impl World {
    /// Notes what was there until the statistics begin, now or at an earlier instant after which
    /// nothing has changed.
    pub(crate) fn begin_statistics(&mut self, at: Time) {
        self.before = Before {
            backlogs: self.backlogs.iter().map(|it| it.areas(at)).collect(),
            busy: self.consumers.iter().map(|it| it.busy_area.until(at, it.busy.into())).collect(),
        };
    }

    /// Copies of a backlog over time since the statistics began.
    pub(crate) fn backlog_areas(&self, index: usize) -> InBacklog {
        let before = self.before.backlogs.get(index).copied().unwrap_or_default();
        self.backlogs[index].areas(self.now).without(before)
    }

    /// Busy slots of a consumer over time since the statistics began.
    pub(crate) fn busy_area(&self, index: usize) -> u128 {
        let consumer = &self.consumers[index];
        let before = self.before.busy.get(index).copied().unwrap_or_default();
        consumer.busy_area.until(self.now, consumer.busy.into()) - before
    }
}

impl Backlog {
    /// How many there are.
    pub(crate) fn copies(&self) -> InBacklog {
        InBacklog {
            waiting: self.ready.into(),
            handed_out: self.in_flight.into(),
            resting: (self.present - self.ready - self.in_flight).into(),
        }
    }

    fn areas(&self, at: Time) -> InBacklog {
        let resting = self.present - self.ready - self.in_flight;
        InBacklog {
            waiting: self.waiting_area.until(at, self.ready),
            handed_out: self.handed_out_area.until(at, self.in_flight),
            resting: self.resting_area.until(at, resting),
        }
    }

    /// A copy that does not wait, and nobody has, is gone.
    pub(crate) fn remove_present(&mut self, now: Time) {
        self.present -= 1;
        self.resting_area.fall(now);
    }

    /// A copy that does not wait leaves for good.
    #[inline]
    pub(crate) fn remove(&mut self, state: CopyState, now: Time) {
        if state == CopyState::InWork {
            self.present -= 1;
            self.end_in_flight(now);
        } else {
            self.remove_present(now);
        }
    }

    /// A copy that is there waits from now on.
    pub(crate) fn add_ready(&mut self, now: Time) {
        self.ready += 1;
        self.waiting_area.rise(now);
        self.resting_area.fall(now);
    }

    /// A copy that is there is nobody's any longer.
    pub(crate) fn remove_in_flight(&mut self, now: Time) {
        self.in_flight -= 1;
        self.handed_out_area.fall(now);
        self.resting_area.rise(now);
    }

    /// A new copy waits.
    #[inline(always)]
    pub(crate) fn begin_waiting(&mut self, now: Time) {
        self.ready += 1;
        self.waiting_area.rise(now);
    }

    /// A copy that waited is taken, to be handed out.
    #[inline(always)]
    pub(crate) fn end_waiting(&mut self, now: Time) {
        self.ready -= 1;
        self.waiting_area.fall(now);
    }

    /// A copy that was taken, or is new, is handed out.
    #[inline(always)]
    pub(crate) fn begin_in_flight(&mut self, now: Time) {
        self.in_flight += 1;
        self.handed_out_area.rise(now);
    }

    /// A copy that was handed out is settled.
    #[inline(always)]
    pub(crate) fn end_in_flight(&mut self, now: Time) {
        self.in_flight -= 1;
        self.handed_out_area.fall(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_takes_a_power_of_two_so_that_it_is_found_by_a_shift() {
        assert_eq!(size_of::<Backlog>(), 512);
    }
}
