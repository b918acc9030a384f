//! Rate limits of consumers and handlers.

use flowbench_model::resilience::Excess;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::Message;
use crate::plan::NONE;
use crate::record::{DropReason, EntryKind, Failure};
use crate::world::{Attempt, Stage, Task};

impl Engine<'_> {
    /// When work may begin that a consumer would begin now; none if a limit does not let it begin
    /// at all, of which it learns within this instant.
    pub(super) fn begins_at(&mut self, slot: u32) -> Option<Time> {
        let work = &self.world.works[slot];
        let (consumer, task) = (work.consumer, work.task);
        let Attempt { message, number: attempt } = self.world.attempt_in(work);
        let limits = self.limits_of(consumer, &message);
        let mut begins_at = self.world.now;
        for index in limits.into_iter().filter(|index| *index != NONE) {
            let limit = &self.plan.resilience.limits[index as usize];
            let may_wait = limit.excess == Excess::Wait;
            let tokens = &mut self.world.resilience.limits[index as usize];
            match tokens.take(limit, self.world.now, may_wait) {
                Some(wait) => begins_at = begins_at.max(self.world.now.after(wait)),
                None => {
                    self.refuse_work(slot, limit.excess);
                    return None;
                }
            }
        }
        let wait = begins_at.since(self.world.now);
        if wait > Span::ZERO
            && let Some(edge) = self.edge_of(task)
        {
            self.note(EntryKind::Throttled, edge, attempt, wait.0, &message);
        }
        Some(begins_at)
    }

    /// That of the handler, then that of the whole consumer.
    fn limits_of(&self, consumer: u32, message: &Message) -> [u32; 2] {
        let Some(keeper) = self.plan.resilience.of_consumer(consumer) else { return [NONE; 2] };
        let plan = &self.plan.consumers[consumer as usize];
        let (handler, _) = plan.service_of(message.message_type);
        let own = keeper.handler_limits.get(handler as usize).copied().unwrap_or(NONE);
        [own, keeper.limit]
    }

    fn edge_of(&self, task: Task) -> Option<u32> {
        match task {
            Task::Copy { edge, .. } => Some(edge),
            Task::Call(call) => {
                self.world.calls.is_live(call).then(|| self.world.calls[call.slot].edge)
            }
        }
    }

    /// Work ends as soon as it has begun. It ends with an event of its own: however much is
    /// refused at one instant, nothing is done within something else.
    fn refuse_work(&mut self, slot: u32, excess: Excess) {
        let now = self.world.now;
        let work = &mut self.world.works[slot];
        work.stage = Stage::Service;
        (work.began_at, work.ends_at) = (now, now);
        let rank = self.plan.node_rank(self.plan.consumers[work.consumer as usize].node);
        self.world.resilience.refused.insert(slot, excess);
        let event = Event::about(EventKind::WorkDone, slot);
        self.world.calendar.schedule(now, Phase::Settle, rank, event);
    }

    /// What becomes of work that a limit refused; whether it is such work.
    pub(super) fn is_refused(&mut self, slot: u32) -> bool {
        let Some(excess) = self.world.resilience.refused.remove(&slot) else { return false };
        if self.world.works[slot].is_cancelled {
            self.world.remove_work(slot);
            return true;
        }
        match (excess, self.world.works[slot].task) {
            (Excess::Drop, Task::Copy { copy, edge, is_late: false }) => {
                self.roll_back(slot);
                self.end_work(slot);
                self.drop_copy(copy.slot, edge, DropReason::RateLimited);
            }
            (Excess::Drop | Excess::Reject | Excess::Wait, Task::Copy { .. } | Task::Call(_)) => {
                self.fail(slot, Failure::RateLimited);
            }
        }
        true
    }
}
