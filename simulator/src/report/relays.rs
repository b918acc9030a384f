//! What became of rows that somebody else publishes.

use serde::Serialize;

use crate::run::Run;

/// The rows of a consumer: an outbox, or a table that a connector follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RelayReport {
    /// Its name.
    pub consumer: String,
    /// Rows that were committed.
    pub rows: u64,
    /// Rows that were published.
    pub published: u64,
    /// Publications of what was published before.
    pub again: u64,
    /// Rows that wait at the end.
    pub waiting: u64,
    /// The most that waited at once.
    pub waiting_max: u64,
    /// When that was, in nanoseconds.
    pub waiting_max_at_ns: u64,
    /// When none waited for the first time after that, if none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caught_up_at_ns: Option<u64>,
    /// The shortest time from commit to publication; absent if nothing was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_min_ns: Option<u64>,
    /// The mean of these times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_mean_ns: Option<u64>,
    /// The longest of these times.
    pub delay_max_ns: u64,
}

pub(super) fn reports(run: &Run) -> Vec<RelayReport> {
    let plan = run.plan();
    let report = |consumer: &crate::plan::PlanConsumer| {
        let rows = run.rows(consumer.node, 0)?;
        let counts = rows.counts;
        Some(RelayReport {
            consumer: plan.nodes[consumer.node as usize].name.clone(),
            rows: counts.rows,
            published: counts.published,
            again: counts.again,
            waiting: rows.waiting,
            waiting_max: counts.most,
            waiting_max_at_ns: counts.most_at.0,
            caught_up_at_ns: counts.caught_up_at.map(|at| at.0),
            delay_min_ns: counts.delay_min.map(|delay| delay.0),
            delay_mean_ns: counts.delay_mean().map(|delay| delay.0),
            delay_max_ns: counts.delay_max.0,
        })
    };
    plan.consumers.iter().filter_map(report).collect()
}
