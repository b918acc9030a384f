//! Checks of promises: each watches the entries of a run and ends with a verdict.
//!
//! A violation is never taken back, and nothing stops a run: "undecided" is said where the end of
//! the run came before the answer.

use flowbench_model::promise::{Promise, PromiseKind};
use flowbench_model::time::Time;

use crate::message::Message;
use crate::metrics::Metrics;
use crate::plan::Plan;
use crate::record::Entry;
use crate::world::World;

mod backlog_below;
mod dead_letters;
mod latency_below;
mod leads_to;
mod ledger_balances;
mod never_staler;
mod no_duplicate_effect;
mod no_timeouts;
mod nothing_lost;
mod order_per_key;
mod published;
mod sagas_end;
mod stale_reads;

/// What a promise came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Name of the promise.
    pub name: String,
    /// Whether it was kept.
    pub outcome: Outcome,
    /// When it was decided; the end of the run if only that decides it.
    pub at: Time,
    /// What it was decided by, in a sentence.
    pub evidence: String,
    /// Whether the scenario is there to break it.
    pub is_meant_to_break: bool,
}

/// Whether a promise was kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was.
    Held,
    /// It was not.
    Violated,
    /// The run ended too early to say.
    Undecided,
}

impl Outcome {
    /// `held`, `violated` or `undecided`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Held => "held",
            Outcome::Violated => "violated",
            Outcome::Undecided => "undecided",
        }
    }
}

/// What a check has to say at the end.
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) at: Time,
    pub(crate) evidence: String,
}

/// The end of a run, for checks that need more than entries.
pub(crate) struct End<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) world: &'a World,
    pub(crate) metrics: &'a Metrics,
}

/// What watches one kind of promise.
pub(crate) trait Watch: std::fmt::Debug + Send + Sync {
    /// Sees one transition.
    fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>);
    /// Whether it can never be kept any more, as far as that is known before the end.
    fn is_broken(&self) -> bool {
        false
    }
    /// Says what it came to.
    fn answer(&self, end: &End<'_>) -> Answer;
}

/// A promise under watch.
#[derive(Debug)]
pub(crate) struct Check {
    name: String,
    is_meant_to_break: bool,
    watch: Box<dyn Watch>,
}

impl Check {
    /// A check for each promise of the design and of the scenario.
    pub(crate) fn all(plan: &Plan) -> Vec<Check> {
        let promises = plan.design.promises.iter().chain(&plan.scenario.promises);
        promises
            .map(|promise| Check {
                name: promise.name.clone(),
                is_meant_to_break: plan.scenario.breaks.contains(&promise.name),
                watch: watch(plan, promise),
            })
            .collect()
    }

    pub(crate) fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        self.watch.see(plan, entry, message);
    }

    /// Whether the promise is broken already, as far as that is known before the end.
    pub(crate) fn is_broken(&self) -> bool {
        self.watch.is_broken()
    }

    pub(crate) fn verdict(&self, end: &End<'_>) -> Verdict {
        let Answer { outcome, at, evidence } = self.watch.answer(end);
        let is_meant_to_break = self.is_meant_to_break;
        Verdict { name: self.name.clone(), outcome, at, evidence, is_meant_to_break }
    }
}

fn watch(plan: &Plan, promise: &Promise) -> Box<dyn Watch> {
    match &promise.holds {
        PromiseKind::NothingLost => Box::new(nothing_lost::NothingLost::default()),
        PromiseKind::NoDuplicateEffect { consumer } => {
            Box::new(no_duplicate_effect::NoDuplicateEffect::new(plan, consumer.as_deref()))
        }
        PromiseKind::OrderPerKey { consumer } => {
            Box::new(order_per_key::OrderPerKey::new(plan, consumer))
        }
        PromiseKind::LeadsTo { message, to, within } => {
            Box::new(leads_to::LeadsTo::new(plan, message, to, *within))
        }
        PromiseKind::DeadLetters { at_most, channel } => {
            Box::new(dead_letters::DeadLetters::new(plan, *at_most, channel.as_deref()))
        }
        PromiseKind::BacklogBelow { channel, limit } => {
            Box::new(backlog_below::BacklogBelow::new(plan, channel, *limit))
        }
        PromiseKind::LatencyBelow { from, to, percentile, at_most } => Box::new(
            latency_below::LatencyBelow::new(plan, from.as_deref(), to, *percentile, *at_most),
        ),
        PromiseKind::NoTimeouts => Box::new(no_timeouts::NoTimeouts::default()),
        PromiseKind::LedgerBalances { consumer, sum } => {
            Box::new(ledger_balances::LedgerBalances::new(plan, consumer, *sum))
        }
        PromiseKind::SagasEnd { consumer, within } => {
            Box::new(sagas_end::SagasEnd::new(plan, consumer, *within))
        }
        PromiseKind::StaleReads { consumer, at_most } => {
            Box::new(stale_reads::StaleReads::new(plan, consumer, *at_most))
        }
        PromiseKind::NeverStaler { consumer, than } => {
            Box::new(never_staler::NeverStaler::new(plan, consumer, *than))
        }
        PromiseKind::Published { message, count } => {
            Box::new(published::Published::new(plan, message, *count))
        }
    }
}

impl Answer {
    /// Kept to the end.
    pub(crate) fn held(end: &End<'_>, evidence: impl Into<String>) -> Answer {
        Answer { outcome: Outcome::Held, at: end.world.now, evidence: evidence.into() }
    }

    /// Broken at an instant.
    pub(crate) fn violated(at: Time, evidence: impl Into<String>) -> Answer {
        Answer { outcome: Outcome::Violated, at, evidence: evidence.into() }
    }

    /// Not decided.
    pub(crate) fn undecided(end: &End<'_>, evidence: impl Into<String>) -> Answer {
        Answer { outcome: Outcome::Undecided, at: end.world.now, evidence: evidence.into() }
    }
}
