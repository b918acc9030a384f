//! Many runs of one scenario on all processors, and what may be said of their numbers: the same for
//! the command and for the window.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use flowbench_model::scenario::Scenario;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::replications::{Measure, Summary, Unit, summaries};
use flowbench_simulator::report::{PromiseReport, Report};
use flowbench_simulator::run::Run;
use flowbench_simulator::statistics::Estimate;
use flowbench_simulator::warm_up::{self, Suggestion};

/// Runs from which a warm-up is suggested.
const PILOTS: u32 = 5;

/// What came of the replications of one variant.
#[derive(Clone, Debug)]
pub struct Replications {
    /// Each run, in the order of seeds.
    pub reports: Vec<Report>,
    /// What they measured.
    pub summaries: Vec<Summary>,
}

/// Who waits for runs.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Whether anybody still wants them.
    pub is_wanted: &'a (dyn Fn() -> bool + Sync),
    /// Told after each run.
    pub note: &'a (dyn Fn() + Sync),
}

impl Watch<'_> {
    /// Nobody who could be told, or give up.
    pub const NOBODY: Watch<'static> = Watch { is_wanted: &|| true, note: &|| {} };
}

/// A scenario becomes a plan, or something says why not.
pub type Compile<'a, E> = &'a (dyn Fn(&Scenario) -> Result<Arc<Plan>, E> + Sync);

impl Replications {
    /// Runs a scenario with so many seeds from its own on; `None` if it was given up.
    ///
    /// # Errors
    /// If the scenario cannot run.
    pub fn run<E: Send>(
        (scenario, count): (&Scenario, u32),
        compile: Compile<'_, E>,
        watch: Watch<'_>,
    ) -> Result<Option<Replications>, E> {
        let seeds: Vec<u64> =
            (0..u64::from(count)).map(|it| scenario.seed.wrapping_add(it)).collect();
        let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = seeds.len().div_ceil(workers).max(1);
        let run_all = |seeds: &[u64]| -> Result<Option<Vec<Report>>, E> {
            let mut reports = Vec::with_capacity(seeds.len());
            for seed in seeds {
                let plan = compile(&Scenario { seed: *seed, ..scenario.clone() })?;
                let Some(report) = run_once(plan, watch) else { return Ok(None) };
                reports.push(report);
                (watch.note)();
            }
            Ok(Some(reports))
        };
        let parts: Result<Option<Vec<Vec<Report>>>, E> = thread::scope(|scope| {
            let workers: Vec<_> =
                seeds.chunks(share).map(|seeds| scope.spawn(move || run_all(seeds))).collect();
            let joined = workers.into_iter().map(|worker| {
                worker.join().expect("invariant: a run of a valid plan does not panic")
            });
            joined.collect::<Result<Option<Vec<_>>, E>>()
        });
        Ok(parts?.map(|parts| {
            let reports: Vec<Report> = parts.into_iter().flatten().collect();
            Replications { summaries: summaries(&reports), reports }
        }))
    }

    /// The same measure, if it was taken here.
    #[must_use]
    pub fn of_measure(&self, measure: &Measure) -> Option<&Summary> {
        self.summaries.iter().find(|it| it.measure == *measure)
    }

    /// What is not zero in all runs.
    pub fn telling(&self) -> impl Iterator<Item = &Summary> {
        let is_telling = |it: &&Summary| it.values.iter().flatten().any(|value| *value != 0.0);
        self.summaries.iter().filter(is_telling)
    }

    /// Each promise with the replications in which it held.
    #[must_use]
    pub fn promises(&self) -> Vec<(&PromiseReport, usize)> {
        let promises = self.reports.first().map_or(&[][..], |report| &report.promises);
        let held = |at: usize| {
            let verdicts = self.reports.iter().filter_map(|report| report.promises.get(at));
            verdicts.filter(|promise| promise.verdict == "held").count()
        };
        promises.iter().enumerate().map(|(at, promise)| (promise, held(at))).collect()
    }
}

