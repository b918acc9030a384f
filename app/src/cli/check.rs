//! `flowbench check`: what is wrong with designs.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flowbench_model::finding::{Finding, Severity};
use flowbench_model::lint::Findings;
use serde_json::{Value, json};

use crate::checking;
use crate::cli::Status;
use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::files;

mod junit;
mod sarif;

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// What to check.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Designs, folders with a design.ron, or names of samples
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// List what the designs silence too, with the reasons
    #[arg(long)]
    silenced: bool,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// Write here what would be printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// For whom to write.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum CheckFormat {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For test reports: JUnit XML
    Junit,
}

/// A design file that was looked at.
struct Checked {
    /// What to call it: its path, or the name of the sample.
    name: String,
    /// What was found in it; or why it could not be read.
    outcome: Result<(Findings, Input), String>,
}

/// Says what is wrong; violated if anything is an error.
pub(super) fn check(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let checked: Vec<Checked> = arguments.files.iter().map(|file| look(file)).collect();
    let plain = |_: Tone, text: &str| text.to_owned();
    let report = match arguments.format {
        CheckFormat::Text if arguments.out.is_none() => {
            let tint = |tone: Tone, text: &str| console.tinted(tone, text);
            text(&checked, arguments.silenced, &tint)
        }
        CheckFormat::Text => text(&checked, arguments.silenced, &plain),
        CheckFormat::Json => {
            let objects: Vec<Value> = checked.iter().map(object).collect();
            format!("{:#}", json!({ "format": FORMAT, "files": objects }))
        }
        CheckFormat::Sarif => format!("{:#}", sarif::log(&checked)),
        CheckFormat::Junit => junit::report(&checked),
    };
    match &arguments.out {
        Some(file) => {
            let text = format!("{}\n", report.trim_end());
            files::write_text(file, &text).map_err(|error| error.to_string())?;
            console.line(&format!("written to {}", file.display()));
        }
        None if report.is_empty() => {}
        None => console.line(report.trim_end()),
    }
    if arguments.format == CheckFormat::Text {
        checked.iter().filter_map(Checked::error).for_each(|error| console.complain(error));
    }
    Ok(checked.iter().map(verdict).max().unwrap_or(Status::Held))
}

impl Checked {
    /// Why it could not be read.
    fn error(&self) -> Option<&str> {
        self.outcome.as_ref().err().map(String::as_str)
    }
}

fn look(file: &Path) -> Checked {
    match Input::open(file) {
        Ok(input) => Checked { name: input.name.clone(), outcome: Ok((findings(&input), input)) },
        Err(error) => Checked { name: file.display().to_string(), outcome: Err(error) },
    }
}

fn verdict(checked: &Checked) -> Status {
    match &checked.outcome {
        Err(_) => Status::Impossible,
        Ok((findings, _)) if findings.said.iter().any(is_error) => Status::Violated,
        Ok(_) => Status::Held,
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// What the rules say, and what keeps a scenario from running beside that.
fn findings(input: &Input) -> Findings {
    checking::findings(&input.document.design, &input.schemas, &input.beside)
}

/// Gives a text a tone.
type Tint<'t> = &'t dyn Fn(Tone, &str) -> String;

fn text(checked: &[Checked], lists_silenced: bool, tint: Tint<'_>) -> String {
    let read = checked.iter().filter_map(|it| it.outcome.as_ref().ok());
    let lines = read.flat_map(|(findings, input)| lines(input, findings, lists_silenced, tint));
    lines.map(|line| line + "\n").collect()
}

fn lines(input: &Input, findings: &Findings, lists_silenced: bool, tint: Tint<'_>) -> Vec<String> {
    let Findings { said, silenced } = findings;
    let mut lines = Vec::new();
    for finding in said {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Doubtful,
            Severity::Info => Tone::Faint,
        };
        let code = tint(tone, &format!("{}[{}]", finding.severity, finding.code));
        let fix =
            finding.fix.as_ref().map_or(String::new(), |fix| format!(" (fix: {})", fix.label));
        lines.push(format!("{}: {code}: {}{fix}", input.locate(finding), finding.sentence));
    }
    for (finding, reason) in silenced.iter().filter(|_| lists_silenced) {
        let code = tint(Tone::Faint, &format!("silenced[{}]", finding.code));
        let place = input.locate(finding);
        lines.push(format!("{place}: {code}: {} (because: {reason})", finding.sentence));
    }
    let count = |severity| said.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let tone = if errors > 0 { Tone::Bad } else { Tone::Good };
    let counts = tint(tone, &format!("{errors} errors, {warnings} warnings"));
    let quiet = match silenced.len() {
        0 => String::new(),
        count => format!(", {count} silenced"),
    };
    lines.push(format!("{}: {counts}, {} hints{quiet}", input.name, count(Severity::Info)));
    lines
}

fn object(checked: &Checked) -> Value {
    let (findings, input) = match &checked.outcome {
        Ok(outcome) => outcome,
        Err(error) => return json!({ "file": checked.name, "error": error }),
    };
    let said: Vec<Value> = findings.said.iter().map(|it| described(input, it)).collect();
    let silenced = findings.silenced.iter().map(|(finding, reason)| {
        let mut object = described(input, finding);
        object["reason"] = json!(reason);
        object
    });
    let silenced: Vec<Value> = silenced.collect();
    json!({ "file": input.name, "findings": said, "silenced": silenced })
}

fn described(input: &Input, finding: &Finding) -> Value {
    let (line, column) = input.line_and_column(finding);
    json!({
        "code": finding.code,
        "severity": finding.severity.to_string(),
        "place": finding.place.to_string(),
        "property": finding.property,
        "line": line,
        "column": column,
        "sentence": finding.sentence,
        "fix": finding.fix.as_ref().map(|fix| &fix.label),
    })
}
