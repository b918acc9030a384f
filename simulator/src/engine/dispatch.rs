//! Who gets what: at the end of an instant, waiting messages and calls go to free consumers.

use std::collections::VecDeque;

use flowbench_model::channel::{Assignment, Overflow, ReturnsTo};
use flowbench_model::time::Time;

use super::Engine;
use crate::message::Handle;
use crate::plan::{BacklogIndex, EdgeIndex, PlanBacklog, Way};
use crate::record::DropReason;
use crate::world::unsettled::Unsettled;
use crate::world::{Backlog, World};

impl Engine<'_> {
    #[inline(always)]
    pub(super) fn backlog_changed(&mut self, index: BacklogIndex) {
        let World { backlogs, unsettled, .. } = &mut *self.world;
        backlogs[index as usize].note_change(index, unsettled);
    }

    #[inline]
    pub(super) fn consumer_changed(&mut self, index: u32) {
        let consumer = &mut self.world.consumers[index as usize];
        if !consumer.is_changed {
            consumer.is_changed = true;
            self.world.unsettled.add_consumer(index);
        }
    }

    /// Hands out what can be handed out. Consumers with several sources take from them in turn;
    /// then each backlog gives to its members in turn, from the one after the last served.
    #[inline(always)]
    pub(super) fn dispatch(&mut self) {
        // Nearly always one backlog has changed; it needs no sorting.
        if let Some(only) = self.world.unsettled.take_only_backlog()
            && self.dispatch_backlog(only)
        {
            return;
        }
        self.dispatch_all();
    }

    #[inline(never)]
    fn dispatch_all(&mut self) {
        let mut turns = std::mem::take(&mut self.world.turns);
        while self.world.unsettled.has_changes() {
            self.world.unsettled.take_consumers(&mut turns);
            for consumer in &turns {
                self.dispatch_consumer(*consumer);
            }
            self.world.unsettled.take_backlogs(&mut turns);
            for backlog in &turns {
                self.dispatch_backlog(*backlog);
            }
        }
        self.world.turns = turns;
    }

    #[inline]
    fn dispatch_consumer(&mut self, index: u32) {
        let consumer = &mut self.world.consumers[index as usize];
        consumer.is_changed = false;
        let plan = &self.plan.consumers[index as usize];
        match plan.subscriptions[..] {
            [only] if consumer.waiting_calls.is_empty() => {
                self.backlog_changed(self.plan.ways[only as usize].backlog);
            }
            _ => self.serve_in_turn(index),
        }
    }

    /// Hands out what waits in a backlog; whether that certainly changed nothing else.
    #[inline(always)]
    fn dispatch_backlog(&mut self, index: BacklogIndex) -> bool {
        let station = &self.plan.stations[index as usize];
        if self.is_station_lean(station) {
            self.serve_lean(index, station);
            return true;
        }
        self.world.backlogs[index as usize].is_changed = false;
        self.dispatch_by_rules(index);
        false
    }

    #[inline(never)]
    fn dispatch_by_rules(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        if plan.can_expire {
            self.expire_heads(index);
        }
        self.serve_backlog(index);
        self.world.backlogs[index as usize].measure(self.world.now);
        if plan.can_expire {
            self.expire_heads(index);
        }
        if !plan.is_plain {
            self.after_serving(index);
        }
    }

    /// What a channel that keeps nothing could not hand out is lost; publishers may have room.
    fn after_serving(&mut self, index: BacklogIndex) {
        if self.is_transient(index) {
            while let Some(slot) = self.world.backlogs[index as usize].store.head() {
                self.remove_from_store(slot, DropReason::NobodyThere);
            }
        }
        match self.rules(index).overflow {
            Overflow::BlockPublisher | Overflow::RejectPublish => self.admit_held(index),
            Overflow::DropHead | Overflow::DropNewest => {}
        }
    }

    /// A consumer takes one from each of its sources in turn (subscriptions, then calls) until it
    /// is busy or nothing waits.
    fn serve_in_turn(&mut self, consumer: u32) {
        let plan = &self.plan.consumers[consumer as usize];
        let sources = plan.subscriptions.len() as u32 + 1;
        let mut idle = 0;
        while idle < sources {
            let state = &mut self.world.consumers[consumer as usize];
            let source = state.next_source % sources;
            state.next_source = (source + 1) % sources;
            let took = match plan.subscriptions.get(source as usize) {
                Some(edge) => self.take_from(*edge),
                None => self.serve_next_call(consumer),
            };
            idle = if took { 0 } else { idle + 1 };
        }
    }

    /// Whether a consumer is up and has a free slot.
    #[inline]
    pub(super) fn has_capacity(&self, consumer: u32) -> bool {
        let plan = &self.plan.consumers[consumer as usize];
        self.world.consumers[consumer as usize].busy < self.workers(consumer)
            && self.world.nodes[plan.node as usize].down == 0
    }

    /// Whether the consumer of an edge is up and subscribed.
    pub(super) fn is_there(&self, edge: EdgeIndex) -> bool {
        let node = self.plan.edges[edge as usize].to;
        self.world.nodes[node as usize].down == 0 && !self.world.edges[edge as usize].is_paused
    }

    /// Whether a subscriber can be handed one more message.
    #[inline]
    fn has_room(&self, edge: EdgeIndex) -> bool {
        let (plan, state) = (&self.plan.edges[edge as usize], &self.world.edges[edge as usize]);
        if state.is_paused
            || state.is_turned_out
            || !self.is_connected(edge)
            || !self.hands_out(edge)
        {
            return false;
        }
        let consumer = self.plan.consumer_at(edge) as u32;
        if self.plan.consumers[consumer as usize].is_guarded
            && (self.is_paused_by_breaker(consumer) || self.is_restoring(consumer))
        {
            return false;
        }
        let prefetch = self.prefetch(edge);
        if prefetch == 0 {
            return self.has_capacity(self.plan.consumer_at(edge) as u32);
        }
        let outstanding = state.counts.in_work;
        let is_batch = self.plan.backlogs[plan.backlog as usize].semantics.fetches_batches;
        self.world.nodes[plan.to as usize].down == 0
            && outstanding < u64::from(prefetch)
            && self.workers(self.plan.consumer_at(edge) as u32) > 0
            && (!is_batch || outstanding == 0 || state.is_fetching)
    }

    fn is_channel_up(&self, backlog: BacklogIndex) -> bool {
        let channel = self.plan.backlogs[backlog as usize].channel;
        self.world.nodes[channel as usize].down == 0
    }

    /// One message for the consumer of a subscribe edge; whether there was one.
    fn take_from(&mut self, edge: EdgeIndex) -> bool {
        let index = self.plan.edges[edge as usize].backlog;
        if !self.is_channel_up(index) || !self.has_room(edge) || self.is_window_full(index) {
            return false;
        }
        let members = &self.plan.backlogs[index as usize].members;
        let member = members.iter().position(|other| *other == edge).unwrap_or(0) as u32;
        if self.is_standing_by(index, member) {
            return false;
        }
        self.hand_over(index, member, edge)
    }

    /// Whether as many messages are unsettled as may be at once.
    #[inline]
    fn is_window_full(&self, index: BacklogIndex) -> bool {
        let most = self.plan.backlogs[index as usize].semantics.in_flight_max;
        most > 0 && self.world.backlogs[index as usize].in_flight >= u64::from(most)
    }

    #[inline]
    fn serve_backlog(&mut self, index: BacklogIndex) {
        if !self.is_channel_up(index) {
            return;
        }
        let plan = &self.plan.backlogs[index as usize];
        if plan.is_selective {
            return self.serve_selective(index);
        }
        while self.world.backlogs[index as usize].ready > 0 && !self.is_window_full(index) {
            let Some((member, edge)) = self.next_member(index) else { break };
            self.member_served(index, member);
            if !self.hand_over(index, member, edge) {
                break;
            }
        }
    }

    /// Hands a member what it may have now: the next message, or as many as it fetches at once;
    /// whether there was one.
    fn hand_over(&mut self, index: BacklogIndex, member: u32, edge: EdgeIndex) -> bool {
        if !self.plan.backlogs[index as usize].semantics.fetches_batches {
            return self.hand_out(index, member, edge);
        }
        self.world.edges[edge as usize].is_fetching = true;
        self.world.backlogs[index as usize].store.begin_batch();
        let mut took = false;
        while self.has_room(edge) && !self.is_window_full(index) {
            if !self.hand_out(index, member, edge) {
                break;
            }
            took = true;
        }
        self.world.backlogs[index as usize].store.end_batch();
        self.world.edges[edge as usize].is_fetching = false;
        took
    }

    /// Hands the next message that a member may have to it; whether there was one.
    #[inline]
    fn hand_out(&mut self, index: BacklogIndex, member: u32, edge: EdgeIndex) -> bool {
        let plan = &self.plan.backlogs[index as usize];
        if plan.is_selective {
            let Some((slot, edge)) = self.take_selected(index, &[edge]) else { return false };
            self.deliver(slot, edge);
            return true;
        }
        while let Some((slot, lane)) = self.world.backlogs[index as usize].store.take(member) {
            self.world.backlogs[index as usize].end_waiting(self.world.now);
            if plan.is_plain && !plan.can_expire && !self.plan.edges[edge as usize].limit.is_lazy {
                self.deliver(slot, edge);
                return true;
            }
            if self.leaves_instead(slot, lane, edge) {
                continue;
            }
            self.deliver(slot, edge);
            return true;
        }
        false
    }

    /// What would be handed out but has waited too long, or was delivered as often as it may be,
    /// leaves instead.
    fn leaves_instead(&mut self, slot: u32, lane: u32, edge: EdgeIndex) -> bool {
        let copy = &self.world.copies[slot];
        let (index, deadline) = (copy.backlog, self.world.burden(copy).deadline);
        let bytes = self.bytes_of(&copy.message);
        let is_overdue = deadline <= self.world.now;
        let is_used_up = self.is_used_up(slot, edge);
        let backlog = &mut self.world.backlogs[index as usize];
        if !is_overdue && !is_used_up {
            backlog.bytes = backlog.bytes.saturating_sub(bytes);
            return false;
        }
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.store.put_back(slot, lane, ReturnsTo::OriginalPlace, |_| u64::MAX);
        backlog.store.release(lane);
        backlog.begin_waiting(self.world.now);
        if is_overdue {
            self.expire(slot);
        } else {
            self.give_up_waiting(slot, edge);
        }
        true
    }

    /// The first member that there is something for and that has room, from the one after the
    /// last served; of those with the highest priority.
    #[inline]
    fn next_member(&mut self, index: BacklogIndex) -> Option<(u32, EdgeIndex)> {
        let plan = &self.plan.backlogs[index as usize];
        if let [only] = plan.members[..] {
            let is_free = self.has_room(only) && !self.is_standing_by(index, 0);
            let has_some = !plan.has_owners || self.world.backlogs[index as usize].store.has_for(0);
            return (is_free && has_some).then_some((0, only));
        }
        if plan.is_in_turn && self.world.disturbances == 0 {
            return self.next_in_turn(index, plan);
        }
        if plan.semantics.assignment == Assignment::Random {
            return self.member_by_chance(index);
        }
        let count = plan.members.len() as u32;
        let first = self.world.backlogs[index as usize].next_member;
        let mut best: Option<(u32, EdgeIndex)> = None;
        for step in 0..count {
            let member = (first + step) % count;
            let edge = plan.members[member as usize];
            let priority = self.plan.edges[edge as usize].consumer_priority;
            let is_better = best.is_none_or(|(_, other)| {
                priority > self.plan.edges[other as usize].consumer_priority
            });
            if is_better && self.can_serve(index, member, edge) {
                best = Some((member, edge));
            }
        }
        best
    }

    /// The same where no member goes before another and all are handed things by the short way.
    #[inline]
    fn next_in_turn(&self, index: BacklogIndex, plan: &PlanBacklog) -> Option<(u32, EdgeIndex)> {
        let backlog = &self.world.backlogs[index as usize];
        let (first, is_shared) = (backlog.next_member as usize, backlog.store.has_shared());
        let members = || (0..).zip(plan.members.iter().zip(backlog.store.owned()));
        let can_serve = |(_, (edge, owned)): &(u32, (&EdgeIndex, &VecDeque<u32>))| {
            (is_shared || !owned.is_empty()) && self.has_free_slot(&self.plan.ways[**edge as usize])
        };
        let found = members().skip(first).find(can_serve);
        let found = found.or_else(|| members().take(first).find(can_serve));
        found.map(|(member, (edge, _))| (member, *edge))
    }

    #[inline(always)]
    fn has_free_slot(&self, way: &Way) -> bool {
        self.world.consumers[way.part as usize].busy < way.concurrency
    }

    /// Whether no member can be handed anything of what waits.
    pub(super) fn has_handed_out(&self, index: BacklogIndex) -> bool {
        let plan = &self.plan.backlogs[index as usize];
        let members = (0..).zip(&plan.members);
        self.world.backlogs[index as usize].is_changed
            || !self.is_channel_up(index)
            || !members.into_iter().any(|(member, edge)| self.can_serve(index, member, *edge))
    }

    fn can_serve(&self, index: BacklogIndex, member: u32, edge: EdgeIndex) -> bool {
        self.world.backlogs[index as usize].store.has_for(member)
            && self.has_room(edge)
            && !self.is_standing_by(index, member)
    }

    fn member_by_chance(&mut self, index: BacklogIndex) -> Option<(u32, EdgeIndex)> {
        let members = (0..).zip(&self.plan.backlogs[index as usize].members);
        let free: Vec<(u32, EdgeIndex)> = members
            .map(|(member, edge)| (member, *edge))
            .filter(|(member, edge)| self.can_serve(index, *member, *edge))
            .collect();
        if free.is_empty() {
            return None;
        }
        let choice = &mut self.world.backlogs[index as usize].group.choice;
        let stream = choice.as_mut().expect("invariant: a group by chance has its stream");
        Some(free[stream.below(free.len() as u64) as usize])
    }

    #[inline]
    fn member_served(&mut self, index: BacklogIndex, member: u32) {
        let count = self.plan.backlogs[index as usize].members.len() as u32;
        if count > 1 {
            let next = if member + 1 < count { member + 1 } else { 0 };
            self.world.backlogs[index as usize].next_member = next;
        }
    }

    /// Competing consumers that do not take every message: the oldest message that a free one
    /// takes goes to the first such member.
    fn serve_selective(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        while !self.is_window_full(index) {
            let first = self.world.backlogs[index as usize].next_member as usize;
            let (before, after) = plan.members.split_at(first.min(plan.members.len()));
            let free: Vec<EdgeIndex> =
                after.iter().chain(before).copied().filter(|edge| self.has_room(*edge)).collect();
            let Some((slot, edge)) = self.take_selected(index, &free) else { return };
            let member = plan.members.iter().position(|other| *other == edge).unwrap_or(0);
            self.member_served(index, member as u32);
            self.deliver(slot, edge);
        }
    }

    /// Takes the first waiting copy that one of these edges carries, with the edge.
    fn take_selected(
        &mut self,
        index: BacklogIndex,
        edges: &[EdgeIndex],
    ) -> Option<(u32, EdgeIndex)> {
        let candidates = self.world.backlogs[index as usize].store.candidates();
        let (slot, edge) = candidates.into_iter().find_map(|slot| {
            let class = self.world.copies[slot].message.class as usize;
            let takes = |edge: &&EdgeIndex| self.plan.edges[**edge as usize].passes[class];
            Some((slot, *edges.iter().find(takes)?))
        })?;
        let copy = &self.world.copies[slot];
        let (lane, bytes) = (copy.lane, self.bytes_of(&copy.message));
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.store.take_this(slot, lane);
        backlog.end_waiting(self.world.now);
        backlog.bytes = backlog.bytes.saturating_sub(bytes);
        Some((slot, edge))
    }

    /// Begins the call that waits longest at a consumer; whether there was one.
    fn serve_next_call(&mut self, consumer: u32) -> bool {
        if !self.has_capacity(consumer) {
            return false;
        }
        if self.plan.consumers[consumer as usize].is_guarded {
            self.throw_away_stale(consumer);
            if self.is_restoring(consumer) {
                return false;
            }
        }
        let waiting = &mut self.world.consumers[consumer as usize].waiting_calls;
        let Some(slot) = waiting.pop_front() else { return false };
        let call: Handle = self.world.calls.handle(slot);
        self.serve_call(consumer, call);
        true
    }
}

impl Backlog {
    /// Something may have to be handed out at the end of the instant.
    #[inline(always)]
    pub(super) fn note_change(&mut self, own: BacklogIndex, unsettled: &mut Unsettled) {
        if !self.is_changed {
            self.is_changed = true;
            unsettled.add_backlog(own);
        }
    }

    /// Notes how many wait. Called at the end of an instant, when everything that could be handed
    /// out is: what waits for no time does not wait.
    #[inline(always)]
    pub(super) fn measure(&mut self, now: Time) {
        if self.ready <= self.ready_max {
            return;
        }
        self.ready_max = self.ready;
        for (size, reached) in &mut self.marks {
            if *size <= self.ready {
                reached.get_or_insert(now);
            }
        }
    }
}
