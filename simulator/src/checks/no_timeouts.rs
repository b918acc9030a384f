//! No emission waits longer for its reply than it may.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::Plan;
use crate::record::{Entry, EntryKind};

#[derive(Debug, Default)]
pub(super) struct NoTimeouts {
    first: Option<(Time, String)>,
}

impl Watch for NoTimeouts {
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        if entry.kind != EntryKind::ReplyTimedOut || self.first.is_some() {
            return;
        }
        let name = message.map(|message| plan.message_name(message.source, message.number));
        self.first = Some((entry.at, name.unwrap_or_default()));
    }

    fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let count = end.world.totals.reply_timeouts;
        match &self.first {
            Some((at, first)) => {
                Answer::violated(*at, format!("{count} timeouts, first for {first}"))
            }
            None => Answer::held(end, "no timeout was raised"),
        }
    }
}
