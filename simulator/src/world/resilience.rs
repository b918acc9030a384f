//! The states of circuit breakers, budgets, bulkheads, rate limits and autoscalers.

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::resilience::{Excess, RateLimit};
use flowbench_model::time::{Span, Time};

use crate::message::Handle;
use crate::plan::resilience::PlanResilience;
use crate::plan::{NONE, Plan};
use crate::world::World;

/// All of them, by their index in the plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resilience {
    pub(crate) breakers: Vec<Breaker>,
    pub(crate) bulkheads: Vec<Cells>,
    pub(crate) budgets: Vec<Budget>,
    pub(crate) limits: Vec<Tokens>,
    pub(crate) scalers: Vec<Scaler>,
    /// Works that a rate limit did not let through, and what becomes of them.
    pub(crate) refused: BTreeMap<u32, Excess>,
}

/// What a circuit breaker does with calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BreakerState {
    /// It lets all calls through.
    #[default]
    Closed,
    /// It lets none through.
    Open,
    /// It lets some through on trial.
    HalfOpen,
}

impl BreakerState {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half-open",
        }
    }
}

/// A circuit breaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaker {
    pub(crate) state: BreakerState,
    pub(crate) since: Time,
    /// Counts its states: what was let through in an earlier one does not count in this.
    pub(crate) epoch: u32,
    /// The last outcomes: whether each was a failure, and whether it was slow.
    pub(crate) outcomes: VecDeque<(bool, bool)>,
    pub(crate) failed: u32,
    pub(crate) slow: u32,
    /// Calls that were let through on trial.
    pub(crate) trials: u32,
    /// Calls that wait to be let through.
    pub(crate) waiting: VecDeque<Handle>,
    /// How often it opened.
    pub(crate) opened: u32,
}

impl Breaker {
    /// Takes note of an outcome; the oldest beyond so many are forgotten.
    pub(crate) fn note(&mut self, outcome: (bool, bool), most: u32) {
        self.outcomes.push_back(outcome);
        self.failed += u32::from(outcome.0);
        self.slow += u32::from(outcome.1);
        while self.outcomes.len() > most as usize {
            let Some((failed, slow)) = self.outcomes.pop_front() else { return };
            self.failed -= u32::from(failed);
            self.slow -= u32::from(slow);
        }
    }

    /// Goes over to another state, without outcomes.
    pub(crate) fn enter(&mut self, state: BreakerState, now: Time) {
        self.state = state;
        self.since = now;
        self.epoch += 1;
        self.opened += u32::from(state == BreakerState::Open);
        self.outcomes.clear();
        (self.failed, self.slow, self.trials) = (0, 0, 0);
    }
}

/// The calls of a bulkhead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    /// Calls that somebody waits for.
    pub(crate) taken: u32,
    /// Calls that wait to be made.
    pub(crate) waiting: VecDeque<Handle>,
}

/// What a retry budget remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget {
    /// Of a bucket, in millionths of a token.
    pub(crate) tokens: u64,
    /// Of a window: when first attempts and retries were made.
    pub(crate) firsts: VecDeque<Time>,
    pub(crate) retries: VecDeque<Time>,
}

/// The tokens of a rate limit, counted so that nothing is rounded: one token is as many parts as
/// the limit's `per` has nanoseconds, and each nanosecond brings `count` parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens {
    /// Below zero, somebody waits for tokens that will come.
    pub(crate) parts: i128,
    pub(crate) at: Time,
}

impl Tokens {
    pub(crate) fn full(limit: &RateLimit) -> Tokens {
        Tokens { parts: Tokens::most(limit), at: Time::ZERO }
    }

    fn most(limit: &RateLimit) -> i128 {
        i128::from(limit.burst) * i128::from(limit.rate.per.0)
    }

    /// What there is at an instant.
    pub(crate) fn at(&self, limit: &RateLimit, now: Time) -> i128 {
        let come = i128::from(now.since(self.at).0) * i128::from(limit.rate.count);
        Tokens::most(limit).min(self.parts + come)
    }

    /// Takes a token, now or when it will have come; how long that is. If it is not to be
    /// awaited, nothing is taken before it is there.
    pub(crate) fn take(&mut self, limit: &RateLimit, now: Time, may_wait: bool) -> Option<Span> {
        let (there, one) = (self.at(limit, now), i128::from(limit.rate.per.0));
        if there < one && !may_wait {
            return None;
        }
        (self.parts, self.at) = (there - one, now);
        let missing = (-self.parts).max(0);
        let count = i128::from(limit.rate.count);
        let wait = (missing + count - 1) / count;
        Some(Span(u64::try_from(wait).unwrap_or(u64::MAX)))
    }
}

