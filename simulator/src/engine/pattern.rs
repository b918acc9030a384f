//! Patterns: what consumers do because of what they have seen before. Each has its file.

use std::sync::Arc;

use flowbench_model::emission::Routing;
use flowbench_model::time::Span;
use serde_json::Value;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::content::{Circumstances, Prepared};
use crate::message::{Handle, Message};
use crate::plan::content::ExpressionIndex;
use crate::plan::pattern::PlanPattern;
use crate::plan::{NONE, PlanEmission};
use crate::record::{EntryKind, Failure};
use crate::rng::{Purpose, stream_id};
use crate::world::pattern::{InstanceKey, PatternTimer};

mod aggregator;
mod event_sourced;
mod materialized_view;
mod process_manager;
mod projection;
mod saga;
mod window;

impl Engine<'_> {
    /// A consumer has handled a message: its pattern takes note of it.
    pub(super) fn remember_in_pattern(&mut self, consumer: u32, of: &Circumstances) {
        let plan = self.plan;
        match &plan.consumers[consumer as usize].pattern {
            PlanPattern::Stateless | PlanPattern::EventSourced(_) => {}
            PlanPattern::Projection(it) => self.project(consumer, it, of),
            PlanPattern::Aggregator(aggregator) => self.aggregate(consumer, aggregator, of, None),
            PlanPattern::Window(window) => self.put_in_windows(consumer, window, of),
            PlanPattern::Saga(saga) => self.orchestrate(consumer, saga, of),
            PlanPattern::Process(process) => self.lead_on(consumer, process, of),
            PlanPattern::View(view) => self.handled_by_view(consumer, view, of),
        }
    }

    /// A message comes in that a consumer will handle, and whose pattern waits for it.
    pub(super) fn expect_in_pattern(&mut self, consumer: u32, message: &Message) {
        if let PlanPattern::Projection(_) = self.plan.consumers[consumer as usize].pattern {
            self.event_comes_in(consumer, message);
        }
    }

    /// A consumer lets go of a message without looking at it.
    pub(super) fn pass_over_in_pattern(&mut self, consumer: u32, message: &Message) {
        if let PlanPattern::Projection(_) = self.plan.consumers[consumer as usize].pattern {
            self.apply(consumer, message);
        }
    }

    /// Whether a call to a consumer is dealt with by its pattern.
    pub(super) fn is_asked(&mut self, consumer: u32, call: Handle) -> bool {
        let plan = self.plan;
        if let PlanPattern::Projection(it) = &plan.consumers[consumer as usize].pattern {
            self.read_model(consumer, it, call);
            return true;
        }
        false
    }

    /// Whether work that would succeed waits for others; its pattern has it then.
    pub(super) fn is_held(&mut self, slot: u32) -> bool {
        let plan = self.plan;
        let consumer = self.world.works[slot].consumer;
        match &plan.consumers[consumer as usize].pattern {
            PlanPattern::Stateless
            | PlanPattern::Window(_)
            | PlanPattern::EventSourced(_)
            | PlanPattern::Saga(_)
            | PlanPattern::Process(_)
            | PlanPattern::Projection(_)
            | PlanPattern::View(_) => false,
            PlanPattern::Aggregator(it) => self.hold_part(slot, consumer, it),
        }
    }

    /// A consumer crashed: what its pattern held in memory is gone, what it stored is not.
    pub(super) fn forget_in_pattern(&mut self, consumer: u32) {
        let plan = self.plan;
        match &plan.consumers[consumer as usize].pattern {
            PlanPattern::Stateless | PlanPattern::Window(_) | PlanPattern::Projection(_) => {}
            PlanPattern::Aggregator(it) => self.forget_sets(consumer, it),
            PlanPattern::EventSourced(_) => self.forget_loaded(consumer),
            PlanPattern::Saga(_) => self.stop_sagas(consumer),
            PlanPattern::Process(_) => self.stop_processes(consumer),
            PlanPattern::View(view) => self.lose_rows(consumer, view),
        }
    }

    /// A consumer is back: its pattern goes on with what it stored.
    pub(super) fn resume_pattern(&mut self, consumer: u32) {
        let plan = self.plan;
        let pattern = &plan.consumers[consumer as usize].pattern;
        if let PlanPattern::Saga(saga) = pattern {
            self.resume_sagas(consumer, saga);
        }
        if let PlanPattern::Process(_) = pattern {
            self.resume_processes(consumer);
        }
        if let PlanPattern::View(view) = pattern {
            self.restore(consumer, view);
        }
    }

    /// Whether the pattern of a consumer refuses a message, before anything has happened.
    pub(super) fn is_unexpected(&mut self, consumer: u32, of: &Circumstances) -> bool {
        let plan = self.plan;
        let PlanPattern::Process(process) = &plan.consumers[consumer as usize].pattern else {
            return false;
        };
        self.rejects(consumer, process, of)
    }

    /// Whether no handler of a consumer gets a message, as its pattern has it.
    pub(super) fn has_no_handler(&mut self, consumer: u32, of: &Circumstances) -> bool {
        let plan = self.plan;
        match &plan.consumers[consumer as usize].pattern {
            PlanPattern::View(view) => self.lacks_row(consumer, view, of),
            PlanPattern::Stateless
            | PlanPattern::Aggregator(_)
            | PlanPattern::Window(_)
            | PlanPattern::EventSourced(_)
            | PlanPattern::Saga(_)
            | PlanPattern::Process(_)
            | PlanPattern::Projection(_) => false,
        }
    }

    /// Why the pattern of a consumer cannot have a message handled, if so.
    pub(super) fn objection_of_pattern(
        &mut self,
        consumer: u32,
        of: &Circumstances,
    ) -> Option<Failure> {
        let plan = self.plan;
        let PlanPattern::View(view) = &plan.consumers[consumer as usize].pattern else {
            return None;
        };
        self.objection_of_view(consumer, view, of)
    }

    /// Whether the pattern of a consumer keeps a message from its handlers; it has it then.
    pub(super) fn is_set_aside(
        &mut self,
        consumer: u32,
        of: &Circumstances,
        had_effect: bool,
    ) -> bool {
        let plan = self.plan;
        let PlanPattern::View(view) = &plan.consumers[consumer as usize].pattern else {
            return false;
        };
        self.set_aside(consumer, view, of, had_effect)
    }

    /// Time is up for an instance of a pattern.
    pub(super) fn pattern_due(&mut self, timer: Handle) {
        if !self.world.timers.is_live(timer) {
            return;
        }
        let PatternTimer { consumer, instance } = self.world.timers.remove(timer.slot);
        let plan = self.plan;
        match &plan.consumers[consumer as usize].pattern {
            PlanPattern::Stateless => {}
            PlanPattern::Aggregator(it) => self.set_overdue(consumer, it, instance),
            PlanPattern::Window(it) => self.sources_may_be_idle(consumer, it),
            PlanPattern::EventSourced(it) => self.publish_appended(consumer, it),
            PlanPattern::Saga(it) => self.saga_due(consumer, it, (instance, timer)),
            PlanPattern::Process(it) => self.state_overdue(consumer, it, instance),
            PlanPattern::Projection(it) => self.projection_due(consumer, it, instance),
            PlanPattern::View(it) => self.view_due(consumer, it, instance),
        }
    }

    /// What the handlers of a consumer can read beside a message and its payload.
    pub(super) fn known(
        &mut self,
        consumer: u32,
        of: &Circumstances,
    ) -> Vec<(&'static str, Arc<Value>)> {
        let plan = self.plan;
        let pattern = &plan.consumers[consumer as usize].pattern;
        if let PlanPattern::EventSourced(it) = pattern {
            return self.known_of_stream(consumer, it, of);
        }
        if let PlanPattern::View(view) = pattern {
            return self.known_of_row(consumer, view, of);
        }
        Vec::new()
    }

    /// How much longer an attempt takes because of what its consumer looks up first.
    pub(super) fn looking_up(&mut self, slot: u32) -> Span {
        let plan = self.plan;
        let consumer = self.world.works[slot].consumer;
        let pattern = &plan.consumers[consumer as usize].pattern;
        if let PlanPattern::EventSourced(it) = pattern {
            return self.load(slot, consumer, it);
        }
        if let PlanPattern::Projection(it) = pattern {
            self.store_position(slot, consumer, it);
        }
        if let PlanPattern::View(view) = pattern {
            self.look_up_row(slot, consumer, view);
        }
        Span::ZERO
    }

    /// Whether what an attempt has decided by is not so any more; its pattern deals with it then.
    pub(super) fn is_overtaken(&mut self, slot: u32) -> bool {
        let plan = self.plan;
        let consumer = self.world.works[slot].consumer;
        let pattern = &plan.consumers[consumer as usize].pattern;
        if let PlanPattern::EventSourced(it) = pattern {
            return self.is_in_conflict(slot, consumer, it);
        }
        false
    }

    /// Publishes what a handler has made of a message, or does with it what its pattern says.
    pub(super) fn emit_of_handler(
        &mut self,
        consumer: u32,
        (handler, prepared): (u32, Vec<Prepared>),
        of: &Circumstances,
    ) {
        let plan = self.plan;
        let it = &plan.consumers[consumer as usize];
        if let PlanPattern::EventSourced(sourced) = &it.pattern {
            return self.append(consumer, sourced, (handler, prepared), of);
        }
        let list = &it.handlers[handler as usize].emissions;
        self.emit_prepared(it.node, list, prepared, &of.message);
    }

    /// Sets a timer for an instance of a pattern.
    fn set_timer(&mut self, consumer: u32, instance: InstanceKey, after: Span) -> Handle {
        let slot = self.world.timers.insert(PatternTimer { consumer, instance });
        let timer = self.world.timers.handle(slot);
        let rank = self.plan.node_rank(self.plan.consumers[consumer as usize].node);
        self.schedule_in(after, Phase::Deadline, rank, Event::of(EventKind::Pattern, timer));
        timer
    }

    /// Nothing comes of a timer that was set.
    fn cancel_timer(&mut self, timer: Option<Handle>) {
        if let Some(timer) = timer.filter(|timer| self.world.timers.is_live(*timer)) {
            self.world.timers.remove(timer.slot);
        }
    }

    /// Notes that an instance of the pattern of a consumer went to another state, by its position
    /// on the card, because of a message.
    fn note_state(&mut self, consumer: u32, state: u64, of: &Circumstances) {
        self.note_step(consumer, (state, 0), of);
    }

    /// The same with the step of the state that it is at, counted from 1.
    fn note_step(&mut self, consumer: u32, (state, step): (u64, u32), of: &Circumstances) {
        let node = self.plan.consumers[consumer as usize].node;
        self.note(EntryKind::Moved, node, step, state, &of.message);
    }

    /// Publishes what a list of a pattern's emissions makes of a message and of what the pattern
    /// knows beside it. What fails is noted, and not published.
    fn emit_of_pattern(
        &mut self,
        consumer: u32,
        list: &[PlanEmission],
        cause: &Circumstances,
        more: &[(&str, &Value)],
    ) {
        let node = self.plan.consumers[consumer as usize].node;
        if let Ok(prepared) = self.prepare(list, Routing::AllMatches, cause, more) {
            self.emit_prepared(node, list, prepared, &cause.message);
        }
    }

    /// What a message says.
    fn said(&mut self, message: &Message) -> Value {
        Value::clone(&self.world.content.payload(self.plan, message))
    }

    /// The word that stands for what an expression comes to for a message; `otherwise` without an
    /// expression, or where it fails.
    fn word_of(
        &mut self,
        expression: ExpressionIndex,
        of: &Circumstances,
        otherwise: u64,
    ) -> InstanceKey {
        if expression == NONE {
            return otherwise;
        }
        match self.value(expression, of, &[]) {
            Ok(value) => {
                value.as_u64().unwrap_or_else(|| stream_id(0, &value.to_string(), Purpose::Place))
            }
            Err(_) => otherwise,
        }
    }
}
