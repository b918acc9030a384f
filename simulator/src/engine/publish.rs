//! Producers, and the way of a message from its publisher to a channel.

use flowbench_model::channel::{Confirm, Overflow};
use flowbench_model::edge::EdgeKind;
use flowbench_model::node::Keys;
use flowbench_model::time::{Span, Time};

use super::Engine;
use super::channel::Coming;
use super::fault::Passage;
use super::route::Publication;
use crate::calendar::{Event, EventKind, Phase};
use crate::dist::{Sampler, whole};
use crate::message::{Message, MessageId};
use crate::plan::{ClassIndex, EdgeIndex, NONE, NodeIndex, PlanWorkload};
use crate::record::{DropReason, EntryKind};
use crate::rng::Ziggurat;
use crate::world::{HaltCause, Transit, WorkloadState};

impl WorkloadState {
    /// When a workload arrives next, if it does: `from` is its last arrival, or when it begins.
    #[inline(always)]
    fn next(&mut self, plan: &PlanWorkload, from: Time, ziggurat: &Ziggurat) -> Option<Time> {
        if self.done >= plan.count {
            return None;
        }
        if plan.is_by_chance {
            let gap = ziggurat.exponential(&mut self.arrivals);
            return Some(from.after(Span(whole(gap * plan.mean_gap_ns))));
        }
        plan.arrival(self.done)
    }

    /// The ordering key of the next message; none if each has its own.
    #[inline(always)]
    pub(super) fn key(&mut self, keys: Keys) -> Option<u64> {
        match keys {
            Keys::Unique => None,
            Keys::Uniform(n) => Some(self.keys.below(n)),
            Keys::RoundRobin(n) => Some(self.done % n),
            Keys::Constant(key) => Some(key),
        }
    }
}

