//! `flowbench compat`: which versions are written and read on each edge, and whether that goes
//! together.

use std::path::PathBuf;

use flowbench_model::compat::edges::{Judged, Reading, judged, readings};
use flowbench_model::compat::history::{self, Breach, Step};
use flowbench_model::compat::{Difference, Judge, Judgment, Outcome, RollOut};
use flowbench_model::message::Message;
use flowbench_model::name::nearest;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::input::Input;
use crate::cli::table::wrapped;
use crate::cli::{Format, Status};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;
/// Payloads that are tried to show what breaks.
const TRIES: u64 = 1000;

/// What to compare.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// Only this message
    #[arg(long, value_name = "NAME")]
    message: Option<String>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A message with what its versions come to.
struct Shown<'a> {
    message: &'a Message,
    policy: String,
    steps: Vec<Step>,
    breaches: Vec<Breach>,
    edges: Vec<(Judged, Option<Value>)>,
}

/// Says what goes together; violated if something is written that somebody cannot read.
pub(super) fn compat(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let input = Input::open(&arguments.file)?;
    let design = &input.document.design;
    if let Some(name) = &arguments.message
        && design.message(name).is_none()
    {
        return Err(unknown(name, design.messages.iter().map(|it| it.name.as_str())));
    }
    let readings = readings(design);
    let mut judge = Judge::new(design, &input.schemas);
    let wanted = |name: &str| arguments.message.as_deref().is_none_or(|it| it == name);
    let messages = design.messages.iter().filter(|it| wanted(&it.name));
    let shown: Vec<Shown> = messages.map(|it| shown(it, &readings, &mut judge)).collect();
    match arguments.format {
        Format::Json => {
            let messages: Vec<Value> = shown.iter().map(object).collect();
            let object = json!({ "format": FORMAT, "file": input.name, "messages": messages });
            console.line(&format!("{object:#}"));
        }
        Format::Text => print(&shown, console),
    }
    let is_broken = shown.iter().flat_map(|it| &it.edges).any(|(edge, _)| edge.is_broken());
    Ok(if is_broken { Status::Violated } else { Status::Held })
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!("there is no message `{name}`{meant}")
}

fn shown<'a>(message: &'a Message, readings: &'a [Reading], judge: &mut Judge<'a>) -> Shown<'a> {
    let from = readings.partition_point(|it| it.message < message.name);
    let own = &readings[from..];
    let own = &own[..own.partition_point(|it| it.message == message.name)];
    let judged = judged(own, judge);
    let example = |it: Judged, judge: &Judge<'_>| {
        let payload = it.is_broken().then(|| it.counter_example(judge, TRIES)).flatten();
        (it, payload)
    };
    let policy = judge.policy(message).map_or_else(
        || "no policy, strict+ rules".to_owned(),
        |policy| format!("{}, {} rules", policy.mode.word(), policy.rules.word()),
    );
    Shown {
        message,
        policy,
        steps: history::steps(message, judge),
        breaches: history::breaches(message, judge),
        edges: judged.into_iter().map(|it| example(it, judge)).collect(),
    }
}

