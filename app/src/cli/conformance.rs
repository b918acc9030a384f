//! `flowbench conformance`: the cases that the tests hold the simulator to, with their state.

use flowbench_model::conformance::{self, Case};
use serde_json::json;

use crate::cli::console::{Console, Tone};
use crate::cli::{Status, table};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// How to print the list.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// For whom to write.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
    /// For the documentation
    Markdown,
}

/// Prints the list.
pub(super) fn conformance(arguments: &Arguments, console: &mut Console) -> Status {
    let cases = conformance::cases();
    match arguments.format {
        Format::Text => print(&cases, console),
        Format::Json => {
            console.line(&format!("{:#}", json!({ "format": FORMAT, "cases": cases })));
        }
        Format::Markdown => console.line(conformance::markdown(&cases).trim_end()),
    }
    Status::Held
}

fn print(cases: &[Case], console: &mut Console) {
    let head = [
        ("case", table::Lean::Left),
        ("what happens", table::Lean::Left),
        ("presets", table::Lean::Left),
        ("simulated", table::Lean::Left),
        ("compared with", table::Lean::Left),
    ];
    let row = |case: &Case| {
        vec![
            case.case.clone(),
            case.title.clone(),
            shortly(&case.presets),
            case.state().to_owned(),
            case.compared.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = cases.iter().map(row).collect();
    for line in table::lines(&head, &rows, console.width()) {
        console.line(&line);
    }
    listed("Left out", cases, |case| case.left_out.as_deref(), console);
    listed("Not simulated", cases, |case| case.reason.as_deref(), console);
    let simulated = cases.iter().filter(|case| case.simulated).count();
    let compared = cases.iter().filter(|case| case.compared.is_some()).count();
    let sentence = format!(
        "\n{simulated} of {} cases are simulated, {compared} compared with a server.",
        cases.len()
    );
    console.line(&console.tinted(Tone::Strong, &sentence));
}

/// The first of some presets, and how many more there are.
fn shortly(presets: &[String]) -> String {
    match presets {
        [] => String::new(),
        [only] => only.clone(),
        [first, more @ ..] => format!("{first} +{}", more.len()),
    }
}

fn listed(title: &str, cases: &[Case], said: fn(&Case) -> Option<&str>, console: &mut Console) {
    console.line(&console.tinted(Tone::Strong, &format!("\n{title}")));
    for case in cases {
        let Some(text) = said(case) else { continue };
        let room = console.width().saturating_sub(case.case.len() + 1);
        for (number, line) in table::wrapped(text, room).iter().enumerate() {
            let mark = if number == 0 { case.case.as_str() } else { "" };
            console.line(&format!("{mark:5} {line}"));
        }
    }
}
