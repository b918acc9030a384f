//! No consumer handles the same message twice with effect.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NodeIndex, Plan};
use crate::record::{Entry, EntryKind};

#[derive(Debug)]
pub(super) struct NoDuplicateEffect {
    consumer: Option<NodeIndex>,
    first: Option<(Time, String)>,
    count: u64,
}

impl NoDuplicateEffect {
    pub(super) fn new(plan: &Plan, consumer: Option<&str>) -> NoDuplicateEffect {
        let consumer = consumer.and_then(|name| plan.node_named(name));
        NoDuplicateEffect { consumer, first: None, count: 0 }
    }
}

impl Watch for NoDuplicateEffect {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let is_effect = entry.is_handled() || entry.kind == EntryKind::AcknowledgedLate;
        if !is_effect || entry.detail == 0 {
            return;
        }
        let node = plan.edges[entry.place as usize].to;
        if self.consumer.is_some_and(|consumer| consumer != node) {
            return;
        }
        self.count += 1;
        if let (None, Some(message)) = (&self.first, message) {
            let name = plan.message_name(message.source, message.number);
            let consumer = &plan.nodes[node as usize].name;
            self.first = Some((entry.at, format!("{name} at {consumer}")));
        }
    }

    fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        match &self.first {
            Some((at, first)) => {
                Answer::violated(*at, format!("{} repeated effects, first {first}", self.count))
            }
            None => Answer::held(end, "no message had its effect twice"),
        }
    }
}
