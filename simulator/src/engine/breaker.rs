//! Circuit breakers: closed, open, half-open, and the calls that they let through.

use flowbench_model::resilience::WhileOpen;
use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::Handle;
use crate::plan::NONE;
use crate::record::{EntryKind, Failure};
use crate::world::{BreakerState, Call, Caller};

impl Engine<'_> {
    /// A call is made, if the breaker of its edge lets it through.
    pub(super) fn pass_breaker(&mut self, call: Handle) {
        let index = self.plan.resilience.at_edge(self.world.calls[call.slot].edge).breaker;
        if index == NONE {
            return self.pass_bulkhead(call);
        }
        let rules = &self.plan.resilience.breakers[index as usize].rules;
        if self.lets_through(index) {
            self.world.calls[call.slot].permit = self.breaker(index).epoch;
            return self.pass_bulkhead(call);
        }
        match rules.while_open {
            WhileOpen::Fail => self.refuse_call(call, Failure::BreakerOpen),
            WhileOpen::Pause => {
                self.world.resilience.breakers[index as usize].waiting.push_back(call);
            }
        }
    }

    fn breaker(&self, index: u32) -> &crate::world::Breaker {
        &self.world.resilience.breakers[index as usize]
    }

    /// Whether one more call may be made; the first after the time becomes a trial.
    fn lets_through(&mut self, index: u32) -> bool {
        let rules = &self.plan.resilience.breakers[index as usize].rules;
        let breaker = self.breaker(index);
        match breaker.state {
            BreakerState::Closed => true,
            BreakerState::Open if self.world.now < breaker.since.after(rules.open_for) => false,
            BreakerState::Open => {
                self.half_open(index);
                self.world.resilience.breakers[index as usize].trials = 1;
                true
            }
            BreakerState::HalfOpen if breaker.trials >= rules.permitted => false,
            BreakerState::HalfOpen => {
                self.world.resilience.breakers[index as usize].trials += 1;
                true
            }
        }
    }

    /// Nobody will ever learn what became of a call.
    pub(super) fn forget_trial(&mut self, call: &Call) {
        let index = self.plan.resilience.at_edge(call.edge).breaker;
        if index == NONE || call.permit != self.breaker(index).epoch {
            return;
        }
        let breaker = &mut self.world.resilience.breakers[index as usize];
        if breaker.state == BreakerState::HalfOpen {
            breaker.trials = breaker.trials.saturating_sub(1);
            self.let_waiting_through(index);
        }
    }

    /// A call that was let through has an outcome. What was let through in an earlier state tells
    /// nothing about the present one.
    pub(super) fn judge(&mut self, call: &Call, has_failed: bool) {
        let index = self.plan.resilience.at_edge(call.edge).breaker;
        if index == NONE || call.permit != self.breaker(index).epoch {
            return;
        }
        let now = self.world.now;
        let rules = &self.plan.resilience.breakers[index as usize].rules;
        let breaker = &mut self.world.resilience.breakers[index as usize];
        let is_trial = breaker.state == BreakerState::HalfOpen;
        let most = if is_trial { rules.permitted } else { rules.window };
        breaker.note((has_failed, now.since(call.asked_at) > rules.slow_call), most);
        let known = breaker.outcomes.len() as u32;
        if known < rules.minimum_calls.min(most) {
            return;
        }
        let reaches = |count: u32, rate: f64| f64::from(count) >= rate * f64::from(known);
        let is_bad = reaches(breaker.failed, rules.failure_rate)
            || reaches(breaker.slow, rules.slow_call_rate);
        if is_bad {
            self.open(index);
        } else if is_trial {
            self.change(index, BreakerState::Closed, EntryKind::BreakerClosed);
            self.let_waiting_through(index);
        }
    }

    fn open(&mut self, index: u32) {
        self.change(index, BreakerState::Open, EntryKind::BreakerOpened);
        let plan = &self.plan.resilience.breakers[index as usize];
        if plan.rules.automatic || plan.rules.while_open == WhileOpen::Pause {
            // A consumer that pauses makes no call that could find out.
            let generation = self.breaker(index).epoch;
            let event = Event { kind: EventKind::Breaker, index, generation };
            let rank = self.plan.edge_rank(plan.edge);
            self.schedule_in(plan.rules.open_for, Phase::Release, rank, event);
        }
    }

    fn half_open(&mut self, index: u32) {
        self.change(index, BreakerState::HalfOpen, EntryKind::BreakerHalfOpened);
    }

    fn change(&mut self, index: u32, state: BreakerState, kind: EntryKind) {
        let now = self.world.now;
        let breaker = &mut self.world.resilience.breakers[index as usize];
        let failed = u64::from(breaker.failed);
        breaker.enter(state, now);
        let plan = &self.plan.resilience.breakers[index as usize];
        self.note_event(kind, plan.edge, failed);
        if plan.rules.while_open == WhileOpen::Pause && plan.caller != NONE {
            self.wake(plan.caller);
        }
    }

    /// A breaker has been open for its time.
    pub(super) fn breaker_due(&mut self, index: u32, epoch: u32) {
        if self.breaker(index).epoch == epoch {
            self.half_open(index);
            self.let_waiting_through(index);
        }
    }

    /// Calls that wait are made, as far as they are let through.
    fn let_waiting_through(&mut self, index: u32) {
        loop {
            let breaker = &mut self.world.resilience.breakers[index as usize];
            let Some(call) = breaker.waiting.front().copied() else { return };
            let is_wanted = self.world.calls.is_live(call)
                && self.world.calls[call.slot].caller != Caller::Nobody;
            if is_wanted && !self.lets_through(index) {
                return;
            }
            self.world.resilience.breakers[index as usize].waiting.pop_front();
            if is_wanted {
                self.world.calls[call.slot].permit = self.breaker(index).epoch;
                self.pass_bulkhead(call);
            } else if self.world.calls.is_live(call) {
                self.world.calls.remove(call.slot);
            }
        }
    }

    /// Whether a consumer takes nothing, since a breaker of its calls lets nothing through.
    #[inline]
    pub(super) fn is_paused_by_breaker(&self, consumer: u32) -> bool {
        let Some(keeper) = self.plan.resilience.of_consumer(consumer) else { return false };
        keeper.pausing.iter().any(|index| {
            let rules = &self.plan.resilience.breakers[*index as usize].rules;
            let breaker = self.breaker(*index);
            match breaker.state {
                BreakerState::Closed => false,
                BreakerState::Open => true,
                BreakerState::HalfOpen => {
                    breaker.trials >= rules.permitted || !breaker.waiting.is_empty()
                }
            }
        })
    }

    /// A consumer looks again at what waits for it.
    pub(super) fn wake(&mut self, consumer: u32) {
        self.begin_fetched(consumer);
        self.consumer_changed(consumer);
        for edge in &self.plan.consumers[consumer as usize].subscriptions {
            self.backlog_changed(self.plan.edges[*edge as usize].backlog);
        }
    }

    /// A call is not made at all; its caller learns of it at once.
    pub(super) fn refuse_call(&mut self, call: Handle, failure: Failure) {
        self.world.totals.calls_refused += 1;
        let state = &self.world.calls[call.slot];
        let (edge, attempt, message) = (state.edge, state.attempt, state.message);
        self.note(EntryKind::CallRejected, edge, attempt, failure.into(), &message);
        let now: Time = self.world.now;
        let state = &mut self.world.calls[call.slot];
        state.stage = crate::world::CallStage::Returning(Some(failure));
        (state.sent_at, state.arrives_at) = (now, now);
        let rank = self.plan.edge_rank(edge);
        let event = Event::of(EventKind::CallReturns, call);
        self.world.calendar.schedule(now, Phase::Arrive, rank, event);
    }
}
