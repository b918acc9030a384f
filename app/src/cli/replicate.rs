//! `flowbench replicate`: one scenario with many lucks, and how exactly its numbers are known; two
//! variants under the same luck.

use std::num::NonZeroUsize;
use std::thread;

use flowbench_model::scenario::{Change, Scenario};
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::replications::{Measure, Summary, Unit, summaries};
use flowbench_simulator::report::{PromiseReport, Report};
use flowbench_simulator::run::Run;
use flowbench_simulator::statistics::Estimate;
use serde_json::{Value, json};

use crate::cli::choice::{Choice, Chosen, change};
use crate::cli::console::{Console, Tone};
use crate::cli::table::{self, Lean};
use crate::cli::words::{count, time};
use crate::cli::{Format, Status};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;
/// Replications that are made at most.
const MOST: u32 = 100_000;

/// What to run how often.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    choice: Choice,
    /// Runs, with the seed and those after it
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(2..=i64::from(MOST)))]
    replications: u32,
    /// How sure the intervals are, in percent
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = confidence)]
    confidence: f64,
    /// A property that is different in the variant to compare with, under the same luck
    #[arg(long = "against", value_name = "PATH=VALUE", value_parser = change)]
    against: Vec<Change>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Percent as a share.
fn confidence(text: &str) -> Result<f64, String> {
    match text.trim().trim_end_matches('%').trim_end().parse::<f64>() {
        Ok(percent) if (50.0..100.0).contains(&percent) => Ok(percent / 100.0),
        Ok(_) | Err(_) => Err("expected percent from 50 to less than 100, such as 99".to_owned()),
    }
}

/// What came of the replications of one variant.
struct Variant {
    reports: Vec<Report>,
    summaries: Vec<Summary>,
}

/// Runs all replications and says what they have in common; violated if a promise came out
/// otherwise than it should in one of them.
pub(super) fn replicate(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let chosen = arguments.choice.open()?;
    let seeds = arguments.replications;
    let base = Variant::of(&chosen, &chosen.scenario, seeds)?;
    let other = match &arguments.against[..] {
        [] => None,
        changes => {
            let mut scenario = chosen.scenario.clone();
            scenario.changes.extend(changes.iter().cloned());
            Some(Variant::of(&chosen, &scenario, seeds)?)
        }
    };
    match arguments.format {
        Format::Text => print(arguments, &chosen, (&base, other.as_ref()), console),
        Format::Json => {
            let object = object(arguments, &chosen, (&base, other.as_ref()));
            console.line(&format!("{object:#}"));
        }
    }
    let is_expected = base.reports.iter().all(Report::is_as_expected);
    Ok(if is_expected { Status::Held } else { Status::Violated })
}

impl Variant {
    fn of(chosen: &Chosen, scenario: &Scenario, replications: u32) -> Result<Variant, String> {
        let seeds: Vec<u64> =
            (0..u64::from(replications)).map(|it| scenario.seed.wrapping_add(it)).collect();
        let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = seeds.len().div_ceil(workers);
        let run_all = |seeds: &[u64]| -> Result<Vec<Report>, String> {
            seeds.iter().map(|seed| run_once(chosen, scenario, *seed)).collect()
        };
        let parts: Result<Vec<Vec<Report>>, String> = thread::scope(|scope| {
            let workers: Vec<_> =
                seeds.chunks(share).map(|seeds| scope.spawn(move || run_all(seeds))).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, Result<Vec<Report>, String>>| {
                worker.join().unwrap_or_else(|_| Err("a replication broke off".to_owned()))
            };
            workers.into_iter().map(join).collect()
        });
        let reports: Vec<Report> = parts?.into_iter().flatten().collect();
        Ok(Variant { summaries: summaries(&reports), reports })
    }

    fn of_measure(&self, measure: &Measure) -> Option<&Summary> {
        self.summaries.iter().find(|it| it.measure == *measure)
    }

