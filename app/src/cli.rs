//! The command line: what to do, with which arguments, and which status to end with. Printing
//! happens under this module and nowhere else.

mod check;
mod choice;
mod compat;
mod conformance;
mod console;
mod diff;
mod export;
mod faults;
mod fit;
mod import;
mod input;
mod merge;
mod presets;
mod replicate;
mod run;
mod samples;
mod table;
mod words;

use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::cli::console::Console;
use crate::command::FileCommand;
use crate::files::Home;
use crate::session::Session;

/// Draw an event-driven architecture, run it, break it before production does.
#[derive(Parser, Debug)]
#[command(name = "flowbench", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "FILE is a design, a folder with a design.ron, or the name of a sample.\n\
    Exit status: 0 done and all held; 1 something did not hold; 2 could not be done.")]
struct Arguments {
    /// Design to open in the workbench
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Task>,
}

/// What can be done without a screen.
#[derive(Subcommand, Debug)]
enum Task {
    /// Say what is wrong with designs
    Check(check::Arguments),
    /// Say which versions are written and read on each edge, and whether that goes together
    Compat(compat::Arguments),
    /// Say what changed between two versions of a design, and whom it breaks
    Diff(diff::Arguments),
    /// Put two versions of a design together that come from the same one (git merge driver)
    Merge(merge::Arguments),
    /// Run a scenario and say what it came to
    Run(run::Arguments),
    /// Run a scenario with many lucks and say what holds for all, with intervals
    Replicate(replicate::Arguments),
    /// List the samples, or copy one
    Samples(samples::Arguments),
    /// List the faults of a scenario, or the kinds there are
    Faults(faults::Arguments),
    /// Say which distributions the events of a recorded file follow
    Fit(fit::Arguments),
    /// Read the documents of other tools as a design
    Import(import::Arguments),
    /// Write a design as a picture, or in the language of another tool
    Export(export::Arguments),
    /// List the presets of brokers, or show the card of one
    Presets(presets::Arguments),
    /// List the conformance cases with their state
    Conformance(conformance::Arguments),
}

/// For whom to write.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Status {
    /// Done, and all held.
    Held,
    /// Done, and something did not hold.
    Violated,
    /// Could not be done.
    Impossible,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Held => 0,
            Status::Violated => 1,
            Status::Impossible => 2,
        })
    }
}

/// Does what the arguments say. `open` shows the workbench, and says why if it cannot.
pub fn main<E: Display>(
    arguments: impl IntoIterator<Item = OsString>,
    open: impl FnOnce(Session) -> Result<(), E>,
) -> ExitCode {
    let mut console = Console::of_process();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error).into(),
    };
    let status = match arguments.command {
        Some(task) => perform(&task, &mut console),
        None => workbench(arguments.file, open, &mut console),
    };
    console.finish(status).into()
}

/// Help and version are what was asked for; anything else is a wrong argument.
fn usage(error: &clap::Error) -> Status {
    // If nobody reads it, nothing is lost.
    let _ = error.print();
    if error.use_stderr() { Status::Impossible } else { Status::Held }
}

fn perform(task: &Task, console: &mut Console) -> Status {
    let result = match task {
        Task::Check(arguments) => check::check(arguments, console),
        Task::Compat(arguments) => compat::compat(arguments, console),
        Task::Diff(arguments) => diff::diff(arguments, console),
        Task::Merge(arguments) => merge::merge(arguments, console),
        Task::Run(arguments) => run::run(arguments, console),
        Task::Replicate(arguments) => replicate::replicate(arguments, console),
        Task::Samples(arguments) => samples::samples(arguments, console),
        Task::Faults(arguments) => faults::faults(arguments, console),
        Task::Fit(arguments) => fit::fit(arguments, console),
        Task::Import(arguments) => import::import(arguments, console),
        Task::Export(arguments) => export::export(arguments, console),
        Task::Presets(arguments) => presets::presets(arguments, console),
        Task::Conformance(arguments) => Ok(conformance::conformance(arguments, console)),
    };
    result.unwrap_or_else(|error| {
        console.complain(&error);
        Status::Impossible
    })
}

fn workbench<E: Display>(
    file: Option<PathBuf>,
    open: impl FnOnce(Session) -> Result<(), E>,
    console: &mut Console,
) -> Status {
    if let Some(unknown) = file.as_deref().and_then(input::unknown) {
        console.complain(&unknown);
        return Status::Impossible;
    }
    if !has_display() {
        return without_display("there is no display", file, console);
    }
    let mut session = Home::find().map_or_else(Session::default, Session::start);
    if let Some(file) = file.as_deref() {
        session.apply(opening(file));
    }
    match open(session) {
        Ok(()) => Status::Held,
        Err(error) => without_display(&error.to_string(), file, console),
    }
}

/// A file of that name, else the sample.
fn opening(file: &std::path::Path) -> FileCommand {
    let name = file.to_string_lossy();
    if !crate::files::exists(file) && crate::samples::find(&name).is_some() {
        FileCommand::OpenSample(name.into_owned())
    } else {
        FileCommand::OpenFile(file.to_owned())
    }
}

fn has_display() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux")
        || is_set("DISPLAY")
        || is_set("WAYLAND_DISPLAY")
        || is_set("WAYLAND_SOCKET")
}

/// Says so, shows what there would be to see, and how to go on.
fn without_display(why: &str, file: Option<PathBuf>, console: &mut Console) -> Status {
    console.line(&format!("Flowbench: {why}, so here is a run in the terminal.\n"));
    let shown = file.unwrap_or_else(|| PathBuf::from("shoe-shop"));
    let scenario = (shown.as_os_str() == "shoe-shop").then(|| "payment-outage".to_owned());
    let arguments = run::Arguments::of(shown.clone(), scenario);
    match run::run(&arguments, console) {
        Ok(_) => {}
        Err(error) => {
            console.complain(&error);
            return Status::Impossible;
        }
    }
    let shown = shown.display();
    console.line(&format!(
        "\nGo on with\n  \
         flowbench run {shown} --format json     the same for programs\n  \
         flowbench check {shown}                 what is wrong with the design\n  \
         flowbench export {shown} --to svg --out picture.svg\n  \
         flowbench samples                        what else there is to run\n  \
         flowbench --help                         everything"
    ));
    Status::Held
}

#[cfg(test)]
mod tests;
