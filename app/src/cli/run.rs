//! `flowbench run`: runs a scenario and says what it came to.

mod effects;
mod events;
mod intervals;
mod record;
mod section;
mod stores;
mod text;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use flowbench_model::time::{Span, Time};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;
use serde_json::Value;

use crate::cli::choice::Choice;
use crate::cli::console::{Console, Progress};
use crate::cli::run::verify::Verification;
use crate::cli::{Format, Status};

/// What to run, and how to say what it came to.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    choice: Choice,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write every entry of the record as a line of JSON; `none` keeps statistics only
    /// (faster, but dead letters have no causes)
    #[arg(long, value_name = "none|OUT")]
    record: Option<PathBuf>,
    /// Where to write every message as a CloudEvent, one a line, to be published again
    #[arg(long, value_name = "OUT")]
    events: Option<PathBuf>,
    /// Run twice and say whether both did the same, or the first entry that differs
    #[arg(long)]
    verify: bool,
    /// Say how exactly the means of this run alone are known, from batches of it
    #[arg(long)]
    intervals: bool,
}

impl Arguments {
    /// A scenario of a design, in words for people.
    pub(super) fn of(file: PathBuf, scenario: Option<String>) -> Arguments {
        let choice = Choice::of(file, scenario);
        let (record, events) = (None, None);
        let (verify, intervals) = (false, false);
        Arguments { choice, format: Format::Text, record, events, verify, intervals }
    }

    /// Where to write the record, if it is wanted as a file.
    fn record_file(&self) -> Option<&PathBuf> {
        self.record.as_ref().filter(|path| path.as_os_str() != "none")
    }
}

/// Runs and says what came of it; violated if something came out otherwise than it should.
pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let chosen = arguments.choice.open()?;
    let plan = chosen.plan(&chosen.scenario)?;
    let is_statistics = arguments.record.is_some() && arguments.record_file().is_none();
    if is_statistics && arguments.events.is_some() {
        return Err("--events needs the record: leave out `--record none`".to_owned());
    }
    let keep = if is_statistics { Keep::Statistics } else { Keep::Everything };
    let begun = Instant::now();
    let (run, recorder) = run_to_end(plan, keep);
    let wall_seconds = begun.elapsed().as_secs_f64();
    let report = Report::new(&run, &recorder);
    let verification = arguments.verify.then(|| verify::verify(&run, &recorder));
    let intervals = arguments.intervals.then(|| intervals::intervals(run.plan()));
    match arguments.format {
        Format::Json => {
            let mut object = object(&report, wall_seconds, verification.as_ref());
            if let Some(intervals) = &intervals {
                object["intervals"] = intervals.object();
            }
            console.line(&format!("{object:#}"));
        }
        Format::Text => {
            text::print(&report, wall_seconds, console);
            intervals.iter().for_each(|it| it.print(console));
            verification.iter().for_each(|it| it.print(console));
        }
    }
    if let Some(path) = arguments.record_file() {
        record::write(path, run.plan(), recorder.record())?;
    }
    if let Some(path) = &arguments.events {
        let (design, schemas) = (&chosen.input.document.design, &chosen.input.schemas);
        events::write(path, &run, recorder.record(), (design, schemas))?;
    }
    let is_same = verification.is_none_or(|it| it.is_same());
    Ok(if report.is_as_expected() && is_same { Status::Held } else { Status::Violated })
}

/// Runs in pieces, so that a person sees that it goes on.
fn run_to_end(plan: Arc<Plan>, keep: Keep) -> (Run, Recorder) {
    const PIECES: u64 = 200;
    let mut recorder = Recorder::new(&plan, keep);
    let end = plan.end;
    let mut run = Run::new(plan);
    let mut progress = Progress::begin();
    let piece = Span(end.0 / PIECES);
    for index in 1..PIECES {
        run.advance_to(Time(piece.0 * index), &mut recorder);
        progress.report(index * 100 / PIECES);
    }
    run.advance_to(end, &mut recorder);
    progress.end();
    (run, recorder)
}

/// The report with what depends on the machine.
fn object(report: &Report, wall_seconds: f64, verification: Option<&Verification>) -> Value {
    let mut object = serde_json::to_value(report).unwrap_or_default();
    if let Value::Object(fields) = &mut object {
        fields.insert("wall_seconds".to_owned(), wall_seconds.into());
        fields.insert("events_per_second".to_owned(), per_second(report, wall_seconds).into());
        if let Some(verification) = verification {
            fields.insert("verification".to_owned(), verification.object());
        }
    }
    object
}

fn per_second(report: &Report, wall_seconds: f64) -> f64 {
    // A clock too coarse to see the run must not divide by nothing.
    report.events as f64 / wall_seconds.max(1e-9)
}
