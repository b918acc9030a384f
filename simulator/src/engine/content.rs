//! What messages say, where consumers and channels act on it: validation, conditions, mappings.

use std::sync::Arc;

use flowbench_model::contract::Validation;
use flowbench_model::emission::{Identity, Routing, Unmatched};
use serde_json::Value;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::content::{Circumstances, Mapped, Part, Prepared, PreparedContent};
use crate::marks::{MENDED, PARTIAL};
use crate::message::Message;
use crate::plan::content::ExpressionIndex;
use crate::plan::{
    BacklogIndex, EdgeIndex, NONE, NodeIndex, PlanEmission, PlanHandler, PlanPoison,
};
use crate::record::{EntryKind, Failure};
use crate::world::ledger::Amount;
use crate::world::{Expectation, Task};

/// Messages that one splitter makes of another at most.
const PARTS: usize = 100_000;

impl PlanHandler {
    /// Whether anything it does depends on what messages say.
    pub(crate) fn is_inspecting(&self) -> bool {
        self.condition != NONE
            || self.amount != NONE
            || self.unmatched == Unmatched::Reject
            || matches!(self.poison, PlanPoison::When(_))
            || self.emissions.iter().any(|emission| !emission.is_plain())
    }
}

impl Engine<'_> {
    /// A message as the consumer that works at a slot has it.
    pub(super) fn circumstances(&self, slot: u32) -> Circumstances {
        let work = &self.world.works[slot];
        let attempt = self.world.attempt_in(work);
        let (message, at) = (attempt.message, work.began_at);
        let reads = match work.task {
            Task::Copy { edge, .. } => self.reads(edge, &message),
            Task::Call(_) => 0,
        };
        Circumstances { message, attempt: attempt.number, at, reads }
    }

    /// Whether a condition holds; it fails as an attempt does if nobody can tell.
    fn condition(
        &mut self,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Result<bool, Failure> {
        if expression == NONE {
            return Ok(true);
        }
        let holds = self.world.content.holds(self.plan, expression, of, more);
        holds.ok_or(Failure::Expression)
    }

    pub(super) fn value(
        &mut self,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Result<Value, Failure> {
        let value = self.world.content.evaluate(self.plan, expression, of, more);
        value.ok_or(Failure::Expression)
    }

    /// Position of the handler for a message; [`NONE`] if nothing handles it, or if that cannot be
    /// told.
    pub(super) fn choose_handler(&mut self, consumer: u32, of: &Circumstances) -> u32 {
        let plan = &self.plan.consumers[consumer as usize];
        let message_type = of.message.message_type;
        if !plan.is_conditional {
            return plan.handler_of.get(message_type as usize).copied().unwrap_or(NONE);
        }
        if self.has_no_handler(consumer, of) {
            return NONE;
        }
        // Which handler works is decided when the work begins.
        let mut before = *of;
        before.message.marks &= !PARTIAL;
        let fits = |handler: &PlanHandler| handler.takes.is_none_or(|it| it == message_type);
        let known = self.known(consumer, of);
        let known = names(&known);
        for (index, handler) in (0..).zip(&plan.handlers) {
            if fits(handler) {
                match self.condition(handler.condition, &before, &known) {
                    Ok(true) => return index,
                    Ok(false) => {}
                    Err(_) => return NONE,
                }
            }
        }
        NONE
    }

    /// Why a consumer that looks at what messages say cannot handle one, if so. Else what comes of
    /// it is prepared, so that nothing can fail any more.
    pub(super) fn inspect(&mut self, slot: u32) -> Option<Failure> {
        let (consumer, task) = (self.world.works[slot].consumer, self.world.works[slot].task);
        let of = self.circumstances(slot);
        if let Task::Copy { edge, is_late: false, .. } = task
            && let Some(failure) = self.validate(edge, &of)
        {
            return Some(failure);
        }
        if let Some(failure) = self.objection_of_pattern(consumer, &of) {
            return Some(failure);
        }
        let failure = self.prepare_effect(consumer, &of).err();
        if failure.is_none() && self.is_unexpected(consumer, &of) {
            return Some(Failure::Unmatched);
        }
        failure
    }

    fn validate(&mut self, edge: EdgeIndex, of: &Circumstances) -> Option<Failure> {
        let validation = self.plan.edges[edge as usize].validation?;
        if self.is_valid(edge, &of.message) {
            return None;
        }
        match validation {
            Validation::Reject | Validation::Retry => Some(Failure::Invalid),
            Validation::Flag => {
                self.note(EntryKind::Flagged, edge, of.attempt, 0, &of.message);
                None
            }
        }
    }

    /// The version that a message is read by at the end of an edge; zero: as it was written.
    pub(super) fn reads(&self, edge: EdgeIndex, message: &Message) -> u32 {
        if !self.plan.content.has_avro {
            return 0;
        }
        let reads = &self.plan.edges[edge as usize].reads;
        reads.get(message.message_type as usize).copied().unwrap_or(0)
    }

    /// Whether a payload fits the schema that the consumer of an edge reads by; one without a
    /// schema fits.
    fn is_valid(&mut self, edge: EdgeIndex, message: &Message) -> bool {
        let reads = &self.plan.edges[edge as usize].reads;
        let version = reads.get(message.message_type as usize).copied().unwrap_or(0);
        let form = |version| self.plan.content.form(message.message_type, version);
        let Some(reader) = form(version) else { return true };
        let written = self.world.content.version_written(self.plan, message);
        let payload = self.world.content.payload(self.plan, message);
        if let Some(narrowed) = self.plan.content.narrowed.get(&(edge, message.message_type)) {
            return narrowed.fits(&payload);
        }
        match form(written).filter(|_| written != version) {
            Some(writer) => reader.checker().accepts(writer.checker(), &payload),
            None => reader.checker().fits(&payload),
        }
    }

    /// Evaluates what the effect of a message depends on.
    pub(super) fn prepare_effect(
        &mut self,
        consumer: u32,
        of: &Circumstances,
    ) -> Result<(), Failure> {
        self.world.prepared.clear();
        let failures = self.world.content.complaints().failures();
        let index = self.choose_handler(consumer, of);
        if self.world.content.complaints().failures() != failures {
            return Err(Failure::Expression);
        }
        let plan = self.plan;
        let Some(handler) = plan.consumers[consumer as usize].handlers.get(index as usize) else {
            return Ok(());
        };
        let known = self.known(consumer, of);
        let known = names(&known);
        if let PlanPoison::When(condition) = handler.poison
            && of.message.marks & MENDED == 0
            && self.condition(condition, of, &[])?
        {
            return Err(Failure::Poison);
        }
        self.amount(handler, of, &known)?;
        let prepared = self.prepare(&handler.emissions, handler.routing, of, &known)?;
        let is_router = handler.emissions.iter().any(|emission| emission.condition != NONE);
        if prepared.is_empty() && is_router && handler.unmatched == Unmatched::Reject {
            return Err(Failure::Unmatched);
        }
        self.world.prepared = prepared;
        Ok(())
    }

    /// What the emissions of a list make of a message. `more` is what they can read beside it;
    /// where they do, their payloads are made at once.
    pub(super) fn prepare(
        &mut self,
        list: &[PlanEmission],
        routing: Routing,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Result<Vec<Prepared>, Failure> {
        let mut prepared = Vec::new();
        for (index, emission) in (0..).zip(list) {
            if emission.parts == NONE {
                self.prepare_one((index, emission), of, more, (None, &mut prepared))?;
            } else {
                for part in self.split(emission.parts, of, more)? {
                    let into = (Some(part), &mut prepared);
                    self.prepare_one((index, emission), of, more, into)?;
                }
            }
            if routing == Routing::FirstMatch && !prepared.is_empty() {
                break;
            }
        }
        Ok(prepared)
    }

    fn split(
        &mut self,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Result<Vec<Part>, Failure> {
        let value = self.value(expression, of, more)?;
        let items = match value.as_u64() {
            Some(count) => (0..count.min(PARTS as u64)).map(Value::from).collect(),
            None => match value {
                Value::Array(items) => items,
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Object(_) => return Err(Failure::Expression),
            },
        };
        let total = items.len().min(PARTS) as u64;
        let part = |(index, item)| Part { item: Arc::new(item), index, total };
        Ok((0..total).zip(items).map(part).collect())
    }

    fn prepare_one(
        &mut self,
        (index, emission): (u32, &PlanEmission),
        of: &Circumstances,
        more: &[(&str, &Value)],
        (part, into): (Option<Part>, &mut Vec<Prepared>),
    ) -> Result<(), Failure> {
        let numbers = part.as_ref().map(Part::numbers);
        let mut names = more.to_vec();
        if let (Some(part), Some(numbers)) = (&part, &numbers) {
            names.extend(part.names(numbers));
        }
        if !self.condition(emission.condition, of, &names)? {
            return Ok(());
        }
        let key = match emission.key {
            NONE => None,
            key => Some(self.value(key, of, &names)?.as_u64().ok_or(Failure::Expression)?),
        };
        let number = part.as_ref().map_or(0, |part| part.index as u32);
        let content = match emission.mapping {
            NONE => PreparedContent::Derived,
            mapping => {
                let fields = self.world.content.try_mapping(self.plan, mapping, of, &names);
                let fields = fields.ok_or(Failure::Expression)?;
                if more.is_empty() {
                    PreparedContent::Mapped(Mapped { mapping, cause: *of, part })
                } else {
                    PreparedContent::Said(Arc::new(fields))
                }
            }
        };
        into.push(Prepared { emission: index, key, part: number, content });
        Ok(())
    }

    /// Publishes what was prepared of a list of emissions.
    pub(super) fn emit_prepared(
        &mut self,
        node: NodeIndex,
        list: &[PlanEmission],
        prepared: Vec<Prepared>,
        cause: &Message,
    ) {
        for one in prepared {
            let edges = &list[one.emission as usize].edges;
            if let Some(message) = self.make_prepared(node, list, one, cause) {
                self.publish_of_consumer(node, &message, edges, false);
            }
        }
    }

    /// Makes a message of what was prepared, to be published. One that there is already goes out
    /// again.
    pub(super) fn make_prepared(
        &mut self,
        node: NodeIndex,
        list: &[PlanEmission],
        one: Prepared,
        cause: &Message,
    ) -> Option<Message> {
        let emission = &list[one.emission as usize];
        let made = (cause.id, emission.number, one.part);
        if emission.identity == Identity::OfCause
            && let Some(message) = self.world.made.get(&made).copied()
        {
            self.publish_of_consumer(node, &message, &emission.edges, true);
            return None;
        }
        let key = Some(one.key.unwrap_or(cause.key));
        let mut message = self.new_message(node, emission.class, key, Some(cause));
        match one.content {
            PreparedContent::Derived => {}
            PreparedContent::Mapped(it) => self.world.content.keep_mapped(message.id, it),
            PreparedContent::Said(fields) => {
                let payload = self.plan.content.filled(self.plan, &message, &fields);
                self.world.content.keep_said(message.id, Arc::new(payload));
            }
        }
        self.expect_reply(node, emission, &mut message, cause);
        if emission.identity == Identity::OfCause {
            self.world.made.insert(made, message);
        }
        Some(message)
    }

    /// A consumer that knows a message sends what came of it once more, as far as that keeps its
    /// identity: somebody who asks again did not get the answer.
    pub(super) fn answer_again(&mut self, node: NodeIndex, cause: &Message) {
        let plan = self.plan;
        let consumer = &plan.consumers[plan.nodes[node as usize].part as usize];
        if !consumer.is_inspecting {
            return;
        }
        for emission in consumer.handlers.iter().flat_map(|handler| &handler.emissions) {
            if emission.identity == Identity::New {
                continue;
            }
            let all = (cause.id, emission.number, 0)..=(cause.id, emission.number, u32::MAX);
            let made: Vec<Message> = self.world.made.range(all).map(|(_, it)| *it).collect();
            for message in made {
                emission.edges.iter().for_each(|edge| self.send_again(&message, *edge));
            }
        }
    }

    /// Whoever emits a question owns its timeout.
    pub(super) fn expect_reply(
        &mut self,
        node: NodeIndex,
        emission: &PlanEmission,
        message: &mut Message,
        cause: &Message,
    ) {
        let Some((reply, within)) = emission.reply else { return };
        let (outer, is_answered, is_overdue) = (cause.expectation, false, false);
        let of = *message;
        let expectation = Expectation { node, message: of, reply, outer, is_answered, is_overdue };
        self.world.expectations.insert(message.id, expectation);
        message.expectation = message.id;
        let event = Event::about(EventKind::ReplyTimeout, message.id.0);
        self.schedule_in(within, Phase::Deadline, self.plan.node_rank(node), event);
    }

    /// What the effect of a message comes to by a handler.
    fn amount(
        &mut self,
        handler: &PlanHandler,
        of: &Circumstances,
        known: &[(&str, &Value)],
    ) -> Result<Amount, Failure> {
        match handler.amount {
            NONE => Ok(Amount::ONE),
            amount => Amount::of(&self.value(amount, of, known)?).ok_or(Failure::Expression),
        }
    }

    /// Posts the effect of a message in the ledger of a consumer.
    pub(super) fn post(&mut self, consumer: u32, of: &Circumstances, had_effect: bool) {
        let plan = self.plan;
        if !plan.consumers[consumer as usize].has_ledger {
            return;
        }
        let index = self.choose_handler(consumer, of);
        let handler = plan.consumers[consumer as usize].handlers.get(index as usize);
        let known = self.known(consumer, of);
        let known = names(&known);
        let amount = handler.map_or(Ok(Amount::ONE), |handler| self.amount(handler, of, &known));
        if let Ok(amount) = amount {
            self.world.ledgers[consumer as usize].post(amount, had_effect);
        }
    }

    /// A message comes in whose effect a ledger, or a read model, expects.
    pub(super) fn expect_effect(&mut self, index: BacklogIndex, message: &Message) {
        let consumer = self.plan.backlogs[index as usize].ledger;
        self.expect_in_pattern(consumer, message);
        if self.plan.consumers[consumer as usize].has_ledger {
            let edge = self.plan.backlogs[index as usize].members.first();
            let reads = edge.map_or(0, |edge| self.reads(*edge, message));
            let of = Circumstances { reads, ..Circumstances::of(*message, self.world.now) };
            self.expect_effect_at(consumer, &of);
        }
    }

    /// The same of a consumer with a ledger, which may be called.
    pub(super) fn expect_effect_at(&mut self, consumer: u32, of: &Circumstances) {
        // What is published again is meant for it once.
        if self.world.consumers[consumer as usize].expected.put(of.message.id.0, true) {
            return;
        }
        if self.is_expected_by_inbox(consumer, of) {
            return;
        }
        let handler = self.choose_handler(consumer, of);
        let handlers = &self.plan.consumers[consumer as usize].handlers;
        let known = self.known(consumer, of);
        let known = names(&known);
        let amount = match handlers.get(handler as usize) {
            Some(handler) => self.amount(handler, of, &known),
            None => Ok(Amount::ONE),
        };
        if let Ok(amount) = amount {
            self.world.ledgers[consumer as usize].expect(amount);
        }
    }

    /// Whether the condition of an edge lets a message pass; what cannot be told does not, and the
    /// complaint is noted.
    pub(super) fn meets_condition(&mut self, edge: EdgeIndex, message: &Message) -> bool {
        let of = Circumstances::of(*message, self.world.now);
        let condition = self.plan.edges[edge as usize].condition;
        self.condition(condition, &of, &[]).unwrap_or(false)
    }

    /// The same of the condition by which a consumer chooses for itself.
    pub(super) fn meets_own_condition(&mut self, slot: u32, edge: EdgeIndex) -> bool {
        let condition = self.plan.edges[edge as usize].own_condition;
        let of = self.circumstances(slot);
        self.condition(condition, &of, &[]).unwrap_or(true)
    }
}

/// What is known beside a message, as expressions read it.
fn names<'a>(known: &'a [(&'static str, Arc<Value>)]) -> Vec<(&'a str, &'a Value)> {
    known.iter().map(|(name, value)| (*name, &**value)).collect()
}
