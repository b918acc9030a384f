//! What protects callers and consumers, aside from everything that most designs have: a design
//! without it has empty tables here.

use flowbench_model::resilience::{
    Autoscaling, Bulkhead, CallQueue, CircuitBreaker, RateLimit, RetryBudget,
};

use super::{EdgeIndex, NONE};

/// The protections of a design, and where they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanResilience {
    pub(crate) breakers: Vec<PlanBreaker>,
    pub(crate) bulkheads: Vec<PlanBulkhead>,
    pub(crate) budgets: Vec<RetryBudget>,
    pub(crate) limits: Vec<RateLimit>,
    pub(crate) scalers: Vec<PlanScaler>,
    /// By edge; empty if no edge has any.
    guards: Vec<Guards>,
    /// By consumer; empty if no consumer has any.
    keepers: Vec<Keeper>,
}

/// A circuit breaker, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct PlanBreaker {
    pub(crate) edge: EdgeIndex,
    /// The calling consumer, as an index in the plan; [`NONE`] if a producer calls.
    pub(crate) caller: u32,
    pub(crate) rules: CircuitBreaker,
}

/// A bulkhead, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct PlanBulkhead {
    pub(crate) edge: EdgeIndex,
    pub(crate) rules: Bulkhead,
}

/// An autoscaler, and of whom.
#[derive(Clone, Debug)]
pub(crate) struct PlanScaler {
    /// Index of the consumer in the plan.
    pub(crate) consumer: u32,
    pub(crate) rules: Autoscaling,
}

/// What stands at an edge: indices, [`NONE`] where there is nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards {
    pub(crate) breaker: u32,
    pub(crate) bulkhead: u32,
    pub(crate) budget: u32,
}

impl Guards {
    pub(crate) const NONE: Guards = Guards { breaker: NONE, bulkhead: NONE, budget: NONE };
}

/// What stands in a consumer: indices, [`NONE`] where there is nothing.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    pub(crate) limit: u32,
    /// By handler.
    pub(crate) handler_limits: Vec<u32>,
    pub(crate) scaler: u32,
    pub(crate) queue: CallQueue,
    /// Breakers that let the consumer pause while they are open.
    pub(crate) pausing: Vec<u32>,
}

impl Keeper {
    pub(crate) const NONE: Keeper = Keeper {
        limit: NONE,
        handler_limits: Vec::new(),
        scaler: NONE,
        queue: CallQueue { most: None, stale_after: None },
        pausing: Vec::new(),
    };
}

impl PlanResilience {
    /// What stands at an edge.
    #[inline]
    pub(crate) fn at_edge(&self, edge: EdgeIndex) -> Guards {
        self.guards.get(edge as usize).copied().unwrap_or(Guards::NONE)
    }

    /// What stands in a consumer, if any consumer has anything.
    #[inline]
    pub(crate) fn of_consumer(&self, consumer: u32) -> Option<&Keeper> {
        self.keepers.get(consumer as usize)
    }

    /// Whether some edge has something.
    #[inline]
    pub(crate) fn has_guards(&self) -> bool {
        !self.guards.is_empty()
    }

    /// What stands at an edge, to put something there.
    pub(crate) fn guard(&mut self, edge: EdgeIndex, edges: usize) -> &mut Guards {
        if self.guards.is_empty() {
            self.guards = vec![Guards::NONE; edges];
        }
        &mut self.guards[edge as usize]
    }

    /// What stands in a consumer, to put something there.
    pub(crate) fn keeper(&mut self, consumer: u32, consumers: usize) -> &mut Keeper {
        if self.keepers.is_empty() {
            self.keepers = vec![Keeper::NONE; consumers];
        }
        &mut self.keepers[consumer as usize]
    }
}
