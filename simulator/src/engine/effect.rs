//! Effects of consumers: which handler works, whether an attempt fails by itself, and what comes of
//! one that does not.

use super::Engine;
use crate::content::Circumstances;
use crate::marks::MENDED;
use crate::message::Message;
use crate::plan::PlanPoison;
use crate::record::Failure;
use crate::rng::{Purpose, mix, stream_id, unit};
use crate::world::Stage;

impl Engine<'_> {
    /// Position of the handler that works at a slot; [`NONE`] without.
    pub(super) fn handler_at(&mut self, slot: u32) -> u32 {
        let (consumer, now) = (self.world.works[slot].consumer, self.world.now);
        // What decides is known when the work begins, and does not change while it lasts.
        if self.world.works[slot].stage == Stage::Delivering {
            self.world.works[slot].began_at = now;
        }
        let of = self.circumstances(slot);
        self.choose_handler(consumer, &of)
    }

    #[inline]
    pub(super) fn own_failure(&mut self, slot: u32) -> Option<Failure> {
        let work = &self.world.works[slot];
        let (consumer, message) = (work.consumer, self.world.message_in(work));
        let plan = &self.plan.consumers[consumer as usize];
        let handler = match plan.is_conditional {
            true => plan.handlers.get(self.handler_at(slot) as usize),
            false => plan.handler(message.message_type),
        };
        let state = &mut self.world.consumers[consumer as usize];
        if plan.can_fail {
            let transient = handler.map_or(0.0, |handler| handler.transient);
            if state.failures.unit() < transient {
                return Some(Failure::Transient);
            }
        }
        let struck = self.struck_failure(slot);
        if struck.is_some() {
            return struck;
        }
        if plan.is_inspecting {
            let failure = self.inspect(slot);
            if failure.is_some() {
                return failure;
            }
        }
        if handler.is_none_or(|handler| handler.poison == PlanPoison::None) {
            return None;
        }
        let message = *self.world.message_in(&self.world.works[slot]);
        let is_poison =
            handler.is_some_and(|handler| self.is_poison(consumer, &handler.poison, &message));
        is_poison.then_some(Failure::Poison)
    }

    #[inline]
    pub(super) fn is_poison(
        &mut self,
        consumer: u32,
        poison: &PlanPoison,
        message: &Message,
    ) -> bool {
        if message.marks & MENDED != 0 {
            return false;
        }
        match poison {
            PlanPoison::None => false,
            PlanPoison::When(condition) => {
                let of = Circumstances::of(*message, self.world.now);
                self.world.content.holds(self.plan, *condition, &of, &[]).unwrap_or(false)
            }
            PlanPoison::Share(share) => {
                let node = self.plan.consumers[consumer as usize].node;
                let key = &self.plan.nodes[node as usize].key;
                let source = &self.plan.nodes[message.source as usize].key;
                let draws = stream_id(self.plan.seed, key, Purpose::Poison);
                let of_message = stream_id(u64::from(message.number), source, Purpose::Poison);
                unit(mix(draws ^ of_message)) < *share
            }
            PlanPoison::Messages(messages) => {
                messages.binary_search(&(message.source, u64::from(message.number))).is_ok()
            }
            PlanPoison::Keys(keys) => keys.binary_search(&message.key).is_ok(),
        }
    }

    /// Work has its effect, and publishes what it publishes; whether it had its effect before.
    pub(super) fn take_effect(&mut self, index: u32, of: &Circumstances) -> bool {
        let consumer = &self.plan.consumers[index as usize];
        let message = &of.message;
        let knows = self.has_memory(index);
        let state = &mut self.world.consumers[index as usize];
        let had_effect = consumer.remembers && state.note_effect(message.id.0, knows);
        let had_effect = match &consumer.inbox {
            Some(inbox) => self.enter_in_inbox(index, inbox, of, had_effect),
            None => had_effect,
        };
        if consumer.is_inspecting {
            self.take_prepared_effect(index, of, had_effect);
            return had_effect;
        }
        if let Some(handler) = consumer.handler(message.message_type) {
            for emission in &handler.emissions {
                self.emit(consumer.node, emission, message);
            }
        }
        had_effect
    }

    /// The same of a consumer that looks at what messages say.
    fn take_prepared_effect(&mut self, index: u32, of: &Circumstances, had_effect: bool) {
        if self.is_set_aside(index, of, had_effect) {
            return;
        }
        self.post(index, of, had_effect);
        self.emit_prepared_of(index, of);
        self.remember_in_pattern(index, of);
    }

    /// Publishes what was prepared of the emissions of the handler for a message.
    pub(super) fn emit_prepared_of(&mut self, index: u32, of: &Circumstances) {
        let consumer = &self.plan.consumers[index as usize];
        let prepared = std::mem::take(&mut self.world.prepared);
        let handler = self.choose_handler(index, of);
        if (handler as usize) < consumer.handlers.len() {
            self.emit_of_handler(index, (handler, prepared), of);
        }
    }
}
