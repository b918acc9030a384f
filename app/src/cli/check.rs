//! `flowbench check`: what is wrong with designs.

use std::path::PathBuf;

use flowbench_model::finding::{Finding, Severity};
use flowbench_model::lint::{self, Files, Findings};
use flowbench_model::schema::verdict::Verdicts;
use flowbench_simulator::plan::{Plan, Surroundings};
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::cli::{Format, Status};

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
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Says what is wrong; violated if anything is an error.
pub(super) fn check(arguments: &Arguments, console: &mut Console) -> Status {
    let mut status = Status::Held;
    let mut objects = Vec::new();
    for file in &arguments.files {
        let result = Input::open(file).map(|input| (findings(&input), input));
        status = status.max(verdict(&result));
        match (arguments.format, result) {
            (Format::Json, Ok((findings, input))) => objects.push(object(&input, &findings)),
            (Format::Json, Err(error)) => {
                objects.push(json!({ "file": file.display().to_string(), "error": error }));
            }
            (Format::Text, Ok((findings, input))) => {
                print(&input, &findings, arguments.silenced, console);
            }
            (Format::Text, Err(error)) => console.complain(&error),
        }
    }
    if arguments.format == Format::Json {
        let object = json!({ "format": FORMAT, "files": objects });
        console.line(&format!("{object:#}"));
    }
    status
}

fn verdict(result: &Result<(Findings, Input), String>) -> Status {
    match result {
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
    let design = &input.document.design;
    let recorded = input.beside.heads(design);
    let files = Files { schemas: &input.schemas, recorded: &recorded };
    let mut findings = lint::all_findings(design, files, &mut Verdicts::default());
    let open = |file: &str| input.beside.open(file);
    for scenario in &design.scenarios {
        let surroundings = Surroundings { schemas: &input.schemas, open: &open };
        let plan = Plan::compile_with(design, scenario, scenario.seed, &surroundings);
        let obstacles = plan.err().unwrap_or_default();
        for obstacle in obstacles {
            let is_said = findings.said.iter().any(|finding| {
                finding.place == obstacle.place && finding.property == obstacle.property
            });
            if !is_said {
                findings.said.push(obstacle);
            }
        }
    }
    findings
}

fn print(input: &Input, findings: &Findings, lists_silenced: bool, console: &mut Console) {
    let Findings { said, silenced } = findings;
    for finding in said {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Doubtful,
            Severity::Info => Tone::Faint,
        };
        let code = console.tinted(tone, &format!("{}[{}]", finding.severity, finding.code));
        let fix =
            finding.fix.as_ref().map_or(String::new(), |fix| format!(" (fix: {})", fix.label));
        console.line(&format!("{}: {code}: {}{fix}", input.locate(finding), finding.sentence));
    }
    for (finding, reason) in silenced.iter().filter(|_| lists_silenced) {
        let code = console.tinted(Tone::Faint, &format!("silenced[{}]", finding.code));
        let place = input.locate(finding);
        console.line(&format!("{place}: {code}: {} (because: {reason})", finding.sentence));
    }
    let count = |severity| said.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let tone = if errors > 0 { Tone::Bad } else { Tone::Good };
    let counts = console.tinted(tone, &format!("{errors} errors, {warnings} warnings"));
    let quiet = match silenced.len() {
        0 => String::new(),
        count => format!(", {count} silenced"),
    };
    console.line(&format!("{}: {counts}, {} hints{quiet}", input.name, count(Severity::Info)));
}

fn object(input: &Input, findings: &Findings) -> Value {
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