impl Engine<'_> {
    /// Puts the first arrival of a workload on the calendar, if there is one.
    pub(super) fn schedule_arrival(&mut self, index: u32) {
        let plan = &self.plan.workloads[index as usize];
        if plan.replay != NONE {
            return self.schedule_replay(index);
        }
        let next = self.world.workloads[index as usize].next(plan, plan.start, &self.plan.ziggurat);
        self.schedule_next(index, plan.producer, next);
    }

    #[inline(always)]
    fn schedule_next(&mut self, index: u32, producer: NodeIndex, next: Option<Time>) {
        let Some(at) = next else { return };
        let event = Event::about(EventKind::Workload, index);
        self.world.calendar.schedule(at, Phase::Arrive, self.plan.node_rank(producer), event);
    }

    /// A producer publishes. While it is down, what it would have published never exists; its
    /// luck goes on as if it had.
    pub(super) fn arrival(&mut self, index: u32) {
        let plan = &self.plan.workloads[index as usize];
        let state = &mut self.world.workloads[index as usize];
        let key = state.key(plan.keys);
        state.done += 1;
        let next = state.next(plan, self.world.now, &self.plan.ziggurat);
        let (source, class, message_type) = (plan.producer, plan.class, plan.message_type);
        if let Some(route) = &plan.route
            && self.is_route_open(route, source)
        {
            let publication = Publication { source, class, message_type, key, cause: None };
            self.schedule_next(index, source, next);
            self.publish_on(route, &publication, true);
        } else {
            self.arrival_by_rules(index, key);
            self.schedule_next(index, source, next);
        }
    }

    #[inline(never)]
    pub(super) fn arrival_by_rules(&mut self, index: u32, key: Option<u64>) {
        let producer = self.plan.workloads[index as usize].producer;
        if self.is_calm(producer) || self.world.nodes[producer as usize].down == 0 {
            self.publish_of(index, key);
        } else {
            self.put_off_arrival(index, key);
        }
    }

    /// A new message of a node, because of another or at the origin of a chain.
    #[inline(always)]
    pub(super) fn new_message(
        &mut self,
        source: NodeIndex,
        class: ClassIndex,
        key: Option<u64>,
        cause: Option<&Message>,
    ) -> Message {
        let id = MessageId(self.world.next_message);
        if id.0 >= MessageId::NONE.0 - 1 {
            self.halt(HaltCause::TooManyMessages);
        } else {
            self.world.next_message += 1;
        }
        let node = &mut self.world.nodes[source as usize];
        node.published += 1;
        let number = node.published;
        let known = self.plan.classes.get(class as usize);
        let message_type = known.map_or(NONE, |class| class.message_type);
        let now = self.world.now;
        let message = Message::new(id, (class, message_type), (source, number), key, cause, now);
        self.recorder.message(&message);
        message
    }

    /// Puts a message on a publish edge.
    #[inline(always)]
    pub(super) fn send(&mut self, message: &Message, edge: EdgeIndex) {
        self.note(EntryKind::Published, edge, 0, message.key, message);
        if self.plan.resilience.has_guards() {
            self.note_first_attempt(edge);
        }
        self.go(message, edge, false);
    }

    /// Puts a message on a publish edge that was there before.
    pub(super) fn send_again(&mut self, message: &Message, edge: EdgeIndex) {
        self.note(EntryKind::Duplicated, edge, 0, 0, message);
        self.go(message, edge, true);
    }

    #[inline(always)]
    fn go(&mut self, message: &Message, edge: EdgeIndex, is_duplicate: bool) {
        self.world.totals.copies += 1;
        if self.is_edge_calm(edge) {
            self.travel(message, edge, is_duplicate, &Passage::default());
        } else {
            self.go_struck(message, edge, is_duplicate);
        }
    }

    #[inline(never)]
    fn go_struck(&mut self, message: &Message, edge: EdgeIndex, is_duplicate: bool) {
        let passage = self.passage(edge, message, 1);
        if passage.is_lost {
            return self.drop_message(edge, DropReason::Lost, message);
        }
        if let Some(after) = passage.twice {
            self.note(EntryKind::Duplicated, edge, 0, 0, message);
            self.world.totals.copies += 1;
            let later = Passage { extra: passage.extra.saturating_add(after), ..passage };
            self.travel(message, edge, true, &later);
        }
        self.travel(message, edge, is_duplicate, &passage);
    }

    /// How long what enters an edge now is under way.
    #[inline(always)]
    pub(super) fn latency(&mut self, edge: EdgeIndex) -> Span {
        let state = &mut self.world.edges[edge as usize];
        let latency = &self.plan.ways[edge as usize].latency;
        if let Sampler::Constant(ns) = latency {
            return Span(*ns);
        }
        latency.draw(&mut state.latency, &self.plan.ziggurat)
    }

    #[inline(always)]
    fn travel(
        &mut self,
        message: &Message,
        edge: EdgeIndex,
        is_duplicate: bool,
        passage: &Passage,
    ) {
        let latency = self.latency(edge).saturating_add(passage.extra);
        let channel = self.plan.ways[edge as usize].to;
        if latency == Span::ZERO && passage.held_by.is_none() {
            if let Some(route) = self.route_over(edge, message) {
                return self.arrive_on(route, message);
            }
            if self.takes_at_once(channel) {
                let coming = Coming { edge, attempt: 1, is_duplicate };
                return self.enter_channel(channel, message, coming);
            }
        }
        let (sent_at, arrives_at) = (self.world.now, self.world.now.after(latency));
        let transit = || Transit {
            message: *message,
            edge,
            channel,
            attempt: 1,
            death: NONE,
            is_duplicate,
            is_admitted: false,
            sent_at,
            arrives_at,
        };
        if let Some(fault) = passage.held_by {
            return self.hold_at_edge(fault, transit());
        }
        let slot = self.world.transits.insert_with(transit).slot;
        let event = Event::about(EventKind::TransitArrives, slot);
        let rank = self.plan.edge_rank(edge);
        self.world.calendar.schedule(arrives_at, Phase::Arrive, rank, event);
    }

    /// Whether a channel is up and lets nobody wait.
    #[inline]
    fn takes_at_once(&self, channel: NodeIndex) -> bool {
        let node = &self.world.nodes[channel as usize];
        node.down == 0
            && node.faults.is_empty()
            && (self.channel_plan(channel).is_open
                || self.channel_plan(channel).semantics.overflow != Overflow::BlockPublisher)
    }

    /// A message reaches its channel. While the channel is down, or is full and lets publishers
    /// wait, its publisher holds it back.
    #[inline]
    pub(super) fn transit_arrives(&mut self, slot: u32) {
        let transit = &self.world.transits[slot];
        if transit.death == NONE
            && let Some(route) = self.route_over(transit.edge, &transit.message)
        {
            return self.arrive_from(slot, route);
        }
        self.transit_arrives_by_rules(slot);
    }

    #[inline(never)]
    fn transit_arrives_by_rules(&mut self, slot: u32) {
        if !self.is_let_in(slot) {
            return;
        }
        let transit = &self.world.transits[slot];
        let (channel, is_dead) = (transit.channel, transit.death != NONE);
        let part = self.plan.nodes[channel as usize].part;
        let is_down = self.world.nodes[channel as usize].down > 0;
        if !is_down && !is_dead && self.plan.channels[part as usize].is_open {
            let (edge, attempt) = (transit.edge, transit.attempt);
            let coming = Coming { edge, attempt, is_duplicate: transit.is_duplicate };
            let message = transit.message;
            self.world.transits.free(slot);
            return self.enter_channel(channel, &message, coming);
        }
        if is_down && self.is_forgotten(slot) {
            let transit = self.world.transits.remove(slot);
            return self.drop_message(transit.edge, DropReason::ChannelDown, &transit.message);
        }
        if is_dead {
            return self.dead_letter_arrives(slot);
        }
        if is_down || self.must_wait(channel) {
            self.world.transits[slot].arrives_at = Time(u64::MAX);
            self.world.channels[part as usize].held.push_back(slot);
            return;
        }
        let transit = self.world.transits.remove(slot);
        let Transit { edge, attempt, is_duplicate, .. } = transit;
        let coming = Coming { edge, attempt, is_duplicate };
        self.enter_channel(channel, &transit.message, coming);
    }

    /// Whether a publisher sends and does not ask whether it arrived.
    fn is_forgotten(&self, slot: u32) -> bool {
        let transit = &self.world.transits[slot];
        transit.edge != NONE
            && self.plan.edges[transit.edge as usize].kind == EdgeKind::Publish
            && self.channel_plan(transit.channel).semantics.confirm == Confirm::Unconfirmed
    }

    fn must_wait(&self, channel: NodeIndex) -> bool {
        let mut backlogs = self.channel_plan(channel).backlogs.iter();
        backlogs.any(|backlog| {
            self.rules(*backlog).overflow == Overflow::BlockPublisher && self.is_full(*backlog)
        })
    }

    /// A message is gone before any subscription got it.
    pub(super) fn drop_message(&mut self, place: u32, reason: DropReason, message: &Message) {
        self.world.totals.dropped += 1;
        self.world.lost += u64::from(!reason.is_decided());
        self.note(EntryKind::Dropped, place, 0, reason.into(), message);
        self.note_loss_of_blob(message);
    }
}
