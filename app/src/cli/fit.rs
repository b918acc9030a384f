//! `flowbench fit`: which distributions the events of a recorded file follow.

use std::path::PathBuf;

use flowbench_model::formats::recorded::Reader;
use flowbench_model::formats::recorded::guess::{guess, types};
use flowbench_model::node::{Arrivals, Distribution};
use flowbench_model::recorded::{BadLines, Recorded};
use flowbench_simulator::fit::{self, Fit, Measured, Sample};
use flowbench_simulator::recorded::Source;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::table::{Lean, lines};
use crate::cli::words::{count, time};
use crate::cli::{Format, Status};
use crate::files::recorded::{RecordedFile, read_head_at};

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// Which file to measure, and how to read it where that is not to be guessed.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// CloudEvents (on lines or in an array), JSON lines or CSV
    file: PathBuf,
    /// Only events of this type
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<String>,
    /// Where the time stands: a JSON pointer, or a column
    #[arg(long, value_name = "PLACE")]
    time: Option<String>,
    /// Where the size stands: a JSON pointer, or a column
    #[arg(long, value_name = "PLACE")]
    size: Option<String>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What was measured, and how.
struct Found {
    recorded: Recorded,
    types: Vec<(String, usize)>,
    measured: Measured,
    gaps: Vec<Fit>,
    sizes: Vec<Fit>,
}

/// Says what fits; violated if no distribution of a design fits the arrivals.
pub(super) fn fit(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let found = measured(arguments)?;
    match arguments.format {
        Format::Text => print(&found, console),
        Format::Json => console.line(&format!("{:#}", object(&found))),
    }
    let is_fitted = arrivals(&found).is_some();
    Ok(if is_fitted { Status::Held } else { Status::Violated })
}

