//! Circuit breakers, budgets, bulkheads, rate limits and autoscalers, from edges and consumers to
//! tables of their own.

use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::node::{Consumer, Role};
use flowbench_model::resilience::{CallQueue, WhileOpen};

use crate::plan::resilience::{PlanBreaker, PlanBulkhead, PlanResilience, PlanScaler};
use crate::plan::{NONE, PlanConsumer, PlanEdge, PlanNode};

/// The protections of a design; consumers learn whether they have any.
pub(super) fn resilience(
    design: &Design,
    nodes: &[PlanNode],
    edges: &[PlanEdge],
    consumers: &mut [PlanConsumer],
) -> PlanResilience {
    let mut plan = PlanResilience::default();
    for (index, edge) in (0..).zip(edges) {
        let contract = &design.edges[edge.design_index].contract;
        if let Some(budget) = contract.retry_budget.filter(|_| edge.has_budget) {
            plan.guard(index, edges.len()).budget = plan.budgets.len() as u32;
            plan.budgets.push(budget);
        }
        if edge.kind != EdgeKind::Call {
            continue;
        }
        if let Some(rules) = &contract.circuit_breaker {
            let part = nodes[edge.from as usize].part;
            let is_consumer = consumers.get(part as usize).is_some_and(|it| it.node == edge.from);
            let (caller, rules) = (if is_consumer { part } else { NONE }, rules.clone());
            let breaker = plan.breakers.len() as u32;
            plan.guard(index, edges.len()).breaker = breaker;
            if rules.while_open == WhileOpen::Pause && is_consumer {
                plan.keeper(caller, consumers.len()).pausing.push(breaker);
                consumers[caller as usize].is_guarded = true;
            }
            plan.breakers.push(PlanBreaker { edge: index, caller, rules });
        }
        if let Some(rules) = &contract.bulkhead {
            plan.guard(index, edges.len()).bulkhead = plan.bulkheads.len() as u32;
            plan.bulkheads.push(PlanBulkhead { edge: index, rules: rules.clone() });
        }
    }
    let count = consumers.len();
    for (index, consumer) in (0..).zip(consumers) {
        let node = &design.nodes[nodes[consumer.node as usize].design_index];
        let Role::Consumer(role) = &node.role else { continue };
        consumer.is_guarded |= keep(&mut plan, role, index, count);
    }
    plan
}

/// What a consumer itself says; whether it says anything.
fn keep(plan: &mut PlanResilience, role: &Consumer, index: u32, count: usize) -> bool {
    let has_limit = role.rate_limit.is_some() || role.handlers.iter().any(has_limit);
    let is_kept =
        has_limit || role.autoscaling.is_some() || role.call_queue != CallQueue::default();
    if !is_kept {
        return false;
    }
    let mut add = |limit: &Option<_>| {
        limit.map_or(NONE, |limit| {
            plan.limits.push(limit);
            plan.limits.len() as u32 - 1
        })
    };
    let limit = add(&role.rate_limit);
    let handler_limits = role.handlers.iter().map(|it| add(&it.rate_limit)).collect();
    let scaler = role.autoscaling.as_ref().map_or(NONE, |rules| {
        plan.scalers.push(PlanScaler { consumer: index, rules: rules.clone() });
        plan.scalers.len() as u32 - 1
    });
    let keeper = plan.keeper(index, count);
    keeper.limit = limit;
    keeper.handler_limits = handler_limits;
    keeper.scaler = scaler;
    keeper.queue = role.call_queue;
    true
}

fn has_limit(handler: &flowbench_model::node::Handler) -> bool {
    handler.rate_limit.is_some()
}
