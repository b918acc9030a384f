//! The bench: which scenario runs, where in time the screen stands, and what a person did to the
//! run. The computation itself is asked of a worker thread; the screen never waits for it.

use flowbench_model::design::Design;
use flowbench_model::fault::Fault;
use flowbench_model::scenario::{Action, ActionKind, Scenario};
use flowbench_model::time::{Span, Time};

use crate::command::Intervention;
use crate::selection::follow_scenario;

/// Simulated seconds in a second, from slow motion to fast forward.
pub const SPEEDS: [f64; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0];

/// The state of the bench.
#[derive(Debug)]
pub struct Bench {
    /// Name of the scenario that was chosen; the first of the design if none was.
    pub scenario: Option<String>,
    /// Which luck, if a person has chosen it; else the scenario's own.
    pub seed: Option<u64>,
    /// Whether time runs.
    pub is_playing: bool,
    /// Simulated seconds in a second.
    pub speed: f64,
    /// The instant the screen shows.
    pub position: Time,
    /// What a person did to the run, in the order it was done.
    pub interventions: Vec<Intervention>,
}

impl Default for Bench {
    fn default() -> Bench {
        Bench {
            scenario: None,
            seed: None,
            is_playing: false,
            speed: 1.0,
            position: Time::ZERO,
            interventions: Vec::new(),
        }
    }
}

impl Bench {
    /// The scenario that runs, with the seed chosen and the interventions written into it.
    #[must_use]
    pub fn effective_scenario(&self, design: &Design) -> Option<Scenario> {
        let chosen = design.scenario(self.scenario.as_deref());
        let mut scenario = chosen.or_else(|| design.scenarios.first())?.as_ref().clone();
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        for intervention in &self.interventions {
            match intervention {
                Intervention::Fault(fault) => scenario.faults.push(fault.clone()),
                Intervention::Action(action) => scenario.actions.push(action.clone()),
            }
        }
        Some(scenario)
    }

    /// How long the chosen scenario runs.
    #[must_use]
    pub fn duration(&self, design: &Design) -> Span {
        let chosen = design.scenario(self.scenario.as_deref());
        chosen.or_else(|| design.scenarios.first()).map_or(Span::ZERO, |s| s.duration)
    }

    /// The next higher speed.
    pub fn faster(&mut self) {
        let next = SPEEDS.iter().copied().find(|speed| *speed > self.speed);
        self.speed = next.unwrap_or(self.speed);
    }

    /// The next lower speed.
    pub fn slower(&mut self) {
        let next = SPEEDS.iter().rev().copied().find(|speed| *speed < self.speed);
        self.speed = next.unwrap_or(self.speed);
    }

    /// Remembers a fault that begins now.
    pub fn inject(&mut self, fault: Fault) {
        self.interventions.push(Intervention::Fault(fault));
    }

    /// Remembers something an operator does now.
    pub fn act(&mut self, what: ActionKind) {
        let at = Span(self.position.0);
        self.interventions.push(Intervention::Action(Action { at, what }));
    }

    /// The name of the scenario that runs.
    #[must_use]
    pub fn scenario_name(&self, design: &Design) -> Option<String> {
        let chosen = design.scenario(self.scenario.as_deref());
        chosen.or_else(|| design.scenarios.first()).map(|scenario| scenario.name.clone())
    }

    /// Whether the screen shows the end of the run.
    #[must_use]
    pub fn is_at_end(&self, design: &Design) -> bool {
        self.position.0 >= self.duration(design).0
    }

    /// Runs another scenario from its beginning; interventions belong to the run they were made in.
    pub fn choose(&mut self, scenario: String) {
        self.scenario = Some(scenario);
        self.seed = None;
        self.position = Time::ZERO;
        self.is_playing = false;
        self.interventions.clear();
    }

    /// Replaces an intervention; nothing if there is none of this index.
    pub fn put_intervention(&mut self, index: usize, intervention: Intervention) {
        if let Some(old) = self.interventions.get_mut(index) {
            *old = intervention;
        }
    }

    /// Takes back an intervention; nothing if there is none of this index.
    pub fn remove_intervention(&mut self, index: usize) {
        if index < self.interventions.len() {
            self.interventions.remove(index);
        }
    }

    /// Goes on by one event.
    pub fn step(&mut self) {
        self.is_playing = false;
    }

    /// Goes back by one event.
    pub fn step_back(&mut self) {
        self.is_playing = false;
    }

    /// Carries the choice of scenario over to another state of the design.
    pub fn follow(&mut self, before: &Design, after: &Design) {
        let scenario = self.scenario.take();
        self.scenario = scenario.and_then(|name| follow_scenario(&name, before, after));
        self.position = self.position.min(Time(self.duration(after).0));
    }
}
