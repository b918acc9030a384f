//! A consumer handles messages with the same ordering key in the order of publication.

use std::collections::{BTreeMap, btree_map as map};

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
    /// The same by publisher and key: what comes back by another way (a retry topic, a redrive of
    /// dead letters to a queue of their own) is still a message of that key.
    newest_of_source: BTreeMap<(NodeIndex, u64), MessageId>,
    first: Option<(Time, String)>,
}

impl OrderPerKey {
    pub(super) fn new(plan: &Plan, consumer: &str) -> OrderPerKey {
        let consumer = plan.node_named(consumer);
        let (newest, newest_of_source) = (BTreeMap::new(), BTreeMap::new());
        OrderPerKey { consumer, newest, newest_of_source, first: None }
    }
}

impl Watch for OrderPerKey {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let (true, Some(message)) = (entry.is_handled(), message) else { return };
        if Some(plan.edges[entry.place as usize].to) != self.consumer {
            return;
        }
        let newest = self.newest.entry((entry.place, message.key));
        let of_source = self.newest_of_source.entry((message.source, message.key));
        let is_late = was_overtaken(newest, message.id) | was_overtaken(of_source, message.id);
        if is_late && self.first.is_none() {
            let name = plan.message_name(message.source, message.number);
            self.first = Some((entry.at, format!("{name} was overtaken (key {})", message.key)));
        }
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

/// Notes a message that was handled; whether a newer one was handled before.
fn was_overtaken<K: Ord>(newest: map::Entry<'_, K, MessageId>, handled: MessageId) -> bool {
    let newest = newest.or_insert(handled);
    let is_late = handled < *newest;
    *newest = (*newest).max(handled);
    is_late
}
