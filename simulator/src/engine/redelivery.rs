//! Redelivery: how a message comes back, when, to which place, and when that ends.

use flowbench_model::channel::{
    Counted, DeadLetterAction, DelayedAfter, LateAcknowledgement, Retention, ReturnsTo, Settlement,
    Trigger,
};
use flowbench_model::contract::Backoff;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, EdgeIndex};
use crate::record::{COMMITTED, DropReason, EntryKind, Failure};
use crate::rng::{Purpose, mix, stream_id, unit};
use crate::world::{CopyState, MessageCopy, Task};

/// How long a channel waits for the acknowledgement of a delivery that was lost on its way, where
/// neither it nor the contract says anything (the default of Amazon SQS).
const ACKNOWLEDGEMENT_TIMEOUT: Span = Span::from_secs(30);

impl Engine<'_> {
    /// A consumer gives a copy back.
    pub(super) fn requeue(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        if self.counts_too_often(slot, edge, Counted::Requeued) {
            return self.give_up(slot, edge, failure);
        }
        if self.plan.edges[edge as usize].has_budget {
            let (attempt, message) =
                (self.world.copies[slot].deliveries, self.world.copies[slot].message);
            if !self.takes_retry(edge, (attempt, &message), failure) {
                return self.give_up(slot, edge, failure);
            }
        }
        let delay = self.redelivery_delay(slot, edge, Counted::Requeued);
        let is_said = self.plan.edges[edge as usize].retry.is_some();
        if is_said || delay > Span::ZERO {
            return self.schedule_retry(slot, edge, delay);
        }
        let copy = &self.world.copies[slot];
        let (message, attempt) = (copy.message, copy.deliveries);
        self.note(EntryKind::Returned, edge, attempt, failure.into(), &message);
        self.put_back(slot, edge, Counted::Requeued);
    }

    /// A consumer refuses a copy for good.
    pub(super) fn reject(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let index = self.world.copies[slot].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let is_reason = semantics.dead_letters.contains(&Trigger::Rejected);
        let is_elsewhere = self.plan.edges[edge as usize].dead_letter.is_some();
        if is_reason && !is_elsewhere && semantics.dead_letter_action == DeadLetterAction::Advise {
            self.terminate(slot, edge, failure);
        } else if is_reason {
            self.bury_or_drop(slot, edge, failure);
        } else {
            self.drop_copy(slot, edge, DropReason::GivenUp);
        }
    }

    /// A copy is refused where dead letters are only announced: it stays where the store keeps what
    /// is settled, and is gone where it does not.
    fn terminate(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let index = self.world.copies[slot].backlog;
        match self.plan.backlogs[index as usize].semantics.retention {
            Retention::Limits => self.park(slot, edge, failure),
            Retention::OnAcknowledgement | Retention::OnAllAcknowledged => {
                let copy = &self.world.copies[slot];
                let (message, attempt) = (copy.message, copy.deliveries);
                self.note(EntryKind::Advised, edge, attempt, failure.into(), &message);
                self.drop_copy(slot, edge, DropReason::GivenUp);
            }
        }
    }

    /// Counts a return; whether it was the last that is allowed.
    fn counts_too_often(&mut self, slot: u32, edge: EdgeIndex, why: Counted) -> bool {
        let limit = self.plan.edges[edge as usize].limit;
        if !limit.counts(why) {
            return false;
        }
        let returns = &mut self.world.burden_mut(slot).returns;
        *returns += 1;
        !limit.is_lazy && *returns >= limit.returns
    }

    /// Returns of a copy that count towards the delivery limit.
    pub(super) fn returns(&self, slot: u32) -> u32 {
        self.world.burden(&self.world.copies[slot]).returns
    }

    /// Whether a copy has been delivered as often as it may be, where that is looked at only now
    /// that it would be delivered once more.
    pub(super) fn is_used_up(&self, slot: u32, edge: EdgeIndex) -> bool {
        let limit = self.plan.edges[edge as usize].limit;
        limit.is_lazy && self.returns(slot) >= limit.returns
    }

    pub(super) fn redelivery_delay(&mut self, slot: u32, edge: EdgeIndex, why: Counted) -> Span {
        let copy = &self.world.copies[slot];
        let (index, deliveries) = (copy.backlog, copy.deliveries);
        if self.plan.edges[edge as usize].retry.is_some() {
            let is_wanted = why == Counted::Requeued;
            let message = copy.message;
            return if is_wanted {
                self.contract_backoff(edge, deliveries, &message)
            } else {
                Span::ZERO
            };
        }
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let applies = match (semantics.delayed_after, why) {
            (DelayedAfter::Everything, _)
            | (DelayedAfter::Requeue, Counted::Requeued)
            | (DelayedAfter::LeaseExpiry, Counted::LeaseExpired) => true,
            (DelayedAfter::Requeue | DelayedAfter::LeaseExpiry, _) => false,
        };
        if !applies || semantics.redelivery_delay == Backoff::None {
            return Span::ZERO;
        }
        let delay = semantics.redelivery_delay.delay(deliveries);
        self.jittered(edge, delay, semantics.redelivery_jitter)
    }

    /// The delay before the next attempt on an edge, after so many, as its contract says.
    pub(super) fn contract_backoff(
        &mut self,
        edge: EdgeIndex,
        attempts: u32,
        message: &Message,
    ) -> Span {
        let Some(retry) = &self.plan.edges[edge as usize].retry else { return Span::ZERO };
        if let Backoff::Decorrelated { .. } = retry.backoff {
            return self.decorrelated(edge, &retry.backoff, (attempts, message));
        }
        self.jittered(edge, retry.backoff.delay(attempts), retry.jitter)
    }

    /// Each delay depends on the one before. All of them are drawn again, so that nobody has to
    /// remember any.
    fn decorrelated(
        &self,
        edge: EdgeIndex,
        backoff: &Backoff,
        (attempts, message): (u32, &Message),
    ) -> Span {
        let plan = self.plan;
        let source = &plan.nodes[message.source as usize].key;
        let of_edge = stream_id(plan.seed, &plan.edges[edge as usize].key, Purpose::Jitter);
        let of_message = stream_id(u64::from(message.number), source, Purpose::Jitter);
        let draws = mix(of_edge ^ of_message);
        let luck = |retry: u32| unit(mix(draws.wrapping_add(u64::from(retry))));
        let delay = |last, retry| Some(backoff.drawn(retry, last, luck(retry)));
        (1..=attempts).fold(None, delay).unwrap_or_default()
    }

    fn jittered(&mut self, edge: EdgeIndex, delay: Span, jitter: f64) -> Span {
        if jitter == 0.0 {
            return delay;
        }
        let random = self.world.edges[edge as usize].jitter.unit();
        Span((delay.0 as f64 * (1.0 - jitter * random)) as u64)
    }

    /// A copy waits outside the consumer, holding none of its slots.
    pub(super) fn schedule_retry(&mut self, slot: u32, edge: EdgeIndex, delay: Span) {
        let due = self.world.now.after(delay);
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Waiting;
        copy.due = due;
        let (message, attempt, index) = (copy.message, copy.deliveries, copy.backlog);
        self.world.backlogs[index as usize].remove_in_flight(self.world.now);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work -= 1;
        counts.waiting += 1;
        self.note(EntryKind::RetryScheduled, edge, attempt, delay.0, &message);
        let event = Event::of(EventKind::Retry, self.world.copies.handle(slot));
        self.schedule_in(delay, Phase::Release, self.plan.edge_rank(edge), event);
    }

    /// The wait for the next attempt, or for the first, is over.
    pub(super) fn retry(&mut self, handle: Handle) {
        if !self.world.copies.is_live(handle) {
            return;
        }
        let copy = &self.world.copies[handle.slot];
        if !copy.was_handed_out() {
            return self.release_held_back(handle.slot);
        }
        let (edge, backlog) = (copy.edge, copy.backlog);
        self.world.edges[edge as usize].counts.waiting -= 1;
        let place = self.return_place(backlog, Counted::Requeued);
        self.back_in_line(handle.slot, place);
    }

    /// Where a copy goes that comes back. In a lane that blocks it comes first, since the others
    /// were waiting for it.
    fn return_place(&self, index: BacklogIndex, why: Counted) -> ReturnsTo {
        let plan = &self.plan.backlogs[index as usize];
        if plan.layout.blocks() {
            return ReturnsTo::OriginalPlace;
        }
        match why {
            Counted::Requeued => plan.semantics.returns_to,
            Counted::LeaseExpired | Counted::Disconnected => plan.semantics.lost_returns_to,
        }
    }

    /// Ready again; its lane goes on.
    fn back_in_line(&mut self, slot: u32, place: ReturnsTo) {
        let (index, lane) = (self.world.copies[slot].backlog, self.world.copies[slot].lane);
        let handle = self.world.copies.handle(slot);
        self.make_ready(slot, place);
        self.world.backlogs[index as usize].store.release(lane);
        self.apply_moves(index);
        if self.world.copies.is_live(handle) {
            self.evict(index);
        }
    }

    fn put_back(&mut self, slot: u32, edge: EdgeIndex, why: Counted) {
        let index = self.world.copies[slot].backlog;
        self.world.edges[edge as usize].counts.in_work -= 1;
        self.world.backlogs[index as usize].remove_in_flight(self.world.now);
        let place = self.return_place(index, why);
        self.back_in_line(slot, place);
    }

    /// The channel takes a copy back that no consumer will acknowledge.
    pub(super) fn take_back(&mut self, slot: u32, failure: Failure, why: Counted) {
        let (message, attempt) = self.failed_copy(slot, failure);
        let edge = self.world.copies[slot].edge;
        let kind = match why {
            Counted::LeaseExpired => EntryKind::LeaseExpired,
            Counted::Requeued | Counted::Disconnected => EntryKind::Returned,
        };
        self.note(kind, edge, attempt, failure.into(), &message);
        if self.plan.edges[edge as usize].is_early {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        let index = self.world.copies[slot].backlog;
        let is_gone =
            matches!(failure, Failure::Crashed | Failure::ConnectionLost | Failure::Stopped);
        if is_gone && self.plan.backlogs[index as usize].semantics.sessions_end {
            return self.drop_copy(slot, edge, DropReason::SessionEnded);
        }
        if self.counts_too_often(slot, edge, why) {
            return self.give_up(slot, edge, failure);
        }
        let delay = self.redelivery_delay(slot, edge, why);
        if delay > Span::ZERO {
            return self.schedule_retry(slot, edge, delay);
        }
        self.put_back(slot, edge, why);
    }

    /// Takes copies back in the order in which they came.
    pub(super) fn take_back_all(&mut self, mut slots: Vec<u32>, failure: Failure) {
        slots.sort_unstable_by_key(|slot| {
            let copy = &self.world.copies[*slot];
            (copy.backlog, copy.sequence)
        });
        for slot in slots {
            self.take_back(slot, failure, Counted::Disconnected);
        }
    }

    /// A delivery got lost: the channel waits in vain.
    pub(super) fn lose_delivery(&mut self, slot: u32, edge: EdgeIndex) {
        let plan = &self.plan.edges[edge as usize];
        if plan.is_early {
            return self.drop_copy(slot, edge, DropReason::AcknowledgedOnReceipt);
        }
        let lease = self.plan.backlogs[plan.backlog as usize].semantics.lease;
        let own = (lease > Span::ZERO).then_some(lease);
        let wait = own.or(plan.timeout).unwrap_or(ACKNOWLEDGEMENT_TIMEOUT);
        self.end_lease_at(self.world.copies.handle(slot), self.world.now.after(wait));
    }

    /// The acknowledgement of a consumer got lost: the channel waits in vain.
    pub(super) fn lose_acknowledgement(&mut self, slot: u32, edge: EdgeIndex) {
        if self.world.copies[slot].due <= self.world.now
            || self.world.copies[slot].due == Time(u64::MAX)
        {
            self.lose_delivery(slot, edge);
        }
    }

    /// The time within which a consumer has to settle a message begins.
    pub(super) fn begin_lease(&mut self, copy: Handle) {
        if !self.world.copies.is_live(copy) {
            return;
        }
        let index = self.world.copies[copy.slot].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let deliveries = self.world.copies[copy.slot].deliveries;
        let span = match (semantics.lease_renewed, semantics.lease_max) {
            (false, _) if semantics.lease_by_attempt != Backoff::None => {
                semantics.lease_by_attempt.delay(deliveries)
            }
            (false, _) => semantics.lease,
            // Consumers renew it for as long as they can.
            (true, Span::ZERO) => return self.world.copies[copy.slot].due = Time(u64::MAX),
            (true, longest) => longest,
        };
        self.end_lease_at(copy, self.world.now.after(span));
    }

    pub(super) fn end_lease_at(&mut self, copy: Handle, at: Time) {
        self.world.copies[copy.slot].due = at;
        let edge = self.world.copies[copy.slot].edge;
        let event = Event::of(EventKind::LeaseEnds, copy);
        self.world.calendar.schedule(at, Phase::Lease, self.plan.edge_rank(edge), event);
    }

    /// A consumer has not settled a message in time: the channel takes it back, and the consumer
    /// may still be at work on it.
    pub(super) fn lease_ends(&mut self, handle: Handle) {
        if !self.world.copies.is_live(handle) {
            return;
        }
        let copy = &self.world.copies[handle.slot];
        let edge = copy.edge;
        if copy.state != CopyState::InWork || copy.due != self.world.now {
            return;
        }
        let lease = self.plan.backlogs[copy.backlog as usize].semantics.lease;
        let is_at_work = self.mark_late(handle);
        let (failure, why) = if lease > Span::ZERO || is_at_work {
            (Failure::LeaseExpired, Counted::LeaseExpired)
        } else if let Some(reset) = self.loss_of_connection(edge) {
            reset
        } else {
            (Failure::DeliveryLost, Counted::Disconnected)
        };
        self.take_back(handle.slot, failure, why);
    }

    /// Whoever works on a copy is too late from now on. What was only fetched is thrown away.
    /// Whether anybody does.
    pub(super) fn mark_late(&mut self, handle: Handle) -> bool {
        let slot = self.world.copies[handle.slot].work;
        let Some(work) = self.world.works.get_mut(slot) else { return false };
        let Task::Copy { copy, is_late, .. } = &mut work.task else { return false };
        if *copy != handle {
            return false;
        }
        *is_late = true;
        self.world.keep_attempt(slot);
        true
    }

    /// An acknowledgement that comes after the lease has ended.
    pub(super) fn settle_late(
        &mut self,
        copy: Handle,
        edge: EdgeIndex,
        (attempt, message): (u32, &Message),
        had_effect: bool,
    ) {
        let effect = u64::from(had_effect);
        self.note(EntryKind::AcknowledgedLate, edge, attempt, effect, message);
        let index = self.plan.edges[edge as usize].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let is_accepted = semantics.late_acknowledgement == LateAcknowledgement::Accepted
            && semantics.lease > Span::ZERO;
        if !is_accepted || !self.world.copies.is_live(copy) {
            return;
        }
        let attempt = self.world.copies[copy.slot].deliveries;
        self.note(EntryKind::Acknowledged, edge, attempt, COMMITTED, message);
        self.world.edges[edge as usize].counts.acknowledged += 1;
        self.world.totals.acknowledged += 1;
        let gone = match self.world.copies[copy.slot].state {
            CopyState::Ready => self.take_out(copy.slot),
            CopyState::InWork | CopyState::Waiting | CopyState::Handled | CopyState::Parked => {
                self.withdraw(copy.slot)
            }
        };
        self.forget_burden(gone.burden);
    }

    /// Takes a copy that was handed out away from whoever has it.
    pub(super) fn withdraw(&mut self, slot: u32) -> MessageCopy {
        let handle = self.world.copies.handle(slot);
        self.mark_late(handle);
        let copy = self.world.copies.remove(slot);
        let backlog = &mut self.world.backlogs[copy.backlog as usize];
        backlog.remove(copy.state, self.world.now);
        match copy.state {
            CopyState::InWork => {
                self.world.edges[copy.edge as usize].counts.in_work -= 1;
            }
            CopyState::Waiting if copy.was_handed_out() => {
                self.world.edges[copy.edge as usize].counts.waiting -= 1;
            }
            CopyState::Handled => {
                let lane = backlog.store.lane_mut(copy.lane);
                lane.handled.retain(|other| *other != slot);
            }
            CopyState::Ready | CopyState::Waiting | CopyState::Parked => {}
        }
        let holds_lane = match copy.state {
            CopyState::InWork => true,
            CopyState::Waiting => copy.was_handed_out(),
            CopyState::Ready | CopyState::Handled | CopyState::Parked => false,
        };
        if holds_lane {
            self.world.backlogs[copy.backlog as usize].store.release(copy.lane);
            self.apply_moves(copy.backlog);
        }
        self.backlog_changed(copy.backlog);
        copy
    }

    /// A handled copy waits for its position to be committed; the next may go on.
    pub(super) fn hold_until_commit(&mut self, slot: u32, edge: EdgeIndex) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Handled;
        let (index, lane) = (copy.backlog, copy.lane);
        self.world.edges[edge as usize].counts.in_work -= 1;
        let interval = self.plan.backlogs[index as usize].semantics.commit_interval;
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.remove_in_flight(self.world.now);
        backlog.store.lane_mut(lane).handled.push_back(slot);
        backlog.store.release(lane);
        if !backlog.has_commit_timer {
            backlog.has_commit_timer = true;
            let at =
                Time((self.world.now.0 / interval.0).saturating_add(1).saturating_mul(interval.0));
            self.schedule_for_backlog(index, at, EventKind::Commit, Phase::Lease);
        }
        self.backlog_changed(index);
        self.apply_moves(index);
    }

    /// Consumers commit their positions: what was handled is settled.
    pub(super) fn commit(&mut self, index: BacklogIndex) {
        self.world.backlogs[index as usize].has_commit_timer = false;
        for lane in 0..self.world.backlogs[index as usize].store.lanes().len() as u32 {
            self.commit_lane(index, lane);
        }
    }

    fn commit_lane(&mut self, index: BacklogIndex, lane: u32) {
        let backlog = &mut self.world.backlogs[index as usize];
        let handled = std::mem::take(&mut backlog.store.lane_mut(lane).handled);
        for slot in handled {
            let copy = self.world.copies.remove(slot);
            self.world.backlogs[index as usize].remove_present(self.world.now);
            let (edge, attempt) = (copy.edge, copy.deliveries);
            self.note(EntryKind::Acknowledged, edge, attempt, COMMITTED, &copy.message);
            self.world.edges[edge as usize].counts.acknowledged += 1;
            self.world.totals.acknowledged += 1;
            self.forget_burden(copy.burden);
        }
    }

    /// The consumer of some lanes is lost: whoever gets them goes on at the last commit.
    pub(super) fn rewind(&mut self, edge: EdgeIndex, failure: Failure) {
        let index = self.plan.edges[edge as usize].backlog;
        if self.plan.backlogs[index as usize].semantics.settlement != Settlement::Offsets {
            return;
        }
        for lane in 0..self.world.backlogs[index as usize].store.lanes().len() as u32 {
            let handled = &self.world.backlogs[index as usize].store.lanes()[lane as usize].handled;
            let (lost, kept): (Vec<u32>, Vec<u32>) =
                handled.iter().partition(|slot| self.world.copies[**slot].edge == edge);
            let state = self.world.backlogs[index as usize].store.lane_mut(lane);
            state.handled = kept.into();
            for slot in lost {
                let (message, attempt) = self.failed_copy(slot, failure);
                self.note(EntryKind::Returned, edge, attempt, failure.into(), &message);
                self.make_ready(slot, ReturnsTo::OriginalPlace);
            }
        }
    }

    /// A copy gets no further attempt.
    pub(super) fn give_up(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let index = self.world.copies[slot].backlog;
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let is_parked = semantics.dead_letter_action == DeadLetterAction::Advise
            && self.plan.edges[edge as usize].retry.is_none();
        if is_parked {
            return self.park(slot, edge, failure);
        }
        let is_said = self.plan.edges[edge as usize].retry.is_some();
        if is_said || semantics.dead_letters.contains(&Trigger::DeliveryLimit) {
            self.bury_or_drop(slot, edge, failure);
        } else {
            self.drop_copy(slot, edge, DropReason::GivenUp);
        }
    }

    /// A copy stays where it is and is never delivered again.
    fn park(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Parked;
        let (message, attempt, index, lane) =
            (copy.message, copy.deliveries, copy.backlog, copy.lane);
        self.world.edges[edge as usize].counts.in_work -= 1;
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.remove_in_flight(self.world.now);
        backlog.store.release(lane);
        self.backlog_changed(index);
        self.note(EntryKind::Advised, edge, attempt, failure.into(), &message);
    }
}
