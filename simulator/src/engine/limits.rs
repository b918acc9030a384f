//! Limits of a store: capacity, delay, replication, retention, compaction.

use std::collections::BTreeMap;

use flowbench_model::channel::{
    CapacityCounts, Confirm, Overflow, Retention, ReturnsTo, Storage, Trigger,
};
use flowbench_model::contract::Start;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, NodeIndex};
use crate::record::{DropReason, EntryKind, Failure};
use crate::world::{CopyState, MessageCopy};

impl Engine<'_> {
    /// What a message counts where bytes do: what was recorded of it, else what its type says.
    #[inline]
    pub(super) fn bytes_of(&self, message: &Message) -> u64 {
        let class = &self.plan.classes[message.class as usize];
        // A claim check is as small as its type says, whatever the payload beside it is.
        if self.plan.content.has_sizes && class.claim_check.is_none() {
            return self.world.content.bytes_recorded(message.id).unwrap_or(class.bytes);
        }
        class.bytes
    }

    /// A new copy of a store that has more rules than its turn.
    pub(super) fn enter_with_rules(&mut self, index: BacklogIndex, slot: u32) {
        let plan = &self.plan.backlogs[index as usize];
        let semantics = self.rules(index);
        if plan.members.iter().any(|edge| self.is_there(*edge)) {
            self.begin_reading(index);
        }
        if self.world.backlogs[index as usize].group.is_gone {
            return self.drop_stored(slot, DropReason::ChannelExpired);
        }
        if self.is_missed(index, self.world.copies[slot].sequence) {
            return self.drop_stored(slot, DropReason::NobodyThere);
        }
        if semantics.overflow == Overflow::DropNewest && self.is_full_beside(index, 1) {
            return self.drop_stored(slot, DropReason::Overflow);
        }
        if semantics.retention_time > Span::ZERO {
            self.watch_retention(index, slot);
        }
        let asked =
            self.plan.classes[self.world.copies[slot].message.class as usize].properties.delay;
        let own = if semantics.delays_messages { asked } else { Span::ZERO };
        let own = if semantics.max_delay > Span::ZERO { own.min(semantics.max_delay) } else { own };
        let delay = own.max(semantics.delay);
        if self.is_replicated(index) {
            return self.replicate(index, slot);
        }
        if delay > Span::ZERO {
            return self.hold_back(slot, delay);
        }
        self.enter_ready(index, slot);
    }

    /// A new copy takes its place behind the others; what is too much leaves.
    fn enter_ready(&mut self, index: BacklogIndex, slot: u32) {
        self.make_ready(slot, ReturnsTo::Back);
        let semantics = &self.plan.backlogs[index as usize].semantics;
        if semantics.messages_per_key > 0 {
            self.watch_compaction(index);
        }
        self.evict(index);
    }

    /// Whether nobody is there, or was ever there, to get what comes in.
    fn is_missed(&self, index: BacklogIndex, sequence: u64) -> bool {
        let plan = &self.plan.backlogs[index as usize];
        let group = &self.world.backlogs[index as usize].group;
        let is_nobody_there = || !plan.members.iter().any(|edge| self.is_there(*edge));
        if plan.semantics.sessions_end && is_nobody_there() {
            return true;
        }
        match plan.semantics.storage {
            Storage::Transient => is_nobody_there(),
            Storage::Log => match plan.start {
                Start::Earliest | Start::Newest | Start::NewestOfEachKey => false,
                Start::Latest => !group.has_begun && !plan.members.is_empty(),
                Start::Position(first) => sequence < first,
            },
            Storage::Queue | Storage::Router => {
                plan.semantics.retention == Retention::OnAllAcknowledged && plan.members.is_empty()
            }
        }
    }

    /// Somebody reads from now on. What stands before the place where a reader of a log begins is
    /// none of its business.
    pub(super) fn begin_reading(&mut self, index: BacklogIndex) {
        let has_begun = &mut self.world.backlogs[index as usize].group.has_begun;
        if std::mem::replace(has_begun, true) {
            return;
        }
        let plan = &self.plan.backlogs[index as usize];
        let mut old: Vec<u32> = self.world.backlogs[index as usize].store.waiting().collect();
        old.sort_unstable_by_key(|slot| self.world.copies[*slot].sequence);
        let key = |slot: u32| self.world.copies[slot].message.key;
        match plan.start {
            _ if plan.semantics.storage != Storage::Log => return,
            // What these do not want has not been kept for them.
            Start::Earliest | Start::Latest | Start::Position(_) => return,
            Start::Newest => {
                old.pop();
            }
            Start::NewestOfEachKey => {
                let newest: BTreeMap<u64, u32> = old.iter().map(|it| (key(*it), *it)).collect();
                old.retain(|slot| newest[&key(*slot)] != *slot);
            }
        }
        for slot in old {
            self.remove_from_store(slot, DropReason::NobodyThere);
        }
    }

    /// A new copy is gone at once.
    fn drop_stored(&mut self, slot: u32, reason: DropReason) {
        let copy = self.world.copies.remove(slot);
        self.world.backlogs[copy.backlog as usize].remove_present(self.world.now);
        self.forget_fate(&copy);
        let node = self.plan.backlogs[copy.backlog as usize].channel;
        self.drop_message(node, reason, &copy.message);
    }

    /// Whether a backlog holds as much as it may.
    pub(super) fn is_full(&self, index: BacklogIndex) -> bool {
        self.is_full_beside(index, 0)
    }

    /// The same without so many copies that have come and do not count yet.
    fn is_full_beside(&self, index: BacklogIndex, coming: u64) -> bool {
        let semantics = self.rules(index);
        let state = &self.world.backlogs[index as usize];
        let held = match semantics.capacity_counts {
            CapacityCounts::Ready => state.ready,
            CapacityCounts::All => state.present - coming,
        };
        let most = semantics.max_messages.saturating_add(semantics.overflow_slack);
        semantics.max_messages > 0 && held >= most
            || semantics.max_bytes > 0 && state.bytes >= semantics.max_bytes
    }

    /// Lets the oldest messages go until a store holds no more than it may.
    pub(super) fn evict(&mut self, index: BacklogIndex) {
        let semantics = self.rules(index);
        let is_limited = semantics.max_messages > 0 || semantics.max_bytes > 0;
        if !is_limited || semantics.overflow != Overflow::DropHead {
            return;
        }
        let dies = semantics.dead_letters.contains(&Trigger::Overflow);
        while self.holds_too_much(index) {
            let state = &self.world.backlogs[index as usize];
            let oldest = if self.is_in_order(index) {
                state.store.head()
            } else {
                state.store.waiting().min_by_key(|slot| self.world.copies[*slot].sequence)
            };
            let Some(slot) = oldest else { return };
            self.channel_failure(slot, Failure::Overflow);
            let copy = self.take_out(slot);
            if dies && self.plan.backlogs[index as usize].dead_letter.is_some() {
                self.die_in_channel(&copy, Failure::Overflow);
            } else {
                self.forget_fate(&copy);
                let node = self.plan.backlogs[index as usize].channel;
                self.drop_message(node, DropReason::Overflow, &copy.message);
            }
        }
    }

    /// Whether the first that would be handed out is also the oldest.
    fn is_in_order(&self, index: BacklogIndex) -> bool {
        self.plan.backlogs[index as usize].layout == crate::store::Layout::Single
    }

    fn holds_too_much(&self, index: BacklogIndex) -> bool {
        let semantics = self.rules(index);
        let state = &self.world.backlogs[index as usize];
        let held = match semantics.capacity_counts {
            CapacityCounts::Ready => state.ready,
            CapacityCounts::All => state.present,
        };
        semantics.max_messages > 0 && held > semantics.max_messages
            || semantics.max_bytes > 0 && state.bytes > semantics.max_bytes
    }

    /// A copy is held back before it can be delivered.
    fn hold_back(&mut self, slot: u32, delay: Span) {
        let due = self.world.now.after(delay);
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Waiting;
        copy.due = due;
        let node = self.plan.backlogs[copy.backlog as usize].channel;
        let event = Event::of(EventKind::Retry, self.world.copies.handle(slot));
        self.schedule_in(delay, Phase::Release, self.plan.node_rank(node), event);
    }

    /// A held-back copy can be delivered from now on.
    pub(super) fn release_held_back(&mut self, slot: u32) {
        let index = self.world.copies[slot].backlog;
        self.enter_ready(index, slot);
    }

    /// Whether consumers see a message only once the replicas have it.
    fn is_replicated(&self, index: BacklogIndex) -> bool {
        let semantics = &self.plan.backlogs[index as usize].semantics;
        let part = self.plan.backlogs[index as usize].part;
        let alive =
            semantics.replicas.saturating_sub(self.world.channels[part as usize].replicas_down);
        alive > 1
            && semantics.replication_lag > Span::ZERO
            && semantics.confirm != Confirm::Unconfirmed
    }

    fn replicate(&mut self, index: BacklogIndex, slot: u32) {
        let plan = &self.plan.backlogs[index as usize];
        let lag = plan.semantics.replication_lag;
        let due = self.world.now.after(lag);
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Waiting;
        copy.due = due;
        let handle = self.world.copies.handle(slot);
        let channel = &mut self.world.channels[plan.part as usize];
        channel.unreplicated.push_back(handle);
        let event = Event::of(EventKind::Replicated, handle);
        self.schedule_in(lag, Phase::Release, self.plan.node_rank(plan.channel), event);
    }

    /// The other replicas have a message now.
    pub(super) fn replicated(&mut self, handle: Handle) {
        if !self.world.copies.is_live(handle) {
            return;
        }
        let copy = &self.world.copies[handle.slot];
        // After a change of leaders it begins anew; what was planned before counts no more.
        if copy.state != CopyState::Waiting || copy.due != self.world.now {
            return;
        }
        let index = copy.backlog;
        let part = self.plan.backlogs[index as usize].part;
        let state = &mut self.world.channels[part as usize];
        // They come in order, but for what a failover let begin anew.
        match state.unreplicated.front() {
            Some(front) if *front == handle => {
                state.unreplicated.pop_front();
            }
            Some(_) | None => state.unreplicated.retain(|other| *other != handle),
        }
        self.enter_ready(index, handle.slot);
    }

    /// The leader of a channel is lost: what no other replica has is lost with it, if its
    /// publisher was told that it is safe; else its publisher still has it.
    pub(super) fn fail_over(&mut self, node: NodeIndex, is_promised: bool) {
        let part = self.plan.nodes[node as usize].part;
        let lost = std::mem::take(&mut self.world.channels[part as usize].unreplicated);
        for handle in lost {
            if !self.world.copies.is_live(handle) {
                continue;
            }
            if is_promised {
                self.drop_stored(handle.slot, DropReason::LostOnFailover);
            } else {
                // The publisher was not told yet: it sends again, and the copy begins anew.
                self.replicate_again(handle);
            }
        }
    }

    fn replicate_again(&mut self, handle: Handle) {
        let index = self.world.copies[handle.slot].backlog;
        self.replicate(index, handle.slot);
    }

    fn watch_retention(&mut self, index: BacklogIndex, slot: u32) {
        let keep = self.rules(index).retention_time;
        let at = self.world.copies[slot].entered_at.after(keep);
        let handle = self.world.copies.handle(slot);
        let retained = &mut self.world.backlogs[index as usize].retained;
        // What comes as old as it is may have to go before what is there.
        let behind = retained.iter().rev().take_while(|(other, _)| *other > at).count();
        retained.insert(retained.len() - behind, (at, handle));
        self.world.copies.prune(retained);
        self.wake_for_retention(index, at);
    }

    /// One timer a backlog is enough; an earlier instant makes it stale.
    pub(super) fn wake_for_retention(&mut self, index: BacklogIndex, at: Time) {
        let at = at.max(self.world.now);
        let backlog = &mut self.world.backlogs[index as usize];
        if backlog.retention_at.is_none_or(|planned| at < planned) {
            backlog.retention_at = Some(at);
            self.schedule_for_backlog(index, at, EventKind::Retention, Phase::Expire);
        }
    }

    /// What was kept as long as it is kept leaves, settled or not.
    pub(super) fn retention_due(&mut self, index: BacklogIndex) {
        let now = self.world.now;
        if self.world.backlogs[index as usize].retention_at != Some(now) {
            return;
        }
        self.world.backlogs[index as usize].retention_at = None;
        while let Some((at, handle)) = self.world.backlogs[index as usize].retained.front().copied()
        {
            if at > now {
                return self.wake_for_retention(index, at);
            }
            self.world.backlogs[index as usize].retained.pop_front();
            if self.world.copies.is_live(handle) {
                self.remove_from_store(handle.slot, DropReason::Retention);
            }
        }
    }

    /// A copy is taken away from under whoever has it.
    pub(super) fn remove_from_store(&mut self, slot: u32, reason: DropReason) {
        let copy = match self.world.copies[slot].state {
            CopyState::Ready => self.take_out(slot),
            CopyState::InWork | CopyState::Waiting | CopyState::Handled | CopyState::Parked => {
                self.withdraw(slot)
            }
        };
        self.forget_fate(&copy);
        let node = self.plan.backlogs[copy.backlog as usize].channel;
        self.drop_message(node, reason, &copy.message);
    }

    fn watch_compaction(&mut self, index: BacklogIndex) {
        let interval = self.plan.backlogs[index as usize].semantics.compaction_interval;
        if interval == Span::ZERO {
            return self.compact(index);
        }
        let backlog = &mut self.world.backlogs[index as usize];
        if !backlog.has_compaction_timer {
            backlog.has_compaction_timer = true;
            let at = self.world.now.after(interval);
            self.schedule_for_backlog(index, at, EventKind::Compaction, Phase::Expire);
        }
    }

    pub(super) fn compaction_due(&mut self, index: BacklogIndex) {
        self.world.backlogs[index as usize].has_compaction_timer = false;
        self.compact(index);
    }

    /// Of each ordering key only the newest messages stay.
    fn compact(&mut self, index: BacklogIndex) {
        let most = self.plan.backlogs[index as usize].semantics.messages_per_key as usize;
        let mut by_key: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for slot in self.world.backlogs[index as usize].store.waiting() {
            by_key.entry(self.world.copies[slot].message.key).or_default().push(slot);
        }
        for mut slots in by_key.into_values() {
            slots.sort_unstable_by_key(|slot| self.world.copies[*slot].sequence);
            let surplus = slots.len().saturating_sub(most);
            for slot in slots.into_iter().take(surplus) {
                let copy = self.take_out(slot);
                self.forget_fate(&copy);
                let node = self.plan.backlogs[index as usize].channel;
                self.drop_message(node, DropReason::Compacted, &copy.message);
            }
        }
    }

    /// A dead letter that leaves its channel by another fate was counted as dead-lettered.
    pub(super) fn forget_fate(&mut self, copy: &MessageCopy) {
        let is_at_rest = self.plan.backlogs[copy.backlog as usize].members.is_empty();
        let death = self.world.burden(copy).death;
        if death != crate::plan::NONE && is_at_rest {
            let edge = self.world.deaths[death].edge;
            if edge != crate::plan::NONE {
                self.world.edges[edge as usize].counts.dead_lettered -= 1;
            }
            self.world.totals.dead_lettered -= 1;
        }
        self.forget_burden(copy.burden);
    }

    /// Publishers that wait for room go on when there is some.
    pub(super) fn admit_held(&mut self, index: BacklogIndex) {
        let part = self.plan.backlogs[index as usize].part;
        let is_up = self.world.nodes[self.plan.backlogs[index as usize].channel as usize].down == 0;
        // Not more often than there is something: it may have to go on waiting for another reason.
        for _ in 0..self.world.channels[part as usize].held.len() {
            if !is_up || self.is_full(index) {
                return;
            }
            let Some(transit) = self.world.channels[part as usize].held.pop_front() else { return };
            self.transit_arrives(transit);
        }
    }

    pub(super) fn note_expired(&mut self, copy: &MessageCopy) {
        let plan = &self.plan.backlogs[copy.backlog as usize];
        self.world.backlogs[copy.backlog as usize].expired += 1;
        if let [member] = plan.members[..] {
            self.world.edges[member as usize].counts.expired += 1;
        }
        self.world.totals.expired += 1;
        self.note(EntryKind::Expired, plan.channel, copy.deliveries, 0, &copy.message);
    }
}
