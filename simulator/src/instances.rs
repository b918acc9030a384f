//! The inside of a consumer that remembers: its ledger, and the instances of its pattern.

use flowbench_model::node::Role;
use flowbench_model::time::Time;
use serde_json::Value;

use crate::content::Complaint;
use crate::message::{Message, MessageId};
use crate::plan::{ClassIndex, NONE, NodeIndex, Plan, PlanClass, TypeIndex};
use crate::record::Lineage;
use crate::run::Run;
use crate::world::blobs::BlobCounts;
use crate::world::inbox::InboxCounts;
use crate::world::ledger::LedgerState;
use crate::world::pattern::window::{Pane, WindowKey, WindowState};
use crate::world::pattern::{AggregatorState, PatternState};

mod event_sourced;
mod materialized_view;
mod process_manager;
mod projection;
mod saga;

/// What a pattern holds at an instant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PatternInside {
    /// What was counted so far, each with its word.
    pub counts: Vec<(&'static str, u64)>,
    /// The instances that are not over, in the order of their keys.
    pub instances: Vec<Instance>,
}

/// What an inbox holds at an instant, and what it did so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InboxInside {
    /// Entries that are kept.
    pub entries: u64,
    /// Entries that were kept as long as they are kept.
    pub forgotten: u64,
    /// What it did.
    pub counts: InboxCounts,
}

/// One instance of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// What tells it from others.
    pub name: String,
    /// The state it is in, as the card of the pattern calls it.
    pub state: &'static str,
    /// Since when.
    pub since: Time,
    /// More about it: `2 of 3 parts`.
    pub says: String,
}

impl Run {
    /// What the pattern of a consumer holds; nothing for one without. At most `most` instances.
    #[must_use]
    pub fn pattern(&self, node: NodeIndex, most: usize) -> Option<PatternInside> {
        let plan = self.plan();
        let consumer = consumer_of(plan, node)?;
        match self.world().patterns.get(consumer)? {
            PatternState::Stateless => None,
            PatternState::Aggregator(state) => Some(aggregator(state, most)),
            PatternState::Window(state) => Some(window(state, most)),
            PatternState::EventSourced(state) => {
                Some(event_sourced::inside(plan, node, state, most))
            }
            PatternState::Saga(state) => Some(saga::inside(plan, (consumer, state), most)),
            PatternState::Process(state) => {
                Some(process_manager::inside(plan, (consumer, state), most))
            }
            PatternState::Projection(state) => Some(projection::inside(plan, node, state, most)),
            PatternState::View(state) => Some(materialized_view::inside(self, state, most)),
        }
    }

    /// How many processes of a consumer ended in each of its states, by name.
    pub(crate) fn ended_processes(&self, node: NodeIndex) -> Vec<(String, u64)> {
        let Some(consumer) = consumer_of(self.plan(), node) else { return Vec::new() };
        let PatternState::Process(state) = &self.world().patterns[consumer] else {
            return Vec::new();
        };
        process_manager::ended(self.plan(), consumer, state)
    }

    /// The ledger of a consumer; nothing for one without.
    #[must_use]
    pub fn ledger(&self, node: NodeIndex) -> Option<LedgerState> {
        let consumer = consumer_of(self.plan(), node)?;
        let has_ledger = self.plan().consumers[consumer].has_ledger;
        has_ledger.then(|| self.world().ledgers[consumer])
    }

    /// What is in the inbox of a consumer that says more of it than that it has one; nothing for
    /// others.
    #[must_use]
    pub fn inbox(&self, node: NodeIndex) -> Option<InboxInside> {
        let consumer = consumer_of(self.plan(), node)?;
        let inbox = self.plan().consumers[consumer].inbox.as_ref()?;
        let world = self.world();
        let state = &world.inboxes[consumer];
        let (entries, forgotten) = match inbox.is_plain_memory() {
            true => (world.consumers[consumer].remembered(), 0),
            false => state.entries(world.now, inbox.retention),
        };
        Some(InboxInside { entries, forgotten, counts: state.counts })
    }

