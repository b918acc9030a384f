//! Channels: what comes in, who gets a copy of it, and what leaves.

use flowbench_model::channel::{
    Confirm, DeduplicationBy, DeduplicationScope, Overflow, PartitionBy, ReturnsTo, Storage,
    Unroutable,
};
use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Span;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::marks::REPLAYED;
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex, PlanChannel, PlanEdge};
use crate::record::{DropReason, EntryKind, Failure};
use crate::store::Layout;
use crate::world::{CopyState, MessageCopy, Transit};

/// Messages after which a publisher without keys goes on with the next partition: a batch of
/// 16 KiB of messages of half a KiB.
pub(super) const STICKY_BATCH: u32 = 32;

/// Refusals that are remembered, so that a publisher is told once of each of its attempts.
const TOLD: usize = 256;

/// Tells identities that messages state from their own.
const STATED: u64 = 1 << 63;

/// What a message comes with when it reaches a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    /// The edge by which it comes; [`NONE`] where there is none.
    pub(super) edge: EdgeIndex,
    pub(super) attempt: u32,
    pub(super) is_duplicate: bool,
}

impl Engine<'_> {
    pub(super) fn channel_plan(&self, node: NodeIndex) -> &PlanChannel {
        &self.plan.channels[self.plan.nodes[node as usize].part as usize]
    }

    /// A message enters a channel: one copy for a queue, one for each subscription of a topic
    /// whose contract carries it, and one for each channel that is bound to it.
    pub(super) fn enter_channel(&mut self, node: NodeIndex, message: &Message, coming: Coming) {
        let part = self.plan.nodes[node as usize].part;
        let plan = &self.plan.channels[part as usize];
        if plan.is_open && message.marks == 0 {
            self.note(EntryKind::Arrived, node, 0, 0, message);
            self.note_arrival_of_blob(message);
            return match plan.only {
                NONE => self.distribute(node, plan, message, coming),
                only => {
                    self.enter_backlog(only, message, NONE, self.is_again(only, &coming));
                }
            };
        }
        self.enter_by_rules(node, message, coming);
    }

    #[inline(never)]
    fn enter_by_rules(&mut self, node: NodeIndex, message: &Message, coming: Coming) {
        let part = self.plan.nodes[node as usize].part;
        let plan = &self.plan.channels[part as usize];
        if message.marks != 0
            && let Some(reason) = self.objection_to(node, message)
        {
            let place = if reason.is_of_channel() { node } else { coming.edge };
            return self.drop_message(place, reason, message);
        }
        if let Some(reason) = self.refusal(plan, message) {
            return self.refuse(node, message, coming, reason);
        }
        let is_numbered = plan.semantics.idempotent_publish;
        if is_numbered && self.waits_its_turn(node, message, coming) {
            return;
        }
        self.note(EntryKind::Arrived, node, 0, 0, message);
        self.note_arrival_of_blob(message);
        let knows_repetitions = plan.semantics.deduplication_window > Span::ZERO || is_numbered;
        if knows_repetitions && self.is_repetition(part, message, coming) {
            return self.drop_message(node, DropReason::Deduplicated, message);
        }
        match plan.only {
            NONE => self.distribute(node, plan, message, coming),
            only => {
                self.enter_backlog(only, message, NONE, self.is_again(only, &coming));
            }
        }
        if is_numbered {
            self.end_retry(node, message, coming.edge);
        }
    }

    /// A copy for each subscription and each bound channel that wants one.
    fn distribute(
        &mut self,
        node: NodeIndex,
        plan: &PlanChannel,
        message: &Message,
        coming: Coming,
    ) {
        let mut copies = 0;
        for backlog in &plan.backlogs {
            if self.is_wanted(*backlog, message) && self.meets_conditions(*backlog, message) {
                self.enter_backlog(*backlog, message, NONE, self.is_again(*backlog, &coming));
                copies += 1;
            }
        }
        for edge in &plan.binds {
            if self.is_bound(*edge, message) && self.meets_condition(*edge, message) {
                self.pass_on(*edge, message, coming.attempt);
                copies += 1;
            }
        }
        match (copies, plan.alternate) {
            (0, Some(alternate)) => self.send_to(alternate, NONE, message, NONE, Span::ZERO),
            (0, None) if plan.semantics.unroutable == Unroutable::Return => {
                self.refuse(node, message, coming, DropReason::Unroutable);
            }
            (0, None) => self.drop_message(node, DropReason::Unroutable, message),
            (1.., _) => self.world.totals.copies += copies - 1,
        }
    }

    /// Whether the conditions of a subscription let a message in: those of one of its members do.
    pub(super) fn meets_conditions(&mut self, backlog: BacklogIndex, message: &Message) -> bool {
        let plan = &self.plan.backlogs[backlog as usize];
        !plan.has_conditions
            || plan.members.iter().any(|edge| {
                self.plan.edges[*edge as usize].passes[message.class as usize]
                    && self.meets_condition(*edge, message)
            })
    }

    /// Whether a message goes over a bind edge now.
    #[inline]
    pub(super) fn is_bound(&self, edge: EdgeIndex, message: &Message) -> bool {
        self.plan.edges[edge as usize].passes[message.class as usize]
            && !self.world.edges[edge as usize].is_paused
    }

    /// A copy goes over a bind edge. It is an event of its own even without latency: channels
    /// that are bound in a circle must not keep an instant from ending unseen.
    pub(super) fn pass_on(&mut self, edge: EdgeIndex, message: &Message, attempt: u32) {
        let passage = self.passage(edge, message, 1);
        if passage.is_lost {
            return self.drop_message(edge, DropReason::Lost, message);
        }
        let held = passage.held_by.and_then(|fault| self.end_of(fault)).unwrap_or_default();
        let latency = self.latency(edge).saturating_add(passage.extra).saturating_add(held);
        let to = self.plan.edges[edge as usize].to;
        if let Some(after) = passage.twice {
            self.note(EntryKind::Duplicated, edge, 0, 0, message);
            self.world.totals.copies += 1;
            self.set_out((to, edge), message, attempt, latency.saturating_add(after));
        }
        self.set_out((to, edge), message, attempt, latency);
    }

    fn set_out(
        &mut self,
        (to, edge): (NodeIndex, EdgeIndex),
        message: &Message,
        attempt: u32,
        latency: Span,
    ) {
        let slot = self.put_in_transit(to, edge, message, NONE);
        self.world.transits[slot].attempt = attempt;
        self.set_off(slot, latency);
    }

    /// Puts a message on its way to a channel.
    pub(super) fn send_to(
        &mut self,
        channel: NodeIndex,
        edge: EdgeIndex,
        message: &Message,
        death: u32,
        latency: Span,
    ) {
        let slot = self.put_in_transit(channel, edge, message, death);
        self.set_off(slot, latency);
    }

    /// A message that is about to leave for a channel.
    pub(super) fn put_in_transit(
        &mut self,
        channel: NodeIndex,
        edge: EdgeIndex,
        message: &Message,
        death: u32,
    ) -> u32 {
        self.world.transits.insert(Transit {
            message: *message,
            edge,
            channel,
            attempt: 1,
            death,
            is_duplicate: false,
            is_admitted: false,
            sent_at: self.world.now,
            arrives_at: self.world.now,
        })
    }

    fn set_off(&mut self, slot: u32, latency: Span) {
        let channel = self.world.transits[slot].channel;
        self.world.transits[slot].arrives_at = self.world.now.after(latency);
        let event = Event::about(EventKind::TransitArrives, slot);
        self.schedule_in(latency, Phase::Arrive, self.plan.node_rank(channel), event);
    }

    /// Whether a subscription takes messages of this class: one of its members does.
    pub(super) fn is_wanted(&self, backlog: BacklogIndex, message: &Message) -> bool {
        let members = &self.plan.backlogs[backlog as usize].members;
        let takes =
            |edge: &EdgeIndex| self.plan.edges[*edge as usize].passes[message.class as usize];
        members.is_empty() || members.iter().any(takes)
    }

    /// Why a channel does not take a message, if it does not.
    fn refusal(&self, plan: &PlanChannel, message: &Message) -> Option<DropReason> {
        let semantics = &plan.semantics;
        let state = &self.world.channels[self.plan.nodes[plan.node as usize].part as usize];
        let alive = semantics.replicas.saturating_sub(state.replicas_down);
        let needs_others = match semantics.confirm {
            Confirm::AllInSync | Confirm::Quorum => true,
            Confirm::Leader | Confirm::Bound | Confirm::Unconfirmed => false,
        };
        if needs_others && alive < semantics.min_in_sync {
            return Some(DropReason::Refused);
        }
        let bytes = self.bytes_of(message);
        if semantics.max_message_bytes > 0 && bytes > semantics.max_message_bytes {
            return Some(DropReason::Refused);
        }
        let is_full = |backlog: &BacklogIndex| {
            self.rules(*backlog).overflow == Overflow::RejectPublish
                && self.is_wanted(*backlog, message)
                && self.is_full(*backlog)
        };
        plan.backlogs.iter().any(is_full).then_some(DropReason::Overflow)
    }

    /// A publisher learns that its message was not taken: it tries again as the contract of its
    /// edge says, or gives up. A full queue that dead-letters what it refuses does so.
    pub(super) fn refuse(
        &mut self,
        node: NodeIndex,
        message: &Message,
        coming: Coming,
        reason: DropReason,
    ) {
        let Coming { edge, attempt, .. } = coming;
        let is_publish = edge != NONE && self.plan.edges[edge as usize].kind == EdgeKind::Publish;
        if is_publish {
            self.note(EntryKind::Refused, edge, attempt, 0, message);
            let retry = self.plan.edges[edge as usize].retry.as_ref();
            if retry.is_some_and(|retry| attempt < retry.attempts)
                && self.takes_retry(edge, (attempt, message), Failure::Overflow)
            {
                self.note_retry(node, message, edge);
                return self.publish_again(edge, message, attempt);
            }
            self.end_retry(node, message, edge);
        } else if edge != NONE {
            self.tell_publisher(self.plan.edges[edge as usize].from, message, attempt);
        }
        let plan = self.channel_plan(node);
        let is_dead = reason == DropReason::Overflow
            && plan.semantics.dead_letters.contains(&flowbench_model::channel::Trigger::Overflow);
        match (is_dead, plan.dead_letter) {
            (true, Some(channel)) => {
                let backlog = plan.backlogs.first().copied().unwrap_or(NONE);
                self.bury_unstored(node, backlog, channel, message);
            }
            _ if is_publish => self.drop_message(edge, DropReason::Refused, message),
            _ if reason == DropReason::Unroutable => self.drop_message(node, reason, message),
            _ => self.drop_message(node, DropReason::Overflow, message),
        }
    }

    /// What a channel that others are bound to has passed on was refused. Its publisher learns of
    /// it where it waits for all of them, once, and may try again with all of them.
    fn tell_publisher(&mut self, router: NodeIndex, message: &Message, attempt: u32) {
        if self.channel_plan(router).semantics.confirm != Confirm::Bound {
            return;
        }
        let edges = || (0..).zip(&self.plan.edges).filter(|(_, edge)| edge.to == router);
        let publish = |edge: &PlanEdge| edge.kind == EdgeKind::Publish;
        let own = edges().find(|(_, edge)| publish(edge) && edge.from == message.source);
        let Some((own, edge)) = own else {
            let before = edges().filter(|(_, edge)| edge.kind == EdgeKind::Bind);
            let before: Vec<NodeIndex> = before.map(|(_, edge)| edge.from).collect();
            return before.into_iter().for_each(|it| self.tell_publisher(it, message, attempt));
        };
        let part = self.plan.nodes[router as usize].part;
        let told = &mut self.world.channels[part as usize].told;
        if told.contains(&(message.id, attempt)) {
            return;
        }
        if told.len() == TOLD {
            told.pop_front();
        }
        told.push_back((message.id, attempt));
        self.note(EntryKind::Refused, own, attempt, 0, message);
        if edge.retry.as_ref().is_some_and(|retry| attempt < retry.attempts)
            && self.takes_retry(own, (attempt, message), Failure::Overflow)
        {
            self.world.totals.copies += 1;
            self.publish_again(own, message, attempt);
        }
    }

    fn publish_again(&mut self, edge: EdgeIndex, message: &Message, attempt: u32) {
        let delay = self.contract_backoff(edge, attempt, message);
        let channel = self.plan.edges[edge as usize].to;
        let slot = self.world.transits.insert(Transit {
            message: *message,
            edge,
            channel,
            attempt: attempt + 1,
            death: NONE,
            is_duplicate: false,
            is_admitted: false,
            sent_at: self.world.now,
            arrives_at: self.world.now.after(delay),
        });
        let event = Event::about(EventKind::TransitArrives, slot);
        self.schedule_in(delay, Phase::Arrive, self.plan.edge_rank(edge), event);
    }

    /// Whether a channel has seen a message before, within its window. A repetition does not
    /// begin the window anew.
    fn is_repetition(&mut self, part: u32, message: &Message, coming: Coming) -> bool {
        let semantics = &self.plan.channels[part as usize].semantics;
        if semantics.idempotent_publish && coming.is_duplicate {
            return true;
        }
        let window = semantics.deduplication_window;
        if window == Span::ZERO {
            return false;
        }
        let identity = match semantics.deduplication_by {
            DeduplicationBy::Identity => match self.plan.classes[message.class as usize].identity {
                NONE => u64::from(message.id.0),
                stated => u64::from(stated) | STATED,
            },
            DeduplicationBy::Key => message.key,
        };
        let scope = match semantics.deduplication_scope {
            DeduplicationScope::Channel => 0,
            DeduplicationScope::Key => message.key,
        };
        let now = self.world.now;
        let state = &mut self.world.channels[part as usize];
        while let Some((at, known)) = state.seen_order.front().copied() {
            if at.after(window) > now {
                break;
            }
            state.seen_order.pop_front();
            state.seen.remove(&known);
        }
        if state.seen.contains_key(&(scope, identity)) {
            return true;
        }
        state.seen.insert((scope, identity), now);
        state.seen_order.push_back((now, (scope, identity)));
        false
    }

    /// Whether a ledger has expected the effect of what comes already.
    #[inline(always)]
    fn is_again(&self, index: BacklogIndex, coming: &Coming) -> bool {
        coming.is_duplicate && self.plan.backlogs[index as usize].ledger != NONE
    }

    /// A copy comes into being, as a dead letter or not.
    #[inline(always)]
    pub(super) fn enter_backlog(
        &mut self,
        index: BacklogIndex,
        message: &Message,
        death: u32,
        is_duplicate: bool,
    ) -> Handle {
        if death == NONE && self.is_entry_simple(index, message) {
            let lanes = self.plan.stations[index as usize].lanes;
            return self.world.enter((index, lanes), message, is_duplicate);
        }
        self.enter_by_backlog(index, message, death, is_duplicate)
    }

    #[inline(never)]
    fn enter_by_backlog(
        &mut self,
        index: BacklogIndex,
        message: &Message,
        death: u32,
        is_duplicate: bool,
    ) -> Handle {
        let plan = &self.plan.backlogs[index as usize];
        let now = self.world.now;
        let lane = self.lane_for(index, message);
        let backlog = &mut self.world.backlogs[index as usize];
        if let Layout::Partitions { .. } = plan.layout {
            backlog.store.lane_mut(lane).entered += 1;
        }
        let sequence = backlog.entered;
        backlog.entered += 1;
        backlog.present += 1;
        let is_dead = death != NONE;
        let born_at = if is_dead { self.world.deaths[death].born_at } else { now };
        let mut deadline = self.deadline(index, message, (born_at, is_dead));
        if self.is_struck(plan.channel) || self.is_struck(message.source) {
            deadline = self.struck_deadline(index, message, deadline);
        }
        if plan.keeps_history && message.marks & REPLAYED == 0 {
            self.keep_history(index, (sequence, message));
        }
        if plan.ledger != NONE && !is_duplicate && !is_dead {
            self.expect_effect(index, message);
        }
        let mut copy = MessageCopy::new(*message, index, (lane, sequence), now, is_duplicate);
        copy.entered_at = born_at;
        let handle = self.world.copies.insert_with(|| copy);
        let slot = handle.slot;
        if is_dead {
            self.world.burden_mut(slot).death = death;
        }
        if deadline.0 < u64::MAX {
            self.world.burden_mut(slot).deadline = deadline;
            self.watch_expiry(index, slot);
        }
        let is_delayed = self.plan.has_delays
            && self.plan.classes[message.class as usize].properties.delay > Span::ZERO;
        if !plan.is_plain || is_delayed {
            self.world.backlogs[index as usize].resting_area.rise(now);
            self.enter_with_rules(index, slot);
            return handle;
        }
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.store.push(slot, lane);
        backlog.begin_waiting(now);
        self.backlog_changed(index);
        handle
    }

    /// The lane that a message belongs to; of a store by keys it is known when it is ready.
    fn lane_for(&mut self, index: BacklogIndex, message: &Message) -> u32 {
        let plan = &self.plan.backlogs[index as usize];
        match plan.layout {
            Layout::Single | Layout::Keys => 0,
            Layout::Levels { count } => {
                let asked = self.plan.classes[message.class as usize].properties.priority;
                asked.unwrap_or(plan.semantics.default_priority).min(count - 1)
            }
            Layout::Partitions { count, .. } => match plan.semantics.partition_by {
                PartitionBy::KeyHash | PartitionBy::KeyModulo => {
                    self.plan.stations[index as usize].lanes.of_key(message.key)
                }
                PartitionBy::RoundRobin => {
                    (self.world.backlogs[index as usize].entered % u64::from(count)) as u32
                }
                PartitionBy::StickyBatch => {
                    let (lane, sent) = &mut self.world.backlogs[index as usize].group.batch;
                    if *sent == STICKY_BATCH {
                        (*lane, *sent) = ((*lane + 1) % count, 0);
                    }
                    *sent += 1;
                    *lane
                }
            },
        }
    }

    /// A copy waits for a consumer, or expires now if its time has passed meanwhile.
    pub(super) fn make_ready(&mut self, slot: u32, place: ReturnsTo) {
        let copy = &mut self.world.copies[slot];
        copy.state = CopyState::Ready;
        let (index, key) = (copy.backlog, copy.message.key);
        let message = copy.message;
        let bytes = self.bytes_of(&message);
        let is_by_key = self.plan.backlogs[index as usize].layout == Layout::Keys;
        let owner = if is_by_key { self.owner_of_key(index, key) } else { 0 };
        let copies = &mut self.world.copies;
        let backlog = &mut self.world.backlogs[index as usize];
        if is_by_key {
            copies[slot].lane = backlog.store.lane_of_key(key, owner);
        }
        let lane = copies[slot].lane;
        backlog.store.put_back(slot, lane, place, |other| copies[other].sequence);
        backlog.add_ready(self.world.now);
        backlog.bytes += bytes;
        let deadline = self.world.burden(&self.world.copies[slot]).deadline;
        if self.expires_at_once(index) && deadline < self.world.now {
            self.expire(slot);
        } else {
            self.backlog_changed(index);
        }
    }

    /// Takes a waiting copy out of its backlog, wherever it stands.
    pub(super) fn take_out(&mut self, slot: u32) -> MessageCopy {
        let copy = self.world.copies.remove(slot);
        let bytes = self.bytes_of(&copy.message);
        let backlog = &mut self.world.backlogs[copy.backlog as usize];
        backlog.store.remove(slot, copy.lane);
        backlog.end_waiting(self.world.now);
        backlog.bytes = backlog.bytes.saturating_sub(bytes);
        backlog.present -= 1;
        copy
    }

    /// A copy that was handed out leaves its backlog for good; its partition goes on.
    #[inline]
    pub(super) fn leave(&mut self, slot: u32) -> MessageCopy {
        let copy = self.world.copies.remove(slot);
        let backlog = &mut self.world.backlogs[copy.backlog as usize];
        backlog.remove(copy.state, self.world.now);
        backlog.store.release(copy.lane);
        self.apply_moves(copy.backlog);
        self.backlog_changed(copy.backlog);
        copy
    }

    /// What a failure in a channel says about a copy that nobody had.
    pub(super) fn channel_failure(&mut self, slot: u32, failure: Failure) {
        let now = self.world.now;
        self.world.burden_mut(slot).note_failure(failure, now);
    }

    /// Whether a channel of this backlog keeps nothing.
    pub(super) fn is_transient(&self, index: BacklogIndex) -> bool {
        self.plan.backlogs[index as usize].semantics.storage == Storage::Transient
    }
}
