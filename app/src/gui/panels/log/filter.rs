//! Which entries of a record are looked for, and which were found.

use std::collections::BTreeSet;

use flowbench_simulator::message::MessageId;
use flowbench_simulator::plan::{NONE, Plan};
use flowbench_simulator::record::{Entry, Record};
use flowbench_simulator::recording::Recording;

use crate::gui::story::{self, Group, Spot};

/// Entries that are looked at in one frame: about a millisecond.
const AT_ONCE: usize = 100_000;

/// What is looked for.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Filter {
    /// Words that must all occur: in the name of the message (`shop#17`), of its type, of the
    /// place, or in what happened.
    pub(super) text: String,
    /// Groups; any if empty.
    pub(super) groups: BTreeSet<Group>,
    /// Only these messages, and what they are called together.
    pub(super) messages: Option<(BTreeSet<MessageId>, String)>,
}

impl Filter {
    /// Whether everything fits.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.groups.is_empty() && self.messages.is_none()
    }
}

/// What was found so far: indices of entries.
#[derive(Default)]
pub(super) struct Found {
    words: Option<Vec<Word>>,
    looked_at: usize,
    entries: Vec<u32>,
}

impl Found {
    /// Looks at some more of the record; whether all of it was looked at.
    pub(super) fn search_on(&mut self, recording: &Recording, filter: &Filter) -> bool {
        let (plan, record) = (recording.plan().as_ref(), recording.record());
        let words = self.words.get_or_insert_with(|| {
            filter.text.split_whitespace().map(|word| Word::new(plan, word)).collect()
        });
        let until = record.len().min(self.looked_at + AT_ONCE);
        for index in self.looked_at..until {
            let Some(entry) = record.entry(index) else { break };
            let is_wanted =
                filter.groups.is_empty() || filter.groups.contains(&Group::of(entry.kind));
            let is_chosen =
                |(messages, _): &(BTreeSet<_>, String)| messages.contains(&entry.message);
            if is_wanted
                && filter.messages.as_ref().is_none_or(is_chosen)
                && words.iter().all(|word| word.fits(plan, record, &entry))
            {
                self.entries.push(index as u32);
            }
        }
        self.looked_at = until;
        until == record.len()
    }

    /// How many were found before an entry.
    #[must_use]
    pub(super) fn count_before(&self, entry: usize) -> usize {
        self.entries.partition_point(|index| (*index as usize) < entry)
    }

    /// The entry of a row.
    #[must_use]
    pub(super) fn entry(&self, row: usize) -> usize {
        self.entries.get(row).map_or(usize::MAX, |index| *index as usize)
    }
}

/// A word, looked up once in all names.
struct Word {
    text: String,
    nodes: Vec<bool>,
    types: Vec<bool>,
    /// The node and the number that a message name such as `shop#17` begins with.
    message: Option<(Vec<bool>, String)>,
}

impl Word {
    fn new(plan: &Plan, word: &str) -> Word {
        let text = word.to_lowercase();
        let has = |name: &str| name.to_lowercase().contains(&text);
        let message = text.split_once('#').map(|(source, number)| {
            let is_source = |name: &str| name.to_lowercase().ends_with(source);
            (plan.nodes.iter().map(|node| is_source(&node.name)).collect(), number.to_owned())
        });
        Word {
            nodes: plan.nodes.iter().map(|node| has(&node.name)).collect(),
            types: plan.message_types.iter().map(|name| has(name)).collect(),
            message,
            text,
        }
    }

    fn fits(&self, plan: &Plan, record: &Record, entry: &Entry) -> bool {
        let lineage = record.lineage(entry.message);
        if let Some((sources, number)) = &self.message {
            return lineage.is_some_and(|lineage| {
                sources[lineage.source as usize] && lineage.number.to_string().starts_with(number)
            });
        }
        let is_message = lineage.is_some_and(|lineage| {
            let is_type = lineage.message_type != NONE && self.types[lineage.message_type as usize];
            is_type || self.nodes[lineage.source as usize]
        });
        is_message || entry.kind.word().contains(&self.text) || self.is_place(plan, entry)
    }

    fn is_place(&self, plan: &Plan, entry: &Entry) -> bool {
        match story::spot(entry) {
            Spot::Node(node) => self.nodes.get(node as usize).copied().unwrap_or(false),
            Spot::Edge(edge) => plan
                .edges
                .get(edge as usize)
                .is_some_and(|edge| self.nodes[edge.from as usize] || self.nodes[edge.to as usize]),
            Spot::Fault(index) => plan.faults.get(index as usize).is_some_and(|fault| {
                story::target(&fault.kind).to_lowercase().contains(&self.text)
            }),
            Spot::Action(_) => "operator".contains(&self.text),
        }
    }
}
