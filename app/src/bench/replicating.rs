//! Replications of the scenario that is shown, computed beside everything else on threads of their
//! own: what a person asks for, how far it is, and what it came to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use flowbench_model::design::Design;
use flowbench_model::scenario::{Change, Scenario};
use flowbench_model::schema::Schemas;
use flowbench_model::time::Span;
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::warm_up::Suggestion;

use crate::bench::worker::Waker;
use crate::beside::Beside;
use crate::replications::{Replications, Watch, suggested_warm_up};

/// Replications that can be asked for at once.
pub const MOST: u32 = 10_000;

/// What is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// Runs of each variant, with the seed of the scenario and those after it; at least two.
    pub count: u32,
    /// How sure the intervals are, as a share.
    pub confidence: f64,
    /// Whether MSER-5 says how much of the beginning is left out; else the scenario does.
    pub finds_warm_up: bool,
    /// What is compared with, under the same luck.
    pub against: Against,
}

/// What a scenario is compared with.
#[derive(Clone, PartialEq, Debug)]
pub enum Against {
    /// Nothing.
    Nothing,
    /// Another scenario of the design, by name.
    Scenario(String),
    /// The same scenario with one property changed; nothing as long as it names none.
    Change(Changed),
}

/// `PATH=VALUE`, in two parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changed {
    /// Which property.
    pub set: String,
    /// Its other value.
    pub to: String,
}

impl Default for Question {
    fn default() -> Question {
        Question { count: 30, confidence: 0.95, finds_warm_up: false, against: Against::Nothing }
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.set.is_empty() { Ok(()) } else { write!(f, "{}={}", self.set, self.to) }
    }
}

impl FromStr for Changed {
    type Err = String;

    fn from_str(text: &str) -> Result<Changed, String> {
        match text.split_once('=') {
            Some((set, to)) if !set.trim().is_empty() && !to.trim().is_empty() => {
                Ok(Changed { set: set.trim().to_owned(), to: to.trim().to_owned() })
            }
            Some(_) | None => Err("expected PATH=VALUE, such as payment.concurrency=3".to_owned()),
        }
    }
}

/// What replications came to.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was asked.
    pub question: Question,
    /// The design they are of.
    pub design: Arc<Design>,
    /// The scenario they are of, with its first seed.
    pub scenario: Scenario,
    /// Of the scenario.
    pub base: Replications,
    /// Of what it is compared with.
    pub other: Option<Replications>,
    /// What was left out of the scenario's runs.
    pub warm_up: Span,
    /// What MSER-5 says, if it was asked.
    pub suggestion: Option<Suggestion>,
}

/// The replications of a bench.
#[derive(Debug, Default)]
pub struct Replicating {
    /// What is asked for next.
    pub question: Question,
    /// What was asked for last, or why there is nothing.
    pub results: Option<Result<Arc<Results>, String>>,
    running: Option<Running>,
}

/// What came of a question; nothing if nobody wanted it any more.
type Outcome = Result<Option<Results>, String>;

/// Threads at work. They stop when this is dropped.
#[derive(Debug)]
struct Running {
    done: Arc<AtomicU32>,
    all: u32,
    is_wanted: Arc<AtomicBool>,
    outcome: Receiver<Outcome>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.is_wanted.store(false, Ordering::Relaxed);
    }
}

impl Replicating {
    /// How many runs are done, and how many there will be; `None` while nothing is computed.
    #[must_use]
    pub fn progress(&self) -> Option<(u32, u32)> {
        self.running.as_ref().map(|it| (it.done.load(Ordering::Relaxed), it.all))
    }

