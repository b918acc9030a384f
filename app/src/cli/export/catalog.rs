//! A design as an event catalog: web pages with what its scenarios come to.

use std::collections::BTreeSet;
use std::path::Path;

use flowbench_model::catalog::{self, Facts, Source};
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;

use crate::cli::check;
use crate::cli::console::Progress;
use crate::cli::input::Input;
use crate::files::{self, FileError};

/// Where a catalog says which files are its own, so that the next one takes away what is no page
/// any more.
const LIST: &str = "assets/files.txt";
/// Bytes of such a list at most.
const LIST_BYTES: u64 = 16 << 20;

/// Writes the catalog of a design; with `single` as one file, with `runs` after running its
/// scenarios.
pub(super) fn write(input: &Input, out: &Path, single: bool, runs: bool) -> Result<(), String> {
    let findings = check::findings(input).said;
    let facts = if runs { facts(input)? } else { Vec::new() };
    let source = Source {
        design: &input.document.design,
        schemas: &input.schemas,
        findings: &findings,
        facts: &facts,
    };
    if single {
        let page = catalog::single_file(&source);
        return files::write_text(out, &page).map_err(|error| error.to_string());
    }
    write_folder(&source, out).map_err(|error| error.to_string())
}

fn write_folder(source: &Source<'_>, out: &Path) -> Result<(), FileError> {
    let earlier = earlier(out);
    let mut own = BTreeSet::new();
    catalog::folder(source, |file| {
        let path = out.join(&file.path);
        files::make_folder(path.parent().unwrap_or(out))?;
        files::write_text(&path, &file.text)?;
        own.insert(file.path);
        Ok(())
    })?;
    let list: String = own.iter().map(|path| format!("{path}\n")).collect();
    files::write_text(&out.join(LIST), &list)?;
    for path in earlier.iter().filter(|path| !own.contains(*path)) {
        files::remove(&out.join(path))?;
    }
    Ok(())
}

/// The files that an earlier catalog in this folder wrote. The list is a file like any other: of
/// what it says, only names that a catalog gives its pages count.
fn earlier(out: &Path) -> Vec<String> {
    let text = files::read_text(&out.join(LIST), LIST_BYTES).unwrap_or_default();
    text.lines().filter(|path| is_page(path)).map(str::to_owned).collect()
}

fn is_page(path: &str) -> bool {
    const FOLDERS: [&str; 5] = ["messages", "services", "channels", "contexts", "scenarios"];
    let is_name = |name: &str| {
        name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    let parts = path.strip_suffix(".html").and_then(|path| path.split_once('/'));
    parts.is_some_and(|(folder, name)| FOLDERS.contains(&folder) && is_name(name))
}

/// What each scenario that can run comes to, with its own seed.
fn facts(input: &Input) -> Result<Vec<Facts>, String> {
    let design = &input.document.design;
    let open = |file: &str| input.beside.open(file);
    let mut facts = Vec::new();
    let mut progress = Progress::begin();
    for (number, scenario) in design.scenarios.iter().enumerate() {
        progress.report(number as u64 * 100 / design.scenarios.len() as u64);
        let surroundings = Surroundings { schemas: &input.schemas, open: &open };
        let Ok(plan) = Plan::compile_with(design, scenario, scenario.seed, &surroundings) else {
            continue;
        };
        let mut recorder = Recorder::new(&plan, Keep::Statistics);
        let end = plan.end;
        let mut run = Run::new(plan);
        run.advance_to(end, &mut recorder);
        let report = serde_json::to_value(Report::new(&run, &recorder));
        let found = report.and_then(serde_json::from_value);
        facts.push(found.map_err(|error| format!("the report cannot be read: {error}"))?);
    }
    progress.end();
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_ever_taken_away() {
        assert!(is_page("messages/order-placed.html"));
        for path in
            ["../x.html", "messages/../../x.html", "index.html", "src/x.html", "messages/a.txt"]
        {
            assert!(!is_page(path), "{path}");
        }
    }
}