    /// Each promise with the replications in which it held.
    fn promises(&self) -> Vec<(&PromiseReport, usize)> {
        let promises = self.reports.first().map_or(&[][..], |report| &report.promises);
        let held = |at: usize| {
            let verdicts = self.reports.iter().filter_map(|report| report.promises.get(at));
            verdicts.filter(|promise| promise.verdict == "held").count()
        };
        promises.iter().enumerate().map(|(at, promise)| (promise, held(at))).collect()
    }
}

fn run_once(chosen: &Chosen, scenario: &Scenario, seed: u64) -> Result<Report, String> {
    let plan = chosen.plan(&Scenario { seed, ..scenario.clone() })?;
    let mut recorder = Recorder::new(&plan, Keep::Statistics);
    let end = plan.end;
    let mut run = Run::new(plan);
    run.advance_to(end, &mut recorder);
    Ok(Report::new(&run, &recorder))
}

fn print(
    arguments: &Arguments,
    chosen: &Chosen,
    (base, other): (&Variant, Option<&Variant>),
    console: &mut Console,
) {
    let name = console.tinted(Tone::Strong, &chosen.input.document.design.info.name);
    let scenario = console.tinted(Tone::Strong, &chosen.scenario.name);
    let first = chosen.scenario.seed;
    let last = first.wrapping_add(u64::from(arguments.replications) - 1);
    console.line(&format!("{name} · {scenario} · seeds {first} to {last}"));
    let facts = format!(
        "{} replications; ± is the {} % interval of a mean",
        arguments.replications,
        arguments.confidence * 100.0
    );
    console.line(&console.tinted(Tone::Faint, &facts));
    let mut head = vec![("", Lean::Left), ("", Lean::Left), ("mean", Lean::Right)];
    if other.is_some() {
        let changes = [("variant", Lean::Right), ("difference", Lean::Right), ("", Lean::Left)];
        head.extend(changes);
    }
    let rows: Vec<Vec<String>> = base
        .summaries
        .iter()
        .filter(|summary| summary.values.iter().flatten().any(|value| *value != 0.0))
        .map(|summary| row(summary, other, arguments.confidence))
        .collect();
    console.line("");
    for line in table::lines(&head, &rows, console.width()) {
        console.line(&line);
    }
    console.line("");
    for (promise, held) in base.promises() {
        let meant = if promise.meant_to_break { ", as it is meant to break" } else { "" };
        let (name, all) = (&promise.name, base.reports.len());
        console.line(&format!("{name}: held in {held} of {all}{meant}"));
    }
}

fn row(summary: &Summary, other: Option<&Variant>, confidence: f64) -> Vec<String> {
    let Measure { subject, what, unit } = &summary.measure;
    let quoted = |estimate: Option<Estimate>| {
        estimate.map_or("–".to_owned(), |estimate| quoted(&estimate, *unit))
    };
    let mut cells = vec![subject.clone(), (*what).to_owned(), quoted(summary.estimate(confidence))];
    if let Some(other) = other {
        let other = other.of_measure(&summary.measure);
        let difference = other.and_then(|other| summary.difference(other, confidence));
        cells.push(quoted(other.and_then(|other| other.estimate(confidence))));
        cells.push(quoted(difference));
        let differs = difference.is_some_and(|it| !it.contains(0.0));
        cells.push(if differs { "differs".to_owned() } else { String::new() });
    }
    cells
}

