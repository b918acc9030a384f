//! `flowbench diff`: what changed between two versions of a design, and whom it breaks.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flowbench_model::design::Design;
use flowbench_model::diff::{self, Alteration, Diff, Harm, Side};
use flowbench_model::tree::Tree;
use serde_json::{Value, json};

use crate::cli::Status;
use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::differences::{counts, unread};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// What to compare.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The version before: design, folder with a design.ron, name of a sample, or - for standard
    /// input
    old: PathBuf,
    /// The version after
    new: PathBuf,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

/// For whom to write.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum DiffFormat {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
    /// For reviews
    Markdown,
}

/// Says what changed; violated if anything breaks.
pub(super) fn diff(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    if arguments.old == arguments.new && arguments.old == Path::new("-") {
        return Err("standard input can be one of the versions, not both".to_owned());
    }
    let (old, new) = (Input::version(&arguments.old)?, Input::version(&arguments.new)?);
    let diff = diff::diff(side(&old), side(&new));
    match arguments.format {
        DiffFormat::Text => text(&diff, console),
        DiffFormat::Json => console.line(&format!("{:#}", object(&old, &new, &diff))),
        DiffFormat::Markdown => console.line(markdown(&new.document.design, &diff).trim_end()),
    }
    Ok(if diff.breaks() { Status::Violated } else { Status::Held })
}

fn side(input: &Input) -> Side<'_> {
    Side { design: &input.document.design, schemas: &input.schemas }
}

fn text(diff: &Diff, console: &mut Console) {
    for alteration in &diff.alterations {
        let mark = match (alteration.breaks(), alteration.mark()) {
            (true, mark) => console.tinted(Tone::Bad, mark),
            (false, mark) => console.tinted(Tone::Faint, mark),
        };
        console.line(&format!("{mark} {}: {}", alteration.place, alteration.said()));
        for harm in &alteration.harms {
            let breaks = console.tinted(Tone::Bad, &format!("breaks[{}]", harm.rule));
            console.line(&format!("    {breaks} {}: {}", harm.hurts, harm.sentence));
        }
    }
    for line in unread(diff) {
        console.line(&console.tinted(Tone::Doubtful, &line));
    }
    let tone = if diff.breaks() { Tone::Bad } else { Tone::Good };
    console.line(&console.tinted(tone, &counts(diff)));
}

fn object(old: &Input, new: &Input, diff: &Diff) -> Value {
    json!({
        "format": FORMAT,
        "old": old.name,
        "new": new.name,
        "breaks": diff.breaks(),
        "changes": diff.alterations.iter().map(change).collect::<Vec<_>>(),
        "not_compared": diff.unread,
    })
}

fn change(alteration: &Alteration) -> Value {
    json!({
        "kind": alteration.kind.word(),
        "place": alteration.place.to_string(),
        "property": alteration.property,
        "json_path": alteration.json_path,
        "old": alteration.old.as_ref().map(Tree::json),
        "new": alteration.new.as_ref().map(Tree::json),
        "breaks": alteration.harms.iter().map(hurt).collect::<Vec<_>>(),
    })
}

fn hurt(harm: &Harm) -> Value {
    let schema = harm
        .schema
        .as_ref()
        .map(|schema| json!({ "difference": schema.difference, "roll_out": schema.order }));
    json!({
        "rule": harm.rule,
        "hurts": harm.hurts.to_string(),
        "sentence": harm.sentence,
        "schema": schema,
    })
}

fn markdown(design: &Design, diff: &Diff) -> String {
    let name = escaped(&design.info.name);
    let mut page = format!("## Changes of {name}\n\n{}.\n", counts(diff));
    let (breaking, others): (Vec<_>, Vec<_>) = diff.alterations.iter().partition(|it| it.breaks());
    for (title, alterations) in [("What breaks", breaking), ("What else changed", others)] {
        if !alterations.is_empty() {
            page += &format!("\n### {title}\n\n");
        }
        for alteration in alterations {
            let (place, said) = (alteration.place.to_string(), alteration.said());
            page += &format!("- **{}**: {}\n", escaped(&place), escaped(&said));
            for harm in &alteration.harms {
                let (hurts, sentence) = (harm.hurts.to_string(), escaped(&harm.sentence));
                page += &format!("  - breaks {}: {sentence} (`{}`)\n", escaped(&hurts), harm.rule);
            }
        }
    }
    let lines: String = unread(diff).iter().map(|line| format!("- {}\n", escaped(line))).collect();
    if !lines.is_empty() {
        page += &format!("\n### Not compared\n\n{lines}");
    }
    page
}

/// A text that is only text in Markdown, and in the HTML inside it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', letter]),
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
