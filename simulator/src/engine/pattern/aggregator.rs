//! Aggregators: sets of messages that belong together (Enterprise Integration Patterns,
//! Aggregator; brokers differ in nothing here).

use std::sync::Arc;

use flowbench_model::pattern::aggregator::{Acknowledges, Late, Overdue};
use flowbench_model::time::Time;
use serde_json::Value;

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::message::Handle;
use crate::plan::NONE;
use crate::plan::pattern::PlanAggregator;
use crate::record::Failure;
use crate::world::Task;
use crate::world::pattern::{AggregatorState, InstanceKey, PartOfSet, PatternState, Set};

/// Positions of the states on the card.
const COLLECTING: u64 = 0;
const COMPLETE: u64 = 1;
const OVERDUE: u64 = 2;

impl Engine<'_> {
    fn sets(&mut self, consumer: u32) -> &mut AggregatorState {
        let PatternState::Aggregator(state) = &mut self.world.patterns[consumer as usize] else {
            unreachable!("invariant: the consumer of an aggregator has the state of one")
        };
        state
    }

    /// A part belongs to a set, which may be complete with it.
    pub(super) fn aggregate(
        &mut self,
        consumer: u32,
        plan: &PlanAggregator,
        of: &Circumstances,
        work: Option<Handle>,
    ) {
        let key = self.word_of(plan.correlation, of, of.message.key);
        let identity = self.word_of(plan.part, of, u64::from(of.message.id.0));
        if self.sets(consumer).over.contains_key(&key) && !self.reopens(consumer, plan, key, of) {
            return;
        }
        let payload = self.world.content.received(self.plan, of);
        let part = PartOfSet { identity, of: *of, payload, work };
        if !self.sets(consumer).sets.contains_key(&key) {
            self.open_set(consumer, plan, key, of);
        }
        let Some(set) = self.sets(consumer).sets.get_mut(&key) else { return };
        match set.parts.iter_mut().find(|known| known.identity == identity) {
            // What is held came again: its first delivery is over.
            Some(known) if work.is_some() => *known = part,
            Some(_) => {
                self.sets(consumer).repeated += 1;
                return;
            }
            None => set.parts.push(part),
        }
        if self.is_complete(consumer, plan, key, of) {
            self.close_set(consumer, key, COMPLETE, &plan.emits);
        }
    }

    /// Whether a part whose set is over begins a new one; else it is dealt with.
    fn reopens(
        &mut self,
        consumer: u32,
        plan: &PlanAggregator,
        key: InstanceKey,
        of: &Circumstances,
    ) -> bool {
        self.sets(consumer).late += 1;
        match plan.late {
            Late::Discard => false,
            Late::Divert => {
                let parts = Value::Array(Vec::new());
                self.emit_of_pattern(consumer, &plan.emits_late, of, &[("parts", &parts)]);
                false
            }
            Late::Reopen => {
                self.sets(consumer).over.remove(&key);
                true
            }
        }
    }

    fn open_set(
        &mut self,
        consumer: u32,
        plan: &PlanAggregator,
        key: InstanceKey,
        of: &Circumstances,
    ) {
        let expected = match plan.count {
            NONE => None,
            count => self.value(count, of, &[]).ok().and_then(|count| count.as_u64()),
        };
        let timer = plan.within.map(|within| self.set_timer(consumer, key, within));
        let set = Set { since: self.world.now, parts: Vec::new(), expected, timer };
        self.sets(consumer).sets.insert(key, set);
        self.note_state(consumer, COLLECTING, of);
    }

    fn is_complete(
        &mut self,
        consumer: u32,
        plan: &PlanAggregator,
        key: InstanceKey,
        of: &Circumstances,
    ) -> bool {
        let Some(set) = self.sets(consumer).sets.get(&key) else { return false };
        if set.expected.is_some_and(|expected| set.parts.len() as u64 >= expected) {
            return true;
        }
        if plan.when == NONE {
            return false;
        }
        let parts = payloads(set);
        let holds = self.world.content.holds(self.plan, plan.when, of, &[("parts", &parts)]);
        holds.unwrap_or(false)
    }

    /// The time of a set is up.
    pub(super) fn set_overdue(&mut self, consumer: u32, plan: &PlanAggregator, key: InstanceKey) {
        match plan.overdue {
            Overdue::EmitPartial => self.close_set(consumer, key, OVERDUE, &plan.emits_partial),
            Overdue::Discard => self.discard_set(consumer, key),
        }
    }

    /// A set is over: what it comes to is published, because of its last part.
    fn close_set(
        &mut self,
        consumer: u32,
        key: InstanceKey,
        state: u64,
        emits: &[crate::plan::PlanEmission],
    ) {
        let Some(set) = self.end_set(consumer, key, state) else { return };
        let Some(last) = set.parts.last().map(|part| part.of) else { return };
        let parts = payloads(&set);
        let cause = Circumstances { at: self.world.now, ..last };
        self.emit_of_pattern(consumer, emits, &cause, &[("parts", &parts)]);
        for work in set.parts.iter().filter_map(|part| part.work) {
            self.release(work, None);
        }
    }

    /// A set is given up, and what is held of it is refused.
    fn discard_set(&mut self, consumer: u32, key: InstanceKey) {
        let Some(set) = self.end_set(consumer, key, OVERDUE) else { return };
        for work in set.parts.iter().filter_map(|part| part.work) {
            self.release(work, Some(Failure::Unmatched));
        }
    }

    fn end_set(&mut self, consumer: u32, key: InstanceKey, state: u64) -> Option<Set> {
        let now = self.world.now;
        let sets = self.sets(consumer);
        let set = sets.sets.remove(&key)?;
        sets.over.insert(key, now);
        match state {
            COMPLETE => sets.completed += 1,
            _ => sets.overdue += 1,
        }
        self.cancel_timer(set.timer);
        if let Some(last) = set.parts.last() {
            self.note_state(consumer, state, &last.of);
        }
        Some(set)
    }

    /// Whether a part is held until its set is over, instead of being acknowledged now.
    pub(super) fn hold_part(&mut self, slot: u32, consumer: u32, plan: &PlanAggregator) -> bool {
        let is_of_channel =
            matches!(self.world.works[slot].task, Task::Copy { is_late: false, .. });
        if plan.acknowledges == Acknowledges::OnArrival || !is_of_channel {
            return false;
        }
        let work = self.world.works.handle(slot);
        let is_released = self.world.works[slot].ends_at == Time(u64::MAX);
        if is_released {
            return false;
        }
        self.world.works[slot].ends_at = Time(u64::MAX);
        let of = self.circumstances(slot);
        self.aggregate(consumer, plan, &of, Some(work));
        // What its set did not take in is done with.
        let is_kept = |set: &Set| set.parts.iter().any(|part| part.work == Some(work));
        let is_held = self.sets(consumer).sets.values().any(is_kept);
        let is_there = self.world.works.is_live(work);
        is_held || !is_there
    }

    /// Sets whose parts are not acknowledged are in memory only.
    pub(super) fn forget_sets(&mut self, consumer: u32, plan: &PlanAggregator) {
        if plan.acknowledges == Acknowledges::WhenOver {
            for set in std::mem::take(&mut self.sets(consumer).sets).into_values() {
                self.cancel_timer(set.timer);
            }
        }
    }

    /// Work that was held is over: it succeeds, or is refused.
    fn release(&mut self, work: Handle, failure: Option<Failure>) {
        if !self.world.works.is_live(work) || self.world.works[work.slot].is_cancelled {
            return;
        }
        match failure {
            Some(failure) => self.fail(work.slot, failure),
            None => self.succeed(work.slot),
        }
    }
}

/// The payloads of the parts of a set, in the order in which they came.
fn payloads(set: &Set) -> Value {
    Value::Array(set.parts.iter().map(|part| Value::clone(&Arc::clone(&part.payload))).collect())
}