fn measured(arguments: &Arguments) -> Result<Found, String> {
    let path = &arguments.file;
    let head = read_head_at(path).map_err(|error| error.to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut recorded = guess(&name, &head.bytes).ok_or_else(|| {
        let formats = "CloudEvents, JSON lines, or CSV with a row that names the columns";
        format!("{}: expected {formats}", path.display())
    })?;
    recorded.bad_lines = BadLines::Skip;
    recorded.event_type.clone_from(&arguments.event_type);
    recorded.fields.key = None;
    if arguments.time.is_some() {
        recorded.fields.time.clone_from(&arguments.time);
        recorded.pace = flowbench_model::recorded::Pace::Original;
    }
    if arguments.size.is_some() {
        recorded.fields.size.clone_from(&arguments.size);
    }
    let reader = Reader::new(&recorded, "", &head.bytes)
        .map_err(|bad| format!("{}:{}: {}", path.display(), bad.line, bad.expected))?;
    let reader = if arguments.event_type.is_none() { reader.of_any_type() } else { reader };
    let source = RecordedFile::open_at(path).map_err(|error| error.to_string())?;
    let mut measured = fit::measure(&source as &dyn Source, &reader, reader.start(&head.bytes))?;
    if !recorded.pace.needs_times() {
        measured.gaps = Sample::default();
    }
    let types = types(&recorded, &head.bytes);
    let (gaps, sizes) = (fit::fits(&measured.gaps), fit::fits(&measured.sizes));
    recorded.bad_lines = BadLines::default();
    Ok(Found { recorded, types, measured, gaps, sizes })
}

/// The arrivals that fit, if a design can say them.
fn arrivals(found: &Found) -> Option<Arrivals> {
    found.gaps.iter().filter(|fit| fit.is_good()).find_map(Fit::arrivals)
}

fn print(found: &Found, console: &mut Console) {
    let Found { recorded, types, measured, gaps, sizes } = found;
    let name = console.tinted(Tone::Strong, &recorded.file);
    let events = count(measured.events);
    console.line(&format!("{name} · {} · {events} events", recorded.format.word()));
    if let Some(bad) = &measured.first_bad {
        let text = format!("{} lines left out; {bad}", count(measured.bad_lines));
        console.line(&console.tinted(Tone::Doubtful, &text));
    }
    if types.len() > 1 && recorded.event_type.is_none() {
        let names: Vec<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
        let sentence = format!("All types together, {}; --type chooses one", names.join(", "));
        console.line(&console.tinted(Tone::Faint, &sentence));
    }
    let mean = time(measured.gaps.mean() as u64);
    table("Time between events", &format!("mean {mean}"), gaps, &|ns| time(ns), console);
    said_of_arrivals(found, console);
    if let Some(measured) = fit::empirical(&measured.gaps) {
        console.line(&format!("  As measured: {}", ron(&measured)));
    }
    let mean = format!("mean {:.0} bytes", measured.sizes.mean());
    table("Sizes", &mean, sizes, &|bytes| format!("{} B", count(bytes)), console);
    if measured.events > 0 {
        let bytes = measured.sizes.mean().round();
        console.line(&format!("  For the message: size_bytes: {bytes}"));
    }
    console.line("");
    let note = "p is the probability of such a distance or a larger one; the parameters come from the \
                same data, so it is lower in truth. Below 0.05 a distribution does not fit.";
    console.line(&console.tinted(Tone::Faint, note));
}

fn said_of_arrivals(found: &Found, console: &mut Console) {
    if found.gaps.is_empty() {
        console.line("  Fewer than three events with times: nothing to fit");
        return;
    }
    match arrivals(found) {
        Some(arrivals) => {
            console.line(&format!("  For the workload: arrivals: {}", ron(&arrivals)))
        }
        None => console.line("  No arrivals that a design can make fit: publish the file itself"),
    }
    let itself = Arrivals::Recorded(Box::new(found.recorded.clone()));
    console.line(&format!("  The file itself: arrivals: {}", ron(&itself)));
}

fn ron(value: &impl serde::Serialize) -> String {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.to_string(value).unwrap_or_default()
}

fn table(
    title: &str,
    mean: &str,
    fits: &[Fit],
    unit: &dyn Fn(u64) -> String,
    console: &mut Console,
) {
    console.line("");
    console.line(&format!("{}, {mean}", console.tinted(Tone::Strong, title)));
    let rows: Vec<Vec<String>> = fits.iter().map(|fit| row(fit, unit)).collect();
    if rows.is_empty() {
        return;
    }
    let head = [
        ("distribution", Lean::Left),
        ("parameters", Lean::Left),
        ("distance", Lean::Right),
        ("p", Lean::Right),
        ("AIC", Lean::Right),
        ("", Lean::Left),
    ];
    for line in lines(&head, &rows, console.width().saturating_sub(2)) {
        console.line(&format!("  {line}"));
    }
}

fn row(fit: &Fit, unit: &dyn Fn(u64) -> String) -> Vec<String> {
    let (family, parameters) = match &fit.distribution {
        Distribution::Constant(value) => ("constant", unit(value.0)),
        Distribution::Exponential(mean) => ("exponential", format!("mean {}", unit(mean.0))),
        Distribution::Uniform(from, to) => {
            ("uniform", format!("{} to {}", unit(from.0), unit(to.0)))
        }
        Distribution::LogNormal(median, sigma) => {
            ("log-normal", format!("median {}, sigma {sigma:.3}", unit(median.0)))
        }
        Distribution::Gamma(mean, shape) => {
            ("gamma", format!("mean {}, shape {shape:.3}", unit(mean.0)))
        }
        Distribution::Weibull(scale, shape) => {
            ("weibull", format!("scale {}, shape {shape:.3}", unit(scale.0)))
        }
        Distribution::Empirical(points) => ("as measured", count(points.len() as u64)),
    };
    vec![
        family.to_owned(),
        parameters,
        format!("{:.4}", fit.distance),
        format!("{:.3}", fit.probability),
        fit.criterion.map_or_else(|| "-".to_owned(), |it| format!("{it:.0}")),
        if fit.is_good() { "fits" } else { "does not fit" }.to_owned(),
    ]
}

fn object(found: &Found) -> Value {
    let fits = |fits: &[Fit]| -> Vec<Value> {
        let object = |fit: &Fit| {
            json!({
                "distribution": serde_json::to_value(&fit.distribution).unwrap_or_default(),
                "distance": fit.distance,
                "probability": fit.probability,
                "criterion": fit.criterion,
                "fits": fit.is_good(),
            })
        };
        fits.iter().map(object).collect()
    };
    let measured = &found.measured;
    json!({
        "format": FORMAT,
        "file": found.recorded.file,
        "file_format": found.recorded.format.word(),
        "events": measured.events,
        "bad_lines": measured.bad_lines,
        "first_bad_line": measured.first_bad.as_ref().map(ToString::to_string),
        "types": found.types.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "gaps": {
            "mean_ns": measured.gaps.mean(),
            "fits": fits(&found.gaps),
            "as_measured": fit::empirical(&measured.gaps),
        },
        "sizes": { "mean_bytes": measured.sizes.mean(), "fits": fits(&found.sizes) },
        "arrivals": arrivals(found).map(|it| ron(&it)),
        "recorded": ron(&Arrivals::Recorded(Box::new(found.recorded.clone()))),
    })
}
