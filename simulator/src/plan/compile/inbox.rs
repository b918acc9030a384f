//! Inboxes, from what consumers say about them.

use flowbench_model::inbox::Recognition;
use flowbench_model::node::Consumer;

use super::Compiler;
use crate::plan::inbox::{PlanInbox, PlanRecognition};

impl Compiler<'_> {
    /// The inbox of a consumer; none for one that knows nothing, or every message for ever.
    pub(super) fn plan_inbox(&self, name: &str, consumer: &Consumer) -> Option<PlanInbox> {
        let inbox = Some(&consumer.inbox).filter(|it| consumer.idempotent && !it.is_simple())?;
        let by = match &inbox.by {
            Recognition::Message => PlanRecognition::Message,
            Recognition::Key => PlanRecognition::Key,
            Recognition::Expression(expression) => {
                let place = || format!("node {name}, inbox.by");
                PlanRecognition::Expression(self.expressions.add(Some(expression), &[], place))
            }
        };
        Some(PlanInbox { retention: inbox.retention, by, concurrent: inbox.concurrent })
    }
}