/// The warm-up that a few runs of a scenario suggest; `None` if it was given up.
///
/// # Errors
/// If the scenario cannot run.
pub fn suggested_warm_up<E>(
    scenario: &Scenario,
    compile: Compile<'_, E>,
    watch: Watch<'_>,
) -> Result<Option<Suggestion>, E> {
    let plans: Result<Vec<Arc<Plan>>, E> = (0..u64::from(PILOTS))
        .map(|it| {
            let seed = scenario.seed.wrapping_add(it);
            compile(&Scenario { seed, warm_up: Span::ZERO, ..scenario.clone() })
        })
        .collect();
    Ok(warm_up::suggested(&plans?, watch.is_wanted))
}

/// What a run came to, made in pieces; `None` if it was given up.
pub fn run_once(plan: Arc<Plan>, watch: Watch<'_>) -> Option<Report> {
    const PIECES: u64 = 64;
    let mut recorder = Recorder::new(&plan, Keep::Statistics);
    let end = plan.end;
    let mut run = Run::new(plan);
    for piece in 1..=PIECES {
        if !(watch.is_wanted)() {
            return None;
        }
        run.advance_to(Time(end.0 / PIECES * piece), &mut recorder);
    }
    run.advance_to(end, &mut recorder);
    Some(Report::new(&run, &recorder))
}

/// `12.34 ± 0.56 ms`: as many digits as the interval supports; what is the same in all
/// replications is exact.
#[must_use]
pub fn quoted(estimate: &Estimate, unit: Unit) -> String {
    let (scale, word) = match unit {
        Unit::Messages => (1.0, ""),
        Unit::Share => (0.01, " %"),
        Unit::Nanoseconds => match estimate.mean.abs().max(estimate.half_width) {
            size if size < 1e3 => (1.0, " ns"),
            size if size < 1e6 => (1e3, " µs"),
            size if size < 1e9 => (1e6, " ms"),
            _ => (1e9, " s"),
        },
    };
    let (mean, half_width) = (estimate.mean / scale, estimate.half_width / scale);
    let scaled = Estimate { mean, half_width, ..*estimate };
    match scaled.last_digit() {
        None => format!("{}{word}", exact(mean)),
        Some(place) => format!("{} ± {}{word}", rounded(mean, place), rounded(half_width, place)),
    }
}

/// A number that is known, to three decimals at most.
fn exact(number: f64) -> String {
    let text = rounded(number, -3);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if number.fract() == 0.0 { rounded(number, 0) } else { text.to_owned() }
}

/// A number rounded to a decimal place, thousands apart.
fn rounded(number: f64, place: i32) -> String {
    if place < 0 {
        return format!("{number:.*}", place.unsigned_abs() as usize);
    }
    let step = 10_f64.powi(place);
    let digits = format!("{:.0}", ((number / step).round() * step).abs());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 && digits != "0" { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_the_data_does_not_support_are_not_printed() {
        let quoted = |mean, half_width, unit| {
            let spread = (0.0, 0.0, 0.0);
            let (deviation, min, max) = spread;
            quoted(&Estimate { count: 30, mean, half_width, deviation, min, max }, unit)
        };
        assert_eq!(quoted(12_345.0, 0.0, Unit::Messages), "12,345");
        assert_eq!(quoted(12_345.678, 1_234.0, Unit::Messages), "12,300 ± 1,200");
        assert_eq!(quoted(12_345.678, 12.3, Unit::Messages), "12,346 ± 12");
        assert_eq!(quoted(-3.456, 0.123, Unit::Messages), "-3.46 ± 0.12");
        assert_eq!(quoted(12_345_678.0, 54_321.0, Unit::Nanoseconds), "12.346 ± 0.054 ms");
        assert_eq!(quoted(0.812_345, 0.012, Unit::Share), "81.2 ± 1.2 %");
        assert_eq!(quoted(0.5, 0.0, Unit::Share), "50 %");
        assert_eq!(quoted(1.0 / 3.0, 0.0, Unit::Messages), "0.333");
        assert_eq!(quoted(2.5e9, 0.0, Unit::Nanoseconds), "2.5 s");
        assert_eq!(quoted(-0.2, 3.0, Unit::Messages), "-0.2 ± 3.0");
    }
}
