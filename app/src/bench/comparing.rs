//! Comparisons of the run with another one, computed beside everything else: with itself, to verify
//! it, and with the scenario that it was forked from, to say where they part.

use flowbench_model::design::Design;
use flowbench_model::fork;
use flowbench_model::scenario::Scenario;
use flowbench_model::time::Time;
use flowbench_simulator::comparison::Comparison;

/// How far a comparison is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Compared {
    /// It has got so far.
    Running(Time),
    /// It came to this.
    Done(Comparison),
}

/// The comparisons of one recording.
#[derive(Clone, Debug, Default)]
pub struct Comparisons {
    /// With itself, if a person has asked for it.
    pub itself: Option<Compared>,
    /// With the scenario that it was forked from, if it was.
    pub origin: Option<Compared>,
    itself_number: u64,
    origin_number: u64,
    /// What `origin` is about: the scenario, with the seed of the run.
    origin_scenario: Option<Scenario>,
}

impl Comparisons {
    /// Whether something is being compared.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.is_verifying() || matches!(self.origin, Some(Compared::Running(_)))
    }

    /// Whether the run is being compared with itself.
    #[must_use]
    pub fn is_verifying(&self) -> bool {
        matches!(self.itself, Some(Compared::Running(_)))
    }

    /// Begins to compare the run with itself.
    pub(super) fn begin_itself(&mut self, number: u64) {
        self.itself_number = number;
        self.itself = Some(Compared::Running(Time::ZERO));
    }

    /// Begins to compare the run with its origin, if that is not what is compared already; whether
    /// it does.
    pub(super) fn begin_origin(&mut self, number: u64, origin: Option<&Scenario>) -> bool {
        if self.origin_scenario.as_ref() == origin {
            return false;
        }
        self.origin_number = number;
        self.origin_scenario = origin.cloned();
        self.origin = origin.map(|_| Compared::Running(Time::ZERO));
        origin.is_some()
    }

    /// Takes what the worker says about the comparison of this number; absent if it could not be
    /// made.
    pub(super) fn take(&mut self, number: u64, compared: Option<Compared>) {
        if number == self.itself_number {
            self.itself = compared;
        } else if number == self.origin_number {
            self.origin = compared;
        }
    }
}

/// The scenario that another one was forked from, under the same luck.
pub(super) fn origin_of(design: &Design, scenario: &Scenario) -> Option<Scenario> {
    let origin = fork::origin(design, scenario)?;
    Some(Scenario { seed: scenario.seed, ..origin.clone() })
}
