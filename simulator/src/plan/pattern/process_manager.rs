//! Process managers with every name resolved.

use flowbench_model::pattern::process_manager::Unexpected;
use flowbench_model::time::Span;

use crate::plan::content::ExpressionIndex;
use crate::plan::{PlanEmission, TypeIndex};

#[derive(Clone, Debug)]
pub(crate) struct PlanProcess {
    pub(crate) instance: ExpressionIndex,
    pub(crate) states: Vec<PlanState>,
    pub(crate) unexpected: Unexpected,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanState {
    pub(crate) ends: bool,
    pub(crate) on: Vec<PlanTransition>,
    pub(crate) timeout: Option<(Span, PlanWay)>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanTransition {
    pub(crate) message: TypeIndex,
    pub(crate) condition: ExpressionIndex,
    pub(crate) way: PlanWay,
}

/// Where a transition leads, and what is published on the way.
#[derive(Clone, Debug)]
pub(crate) struct PlanWay {
    /// Position of the state.
    pub(crate) to: u32,
    pub(crate) emits: Vec<PlanEmission>,
}

impl PlanProcess {
    pub(crate) fn emissions(&self) -> Vec<&PlanEmission> {
        let transitions = self.states.iter().flat_map(|state| &state.on).map(|it| &it.way);
        let timeouts = self.states.iter().flat_map(|state| &state.timeout).map(|(_, way)| way);
        transitions.chain(timeouts).flat_map(|way| &way.emits).collect()
    }
}
