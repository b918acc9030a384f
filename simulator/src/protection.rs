//! What protects callers and consumers, as it is at an instant: breakers, bulkheads, budgets,
//! tokens, instances.

use flowbench_model::resilience::RetryBudget;
use flowbench_model::time::Time;

use crate::plan::{EdgeIndex, NONE, NodeIndex};
use crate::run::Run;
use crate::world::BreakerState;

/// A circuit breaker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BreakerInside {
    /// What it does with calls.
    pub state: BreakerState,
    /// Since when.
    pub since: Time,
    /// Until when it lets nothing through, if it is open.
    pub until: Option<Time>,
    /// Outcomes that it knows of in this state.
    pub known: u32,
    /// How many of these it can remember.
    pub window: u32,
    /// Failures among them.
    pub failed: u32,
    /// Slow ones among them.
    pub slow: u32,
    /// Calls that were let through on trial, if it is half-open.
    pub trials: u32,
    /// Calls that wait to be let through.
    pub waiting: u32,
    /// How often it opened.
    pub opened: u32,
}

/// A bulkhead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BulkheadInside {
    /// Calls that somebody waits for.
    pub taken: u32,
    /// The most that there may be.
    pub calls: u32,
    /// Calls that wait to be made.
    pub waiting: u32,
}

/// The instances of a consumer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstancesInside {
    /// Those that work.
    pub ready: u32,
    /// When those that were ordered will work.
    pub starting: Vec<Time>,
    /// The most that ever worked.
    pub most: u32,
    /// Since when fewer would be enough.
    pub surplus_since: Option<Time>,
}

impl Run {
    /// The circuit breaker of an edge, if it has one.
    #[must_use]
    pub fn breaker(&self, edge: EdgeIndex) -> Option<BreakerInside> {
        let index = self.plan().resilience.at_edge(edge).breaker;
        let breaker = self.world().resilience.breakers.get(index as usize)?;
        let rules = &self.plan().resilience.breakers[index as usize].rules;
        let (until, window) = match breaker.state {
            BreakerState::Closed => (None, rules.window),
            BreakerState::Open => (Some(breaker.since.after(rules.open_for)), rules.window),
            BreakerState::HalfOpen => (None, rules.permitted),
        };
        Some(BreakerInside {
            state: breaker.state,
            since: breaker.since,
            until,
            known: breaker.outcomes.len() as u32,
            window,
            failed: breaker.failed,
            slow: breaker.slow,
            trials: breaker.trials,
            waiting: breaker.waiting.len() as u32,
            opened: breaker.opened,
        })
    }

    /// The bulkhead of an edge, if it has one.
    #[must_use]
    pub fn bulkhead(&self, edge: EdgeIndex) -> Option<BulkheadInside> {
        let index = self.plan().resilience.at_edge(edge).bulkhead;
        let cells = self.world().resilience.bulkheads.get(index as usize)?;
        let calls = self.plan().resilience.bulkheads[index as usize].rules.calls;
        Some(BulkheadInside { taken: cells.taken, calls, waiting: cells.waiting.len() as u32 })
    }

    /// Retries that the budget of an edge allows at this instant, if it has one; a part of one is
    /// not enough.
    #[must_use]
    pub fn retries_left(&self, edge: EdgeIndex) -> Option<f64> {
        let index = self.plan().resilience.at_edge(edge).budget;
        let budget = self.world().resilience.budgets.get(index as usize)?;
        let rules = &self.plan().resilience.budgets[index as usize];
        let now = self.now();
        Some(match rules {
            RetryBudget::Bucket { .. } => budget.tokens as f64 / 1e6,
            RetryBudget::Window { share, window, reserve } => {
                let within = |at: &&Time| now.since(**at) < *window;
                let firsts = budget.firsts.iter().filter(within).count() as f64;
                let retries = budget.retries.iter().filter(within).count() as f64;
                (firsts * share + f64::from(*reserve) - retries).max(0.0)
            }
        })
    }

    /// The tokens that the rate limit of a consumer has at this instant, if it has one; below
    /// zero, so many wait.
    #[must_use]
    pub fn tokens(&self, node: NodeIndex) -> Option<f64> {
        let keeper = self.plan().resilience.of_consumer(self.consumer_of(node)?)?;
        self.tokens_of(keeper.limit)
    }

    /// The tokens of those handlers of a consumer that have a rate limit of their own: the place
    /// of the handler, and how many it has.
    #[must_use]
    pub fn handler_tokens(&self, node: NodeIndex) -> Vec<(usize, f64)> {
        let consumer = self.consumer_of(node);
        let keeper = consumer.and_then(|it| self.plan().resilience.of_consumer(it));
        let limits = keeper.map_or(&[][..], |it| &it.handler_limits);
        let tokens = |(place, limit): (usize, &u32)| Some((place, self.tokens_of(*limit)?));
        limits.iter().enumerate().filter_map(tokens).collect()
    }

    fn tokens_of(&self, limit: u32) -> Option<f64> {
        let tokens = self.world().resilience.limits.get(limit as usize)?;
        let limit = &self.plan().resilience.limits[limit as usize];
        Some(tokens.at(limit, self.now()) as f64 / limit.rate.per.0 as f64)
    }

    /// The instances of a consumer, if their number changes.
    #[must_use]
    pub fn instances(&self, node: NodeIndex) -> Option<InstancesInside> {
        let keeper = self.plan().resilience.of_consumer(self.consumer_of(node)?)?;
        let scaler = self.world().resilience.scalers.get(keeper.scaler as usize)?;
        Some(InstancesInside {
            ready: scaler.ready,
            starting: scaler.starting.iter().copied().collect(),
            most: scaler.changes.iter().map(|it| it.1).max().unwrap_or(scaler.ready),
            surplus_since: scaler.surplus.map(|it| it.0),
        })
    }

    fn consumer_of(&self, node: NodeIndex) -> Option<u32> {
        let part = self.plan().nodes[node as usize].part;
        let is_it = self.plan().consumers.get(part as usize).is_some_and(|it| it.node == node);
        (is_it && part != NONE).then_some(part)
    }
}