    /// What became of the payloads of a type of message that are stored beside the channels;
    /// nothing for other types.
    #[must_use]
    pub fn blobs(&self, message_type: TypeIndex) -> Option<BlobCounts> {
        let classes = &self.plan().classes;
        let is_stored =
            |class: &PlanClass| class.message_type == message_type && class.claim_check.is_some();
        classes.iter().find(|class| is_stored(class))?;
        let kept = |class: ClassIndex| {
            classes[class as usize].claim_check.as_ref().and_then(|check| check.time_to_live)
        };
        Some(self.world().blobs.counts(message_type, self.now(), kept))
    }

    /// The expressions that failed so far, and how often in all.
    #[must_use]
    pub fn complaints(&self) -> (&[Complaint], u64) {
        let complaints = self.world().content.complaints();
        (complaints.list(), complaints.times())
    }

    /// What a message says that was published before this instant; nothing where nobody in the
    /// run needs to know what messages say.
    #[must_use]
    pub fn payload(&self, id: MessageId, of: &Lineage) -> Option<Value> {
        let plan = self.plan();
        if !plan.has_content() || id == MessageId::NONE {
            return None;
        }
        let message = Message {
            id,
            message_type: of.message_type,
            source: of.source,
            number: of.number,
            key: of.key,
            class: plan.class_published(of.source, of.message_type),
            ..Message::NOBODY
        };
        Some(Value::clone(&self.world().content.payload_once(plan, &message)))
    }
}

/// The name of a state on the card of a consumer's pattern.
fn state_name(plan: &Plan, node: NodeIndex, state: usize) -> &'static str {
    let role = &plan.design.nodes[plan.nodes[node as usize].design_index].role;
    let Role::Consumer(consumer) = role else { return "" };
    let state = consumer.pattern.card().and_then(|card| card.states.get(state));
    state.map_or("", |state| state.name)
}

/// Index of a consumer in [`Plan::consumers`].
fn consumer_of(plan: &Plan, node: NodeIndex) -> Option<usize> {
    let part = plan.nodes[node as usize].part as usize;
    plan.consumers.get(part).filter(|it| it.node == node).map(|_| part)
}

impl Plan {
    /// The class in which a node publishes a type: the first that it names.
    fn class_published(&self, source: NodeIndex, message_type: u32) -> u32 {
        let line = self
            .workloads
            .iter()
            .find(|line| line.producer == source && line.message_type == message_type);
        if let Some(line) = line {
            return line.class;
        }
        let consumer = consumer_of(self, source).map(|at| &self.consumers[at]);
        let emissions = consumer.into_iter().flat_map(|consumer| consumer.emissions());
        emissions
            .filter(|emission| emission.message_type == message_type)
            .map(|emission| emission.class)
            .next()
            .unwrap_or(NONE)
    }
}

fn aggregator(state: &AggregatorState, most: usize) -> PatternInside {
    let instance = |(key, set): (&u64, &crate::world::pattern::Set)| Instance {
        name: key.to_string(),
        state: "collecting",
        since: set.since,
        says: match set.expected {
            Some(expected) => format!("{} of {expected} parts", set.parts.len()),
            None => format!("{} parts", set.parts.len()),
        },
    };
    PatternInside {
        counts: vec![
            ("complete", state.completed),
            ("overdue", state.overdue),
            ("late parts", state.late),
            ("repeated parts", state.repeated),
        ],
        instances: state.sets.iter().take(most).map(instance).collect(),
    }
}

fn window(state: &WindowState, most: usize) -> PatternInside {
    let instance = |(key, pane): (&WindowKey, &Pane)| Instance {
        name: format!("{} ms to {} ms", key.start, key.end),
        state: if pane.has_fired { "fired" } else { "open" },
        since: pane.since,
        says: format!("key {}: {} messages, sum {}", key.group, pane.count, pane.sum.value()),
    };
    PatternInside {
        counts: vec![
            ("results", state.results),
            ("later results", state.later),
            ("too late", state.too_late),
        ],
        instances: state.panes.iter().take(most).map(instance).collect(),
    }
}
