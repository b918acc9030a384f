//! `flowbench samples`: which samples there are, and copies of them to change.

use std::path::PathBuf;

use flowbench_model::formats::native;
use flowbench_model::name::nearest;

use crate::cli::Status;
use crate::cli::console::{Console, Tone};
use crate::samples::{self as table, SAMPLES};

/// What to do with samples.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(clap::Subcommand, Debug)]
enum Task {
    /// Copy a sample into a new folder, to change it
    Copy {
        /// Name of the sample
        name: String,
        /// The folder to make; it must not exist yet
        dir: PathBuf,
    },
}

/// Lists the samples, or copies one.
pub(super) fn samples(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    match &arguments.task {
        None => list(console),
        Some(Task::Copy { name, dir }) => {
            let near = || nearest(name, SAMPLES.iter().map(|sample| sample.name));
            let meant = || near().map_or(String::new(), |it| format!("; did you mean `{it}`?"));
            let sample = table::find(name)
                .ok_or_else(|| format!("there is no sample `{name}`{}", meant()))?;
            sample.copy_to(dir).map_err(|error| error.to_string())?;
            console.line(&format!("copied to {}; open it with", dir.display()));
            console.line(&format!("  flowbench {}", dir.display()));
        }
    }
    Ok(Status::Held)
}

fn list(console: &mut Console) {
    for sample in SAMPLES {
        let name = console.tinted(Tone::Strong, &format!("{:<16}", sample.name));
        let summary = native::read(sample.design())
            .map_or_else(|error| error.to_string(), |document| document.design.info.summary);
        let indent = 16;
        let room = console.width().saturating_sub(indent);
        let mut lines = super::table::wrapped(&summary, room).into_iter();
        console.line(&format!("{name}{}", lines.next().unwrap_or_default()));
        for line in lines {
            console.line(&format!("{:indent$}{line}", ""));
        }
    }
    console.line("\nflowbench run NAME runs one, flowbench samples copy NAME DIR copies one.");
}
