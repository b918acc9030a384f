//! Synchronous calls: request, service, reply, timeout.

use flowbench_model::time::Span;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::content::Circumstances;
use crate::marks::PARTIAL;
use crate::message::{Handle, Message};
use crate::plan::{EdgeIndex, NONE, PlanHandler};
use crate::record::{EntryKind, Failure};
use crate::world::{Attempt, Call, CallStage, Caller, Stage, Task};

impl<'p> Engine<'p> {
    /// The handler's call at a position begins; after the last one the attempt is concluded.
    pub(super) fn next_call(&mut self, slot: u32, position: u32) {
        let work = &self.world.works[slot];
        let plan = &self.plan.consumers[work.consumer as usize];
        let cause = *self.world.message_in(work);
        let calls = self.handler_of(slot).map_or(&[][..], |it| &it.calls);
        let Some(planned) = calls.get(position as usize).copied() else {
            return self.conclude(slot);
        };
        let message = self.new_message(plan.node, NONE, Some(cause.key), Some(&cause));
        let message = Message { message_type: planned.message, ..message };
        let caller = Caller::Work { work: self.world.works.handle(slot), position };
        let call = self.start_call(planned.edge, message, caller, 1);
        self.world.works[slot].stage = Stage::Calling { call };
    }

    /// The handler that works at a slot, if there is one.
    fn handler_of(&mut self, slot: u32) -> Option<&'p PlanHandler> {
        let work = &self.world.works[slot];
        let plan = &self.plan.consumers[work.consumer as usize];
        match plan.is_conditional {
            true => plan.handlers.get(self.handler_at(slot) as usize),
            false => plan.handler(self.world.message_in(work).message_type),
        }
    }

    /// A call is made, or held back by what protects its caller; it fails at the earliest after
    /// this.
    pub(super) fn start_call(
        &mut self,
        edge: EdgeIndex,
        message: Message,
        caller: Caller,
        attempt: u32,
    ) -> Handle {
        let call = self.new_call(edge, message, caller, attempt, CallStage::Held);
        let callee = self.plan.consumer_at(edge);
        if attempt == 1 && self.plan.consumers[callee].has_ledger {
            let of = Circumstances::of(message, self.world.now);
            self.expect_effect_at(callee as u32, &of);
        }
        if !self.plan.resilience.has_guards() {
            self.send_call(call);
            return call;
        }
        if attempt == 1 {
            self.note_first_attempt(edge);
        }
        self.pass_breaker(call);
        call
    }

    /// A request goes out.
    pub(super) fn send_call(&mut self, call: Handle) {
        let Call { edge, message, attempt, .. } = self.world.calls[call.slot];
        self.world.calls[call.slot].asked_at = self.world.now;
        self.world.totals.calls += 1;
        self.note(EntryKind::CallSent, edge, attempt, message.key, &message);
        let passage = self.passage(edge, &message, attempt);
        let held = passage.held_by.map_or(Some(Span::ZERO), |fault| self.end_of(fault));
        let extra = held.map(|held| held.saturating_add(passage.extra));
        if let Some(after) = passage.twice {
            self.note(EntryKind::Duplicated, edge, attempt, 0, &message);
            let extra = extra.unwrap_or_default().saturating_add(after);
            let twin = self.new_call(edge, message, Caller::Nobody, attempt, CallStage::Going);
            self.send_over(twin, EventKind::CallArrives, extra);
        }
        match extra.filter(|_| !passage.is_lost) {
            Some(extra) => {
                self.world.calls[call.slot].stage = CallStage::Going;
                self.send_over(call, EventKind::CallArrives, extra);
            }
            None => self.world.calls[call.slot].stage = CallStage::Lost,
        }
        if let Some(timeout) = self.plan.edges[edge as usize].timeout {
            let event = Event::of(EventKind::CallTimeout, call);
            self.schedule_in(timeout, Phase::Deadline, self.plan.edge_rank(edge), event);
        }
    }

    fn new_call(
        &mut self,
        edge: EdgeIndex,
        message: Message,
        caller: Caller,
        attempt: u32,
        stage: CallStage,
    ) -> Handle {
        let now = self.world.now;
        let call = Call {
            edge,
            message,
            caller,
            attempt,
            stage,
            sent_at: now,
            arrives_at: now,
            asked_at: now,
            permit: NONE,
            holds_cell: false,
        };
        let slot = self.world.calls.insert(call);
        self.world.calls.handle(slot)
    }

    /// A request or a reply takes the latency of its edge.
    fn send_over(&mut self, call: Handle, event: EventKind, extra: Span) {
        let edge = self.world.calls[call.slot].edge;
        let latency = self.latency(edge).saturating_add(extra);
        let now = self.world.now;
        let state = &mut self.world.calls[call.slot];
        state.sent_at = now;
        state.arrives_at = now.after(latency);
        let rank = self.plan.edge_rank(edge);
        self.schedule_in(latency, Phase::Arrive, rank, Event::of(event, call));
    }

    /// A request reaches its callee, which refuses it if it is down.
    pub(super) fn call_arrives(&mut self, call: Handle) {
        if !self.world.calls.is_live(call) {
            return;
        }
        let edge = self.world.calls[call.slot].edge;
        let callee = self.plan.edges[edge as usize].to;
        let consumer = self.plan.consumer_at(edge);
        if self.plan.consumers[consumer].is_inspecting && self.is_asked(consumer as u32, call) {
            return;
        }
        if self.world.nodes[callee as usize].down > 0 {
            return self.reply_to_call(call, Some(Failure::CallRefused));
        }
        if self.is_call_queue_full(consumer as u32) {
            return self.reply_to_call(call, Some(Failure::QueueFull));
        }
        self.world.calls[call.slot].stage = CallStage::Queued;
        self.world.consumers[consumer].waiting_calls.push_back(call.slot);
        self.consumer_changed(consumer as u32);
    }

    /// A callee begins to work on a request.
    pub(super) fn serve_call(&mut self, consumer: u32, call: Handle) {
        let state = &mut self.world.calls[call.slot];
        state.stage = CallStage::Served;
        let (edge, message, attempt) = (state.edge, state.message, state.attempt);
        self.note(EntryKind::CallServed, edge, attempt, 0, &message);
        self.world.consumers[consumer as usize].begin_busy(self.world.now);
        let attempt = Attempt { message, number: attempt };
        let work = self.new_work(attempt, consumer, Task::Call(call));
        self.begin_work(work);
    }

    /// The callee's outcome goes back, if anybody is left at the other end.
    pub(super) fn reply_to_call(&mut self, call: Handle, failure: Option<Failure>) {
        if !self.world.calls.is_live(call) {
            return;
        }
        let (edge, message) =
            (self.world.calls[call.slot].edge, self.world.calls[call.slot].message);
        let Some(extra) = self.way_back(edge, &message) else {
            self.world.calls[call.slot].stage = CallStage::Lost;
            return;
        };
        self.world.calls[call.slot].stage = CallStage::Returning(failure);
        self.send_over(call, EventKind::CallReturns, extra);
    }

    /// A reply reaches the caller.
    pub(super) fn call_returns(&mut self, handle: Handle) {
        if !self.world.calls.is_live(handle) {
            return;
        }
        let call = self.world.calls.remove(handle.slot);
        let CallStage::Returning(failure) = call.stage else { return };
        if call.caller == Caller::Nobody {
            return;
        }
        match failure {
            Some(failure) => self.call_failed(&call, failure),
            None => {
                self.note(EntryKind::CallReturned, call.edge, call.attempt, 0, &call.message);
                self.call_is_over(&call, false);
                if let Some((work, position)) = self.waiting_work(call.caller) {
                    self.next_call(work, position + 1);
                }
            }
        }
    }

    /// The caller waits no longer; the callee, if the request reached it, goes on unknowing.
    pub(super) fn call_timeout(&mut self, handle: Handle) {
        if !self.world.calls.is_live(handle) {
            return;
        }
        let state = &mut self.world.calls[handle.slot];
        let is_pending_retry = state.stage == CallStage::Waiting;
        if state.caller == Caller::Nobody || is_pending_retry {
            return;
        }
        let call = state.clone();
        state.caller = Caller::Nobody;
        state.holds_cell = false;
        if call.stage == CallStage::Lost {
            self.world.calls.remove(handle.slot);
        }
        self.call_failed(&call, Failure::CallTimedOut);
    }

    /// A call has failed for its caller, who tries again as the contract says.
    fn call_failed(&mut self, call: &Call, failure: Failure) {
        let (edge, attempt, message) = (call.edge, call.attempt, call.message);
        if !was_refused(failure) {
            self.world.totals.calls_failed += 1;
            self.note(EntryKind::CallFailed, edge, attempt, failure.into(), &message);
        }
        self.call_is_over(call, true);
        let retry = &self.plan.edges[edge as usize].retry;
        if retry.as_ref().is_some_and(|retry| attempt < retry.attempts)
            && self.takes_retry(edge, (attempt, &message), failure)
        {
            let delay = self.contract_backoff(edge, attempt, &message);
            let waiting =
                self.new_call(edge, message, call.caller, attempt + 1, CallStage::Waiting);
            self.world.calls[waiting.slot].arrives_at = self.world.now.after(delay);
            self.await_call(call.caller, waiting);
            let event = Event::of(EventKind::CallRetry, waiting);
            self.schedule_in(delay, Phase::Release, self.plan.edge_rank(edge), event);
        } else if let Some((work, position)) = self.waiting_work(call.caller) {
            if self.handler_of(work).is_some_and(|handler| handler.continues) {
                self.go_on_without(work, (edge, position), failure);
            } else {
                self.fail(work, failure);
            }
        }
    }

    /// An attempt goes on although a call has failed; whoever asks learns of it.
    fn go_on_without(&mut self, slot: u32, (edge, position): (EdgeIndex, u32), failure: Failure) {
        let attempt = self.world.keep_attempt(slot);
        attempt.message.marks |= PARTIAL;
        let Attempt { message, number } = *attempt;
        self.note(EntryKind::Continued, edge, number, failure.into(), &message);
        self.next_call(slot, position + 1);
    }

    pub(super) fn call_retry(&mut self, handle: Handle) {
        if !self.world.calls.is_live(handle) {
            return;
        }
        let call = self.world.calls.remove(handle.slot);
        if call.caller == Caller::Nobody {
            return;
        }
        let again = self.start_call(call.edge, call.message, call.caller, call.attempt);
        self.await_call(call.caller, again);
    }

    /// The work at the other end of a call, if it still waits, with the call's position.
    fn waiting_work(&self, caller: Caller) -> Option<(u32, u32)> {
        let Caller::Work { work, position } = caller else { return None };
        if !self.world.works.is_live(work) {
            return None;
        }
        match self.world.works[work.slot].stage {
            Stage::Calling { .. } => Some((work.slot, position)),
            Stage::Delivering
            | Stage::Fetched
            | Stage::Service
            | Stage::Locked
            | Stage::Pausing => None,
        }
    }

    /// Tells the caller which call it waits for now.
    fn await_call(&mut self, caller: Caller, call: Handle) {
        if let Some((work, _)) = self.waiting_work(caller) {
            self.world.works[work].stage = Stage::Calling { call };
        }
    }

    /// The caller is gone; its call goes on for nobody.
    pub(super) fn abandon_call(&mut self, call: Handle) {
        if !self.world.calls.is_live(call) {
            return;
        }
        let state = &mut self.world.calls[call.slot];
        state.caller = Caller::Nobody;
        if self.plan.resilience.has_guards() {
            let call = state.clone();
            state.holds_cell = false;
            self.leave_bulkhead(&call);
            self.forget_trial(&call);
        }
    }

    /// The caller knows what became of a call.
    fn call_is_over(&mut self, call: &Call, has_failed: bool) {
        if self.plan.resilience.has_guards() {
            self.judge(call, has_failed);
            self.leave_bulkhead(call);
        }
    }
}

/// Whether a call that failed so was never made: the record says that already.
fn was_refused(failure: Failure) -> bool {
    matches!(failure, Failure::BreakerOpen | Failure::BulkheadFull)
}
