//! The inside of a process manager.

use flowbench_model::node::Role;

use super::{Instance, PatternInside};
use crate::plan::Plan;
use crate::world::pattern::ProcessesState;

pub(super) fn inside(
    plan: &Plan,
    (consumer, state): (usize, &ProcessesState),
    most: usize,
) -> PatternInside {
    let counts = vec![
        ("begun", state.begun),
        ("ended", state.ended_in.values().sum()),
        ("timeouts", state.timeouts),
        ("unexpected messages", state.unexpected),
    ];
    let instances = state.open.iter().take(most).map(|(key, process)| {
        let name = state_name(plan, consumer, process.state);
        let until = process.due.map_or(String::new(), |(due, _)| format!(" until {due}"));
        Instance {
            name: key.to_string(),
            state: "waiting",
            since: process.state_since,
            says: format!("{name}{until}"),
        }
    });
    PatternInside { counts, instances: instances.collect() }
}

/// How many processes ended in each state, by its name.
pub(super) fn ended(plan: &Plan, consumer: usize, state: &ProcessesState) -> Vec<(String, u64)> {
    let named = |(position, count): (&u32, &u64)| (state_name(plan, consumer, *position), *count);
    state.ended_in.iter().map(named).collect()
}

fn state_name(plan: &Plan, consumer: usize, position: u32) -> String {
    let node = &plan.nodes[plan.consumers[consumer].node as usize];
    let name = match &plan.design.nodes[node.design_index].role {
        Role::Consumer(consumer) => consumer.pattern.state_name(position as usize),
        Role::Producer(_) | Role::Channel(_) => None,
    };
    name.unwrap_or_default().to_owned()
}
