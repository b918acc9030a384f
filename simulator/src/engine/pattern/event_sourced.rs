//! Event-sourced aggregates: load, decide, append with the version that was loaded.

use std::sync::Arc;

use flowbench_model::pattern::event_sourced::{Publishes, Snapshot};
use flowbench_model::time::Span;
use serde_json::Value;

use crate::calendar::{Event, EventKind, Phase};
use crate::content::{Circumstances, Prepared, lay_over};
use crate::engine::Engine;
use crate::message::Message;
use crate::plan::NONE;
use crate::plan::pattern::PlanEventSourced;
use crate::record::Failure;
use crate::world::Stage;
use crate::world::pattern::event_sourced::{EventStream, Loaded, SourcedState, Unpublished};
use crate::world::pattern::{PatternState, event_sourced};

/// Positions of the states on the card.
const LOADING: usize = 0;
const LOADING_FROM_SNAPSHOT: usize = 1;
const APPENDED: usize = 2;
const CONFLICT: usize = 3;
const REJECTED: usize = 4;
const SNAPSHOT_STORED: usize = 5;

/// The timer of the subscription that publishes.
const SUBSCRIPTION: u64 = 0;

impl Engine<'_> {
    fn sourced(&mut self, consumer: u32) -> &mut SourcedState {
        let state = &mut self.world.patterns[consumer as usize];
        let PatternState::EventSourced(state) = state else {
            unreachable!("invariant: the consumer of streams has the state of one")
        };
        state
    }

    /// The stream that a message is about, which begins when it is first asked for.
    fn stream(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        of: &Circumstances,
    ) -> &mut EventStream {
        let key = of.message.key;
        if !self.sourced(consumer).streams.contains_key(&key) {
            let initial = match plan.initial {
                NONE => None,
                initial => self.value(initial, of, &[]).ok().filter(Value::is_object),
            };
            let stream = EventStream {
                version: plan.history,
                snapshot: plan.history_snapshot,
                state: Arc::new(initial.unwrap_or_else(|| Value::Object(serde_json::Map::new()))),
                doing: LOADING,
                since: self.world.now,
            };
            self.sourced(consumer).streams.insert(key, stream);
        }
        let stream = self.sourced(consumer).streams.get_mut(&key);
        stream.expect("invariant: the stream was made above")
    }

    /// What handlers know of the stream that a message is about.
    pub(super) fn known_of_stream(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        of: &Circumstances,
    ) -> Vec<(&'static str, Arc<Value>)> {
        let stream = self.stream(consumer, plan, of);
        let version = Arc::new(Value::from(stream.version));
        vec![("state", Arc::clone(&stream.state)), ("version", version)]
    }

    fn note_stream(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        of: &Circumstances,
        doing: usize,
    ) {
        let now = self.world.now;
        let stream = self.stream(consumer, plan, of);
        (stream.doing, stream.since) = (doing, now);
        self.note_state(consumer, doing as u64, of);
    }

    /// A work loads the stream of its message; how long that takes.
    pub(super) fn load(&mut self, slot: u32, consumer: u32, plan: &PlanEventSourced) -> Span {
        let of = self.circumstances(slot);
        let stream = self.stream(consumer, plan, &of);
        let (version, newest) = (stream.version, stream.snapshot);
        let snapshot = newest.filter(|it| it.schema_version == plan.schema_version);
        let events = version - snapshot.map_or(0, |it| it.at);
        let doing = if snapshot.is_some() { LOADING_FROM_SNAPSHOT } else { LOADING };
        self.note_stream(consumer, plan, &of, doing);
        let work = self.world.works.handle(slot);
        let state = self.sourced(consumer);
        state.loads += 1;
        state.folded += events;
        state.from_snapshots += u64::from(snapshot.is_some());
        state.left_aside += u64::from(newest.is_some() && snapshot.is_none());
        let before = state.loaded.get(&slot).filter(|it| it.work == work && it.is_overtaken);
        let conflicts = before.map_or(0, |it| it.conflicts);
        let loaded = Loaded { work, version, conflicts, is_overtaken: false };
        state.loaded.insert(slot, loaded);
        let of_snapshot = if snapshot.is_some() { plan.snapshot_time } else { Span::ZERO };
        of_snapshot.saturating_add(Span(plan.event_time.0.saturating_mul(events)))
    }

    /// Whether somebody has appended to the stream since a work has loaded it. It decides again
    /// then, or is refused.
    pub(super) fn is_in_conflict(
        &mut self,
        slot: u32,
        consumer: u32,
        plan: &PlanEventSourced,
    ) -> bool {
        let of = self.circumstances(slot);
        let work = self.world.works.handle(slot);
        let loaded = self.sourced(consumer).loaded.remove(&slot).filter(|it| it.work == work);
        let Some(loaded) = loaded else { return false };
        let version = self.stream(consumer, plan, &of).version;
        if version == loaded.version || !self.may_append(consumer, &of) {
            return false;
        }
        self.sourced(consumer).conflicts += 1;
        self.note_stream(consumer, plan, &of, CONFLICT);
        if loaded.conflicts >= plan.decides_again {
            self.sourced(consumer).rejected += 1;
            self.note_stream(consumer, plan, &of, REJECTED);
            self.fail(slot, Failure::VersionConflict);
        } else {
            let again = Loaded { conflicts: loaded.conflicts + 1, is_overtaken: true, ..loaded };
            self.sourced(consumer).loaded.insert(slot, again);
            self.decide_again(slot, consumer);
        }
        true
    }

    fn may_append(&mut self, consumer: u32, of: &Circumstances) -> bool {
        let index = self.choose_handler(consumer, of);
        let handler = self.plan.consumers[consumer as usize].handlers.get(index as usize);
        handler.is_some_and(|handler| !handler.emissions.is_empty())
    }

    /// The work begins anew, in the slot that it has.
    fn decide_again(&mut self, slot: u32, consumer: u32) {
        let service = self.service_time(slot);
        let work = &mut self.world.works[slot];
        work.stage = Stage::Service;
        work.ends_at = self.world.now.after(service);
        let rank = self.plan.node_rank(self.plan.consumers[consumer as usize].node);
        let event = Event::about(EventKind::WorkDone, slot);
        self.schedule_in(service, Phase::Settle, rank, event);
    }

    /// Appends what a handler has decided to the stream of its message, and publishes it when that
    /// is due.
    pub(super) fn append(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        (handler, prepared): (u32, Vec<Prepared>),
        of: &Circumstances,
    ) {
        let whole = self.plan;
        let it = &whole.consumers[consumer as usize];
        let list = &it.handlers[handler as usize].emissions;
        let before = self.stream(consumer, plan, of).version;
        for one in prepared {
            let emission = one.emission;
            let made = self.make_prepared(it.node, list, one, &of.message);
            let Some(message) = made else { continue };
            self.fold(consumer, plan, of, &message);
            match plan.publishes {
                Publishes::WithAppend => {
                    let edges = &list[emission as usize].edges;
                    self.publish_of_consumer(it.node, &message, edges, false);
                }
                Publishes::Polling(_) => {
                    let event = Unpublished { message, handler, emission };
                    self.sourced(consumer).unpublished.push_back(event);
                }
            }
        }
        if self.stream(consumer, plan, of).version > before {
            self.note_stream(consumer, plan, of, APPENDED);
            self.snapshot(consumer, plan, of, before);
        }
        self.poll_later(consumer, plan);
    }

    /// An event changes the state of a stream.
    fn fold(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        of: &Circumstances,
        event: &Message,
    ) {
        let applies = plan.applies.iter().find(|(takes, _)| *takes == event.message_type);
        if let Some((_, mapping)) = applies {
            let at = Circumstances::of(*event, self.world.now);
            let known = self.known_of_stream(consumer, plan, of);
            let known: Vec<(&str, &Value)> = known.iter().map(|it| (it.0, &*it.1)).collect();
            let fields = self.world.content.try_mapping(self.plan, *mapping, &at, &known);
            if let Some(fields) = fields {
                let stream = self.stream(consumer, plan, of);
                lay_over(Arc::make_mut(&mut stream.state), &fields);
            }
        }
        self.stream(consumer, plan, of).version += 1;
        self.sourced(consumer).appended += 1;
    }

    fn snapshot(
        &mut self,
        consumer: u32,
        plan: &PlanEventSourced,
        of: &Circumstances,
        before: u64,
    ) {
        let Some(every) = plan.snapshot_every else { return };
        let stream = self.stream(consumer, plan, of);
        let at = stream.version;
        if before / every < at / every {
            stream.snapshot = Some(Snapshot { at, schema_version: plan.schema_version });
            self.sourced(consumer).snapshots += 1;
            self.note_stream(consumer, plan, of, SNAPSHOT_STORED);
        }
    }

    fn poll_later(&mut self, consumer: u32, plan: &PlanEventSourced) {
        let Publishes::Polling(every) = plan.publishes else { return };
        let state = self.sourced(consumer);
        if !state.polls && !state.unpublished.is_empty() {
            state.polls = true;
            let after = every.0 - self.world.now.0 % every.0;
            self.set_timer(consumer, SUBSCRIPTION, Span(after));
        }
    }

    /// The subscription looks for events that nobody was told of; while its node is down it does
    /// not.
    pub(super) fn publish_appended(&mut self, consumer: u32, plan: &PlanEventSourced) {
        let whole = self.plan;
        let it = &whole.consumers[consumer as usize];
        self.sourced(consumer).polls = false;
        if self.world.nodes[it.node as usize].down == 0 {
            for event in std::mem::take(&mut self.sourced(consumer).unpublished) {
                let event_sourced::Unpublished { message, handler, emission } = event;
                let list = &it.handlers[handler as usize].emissions;
                let edges = &list[emission as usize].edges;
                self.publish_of_consumer(it.node, &message, edges, false);
            }
        }
        self.poll_later(consumer, plan);
    }

    /// What was loaded is in memory only.
    pub(super) fn forget_loaded(&mut self, consumer: u32) {
        self.sourced(consumer).loaded.clear();
    }
}
