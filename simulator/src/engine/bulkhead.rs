//! Bulkheads and call queues: how many calls there are at once, at the caller and at the callee.

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::Handle;
use crate::plan::NONE;
use crate::record::Failure;
use crate::world::{Call, CallStage, Caller};

impl Engine<'_> {
    /// A call is made, if the bulkhead of its edge has room for it; else it waits or is refused.
    pub(super) fn pass_bulkhead(&mut self, call: Handle) {
        let index = self.plan.resilience.at_edge(self.world.calls[call.slot].edge).bulkhead;
        if index == NONE {
            return self.send_call(call);
        }
        let plan = &self.plan.resilience.bulkheads[index as usize];
        let cells = &mut self.world.resilience.bulkheads[index as usize];
        if cells.taken < plan.rules.calls {
            cells.taken += 1;
            self.world.calls[call.slot].holds_cell = true;
            return self.send_call(call);
        }
        if cells.waiting.len() >= plan.rules.queue as usize {
            return self.refuse_call(call, Failure::BulkheadFull);
        }
        cells.waiting.push_back(call);
        if let Some(wait) = plan.rules.wait {
            let event = Event::of(EventKind::BulkheadTimeout, call);
            self.schedule_in(wait, Phase::Deadline, self.plan.edge_rank(plan.edge), event);
        }
    }

    /// A call has waited for room as long as it may.
    pub(super) fn bulkhead_timeout(&mut self, call: Handle) {
        if !self.world.calls.is_live(call) {
            return;
        }
        let index = self.plan.resilience.at_edge(self.world.calls[call.slot].edge).bulkhead;
        let waiting = &mut self.world.resilience.bulkheads[index as usize].waiting;
        let before = waiting.len();
        waiting.retain(|other| *other != call);
        if waiting.len() < before {
            self.refuse_call(call, Failure::BulkheadFull);
        }
    }

    /// Nobody waits for a call any more: there is room for another one.
    pub(super) fn leave_bulkhead(&mut self, call: &Call) {
        if !call.holds_cell {
            return;
        }
        let index = self.plan.resilience.at_edge(call.edge).bulkhead;
        self.world.resilience.bulkheads[index as usize].taken -= 1;
        while let Some(next) = self.world.resilience.bulkheads[index as usize].waiting.pop_front() {
            if !self.world.calls.is_live(next) {
                continue;
            }
            if self.world.calls[next.slot].caller == Caller::Nobody {
                self.world.calls.remove(next.slot);
                continue;
            }
            self.world.resilience.bulkheads[index as usize].taken += 1;
            self.world.calls[next.slot].holds_cell = true;
            return self.send_call(next);
        }
    }

    /// Whether a callee has no room for one more call that waits. What will begin at the end of
    /// this instant waits for nothing.
    pub(super) fn is_call_queue_full(&self, consumer: u32) -> bool {
        let keeper = self.plan.resilience.of_consumer(consumer);
        let Some(most) = keeper.and_then(|keeper| keeper.queue.most) else { return false };
        let state = &self.world.consumers[consumer as usize];
        let free = self.workers(consumer).saturating_sub(state.busy);
        state.waiting_calls.len() >= most as usize + free as usize
    }

    /// Calls at the head of a callee's queue that have waited too long are thrown away.
    pub(super) fn throw_away_stale(&mut self, consumer: u32) {
        let keeper = self.plan.resilience.of_consumer(consumer);
        let Some(stale_after) = keeper.and_then(|keeper| keeper.queue.stale_after) else { return };
        while let Some(slot) = self.world.consumers[consumer as usize].waiting_calls.front() {
            let call = &self.world.calls[*slot];
            if call.stage != CallStage::Queued
                || self.world.now < call.arrives_at.after(stale_after)
            {
                return;
            }
            let call = self.world.calls.handle(*slot);
            self.world.consumers[consumer as usize].waiting_calls.pop_front();
            self.reply_to_call(call, Some(Failure::CallStale));
        }
    }
}
