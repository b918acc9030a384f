//! Consumers: delivery, work, success and failure.

use flowbench_model::time::Span;

use super::Engine;
use super::channel::End;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{EdgeIndex, NONE, PlanPoison};
use crate::record::{DropReason, EntryKind, Failure};
use crate::rng::{Purpose, mix, stream_id, unit};
use crate::world::{CopyState, Stage, Task, Work, is_early};

/// How long a channel waits for the acknowledgement of a delivery that was lost on its way, where
/// the contract says nothing (the default of Amazon SQS).
const ACKNOWLEDGEMENT_TIMEOUT: Span = Span::from_secs(30);

impl Engine<'_> {
    /// Hands a copy to the consumer of a subscribe edge.
    #[inline]
    pub(super) fn deliver(&mut self, slot: u32, edge: EdgeIndex) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::InWork;
        copy.edge = edge;
        copy.deliveries += 1;
        let (message, attempt, is_duplicate) = (copy.message, copy.deliveries, copy.is_duplicate);
        self.world.edges[edge as usize].counts.in_work += 1;
        if self.is_lost(edge) {
            return self.lose_delivery(slot, edge);
        }
        if !is_duplicate && self.is_duplicated(edge) {
            self.duplicate(slot, edge);
        }
        let consumer = self.plan.consumer_at(edge) as u32;
        self.world.consumers[consumer as usize].busy += 1;
        let task = Task::Copy { copy: slot, edge };
        let latency = self.latency(edge);
        let work = self.new_work(message, consumer, task, attempt);
        if latency == Span::ZERO {
            self.begin_work(work);
        } else {
            self.world.works[work].ends_at = self.world.now.after(latency);
            let event = Event::about(EventKind::DeliveryArrives, work);
            self.schedule_in(latency, Phase::Arrive, self.plan.edge_rank(edge), event);
        }
    }

    /// The link delivers a message twice: as a second copy that waits its turn.
    fn duplicate(&mut self, slot: u32, edge: EdgeIndex) {
        let copy = &self.world.copies[slot];
        let (message, backlog) = (copy.message, copy.backlog);
        self.note(EntryKind::Duplicated, edge, 0, 0, &message);
        self.world.totals.copies += 1;
        self.enter_backlog(backlog, &message, NONE, true);
    }

    fn lose_delivery(&mut self, slot: u32, edge: EdgeIndex) {
        let plan = &self.plan.edges[edge as usize];
        if is_early(plan.acknowledgement) {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        let wait = plan.timeout.unwrap_or(ACKNOWLEDGEMENT_TIMEOUT);
        self.world.copies[slot].due = self.world.now.after(wait);
        let event = Event::of(EventKind::ReceiptLost, self.world.copies.handle(slot));
        self.schedule_in(wait, Phase::Release, self.plan.edge_rank(edge), event);
    }

    /// The channel gives up waiting for the acknowledgement of a lost delivery.
    pub(super) fn receipt_lost(&mut self, handle: Handle) {
        if self.world.copies.is_live(handle) {
            self.take_back(handle.slot, Failure::DeliveryLost);
        }
    }

    pub(super) fn new_work(
        &mut self,
        message: Message,
        consumer: u32,
        task: Task,
        attempt: u32,
    ) -> u32 {
        let handlers = &self.plan.consumers[consumer as usize].handler_of;
        let handler = handlers.get(message.message_type as usize).copied().unwrap_or(NONE);
        self.world.works.insert(Work {
            message,
            consumer,
            handler,
            task,
            stage: Stage::Delivering,
            attempt,
            began_at: self.world.now,
            ends_at: self.world.now,
            is_cancelled: false,
        })
    }

    pub(super) fn delivery_arrives(&mut self, work: u32) {
        if self.world.works[work].is_cancelled {
            self.world.works.remove(work);
        } else {
            self.begin_work(work);
        }
    }

    /// An attempt begins: on a message or on a call.
    #[inline]
    pub(super) fn begin_work(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        let (message, task, attempt) = (work.message, work.task, work.attempt);
        let consumer = work.consumer as usize;
        if let Task::Copy { copy, edge } = task {
            self.count_delivery(edge, attempt, &message);
            self.answer(slot);
            let is_repetition = self.plan.consumers[consumer].is_idempotent
                && self.world.consumers[consumer].had_effect(message.id.0);
            if is_repetition && copy != NONE {
                return self.suppress(slot, copy, edge);
            }
        }
        let service = self.service_time(slot);
        let ends_at = self.world.now.after(service);
        let work = &mut self.world.works[slot];
        work.stage = Stage::Service;
        work.began_at = self.world.now;
        work.ends_at = ends_at;
        let rank = self.plan.node_rank(self.plan.consumers[consumer].node);
        let event = Event::about(EventKind::WorkDone, slot);
        self.world.calendar.schedule(ends_at, Phase::Settle, rank, event);
    }

    fn count_delivery(&mut self, edge: EdgeIndex, attempt: u32, message: &Message) {
        let repeated = u64::from(attempt > 1);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.delivered += 1;
        counts.redelivered += repeated;
        self.world.totals.delivered += 1;
        self.world.totals.redelivered += repeated;
        self.note(EntryKind::Delivered, edge, attempt, 0, message);
    }

    fn service_time(&mut self, slot: u32) -> Span {
        let (consumer, handler) = (self.world.works[slot].consumer, self.world.works[slot].handler);
        let plan = &self.plan.consumers[consumer as usize];
        let Some(handler) = plan.handlers.get(handler as usize) else { return Span::ZERO };
        let state = &mut self.world.consumers[consumer as usize];
        let own = handler.service.draw(&mut state.service, &self.plan.ziggurat);
        if state.slow == 1.0 { own } else { Span((own.0 as f64 * state.slow) as u64) }
    }

    /// A consumer that remembers the message acknowledges it without a second effect.
    fn suppress(&mut self, work: u32, copy: u32, edge: EdgeIndex) {
        let attempt = self.world.copies[copy].deliveries;
        let work = self.end_work(work);
        self.note(EntryKind::Suppressed, edge, attempt, 0, &work.message);
        self.world.totals.suppressed += 1;
        self.world.edges[edge as usize].counts.suppressed += 1;
        self.count_acknowledged(copy, edge);
    }

    /// A consumer's own work is done; calls may follow.
    pub(super) fn work_done(&mut self, slot: u32) {
        if self.world.works[slot].is_cancelled {
            self.world.works.remove(slot);
            return;
        }
        self.next_call(slot, 0);
    }

    /// All calls have succeeded: the attempt succeeds or fails by itself.
    pub(super) fn conclude(&mut self, slot: u32) {
        match self.own_failure(slot) {
            Some(failure) => self.fail(slot, failure),
            None => self.succeed(slot),
        }
    }

    #[inline]
    fn own_failure(&mut self, slot: u32) -> Option<Failure> {
        let work = &self.world.works[slot];
        let (consumer, handler, message) = (work.consumer, work.handler, work.message);
        let plan = &self.plan.consumers[consumer as usize];
        let handler = plan.handlers.get(handler as usize);
        let state = &mut self.world.consumers[consumer as usize];
        if plan.can_fail {
            let transient = handler.map_or(0.0, |handler| handler.transient);
            let share = 1.0 - (1.0 - transient) * (1.0 - state.failing);
            if state.failures.unit() < share {
                return Some(Failure::Transient);
            }
        }
        let own =
            handler.is_some_and(|handler| self.is_poison(consumer, &handler.poison, &message));
        let is_poison = own || {
            let faults = &self.world.consumers[consumer as usize].poison_faults;
            faults.iter().any(|fault| {
                self.is_poison(consumer, &self.plan.faults[*fault as usize].poison, &message)
            })
        };
        is_poison.then_some(Failure::Poison)
    }

    #[inline]
    fn is_poison(&self, consumer: u32, poison: &PlanPoison, message: &Message) -> bool {
        match poison {
            PlanPoison::None => false,
            PlanPoison::Share(share) => {
                let node = self.plan.consumers[consumer as usize].node;
                let key = &self.plan.nodes[node as usize].key;
                let source = &self.plan.nodes[message.source as usize].key;
                let draws = stream_id(self.plan.seed, key, Purpose::Poison);
                let of_message = stream_id(u64::from(message.number), source, Purpose::Poison);
                unit(mix(draws ^ of_message)) < *share
            }
            PlanPoison::Messages(messages) => {
                messages.binary_search(&(message.source, u64::from(message.number))).is_ok()
            }
            PlanPoison::Keys(keys) => keys.binary_search(&message.key).is_ok(),
        }
    }

    /// The consumer is free again.
    pub(super) fn end_work(&mut self, slot: u32) -> Work {
        let work = self.world.works.remove(slot);
        self.world.consumers[work.consumer as usize].busy -= 1;
        self.consumer_changed(work.consumer);
        work
    }

    fn succeed(&mut self, slot: u32) {
        let work = self.end_work(slot);
        let consumer = &self.plan.consumers[work.consumer as usize];
        let had_effect = consumer.remembers
            && self.world.consumers[work.consumer as usize].note_effect(work.message.id.0);
        if let Some(handler) = consumer.handlers.get(work.handler as usize) {
            for emission in &handler.emissions {
                self.emit(consumer.node, emission, &work.message);
            }
        }
        match work.task {
            Task::Copy { copy: NONE, edge } => {
                let late = EntryKind::AcknowledgedLate;
                self.note(late, edge, work.attempt, u64::from(had_effect), &work.message);
            }
            Task::Copy { copy, edge } => {
                let done = EntryKind::Acknowledged;
                self.note(done, edge, work.attempt, u64::from(had_effect), &work.message);
                self.count_acknowledged(copy, edge);
            }
            Task::Call(call) => self.reply_to_call(call, None),
        }
    }

    fn count_acknowledged(&mut self, copy: u32, edge: EdgeIndex) {
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.acknowledged += 1;
        counts.in_work -= 1;
        self.world.totals.acknowledged += 1;
        let copy = self.leave(copy);
        self.forget_death(copy.death);
    }

    /// An attempt fails.
    pub(super) fn fail(&mut self, slot: u32, failure: Failure) {
        let work = self.end_work(slot);
        match work.task {
            Task::Copy { copy: NONE, edge } => {
                self.note(EntryKind::Failed, edge, work.attempt, failure.into(), &work.message);
            }
            Task::Copy { copy, edge } => self.attempt_failed(copy, edge, failure),
            Task::Call(call) => self.reply_to_call(call, Some(Failure::CallRejected)),
        }
    }

    fn attempt_failed(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let copy = self.failed_copy(slot, failure);
        self.world.edges[edge as usize].counts.failed += 1;
        self.note(EntryKind::Failed, edge, copy.1, failure.into(), &copy.0);
        let plan = &self.plan.edges[edge as usize];
        if is_early(plan.acknowledgement) {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        match &plan.retry {
            Some(retry) if copy.1 < retry.attempts => {
                let delay = self.backoff(edge, copy.1);
                self.schedule_retry(slot, edge, delay);
            }
            Some(_) | None => self.give_up(slot, edge, failure),
        }
    }

    /// Notes a failure on a copy; its message and the number of deliveries.
    fn failed_copy(&mut self, slot: u32, failure: Failure) -> (Message, u32) {
        let now = self.world.now;
        let copy = &mut self.world.copies[slot];
        copy.first_failure.get_or_insert((failure, now));
        copy.last_failure = Some((failure, now));
        (copy.message, copy.deliveries)
    }

    /// The delay before the next attempt on an edge, after so many.
    pub(super) fn backoff(&mut self, edge: EdgeIndex, attempts: u32) -> Span {
        let Some(retry) = &self.plan.edges[edge as usize].retry else { return Span::ZERO };
        let delay = retry.backoff.delay(attempts);
        if retry.jitter == 0.0 {
            return delay;
        }
        let random = self.world.edges[edge as usize].jitter.unit();
        Span((delay.0 as f64 * (1.0 - retry.jitter * random)) as u64)
    }

    /// A failed copy waits outside the consumer, holding none of its slots.
    fn schedule_retry(&mut self, slot: u32, edge: EdgeIndex, delay: Span) {
        let due = self.world.now.after(delay);
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Waiting;
        copy.due = due;
        let (message, attempt) = (copy.message, copy.deliveries);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work -= 1;
        counts.waiting += 1;
        self.note(EntryKind::RetryScheduled, edge, attempt, delay.0, &message);
        let event = Event::of(EventKind::Retry, self.world.copies.handle(slot));
        self.schedule_in(delay, Phase::Release, self.plan.edge_rank(edge), event);
    }

    /// The wait for the next attempt is over. A retry queues behind the others; in a partition it
    /// comes first, since the others were waiting for it.
    pub(super) fn retry(&mut self, handle: Handle) {
        if !self.world.copies.is_live(handle) {
            return;
        }
        let copy = &self.world.copies[handle.slot];
        let (edge, backlog) = (copy.edge, copy.backlog);
        self.world.edges[edge as usize].counts.waiting -= 1;
        let is_partitioned = self.plan.backlogs[backlog as usize].partitions > 0;
        self.make_ready(handle.slot, if is_partitioned { End::Front } else { End::Back });
    }

    /// The channel takes a copy back that no consumer will acknowledge, to its original place.
    pub(super) fn take_back(&mut self, slot: u32, failure: Failure) {
        let (message, attempt) = self.failed_copy(slot, failure);
        let edge = self.world.copies[slot].edge;
        self.note(EntryKind::Returned, edge, attempt, failure.into(), &message);
        let plan = &self.plan.edges[edge as usize];
        if is_early(plan.acknowledgement) {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        if plan.retry.as_ref().is_some_and(|retry| attempt >= retry.attempts) {
            return self.give_up(slot, edge, failure);
        }
        self.world.edges[edge as usize].counts.in_work -= 1;
        self.make_ready(slot, End::Front);
    }

    /// A copy with a consumer is gone.
    pub(super) fn drop_copy(&mut self, slot: u32, edge: EdgeIndex, reason: DropReason) {
        let copy = self.leave(slot);
        self.forget_death(copy.death);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work -= 1;
        counts.dropped += 1;
        self.drop_message(edge, reason, &copy.message);
    }
}
