//! There are never more than so many dead letters.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{EdgeIndex, NodeIndex, Plan};
use crate::record::{DropReason, Entry, EntryKind};

#[derive(Debug)]
pub(super) struct DeadLetters {
    at_most: u64,
    channel: Option<NodeIndex>,
    now: u64,
    most: u64,
    violated_at: Option<Time>,
}

impl DeadLetters {
    pub(super) fn new(plan: &Plan, at_most: u64, channel: Option<&str>) -> DeadLetters {
        let channel = channel.and_then(|name| plan.node_named(name));
        DeadLetters { at_most, channel, now: 0, most: 0, violated_at: None }
    }

    fn is_ours(&self, plan: &Plan, edge: EdgeIndex) -> bool {
        let target = plan.edges.get(edge as usize).and_then(|edge| edge.dead_letter);
        self.channel.is_none_or(|channel| target == Some(channel))
    }
}

impl Watch for DeadLetters {
    fn see(&mut self, plan: &Plan, entry: &Entry, _message: Option<&Message>) {
        let by_operator =
            entry.kind == EntryKind::Dropped && entry.detail == u64::from(DropReason::Operator);
        let leaves = entry.kind == EntryKind::Redriven || by_operator;
        let enters = entry.kind == EntryKind::DeadLettered;
        if !(leaves || enters) || !self.is_ours(plan, entry.place) {
            return;
        }
        if leaves {
            self.now -= 1;
            return;
        }
        self.now += 1;
        self.most = self.most.max(self.now);
        if self.now > self.at_most {
            self.violated_at.get_or_insert(entry.at);
        }
    }

    fn is_broken(&self) -> bool {
        self.violated_at.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let evidence =
            format!("at most {} dead letters at once, {} allowed", self.most, self.at_most);
        match self.violated_at {
            Some(at) => Answer::violated(at, evidence),
            None => Answer::held(end, evidence),
        }
    }
}
