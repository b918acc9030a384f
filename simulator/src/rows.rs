//! Rows that wait until somebody else publishes them: what a relay or a connector has before it.

use flowbench_model::time::{Span, Time};

use crate::message::MessageId;
use crate::plan::NodeIndex;
use crate::run::Run;
pub use crate::world::relay::RelayCounts;

/// The rows of a consumer at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowsInside {
    /// Rows that are not published, or not marked as published.
    pub waiting: u64,
    /// How long the oldest of them has waited.
    pub oldest: Span,
    /// Whether a fault keeps the relay, or the connector, down.
    pub is_down: bool,
    /// What has become of rows so far.
    pub counts: RelayCounts,
    /// The oldest rows that wait.
    pub rows: Vec<WaitingRow>,
}

/// A row that waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitingRow {
    /// The message that will be published.
    pub message: MessageId,
    /// The node and the number of the message there.
    pub name: (NodeIndex, u32),
    /// When it was committed.
    pub committed_at: Time,
    /// Whether it was published, and waits to be marked, or to be published again.
    pub was_published: bool,
}

impl Run {
    /// The rows of a consumer, the `most` oldest by name; nothing for one that publishes by
    /// itself.
    #[must_use]
    pub fn rows(&self, node: NodeIndex, most: usize) -> Option<RowsInside> {
        let part = self.plan().nodes[node as usize].part as usize;
        let plan = self.plan().consumers.get(part).filter(|it| it.node == node)?;
        if !plan.publishing.has_relay() {
            return None;
        }
        let relay = &self.world().relays[part];
        let is_waiting = |number: u64| !relay.workers.is_empty() || number >= relay.cursor;
        let waiting = || relay.rows.iter().filter(|row| is_waiting(row.number));
        let oldest = waiting().next().map(|row| self.now().since(row.committed_at));
        let row = |row: &crate::world::relay::Row| WaitingRow {
            message: row.message.id,
            name: (row.message.source, row.message.number),
            committed_at: row.committed_at,
            was_published: row.was_sent,
        };
        Some(RowsInside {
            waiting: relay.waiting(),
            oldest: oldest.unwrap_or_default(),
            is_down: relay.down > 0,
            counts: relay.counts,
            rows: waiting().take(most).map(row).collect(),
        })
    }
}
