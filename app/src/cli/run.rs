//! `flowbench run`: runs a scenario and says what it came to.

mod record;
mod text;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use flowbench_model::name::nearest;
use flowbench_model::scenario::{Change, Scenario};
use flowbench_model::time::{Span, Time};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;
use serde_json::Value;

use crate::cli::console::{Console, Progress};
use crate::cli::input::Input;
use crate::cli::run::verify::Verification;
use crate::cli::{Format, Status};

/// What to run, and how to say what it came to.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// Name of the scenario; the first of the design if not given
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Which luck; the scenario's own if not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A property that is different in this run, such as payment.concurrency=3
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = change)]
    changes: Vec<Change>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write every entry of the record as a line of JSON; `none` keeps statistics only
    /// (faster, but dead letters have no causes)
    #[arg(long, value_name = "none|OUT")]
    record: Option<PathBuf>,
    /// Run twice and say whether both did the same, or the first entry that differs
    #[arg(long)]
    verify: bool,
}

impl Arguments {
    /// A scenario of a design, in words for people.
    pub(super) fn of(file: PathBuf, scenario: Option<String>) -> Arguments {
        let (seed, changes, format, record) = (None, Vec::new(), Format::Text, None);
        Arguments { file, scenario, seed, changes, format, record, verify: false }
    }

    /// Where to write the record, if it is wanted as a file.
    fn record_file(&self) -> Option<&PathBuf> {
        self.record.as_ref().filter(|path| path.as_os_str() != "none")
    }
}

/// `PATH=VALUE` as a change.
fn change(text: &str) -> Result<Change, String> {
    match text.split_once('=') {
        Some((set, to)) if !set.trim().is_empty() => {
            Ok(Change { set: set.trim().to_owned(), to: to.trim().to_owned() })
        }
        Some(_) | None => Err("expected PATH=VALUE, such as payment.concurrency=3".to_owned()),
    }
}

/// Runs and says what came of it; violated if something came out otherwise than it should.
pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let input = Input::open(&arguments.file)?;
    let scenario = scenario(arguments, &input)?;
    let plan = Plan::compile(&input.document.design, &scenario, scenario.seed)
        .map_err(|findings| obstacles(&input, &findings))?;
    let is_statistics = arguments.record.is_some() && arguments.record_file().is_none();
    let keep = if is_statistics { Keep::Statistics } else { Keep::Everything };
    let begun = Instant::now();
    let (run, recorder) = run_to_end(plan, keep);
    let wall_seconds = begun.elapsed().as_secs_f64();
    let report = Report::new(&run, &recorder);
    let verification = arguments.verify.then(|| verify::verify(&run, &recorder));
    match arguments.format {
        Format::Json => {
            let object = object(&report, wall_seconds, verification.as_ref());
            console.line(&format!("{object:#}"));
        }
        Format::Text => {
            text::print(&report, wall_seconds, console);
            verification.iter().for_each(|it| it.print(console));
        }
    }
    if let Some(path) = arguments.record_file() {
        record::write(path, run.plan(), recorder.record())?;
    }
    let is_same = verification.is_none_or(|it| it.is_same());
    Ok(if report.is_as_expected() && is_same { Status::Held } else { Status::Violated })
}

/// The scenario asked for, with the seed and the changes asked for.
fn scenario(arguments: &Arguments, input: &Input) -> Result<Scenario, String> {
    let design = &input.document.design;
    let wanted = arguments.scenario.as_deref();
    let Some(scenario) = design.scenario(wanted) else {
        let names: Vec<&str> = design.scenarios.iter().map(|it| it.name.as_str()).collect();
        return Err(unknown_scenario(&input.name, wanted, &names));
    };
    let mut scenario = scenario.as_ref().clone();
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    scenario.changes.extend(arguments.changes.iter().cloned());
    Ok(scenario)
}

fn unknown_scenario(file: &str, wanted: Option<&str>, names: &[&str]) -> String {
    let Some(wanted) = wanted.filter(|_| !names.is_empty()) else {
        return format!("{file} has no scenario; add one that says how long to run");
    };
    let meant = match nearest(wanted, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are `{}`", names.join("`, `")),
    };
    format!("{file} has no scenario `{wanted}`; {meant}")
}

fn obstacles(input: &Input, findings: &[flowbench_model::finding::Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let place = input.locate(finding);
        format!("\n{place}: {}[{}]: {}", finding.severity, finding.code, finding.sentence)
    });
    format!("{} cannot run:{}", input.name, lines.collect::<String>())
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
