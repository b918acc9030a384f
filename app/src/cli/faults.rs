//! `flowbench faults`: the faults of a scenario as an explicit list, and the catalogue of kinds.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::change;
use flowbench_model::design::Design;
use flowbench_model::fault::{Fault, Lasts, Trigger};
use flowbench_model::faults::{FAULTS, Family, FaultCard, Parameter, Value as Setting};
use flowbench_model::formats::native;
use flowbench_model::name::nearest;
use flowbench_model::scenario::Scenario;
use flowbench_simulator::faults::materialized;
use flowbench_simulator::plan::{Plan, Surroundings};
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::cli::table::{self, Lean, wrapped};
use crate::cli::{Format, Status};
use crate::files;

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// Which faults to list.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    #[arg(required_unless_present = "kinds")]
    file: Option<PathBuf>,
    /// Name of the scenario; the first of the design if not given
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Which luck draws places and instants; the scenario's own if not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Save the list into the scenario, in place of what it was drawn from
    #[arg(long)]
    write: bool,
    /// List the kinds of faults there are; with a code or a word, the cards of those that fit
    #[arg(long, value_name = "WORD", num_args = 0..=1, default_missing_value = "",
          conflicts_with_all = ["file", "scenario", "seed", "write"])]
    kinds: Option<String>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Lists the faults of a scenario, or the kinds there are.
pub(super) fn faults(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    match (&arguments.kinds, &arguments.file) {
        (Some(word), _) => kinds(word, arguments.format, console),
        (None, Some(file)) => list(&Input::open(file)?, file, arguments, console),
        (None, None) => Err("expected a design, or `--kinds`".to_owned()),
    }
}

fn list(
    input: &Input,
    file: &std::path::Path,
    arguments: &Arguments,
    console: &mut Console,
) -> Result<Status, String> {
    let design = &input.document.design;
    let scenario = scenario(design, arguments.scenario.as_deref())?;
    let seed = arguments.seed.unwrap_or(scenario.seed);
    let open = |file: &str| input.beside.open(file);
    let surroundings = Surroundings { schemas: &input.schemas, open: &open };
    if let Err(findings) = Plan::compile_with(design, scenario, seed, &surroundings) {
        let sentences: Vec<String> =
            findings.iter().map(|it| format!("{}: {}", it.place, it.sentence)).collect();
        return Err(format!("the scenario cannot run: {}", sentences.join("; ")));
    }
    let changed = change::changed(design, &scenario.changes).map_err(|error| error.to_string())?;
    let faults = materialized(&changed, scenario, seed);
    match arguments.format {
        Format::Text => print(scenario, seed, &faults, console),
        Format::Json => {
            let faults: Vec<Value> = faults.iter().map(object).collect();
            let object = json!({
                "format": FORMAT,
                "scenario": scenario.name,
                "seed": seed,
                "faults": faults,
            });
            console.line(&format!("{object:#}"));
        }
    }
    if arguments.write {
        save(input, file, scenario, faults)?;
        if arguments.format == Format::Text {
            console.line(&format!("written to scenario `{}` of {}", scenario.name, input.name));
        }
    }
    Ok(Status::Held)
}

fn scenario<'a>(design: &'a Design, name: Option<&str>) -> Result<&'a Arc<Scenario>, String> {
    design.scenario(name).ok_or_else(|| match name {
        None => "the design has no scenario".to_owned(),
        Some(name) => {
            let near = nearest(name, design.scenarios.iter().map(|it| it.name.as_str()));
            let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            format!("there is no scenario `{name}`{meant}")
        }
    })
}

fn save(
    input: &Input,
    file: &std::path::Path,
    scenario: &Scenario,
    faults: Vec<Fault>,
) -> Result<(), String> {
    if !files::exists(file) {
        return Err(format!("`{}` is a sample; copy it first", input.name));
    }
    let design = &input.document.design;
    let mut new = design.clone();
    let at = new.scenarios.iter().position(|it| it.name == scenario.name);
    let at = at.ok_or_else(|| format!("there is no scenario `{}`", scenario.name))?;
    new.scenarios[at] = Arc::new(Scenario { faults, ..scenario.clone() });
    let text = native::save(&input.document.source, design, &new);
    files::write_text(&files::design_file(file), &text).map_err(|error| error.to_string())
}

fn print(scenario: &Scenario, seed: u64, faults: &[Fault], console: &mut Console) {
    if faults.is_empty() {
        console.line(&format!("scenario `{}` has no faults", scenario.name));
        return;
    }
    let head = [
        ("start", Lean::Right),
        ("duration", Lean::Right),
        ("", Lean::Left),
        ("fault", Lean::Left),
        ("strikes", Lean::Left),
        ("parameters", Lean::Left),
    ];
    let rows: Vec<Vec<String>> = faults.iter().map(row).collect();
    for (index, line) in table::lines(&head, &rows, console.width()).iter().enumerate() {
        console.line(&if index == 0 { console.tinted(Tone::Faint, line) } else { line.clone() });
    }
    console.line(&format!("\n{} faults under seed {seed}", faults.len()));
}

