//! The engine: moves the world from one event to the next. Each part of the world has its file.

use flowbench_model::time::{Span, Time};

use crate::calendar::{Event, EventKind, Phase, Rank};
use crate::message::{Handle, Message, MessageId};
use crate::plan::Plan;
use crate::record::{Entry, EntryKind};
use crate::recorder::Recorder;
use crate::world::World;

mod action;
mod archive;
mod autoscaling;
mod blobs;
mod books;
mod breaker;
mod budget;
mod bulkhead;
mod call;
mod channel;
mod consumer;
mod content;
mod dead_letter;
mod dispatch;
mod effect;
mod expiry;
mod fault;
mod group;
pub(crate) mod halt;
mod in_place;
mod inbox;
mod lean;
mod limits;
mod lookahead;
mod pattern;
mod poll;
mod publish;
mod rate_limit;
mod redelivery;
mod relay;
mod replay;
mod reply;
mod route;
mod session;

/// A world in the hands of the engine.
pub(crate) struct Engine<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) world: &'a mut World,
    pub(crate) recorder: &'a mut Recorder,
}

impl Engine<'_> {
    /// Lets groups form, and puts the first arrival of each workload on the calendar.
    pub(crate) fn begin(&mut self) {
        self.begin_groups();
        self.begin_scaling();
        for workload in 0..self.plan.workloads.len() as u32 {
            self.schedule_arrival(workload);
        }
    }

    /// Lets everything happen that is due until `until`, this instant included.
    pub(crate) fn advance_to(&mut self, until: Time) {
        if self.world.halt.is_some() {
            return;
        }
        while let Some((time, event)) = self.world.calendar.pop_until(until) {
            self.happen(time, event);
            if self.must_look_at_limits() && self.is_halted_by_limits(event) {
                return;
            }
        }
        self.world.now = self.world.now.max(until);
    }

    /// Lets the next event happen.
    pub(crate) fn step(&mut self) {
        if let Some((time, event)) = self.world.calendar.pop_until(Time(u64::MAX)) {
            let begins = self.plan.warm_up;
            if self.world.now < begins && begins <= time {
                self.world.begin_statistics(begins);
            }
            self.happen(time, event);
            if self.must_look_at_limits() {
                self.is_halted_by_limits(event);
            }
        }
    }

    /// An event happens, and when it is the last of its instant, what follows from it at once.
    #[inline(always)]
    fn happen(&mut self, time: Time, event: Event) {
        if time > self.world.now {
            self.world.now = time;
            self.world.events_before = self.world.events;
        }
        if self.world.calendar.has_much() {
            self.look_ahead();
        }
        self.world.events += 1;
        self.handle(event);
        if self.world.calendar.is_past(self.world.now) {
            self.end_instant();
        }
        #[cfg(debug_assertions)]
        self.check_books_often();
    }

    /// Hands out what can be handed out, and lets faults begin and end that wait for that.
    #[inline(always)]
    fn end_instant(&mut self) {
        if self.world.unsettled.is_none() {
            return;
        }
        self.dispatch();
        while !self.world.unsettled.conditions().is_empty() && self.look_at_conditions() {
            self.dispatch();
        }
    }

    /// The same where the instant goes on after all, with events that come of it.
    #[cold]
    #[inline(never)]
    fn interrupt_instant(&mut self) {
        self.end_instant();
    }

    #[inline(always)]
    fn handle(&mut self, event: Event) {
        let Event { kind, index, generation } = event;
        let handle = Handle { slot: index, generation };
        match kind {
            EventKind::WorkDone => self.work_done(index),
            EventKind::Workload => self.arrival(index),
            EventKind::TransitArrives => self.transit_arrives(index),
            EventKind::DeliveryArrives => self.delivery_arrives(index),
            EventKind::Retry => self.retry(handle),
            EventKind::Expire => self.expire_due(index),
            EventKind::CallArrives => self.call_arrives(handle),
            EventKind::CallReturns => self.call_returns(handle),
            EventKind::CallRetry => self.call_retry(handle),
            EventKind::CallTimeout => self.call_timeout(handle),
            EventKind::ReplyTimeout => self.reply_timeout(MessageId(index)),
            EventKind::FaultTick => self.fault_tick(index),
            EventKind::Publish => self.publication_due(index),
            EventKind::LeaseEnds => self.lease_ends(handle),
            EventKind::Commit => self.commit(index),
            EventKind::SessionEnds => self.session_ends(index),
            EventKind::PollOverdue => self.poll_overdue(index),
            EventKind::Rebalanced => self.rebalanced(index),
            EventKind::Retention => self.retention_due(index),
            EventKind::Compaction => self.compaction_due(index),
            EventKind::Replicated => self.replicated(handle),
            EventKind::Unused => self.look_at_use(index),
            EventKind::Breaker => self.breaker_due(index, generation),
            EventKind::BulkheadTimeout => self.bulkhead_timeout(handle),
            EventKind::Scaler => self.scaler_due(index, generation),
            EventKind::Replay => self.replay(index),
            EventKind::Pattern => self.pattern_due(handle),
            EventKind::Relay => self.relay_due(handle),
            EventKind::FaultStart => self.start_fault(index),
            EventKind::FaultEnd => self.end_fault(index),
            EventKind::Action => self.act(index, generation),
        }
    }

    #[inline(never)]
    fn schedule_in(&mut self, delay: Span, phase: Phase, by: Rank, event: Event) {
        let at = self.world.now.after(delay);
        self.world.calendar.schedule(at, phase, by, event);
    }

    /// Records a transition of a message.
    #[inline(always)]
    fn note(&mut self, kind: EntryKind, place: u32, attempt: u32, detail: u64, of: &Message) {
        let entry = Entry::of(of, self.world.now, (kind, place), attempt, detail);
        self.recorder.entry(self.plan, &entry, Some(of));
    }

    /// Records a transition that is of no message.
    fn note_event(&mut self, kind: EntryKind, place: u32, detail: u64) {
        let message = MessageId::NONE;
        let entry = Entry { at: self.world.now, detail, message, place, attempt: 0, kind };
        self.recorder.entry(self.plan, &entry, None);
    }
}

impl Event {
    /// An event about something that is never used again.
    fn about(kind: EventKind, index: u32) -> Event {
        Event { kind, index, generation: 0 }
    }

    /// An event about one use of a slot.
    fn of(kind: EventKind, handle: Handle) -> Event {
        Event { kind, index: handle.slot, generation: handle.generation }
    }
}
