//! The bench: which scenario runs, and where in time the screen stands. The computation itself is
//! done by a worker thread; the screen never waits for it.

pub mod comparing;
pub mod replicating;
pub mod worker;

use std::sync::Arc;
use std::time::Duration;

use flowbench_model::design::Design;
use flowbench_model::finding::Finding;
use flowbench_model::fork;
use flowbench_model::scenario::Scenario;
use flowbench_model::schema::Schemas;
use flowbench_model::time::{NS_PER_SEC, Span, Time};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;

use crate::bench::comparing::{Comparisons, origin_of};
use crate::bench::replicating::{Replicating, Results};
use crate::bench::worker::{Answer, Order, Stopped, Waker, Worker};
use crate::beside::{Beside, recorded_names};
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
    /// The whole run: record, report, any instant. Absent until the first one is computed, or if
    /// the design cannot run. While a new one is computed this is the one before it.
    pub recording: Option<Arc<Recording>>,
    /// The world at (or, for a moment, near) the position.
    pub world: Option<Arc<Run>>,
    /// Why the design cannot run.
    pub obstacles: Vec<Finding>,
    /// What comparing the recording with others came to.
    pub comparisons: Comparisons,
    /// What many runs of the scenario come to, if a person asks.
    pub replicating: Replicating,
    /// How far the computation of a new recording is; absent while there is nothing to compute.
    pub computed_to: Option<Time>,
    /// Where recorded files of the design are.
    beside: Beside,
    ordered: Option<Ordered>,
    /// Orders so far, each with a number of its own.
    orders: u64,
    /// The order of the recording that is wanted.
    recording_number: u64,
    is_world_ordered: bool,
    /// The position that the world was last ordered for; absent if it must be ordered again.
    shown: Option<Time>,
    worker: Option<Worker>,
    waker: Waker,
}

/// What the last recording was ordered for.
#[derive(Clone, Debug)]
struct Ordered {
    design: Arc<Design>,
    beside: Beside,
    scenario: Arc<Scenario>,
    schemas: Arc<Schemas>,
}

impl Default for Bench {
    fn default() -> Bench {
        Bench {
            scenario: None,
            seed: None,
            is_playing: false,
            speed: 1.0,
            position: Time::ZERO,
            recording: None,
            world: None,
            obstacles: Vec::new(),
            comparisons: Comparisons::default(),
            replicating: Replicating::default(),
            computed_to: None,
            beside: Beside::default(),
            ordered: None,
            orders: 0,
            recording_number: 0,
            is_world_ordered: false,
            shown: None,
            worker: None,
            waker: Waker::default(),
        }
    }
}

impl Bench {
    /// A bench without a run that keeps this one's waker and speed.
    #[must_use]
    pub fn afresh(&self) -> Bench {
        Bench { speed: self.speed, waker: self.waker.clone(), ..Bench::default() }
    }

    /// Who is woken when there is something new to show.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Calls this (from another thread) whenever there is something new to show.
    pub fn set_waker(&mut self, waker: Arc<dyn Fn() + Send + Sync>) {
        self.waker = Waker(Some(waker));
        self.worker = None;
        self.ordered = None;
    }

