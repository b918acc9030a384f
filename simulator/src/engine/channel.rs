//! Channels: what enters, waits, expires and leaves.

use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, NONE, NodeIndex};
use crate::record::{DropReason, EntryKind};
use crate::rng::mix;
use crate::world::{Backlog, CopyState, Lane, MessageCopy, Store};

impl Engine<'_> {
    /// A message enters a channel: one copy for a queue, one for each subscription of a topic
    /// whose contract carries it.
    pub(super) fn enter_channel(&mut self, channel: NodeIndex, message: &Message) {
        self.note(EntryKind::Arrived, channel, 0, 0, message);
        let plan = &self.plan.channels[self.plan.nodes[channel as usize].part as usize];
        if plan.is_queue {
            self.enter_backlog(plan.backlogs[0], message, NONE, false);
            return;
        }
        let mut copies = 0;
        for backlog in &plan.backlogs {
            if self.is_wanted(*backlog, message) {
                self.enter_backlog(*backlog, message, NONE, false);
                copies += 1;
            }
        }
        if copies == 0 {
            self.drop_message(channel, DropReason::Unroutable, message);
        } else {
            self.world.totals.copies += copies - 1;
        }
    }

    /// Whether the one member of a topic's backlog takes messages of this type.
    pub(super) fn is_wanted(&self, backlog: BacklogIndex, message: &Message) -> bool {
        let member = self.plan.backlogs[backlog as usize].members[0];
        self.plan.edges[member as usize].carries[message.message_type as usize]
    }

    /// A copy comes into being, as a dead letter or not.
    pub(super) fn enter_backlog(
        &mut self,
        backlog: BacklogIndex,
        message: &Message,
        death: u32,
        is_duplicate: bool,
    ) {
        let now = self.world.now;
        let slot = self.world.copies.insert(MessageCopy {
            message: *message,
            backlog,
            edge: NONE,
            deliveries: 0,
            state: CopyState::Ready,
            is_duplicate,
            entered_at: now,
            due: now,
            first_failure: None,
            last_failure: None,
            death,
        });
        self.world.backlogs[backlog as usize].present += 1;
        self.watch_expiry(backlog, slot);
        self.make_ready(slot, End::Back);
    }

    /// A copy waits for a consumer, or expires now if its time has passed meanwhile.
    pub(super) fn make_ready(&mut self, slot: u32, end: End) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Ready;
        let (index, key, entered_at) = (copy.backlog, copy.message.key, copy.entered_at);
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.put(slot, key, end);
        backlog.ready += 1;
        let is_overdue =
            self.time_to_live_ends(index, entered_at).is_some_and(|at| at < self.world.now);
        if is_overdue {
            self.expire(slot);
        } else {
            self.backlog_changed(index);
        }
    }

    /// When a copy that entered at `entered_at` expires.
    fn time_to_live_ends(&self, backlog: BacklogIndex, entered_at: Time) -> Option<Time> {
        let channel = self.plan.backlogs[backlog as usize].channel;
        let part = self.plan.nodes[channel as usize].part;
        Some(entered_at.after(self.plan.channels[part as usize].time_to_live?))
    }

    fn watch_expiry(&mut self, index: BacklogIndex, slot: u32) {
        let entered_at = self.world.copies[slot].entered_at;
        let Some(deadline) = self.time_to_live_ends(index, entered_at) else { return };
        let handle = self.world.copies.handle(slot);
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.deadlines.push_back((deadline, handle));
        if !backlog.has_expiry_timer {
            backlog.has_expiry_timer = true;
            self.schedule_expiry(index, deadline);
        }
    }

    fn schedule_expiry(&mut self, index: BacklogIndex, at: Time) {
        let rank = self.plan.node_rank(self.plan.backlogs[index as usize].channel);
        let event = Event::about(EventKind::Expire, index);
        self.world.calendar.schedule(at, Phase::Expire, rank, event);
    }

    /// Expires what waits and is due; one timer a backlog is enough, since all of it may wait
    /// equally long.
    pub(super) fn expire_due(&mut self, index: BacklogIndex) {
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
                Some((deadline, _)) => return self.schedule_expiry(index, deadline),
                None => {
                    backlog.has_expiry_timer = false;
                    return;
                }
            }
        }
    }

    fn is_waiting_for_consumer(&self, handle: Handle) -> bool {
        self.world.copies.is_live(handle)
            && self.world.copies[handle.slot].state == CopyState::Ready
    }

    fn expire(&mut self, slot: u32) {
        let copy = self.take_out(slot);
        let plan = &self.plan.backlogs[copy.backlog as usize];
        self.world.backlogs[copy.backlog as usize].expired += 1;
        if let [member] = plan.members[..] {
            self.world.edges[member as usize].counts.expired += 1;
        }
        self.world.totals.expired += 1;
        self.note(EntryKind::Expired, plan.channel, copy.deliveries, 0, &copy.message);
    }

    /// Takes a waiting copy out of its backlog, wherever it stands.
    pub(super) fn take_out(&mut self, slot: u32) -> MessageCopy {
        let copy = self.world.copies.remove(slot);
        let backlog = &mut self.world.backlogs[copy.backlog as usize];
        backlog.remove(slot, copy.message.key);
        backlog.present -= 1;
        copy
    }

    /// A copy leaves its backlog for good; its partition goes on.
    pub(super) fn leave(&mut self, slot: u32) -> MessageCopy {
        let copy = self.world.copies.remove(slot);
        let backlog = &mut self.world.backlogs[copy.backlog as usize];
        backlog.present -= 1;
        if backlog.unblock(copy.message.key) {
            self.backlog_changed(copy.backlog);
        }
        copy
    }
}

