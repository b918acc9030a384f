//! The short way of a message that no rule of its channel or consumer holds up, and that no fault
//! strikes now: nearly all of them. What happens is what the long way does, looked up in fewer
//! places.

use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message, MessageId};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex, Plan, PlanPoison, Station, Way};
use crate::record::{Entry, EntryKind, Failure};
use crate::slab::Slab;
use crate::world::{
    Burden, ConsumerState, CopyState, EdgeState, MessageCopy, Stage, SubscriptionCounts, Task,
    Work, World,
};

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
            backlog.end_waiting(self.world.now);
            backlog.begin_in_flight(self.world.now);
            self.deliver_lean(slot, station.edge);
        }
    }

    /// A copy that was counted as handed out is with its consumer, which begins.
    #[inline(always)]
    pub(super) fn deliver_lean(&mut self, slot: u32, edge: EdgeIndex) {
        let plan = self.plan;
        let World { now, copies, edges, consumers, works, .. } = &mut *self.world;
        let way = &plan.ways[edge as usize];
        let (copy, handle) = copies.with_handle(slot);
        let (counts, consumer) =
            (&mut edges[edge as usize].counts, &mut consumers[way.part as usize]);
        counts.in_work += 1;
        consumer.begin_busy(*now);
        count_attempt(copy, edge, *now, counts);
        let work = begin(plan, way, (copy, handle), consumer, *now);
        let entry = delivered(copy, edge, *now);
        self.recorder.entry_at(plan, &entry, &copy.message, way.key);
        let is_well = *now >= consumer.cold_until;
        copy.work = works.insert_with(|| work).slot;
        let (work, may_answer) = (copy.work, copy.message.expectation != MessageId::NONE);
        self.wait_for_end(work, way.to, is_well, may_answer);
    }

    /// Puts the end of work that has begun on the calendar. What was begun may be a reply.
    #[inline(always)]
    fn wait_for_end(&mut self, slot: u32, node: NodeIndex, is_well: bool, may_answer: bool) {
        let World { works, calendar, .. } = &mut *self.world;
        let ends_at = works[slot].ends_at;
        if is_well {
            let event = Event::about(EventKind::WorkDone, slot);
            calendar.schedule(ends_at, Phase::Settle, self.plan.node_rank(node), event);
        } else {
            self.begin_cold(slot, ends_at);
        }
        if may_answer {
            self.answer(slot);
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

    /// Whether work that is done is concluded by the short way: nobody was called, the copy says
    /// all about the attempt, so that nobody took it back, and its consumer has nothing else in
    /// its hands.
    #[inline(always)]
    fn is_conclusion_lean(&self, work: &Work, slot: u32, edge: EdgeIndex) -> bool {
        work.stage == Stage::Service
            && !work.is_cancelled
            && !work.is_fetched
            && work.kept == NONE
            && work.ends_at <= self.world.now
            && self.is_way_lean(edge)
            && self.world.copies[slot].message.is_untouched()
    }

    /// A consumer's own work is done.
    #[inline]
    pub(super) fn work_done(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        match work.task {
            Task::Copy { copy, edge, .. } if self.is_conclusion_lean(work, copy.slot, edge) => {
                if self.plan.ways[edge as usize].is_quiet {
                    return self.settle_lean(slot, copy.slot, edge, false);
                }
                if let Some(had_effect) = self.conclude_lean(slot, copy.slot, edge) {
                    self.settle_lean(slot, copy.slot, edge, had_effect);
                }
            }
            Task::Copy { .. } | Task::Call(_) => self.work_done_by_rules(slot),
        }
    }

    /// A copy was handled: its consumer is free again and its backlog goes on.
    #[inline(always)]
    fn settle_lean(&mut self, work: u32, slot: u32, edge: EdgeIndex, had_effect: bool) {
        if !self.turn_over(work, slot, edge, had_effect) {
            self.free_lean(work, edge);
            self.acknowledge_lean(slot, edge, had_effect);
        }
    }

    /// An attempt succeeds and has its effects, if it does; whether it had its effect before.
    fn conclude_lean(&mut self, slot: u32, copy: u32, edge: EdgeIndex) -> Option<bool> {
        let way = &self.plan.ways[edge as usize];
        let (index, message) = (way.part, self.world.copies[copy].message);
        let consumer = &self.plan.consumers[index as usize];
        let handler = match way.handler {
            Some(handler) => consumer.handlers.get(handler as usize),
            None => consumer.handler(message.message_type),
        };
        if handler.is_some_and(|handler| !handler.calls.is_empty()) {
            self.work_done_by_rules(slot);
            return None;
        }
        let transient = handler.map_or(0.0, |handler| handler.transient);
        let state = &mut self.world.consumers[index as usize];
        if consumer.can_fail && state.failures.unit() < transient {
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
        let had_effect = consumer.remembers
            && self.world.consumers[index as usize].note_effect(message.id.0, true);
        for emission in handler.map_or(&[][..], |handler| &handler.emissions) {
            self.emit(consumer.node, emission, &message);
        }
        Some(had_effect)
    }

    /// A consumer is free again.
    fn free_lean(&mut self, slot: u32, edge: EdgeIndex) {
        let way = &self.plan.ways[edge as usize];
        let World { now, works, consumers, .. } = &mut *self.world;
        works.free(slot);
        let consumer = &mut consumers[way.part as usize];
        consumer.end_busy(*now);
        if !way.is_only_source || !consumer.waiting_calls.is_empty() || !consumer.fetched.is_empty()
        {
            self.begin_fetched(way.part);
            self.consumer_changed(way.part);
        }
    }

    /// A copy that was handled leaves its backlog; its partition goes on.
    fn acknowledge_lean(&mut self, slot: u32, edge: EdgeIndex, had_effect: bool) {
        let World { now, copies, backlogs, edges, totals, unsettled, .. } = &mut *self.world;
        let (plan, recorder) = (self.plan, &mut *self.recorder);
        let (index, lane, burden) = copies.free_after(slot, |copy| {
            let entry = acknowledged(copy, edge, *now, had_effect);
            recorder.entry(plan, &entry, Some(&copy.message));
            (copy.backlog, copy.lane, copy.burden)
        });
        let counts = &mut edges[edge as usize].counts;
        counts.acknowledged += 1;
        counts.in_work -= 1;
        totals.acknowledged += 1;
        let backlog = &mut backlogs[index as usize];
        backlog.present -= 1;
        backlog.end_in_flight(*now);
        backlog.store.release(lane);
        backlog.note_change(index, unsettled);
        if !backlog.group.moves.is_empty() {
            self.apply_moves(index);
        }
        if burden != NONE {
            self.forget_burden(burden);
        }
    }

    /// A copy that was handled leaves its backlog, and its consumer begins with what comes after
    /// it there: the same as settling now and handing out at the end of the instant, in one go.
    /// That is so if this is the last event of its instant, and what would be handed out first is
    /// the next of this backlog; else nothing happens, and this says so.
    #[inline(always)]
    fn turn_over(&mut self, work: u32, slot: u32, edge: EdgeIndex, had_effect: bool) -> bool {
        let plan = self.plan;
        let way = &plan.ways[edge as usize];
        if !way.turns_over || !self.is_end_of_instant(way.backlog) {
            return false;
        }
        let World { now, copies, burdens, backlogs, edges, consumers, works, totals, .. } =
            &mut *self.world;
        let (now, recorder) = (*now, &mut *self.recorder);
        let consumer = &mut consumers[way.part as usize];
        let backlog = &mut backlogs[way.backlog as usize];
        if !consumer.has_only(way) || !backlog.group.moves.is_empty() {
            return false;
        }
        let copy = &copies[slot];
        if copy.burden != NONE && !lay_down(copy.burden, burdens) {
            return false;
        }
        let lane = copy.lane;
        let entry = acknowledged(copy, edge, now, had_effect);
        recorder.entry_at(plan, &entry, &copy.message, way.key);
        copies.free(slot);
        let counts = &mut edges[edge as usize].counts;
        counts.acknowledged += 1;
        totals.acknowledged += 1;
        backlog.present -= 1;
        let next = backlog.store.exchange(lane, way.member);
        let Some(next) = next else {
            counts.in_work -= 1;
            consumer.end_busy(now);
            works.free(work);
            backlog.end_in_flight(now);
            backlog.measure(now);
            return true;
        };
        backlog.end_waiting(now);
        backlog.next_member = way.next_member;
        let (copy, handle) = copies.with_handle(next);
        count_attempt(copy, edge, now, counts);
        copy.work = work;
        let next_work = begin(plan, way, (copy, handle), consumer, now);
        works.renew(work, |work| {
            work.task = next_work.task;
            work.began_at = next_work.began_at;
            work.ends_at = next_work.ends_at;
        });
        recorder.entry_at(plan, &delivered(copy, edge, now), &copy.message, way.key);
        backlog.measure(now);
        let is_well = now >= consumer.cold_until;
        let may_answer = copy.message.expectation != MessageId::NONE;
        self.wait_for_end(work, way.to, is_well, may_answer);
        self.go_on_at_once(way.backlog);
        true
    }

    /// Whether all that can happen at this instant has happened but for handing out, which begins
    /// with this backlog.
    #[inline(always)]
    fn is_end_of_instant(&self, index: BacklogIndex) -> bool {
        self.world.is_time_over() && self.world.unsettled.begins_with(index)
    }

    /// An instant that goes on after all, because work takes no time, has handed out everything
    /// before.
    #[inline(always)]
    fn go_on_at_once(&mut self, index: BacklogIndex) {
        if !self.world.calendar.is_past(self.world.now) {
            self.interrupt_instant();
        }
        debug_assert!(
            self.has_handed_out(index),
            "invariant: what could be handed out before an end of work was"
        );
    }

    /// Whether a message has nothing to do in a backlog but to wait.
    #[inline(always)]
    pub(super) fn is_entry_simple(&self, index: BacklogIndex, message: &Message) -> bool {
        let station = &self.plan.stations[index as usize];
        station.is_simple && self.is_calm(station.channel) && self.is_calm(message.source)
    }
}

/// Notes that an attempt begins.
#[inline(always)]
fn count_attempt(
    copy: &mut MessageCopy,
    edge: EdgeIndex,
    now: Time,
    counts: &mut SubscriptionCounts,
) {
    copy.state = CopyState::InWork;
    copy.edge = edge;
    copy.deliveries += 1;
    copy.due = now;
    counts.delivered += 1;
    if copy.deliveries > 1 {
        counts.redelivered += 1;
    }
}

impl ConsumerState {
    /// Whether nothing but a subscription with free slots wants anything of it.
    #[inline(always)]
    fn has_only(&self, way: &Way) -> bool {
        self.busy <= way.concurrency && self.waiting_calls.is_empty() && self.fetched.is_empty()
    }
}

/// Forgets what a copy had that few have, unless it is a dead letter; whether it did.
#[cold]
fn lay_down(burden: u32, burdens: &mut Slab<Burden>) -> bool {
    let is_light = burdens[burden].death == NONE;
    if is_light {
        burdens.free(burden);
    }
    is_light
}

/// What the record says of a copy that was handled.
#[inline(always)]
fn acknowledged(copy: &MessageCopy, edge: EdgeIndex, now: Time, had_effect: bool) -> Entry {
    let place = (EntryKind::Acknowledged, edge);
    Entry::of(&copy.message, now, place, copy.deliveries, u64::from(had_effect))
}

/// What the record says of an attempt that begins.
#[inline(always)]
fn delivered(copy: &MessageCopy, edge: EdgeIndex, now: Time) -> Entry {
    Entry::of(&copy.message, now, (EntryKind::Delivered, edge), copy.deliveries, 0)
}

/// The work on a copy, as long as it takes a consumer that is well.
#[inline(always)]
fn begin(
    plan: &Plan,
    way: &Way,
    (copy, handle): (&MessageCopy, Handle),
    consumer: &mut ConsumerState,
    now: Time,
) -> Work {
    let planned = || plan.consumers[way.part as usize].service_of(copy.message.message_type);
    let (handler, service) = match way.handler {
        Some(handler) => (handler, &way.service),
        None => planned(),
    };
    debug_assert_eq!(
        handler,
        planned().0,
        "invariant: what an edge carries has the handler that was planned"
    );
    Work {
        kept: NONE,
        consumer: way.part,
        task: Task::Copy { copy: handle, edge: copy.edge, is_late: false },
        stage: Stage::Service,
        began_at: now,
        ends_at: now.after(service.draw(&mut consumer.service, &plan.ziggurat)),
        is_cancelled: false,
        is_fetched: false,
    }
}
