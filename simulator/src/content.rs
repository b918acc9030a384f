//! What messages say. Payloads are derived when somebody looks at one, from the seed, the identity
//! of the message and its schema; only what a mapping has made is kept, as what it was made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::expression::{Compiled, ExpressionError, Facts, Scope};
use flowbench_model::formats::recorded::Event;
use flowbench_model::schema::Form;
use flowbench_model::schema::damage::{Damage, damaged, damaged_under, fields};
use flowbench_model::time::Time;
use serde_json::Value;

use crate::marks::{PARTIAL, REPLAYED};
use crate::message::{Message, MessageId};
use crate::plan::content::{ExpressionIndex, MappingIndex, PlanContent};
use crate::plan::effect::Effect;
use crate::plan::{Plan, TypeIndex};
use crate::rng::{Stream, mix};

mod complaints;

pub use complaints::Complaint;
pub(crate) use complaints::Complaints;

/// Payloads that are remembered, so that filter, check and mapping of one message derive it once.
const REMEMBERED: usize = 64;
/// Contents in one piece of what is kept; pieces are shared between snapshots.
const PIECE: usize = 1024;
/// Mappings of mappings that are followed; a chain longer than this derives from its schema alone.
const DEEPEST: usize = 64;

/// What a run knows about contents.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContentState {
    /// By message, ascending, what cannot be derived from its schema alone.
    pieces: Vec<Arc<Vec<(MessageId, Kept)>>>,
    /// The versions that faults made publishers write.
    versions: BTreeMap<MessageId, u16>,
    /// Which fault broke the payload of a message.
    broken: BTreeMap<MessageId, u32>,
    remembered: Vec<Option<(MessageId, Arc<Value>)>>,
    complaints: Complaints,
}

/// What is kept of the content of a message.
#[derive(Clone, Debug)]
enum Kept {
    /// It was mapped from this.
    Mapped(Mapped),
    /// It says this.
    Said(Arc<Value>),
    /// It is this event of a recorded file.
    Recorded { replay: u32, event: Event },
}

/// What a mapped payload is made of.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    pub(crate) mapping: MappingIndex,
    pub(crate) cause: Circumstances,
    /// Which of several parts it is, and of how many.
    pub(crate) part: Option<Part>,
}

/// One of several parts that a splitter makes.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) item: Arc<Value>,
    pub(crate) index: u64,
    pub(crate) total: u64,
}

/// A message that is about to be published.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// Position of the emission in its list.
    pub(crate) emission: u32,
    pub(crate) key: Option<u64>,
    /// Which of the messages of the emission it is.
    pub(crate) part: u32,
    pub(crate) content: PreparedContent,
}

/// What it will say.
#[derive(Clone, Debug)]
pub(crate) enum PreparedContent {
    /// What its schema makes of it.
    Derived,
    Mapped(Mapped),
    Said(Arc<Value>),
}

/// A message as somebody has it who evaluates an expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    pub(crate) message: Message,
    pub(crate) attempt: u32,
    /// The instant that counts as now.
    pub(crate) at: Time,
    /// The version whose Avro schema it is read by; zero: as it was written.
    pub(crate) reads: u32,
}

impl ContentState {
    /// The expressions that failed.
    pub(crate) fn complaints(&self) -> &Complaints {
        &self.complaints
    }

