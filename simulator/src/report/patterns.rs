//! What the patterns of consumers counted.

use std::collections::BTreeMap;

use flowbench_model::node::Role;
use serde::Serialize;

use crate::plan::PlanConsumer;
use crate::run::Run;

/// What the pattern of a consumer came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PatternReport {
    /// Its name.
    pub consumer: String,
    /// The word of the pattern: `Saga`.
    pub pattern: &'static str,
    /// Instances that are not over at the end.
    pub open: u64,
    /// What was counted, by its word.
    pub counts: BTreeMap<String, u64>,
}

pub(super) fn reports(run: &Run) -> Vec<PatternReport> {
    let plan = run.plan();
    let report = |consumer: &PlanConsumer| {
        let inside = run.pattern(consumer.node, usize::MAX)?;
        let node = &plan.nodes[consumer.node as usize];
        let pattern = match &plan.design.nodes[node.design_index].role {
            Role::Consumer(it) => it.pattern.card()?.word,
            Role::Producer(_) | Role::Channel(_) => return None,
        };
        let counts = inside.counts.into_iter().map(|(word, count)| (word.to_owned(), count));
        let ended = run.ended_processes(consumer.node).into_iter();
        let ended = ended.map(|(state, count)| (format!("ended in {state}"), count));
        Some(PatternReport {
            consumer: node.name.clone(),
            pattern,
            open: inside.instances.len() as u64,
            counts: counts.chain(ended).collect(),
        })
    };
    plan.consumers.iter().filter_map(report).collect()
}
