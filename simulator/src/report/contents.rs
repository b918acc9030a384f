//! What contents came to: ledgers, and expressions that failed.

use flowbench_model::node::Role;
use serde::Serialize;

use crate::content::Complaint;
use crate::plan::PlanConsumer;
use crate::run::Run;
use crate::world::ledger::Posting;

/// The ledger of a consumer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LedgerReport {
    /// Its name.
    pub consumer: String,
    /// What is counted.
    pub unit: String,
    /// Messages that were meant for it, and what their effects come to, each once.
    pub expected: PostingReport,
    /// Effects that happened.
    pub posted: PostingReport,
    /// Those of them that had happened before.
    pub doubled: PostingReport,
    /// Effects that have not happened although they should have.
    pub missing: u64,
    /// The sum of the positive amounts that were posted.
    pub credits: f64,
    /// The sum of the negative amounts that were posted.
    pub debits: f64,
    /// Whether every effect happened once.
    pub balances: bool,
}

/// A number of effects, and what they come to.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PostingReport {
    /// How many.
    pub count: u64,
    /// What they come to.
    pub sum: f64,
}

/// An expression that failed, at one place in one way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExpressionErrorReport {
    /// When it failed first.
    pub at_ns: u64,
    /// How often; once for each attempt with a message.
    pub times: u64,
    /// For which message it failed first: `source#number`.
    pub message: String,
    /// Where it stands.
    pub place: String,
    /// The expression.
    pub expression: String,
    /// Where in the expression, counted from 1 in letters.
    pub column: usize,
    /// What is wrong.
    pub error: String,
}

pub(super) fn ledgers(run: &Run) -> Vec<LedgerReport> {
    let plan = run.plan();
    let posting = |it: Posting| PostingReport { count: it.count, sum: it.sum.value() };
    let report = |consumer: &PlanConsumer| {
        let ledger = run.ledger(consumer.node)?;
        let node = &plan.nodes[consumer.node as usize];
        let unit = match &plan.design.nodes[node.design_index].role {
            Role::Consumer(it) => it.ledger.as_ref().map(|it| it.unit.clone()).unwrap_or_default(),
            Role::Producer(_) | Role::Channel(_) => String::new(),
        };
        Some(LedgerReport {
            consumer: node.name.clone(),
            unit,
            expected: posting(ledger.expected),
            posted: posting(ledger.posted),
            doubled: posting(ledger.doubled),
            missing: ledger.missing(),
            credits: ledger.credits.value(),
            debits: ledger.debits.value(),
            balances: ledger.balances(),
        })
    };
    plan.consumers.iter().filter_map(report).collect()
}

pub(super) fn expression_errors(run: &Run) -> Vec<ExpressionErrorReport> {
    let report = |complaint: &Complaint| {
        let (source, number) = complaint.message;
        ExpressionErrorReport {
            at_ns: complaint.at.0,
            times: complaint.times,
            message: run.plan().message_name(source, number),
            place: complaint.place.clone(),
            expression: complaint.error.text.clone(),
            column: complaint.error.column,
            error: complaint.error.sentence.clone(),
        }
    };
    run.complaints().0.iter().map(report).collect()
}
