//! Which scenario of which design a command is about, with which luck and which changes.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::name::nearest;
use flowbench_model::scenario::{Change, Scenario};
use flowbench_simulator::plan::{Plan, Surroundings};

use crate::cli::input::Input;

/// What to run.
#[derive(clap::Args, Debug)]
pub(super) struct Choice {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// Name of the scenario; the first of the design if not given
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Which luck; the scenario's own if not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A property that is different in this run, such as payment.concurrency=3
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = change)]
    changes: Vec<Change>,
}

/// A choice that exists.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) input: Input,
    pub(super) scenario: Scenario,
}

impl Choice {
    /// A scenario of a design as it stands.
    pub(super) fn of(file: PathBuf, scenario: Option<String>) -> Choice {
        Choice { file, scenario, seed: None, changes: Vec::new() }
    }

    /// Reads the design and finds the scenario; errors are one sentence.
    pub(super) fn open(&self) -> Result<Chosen, String> {
        let input = Input::open(&self.file)?;
        let design = &input.document.design;
        let wanted = self.scenario.as_deref();
        let Some(scenario) = design.scenario(wanted) else {
            let names: Vec<&str> = design.scenarios.iter().map(|it| it.name.as_str()).collect();
            return Err(unknown_scenario(&input.name, wanted, &names));
        };
        let mut scenario = scenario.as_ref().clone();
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.changes.extend(self.changes.iter().cloned());
        Ok(Chosen { input, scenario })
    }
}

impl Chosen {
    /// Compiles the scenario, or another of the same design.
    pub(super) fn plan(&self, scenario: &Scenario) -> Result<Arc<Plan>, String> {
        let open = |file: &str| self.input.beside.open(file);
        let surroundings = Surroundings { schemas: &self.input.schemas, open: &open };
        Plan::compile_with(&self.input.document.design, scenario, scenario.seed, &surroundings)
            .map_err(|findings| obstacles(&self.input, &findings))
    }
}

/// `PATH=VALUE` as a change.
pub(super) fn change(text: &str) -> Result<Change, String> {
    match text.split_once('=') {
        Some((set, to)) if !set.trim().is_empty() => {
            Ok(Change { set: set.trim().to_owned(), to: to.trim().to_owned() })
        }
        Some(_) | None => Err("expected PATH=VALUE, such as payment.concurrency=3".to_owned()),
    }
}

fn unknown_scenario(file: &str, wanted: Option<&str>, names: &[&str]) -> String {
    let Some(wanted) = wanted.filter(|_| !names.is_empty()) else {
        return format!("{file} has no scenario; add one that says how long to run");
    };
    let meant = match nearest(wanted, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are `{}`", names.join("`, `")),
    };
    format!("{file} has no scenario `{wanted}`; {meant}")
}

fn obstacles(input: &Input, findings: &[flowbench_model::finding::Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let place = input.locate(finding);
        format!("\n{place}: {}[{}]: {}", finding.severity, finding.code, finding.sentence)
    });
    format!("{} cannot run:{}", input.name, lines.collect::<String>())
}
