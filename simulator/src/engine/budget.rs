//! Retry budgets: retries are a share of what is tried for the first time.

use flowbench_model::resilience::RetryBudget;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::message::Message;
use crate::plan::{EdgeIndex, NONE};
use crate::record::{EntryKind, Failure};
use crate::world::Budget;

/// Shares and tokens are counted in millionths, so that a tenth is a tenth.
const WHOLE: u64 = 1_000_000;

fn millionths(share: f64) -> u64 {
    (share * WHOLE as f64 + 0.5) as u64
}

impl Budget {
    fn forget(&mut self, now: Time, window: Span) {
        for times in [&mut self.firsts, &mut self.retries] {
            while times.front().is_some_and(|at| now.since(*at) >= window) {
                times.pop_front();
            }
        }
    }

    /// Something is tried for the first time.
    fn note_first(&mut self, rules: &RetryBudget, now: Time) {
        match rules {
            RetryBudget::Bucket { share, capacity } => {
                let most = u64::from(*capacity) * WHOLE;
                self.tokens = self.tokens.saturating_add(millionths(*share)).min(most);
            }
            RetryBudget::Window { window, .. } => {
                self.forget(now, *window);
                self.firsts.push_back(now);
            }
        }
    }

    /// Whether something may be tried again.
    pub(crate) fn allows(&self, rules: &RetryBudget, now: Time) -> bool {
        match rules {
            RetryBudget::Bucket { .. } => self.tokens >= WHOLE,
            RetryBudget::Window { share, window, reserve } => {
                let within = |at: &&Time| now.since(**at) < *window;
                let firsts = self.firsts.iter().filter(within).count() as u64;
                let retries = self.retries.iter().filter(within).count() as u64;
                let allowed = firsts * millionths(*share) + u64::from(*reserve) * WHOLE;
                (retries + 1) * WHOLE <= allowed
            }
        }
    }

    fn take(&mut self, rules: &RetryBudget, now: Time) {
        match rules {
            RetryBudget::Bucket { .. } => self.tokens -= WHOLE,
            RetryBudget::Window { window, .. } => {
                self.forget(now, *window);
                self.retries.push_back(now);
            }
        }
    }
}

impl Engine<'_> {
    fn budget(&self, edge: EdgeIndex) -> Option<u32> {
        let index = self.plan.resilience.at_edge(edge).budget;
        (index != NONE).then_some(index)
    }

    /// A call, a delivery or a publication is the first of its kind.
    #[inline]
    pub(super) fn note_first_attempt(&mut self, edge: EdgeIndex) {
        if let Some(index) = self.budget(edge) {
            let rules = &self.plan.resilience.budgets[index as usize];
            let now = self.world.now;
            self.world.resilience.budgets[index as usize].note_first(rules, now);
        }
    }

    /// Whether a budget has room for one more retry on an edge, or there is none.
    pub(super) fn has_budget(&self, edge: EdgeIndex) -> bool {
        self.budget(edge).is_none_or(|index| {
            let rules = &self.plan.resilience.budgets[index as usize];
            self.world.resilience.budgets[index as usize].allows(rules, self.world.now)
        })
    }

    /// Takes a retry out of the budget of an edge, if there is any left; else the record says that
    /// it is not made.
    pub(super) fn takes_retry(
        &mut self,
        edge: EdgeIndex,
        (attempt, message): (u32, &Message),
        failure: Failure,
    ) -> bool {
        let Some(index) = self.budget(edge) else { return true };
        let is_allowed = self.has_budget(edge);
        if is_allowed {
            let rules = &self.plan.resilience.budgets[index as usize];
            let now = self.world.now;
            self.world.resilience.budgets[index as usize].take(rules, now);
        } else {
            self.note(EntryKind::RetryDenied, edge, attempt, failure.into(), message);
        }
        is_allowed
    }
}
