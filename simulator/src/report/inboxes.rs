//! What became of inboxes.

use serde::Serialize;

use crate::run::Run;

/// The inbox of an idempotent consumer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct InboxReport {
    /// Its name.
    pub consumer: String,
    /// Entries that are kept at the end.
    pub entries: u64,
    /// Entries that were forgotten because their retention was over.
    pub forgotten: u64,
    /// Repetitions that were recognized.
    pub recognized: u64,
    /// Deliveries that waited for another of the same message.
    pub waited: u64,
    /// Attempts that failed because another delivery of the message was in work.
    pub refused: u64,
}

pub(super) fn reports(run: &Run) -> Vec<InboxReport> {
    let plan = run.plan();
    let report = |consumer: &crate::plan::PlanConsumer| {
        let inbox = run.inbox(consumer.node)?;
        Some(InboxReport {
            consumer: plan.nodes[consumer.node as usize].name.clone(),
            entries: inbox.entries,
            forgotten: inbox.forgotten,
            recognized: inbox.counts.recognized,
            waited: inbox.counts.waited,
            refused: inbox.counts.refused,
        })
    };
    plan.consumers.iter().filter_map(report).collect()
}
