//! The short way of a message that no rule of its channel or consumer holds up, and that no fault
//! of the scenario can strike on its way: nearly all of them. What happens is what the long way
//! does, looked up in fewer places.

use flowbench_model::time::Span;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::Handle;
use crate::plan::{BacklogIndex, EdgeIndex, NONE};
use crate::record::{Entry, EntryKind};
use crate::world::{CopyState, Stage, Task, Work};

impl Engine<'_> {
    /// Hands out what waits in a backlog with one member and no rules.
    #[inline]
    pub(super) fn serve_lean(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        let edge = plan.members[0];
        let consumer = self.plan.ways[edge as usize].part;
        let is_up = self.world.nodes[plan.channel as usize].down == 0
            && !self.world.edges[edge as usize].is_paused;
        while is_up && self.has_capacity(consumer) {
            let backlog = &mut self.world.backlogs[index as usize];
            let Some((slot, _)) = backlog.store.take(0) else { break };
            backlog.ready -= 1;
            self.deliver(slot, edge);
        }
        self.world.backlogs[index as usize].measure(self.world.now);
    }

    /// Whether a delivery over an edge begins at once, by the short way.
    #[inline]
    pub(super) fn is_delivery_lean(&self, edge: EdgeIndex) -> bool {
        self.plan.ways[edge as usize].is_lean
    }

    /// A copy is with its consumer, which begins.
    #[inline]
    pub(super) fn deliver_lean(&mut self, slot: u32, edge: EdgeIndex) {
        let now = self.world.now;
        let consumer = self.plan.ways[edge as usize].part;
        let handle = self.world.copies.handle(slot);
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::InWork;
        copy.edge = edge;
        copy.deliveries += 1;
        copy.due = now;
        let attempt = copy.deliveries;
        self.world.backlogs[copy.backlog as usize].in_flight += 1;
        let plan = &self.plan.consumers[consumer as usize];
        let handler = plan.handler_of.get(copy.message.message_type as usize);
        let handler = handler.copied().unwrap_or(NONE);
        let state = &mut self.world.consumers[consumer as usize];
        state.busy += 1;
        let service = match plan.handlers.get(handler as usize) {
            Some(handler) => handler.service.draw(&mut state.service, &self.plan.ziggurat),
            None => Span::ZERO,
        };
        let ends_at = now.after(service);
        let message = copy.message;
        let work = self.world.works.insert_with(|| Work {
            message,
            consumer,
            handler,
            task: Task::Copy { copy: handle, edge, is_late: false },
            stage: Stage::Service,
            attempt,
            began_at: now,
            ends_at,
            is_cancelled: false,
            is_fetched: false,
        });
        copy.work = work;
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work += 1;
        counts.delivered += 1;
        self.world.totals.delivered += 1;
        if attempt > 1 {
            counts.redelivered += 1;
            self.world.totals.redelivered += 1;
        }
        self.note_copy(EntryKind::Delivered, edge, attempt, 0, slot);
        if self.world.works[work].message.expectation != Handle::NONE {
            self.answer(work);
        }
        let event = Event::about(EventKind::WorkDone, work);
        let rank = self.plan.node_rank(plan.node);
        self.world.calendar.schedule(ends_at, Phase::Settle, rank, event);
    }

    /// Whether an attempt is settled by the short way.
    #[inline]
    pub(super) fn is_settlement_lean(&self, slot: u32) -> bool {
        let work = &self.world.works[slot];
        let fetched = &self.world.consumers[work.consumer as usize].fetched;
        match work.task {
            Task::Copy { edge, is_late: false, .. } => {
                self.plan.ways[edge as usize].is_lean && fetched.is_empty()
            }
            Task::Copy { is_late: true, .. } | Task::Call(_) => false,
        }
    }

    /// An attempt has succeeded: its effects, its emissions, its acknowledgement.
    #[inline]
    pub(super) fn succeed_lean(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        let Task::Copy { copy, edge, .. } = work.task else { return };
        let (consumer, handler, attempt) = (work.consumer, work.handler, work.attempt);
        let (message, plan) = (work.message.id, &self.plan.consumers[consumer as usize]);
        let state = &mut self.world.consumers[consumer as usize];
        state.busy -= 1;
        let had_effect = plan.remembers && state.note_effect(message.0, true);
        self.consumer_changed(consumer);
        if let Some(handler) = plan.handlers.get(handler as usize)
            && !handler.emissions.is_empty()
        {
            let cause = self.world.works[slot].message;
            for emission in &handler.emissions {
                self.emit(plan.node, emission, &cause);
            }
        }
        let done = EntryKind::Acknowledged;
        self.note_copy(done, edge, attempt, u64::from(had_effect), copy.slot);
        self.world.works.free(slot);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.acknowledged += 1;
        counts.in_work -= 1;
        self.world.totals.acknowledged += 1;
        let death = self.leave_for_good(copy.slot);
        self.forget_death(death);
    }

    /// A copy that was handed out leaves its backlog; its partition goes on. What was known of it
    /// as a dead letter is returned.
    #[inline]
    fn leave_for_good(&mut self, slot: u32) -> u32 {
        let copy = &self.world.copies[slot];
        let (index, lane, death) = (copy.backlog, copy.lane, copy.death);
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.present -= 1;
        if copy.state == CopyState::InWork {
            backlog.in_flight -= 1;
        }
        backlog.store.release(lane);
        let has_moves = !backlog.group.moves.is_empty();
        self.world.copies.free(slot);
        if has_moves {
            self.apply_moves(index);
        }
        self.backlog_changed(index);
        death
    }

    /// Records a transition of the message that a copy is of.
    #[inline(always)]
    fn note_copy(&mut self, kind: EntryKind, place: u32, attempt: u32, detail: u64, slot: u32) {
        let of = &self.world.copies[slot].message;
        let entry = Entry {
            at: self.world.now,
            detail,
            message: of.id,
            place,
            attempt: attempt.min(u32::from(u16::MAX)) as u16,
            kind,
        };
        self.recorder.entry(self.plan, &entry, Some(of));
    }
}
