//! Attempts that a consumer makes by itself, without giving the message back in between.

use flowbench_model::channel::{Counted, OnFailure};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::plan::NONE;
use crate::record::{EntryKind, Failure};
use crate::world::{Attempt, Stage, Task};

impl Engine<'_> {
    /// Whether a consumer that has just failed keeps the message for another attempt.
    pub(super) fn will_try_again(&self, slot: u32) -> bool {
        let Task::Copy { copy, edge, is_late: false } = self.world.works[slot].task else {
            return false;
        };
        let plan = &self.plan.edges[edge as usize];
        let semantics = &self.plan.backlogs[plan.backlog as usize].semantics;
        let gives_back = plan.retry.is_some() || plan.on_failure == OnFailure::Requeue;
        let limit = plan.limit;
        let is_last = limit.counts(Counted::Requeued)
            && self.returns(copy.slot).saturating_add(1) >= limit.returns;
        semantics.retries_in_place && gives_back && !plan.is_early && !is_last
    }

    /// Whether a budget has room for another attempt. What has none is given back and given up.
    pub(super) fn may_pause(&self, slot: u32) -> bool {
        match self.world.works[slot].task {
            Task::Copy { edge, .. } => self.has_budget(edge),
            Task::Call(_) => true,
        }
    }

    /// The consumer does nothing until its next attempt, and keeps its hand on the message.
    pub(super) fn pause_work(&mut self, slot: u32, failure: Failure) {
        let Task::Copy { copy, edge, .. } = self.world.works[slot].task else { return };
        let (message, attempt) = self.failed_copy(copy.slot, failure);
        self.world.edges[edge as usize].counts.failed += 1;
        self.note(EntryKind::Failed, edge, attempt, failure.into(), &message);
        if self.plan.edges[edge as usize].limit.counts(Counted::Requeued) {
            self.world.burden_mut(copy.slot).returns += 1;
        }
        self.takes_retry(edge, (attempt, &message), failure);
        let delay = self.redelivery_delay(copy.slot, edge, Counted::Requeued);
        self.note(EntryKind::RetryScheduled, edge, attempt, delay.0, &message);
        let work = &mut self.world.works[slot];
        work.stage = Stage::Pausing;
        work.ends_at = self.world.now.after(delay);
        let rank = self.plan.edge_rank(edge);
        self.schedule_in(delay, Phase::Release, rank, Event::about(EventKind::WorkDone, slot));
    }

    /// The next attempt, unless the message was taken away meanwhile.
    pub(super) fn try_again(&mut self, slot: u32) {
        match self.world.works[slot].task {
            Task::Copy { copy, edge, is_late: false } => {
                let it = &mut self.world.copies[copy.slot];
                it.deliveries += 1;
                let (attempt, message) = (it.deliveries, it.message);
                let kept = self.world.works[slot].kept;
                if kept != NONE {
                    self.world.kept[kept] = Attempt { message, number: attempt };
                }
                if self.world.works[slot].is_fetched {
                    self.count_delivery(edge, attempt, &message);
                }
                self.begin_work(slot);
            }
            Task::Copy { .. } | Task::Call(_) => {
                self.roll_back(slot);
                self.end_work(slot);
            }
        }
    }
}