fn print(shown: &[Shown<'_>], console: &mut Console) {
    for Shown { message, policy, steps, breaches, edges } in shown {
        let name = console.tinted(Tone::Strong, &message.name);
        console.line(&format!("{name}  ({policy})"));
        for step in steps {
            print_step(step, breaches, console);
        }
        for (edge, payload) in edges {
            print_edge(edge, payload.as_ref(), console);
        }
        if edges.is_empty() {
            console.line("  nobody writes it to anybody who reads it");
        }
        console.line("");
    }
    let edges = || shown.iter().flat_map(|it| &it.edges).map(|(edge, _)| edge);
    let broken = edges().filter(|it| it.is_broken()).count();
    let tone = if broken > 0 { Tone::Bad } else { Tone::Good };
    let counts = console.tinted(tone, &format!("{broken} broken"));
    console.line(&format!("pairs of writer and reader: {}, {counts}", edges().count()));
}

fn print_step(step: &Step, breaches: &[Breach], console: &mut Console) {
    let Step { from, to, judgment } = step;
    let order = match (&judgment.outcome, judgment.order) {
        (Outcome::NotJudged(why), _) => format!("not judged: {why}"),
        (Outcome::Reads | Outcome::Breaks, Some(order)) => roll_out(order).to_owned(),
        (Outcome::Reads | Outcome::Breaks, None) => "nothing to roll out".to_owned(),
    };
    console.line(&format!("  version {from} to {to}: {order}"));
    print_differences(&judgment.differences, console);
    for it in breaches.iter().filter(|it| it.version == *to) {
        let (reader, written) =
            if it.is_backward { (it.version, it.earlier) } else { (it.earlier, it.version) };
        let told = format!("breaks the policy: version {reader} cannot read version {written}");
        let told = console.tinted(Tone::Bad, &told);
        console.line(&format!("    {told}: {}", sentence(&it.difference)));
    }
}

fn roll_out(order: RollOut) -> &'static str {
    match order {
        RollOut::ConsumersFirst => "roll out consumers first",
        RollOut::ProducersFirst => "roll out producers first",
        RollOut::Either => "roll out in any order",
        RollOut::Neither => "cannot be rolled out in any order",
    }
}

fn print_edge(edge: &Judged, payload: Option<&Value>, console: &mut Console) {
    let Reading { writer, written, reader, read, path, uses, .. } = &edge.reading;
    let read = read.map_or("as it comes".to_owned(), |read| format!("as {read}"));
    let (mark, tone) = match edge.judgment.as_deref() {
        None => ("open", Tone::Faint),
        Some(Judgment { outcome: Outcome::Reads, .. }) => ("reads", Tone::Good),
        Some(Judgment { outcome: Outcome::Breaks, .. }) => ("breaks", Tone::Bad),
        Some(Judgment { outcome: Outcome::NotJudged(_), .. }) => ("not judged", Tone::Doubtful),
    };
    let mark = console.tinted(tone, mark);
    let way = path.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join(", ");
    let over = if way.is_empty() { String::new() } else { format!(" over {way}") };
    let used =
        if uses.is_empty() { String::new() } else { format!(", only uses {}", uses.join(", ")) };
    console.line(&format!(
        "  {mark}: {writer} writes {written}, {reader} reads it {read}{used}{over}"
    ));
    let Some(judgment) = &edge.judgment else { return };
    if let Outcome::NotJudged(why) = &judgment.outcome {
        console.line(&format!("    {why}"));
    }
    if edge.is_broken() {
        print_differences(&judgment.differences, console);
        if let Some(payload) = payload {
            console.line("    written, and not read:");
            console.line(&format!("      {payload}"));
        }
    }
}

fn print_differences(differences: &[Difference], console: &mut Console) {
    for difference in differences {
        let (word, tone) =
            if difference.breaks { ("breaks", Tone::Bad) } else { ("fine", Tone::Faint) };
        let word = console.tinted(tone, word);
        let text = format!("{word}: {}", sentence(difference));
        for (line, text) in wrapped(&text, console.width().saturating_sub(8)).iter().enumerate() {
            console.line(&format!("    {}{text}", if line == 0 { "" } else { "  " }));
        }
    }
}

fn sentence(difference: &Difference) -> String {
    let Difference { rule, json_path, old, new, .. } = difference;
    let place = if json_path.is_empty() { "the whole" } else { json_path };
    let text = |value: &Option<Value>| match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(value) => value.to_string(),
    };
    format!("{rule} at {place}: {} to {}", text(old), text(new))
}

fn object(shown: &Shown<'_>) -> Value {
    let edges: Vec<Value> = shown
        .edges
        .iter()
        .map(|(edge, payload)| {
            let mut object = serde_json::to_value(edge).unwrap_or_default();
            object["broken"] = json!(edge.is_broken());
            object["counter_example"] = json!(payload);
            object
        })
        .collect();
    json!({
        "message": shown.message.name,
        "policy": shown.policy,
        "steps": shown.steps,
        "breaches": shown.breaches,
        "edges": edges,
    })
}
