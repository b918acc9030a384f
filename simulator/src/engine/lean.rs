//! The short way of a message that no rule of its channel or consumer holds up, and that no fault
//! strikes now: nearly all of them. What happens is what the long way does, looked up in fewer
//! places.

use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex, PlanPoison, Station};
use crate::record::{Entry, EntryKind, Failure};
use crate::world::{CopyState, EdgeState, MessageCopy, Stage, Task, Work, World};

impl Engine<'_> {
    /// Whether no fault looks at a node.
    #[inline(always)]
    pub(super) fn is_calm(&self, node: NodeIndex) -> bool {
        self.world.disturbances == 0 || self.world.nodes[node as usize].faults.is_empty()
    }

    /// Whether no fault looks at an edge, and it is not paused.
    #[inline(always)]
    pub(super) fn is_edge_calm(&self, edge: EdgeIndex) -> bool {
        let is_calm = |state: &EdgeState| state.faults.is_empty() && !state.is_paused;
        self.world.disturbances == 0 || is_calm(&self.world.edges[edge as usize])
    }

    /// Whether a delivery over an edge, and what comes of it, takes the short way now.
    #[inline(always)]
    pub(super) fn is_way_lean(&self, edge: EdgeIndex) -> bool {
        let way = &self.plan.ways[edge as usize];
        way.is_lean
            && (self.world.disturbances == 0
                || self.is_edge_calm(edge) && self.is_calm(way.from) && self.is_calm(way.to))
    }

    /// Whether a backlog is served by the short way now.
    #[inline(always)]
    pub(super) fn is_station_lean(&self, station: &Station) -> bool {
        station.is_lean && (self.world.disturbances == 0 || self.is_way_lean(station.edge))
    }

    /// Hands out what waits in a backlog with one member and no rules.
    #[inline(always)]
    pub(super) fn serve_lean(&mut self, index: BacklogIndex, station: &Station) {
        loop {
            let backlog = &mut self.world.backlogs[index as usize];
            backlog.is_changed = false;
            if backlog.ready == 0 {
                return;
            }
            if self.world.consumers[station.consumer as usize].busy >= station.concurrency {
                return backlog.measure(self.world.now);
            }
            let Some((slot, _)) = backlog.store.take(0) else {
                return backlog.measure(self.world.now);
            };
            backlog.ready -= 1;
            backlog.in_flight += 1;
            self.deliver_lean(slot, station.edge);
        }
    }

    /// A copy that was counted as handed out is with its consumer, which begins.
    #[inline(always)]
    pub(super) fn deliver_lean(&mut self, slot: u32, edge: EdgeIndex) {
        let plan = self.plan;
        let World { now, copies, edges, consumers, works, calendar, totals, .. } = &mut *self.world;
        let (now, way) = (*now, &plan.ways[edge as usize]);
        let (copy, handle) = copies.with_handle(slot);
        copy.state = CopyState::InWork;
        copy.edge = edge;
        copy.deliveries += 1;
        copy.due = now;
        let (attempt, message) = (copy.deliveries, &copy.message);
        let (handler, service) = match way.handler {
            Some(handler) => (handler, &way.service),
            None => plan.consumers[way.part as usize].service_of(message.message_type),
        };
        debug_assert_eq!(
            handler,
            plan.consumers[way.part as usize].service_of(message.message_type).0,
            "invariant: what an edge carries has the handler that was planned"
        );
        let state = &mut consumers[way.part as usize];
        state.busy += 1;
        let ends_at = now.after(service.draw(&mut state.service, &plan.ziggurat));
        let is_well = now >= state.cold_until;
        let repeated = u64::from(attempt > 1);
        let counts = &mut edges[edge as usize].counts;
        counts.in_work += 1;
        counts.delivered += 1;
        counts.redelivered += repeated;
        totals.delivered += 1;
        totals.redelivered += repeated;
        let entry = Entry::of(message, now, (EntryKind::Delivered, edge), attempt, 0);
        self.recorder.entry(plan, &entry, Some(message));
        let (consumer, node) = (way.part, way.to);
        let expectation = message.expectation;
        let work = works.insert_with(|| Work {
            kept: NONE,
            expectation,
            consumer,
            handler,
            task: Task::Copy { copy: handle, edge, is_late: false },
            stage: Stage::Service,
            attempt,
            began_at: now,
            ends_at,
            is_cancelled: false,
            is_fetched: false,
        });
        copy.work = work.slot;
        if is_well {
            let event = Event::about(EventKind::WorkDone, work.slot);
            calendar.schedule(ends_at, Phase::Settle, plan.node_rank(node), event);
        } else {
            self.begin_cold(work.slot, ends_at);
        }
        if expectation != Handle::NONE {
            self.answer(work.slot);
        }
    }

    /// Work takes longer after a restart.
    #[cold]
    fn begin_cold(&mut self, slot: u32, ends_at: Time) {
        let own = ends_at.since(self.world.now);
        let ends_at = self.world.now.after(self.struck_service(slot, own));
        self.world.works[slot].ends_at = ends_at;
        let node = self.plan.consumers[self.world.works[slot].consumer as usize].node;
        let event = Event::about(EventKind::WorkDone, slot);
        self.world.calendar.schedule(ends_at, Phase::Settle, self.plan.node_rank(node), event);
    }

    /// Whether work that is done is concluded by the short way: nobody was called, nobody took
    /// the message back, and its consumer has nothing else in its hands.
    #[inline(always)]
    fn is_conclusion_lean(&self, work: &Work, slot: u32, edge: EdgeIndex) -> bool {
        work.stage == Stage::Service
            && !work.is_cancelled
            && !work.is_fetched
            && work.ends_at <= self.world.now
            && self.is_way_lean(edge)
            && self.world.copies[slot].message.is_untouched()
    }

    /// A consumer's own work is done.
    #[inline]
    pub(super) fn work_done(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        match work.task {
            Task::Copy { copy, edge, is_late: false }
                if self.is_conclusion_lean(work, copy.slot, edge) =>
            {
                let (consumer, attempt) = (work.consumer, work.attempt);
                let way = &self.plan.ways[edge as usize];
                let concluded = if way.is_quiet { Some(false) } else { self.conclude_lean(slot) };
                let Some(had_effect) = concluded else { return };
                self.free_lean(slot, consumer, way.is_only_source);
                self.acknowledge_lean(copy.slot, edge, attempt, had_effect);
            }
            Task::Copy { .. } | Task::Call(_) => self.work_done_by_rules(slot),
        }
    }

    /// An attempt succeeds and has its effects, if it does; whether it had its effect before.
    fn conclude_lean(&mut self, slot: u32) -> Option<bool> {
        let work = &self.world.works[slot];
        let (index, message) = (work.consumer, self.world.message_in(work));
        let consumer = &self.plan.consumers[index as usize];
        let handler = consumer.handlers.get(work.handler as usize);
        if handler.is_some_and(|handler| !handler.calls.is_empty()) {
            self.work_done_by_rules(slot);
            return None;
        }
        let transient = handler.map_or(0.0, |handler| handler.transient);
        let failures = &mut self.world.consumers[index as usize].failures;
        if consumer.can_fail && failures.unit() < transient {
            self.fail(slot, Failure::Transient);
            return None;
        }
        if let Some(handler) = handler
            && handler.poison != PlanPoison::None
            && self.is_poison(index, &handler.poison, &message)
        {
            self.fail(slot, Failure::Poison);
            return None;
        }
        let state = &mut self.world.consumers[index as usize];
        let had_effect = consumer.remembers && state.note_effect(message.id.0, true);
        for emission in handler.map_or(&[][..], |handler| &handler.emissions) {
            self.emit(consumer.node, emission, &message);
        }
        Some(had_effect)
    }

    /// A consumer is free again.
    #[inline(always)]
    fn free_lean(&mut self, slot: u32, index: u32, is_only: bool) {
        let World { works, consumers, .. } = &mut *self.world;
        works.free(slot);
        let consumer = &mut consumers[index as usize];
        consumer.busy -= 1;
        if !is_only || !consumer.waiting_calls.is_empty() || !consumer.fetched.is_empty() {
            self.begin_fetched(index);
            self.consumer_changed(index);
        }
    }

    /// A copy that was handled leaves its backlog; its partition goes on.
    #[inline(always)]
    fn acknowledge_lean(&mut self, slot: u32, edge: EdgeIndex, attempt: u32, had_effect: bool) {
        let World { now, copies, backlogs, edges, totals, changed_backlogs, .. } = &mut *self.world;
        let (plan, recorder) = (self.plan, &mut *self.recorder);
        let (index, lane, death) = copies.free_after(slot, |copy| {
            let (place, effect) = ((EntryKind::Acknowledged, edge), u64::from(had_effect));
            let entry = Entry::of(&copy.message, *now, place, attempt, effect);
            recorder.entry(plan, &entry, Some(&copy.message));
            (copy.backlog, copy.lane, copy.death)
        });
        let counts = &mut edges[edge as usize].counts;
        counts.acknowledged += 1;
        counts.in_work -= 1;
        totals.acknowledged += 1;
        let backlog = &mut backlogs[index as usize];
        backlog.present -= 1;
        backlog.in_flight -= 1;
        backlog.store.release(lane);
        backlog.note_change(index, changed_backlogs);
        if !backlog.group.moves.is_empty() {
            self.apply_moves(index);
        }
        if death != NONE {
            self.forget_death(death);
        }
    }

    /// A message that reaches a channel where one backlog gets all, and nothing is asked of it.
    #[inline(always)]
    pub(super) fn arrive_lean(&mut self, channel: NodeIndex, message: &Message, only: u32) {
        self.note(EntryKind::Arrived, channel, 0, 0, message);
        self.enter_backlog(only, message, NONE, false);
    }

    /// The backlog that a message comes to over an edge, if it is the only one and no fault is at
    /// the channel nor a mark on the message.
    #[inline(always)]
    pub(super) fn only_backlog(&self, edge: EdgeIndex, message: &Message) -> Option<BacklogIndex> {
        let way = self.plan.ways.get(edge as usize)?;
        let is_lean = way.only != NONE && message.marks == 0 && self.is_calm(way.to);
        is_lean.then_some(way.only)
    }

    /// Whether a message has nothing to do in a backlog but to wait.
    #[inline(always)]
    pub(super) fn is_entry_simple(&self, index: BacklogIndex, message: &Message) -> bool {
        let station = &self.plan.stations[index as usize];
        station.is_simple && self.is_calm(station.channel) && self.is_calm(message.source)
    }

    /// A copy comes into being and waits.
    #[inline(always)]
    pub(super) fn enter_simple(
        &mut self,
        index: BacklogIndex,
        message: &Message,
        is_duplicate: bool,
    ) -> Handle {
        let station = &self.plan.stations[index as usize];
        let World { now, copies, backlogs, changed_backlogs, .. } = &mut *self.world;
        let backlog = &mut backlogs[index as usize];
        let mut lane = 0;
        if station.partitions > 0 {
            lane = station.partition_of(message.key);
            backlog.store.lane_mut(lane).entered += 1;
        }
        let (sequence, now) = (backlog.entered, *now);
        backlog.entered += 1;
        backlog.present += 1;
        backlog.ready += 1;
        let handle = copies
            .insert_with(|| MessageCopy::new(*message, index, (lane, sequence), now, is_duplicate));
        backlog.store.push(handle.slot, lane);
        backlog.note_change(index, changed_backlogs);
        handle
    }
}
