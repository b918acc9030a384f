//! Process managers: names to indices.

use flowbench_model::emission::Emission;
use flowbench_model::pattern::process_manager::{ProcessManager, ProcessState};

use super::Making;
use crate::plan::pattern::{PlanProcess, PlanState, PlanTransition, PlanWay};

impl<N: Iterator<Item = u32>> Making<'_, '_, N> {
    pub(super) fn process(&mut self, process: &ProcessManager) -> PlanProcess {
        let states = process.states.iter().enumerate();
        PlanProcess {
            instance: self.expression(&process.instance, &[], "instance"),
            states: states.map(|(i, state)| self.state((i, state), process)).collect(),
            unexpected: process.unexpected,
        }
    }

    fn state(&mut self, (i, state): (usize, &ProcessState), process: &ProcessManager) -> PlanState {
        let on = state.on.iter().enumerate().map(|(j, it)| PlanTransition {
            message: self.compiler.types.get(&it.message),
            condition: self.expression(&it.when, self.names, &format!("states.{i}.on.{j}.when")),
            way: self.way((&it.to, &it.emits), process, &format!("states.{i}.on.{j}.emits")),
        });
        let on = on.collect();
        let timeout = state.timeout.as_ref().map(|it| {
            let property = format!("states.{i}.timeout.emits");
            (it.after, self.way((&it.to, &it.emits), process, &property))
        });
        PlanState { ends: state.ends, on, timeout }
    }

    fn way(
        &mut self,
        (to, emits): (&str, &[Emission]),
        process: &ProcessManager,
        property: &str,
    ) -> PlanWay {
        let to = process.position(to).expect("invariant: the lints found the state");
        PlanWay { to: to as u32, emits: self.emissions(emits, property) }
    }
}
