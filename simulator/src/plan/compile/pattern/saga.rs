//! Sagas: names to indices. Commands keep their identity when they are sent again.

use flowbench_model::emission::{Emission, Identity};
use flowbench_model::pattern::saga::{Saga, Step};
use flowbench_model::time::Span;

use super::Making;
use crate::plan::pattern::{PlanOrder, PlanSaga, PlanStep};

impl<N: Iterator<Item = u32>> Making<'_, '_, N> {
    pub(super) fn saga(&mut self, saga: &Saga) -> PlanSaga {
        let steps = saga.steps.iter().enumerate();
        PlanSaga {
            begins_on: self.compiler.types.get(&saga.begins_on),
            condition: self.expression(&saga.when, &[], "when"),
            instance: self.expression(&saga.instance, &[], "instance"),
            steps: steps.map(|(i, step)| self.step(i, step)).collect(),
            within: saga.within,
            overdue: saga.overdue,
            late: saga.late,
            emits_completed: self.emissions(&saga.emits_completed, "emits_completed"),
            emits_compensated: self.emissions(&saga.emits_compensated, "emits_compensated"),
            emits_failed: self.emissions(&saga.emits_failed, "emits_failed"),
        }
    }

    fn step(&mut self, i: usize, step: &Step) -> PlanStep {
        let waits = (step.timeout, step.resends);
        let order = self.order((&step.command, &step.success), waits, format!("steps.{i}.command"));
        let undo = step.compensation.as_ref().map(|it| {
            let property = format!("steps.{i}.compensation.command");
            self.order((&it.command, &it.done), (it.timeout, it.resends), property)
        });
        PlanStep {
            name: step.name.clone(),
            kind: step.kind,
            order,
            failures: step.failures.iter().map(|it| self.compiler.types.get(it)).collect(),
            undo,
            unanswered: step.unanswered,
        }
    }

    fn order(
        &mut self,
        (command, done): (&[Emission], &str),
        (timeout, resends): (Option<Span>, u32),
        property: String,
    ) -> PlanOrder {
        let mut command = self.emissions(command, &property);
        for emission in &mut command {
            emission.identity = Identity::OfCause;
            emission.route = None;
        }
        PlanOrder { command, done: self.compiler.types.get(done), timeout, resends }
    }
}
