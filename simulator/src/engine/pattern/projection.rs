//! Projections: events come in, are applied, and are built into a new model; reads are answered.

use std::collections::BTreeSet;

use flowbench_model::channel::Retention;
use flowbench_model::emission::Routing;
use flowbench_model::pattern::projection::{Checkpoint, Projection, Reads, Rebuild, SideEffects};
use flowbench_model::time::{Span, Time};

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::message::{Handle, Message, MessageId};
use crate::plan::pattern::PlanPattern;
use crate::record::EntryKind;
use crate::world::Task;
use crate::world::pattern::PatternState;
use crate::world::pattern::projection::{ProjectionState, Read, Rebuilding, STALE_READ};

/// Positions of the states on the card.
const LIVE: usize = 0;
const CATCHING_UP: usize = 1;
const SWITCHED: usize = 2;
const READ_WAITS: usize = 3;

/// The timer of a rebuild; those of reads are their numbers, from 1.
const REBUILD: u64 = 0;

impl Engine<'_> {
    fn projection(&mut self, consumer: u32) -> &mut ProjectionState {
        let state = &mut self.world.patterns[consumer as usize];
        let PatternState::Projection(state) = state else {
            unreachable!("invariant: the consumer of a projection has the state of one")
        };
        state
    }

    /// An event comes in that the projection will handle.
    pub(super) fn event_comes_in(&mut self, consumer: u32, event: &Message) {
        let now = self.world.now;
        let keeps_log = self.plan.consumers[consumer as usize].is_rebuilt;
        let state = self.projection(consumer);
        if keeps_log {
            state.log.push((now, *event));
        }
        if state
            .missing
            .entry(event.key)
            .or_default()
            .insert(event.id, event.published_at)
            .is_none()
        {
            state.behind += 1;
            state.counts.behind_max = state.counts.behind_max.max(state.behind);
        }
    }

    /// An attempt begins, which may store the position of its event first.
    pub(super) fn store_position(&mut self, slot: u32, consumer: u32, plan: &Projection) {
        let is_event = matches!(self.world.works[slot].task, Task::Copy { .. });
        if plan.checkpoint == Checkpoint::BeforeRows && is_event {
            let of = self.circumstances(slot);
            let positions = &mut self.projection(consumer).positions;
            positions.entry(of.message.id).or_insert(of.attempt);
        }
    }

    /// A projector has handled an event.
    pub(super) fn project(&mut self, consumer: u32, plan: &Projection, of: &Circumstances) {
        let event = of.message.id;
        let state = self.projection(consumer);
        let is_emptied = state.rebuilding.as_ref().is_some_and(|it| it.beside.is_none());
        if is_emptied {
            // The rebuild comes by it.
            return;
        }
        let is_there = state.applied.contains(&event);
        match plan.checkpoint {
            Checkpoint::AfterRows if is_there => state.counts.twice += 1,
            Checkpoint::WithRows | Checkpoint::BeforeRows if is_there => {}
            Checkpoint::BeforeRows if state.positions.get(&event) != Some(&of.attempt) => {
                state.counts.skipped += 1;
            }
            Checkpoint::WithRows | Checkpoint::AfterRows | Checkpoint::BeforeRows => {
                self.apply(consumer, &of.message);
            }
        }
    }

    /// The rows of an event are in the model that answers.
    pub(super) fn apply(&mut self, consumer: u32, event: &Message) {
        let now = self.world.now;
        let state = self.projection(consumer);
        if !state.applied.insert(event.id) {
            return;
        }
        state.counts.applied += 1;
        if state.ever.insert(event.id) {
            let lag = now.since(event.published_at);
            state.counts.lag_max = state.counts.lag_max.max(lag);
        }
        if let Some(missing) = state.missing.get_mut(&event.key) {
            state.behind -= u64::from(missing.remove(&event.id).is_some());
            if missing.is_empty() {
                state.missing.remove(&event.key);
            }
        }
        self.wake_reads(consumer, Some(event.key));
    }

    /// Reads that have what they wait for go on.
    fn wake_reads(&mut self, consumer: u32, key: Option<u64>) {
        let state = self.projection(consumer);
        let is_ready = |read: &Read| {
            let is_meant = key.is_none_or(|key| read.question.key == key);
            read.is_waiting && is_meant && !state.is_behind(&read.question)
        };
        let ready = state.reads.iter().filter(|(_, read)| is_ready(read));
        let ready: Vec<u64> = ready.map(|(number, _)| *number).collect();
        for number in ready {
            self.go_on_reading(consumer, number);
        }
    }

    /// A call to a projection is a read of its model.
    pub(in crate::engine) fn read_model(&mut self, consumer: u32, plan: &Projection, call: Handle) {
        let now = self.world.now;
        let asked = &mut self.world.calls[call.slot];
        asked.stage = crate::world::CallStage::Served;
        let (edge, question, attempt) = (asked.edge, asked.message, asked.attempt);
        self.note(EntryKind::CallServed, edge, attempt, 0, &question);
        let state = self.projection(consumer);
        state.counts.reads += 1;
        state.last_read += 1;
        let number = state.last_read;
        let waits = match plan.reads {
            Reads::WaitForVersion(within) => Some(within).filter(|_| state.is_behind(&question)),
            Reads::AtOnce => None,
        };
        let is_waiting = waits.is_some();
        let read = Read { call, question, since: now, timer: None, is_waiting };
        state.reads.insert(number, read);
        match waits {
            Some(within) => {
                self.projection(consumer).counts.waited += 1;
                self.note_of_question(consumer, READ_WAITS, &question);
                let timer = self.set_timer(consumer, number, within);
                if let Some(read) = self.projection(consumer).reads.get_mut(&number) {
                    read.timer = Some(timer);
                }
            }
            None => self.look_up(consumer, plan.read_time, number),
        }
    }

    /// A read that waited goes on.
    fn go_on_reading(&mut self, consumer: u32, number: u64) {
        let plan = self.plan;
        let PlanPattern::Projection(plan) = &plan.consumers[consumer as usize].pattern else {
            return;
        };
        let now = self.world.now;
        let state = self.projection(consumer);
        let Some(read) = state.reads.get_mut(&number) else { return };
        read.is_waiting = false;
        let timer = read.timer.take();
        state.counts.wait_max = state.counts.wait_max.max(now.since(read.since));
        self.cancel_timer(timer);
        self.look_up(consumer, plan.read_time, number);
    }

    fn look_up(&mut self, consumer: u32, takes: Span, number: u64) {
        match takes {
            Span::ZERO => self.answer_read(consumer, number),
            takes => {
                self.set_timer(consumer, number, takes);
            }
        }
    }

    fn answer_read(&mut self, consumer: u32, number: u64) {
        let state = self.projection(consumer);
        let Some(read) = state.reads.remove(&number) else { return };
        if state.is_behind(&read.question) {
            state.counts.stale += 1;
            self.note_of_question(consumer, STALE_READ, &read.question);
        }
        self.reply_to_call(read.call, None);
    }

    fn note_of_question(&mut self, consumer: u32, state: usize, question: &Message) {
        let of = Circumstances::of(*question, self.world.now);
        self.note_state(consumer, state as u64, &of);
    }

    /// Time is up for a read, or for the next event of a rebuild.
    pub(super) fn projection_due(&mut self, consumer: u32, plan: &Projection, instance: u64) {
        if instance == REBUILD {
            return self.rebuild_next(consumer, plan);
        }
        let state = self.projection(consumer);
        match state.reads.get(&instance).map(|read| read.is_waiting) {
            Some(true) => {
                state.counts.given_up += 1;
                self.go_on_reading(consumer, instance);
            }
            Some(false) => self.answer_read(consumer, instance),
            None => {}
        }
    }

    /// An operator has the model built again; how many events it begins with, none if that is
    /// under way already.
    pub(in crate::engine) fn rebuild(&mut self, consumer: u32) -> u64 {
        let plan = self.plan;
        let PlanPattern::Projection(plan) = &plan.consumers[consumer as usize].pattern else {
            return 0;
        };
        let state = self.projection(consumer);
        if state.rebuilding.is_some() {
            return 0;
        }
        state.counts.rebuilds += 1;
        let events = state.log.len() as u64;
        let beside = match plan.rebuild {
            Rebuild::BlueGreen => Some(BTreeSet::new()),
            Rebuild::InPlace => {
                state.applied.clear();
                state.look_for_missing();
                None
            }
        };
        state.rebuilding = Some(Rebuilding { next: 0, beside });
        self.note_model(consumer, CATCHING_UP);
        self.set_timer(consumer, REBUILD, plan.rebuild_time);
        events
    }

    fn note_model(&mut self, consumer: u32, doing: usize) {
        let now = self.world.now;
        let state = self.projection(consumer);
        (state.doing, state.since) = (doing, now);
        let node = self.plan.consumers[consumer as usize].node;
        self.note_event(EntryKind::Moved, node, doing as u64);
    }

    /// The next event of a rebuild; while its node is down there is none.
    fn rebuild_next(&mut self, consumer: u32, plan: &Projection) {
        let node = self.plan.consumers[consumer as usize].node;
        if self.world.nodes[node as usize].down == 0 {
            self.rebuild_one(consumer, plan);
        }
        if self.projection(consumer).rebuilding.is_some() {
            self.set_timer(consumer, REBUILD, plan.rebuild_time);
        }
    }

    fn rebuild_one(&mut self, consumer: u32, plan: &Projection) {
        let state = self.projection(consumer);
        let Some(rebuilding) = &mut state.rebuilding else { return };
        if let Some((entered, event)) = state.log.get(rebuilding.next).copied() {
            rebuilding.next += 1;
            self.rebuild_event(consumer, plan, (entered, event));
        }
        let state = self.projection(consumer);
        let Some(rebuilding) = &mut state.rebuilding else { return };
        let left = (state.log.len() - rebuilding.next) as u64;
        if left <= plan.switch_behind
            && let Some(beside) = rebuilding.beside.take()
        {
            state.ever.extend(&beside);
            state.applied = beside;
            state.look_for_missing();
            self.note_model(consumer, SWITCHED);
            self.wake_reads(consumer, None);
        }
        if left == 0 {
            self.projection(consumer).rebuilding = None;
            self.note_model(consumer, LIVE);
        }
    }

    fn rebuild_event(
        &mut self,
        consumer: u32,
        plan: &Projection,
        (entered, event): (Time, Message),
    ) {
        let is_there = self.is_kept(consumer, entered, event.id);
        let state = self.projection(consumer);
        let Some(rebuilding) = &mut state.rebuilding else { return };
        if !is_there {
            state.counts.gone += 1;
            return;
        }
        state.counts.rebuilt += 1;
        match &mut rebuilding.beside {
            Some(beside) => {
                beside.insert(event.id);
            }
            None => self.apply(consumer, &event),
        }
        if plan.side_effects == SideEffects::Refired {
            self.fire_again(consumer, &event);
        }
    }

    /// Whether the source has an event still.
    fn is_kept(&self, consumer: u32, entered: Time, event: MessageId) -> bool {
        let subscriptions = &self.plan.consumers[consumer as usize].subscriptions;
        subscriptions.iter().any(|edge| {
            let index = self.plan.edges[*edge as usize].backlog;
            let semantics = &self.plan.backlogs[index as usize].semantics;
            let is_young = semantics.retention_time == Span::ZERO
                || self.world.now < entered.after(semantics.retention_time);
            let state = &self.world.patterns[consumer as usize];
            let is_waiting =
                matches!(state, PatternState::Projection(it) if !it.ever.contains(&event));
            is_young && (semantics.retention == Retention::Limits || is_waiting)
        })
    }

    /// What a handler emits for an event is published once more.
    fn fire_again(&mut self, consumer: u32, event: &Message) {
        let plan = self.plan;
        let it = &plan.consumers[consumer as usize];
        let of = Circumstances::of(*event, self.world.now);
        let handler = self.choose_handler(consumer, &of);
        let Some(handler) = it.handlers.get(handler as usize) else { return };
        let routing: Routing = handler.routing;
        if let Ok(prepared) = self.prepare(&handler.emissions, routing, &of, &[]) {
            self.emit_prepared(it.node, &handler.emissions, prepared, event);
        }
    }
}

impl ProjectionState {
    /// Whether an event is missing that somebody knew who asks this.
    fn is_behind(&self, question: &Message) -> bool {
        let missing = self.missing.get(&question.key);
        missing
            .and_then(|missing| missing.first_key_value())
            .is_some_and(|(first, _)| *first < question.id)
    }

    /// The longest time that an event has needed so far, or needs still.
    pub(crate) fn lag_max_at(&self, now: Time) -> Span {
        let missing = self.missing.values().flatten();
        let first_time = missing.filter(|(event, _)| !self.ever.contains(event));
        let waiting = first_time.map(|(_, published_at)| now.since(*published_at)).max();
        self.counts.lag_max.max(waiting.unwrap_or_default())
    }

    /// What has come in and is not in the model that answers now.
    fn look_for_missing(&mut self) {
        self.missing.clear();
        self.behind = 0;
        for (_, event) in &self.log {
            if !self.applied.contains(&event.id) {
                let of_key = self.missing.entry(event.key).or_default();
                self.behind += u64::from(of_key.insert(event.id, event.published_at).is_none());
            }
        }
        self.counts.behind_max = self.counts.behind_max.max(self.behind);
    }
}