/// Where a copy is put into its backlog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// Before all others: its original place.
    Front,
    /// Behind all others.
    Back,
}

impl Backlog {
    fn put(&mut self, slot: u32, key: u64, end: End) {
        match &mut self.store {
            Store::Fifo(queue) => match end {
                End::Front => queue.push_front(slot),
                End::Back => queue.push_back(slot),
            },
            Store::Partitions { lanes, open } => {
                let index = partition(key, lanes.len());
                let lane = &mut lanes[index];
                let was_open = lane.is_open();
                match end {
                    End::Front => {
                        lane.queue.push_front(slot);
                        lane.is_blocked = false;
                    }
                    End::Back => lane.queue.push_back(slot),
                }
                if !was_open && lane.is_open() {
                    open.push_back(index as u32);
                }
            }
        }
    }

    /// Notes how many wait. Called at the end of an instant, when everything that could be handed
    /// out is: what waits for no time does not wait.
    #[inline]
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

    /// The copy whose turn it is. Its partition is blocked until it leaves or comes back.
    #[inline]
    pub(super) fn take(&mut self) -> Option<u32> {
        let slot = match &mut self.store {
            Store::Fifo(queue) => queue.pop_front(),
            Store::Partitions { lanes, open } => {
                let lane = &mut lanes[open.pop_front()? as usize];
                lane.is_blocked = true;
                lane.queue.pop_front()
            }
        }?;
        self.ready -= 1;
        Some(slot)
    }

    /// Takes one particular copy whose turn it could be.
    pub(super) fn take_this(&mut self, slot: u32, key: u64) {
        match &mut self.store {
            Store::Fifo(queue) => queue.retain(|other| *other != slot),
            Store::Partitions { lanes, open } => {
                let index = partition(key, lanes.len());
                lanes[index].queue.retain(|other| *other != slot);
                lanes[index].is_blocked = true;
                open.retain(|lane| *lane as usize != index);
            }
        }
        self.ready -= 1;
    }

    /// Copies whose turn it is: in a queue all, in partitions each head.
    pub(super) fn candidates(&self) -> Vec<u32> {
        match &self.store {
            Store::Fifo(queue) => queue.iter().copied().collect(),
            Store::Partitions { lanes, open } => open
                .iter()
                .filter_map(|lane| lanes[*lane as usize].queue.front().copied())
                .collect(),
        }
    }

    /// All copies that wait, in the order of their partitions.
    pub(crate) fn waiting(&self) -> Vec<u32> {
        match &self.store {
            Store::Fifo(queue) => queue.iter().copied().collect(),
            Store::Partitions { lanes, .. } => {
                lanes.iter().flat_map(|lane| lane.queue.iter().copied()).collect()
            }
        }
    }

    fn remove(&mut self, slot: u32, key: u64) {
        let take = |queue: &mut std::collections::VecDeque<u32>| {
            // What expires or is redriven stands at the front, nearly always.
            if let Some(at) = queue.iter().position(|other| *other == slot) {
                queue.remove(at);
            }
        };
        match &mut self.store {
            Store::Fifo(queue) => take(queue),
            Store::Partitions { lanes, open } => {
                let index = partition(key, lanes.len());
                take(&mut lanes[index].queue);
                if !lanes[index].is_open() {
                    open.retain(|lane| *lane as usize != index);
                }
            }
        }
        self.ready -= 1;
    }

    /// The partition of a key goes on; whether there is anything to go on with.
    fn unblock(&mut self, key: u64) -> bool {
        match &mut self.store {
            Store::Fifo(_) => false,
            Store::Partitions { lanes, open } => {
                let index = partition(key, lanes.len());
                lanes[index].is_blocked = false;
                if lanes[index].is_open() {
                    open.push_back(index as u32);
                }
                lanes[index].is_open()
            }
        }
    }
}

impl Lane {
    fn is_open(&self) -> bool {
        !self.is_blocked && !self.queue.is_empty()
    }
}

/// The partition of a key: the remainder of its mixed bits.
fn partition(key: u64, partitions: usize) -> usize {
    (mix(key) % partitions as u64) as usize
}