    /// The chosen scenario as it stands in the design.
    #[must_use]
    pub fn chosen<'a>(&self, design: &'a Design) -> Option<&'a Arc<Scenario>> {
        design.scenario(self.scenario.as_deref()).or_else(|| design.scenarios.first())
    }

    /// The name of the scenario that runs.
    #[must_use]
    pub fn scenario_name(&self, design: &Design) -> Option<String> {
        self.chosen(design).map(|scenario| scenario.name.clone())
    }

    /// The scenario that runs, with the seed chosen written into it.
    #[must_use]
    pub fn effective_scenario(&self, design: &Design) -> Option<Scenario> {
        let scenario = self.chosen(design)?.as_ref();
        let seed = self.seed.unwrap_or(scenario.seed);
        Some(Scenario { seed, ..scenario.clone() })
    }

    /// How long the chosen scenario runs.
    #[must_use]
    pub fn duration(&self, design: &Design) -> Span {
        self.chosen(design).map_or(Span::ZERO, |scenario| scenario.duration)
    }

    /// Whether the screen shows the end of the run.
    #[must_use]
    pub fn is_at_end(&self, design: &Design) -> bool {
        self.position.0 >= self.duration(design).0
    }

    /// Whether everything that is shown belongs to the design as it stands.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.computed_to.is_none() && !self.is_world_ordered
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

    /// Runs another scenario: at the instant that is shown if one descends from the other or both
    /// from a third, so that they can be compared, else from its beginning.
    pub fn choose(&mut self, design: &Design, scenario: &str) {
        let root = |name: Option<&str>| {
            let scenario = design.scenario(name)?;
            Some(fork::root(design, scenario).name.as_str())
        };
        let before = self.scenario_name(design);
        if root(before.as_deref()) != root(Some(scenario)) {
            self.is_playing = false;
            self.seek(Time::ZERO);
        }
        self.scenario = Some(scenario.to_owned());
        self.seed = None;
        self.seek(self.position.min(Time(self.duration(design).0)));
    }

    /// Shows another instant.
    pub fn seek(&mut self, position: Time) {
        self.position = position;
        self.shown = None;
    }

    /// Runs once more and compares, unless that is being done.
    pub fn verify(&mut self) {
        let has_run = self.recording.is_some() && self.computed_to.is_none();
        if has_run && !self.comparisons.is_verifying() {
            let number = self.next_number();
            self.comparisons.begin_itself(number);
            self.order(Order::Compare { recording: self.recording_number, number, other: None });
        }
    }

    /// Runs the scenario many times, beside everything else.
    pub fn replicate(&mut self, design: &Arc<Design>) {
        if let Some(scenario) = self.effective_scenario(design) {
            let schemas = self.ordered.as_ref().map(|it| Arc::clone(&it.schemas));
            let design = (Arc::clone(design), self.beside.clone(), schemas.unwrap_or_default());
            self.replicating.begin(design, scenario, self.waker.clone());
        }
    }

    /// Whether replications are of the scenario as it stands.
    #[must_use]
    pub fn is_present(&self, results: &Results, design: &Arc<Design>) -> bool {
        has_same_meaning(&results.design, design)
            && self.effective_scenario(design).as_ref() == Some(&results.scenario)
    }

    /// Goes on by one event, or back by one; the position becomes the instant of that event.
    pub fn step(&mut self, is_forward: bool) {
        self.is_playing = false;
        if self.recording.is_some() && self.is_settled() && self.shown == Some(self.position) {
            self.order(if is_forward { Order::Step } else { Order::StepBack });
            self.is_world_ordered = true;
        }
    }

    /// Carries the choice of scenario over to another state of the design.
    pub fn follow(&mut self, before: &Design, after: &Design) {
        let scenario = self.scenario.take();
        self.scenario = scenario.and_then(|name| {
            let same = follow_scenario(&name, before, after);
            same.or_else(|| nearest_origin(&name, before, after))
        });
        self.position = self.position.min(Time(self.duration(after).0));
    }

    /// Says where recorded files of the design are.
    pub fn set_beside(&mut self, beside: Beside) {
        self.beside = beside;
    }

    /// Orders a new recording if what runs has changed. Where nodes stand is no such change.
    pub fn refresh(&mut self, design: &Arc<Design>, schemas: &Schemas) {
        let Some(scenario) = self.effective_scenario(design) else {
            *self = self.afresh();
            return;
        };
        let is_ordered = self.ordered.as_ref().is_some_and(|ordered| {
            let has_same_files = ordered.beside == self.beside || recorded_names(design).is_empty();
            has_same_files
                && has_same_meaning(&ordered.design, design)
                && *ordered.scenario == scenario
                && *ordered.schemas == *schemas
        });
        if is_ordered {
            self.compare_with_origin(design, &scenario);
            return;
        }
        let (design, scenario) = (Arc::clone(design), Arc::new(scenario));
        let (beside, schemas) = (self.beside.clone(), Arc::new(schemas.clone()));
        self.ordered = Some(Ordered {
            design: Arc::clone(&design),
            scenario: Arc::clone(&scenario),
            beside: beside.clone(),
            schemas: Arc::clone(&schemas),
        });
        self.recording_number = self.next_number();
        self.comparisons = Comparisons::default();
        self.computed_to = Some(Time::ZERO);
        self.is_world_ordered = false;
        let number = self.recording_number;
        self.order(Order::Make { number, design, scenario, beside, schemas });
    }

    /// Orders a comparison with what the scenario was forked from, if there is none yet.
    fn compare_with_origin(&mut self, design: &Arc<Design>, scenario: &Scenario) {
        if self.recording.is_none() || self.computed_to.is_some() {
            return;
        }
        let origin = origin_of(design, scenario);
        let number = self.next_number();
        if self.comparisons.begin_origin(number, origin.as_ref()) {
            let other = origin.map(|origin| (Arc::clone(design), Box::new(origin)));
            self.order(Order::Compare { recording: self.recording_number, number, other });
        }
    }

    fn next_number(&mut self) -> u64 {
        self.orders += 1;
        self.orders
    }

    /// Lets `passed` of the wall clock go by: takes what the worker has done and moves the position
    /// while time runs.
    pub fn tick(&mut self, passed: Duration) {
        while let Some(answer) = self.next_answer() {
            self.take(answer);
        }
        self.replicating.tick();
        let end = self.recording.as_ref().map_or(Time::ZERO, |recording| recording.plan().end);
        if self.is_playing && self.computed_to.is_none() {
            let step = passed.as_secs_f64() * self.speed * NS_PER_SEC as f64;
            self.position = self.position.after(Span(step as u64)).min(end);
            self.is_playing = self.position < end;
        }
        self.order_world();
    }

    /// Waits until everything that is shown belongs to the design as it stands, and comparisons are
    /// made. For tests and commands without a screen.
    pub fn settle(&mut self) {
        self.tick(Duration::ZERO);
        while !self.is_settled() || self.comparisons.is_running() {
            match self.worker.as_ref().map_or(Err(Stopped), Worker::wait) {
                Ok(answer) => self.take(answer),
                Err(stopped) => self.stop(stopped),
            }
            self.order_world();
        }
    }

    fn next_answer(&mut self) -> Option<Answer> {
        match self.worker.as_ref()?.take() {
            Ok(answer) => answer,
            Err(stopped) => {
                self.stop(stopped);
                None
            }
        }
    }

    /// Goes on without a run; the next change of the design starts a new worker.
    fn stop(&mut self, stopped: Stopped) {
        self.worker = None;
        self.recording = None;
        self.world = None;
        self.computed_to = None;
        self.is_world_ordered = false;
        self.is_playing = false;
        self.comparisons = Comparisons::default();
        self.obstacles = vec![stopped.finding()];
    }

    fn order_world(&mut self) {
        let is_due = self.shown != Some(self.position) && self.is_settled();
        if is_due && self.recording.is_some() {
            self.shown = Some(self.position);
            self.is_world_ordered = true;
            self.order(Order::Show(self.position));
        }
    }

    fn order(&mut self, order: Order) {
        let waker = &self.waker;
        let worker = self.worker.get_or_insert_with(|| Worker::start(waker.clone()));
        worker.give(order);
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Progress { number, to } if number == self.recording_number => {
                self.computed_to = Some(to)
            }
            Answer::Made { number, recording } if number == self.recording_number => {
                self.computed_to = None;
                self.shown = None;
                match recording {
                    Ok(recording) => {
                        self.recording = Some(recording);
                        self.obstacles.clear();
                        if let Some(Ordered { design, scenario, .. }) = self.ordered.clone() {
                            self.compare_with_origin(&design, &scenario);
                        }
                    }
                    Err(obstacles) => {
                        self.recording = None;
                        self.world = None;
                        self.is_playing = false;
                        self.obstacles = obstacles;
                    }
                }
            }
            // About a recording that nobody wants any more.
            Answer::Progress { .. } | Answer::Made { .. } => {}
            Answer::Compared { number, compared } => self.comparisons.take(number, compared),
            Answer::World { run, is_step } => {
                self.is_world_ordered = false;
                if is_step {
                    self.position = run.now();
                    self.shown = Some(self.position);
                }
                self.world = Some(run);
            }
        }
    }
}

/// The nearest scenario that a removed one descends from and that is still there.
fn nearest_origin(name: &str, before: &Design, after: &Design) -> Option<String> {
    let mut removed = before.scenario(Some(name))?.as_ref();
    for _ in &before.scenarios {
        removed = fork::origin(before, removed)?;
        if let Some(name) = follow_scenario(&removed.name, before, after) {
            return Some(name);
        }
    }
    None
}

/// Whether two designs differ in nothing that a run can tell; sharing is what is looked at, so the
/// cost is a pass over pointers.
fn has_same_meaning(one: &Arc<Design>, other: &Arc<Design>) -> bool {
    fn shares<T>(one: &[Arc<T>], other: &[Arc<T>]) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
    }
    Arc::ptr_eq(one, other)
        || (shares(&one.nodes, &other.nodes)
            && shares(&one.edges, &other.edges)
            && shares(&one.messages, &other.messages)
            && one.promises == other.promises
            && one.info.name == other.info.name)
}
