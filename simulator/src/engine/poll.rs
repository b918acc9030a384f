//! Consumers that must come back in time to fetch more.

use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::plan::EdgeIndex;
use crate::record::Failure;
use crate::world::{CopyState, Task};

impl Engine<'_> {
    /// A consumer is handed a message: the first of a fetch, or one that came with it.
    pub(super) fn note_poll(&mut self, edge: EdgeIndex) {
        if self.world.edges[edge as usize].batch_left == 0 {
            let most = self.prefetch(edge).max(1);
            let waiting = self.waiting_for(edge);
            let state = &mut self.world.edges[edge as usize];
            state.batch_left = most.min(waiting + 1);
            state.polled_at = self.world.now;
            if !state.has_poll_timer {
                state.has_poll_timer = true;
                self.watch_poll(edge);
            }
        }
        self.world.edges[edge as usize].batch_left -= 1;
    }

    /// Messages in the partitions of a consumer that wait.
    fn waiting_for(&self, edge: EdgeIndex) -> u32 {
        let index = self.plan.edges[edge as usize].backlog;
        let owner = self.member_of(edge) as u32 + 1;
        let lanes = self.world.backlogs[index as usize].store.lanes().iter();
        lanes.filter(|lane| lane.owner == owner).map(|lane| lane.len() as u32).sum()
    }

    fn watch_poll(&mut self, edge: EdgeIndex) {
        let at = self.poll_deadline(edge);
        let event = Event::about(EventKind::PollOverdue, edge);
        self.world.calendar.schedule(at, Phase::Lease, self.plan.edge_rank(edge), event);
    }

    fn poll_deadline(&self, edge: EdgeIndex) -> Time {
        let index = self.plan.edges[edge as usize].backlog;
        let longest = self.plan.backlogs[index as usize].semantics.max_poll_interval;
        self.world.edges[edge as usize].polled_at.after(longest)
    }

    /// A consumer may have been at one fetch for too long: then it loses its partitions, and goes
    /// on with what it has.
    pub(super) fn poll_overdue(&mut self, edge: EdgeIndex) {
        let state = &self.world.edges[edge as usize];
        let is_at_work =
            state.counts.in_work > 0 || state.batch_left > 0 && self.waiting_for(edge) > 0;
        if is_at_work && self.poll_deadline(edge) > self.world.now {
            return self.watch_poll(edge);
        }
        self.world.edges[edge as usize].has_poll_timer = false;
        if is_at_work && self.is_there(edge) {
            self.turn_out(edge);
        }
    }

    fn turn_out(&mut self, edge: EdgeIndex) {
        let state = &mut self.world.edges[edge as usize];
        state.is_turned_out = true;
        state.batch_left = 0;
        let held: Vec<u32> = self
            .world
            .copies
            .iter()
            .filter(|(_, copy)| copy.edge == edge && copy.state == CopyState::InWork)
            .map(|(slot, _)| slot)
            .collect();
        for slot in &held {
            self.mark_late(self.world.copies.handle(*slot));
        }
        self.take_back_all(held, Failure::LeaseExpired);
        self.rewind(edge, Failure::LeaseExpired);
        self.leave_as_lost(edge);
        self.come_back(edge);
    }

    /// A consumer that lost its partitions has done what it had, and fetches again.
    pub(super) fn come_back(&mut self, edge: EdgeIndex) {
        let is_busy = self.world.works.iter().any(|(_, work)| {
            matches!(work.task, Task::Copy { edge: own, .. } if own == edge) && !work.is_cancelled
        });
        if !is_busy && self.is_there(edge) {
            self.world.edges[edge as usize].is_turned_out = false;
            self.member_back(edge);
        }
    }
}
