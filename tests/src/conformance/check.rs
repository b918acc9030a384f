//! One case, run to an outcome in lines of text, and compared with what is expected.
//!
//! A line says who saw what: `A m1 m2:2R` is a consumer and its deliveries, with the number of the
//! delivery from the second on and `R` where the broker flags a redelivery; `q ready 3`;
//! `dead m1 m2 (rejected)`. Times are written in seconds and rounded so coarsely that a busy
//! machine does not change them.

use std::any::Any;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use expect_test::Expect;

use super::server::{Kind, Running, running};
use super::table::row;

/// How much slower a case runs when its outcome was not the expected one: a real server on a busy
/// machine can be late, and may only differ from the expectation at every speed.
const STRETCHES: [u32; 3] = [1, 3, 6];

/// How long nothing may happen until a case believes that nothing will.
const QUIET: Duration = Duration::from_millis(120);

/// Where and how fast a case runs.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) case: &'static str,
    pub(crate) preset: &'static str,
    stretch: u32,
    begun: Instant,
}

impl Place {
    /// A name that no other case uses.
    pub(crate) fn own(&self, name: &str) -> String {
        format!("{}-{}-{}-{name}", self.case, self.preset.replace('.', "-"), self.stretch)
    }

    /// A time of the case on the clock of the server.
    pub(crate) fn stretched(&self, time_ms: u64) -> u64 {
        time_ms * u64::from(self.stretch)
    }

    /// A time on the clock of the server as a time of the case.
    pub(crate) fn shrunk(&self, time_ms: u64) -> u64 {
        time_ms / u64::from(self.stretch)
    }

    /// How much time of the case has passed, to the nearest step, in seconds.
    pub(crate) fn coarse(&self, step_ms: u64) -> String {
        let passed_ms = self.shrunk(self.begun.elapsed().as_millis() as u64);
        let steps = (passed_ms + step_ms / 2) / step_ms;
        let tenths = steps * step_ms / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    pub(crate) fn quiet(&self) -> Duration {
        QUIET * self.stretch
    }

    /// Sets the clock of the case to zero.
    pub(crate) fn begin(&mut self) {
        self.begun = Instant::now();
    }

    /// How long it is until this time of the case.
    pub(crate) fn until(&self, time_ms: u64) -> Duration {
        Duration::from_millis(self.stretched(time_ms)).saturating_sub(self.begun.elapsed())
    }
}

/// A broker to run cases on.
pub(crate) trait Broker: Sized {
    /// The server that stands behind it.
    const SERVER: Kind;

    fn open(server: &'static Running, place: Place) -> Self;

    /// What was seen.
    fn into_lines(self) -> Vec<String>;
}

/// Runs the steps of a case on each preset against the real server, if the table says so, and
/// compares what was seen. Presets that behave alike share one paragraph of the expectation.
pub(crate) fn compared<B: Broker>(
    case: &'static str,
    presets: &[&'static str],
    steps: impl Fn(&mut B) + Sync,
    expected: &Expect,
) {
    let row = row(case);
    let unknown = presets.iter().find(|preset| !row.presets.iter().any(|own| own == *preset));
    assert_eq!(unknown, None, "the table does not list the preset for {case}");
    if let Some(name) = row.compared {
        assert_eq!(name, B::SERVER.name, "{case} is compared with another server");
        match running(&B::SERVER) {
            Some(server) => compare(server, case, presets, &steps, expected),
            None => tell(&format!("{case} is not compared: {name} is not installed.")),
        }
    }
}

/// Runs a case on each preset in the simulator, if the table says so. It has nothing to wait for,
/// and is held to the same expectation.
pub(crate) fn simulated(
    case: &'static str,
    presets: &[&'static str],
    lines: impl Fn(&'static str) -> Vec<String> + Sync,
    expected: &Expect,
) {
    if row(case).simulated {
        let outcome = outcome_of(presets, lines);
        if !is_same(&outcome, expected.data()) {
            tell(&format!("{case} comes to something else in the simulator:"));
            expected.assert_eq(&outcome);
        }
    }
}

/// Tells whoever runs the tests what did not run, or not as it should. What is printed by the usual
/// macros is kept from sight while tests pass.
pub(crate) fn tell(sentence: &str) {
    // Whoever does not listen misses nothing else.
    let _ = writeln!(io::stderr(), "{sentence}");
}

fn compare<B: Broker>(
    server: &'static Running,
    case: &'static str,
    presets: &[&'static str],
    steps: &(impl Fn(&mut B) + Sync),
    expected: &Expect,
) {
    let mut outcome = String::new();
    for stretch in STRETCHES {
        outcome = outcome_of(presets, |preset| {
            let mut broker =
                B::open(server, Place { case, preset, stretch, begun: Instant::now() });
            steps(&mut broker);
            broker.into_lines()
        });
        if is_same(&outcome, expected.data()) {
            return;
        }
        tell(&format!("{case} differs at a speed of 1/{stretch}:\n{outcome}"));
    }
    expected.assert_eq(&outcome);
}

fn is_same(outcome: &str, expected: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
    };
    lines(outcome) == lines(expected)
}

/// Each preset on a thread of its own; a step that fails is an outcome too.
fn outcome_of(
    presets: &[&'static str],
    lines: impl Fn(&'static str) -> Vec<String> + Sync,
) -> String {
    let outcomes: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = presets
            .iter()
            .map(|preset| scope.spawn(|| catch_unwind(AssertUnwindSafe(|| lines(preset)))))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("panics are caught"));
        joined.map(|lines| lines.unwrap_or_else(failure).join("\n")).collect()
    });
    paragraphs(presets, &outcomes)
}

fn failure(panic: Box<dyn Any + Send>) -> Vec<String> {
    let said = panic.downcast_ref::<String>().cloned();
    vec![said.unwrap_or_else(|| "a step failed".to_owned())]
}

fn paragraphs(presets: &[&str], outcomes: &[String]) -> String {
    if presets.len() == 1 {
        return outcomes[0].clone();
    }
    let mut paragraphs: Vec<(Vec<&str>, &String)> = Vec::new();
    for (preset, outcome) in presets.iter().zip(outcomes) {
        match paragraphs.iter_mut().find(|(_, known)| *known == outcome) {
            Some((alike, _)) => alike.push(preset),
            None => paragraphs.push((vec![preset], outcome)),
        }
    }
    let written = paragraphs.iter().map(|(alike, text)| format!("[{}]\n{text}", alike.join(", ")));
    written.collect::<Vec<_>>().join("\n")
}
