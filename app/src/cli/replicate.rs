//! `flowbench replicate`: one scenario with many lucks, and how exactly its numbers are known; two
//! variants under the same luck.

use flowbench_model::scenario::{Change, Scenario};
use flowbench_model::time::Span;
use flowbench_simulator::replications::{Measure, Summary};
use flowbench_simulator::report::Report;
use flowbench_simulator::statistics::Estimate;
use flowbench_simulator::warm_up::Suggestion;
use serde_json::{Value, json};

use crate::cli::choice::{Choice, Chosen, change};
use crate::cli::console::{Console, Tone};
use crate::cli::table::{self, Lean};
use crate::cli::words::time;
use crate::cli::{Format, Status};
use crate::replications::{Replications, Watch, quoted, suggested_warm_up};

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
    /// How much of the beginning to leave out: a length of time, or what MSER-5 suggests; the
    /// scenario's own if not given
    #[arg(long, value_name = "auto|DURATION", value_parser = warm_up)]
    warm_up: Option<Wanted>,
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

/// Which warm-up is wanted.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Suggested,
    Fixed(Span),
}

fn warm_up(text: &str) -> Result<Wanted, String> {
    if text == "auto" {
        return Ok(Wanted::Suggested);
    }
    let hint = |error| format!("{error}; or `auto` for what MSER-5 suggests");
    text.parse().map(Wanted::Fixed).map_err(hint)
}

/// Both variants, and how much of the beginning is left out of each.
struct Results {
    base: Replications,
    other: Option<Replications>,
    warm_up: Span,
    suggestion: Option<Suggestion>,
}

/// Runs all replications and says what they have in common; violated if a promise came out
/// otherwise than it should in one of them.
pub(super) fn replicate(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let chosen = arguments.choice.open()?;
    let results = results(arguments, &chosen)?;
    match arguments.format {
        Format::Text => print(arguments, &chosen, &results, console),
        Format::Json => console.line(&format!("{:#}", object(arguments, &chosen, &results))),
    }
    let is_expected = results.base.reports.iter().all(Report::is_as_expected);
    Ok(if is_expected { Status::Held } else { Status::Violated })
}

fn results(arguments: &Arguments, chosen: &Chosen) -> Result<Results, String> {
    let compile = |scenario: &Scenario| chosen.plan(scenario);
    let mut scenarios = vec![chosen.scenario.clone()];
    if !arguments.against.is_empty() {
        let mut other = chosen.scenario.clone();
        other.changes.extend(arguments.against.iter().cloned());
        scenarios.push(other);
    }
    let mut suggestion: Option<Suggestion> = None;
    if arguments.warm_up.is_some() {
        for scenario in &scenarios {
            let found = suggested_warm_up(scenario, &compile, Watch::NOBODY)?;
            let found = found.expect("invariant: nobody stops it");
            suggestion = Some(suggestion.map_or(found, |before| before.or_longer(found)));
        }
    }
    let warm_up = match (arguments.warm_up, suggestion) {
        (Some(Wanted::Fixed(warm_up)), _) => warm_up,
        (Some(Wanted::Suggested), Some(suggestion)) => suggestion.warm_up,
        (_, _) => chosen.scenario.warm_up,
    };
    let mut run = |scenario: Scenario| -> Result<Replications, String> {
        let scenario = Scenario { warm_up, ..scenario };
        let done = Replications::run((&scenario, arguments.replications), &compile, Watch::NOBODY)?;
        Ok(done.expect("invariant: nobody stops it"))
    };
    let mut variants = scenarios.into_iter();
    let base = run(variants.next().expect("invariant: there is one"))?;
    let other = variants.next().map(&mut run).transpose()?;
    Ok(Results { base, other, warm_up, suggestion })
}

fn print(arguments: &Arguments, chosen: &Chosen, results: &Results, console: &mut Console) {
    let (base, other) = (&results.base, results.other.as_ref());
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
    if let Some(suggestion) = results.suggestion {
        warm_up_line(results.warm_up, suggestion, console);
    }
    let mut head = vec![("", Lean::Left), ("", Lean::Left), ("mean", Lean::Right)];
    if other.is_some() {
        let changes = [("variant", Lean::Right), ("difference", Lean::Right), ("", Lean::Left)];
        head.extend(changes);
    }
    let rows: Vec<Vec<String>> =
        base.telling().map(|summary| row(summary, other, arguments.confidence)).collect();
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

/// What is left out, and what the beginning of the runs says about it.
fn warm_up_line(warm_up: Span, suggestion: Suggestion, console: &mut Console) {
    let suggested = time(suggestion.warm_up.0);
    if suggestion.is_too_short {
        let text = "the run is too short: by MSER-5 it begins until beyond its half; let the \
                    scenario last longer, or these means are not those of the long run";
        console.line(&console.tinted(Tone::Doubtful, text));
    } else {
        let text = format!("{} of each run left out; MSER-5 suggests {suggested}", time(warm_up.0));
        console.line(&console.tinted(Tone::Faint, &text));
    }
}

fn row(summary: &Summary, other: Option<&Replications>, confidence: f64) -> Vec<String> {
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

fn object(arguments: &Arguments, chosen: &Chosen, results: &Results) -> Value {
    let (base, other) = (&results.base, results.other.as_ref());
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
        "warm_up_ns": results.warm_up.0,
        "suggested_warm_up": results.suggestion.map(|it| {
            json!({ "ns": it.warm_up.0, "is_too_short": it.is_too_short })
        }),
        "measures": measures,
        "promises": promises,
    })
}

pub(super) fn estimated(estimate: &Estimate) -> Value {
    json!({
        "count": estimate.count,
        "mean": estimate.mean,
        "half_width": estimate.half_width,
        "deviation": estimate.deviation,
        "min": estimate.min,
        "max": estimate.max,
    })
}
