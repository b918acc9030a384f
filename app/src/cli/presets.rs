//! `flowbench presets`: which presets there are, and the card of one.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::channel::{Channel, Group};
use flowbench_model::conformance::{self, Case};
use flowbench_model::name::nearest;
use flowbench_model::preset::card::{Card, Origin, Row};
use flowbench_model::preset::{Preset, Presets};
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::cli::{Format, Status, table};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// Which preset to show.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Name of a preset; all are listed without it
    name: Option<String>,
    /// A design whose own presets count too
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Lists presets, or shows the card of one.
pub(super) fn presets(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let own: Vec<Arc<Preset>> = match &arguments.design {
        Some(file) => Input::open(file)?.document.design.presets.clone(),
        None => Vec::new(),
    };
    let presets = Presets::all(&own);
    let cases = conformance::cases();
    let card = |name: &str| Card::of(&Channel::of(name), &presets, &cases);
    let Some(name) = &arguments.name else {
        list(&presets, &card, arguments.format, console);
        return Ok(Status::Held);
    };
    if presets.get(name).is_none() {
        let near = nearest(name, presets.iter().map(|preset| preset.name.as_str()));
        let meant = near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
        return Err(format!("there is no preset `{name}`{meant}"));
    }
    let card = card(name);
    match arguments.format {
        Format::Text => print(&card, console),
        Format::Json => console.line(&format!("{:#}", object(&card))),
    }
    Ok(Status::Held)
}

fn list(presets: &Presets, card: &dyn Fn(&str) -> Card, format: Format, console: &mut Console) {
    let cards: Vec<Card> = presets.iter().map(|preset| card(&preset.name)).collect();
    if format == Format::Json {
        let cards: Vec<Value> = cards.iter().map(object).collect();
        console.line(&format!("{:#}", json!({ "format": FORMAT, "presets": cards })));
        return;
    }
    let head = [
        ("preset", table::Lean::Left),
        ("what it is", table::Lean::Left),
        ("cases", table::Lean::Right),
    ];
    let row = |card: &Card| {
        let covered = card.covered.len();
        let all = covered + card.not_covered.len();
        vec![card.name.clone(), card.title.clone(), format!("{covered}/{all}")]
    };
    let rows: Vec<Vec<String>> = cards.iter().map(row).collect();
    for line in table::lines(&head, &rows, console.width()) {
        console.line(&line);
    }
    console.line("\nflowbench presets NAME shows the card of one; cases: covered by tests / all.");
}

fn print(card: &Card, console: &mut Console) {
    let title = console.tinted(Tone::Strong, &card.title);
    let broker = format!("{} {}", card.broker, card.version);
    console.line(&format!("{title}  {}", card.name));
    console.line(&console.tinted(Tone::Faint, broker.trim()));
    for line in table::wrapped(&card.summary, console.width()) {
        console.line(&line);
    }
    if !card.below.is_empty() {
        console.line(&format!("begins with {}", card.below.join(", then ")));
    }
    for group in Group::ALL {
        let rows: Vec<&Row> = card.said(group).collect();
        if !rows.is_empty() {
            parameters(group, &rows, console);
        }
    }
    cases("Covered by tests", &card.covered, console);
    cases("Not covered by tests", &card.not_covered, console);
    if card.covered.is_empty() && card.not_covered.is_empty() {
        console.line("\nNo conformance case is about it.");
    }
    listed("Not modelled", card.absent.iter().map(|line| ("-", line.as_str())), console);
}

fn parameters(group: Group, rows: &[&Row], console: &mut Console) {
    heading(group.title(), console);
    let head = [
        ("parameter", table::Lean::Left),
        ("value", table::Lean::Left),
        ("plain", table::Lean::Left),
        ("source", table::Lean::Left),
    ];
    let cells = |row: &&Row| {
        let plain = row.plain.clone().unwrap_or_default();
        let source = row.source.clone().unwrap_or_default();
        vec![row.parameter.name.to_owned(), row.with_unit(), plain, source]
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    for line in table::lines(&head, &rows, console.width()) {
        console.line(&line);
    }
}

fn heading(text: &str, console: &mut Console) {
    let text = console.tinted(Tone::Strong, text);
    console.line(&format!("\n{text}"));
}

fn cases(title: &str, cases: &[Case], console: &mut Console) {
    let told: Vec<String> = cases.iter().map(Case::told).collect();
    let named = cases.iter().zip(&told);
    listed(title, named.map(|(case, text)| (case.case.as_str(), text.as_str())), console);
}

/// Lines with a mark before each; nothing if there are none.
fn listed<'a>(title: &str, lines: impl Iterator<Item = (&'a str, &'a str)>, console: &mut Console) {
    for (index, (mark, text)) in lines.enumerate() {
        if index == 0 {
            heading(title, console);
        }
        let indent = mark.chars().count() + 1;
        let room = console.width().saturating_sub(indent);
        for (number, line) in table::wrapped(text, room).iter().enumerate() {
            let mark = if number == 0 { mark } else { "" };
            console.line(&format!("{mark:<indent$}{line}"));
        }
    }
}

fn object(card: &Card) -> Value {
    let rows: Vec<Value> = card.rows.iter().map(parameter).collect();
    let cases = |cases: &[Case]| cases.iter().map(|case| case.case.clone()).collect::<Vec<_>>();
    json!({
        "format": FORMAT,
        "name": card.name,
        "title": card.title,
        "broker": card.broker,
        "version": card.version,
        "summary": card.summary,
        "below": card.below,
        "parameters": rows,
        "covered": cases(&card.covered),
        "not_covered": cases(&card.not_covered),
        "absent": card.absent,
    })
}

fn parameter(row: &Row) -> Value {
    let preset = match &row.origin {
        Origin::Preset(name) => Some(name),
        Origin::Own | Origin::Default => None,
    };
    json!({
        "name": row.parameter.name,
        "group": row.parameter.group.title(),
        "meaning": row.parameter.meaning.trim(),
        "value": row.value,
        "unit": row.parameter.unit(),
        "origin": row.origin.word(),
        "preset": preset,
        "plain": row.plain,
        "source": row.source,
    })
}
