//! Who gets what: at the end of an instant, waiting messages and calls go to free consumers.

use super::Engine;
use crate::message::Handle;
use crate::plan::{BacklogIndex, EdgeIndex};

impl Engine<'_> {
    #[inline]
    pub(super) fn backlog_changed(&mut self, index: BacklogIndex) {
        let backlog = &mut self.world.backlogs[index as usize];
        if !backlog.is_changed {
            backlog.is_changed = true;
            self.world.changed_backlogs.push(index);
        }
    }

    #[inline]
    pub(super) fn consumer_changed(&mut self, index: u32) {
        let consumer = &mut self.world.consumers[index as usize];
        if !consumer.is_changed {
            consumer.is_changed = true;
            self.world.changed_consumers.push(index);
        }
    }

    /// Hands out what can be handed out. Consumers with several sources take from them in turn;
    /// then each backlog gives to its members in turn, from the one after the last served.
    #[inline]
    pub(super) fn dispatch(&mut self) {
        loop {
            match self.world.changed_consumers[..] {
                [] if self.world.changed_backlogs.is_empty() => return,
                [] => {}
                // Nearly always there is one; it needs no sorting.
                [only] => {
                    self.world.changed_consumers.clear();
                    self.dispatch_consumer(only);
                }
                _ => self.dispatch_consumers(),
            }
            match self.world.changed_backlogs[..] {
                [] => {}
                [only] => {
                    self.world.changed_backlogs.clear();
                    self.dispatch_backlog(only);
                }
                _ => self.dispatch_backlogs(),
            }
        }
    }

    fn dispatch_consumers(&mut self) {
        let mut changed = std::mem::take(&mut self.world.changed_consumers);
        changed.sort_unstable();
        for consumer in changed {
            self.dispatch_consumer(consumer);
        }
    }

    #[inline]
    fn dispatch_consumer(&mut self, index: u32) {
        let consumer = &mut self.world.consumers[index as usize];
        consumer.is_changed = false;
        let plan = &self.plan.consumers[index as usize];
        match plan.subscriptions[..] {
            [only] if consumer.waiting_calls.is_empty() => {
                self.backlog_changed(self.plan.edges[only as usize].backlog);
            }
            _ => self.serve_in_turn(index),
        }
    }

    fn dispatch_backlogs(&mut self) {
        let mut changed = std::mem::take(&mut self.world.changed_backlogs);
        changed.sort_unstable();
        for backlog in changed {
            self.dispatch_backlog(backlog);
        }
    }

    #[inline]
    fn dispatch_backlog(&mut self, index: BacklogIndex) {
        self.world.backlogs[index as usize].is_changed = false;
        self.serve_backlog(index);
        self.world.backlogs[index as usize].measure(self.world.now);
    }

    /// A consumer takes one from each of its sources in turn (subscriptions, then calls) until it
    /// is busy or nothing waits.
    fn serve_in_turn(&mut self, consumer: u32) {
        let plan = &self.plan.consumers[consumer as usize];
        let sources = plan.subscriptions.len() as u32 + 1;
        let mut idle = 0;
        while idle < sources && self.has_capacity(consumer) {
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
    fn has_capacity(&self, consumer: u32) -> bool {
        let plan = &self.plan.consumers[consumer as usize];
        self.world.consumers[consumer as usize].busy < plan.concurrency
            && self.world.nodes[plan.node as usize].down == 0
    }

    fn is_channel_up(&self, backlog: BacklogIndex) -> bool {
        let channel = self.plan.backlogs[backlog as usize].channel;
        self.world.nodes[channel as usize].down == 0
    }

    /// One message for the consumer of a subscribe edge; whether there was one.
    fn take_from(&mut self, edge: EdgeIndex) -> bool {
        let index = self.plan.edges[edge as usize].backlog;
        if !self.is_channel_up(index) {
            return false;
        }
        let taken = if self.plan.backlogs[index as usize].is_selective {
            self.take_selected(index, &[edge]).map(|(slot, _)| slot)
        } else {
            self.world.backlogs[index as usize].take()
        };
        let Some(slot) = taken else { return false };
        self.deliver(slot, edge);
        true
    }

    #[inline]
    fn serve_backlog(&mut self, index: BacklogIndex) {
        if !self.is_channel_up(index) {
            return;
        }
        if self.plan.backlogs[index as usize].is_selective {
            return self.serve_selective(index);
        }
        while self.world.backlogs[index as usize].ready > 0 {
            let Some(edge) = self.next_member(index) else { return };
            let Some(slot) = self.world.backlogs[index as usize].take() else { return };
            self.member_served(index, edge);
            self.deliver(slot, edge);
        }
    }

    /// The first member with capacity, from the one after the last served.
    #[inline]
    fn next_member(&self, index: BacklogIndex) -> Option<EdgeIndex> {
        let members = &self.plan.backlogs[index as usize].members;
        let is_free = |edge: &EdgeIndex| self.has_capacity(self.plan.consumer_at(*edge) as u32);
        if let [only] = members[..] {
            return is_free(&only).then_some(only);
        }
        let first = self.world.backlogs[index as usize].next_member as usize;
        let (before, after) = members.split_at(first.min(members.len()));
        after.iter().chain(before).copied().find(is_free)
    }

    #[inline]
    fn member_served(&mut self, index: BacklogIndex, edge: EdgeIndex) {
        let members = &self.plan.backlogs[index as usize].members;
        if members.len() == 1 {
            return;
        }
        let at = members.iter().position(|member| *member == edge).unwrap_or(0);
        self.world.backlogs[index as usize].next_member = ((at + 1) % members.len()) as u32;
    }

    /// Competing consumers that do not take every message: the oldest message that a free one
    /// takes goes to the first such member.
    fn serve_selective(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        loop {
            let first = self.world.backlogs[index as usize].next_member as usize;
            let (before, after) = plan.members.split_at(first.min(plan.members.len()));
            let free: Vec<EdgeIndex> = after
                .iter()
                .chain(before)
                .copied()
                .filter(|edge| self.has_capacity(self.plan.consumer_at(*edge) as u32))
                .collect();
            let Some((slot, edge)) = self.take_selected(index, &free) else { return };
            self.member_served(index, edge);
            self.deliver(slot, edge);
        }
    }

    /// Takes the first waiting copy that one of these edges carries, with the edge.
    fn take_selected(
        &mut self,
        index: BacklogIndex,
        edges: &[EdgeIndex],
    ) -> Option<(u32, EdgeIndex)> {
        let candidates = self.world.backlogs[index as usize].candidates();
        let (slot, edge) = candidates.into_iter().find_map(|slot| {
            let wanted = self.world.copies[slot].message.message_type as usize;
            let takes = |edge: &&EdgeIndex| self.plan.edges[**edge as usize].carries[wanted];
            Some((slot, *edges.iter().find(takes)?))
        })?;
        let key = self.world.copies[slot].message.key;
        self.world.backlogs[index as usize].take_this(slot, key);
        Some((slot, edge))
    }

    /// Begins the call that waits longest at a consumer; whether there was one.
    fn serve_next_call(&mut self, consumer: u32) -> bool {
        let waiting = &mut self.world.consumers[consumer as usize].waiting_calls;
        let Some(slot) = waiting.pop_front() else { return false };
        let call: Handle = self.world.calls.handle(slot);
        self.serve_call(consumer, call);
        true
    }
}
