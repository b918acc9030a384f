//! A design as an event catalog: web pages with what its scenarios come to.

use flowbench_model::catalog::{self, Facts};
use flowbench_model::finding::Finding;
use flowbench_simulator::plan::{Plan, Surroundings};

use super::{Content, File, List, Options, Source, Stop, Work};
use crate::checking;
use crate::replications::{Watch, run_once};

/// What a folder with a catalog says about its own files.
pub(super) const LIST: List = List { path: "assets/files.txt", is_own: is_page };

/// Makes the catalog.
pub(super) fn make(
    source: &Source<'_>,
    options: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let findings = checking::findings(source.design, source.schemas, source.beside).said;
    let facts = if options.has_runs { facts(source, work)? } else { Vec::new() };
    let (design, schemas) = (source.design, source.schemas);
    let pages = catalog::Source { design, schemas, findings: &findings, facts: &facts };
    if options.is_single_file {
        work.keep_text("", catalog::single_file(&pages))?;
    } else {
        catalog::folder(&pages, |page| {
            (work.keep)(File { path: page.path, content: Content::Text(page.text) })
        })?;
    }
    Ok(Vec::new())
}

/// What each scenario that can run comes to, with its own seed.
fn facts(source: &Source<'_>, work: &mut Work<'_>) -> Result<Vec<Facts>, Stop> {
    let design = source.design;
    let open = |file: &str| source.beside.open(file);
    let mut facts = Vec::new();
    for (number, scenario) in design.scenarios.iter().enumerate() {
        (work.progress)(number as u64 * 100 / design.scenarios.len() as u64);
        let surroundings = Surroundings { schemas: source.schemas, open: &open };
        let Ok(plan) = Plan::compile_with(design, scenario, scenario.seed, &surroundings) else {
            continue;
        };
        let watch = Watch { is_wanted: work.is_wanted, note: &|| {} };
        let report = run_once(plan, watch).ok_or(Stop::Unwanted)?;
        let found = serde_json::to_value(report).and_then(serde_json::from_value);
        facts.push(
            found.map_err(|error| Stop::Failed(format!("the report cannot be read: {error}")))?,
        );
    }
    Ok(facts)
}

/// Whether a path is one that a catalog gives its pages.
fn is_page(path: &str) -> bool {
    const FOLDERS: [&str; 5] = ["messages", "services", "channels", "contexts", "scenarios"];
    let is_name = |name: &str| {
        name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    let parts = path.strip_suffix(".html").and_then(|path| path.split_once('/'));
    parts.is_some_and(|(folder, name)| FOLDERS.contains(&folder) && is_name(name))
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
