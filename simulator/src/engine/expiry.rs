//! Expiry: what waited too long for a consumer.

use flowbench_model::channel::{ExpiryEnforced, Trigger};
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::BacklogIndex;
use crate::record::{DropReason, Failure};
use crate::world::CopyState;

impl Engine<'_> {
    /// When a message that enters at `at` expires, if it can: the shorter of its own time and the
    /// channel's.
    /// A dead letter has none of its own any more, so that it does not die of it again.
    #[inline]
    pub(super) fn deadline(
        &self,
        index: BacklogIndex,
        message: &Message,
        (at, is_dead): (Time, bool),
    ) -> Time {
        if !self.plan.backlogs[index as usize].can_expire {
            return Time(u64::MAX);
        }
        let own = self.plan.classes[message.class as usize].properties.time_to_live;
        let own = own.filter(|_| !is_dead);
        let channel = self.plan.backlogs[index as usize].semantics.time_to_live;
        let channel = (channel > Span::ZERO).then_some(channel);
        let shorter = match (own, channel) {
            (Some(own), Some(channel)) => Some(own.min(channel)),
            (own, channel) => own.or(channel),
        };
        shorter.map_or(Time(u64::MAX), |span| at.after(span))
    }

    pub(super) fn expires_at_once(&self, index: BacklogIndex) -> bool {
        self.plan.backlogs[index as usize].semantics.expiry_enforced == ExpiryEnforced::AtOnce
    }

    fn deadline_of(&self, slot: u32) -> Time {
        self.world.burden(&self.world.copies[slot]).deadline
    }

    /// A copy with a deadline has come in.
    pub(super) fn watch_expiry(&mut self, index: BacklogIndex, slot: u32) {
        if !self.expires_at_once(index) {
            return;
        }
        let deadline = self.deadline_of(slot);
        let handle = self.world.copies.handle(slot);
        let backlog = &mut self.world.backlogs[index as usize];
        let at = backlog.deadlines.partition_point(|(other, _)| *other <= deadline);
        backlog.deadlines.insert(at, (deadline, handle));
        self.world.copies.prune(&mut backlog.deadlines);
        self.wake_for_expiry(index, deadline);
    }

    /// One timer a backlog is enough; an earlier deadline makes it stale.
    fn wake_for_expiry(&mut self, index: BacklogIndex, at: Time) {
        let backlog = &mut self.world.backlogs[index as usize];
        if backlog.expiry_at.is_none_or(|planned| at < planned) {
            backlog.expiry_at = Some(at);
            self.schedule_for_backlog(index, at, EventKind::Expire, Phase::Expire);
        }
    }

    /// A member has left: from now on nobody may be there who uses the channel.
    pub(super) fn watch_use(&mut self, index: BacklogIndex) {
        let longest = self.plan.backlogs[index as usize].semantics.expires_unused;
        if longest > Span::ZERO {
            self.world.backlogs[index as usize].group.used_at = self.world.now;
            let at = self.world.now.after(longest);
            self.schedule_for_backlog(index, at, EventKind::Unused, Phase::Expire);
        }
    }

    /// If nobody has been there for too long, a channel is gone, with all that is in it; none of
    /// that is a dead letter.
    pub(super) fn look_at_use(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        let group = &mut self.world.backlogs[index as usize].group;
        let is_long = self.world.now.since(group.used_at) >= plan.semantics.expires_unused;
        if !is_long || plan.members.iter().any(|edge| self.is_there(*edge)) {
            return;
        }
        self.world.backlogs[index as usize].group.is_gone = true;
        let here = self.world.copies.iter().filter(|(_, copy)| copy.backlog == index);
        let mut here: Vec<(u64, u32)> = here.map(|(slot, copy)| (copy.sequence, slot)).collect();
        here.sort_unstable();
        for (_, slot) in here {
            self.remove_from_store(slot, DropReason::ChannelExpired);
        }
    }

    pub(super) fn schedule_for_backlog(
        &mut self,
        index: BacklogIndex,
        at: Time,
        kind: EventKind,
        phase: Phase,
    ) {
        let rank = self.plan.node_rank(self.plan.backlogs[index as usize].channel);
        self.world.calendar.schedule(at, phase, rank, Event::about(kind, index));
    }

    /// Expires what waits and is due.
    pub(super) fn expire_due(&mut self, index: BacklogIndex) {
        let backlog = &mut self.world.backlogs[index as usize];
        if backlog.expiry_at != Some(self.world.now) {
            return;
        }
        backlog.expiry_at = None;
        match self.plan.backlogs[index as usize].semantics.expiry_enforced {
            ExpiryEnforced::AtOnce => self.expire_all_due(index),
            // What is next is looked at when everything of this instant is handed out.
            ExpiryEnforced::AtHead => self.backlog_changed(index),
            ExpiryEnforced::AtDelivery => {}
        }
    }

    fn expire_all_due(&mut self, index: BacklogIndex) {
        let now = self.world.now;
        loop {
            let backlog = &mut self.world.backlogs[index as usize];
            match backlog.deadlines.front().copied() {
                Some((deadline, handle)) if deadline <= now => {
                    backlog.deadlines.pop_front();
                    if self.is_waiting_for_consumer(handle) {
                        self.expire(handle.slot);
                    }
                }
                Some((deadline, _)) => return self.wake_for_expiry(index, deadline),
                None => return,
            }
        }
    }

    fn is_waiting_for_consumer(&self, handle: Handle) -> bool {
        self.world.copies.is_live(handle)
            && self.world.copies[handle.slot].state == CopyState::Ready
    }

    /// Expires what is next and overdue, where only the next is looked at, and watches the one
    /// that is next then.
    pub(super) fn expire_heads(&mut self, index: BacklogIndex) {
        let semantics = &self.plan.backlogs[index as usize].semantics;
        if semantics.expiry_enforced != ExpiryEnforced::AtHead {
            return;
        }
        while let Some(slot) = self.world.backlogs[index as usize].store.head() {
            let deadline = self.deadline_of(slot);
            if deadline > self.world.now {
                if deadline.0 < u64::MAX {
                    self.wake_for_expiry(index, deadline);
                }
                return;
            }
            self.expire(slot);
        }
    }

    /// A copy has waited too long: it is dead-lettered where expiry is a reason for it.
    pub(super) fn expire(&mut self, slot: u32) {
        let index = self.world.copies[slot].backlog;
        let plan = &self.plan.backlogs[index as usize];
        let is_reason = plan.semantics.dead_letters.contains(&Trigger::Expired);
        if is_reason && plan.dead_letter.is_some() {
            self.channel_failure(slot, Failure::Expired);
            let copy = self.take_out(slot);
            return self.die_in_channel(&copy, Failure::Expired);
        }
        let copy = self.take_out(slot);
        self.forget_fate(&copy);
        self.note_expired(&copy);
    }
}
