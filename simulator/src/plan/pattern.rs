//! Patterns with every name resolved and every expression compiled.

use flowbench_model::pattern::aggregator::{Acknowledges, Late, Overdue};
use flowbench_model::time::Span;

use super::PlanEmission;
use super::content::ExpressionIndex;

/// What a consumer remembers from one message to the next.
#[derive(Clone, Debug)]
pub(crate) enum PlanPattern {
    Stateless,
    Aggregator(Box<PlanAggregator>),
}

#[derive(Clone, Debug)]
pub(crate) struct PlanAggregator {
    pub(crate) correlation: ExpressionIndex,
    pub(crate) part: ExpressionIndex,
    pub(crate) count: ExpressionIndex,
    pub(crate) when: ExpressionIndex,
    pub(crate) within: Option<Span>,
    pub(crate) overdue: Overdue,
    pub(crate) late: Late,
    pub(crate) acknowledges: Acknowledges,
    pub(crate) emits: Vec<PlanEmission>,
    pub(crate) emits_partial: Vec<PlanEmission>,
    pub(crate) emits_late: Vec<PlanEmission>,
}

impl PlanPattern {
    /// All that it may publish.
    pub(crate) fn emissions(&self) -> Vec<&PlanEmission> {
        match self {
            PlanPattern::Stateless => Vec::new(),
            PlanPattern::Aggregator(it) => {
                it.emits.iter().chain(&it.emits_partial).chain(&it.emits_late).collect()
            }
        }
    }
}