fn row(fault: &Fault) -> Vec<String> {
    let start = match &fault.trigger {
        Trigger::Start | Trigger::Every { .. } | Trigger::Random { .. } => fault.start.to_string(),
        Trigger::Message(number) => format!("message {number}"),
        Trigger::When(_) => "when".to_owned(),
    };
    let duration = match (&fault.lasts, fault.duration) {
        (Lasts::Until(_), _) => "until".to_owned(),
        (Lasts::Duration | Lasts::Drawn(_), Some(duration)) => duration.to_string(),
        (Lasts::Duration | Lasts::Drawn(_), None) => "to the end".to_owned(),
    };
    let card = fault.kind.card();
    let parameters = parameters(fault).map(|(it, value)| format!("{} {}", it.name, said(value)));
    vec![
        start,
        duration,
        card.code.to_owned(),
        card.word.to_owned(),
        fault.kind.target().to_string(),
        parameters.collect::<Vec<_>>().join(", "),
    ]
}

/// The parameters that say something.
fn parameters(fault: &Fault) -> impl Iterator<Item = (&'static Parameter, &Setting)> {
    let card = fault.kind.card();
    card.parameters
        .iter()
        .zip(fault.kind.values())
        .filter(|(parameter, value)| !parameter.is_optional || parameter.default != **value)
}

fn said(value: &Setting) -> String {
    match value {
        Setting::Absent => "none".to_owned(),
        Setting::Number(number) => number.to_string(),
        Setting::Count(count) => count.to_string(),
        Setting::Span(span) => span.to_string(),
        Setting::Rate(rate) => rate.to_string(),
        Setting::Flag(flag) => flag.to_string(),
        Setting::Choice(word) => (*word).to_owned(),
        Setting::Text(text) => text.clone(),
        Setting::Law(law) => format!("{law:?}"),
        Setting::Messages(messages) => format!("{messages:?}"),
    }
}

fn object(fault: &Fault) -> Value {
    let parameters: serde_json::Map<String, Value> =
        parameters(fault).map(|(it, value)| (it.name.to_owned(), said(value).into())).collect();
    let is_timed = fault.trigger == Trigger::Start;
    json!({
        "code": fault.kind.card().code,
        "kind": fault.kind.word(),
        "strikes": fault.kind.target().to_string(),
        "start_ns": fault.start.0,
        "duration_ns": fault.duration.map(|duration| duration.0),
        "begins_at_start": is_timed,
        "parameters": parameters,
    })
}

fn kinds(word: &str, format: Format, console: &mut Console) -> Result<Status, String> {
    let is_it = |card: &&FaultCard| {
        word.is_empty() || [card.code, card.word].iter().any(|it| it.eq_ignore_ascii_case(word))
    };
    let found: Vec<&FaultCard> = FAULTS.iter().filter(is_it).collect();
    if found.is_empty() {
        let near = nearest(word, FAULTS.iter().map(|card| card.word));
        let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(format!("there is no kind of fault `{word}`{meant}"));
    }
    match format {
        Format::Json => {
            let kinds: Vec<Value> = found.iter().map(|card| card_object(card)).collect();
            console.line(&format!("{:#}", json!({ "format": FORMAT, "kinds": kinds })));
        }
        Format::Text if word.is_empty() => names(&found, console),
        Format::Text => found.iter().for_each(|card| print_card(card, console)),
    }
    Ok(Status::Held)
}

fn names(cards: &[&FaultCard], console: &mut Console) {
    for family in Family::ALL {
        let of_family: Vec<&&FaultCard> =
            cards.iter().filter(|card| card.family == family).collect();
        if of_family.is_empty() {
            continue;
        }
        console.line(&console.tinted(Tone::Strong, family.title()));
        for card in of_family {
            console.line(&format!("  {:<4} {:<17} {}", card.code, card.word, card.title));
        }
    }
    console.line("\nflowbench faults --kinds CODE prints the card of one.");
}

fn print_card(card: &FaultCard, console: &mut Console) {
    let head = format!("{} {}: {}", card.code, card.word, card.title);
    console.line(&console.tinted(Tone::Strong, &head));
    let texts = [
        ("What happens", card.happens),
        ("What one sees", card.seen),
        ("Where it happens", card.reality),
        ("What helps", card.helps),
        ("What is left out", card.left_out),
    ];
    let outcomes: Vec<&str> = card.outcomes.iter().map(|outcome| outcome.words()).collect();
    console.line(&format!("strikes {}; {}", card.target.words(), outcomes.join(", ")));
    for (title, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        console.line(&console.tinted(Tone::Faint, title));
        for line in wrapped(text, console.width().saturating_sub(2)) {
            console.line(&format!("  {line}"));
        }
    }
    for parameter in card.parameters {
        let default = said(&parameter.default);
        let text = format!("{}: {} (default {default})", parameter.name, parameter.text);
        for (index, line) in
            wrapped(&text, console.width().saturating_sub(4)).into_iter().enumerate()
        {
            console.line(&format!("{}{line}", if index == 0 { "  " } else { "    " }));
        }
    }
}

fn card_object(card: &FaultCard) -> Value {
    let parameters: Vec<Value> = card
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "meaning": parameter.text,
                "values": parameter.shape.words(),
                "default": said(&parameter.default),
                "optional": parameter.is_optional,
            })
        })
        .collect();
    json!({
        "code": card.code,
        "word": card.word,
        "family": card.family.title(),
        "title": card.title,
        "happens": card.happens,
        "seen": card.seen,
        "reality": card.reality,
        "helps": card.helps,
        "left_out": card.left_out,
        "strikes": card.target.words(),
        "outcomes": card.outcomes.iter().map(|outcome| outcome.words()).collect::<Vec<_>>(),
        "parameters": parameters,
    })
}
