//! No message is dropped or expires.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{Plan, PlanChannel};
use crate::record::{DropReason, Entry, EntryKind};

#[derive(Debug, Default)]
pub(super) struct NothingLost {
    first: Option<(Time, String)>,
    count: u64,
}

impl Watch for NothingLost {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let is_decided =
            entry.detail == u64::from(DropReason::Operator) || is_unwanted(plan, entry);
        let why = if entry.kind == EntryKind::Expired {
            "expired"
        } else if entry.kind == EntryKind::Dropped && !is_decided {
            DropReason::from_detail(entry.detail).map_or("dropped", DropReason::text)
        } else {
            // What an operator discards is not lost: somebody has looked at it. Nor is an event
            // on a topic that nobody subscribes to: nobody was to get it.
            return;
        };
        self.count += 1;
        if let (None, Some(message)) = (&self.first, message) {
            let name = plan.message_name(message.source, message.number);
            self.first = Some((entry.at, format!("{name}: {why}")));
        }
    }

    fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        match &self.first {
            Some((at, first)) => {
                Answer::violated(*at, format!("{} lost, first {first}", self.count))
            }
            None => Answer::held(end, format!("{} copies, none lost", end.world.totals.copies)),
        }
    }
}

/// Whether the message reached a topic without any subscriber.
fn is_unwanted(plan: &Plan, entry: &Entry) -> bool {
    entry.detail == u64::from(DropReason::Unroutable)
        && plan.nodes.get(entry.place as usize).is_some_and(|node| {
            let nobody_asked = |it: &PlanChannel| it.backlogs.is_empty() && it.binds.is_empty();
            plan.channels.get(node.part as usize).is_some_and(nobody_asked)
        })
}