/// `12.34 ± 0.56 ms`: as many digits as the interval supports; what is the same in all
/// replications is exact.
fn quoted(estimate: &Estimate, unit: Unit) -> String {
    if estimate.half_width == 0.0 && unit == Unit::Nanoseconds {
        let sign = if estimate.mean < 0.0 { "-" } else { "" };
        return format!("{sign}{}", time(estimate.mean.abs() as u64));
    }
    let (scale, word) = match unit {
        Unit::Messages => (1.0, ""),
        Unit::Share => (0.01, " %"),
        Unit::Nanoseconds => match estimate.mean.abs() {
            mean if mean < 1e3 => (1.0, " ns"),
            mean if mean < 1e6 => (1e3, " µs"),
            mean if mean < 1e9 => (1e6, " ms"),
            _ => (1e9, " s"),
        },
    };
    let scaled = Estimate {
        mean: estimate.mean / scale,
        half_width: estimate.half_width / scale,
        ..*estimate
    };
    match scaled.last_digit() {
        None if unit == Unit::Share => format!("{:.1}{word}", scaled.mean),
        None => rounded(scaled.mean, 0),
        Some(place) => {
            format!("{} ± {}{word}", rounded(scaled.mean, place), rounded(scaled.half_width, place))
        }
    }
}

/// A number rounded to a decimal place, thousands apart.
fn rounded(number: f64, place: i32) -> String {
    if place < 0 {
        return format!("{number:.*}", place.unsigned_abs() as usize);
    }
    let step = 10_f64.powi(place);
    let number = (number / step).round() * step;
    let text = count(number.abs() as u64);
    if number < 0.0 { format!("-{text}") } else { text }
}

fn object(
    arguments: &Arguments,
    chosen: &Chosen,
    (base, other): (&Variant, Option<&Variant>),
) -> Value {
    let measures: Vec<Value> = base
        .summaries
        .iter()
        .map(|summary| {
            let other = other.and_then(|other| other.of_measure(&summary.measure));
            let difference =
                other.and_then(|other| summary.difference(other, arguments.confidence));
            json!({
                "subject": summary.measure.subject,
                "what": summary.measure.what,
                "unit": summary.measure.unit.word(),
                "estimate": summary.estimate(arguments.confidence).as_ref().map(estimated),
                "variant": other.and_then(|it| it.estimate(arguments.confidence)).as_ref().map(estimated),
                "difference": difference.as_ref().map(estimated),
            })
        })
        .collect();
    let promises: Vec<Value> = base
        .promises()
        .into_iter()
        .map(|(it, held)| {
            json!({ "name": it.name, "held": held, "meant_to_break": it.meant_to_break })
        })
        .collect();
    json!({
        "format": FORMAT,
        "design": chosen.input.document.design.info.name,
        "scenario": chosen.scenario.name,
        "first_seed": chosen.scenario.seed,
        "replications": arguments.replications,
        "confidence": arguments.confidence,
        "measures": measures,
        "promises": promises,
    })
}

fn estimated(estimate: &Estimate) -> Value {
    json!({
        "count": estimate.count,
        "mean": estimate.mean,
        "half_width": estimate.half_width,
        "deviation": estimate.deviation,
        "min": estimate.min,
        "max": estimate.max,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        Estimate { count: 30, mean, half_width, deviation: 0.0, min: 0.0, max: 0.0 }
    }

    #[test]
    fn digits_that_the_data_does_not_support_are_not_printed() {
        let quoted = |mean, half_width, unit| quoted(&estimate(mean, half_width), unit);
        assert_eq!(quoted(12_345.678, 0.0, Unit::Messages), "12,346");
        assert_eq!(quoted(12_345.678, 1_234.0, Unit::Messages), "12,300 ± 1,200");
        assert_eq!(quoted(12_345.678, 12.3, Unit::Messages), "12,346 ± 12");
        assert_eq!(quoted(-3.456, 0.123, Unit::Messages), "-3.46 ± 0.12");
        assert_eq!(quoted(12_345_678.0, 54_321.0, Unit::Nanoseconds), "12.346 ± 0.054 ms");
        assert_eq!(quoted(0.812_345, 0.012, Unit::Share), "81.2 ± 1.2 %");
        assert_eq!(quoted(0.5, 0.0, Unit::Share), "50.0 %");
        assert_eq!(quoted(2.5e9, 0.0, Unit::Nanoseconds), "2.5 s");
    }
}
