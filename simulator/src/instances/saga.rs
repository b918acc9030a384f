//! The inside of an orchestrator.

use super::{Instance, PatternInside};
use crate::plan::Plan;
use crate::plan::pattern::PlanPattern;
use crate::world::pattern::{SagaInstance, SagaStage, SagaState};

pub(super) fn inside(
    plan: &Plan,
    (consumer, state): (usize, &SagaState),
    most: usize,
) -> PatternInside {
    let counts = &state.counts;
    let named = [
        ("begun", counts.begun),
        ("completed", counts.completed),
        ("compensated", counts.compensated),
        ("needs operator", counts.failed),
        ("timeouts", counts.timeouts),
        ("commands sent again", counts.resent),
        ("late replies", counts.late),
        ("repeated beginnings", counts.repeated),
    ];
    PatternInside {
        counts: named.to_vec(),
        instances: state
            .open
            .iter()
            .take(most)
            .map(|(key, saga)| instance(plan, consumer, (*key, saga)))
            .collect(),
    }
}

fn instance(plan: &Plan, consumer: usize, (key, saga): (u64, &SagaInstance)) -> Instance {
    let PlanPattern::Saga(steps) = &plan.consumers[consumer].pattern else {
        unreachable!("invariant: an orchestrator has the plan of one")
    };
    let (state, step) = match saga.stage {
        SagaStage::Awaiting(step) => ("awaiting", step),
        SagaStage::Compensating(step) => ("compensating", step),
    };
    let name = steps.steps.get(step as usize).map_or("", |step| step.name.as_str());
    let times = if saga.sent > 1 { format!(", sent {} times", saga.sent) } else { String::new() };
    Instance {
        name: key.to_string(),
        state,
        since: saga.stage_since,
        says: format!("step {} of {}: {name}{times}", step + 1, steps.steps.len()),
    }
}