    fn keep(&mut self, id: MessageId, kept: Kept) {
        match self.pieces.last_mut() {
            Some(last) if last.len() < PIECE => Arc::make_mut(last).push((id, kept)),
            Some(_) | None => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push((id, kept));
                self.pieces.push(Arc::new(piece));
            }
        }
    }

    fn kept(&self, id: MessageId) -> Option<&Kept> {
        let after = self.pieces.partition_point(|piece| piece[0].0 <= id);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        let at = piece.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&piece[at].1)
    }

    /// Notes that a message says what a mapping makes of its cause.
    pub(crate) fn keep_mapped(&mut self, id: MessageId, mapped: Mapped) {
        self.keep(id, Kept::Mapped(mapped));
    }

    /// Notes what a message says.
    pub(crate) fn keep_said(&mut self, id: MessageId, payload: Arc<Value>) {
        self.keep(id, Kept::Said(payload));
    }

    /// Notes that a message is an event of a recorded file.
    pub(crate) fn keep_recorded(&mut self, id: MessageId, replay: u32, event: Event) {
        self.keep(id, Kept::Recorded { replay, event });
    }

    /// The bytes of a message that is an event of a recorded file.
    pub(crate) fn bytes_recorded(&self, id: MessageId) -> Option<u64> {
        match self.kept(id)? {
            Kept::Recorded { event, .. } => Some(event.bytes),
            Kept::Mapped(_) | Kept::Said(_) => None,
        }
    }

    /// Takes back what was noted last, of a message that was not published after all.
    pub(crate) fn take_back(&mut self, id: MessageId) {
        if let Some(piece) = self.pieces.last_mut()
            && piece.last().is_some_and(|(last, _)| *last == id)
        {
            Arc::make_mut(piece).pop();
            if piece.is_empty() {
                self.pieces.pop();
            }
        }
    }

    /// Notes which version a message has because of a fault.
    pub(crate) fn keep_version(&mut self, id: MessageId, version: u16) {
        self.versions.insert(id, version);
        self.forget(id);
    }

    /// Notes that a fault breaks the payload of a message.
    pub(crate) fn keep_broken(&mut self, id: MessageId, fault: u32) {
        self.broken.insert(id, fault);
        self.forget(id);
    }

    /// What was derived before it was changed no longer counts.
    fn forget(&mut self, id: MessageId) {
        if let Some(slot) = self.remembered.get_mut(id.0 as usize % REMEMBERED) {
            *slot = None;
        }
    }

    fn remember(&mut self, id: MessageId, payload: &Arc<Value>) {
        if self.remembered.is_empty() {
            self.remembered.resize(REMEMBERED, None);
        }
        self.remembered[id.0 as usize % REMEMBERED] = Some((id, Arc::clone(payload)));
    }

    fn remembered(&self, id: MessageId) -> Option<&Arc<Value>> {
        let slot = self.remembered.get(id.0 as usize % REMEMBERED)?.as_ref()?;
        (slot.0 == id).then_some(&slot.1)
    }

    /// What a message says; an empty object if it has no schema.
    pub(crate) fn payload(&mut self, plan: &Plan, message: &Message) -> Arc<Value> {
        if let Some(payload) = self.remembered(message.id) {
            return Arc::clone(payload);
        }
        let payload = self.derived(plan, message, 0);
        self.remember(message.id, &payload);
        payload
    }

    /// The same as somebody has it who reads it: an Avro reader resolves what was written by
    /// another version. What he cannot read he has as it was written.
    pub(crate) fn received(&mut self, plan: &Plan, of: &Circumstances) -> Arc<Value> {
        let payload = self.payload(plan, &of.message);
        self.resolved(plan, of, payload)
    }

    fn resolved(&self, plan: &Plan, of: &Circumstances, payload: Arc<Value>) -> Arc<Value> {
        let form = |version| plan.content.form(of.message.message_type, version);
        let written = self.version_written(plan, &of.message);
        if of.reads == 0 || of.reads == written {
            return payload;
        }
        let (Some(reader), Some(writer)) = (form(of.reads), form(written)) else { return payload };
        match reader.checker().received(writer.checker(), &payload) {
            Ok(read) => Arc::new(read),
            Err(_) => payload,
        }
    }

    /// The same without remembering it.
    pub(crate) fn payload_once(&self, plan: &Plan, message: &Message) -> Arc<Value> {
        match self.remembered(message.id) {
            Some(payload) => Arc::clone(payload),
            None => self.derived(plan, message, 0),
        }
    }

    fn derived(&self, plan: &Plan, message: &Message, depth: usize) -> Arc<Value> {
        let payload = self.intended(plan, message, depth);
        match self.broken.get(&message.id) {
            Some(fault) => {
                let version = self.version_written(plan, message);
                let form = plan.content.form(message.message_type, version);
                Arc::new(broken(plan, *fault, (message, form), &payload))
            }
            None => payload,
        }
    }

    /// The version that a message was written by, which a fault may have changed.
    pub(crate) fn version_written(&self, plan: &Plan, message: &Message) -> u32 {
        plan.content.version_written(plan, &self.as_written(message))
    }

    fn as_written(&self, message: &Message) -> Message {
        let version = self.versions.get(&message.id).copied().unwrap_or(message.version);
        Message { version, ..*message }
    }

    /// What a message says if no fault breaks it.
    fn intended(&self, plan: &Plan, message: &Message, depth: usize) -> Arc<Value> {
        let content = &plan.content;
        let message = &self.as_written(message);
        match self.kept(message.id) {
            Some(Kept::Said(payload)) => Arc::clone(payload),
            Some(Kept::Recorded { replay, event }) => {
                let payload = plan.replays[*replay as usize].payload(event);
                Arc::new(payload.unwrap_or_else(|_| nothing()))
            }
            Some(Kept::Mapped(mapped)) if depth < DEEPEST => {
                let cause = self.derived(plan, &mapped.cause.message, depth + 1);
                let cause = self.resolved(plan, &mapped.cause, cause);
                let made = content.mapped(plan, message, mapped, &cause);
                Arc::new(made.unwrap_or_else(|_| nothing()))
            }
            Some(Kept::Mapped(_)) | None => {
                let version = content.version_written(plan, message);
                Arc::new(content.base(message, version).unwrap_or_else(nothing))
            }
        }
    }

    /// What an expression comes to; why not is noted.
    pub(crate) fn evaluate(
        &mut self,
        plan: &Plan,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Option<Value> {
        self.with(plan, expression, of, more, |compiled, scope| compiled.evaluate(scope))
    }

    /// Whether a condition holds; why nobody knows is noted.
    pub(crate) fn holds(
        &mut self,
        plan: &Plan,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Option<bool> {
        self.with(plan, expression, of, more, |compiled, scope| compiled.holds(scope))
    }

    fn with<T>(
        &mut self,
        plan: &Plan,
        expression: ExpressionIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
        take: impl FnOnce(&Compiled, &Scope<'_>) -> Result<T, ExpressionError>,
    ) -> Option<T> {
        let written = &plan.content.expressions[expression as usize];
        let compiled = &written.compiled;
        let payload = compiled.reads_payload().then(|| self.received(plan, of));
        let scope = Scope { payload: payload.as_deref(), message: of.facts(plan), more };
        match take(compiled, &scope) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = (of.message.source, of.message.number);
                self.complaints.add((of.at, message), &written.place, error);
                None
            }
        }
    }

    /// The fields that a mapping fills in, as one object, so that what fails is known before
    /// anything happens. Why it fails is noted.
    pub(crate) fn try_mapping(
        &mut self,
        plan: &Plan,
        mapping: MappingIndex,
        of: &Circumstances,
        more: &[(&str, &Value)],
    ) -> Option<Value> {
        let mut fields = nothing();
        for (path, expression) in &plan.content.mappings[mapping as usize] {
            put(&mut fields, path, self.evaluate(plan, *expression, of, more)?);
        }
        Some(fields)
    }
}

