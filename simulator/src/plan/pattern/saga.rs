//! Sagas with every name resolved.

use flowbench_model::pattern::saga::{Late, Overdue, StepKind, Unanswered};
use flowbench_model::time::Span;

use crate::plan::content::ExpressionIndex;
use crate::plan::{PlanEmission, TypeIndex};

#[derive(Clone, Debug)]
pub(crate) struct PlanSaga {
    pub(crate) begins_on: TypeIndex,
    pub(crate) condition: ExpressionIndex,
    pub(crate) instance: ExpressionIndex,
    pub(crate) steps: Vec<PlanStep>,
    pub(crate) within: Option<Span>,
    pub(crate) overdue: Overdue,
    pub(crate) late: Late,
    pub(crate) emits_completed: Vec<PlanEmission>,
    pub(crate) emits_compensated: Vec<PlanEmission>,
    pub(crate) emits_failed: Vec<PlanEmission>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanStep {
    pub(crate) name: String,
    pub(crate) kind: StepKind,
    pub(crate) order: PlanOrder,
    pub(crate) failures: Vec<TypeIndex>,
    pub(crate) undo: Option<PlanOrder>,
    pub(crate) unanswered: Unanswered,
}

/// A command, and how long to wait for what.
#[derive(Clone, Debug)]
pub(crate) struct PlanOrder {
    pub(crate) command: Vec<PlanEmission>,
    /// The message type that says it is done.
    pub(crate) done: TypeIndex,
    pub(crate) timeout: Option<Span>,
    pub(crate) resends: u32,
}

impl PlanSaga {
    pub(crate) fn emissions(&self) -> Vec<&PlanEmission> {
        let steps = self.steps.iter();
        let orders = steps.flat_map(|step| std::iter::once(&step.order).chain(&step.undo));
        let ends = [&self.emits_completed, &self.emits_compensated, &self.emits_failed];
        orders.flat_map(|order| &order.command).chain(ends.into_iter().flatten()).collect()
    }
}
