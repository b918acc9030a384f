//! Exactly so many messages of a type are published by the end.

use flowbench_model::time::Time;

use super::{Answer, End, Watch};
use crate::message::{Message, MessageId};
use crate::plan::{Plan, TypeIndex};
use crate::record::{Entry, EntryKind};

#[derive(Debug)]
pub(super) struct Published {
    message_type: Option<TypeIndex>,
    wanted: u64,
    seen: u64,
    /// A message on several edges is published once.
    last: MessageId,
    too_many_at: Option<Time>,
}

impl Published {
    pub(super) fn new(plan: &Plan, message: &str, wanted: u64) -> Published {
        let message_type = plan.type_named(message);
        Published { message_type, wanted, seen: 0, last: MessageId::NONE, too_many_at: None }
    }
}

impl Watch for Published {
    fn see(&mut self, _plan: &Plan, entry: &Entry, message: Option<&Message>) {
        let is_it = message.is_some_and(|message| Some(message.message_type) == self.message_type);
        if entry.kind != EntryKind::Published || !is_it || self.last == entry.message {
            return;
        }
        self.last = entry.message;
        self.seen += 1;
        if self.seen == self.wanted + 1 {
            self.too_many_at = Some(entry.at);
        }
    }

    fn is_broken(&self) -> bool {
        self.too_many_at.is_some()
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let evidence = format!("{} published, {} promised", self.seen, self.wanted);
        match self.too_many_at {
            Some(at) => Answer::violated(at, evidence),
            None if self.seen == self.wanted => Answer::held(end, evidence),
            None => Answer::violated(end.world.now, evidence),
        }
    }
}