/// What a fault makes of a payload: one field is damaged, or the text ends in the middle. The
/// same for the same message, whenever somebody looks.
fn broken(
    plan: &Plan,
    fault: u32,
    (message, form): (&Message, Option<&Form>),
    payload: &Value,
) -> Value {
    let damaged = |field: &str, damage: Damage| match form {
        Some(form) => damaged_under(form.checker(), payload, field, damage),
        None => damaged(payload, field, damage),
    };
    let fault = &plan.faults[fault as usize];
    let Effect::Corruption { damage: Some(damage), field, .. } = &fault.effect else {
        let text = payload.to_string();
        return Value::String(text.chars().take(text.chars().count() / 2).collect());
    };
    if let Some(field) = field {
        return damaged(field, *damage).unwrap_or_else(|| payload.clone());
    }
    let able = fields(payload).into_iter().filter_map(|field| damaged(field, *damage));
    let mut able: Vec<Value> = able.collect();
    let choice = mix(fault.stream ^ mix(u64::from(message.id.0)));
    match able.len() {
        0 => payload.clone(),
        count => able.swap_remove((choice % count as u64) as usize),
    }
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

impl Circumstances {
    /// A message that nobody works at.
    pub(crate) fn of(message: Message, at: Time) -> Circumstances {
        Circumstances { message, attempt: 0, at, reads: 0 }
    }

    fn facts<'a>(&self, plan: &'a Plan) -> Facts<'a> {
        let message = &self.message;
        let facts = Facts {
            name: plan.type_name(message.message_type),
            version: plan.content.version_written(plan, message),
            key: message.key,
            source: &plan.nodes[message.source as usize].name,
            number: u64::from(message.number),
            attempt: self.attempt,
            age_ms: self.at.since(message.published_at).0 / 1_000_000,
            replayed: message.marks & REPLAYED != 0,
            partial: message.marks & PARTIAL != 0,
            ..Facts::default()
        };
        match plan.classes.get(message.class as usize) {
            Some(class) => Facts {
                routing_key: &class.properties.routing_key,
                headers: &class.properties.headers,
                ..facts
            },
            None => facts,
        }
    }
}