    /// Computes the replications that are asked for; others that are being computed are given up.
    pub(super) fn begin(
        &mut self,
        (design, beside, schemas): (Arc<Design>, Beside, Arc<Schemas>),
        scenario: Scenario,
        waker: Waker,
    ) {
        let question = self.question.clone();
        let variants = 1 + u32::from(question.against != Against::Nothing);
        let (done, is_wanted) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(true)));
        let (answers, outcome) = channel();
        let all = question.count * variants;
        let running = Running { done: Arc::clone(&done), all, is_wanted, outcome };
        let is_wanted = Arc::clone(&running.is_wanted);
        let thread = thread::Builder::new().name("replications".to_owned());
        let spawned = thread.spawn(move || {
            let wake = || waker.0.iter().for_each(|wake| wake());
            let note = || {
                done.fetch_add(1, Ordering::Relaxed);
                wake();
            };
            let is_wanted = || is_wanted.load(Ordering::Relaxed);
            let watch = Watch { is_wanted: &is_wanted, note: &note };
            // Nobody listens any more if this cannot be sent.
            let _ = answers.send(answer(question, (design, beside, schemas, scenario), watch));
            wake();
        });
        self.running = spawned.is_ok().then_some(running);
        if self.running.is_none() {
            self.results = Some(Err("the system gives no thread for replications".to_owned()));
        }
    }

    /// Gives up what is being computed.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Takes what is done.
    pub(super) fn tick(&mut self) {
        let Some(running) = &self.running else { return };
        match running.outcome.try_recv() {
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => self.take(Err(STOPPED.to_owned())),
            Ok(outcome) => self.take(outcome),
        }
    }

    /// Waits for what is being computed. For tests.
    pub fn settle(&mut self) {
        if let Some(running) = &self.running {
            let outcome = running.outcome.recv().unwrap_or_else(|_| Err(STOPPED.to_owned()));
            self.take(outcome);
        }
    }

    fn take(&mut self, outcome: Outcome) {
        self.running = None;
        self.results = match outcome {
            Ok(Some(results)) => Some(Ok(Arc::new(results))),
            Ok(None) => self.results.take(),
            Err(why) => Some(Err(why)),
        };
    }
}

const STOPPED: &str = "the replications stopped unexpectedly; ask for them again";

fn answer(
    question: Question,
    (design, beside, schemas, scenario): (Arc<Design>, Beside, Arc<Schemas>, Scenario),
    watch: Watch<'_>,
) -> Outcome {
    let compile = |scenario: &Scenario| {
        let open = |file: &str| beside.open(file);
        let surroundings = Surroundings { schemas: &schemas, open: &open };
        let plan = Plan::compile_with(&design, scenario, scenario.seed, &surroundings);
        plan.map_err(|findings| {
            let first = findings.first().map_or("", |finding| finding.sentence.as_str());
            format!("{} cannot run: {first}", scenario.name)
        })
    };
    let other = variant(&design, &scenario, &question.against)?;
    let mut suggestion: Option<Suggestion> = None;
    if question.finds_warm_up {
        for scenario in std::iter::once(&scenario).chain(&other) {
            let found = suggested_warm_up(scenario, &compile, watch)?;
            let Some(found) = found else { return Ok(None) };
            suggestion = Some(suggestion.map_or(found, |before| before.or_longer(found)));
        }
    }
    let run = |scenario: &Scenario| {
        let warm_up = suggestion.map_or(scenario.warm_up, |it| it.warm_up);
        let scenario = Scenario { warm_up, ..scenario.clone() };
        Replications::run((&scenario, question.count), &compile, watch)
    };
    let Some(base) = run(&scenario)? else { return Ok(None) };
    let other = match other {
        None => None,
        Some(other) => match run(&other)? {
            None => return Ok(None),
            other => other,
        },
    };
    let warm_up = suggestion.map_or(scenario.warm_up, |it| it.warm_up);
    Ok(Some(Results { question, design, scenario, base, other, warm_up, suggestion }))
}

/// The scenario to compare with, with the same first seed.
fn variant(
    design: &Design,
    scenario: &Scenario,
    against: &Against,
) -> Result<Option<Scenario>, String> {
    match against {
        Against::Nothing => Ok(None),
        Against::Scenario(name) => {
            let other =
                design.scenario(Some(name)).ok_or(format!("there is no scenario {name}"))?;
            Ok(Some(Scenario { seed: scenario.seed, ..other.as_ref().clone() }))
        }
        Against::Change(Changed { set, .. }) if set.is_empty() => {
            Err("say what is different: PATH=VALUE, such as payment.concurrency=3".to_owned())
        }
        Against::Change(Changed { set, to }) => {
            let mut other = scenario.clone();
            other.changes.push(Change { set: set.clone(), to: to.clone() });
            Ok(Some(other))
        }
    }
}
