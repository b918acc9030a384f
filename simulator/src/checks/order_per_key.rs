//! A consumer handles messages with the same ordering key in the order of publication.

use std::collections::BTreeMap;

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::{Message, MessageId};
use crate::plan::{EdgeIndex, NodeIndex, Plan};
use crate::record::Entry;

#[derive(Debug)]
pub(super) struct OrderPerKey {
    consumer: Option<NodeIndex>,
    /// The newest message that was handled, by subscription and key.
    newest: BTreeMap<(EdgeIndex, u64), MessageId>,
    first: Option<(Time, String)>,
}

impl OrderPerKey {
    pub(super) fn new(plan: &Plan, consumer: &str) -> OrderPerKey {
        let consumer = plan.node_named(consumer);
        OrderPerKey { consumer, newest: BTreeMap::new(), first: None }
    }
}

impl Watch for OrderPerKey {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let (true, Some(message)) = (entry.is_handled(), message) else { return };
        if Some(plan.edges[entry.place as usize].to) != self.consumer {
            return;
        }
        let newest = self.newest.entry((entry.place, message.key)).or_insert(message.id);
        if message.id < *newest && self.first.is_none() {
            let name = plan.message_name(message.source, message.number);
            self.first = Some((entry.at, format!("{name} was overtaken (key {})", message.key)));
        }
        *newest = (*newest).max(message.id);
    }

    fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        match &self.first {
            Some((at, first)) => Answer::violated(*at, first.clone()),
            None => Answer::held(end, format!("{} keys in order", self.newest.len())),
        }
    }
}