impl PlanContent {
    /// The version that the publisher of a message wrote.
    pub(crate) fn version_written(&self, plan: &Plan, message: &Message) -> u32 {
        match (message.version, plan.classes.get(message.class as usize)) {
            (0, Some(class)) => class.version,
            (0, None) => self.newest(message.message_type),
            (version, _) => u32::from(version),
        }
    }

    fn newest(&self, message_type: TypeIndex) -> u32 {
        let forms = self.of_type.get(message_type as usize);
        forms.and_then(|forms| forms.last()).map_or(0, |(version, _)| *version)
    }

    /// What payloads of a version of a type look like.
    pub(crate) fn form(&self, message_type: TypeIndex, version: u32) -> Option<&Form> {
        let forms = self.of_type.get(message_type as usize)?;
        let (_, form) = forms.iter().find(|(known, _)| *known == version)?;
        self.forms.get(*form as usize)
    }

    /// What the schema makes a message say, apart from any mapping. Two messages with the same
    /// ordering key say the same in the field that holds it.
    fn base(&self, message: &Message, version: u32) -> Option<Value> {
        let form = self.form(message.message_type, version)?;
        let own = self.node_words[message.source as usize] ^ mix(u64::from(message.number));
        let mut stream = Stream::from_id(own);
        let mut payload = form.payload(&mut || stream.word());
        if let Some((field, word)) = &self.key_fields[message.message_type as usize] {
            let mut stream = Stream::from_id(word ^ mix(message.key));
            if let Some(there) = payload.get_mut(field)
                && let Some(value) = form.field(field, &mut || stream.word())
            {
                *there = value;
            }
        }
        Some(payload)
    }

    /// What a mapping makes of the cause of a message; else where it fails, and why.
    fn mapped(
        &self,
        plan: &Plan,
        message: &Message,
        mapped: &Mapped,
        cause: &Value,
    ) -> Result<Value, (&str, ExpressionError)> {
        let version = self.version_written(plan, message);
        let mut payload = self.base(message, version).unwrap_or_else(nothing);
        let numbers = mapped.part.as_ref().map(Part::numbers);
        let more = mapped.part.as_ref().zip(numbers.as_ref());
        let more = more.map_or(Vec::new(), |(part, numbers)| part.names(numbers));
        let facts = mapped.cause.facts(plan);
        let scope = Scope { payload: Some(cause), message: facts, more: &more };
        for (path, expression) in &self.mappings[mapped.mapping as usize] {
            let written = &self.expressions[*expression as usize];
            let value = written
                .compiled
                .evaluate(&scope)
                .map_err(|error| (written.place.as_str(), error))?;
            put(&mut payload, path, value);
        }
        Ok(payload)
    }

    /// What a message says of which some fields are known.
    pub(crate) fn filled(&self, plan: &Plan, message: &Message, fields: &Value) -> Value {
        let version = self.version_written(plan, message);
        let mut payload = self.base(message, version).unwrap_or_else(nothing);
        lay_over(&mut payload, fields);
        payload
    }
}

/// Puts the members of an object in the place of those of another.
pub(crate) fn lay_over(payload: &mut Value, fields: &Value) {
    match (payload, fields) {
        (Value::Object(there), Value::Object(fields)) => {
            for (name, field) in fields {
                lay_over(there.entry(name.as_str()).or_insert(Value::Null), field);
            }
        }
        (there, field) => *there = field.clone(),
    }
}

impl Part {
    /// Its number among the others, and how many there are, as values.
    pub(crate) fn numbers(&self) -> [Value; 2] {
        [Value::from(self.index), Value::from(self.total)]
    }

    /// The names by which expressions read it.
    pub(crate) fn names<'a>(&'a self, numbers: &'a [Value; 2]) -> Vec<(&'a str, &'a Value)> {
        vec![("part", &*self.item), ("index", &numbers[0]), ("total", &numbers[1])]
    }
}

/// Puts a value at a path; objects on the way are made where there are none.
fn put(payload: &mut Value, path: &[String], value: Value) {
    let Some((name, rest)) = path.split_first() else {
        *payload = value;
        return;
    };
    if !payload.is_object() {
        *payload = nothing();
    }
    let Some(members) = payload.as_object_mut() else { return };
    put(members.entry(name.as_str()).or_insert(Value::Null), rest, value);
}

impl Plan {
    /// Whether what messages say matters to anything in this run.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.content.is_needed
    }
}
