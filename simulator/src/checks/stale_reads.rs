//! Not more than so many reads of a projection are stale.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NONE, NodeIndex, Plan};
use crate::record::{Entry, EntryKind};
use crate::world::pattern::projection::STALE_READ;

#[derive(Debug)]
pub(super) struct StaleReads {
    node: NodeIndex,
    at_most: u64,
    seen: u64,
    too_many: Option<(Time, String)>,
}

impl StaleReads {
    pub(super) fn new(plan: &Plan, consumer: &str, at_most: u64) -> StaleReads {
        let node = plan.node_named(consumer).unwrap_or(NONE);
        StaleReads { node, at_most, seen: 0, too_many: None }
    }
}

impl Watch for StaleReads {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let is_stale = entry.kind == EntryKind::Moved && entry.detail == STALE_READ as u64;
        if !is_stale || entry.place != self.node {
            return;
        }
        self.seen += 1;
        if self.seen == self.at_most + 1 {
            let name = message.map(|message| plan.message_name(message.source, message.number));
            self.too_many = Some((entry.at, name.unwrap_or_default()));
        }
    }

    fn is_broken(&self) -> bool {
        self.too_many.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let evidence = format!("stale reads: {}, promised at most: {}", self.seen, self.at_most);
        match &self.too_many {
            Some((at, read)) => Answer::violated(*at, format!("{evidence}; one too many: {read}")),
            None => Answer::held(end, evidence),
        }
    }
}
