//! Inboxes with every expression compiled.

use flowbench_model::inbox::Concurrent;
use flowbench_model::time::Span;

use super::content::ExpressionIndex;

/// What an idempotent consumer keeps of what it has handled, where it says more than that it does.
#[derive(Clone, Debug)]
pub(crate) struct PlanInbox {
    pub(crate) retention: Option<Span>,
    pub(crate) by: PlanRecognition,
    pub(crate) concurrent: Concurrent,
}

/// What tells a repetition from a message that is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PlanRecognition {
    Message,
    Key,
    Expression(ExpressionIndex),
}

impl PlanInbox {
    /// Whether what a message is, and not which one, tells a repetition.
    pub(crate) fn is_by_business_key(&self) -> bool {
        self.by != PlanRecognition::Message
    }

    /// Whether it knows what every consumer that remembers knows: each message, for ever.
    pub(crate) fn is_plain_memory(&self) -> bool {
        self.retention.is_none() && !self.is_by_business_key()
    }
}
