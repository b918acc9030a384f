//! `flowbench export`: a design as a picture, in the language of another tool, or as web pages.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use flowbench_model::finding::Finding;

use crate::cli::Status;
use crate::cli::console::{Console, Progress};
use crate::cli::input::Input;
use crate::export::{self, Options, Source, TARGETS, Target};

/// What to write, and where to.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// What to make of it
    #[arg(long, value_parser = targets())]
    to: &'static Target,
    /// The file to write; for several files a folder
    #[arg(long)]
    out: PathBuf,
    /// Colors
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
    /// Write the catalog as one file
    #[arg(long)]
    single_file: bool,
    /// Leave out what the scenarios of a catalog come to
    #[arg(long)]
    without_runs: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Theme {
    Light,
    Dark,
}

fn targets() -> impl TypedValueParser<Value = &'static Target> {
    let value = |target: &Target| PossibleValue::new(target.name).help(target.sentence);
    PossibleValuesParser::new(TARGETS.iter().map(value))
        .map(|name| export::target(&name).expect("invariant: only names of the table are possible"))
}

/// Writes it, and says what it cannot carry.
pub(super) fn export(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let input = Input::open(&arguments.file)?;
    let (design, schemas, beside) = (&input.document.design, &input.schemas, &input.beside);
    let options = Options {
        is_dark: arguments.theme == Theme::Dark,
        is_single_file: arguments.single_file,
        has_runs: !arguments.without_runs,
    };
    let (target, out) = (arguments.to, &arguments.out);
    let mut progress = Progress::begin();
    let source = Source { design, schemas, beside };
    let written =
        target.write(&source, options, (out, &|| true), &mut |done| progress.report(done));
    progress.end();
    let found = written.map_err(|stop| stop.to_string())?;
    console.line(&format!("written to {}", out.display()));
    if !target.leaves_out.is_empty() {
        console.line(&format!("left out: {}", target.leaves_out));
    }
    for Finding { severity, code, place, sentence, .. } in found {
        console.line(&format!("{place}: {severity}[{code}]: {sentence}"));
    }
    Ok(Status::Held)
}
