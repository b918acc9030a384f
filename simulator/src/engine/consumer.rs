//! Consumers: delivery, work, success and failure.

use flowbench_model::channel::{Commit, LeaseStart, OnFailure, Settlement};
use flowbench_model::contract::Validation;
use flowbench_model::time::Span;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::dist::Sampler;
use crate::message::{Handle, Message};
use crate::plan::{EdgeIndex, NONE};
use crate::record::{COMMITTED, DropReason, EntryKind, Failure, UNWANTED};
use crate::world::{Attempt, CopyState, MessageCopy, Stage, Task, Work};

impl Engine<'_> {
    /// Hands a copy to the consumer of a subscribe edge.
    #[inline]
    pub(super) fn deliver(&mut self, slot: u32, edge: EdgeIndex) {
        if self.is_way_lean(edge) {
            let index = self.plan.ways[edge as usize].backlog;
            self.world.backlogs[index as usize].begin_in_flight(self.world.now);
            self.deliver_lean(slot, edge);
        } else {
            self.deliver_by_rules(slot, edge);
        }
    }

    #[inline(never)]
    fn deliver_by_rules(&mut self, slot: u32, edge: EdgeIndex) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::InWork;
        copy.edge = edge;
        copy.due = self.world.now;
        copy.deliveries += 1;
        let (message, attempt, is_duplicate) = (copy.message, copy.deliveries, copy.is_duplicate);
        let index = copy.backlog;
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.begin_in_flight(self.world.now);
        self.world.edges[edge as usize].counts.in_work += 1;
        let handle = self.world.copies.handle(slot);
        let semantics = &self.plan.backlogs[index as usize].semantics;
        if semantics.lease > Span::ZERO && semantics.lease_starts == LeaseStart::AtDelivery {
            self.begin_lease(handle);
        }
        if semantics.max_poll_interval > Span::ZERO {
            self.note_poll(edge);
        }
        self.shorten_lease(handle, edge);
        let passage = self.passage(edge, &message, attempt);
        // A fault that waited for this message may have cut the connection: it is back already.
        let is_out = |copy: &MessageCopy| copy.state == CopyState::InWork;
        if !self.world.copies.is_live(handle) || !is_out(&self.world.copies[slot]) {
            return;
        }
        if passage.is_lost {
            return self.lose_delivery(slot, edge);
        }
        if let Some(after) = passage.twice.filter(|_| !is_duplicate) {
            self.duplicate(slot, edge, after);
        }
        let consumer = self.plan.consumer_at(edge) as u32;
        let task = Task::Copy { copy: handle, edge, is_late: false };
        let latency = self.latency(edge).saturating_add(passage.extra);
        let work = self.new_work(Attempt { message, number: attempt }, consumer, task);
        self.world.copies[slot].work = work;
        let is_fetched = self.prefetch(edge) > 0;
        self.world.works[work].is_fetched = is_fetched;
        if !is_fetched {
            self.world.consumers[consumer as usize].begin_busy(self.world.now);
        }
        if latency == Span::ZERO {
            self.delivery_arrives(work);
        } else {
            self.world.works[work].ends_at = self.world.now.after(latency);
            let event = Event::about(EventKind::DeliveryArrives, work);
            self.schedule_in(latency, Phase::Arrive, self.plan.edge_rank(edge), event);
        }
    }

    /// The link delivers a message twice: as a second copy that waits its turn.
    fn duplicate(&mut self, slot: u32, edge: EdgeIndex, after: Span) {
        let copy = &self.world.copies[slot];
        let (message, backlog) = (copy.message, copy.backlog);
        if after > Span::ZERO {
            return self.put_off(&message, edge, after, true);
        }
        self.note(EntryKind::Duplicated, edge, 0, 0, &message);
        self.world.totals.copies += 1;
        self.enter_backlog(backlog, &message, NONE, true);
    }

    pub(super) fn new_work(&mut self, attempt: Attempt, consumer: u32, task: Task) -> u32 {
        let kept = match task {
            Task::Copy { .. } => NONE,
            Task::Call(_) => self.world.kept.insert(attempt),
        };
        self.world.works.insert(Work {
            kept,
            consumer,
            task,
            stage: Stage::Delivering,
            began_at: self.world.now,
            ends_at: self.world.now,
            is_cancelled: false,
            is_fetched: false,
        })
    }

    /// A delivery reaches its consumer, who begins, or keeps it until it has a free slot.
    #[inline]
    pub(super) fn delivery_arrives(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        if work.is_cancelled {
            self.world.remove_work(slot);
            return;
        }
        let Task::Copy { edge, .. } = work.task else { return };
        if !work.is_fetched {
            return self.begin_work(slot);
        }
        let consumer = work.consumer;
        let Attempt { message, number: attempt } = self.world.attempt_in(work);
        self.count_delivery(edge, attempt, &message);
        if self.is_stopped(slot) {
            return;
        }
        self.world.works[slot].stage = Stage::Fetched;
        self.world.consumers[consumer as usize].fetched.push_back(slot);
        self.begin_fetched(consumer);
    }

    /// Whether a fault that waited for this very delivery has stopped its consumer; then nothing
    /// is left of the work.
    #[inline]
    fn is_stopped(&mut self, slot: u32) -> bool {
        let is_stopped = self.world.works[slot].is_cancelled;
        if is_stopped {
            self.world.remove_work(slot);
        }
        is_stopped
    }

    /// A consumer begins what it was handed, as far as it has free slots.
    pub(super) fn begin_fetched(&mut self, consumer: u32) {
        let plan = &self.plan.consumers[consumer as usize];
        if plan.is_settled_by_hand {
            return;
        }
        while self.world.consumers[consumer as usize].busy < self.workers(consumer) {
            let Some(slot) = self.world.consumers[consumer as usize].fetched.pop_front() else {
                return;
            };
            self.world.consumers[consumer as usize].begin_busy(self.world.now);
            self.world.works[slot].stage = Stage::Service;
            self.begin_work(slot);
        }
    }

    /// An attempt begins: on a message or on a call.
    #[inline]
    pub(super) fn begin_work(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        let task = work.task;
        let Attempt { message, number: attempt } = self.world.attempt_in(work);
        let (consumer, is_fetched) = (work.consumer as usize, work.is_fetched);
        if let Task::Copy { copy, edge, is_late } = task {
            // What is handed out ahead was counted when it came.
            if !is_fetched {
                self.count_delivery(edge, attempt, &message);
            }
            if self.is_stopped(slot) {
                return;
            }
            let discards = &self.plan.edges[edge as usize].discards;
            if !is_late && discards.get(message.class as usize).is_some_and(|it| *it) {
                return self.let_go_unread(slot, copy.slot, edge);
            }
            if !is_late
                && self.plan.edges[edge as usize].own_condition != NONE
                && !self.meets_own_condition(slot, edge)
            {
                return self.let_go_unread(slot, copy.slot, edge);
            }
            self.begin_lease_at_work(copy, edge);
            self.answer(slot);
            if self.plan.consumers[consumer].is_idempotent && self.is_dealt_with_by_memory(slot) {
                return;
            }
        }
        self.begin_service(slot);
    }

    /// A consumer begins with what is new to it.
    #[inline]
    pub(super) fn begin_service(&mut self, slot: u32) {
        if self.finds_no_blob(slot) {
            return;
        }
        let work = &self.world.works[slot];
        let (consumer, task) = (work.consumer as usize, work.task);
        if self.plan.consumers[consumer].is_settled_by_hand && matches!(task, Task::Copy { .. }) {
            self.world.works[slot].stage = Stage::Service;
            self.world.works[slot].ends_at = flowbench_model::time::Time(u64::MAX);
            return;
        }
        let begins_at = match self.plan.consumers[consumer].is_guarded {
            true => self.begins_at(slot),
            false => Some(self.world.now),
        };
        let Some(begins_at) = begins_at else { return };
        let service = self.service_time(slot);
        let ends_at = begins_at.after(service);
        let work = &mut self.world.works[slot];
        work.stage = Stage::Service;
        work.began_at = begins_at;
        work.ends_at = ends_at;
        let rank = self.plan.node_rank(self.plan.consumers[consumer].node);
        let event = Event::about(EventKind::WorkDone, slot);
        self.world.calendar.schedule(ends_at, Phase::Settle, rank, event);
    }

    fn begin_lease_at_work(&mut self, copy: Handle, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        if semantics.lease > Span::ZERO && semantics.lease_starts == LeaseStart::AtWork {
            self.begin_lease(copy);
        }
    }

    pub(super) fn count_delivery(&mut self, edge: EdgeIndex, attempt: u32, message: &Message) {
        let repeated = u64::from(attempt > 1);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.delivered += 1;
        counts.redelivered += repeated;
        if attempt == 1 && self.plan.resilience.has_guards() {
            self.note_first_attempt(edge);
        }
        self.note(EntryKind::Delivered, edge, attempt, 0, message);
        self.count_passing_node(self.plan.edges[edge as usize].to);
    }

    pub(super) fn service_time(&mut self, slot: u32) -> Span {
        let work = &self.world.works[slot];
        let (consumer, handled) = (work.consumer, self.world.message_in(work).message_type);
        let plan = &self.plan.consumers[consumer as usize];
        let service = match plan.is_conditional {
            true => plan.handlers.get(self.handler_at(slot) as usize).map(|it| &it.service),
            false => Some(plan.service_of(handled).1),
        };
        let state = &mut self.world.consumers[consumer as usize];
        let draw = |it: &Sampler| it.draw(&mut state.service, &self.plan.ziggurat);
        let mut own = service.map_or(Span::ZERO, draw);
        if plan.is_inspecting {
            own = own.saturating_add(self.looking_up(slot));
        }
        let state = &self.world.consumers[consumer as usize];
        let is_well = self.world.nodes[plan.node as usize].faults.is_empty()
            && self.world.now >= state.cold_until;
        if is_well { own } else { self.struck_service(slot, own) }
    }

    /// A consumer that remembers the message acknowledges it without a second effect.
    pub(super) fn suppress(&mut self, work: u32, copy: u32, edge: EdgeIndex) {
        let attempt = self.world.copies[copy].deliveries;
        self.roll_back(work);
        let (_, Attempt { message, .. }) = self.end_work(work);
        self.note(EntryKind::Suppressed, edge, attempt, 0, &message);
        self.world.totals.suppressed += 1;
        self.world.edges[edge as usize].counts.suppressed += 1;
        self.answer_again(self.plan.edges[edge as usize].to, &message);
        self.count_acknowledged(copy, edge);
    }

    /// A consumer does not want a message: nothing comes of it.
    fn let_go_unread(&mut self, work: u32, copy: u32, edge: EdgeIndex) {
        let attempt = self.world.copies[copy].deliveries;
        let (Work { consumer, .. }, Attempt { message, .. }) = self.end_work(work);
        self.note(EntryKind::Acknowledged, edge, attempt, UNWANTED, &message);
        if self.plan.consumers[consumer as usize].is_inspecting {
            self.pass_over_in_pattern(consumer, &message);
        }
        self.count_acknowledged(copy, edge);
    }

    /// A consumer's own work is done; calls may follow.
    #[inline(never)]
    pub(super) fn work_done_by_rules(&mut self, slot: u32) {
        if !self.world.resilience.refused.is_empty() && self.is_refused(slot) {
            return;
        }
        if self.world.works[slot].is_cancelled {
            self.world.failing.remove(&slot);
            self.world.remove_work(slot);
            return;
        }
        if self.world.works[slot].stage == Stage::Pausing {
            return self.try_again(slot);
        }
        if self.is_put_off(slot) {
            return;
        }
        if self.world.works[slot].stage == Stage::Locked {
            return self.go_on_with_lock(slot);
        }
        if let Some(failure) = self.world.failing.remove(&slot) {
            return self.fail(slot, failure);
        }
        self.next_call(slot, 0);
    }

    /// All calls have succeeded: the attempt succeeds or fails by itself.
    pub(super) fn conclude(&mut self, slot: u32) {
        let consumer = self.world.works[slot].consumer;
        if self.plan.consumers[consumer as usize].is_inspecting && self.is_overtaken(slot) {
            return;
        }
        match self.own_failure(slot) {
            Some(failure) => self.fail(slot, failure),
            None => match self.struck_between_writes(slot) {
                Some(fault) => self.stop_between_writes(slot, fault),
                None => self.succeed(slot),
            },
        }
    }

    /// The consumer is free again.
    pub(super) fn end_work(&mut self, slot: u32) -> (Work, Attempt) {
        let attempt = self.world.attempt_in(&self.world.works[slot]);
        let work = self.world.remove_work(slot);
        let consumer = &mut self.world.consumers[work.consumer as usize];
        if work.holds_slot() {
            consumer.end_busy(self.world.now);
        }
        if !consumer.fetched.is_empty() {
            self.begin_fetched(work.consumer);
        }
        self.consumer_changed(work.consumer);
        if let Task::Copy { edge, .. } = work.task
            && self.world.edges[edge as usize].is_turned_out
        {
            self.come_back(edge);
        }
        (work, attempt)
    }

    pub(super) fn succeed(&mut self, slot: u32) {
        if self.is_held(slot) {
            return;
        }
        let of = self.circumstances(slot);
        let lock = self.take_lock(slot);
        let (work, Attempt { message, number: attempt }) = self.end_work(slot);
        let had_effect = self.take_effect(work.consumer, &of);
        self.unlock(work.consumer, lock);
        self.delete_blob(self.plan.consumers[work.consumer as usize].node, work.task, &message);
        match work.task {
            Task::Copy { copy, edge, is_late: true } => {
                self.settle_late(copy, edge, (attempt, &message), had_effect);
            }
            Task::Copy { copy, edge, is_late: false } => {
                self.acknowledge(copy.slot, edge, (attempt, &message), had_effect);
            }
            Task::Call(call) => self.reply_to_call(call, None),
        }
    }

    #[inline]
    fn acknowledge(
        &mut self,
        slot: u32,
        edge: EdgeIndex,
        (attempt, message): (u32, &Message),
        had_effect: bool,
    ) {
        let index = self.plan.edges[edge as usize].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let effect = u64::from(had_effect);
        if self.loses_acknowledgement(edge, message, attempt) {
            self.note(EntryKind::Handled, edge, attempt, effect, message);
            return self.lose_acknowledgement(slot, edge);
        }
        let is_committed = semantics.commit == Commit::BeforeProcessing;
        match semantics.settlement {
            Settlement::Offsets if semantics.commit_interval > Span::ZERO && !is_committed => {
                self.note(EntryKind::Handled, edge, attempt, effect, message);
                self.hold_until_commit(slot, edge);
            }
            Settlement::Each | Settlement::OnDelivery | Settlement::Offsets => {
                self.note(EntryKind::Acknowledged, edge, attempt, effect, message);
                self.count_acknowledged(slot, edge);
            }
            Settlement::Cumulative => {
                let sequence = self.world.copies[slot].sequence;
                self.note(EntryKind::Acknowledged, edge, attempt, effect, message);
                self.count_acknowledged(slot, edge);
                self.acknowledge_before(edge, sequence);
            }
        }
    }

    /// An acknowledgement settles all that the consumer got before, whatever has become of it
    /// there.
    fn acknowledge_before(&mut self, edge: EdgeIndex, sequence: u64) {
        if self.world.edges[edge as usize].counts.in_work == 0 {
            return;
        }
        let earlier: Vec<u32> = self
            .world
            .copies
            .iter()
            .filter(|(_, copy)| {
                let is_there = copy.edge == edge && copy.state == CopyState::InWork;
                is_there && copy.sequence < sequence
            })
            .map(|(slot, _)| slot)
            .collect();
        for slot in earlier {
            let copy = &self.world.copies[slot];
            let (attempt, message) = (copy.deliveries, copy.message);
            self.mark_late(self.world.copies.handle(slot));
            self.note(EntryKind::Acknowledged, edge, attempt, COMMITTED, &message);
            self.count_acknowledged(slot, edge);
        }
    }

    pub(super) fn count_acknowledged(&mut self, copy: u32, edge: EdgeIndex) {
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.acknowledged += 1;
        counts.in_work -= 1;
        self.world.totals.acknowledged += 1;
        let copy = self.leave(copy);
        self.forget_burden(copy.burden);
    }

    /// An attempt fails.
    pub(super) fn fail(&mut self, slot: u32, failure: Failure) {
        self.roll_back(slot);
        if !failure.is_final() && self.will_try_again(slot) && self.may_pause(slot) {
            return self.pause_work(slot, failure);
        }
        let (work, Attempt { message, number: attempt }) = self.end_work(slot);
        match work.task {
            Task::Copy { edge, is_late: true, .. } => {
                self.note(EntryKind::Failed, edge, attempt, failure.into(), &message);
            }
            Task::Copy { copy, edge, is_late: false } => {
                self.attempt_failed(copy.slot, edge, failure);
            }
            Task::Call(call) => self.reply_to_call(call, Some(Failure::CallRejected)),
        }
    }

    fn attempt_failed(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let copy = self.failed_copy(slot, failure);
        self.world.edges[edge as usize].counts.failed += 1;
        self.note(EntryKind::Failed, edge, copy.1, failure.into(), &copy.0);
        let plan = &self.plan.edges[edge as usize];
        if plan.is_early {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        let is_final = failure.is_final()
            && !(failure == Failure::Invalid && plan.validation == Some(Validation::Retry));
        let answer = match &plan.retry {
            _ if is_final => OnFailure::Reject,
            Some(_) => OnFailure::Requeue,
            None => plan.on_failure,
        };
        match answer {
            OnFailure::Requeue => self.requeue(slot, edge, failure),
            OnFailure::Reject => self.reject(slot, edge, failure),
            // The channel learns of it when the lease ends, or the connection.
            OnFailure::Abandon => {}
        }
    }

    /// Notes a failure on a copy; its message and the number of deliveries.
    pub(super) fn failed_copy(&mut self, slot: u32, failure: Failure) -> (Message, u32) {
        let now = self.world.now;
        self.world.burden_mut(slot).note_failure(failure, now);
        let copy = &self.world.copies[slot];
        (copy.message, copy.deliveries)
    }

    /// A copy with a consumer is gone.
    pub(super) fn drop_copy(&mut self, slot: u32, edge: EdgeIndex, reason: DropReason) {
        let copy = self.leave(slot);
        self.forget_burden(copy.burden);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work -= 1;
        counts.dropped += 1;
        self.drop_message(edge, reason, &copy.message);
    }
}
