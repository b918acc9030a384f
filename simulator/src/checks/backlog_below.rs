//! Fewer than so many messages wait in a channel.

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{Plan, PlanChannel};
use crate::record::Entry;

#[derive(Debug)]
pub(super) struct BacklogBelow {
    channel: String,
    limit: u64,
}

impl BacklogBelow {
    pub(super) fn new(_plan: &Plan, channel: &str, limit: u64) -> BacklogBelow {
        BacklogBelow { channel: channel.to_owned(), limit }
    }

    fn channel<'a>(&self, plan: &'a Plan) -> Option<&'a PlanChannel> {
        plan.channels.iter().find(|one| plan.nodes[one.node as usize].name == self.channel)
    }
}

impl Watch for BacklogBelow {
    /// The world itself marks when a backlog reaches a size.
    fn see(&mut self, _plan: &Plan, _entry: &Entry, _message: Option<&Message>) {}

    fn answer(&self, end: &End<'_>) -> Answer {
        let backlogs = self.channel(end.plan).map_or(&[][..], |channel| &channel.backlogs);
        let largest = backlogs
            .iter()
            .map(|backlog| end.world.backlogs[*backlog as usize].ready_max)
            .max()
            .unwrap_or(0);
        let reached = backlogs
            .iter()
            .flat_map(|backlog| &end.world.backlogs[*backlog as usize].marks)
            .filter(|(size, _)| *size == self.limit)
            .filter_map(|(_, at)| *at)
            .min();
        let evidence = format!("at most {largest} waited in {}", self.channel);
        match reached {
            Some(at) => Answer::violated(at, evidence),
            None => Answer::held(end, evidence),
        }
    }
}
