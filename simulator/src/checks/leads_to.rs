//! Each message of a type leads to one of others within a time.

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::time::{Span, Time};

use super::{Answer, End, Watch};
use crate::message::{Message, MessageId};
use crate::plan::{Plan, TypeIndex};
use crate::record::{Entry, EntryKind};

#[derive(Debug)]
pub(super) struct LeadsTo {
    from: Option<TypeIndex>,
    to: Vec<TypeIndex>,
    within: Span,
    /// Chains that wait for their consequence, in the order of their deadlines.
    open: VecDeque<(Time, MessageId)>,
    /// The open chains by the root of the chain, with the name of the message that began it.
    waiting: BTreeMap<MessageId, (MessageId, String)>,
    kept: u64,
    first: Option<(Time, String)>,
}

impl LeadsTo {
    pub(super) fn new(plan: &Plan, message: &str, to: &[String], within: Span) -> LeadsTo {
        LeadsTo {
            from: plan.type_named(message),
            to: to.iter().filter_map(|name| plan.type_named(name)).collect(),
            within,
            open: VecDeque::new(),
            waiting: BTreeMap::new(),
            kept: 0,
            first: None,
        }
    }

    /// Decides what is due before an instant.
    fn decide_until(&mut self, now: Time) {
        while let Some((deadline, root)) = self.open.front().copied() {
            if deadline >= now {
                return;
            }
            self.open.pop_front();
            if let Some((_, name)) = self.waiting.remove(&root) {
                self.first.get_or_insert((deadline, name));
            }
        }
    }
}

impl Watch for LeadsTo {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        self.decide_until(entry.at);
        let (EntryKind::Published, Some(message)) = (entry.kind, message) else { return };
        if Some(message.message_type) == self.from {
            let name = plan.message_name(message.source, message.number);
            let known = self.waiting.insert(message.root, (message.id, name));
            if known.is_none() {
                self.open.push_back((entry.at.after(self.within), message.root));
            }
        } else if self.to.contains(&message.message_type)
            && self.waiting.remove(&message.root).is_some()
        {
            self.kept += 1;
        }
    }

    fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        if let Some((at, name)) = &self.first {
            return Answer::violated(*at, format!("{name} led to nothing within {}", self.within));
        }
        let overdue = self
            .open
            .iter()
            .find(|(deadline, root)| *deadline < end.world.now && self.waiting.contains_key(root));
        if let Some((deadline, root)) = overdue {
            let name = self.waiting.get(root).map_or("", |(_, name)| name);
            return Answer::violated(*deadline, format!("{name} led to nothing"));
        }
        match self.waiting.len() {
            0 => Answer::held(end, format!("{} chains, all in time", self.kept)),
            open => Answer::undecided(end, format!("{open} chains were still open at the end")),
        }
    }
}