/// The instances of a consumer.
#[derive(Clone, Debug)]
pub(crate) struct Scaler {
    /// Those that work.
    pub(crate) ready: u32,
    /// When those that were ordered will work.
    pub(crate) starting: VecDeque<Time>,
    /// Since when fewer would have been enough, and the most that were wanted since.
    pub(crate) surplus: Option<(Time, u32)>,
    /// How many worked from when on.
    pub(crate) changes: Vec<(Time, u32)>,
}

impl Scaler {
    /// Instances that worked, times how long, between two instants.
    fn area(&self, from: Time, to: Time) -> u128 {
        let ends = self.changes.iter().skip(1).map(|it| it.0).chain([to]);
        let part = |(&(begin, ready), end): (&(Time, u32), Time)| {
            u128::from(end.min(to).since(begin.max(from)).0) * u128::from(ready)
        };
        self.changes.iter().zip(ends).map(part).sum()
    }
}

impl Resilience {
    pub(crate) fn new(plan: &PlanResilience) -> Resilience {
        Resilience {
            breakers: plan.breakers.iter().map(|_| Breaker::default()).collect(),
            bulkheads: plan.bulkheads.iter().map(|_| Cells::default()).collect(),
            budgets: plan.budgets.iter().map(|_| Budget::default()).collect(),
            limits: plan.limits.iter().map(Tokens::full).collect(),
            scalers: plan
                .scalers
                .iter()
                .map(|scaler| Scaler {
                    ready: scaler.rules.min,
                    starting: VecDeque::new(),
                    surplus: None,
                    changes: vec![(Time::ZERO, scaler.rules.min)],
                })
                .collect(),
            refused: BTreeMap::new(),
        }
    }

    /// Bytes in lists, about.
    pub(crate) fn bytes(&self) -> usize {
        let breaker = |it: &Breaker| {
            size_of::<Breaker>() + it.outcomes.len() * 2 + it.waiting.len() * size_of::<Handle>()
        };
        let cells = |it: &Cells| size_of::<Cells>() + it.waiting.len() * size_of::<Handle>();
        let budget = |it: &Budget| {
            size_of::<Budget>() + (it.firsts.len() + it.retries.len()) * size_of::<Time>()
        };
        self.breakers.iter().map(breaker).sum::<usize>()
            + self.bulkheads.iter().map(cells).sum::<usize>()
            + self.budgets.iter().map(budget).sum::<usize>()
            + size_of_val(&self.limits[..])
            + size_of_val(&self.scalers[..])
    }
}

impl World {
    /// Messages and calls that a consumer works on at the same time, in all its instances.
    #[inline]
    pub(crate) fn slots(&self, plan: &Plan, consumer: u32) -> u32 {
        let own = &plan.consumers[consumer as usize];
        if !own.is_guarded {
            return own.concurrency;
        }
        let scaler = plan.resilience.of_consumer(consumer).map_or(NONE, |it| it.scaler);
        let ready = self.resilience.scalers.get(scaler as usize).map_or(1, |scaler| scaler.ready);
        own.concurrency.saturating_mul(ready)
    }

    /// The slots of a consumer since statistics began, times how long there were so many; none if
    /// their number does not change.
    pub(crate) fn slots_area(&self, plan: &Plan, consumer: u32) -> Option<u128> {
        let scaler = plan.resilience.of_consumer(consumer).map_or(NONE, |it| it.scaler);
        let scaler = self.resilience.scalers.get(scaler as usize)?;
        let each = plan.consumers[consumer as usize].concurrency;
        Some(scaler.area(plan.warm_up, self.now) * u128::from(each))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowbench_model::time::Rate;

    #[test]
    fn tokens_come_exactly_however_long_it_takes() {
        let rate = Rate { count: 3, per: Span::from_secs(1) };
        let limit = RateLimit { rate, burst: 1, excess: Excess::Wait };
        let mut tokens = Tokens::full(&limit);
        let waits: Vec<u64> =
            (0..4).map(|_| tokens.take(&limit, Time::ZERO, true).expect("it waits").0).collect();
        assert_eq!(waits, [0, 333_333_334, 666_666_667, 1_000_000_000]);
        assert_eq!(tokens.take(&limit, Time(1_333_333_333), false), None);
        assert_eq!(tokens.take(&limit, Time(1_333_333_334), false), Some(Span::ZERO));
    }

    #[test]
    fn a_burst_is_what_came_while_nobody_asked() {
        let rate = Rate { count: 10, per: Span::from_secs(1) };
        let limit = RateLimit { rate, burst: 3, excess: Excess::Reject };
        let mut tokens = Tokens::full(&limit);
        let now = Time(60_000_000_000);
        let taken = (0..5).filter(|_| tokens.take(&limit, now, false).is_some()).count();
        assert_eq!(taken, 3);
        assert!(tokens.take(&limit, now.after(Span::from_millis(100)), false).is_some());
    }
}
