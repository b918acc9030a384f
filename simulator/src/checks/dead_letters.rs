//! There are never more than so many dead letters.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NodeIndex, Plan};
use crate::record::{DropReason, Entry, EntryKind, PlaceKind};

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

    fn is_ours(&self, plan: &Plan, entry: &Entry) -> bool {
        let target = || match entry.place_kind() {
            PlaceKind::Edge => plan.edges.get(entry.place as usize)?.dead_letter,
            PlaceKind::Node => taker(plan, entry.place),
            PlaceKind::Fault | PlaceKind::Action => None,
        };
        self.channel.is_none_or(|channel| target() == Some(channel))
    }
}

/// The channel that takes what dies in another one before a consumer had it.
fn taker(plan: &Plan, channel: NodeIndex) -> Option<NodeIndex> {
    let plan_channel = plan.channels.get(plan.nodes.get(channel as usize)?.part as usize)?;
    let backlogs = plan_channel.backlogs.iter();
    plan_channel
        .dead_letter
        .or(backlogs.filter_map(|backlog| plan.backlogs[*backlog as usize].dead_letter).next())
}

impl Watch for DeadLetters {
    fn see(&mut self, plan: &Plan, entry: &Entry, _message: Option<&Message>) {
        let by_operator =
            entry.kind == EntryKind::Dropped && entry.detail == u64::from(DropReason::Operator);
        let leaves = entry.kind == EntryKind::Redriven || by_operator;
        let enters = entry.kind == EntryKind::DeadLettered;
        if !(leaves || enters) || !self.is_ours(plan, entry) {
            return;
        }
        if leaves {
            self.now = self.now.saturating_sub(1);
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
