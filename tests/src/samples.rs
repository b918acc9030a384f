//! Every sample reads, is free of errors, keeps its promises (or breaks those it is there to
//! break), and leaves the same record as ever.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use flowbench_model::design::Design;
use flowbench_model::finding::{Finding, Severity};
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::message::Message;
use flowbench_model::schema::Checker;

use crate::places::{sample_designs, sample_folders, shown, text};
use crate::story::{design, run, schemas};

/// Set to write the golden records anew instead of comparing with them.
const UPDATE: &str = "UPDATE_GOLDEN";

#[test]
fn loading_and_saving_a_sample_changes_no_byte() {
    for path in sample_designs() {
        let text = text(&path);
        assert_eq!(native::write(&design(&path)), text, "{}", shown(&path));
    }
}

/// Apart from what a design makes an error itself.
#[test]
fn no_sample_has_an_error() {
    for path in sample_designs() {
        let design = design(&path);
        let found = lint::findings_with(&design, &schemas(&path, &design));
        let is_meant =
            |it: &&Finding| design.lints.iter().any(|set| set.covers(it.code, &it.place));
        let errors = found.iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.filter(|one| !is_meant(one)).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", shown(&path));
    }
}

#[test]
fn every_scenario_of_a_sample_comes_out_as_it_says() {
    for path in sample_designs() {
        let design = design(&path);
        assert!(design.scenarios.len() >= 2, "{}: broken and fixed", shown(&path));
        for scenario in &design.scenarios {
            let recording = run(&path, &design, &scenario.name, scenario.seed);
            let report = recording.report();
            let place = format!("{} {}", shown(&path), scenario.name);
            assert!(report.is_as_expected(), "{place}: {:#?}", report.promises);
            assert!(!report.promises.is_empty(), "{place} promises nothing");
        }
    }
}

#[test]
fn every_broken_promise_is_a_promise_of_the_design() {
    for path in sample_designs() {
        let design = design(&path);
        let names: BTreeSet<&str> = design.promises.iter().map(|one| &one.name[..]).collect();
        for scenario in &design.scenarios {
            for name in &scenario.breaks {
                assert!(names.contains(&name[..]), "{}: {name}", shown(&path));
            }
        }
    }
}

#[test]
fn the_records_of_the_samples_are_golden() {
    for folder in sample_folders() {
        let file = folder.join("golden.txt");
        let found = golden_lines(&folder);
        if env::var_os(UPDATE).is_some() {
            fs::write(&file, &found).expect("the golden record can be written");
        }
        let expected = text(&file);
        assert_eq!(found, expected, "{}: set {UPDATE}=1 to accept a change", shown(&file));
    }
}

/// File, scenario, seed and hash of each run, one a line.
fn golden_lines(folder: &Path) -> String {
    let mut lines = String::new();
    for path in sample_designs().iter().filter(|path| path.starts_with(folder)) {
        let design = design(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for scenario in &design.scenarios {
            let recording = run(path, &design, &scenario.name, scenario.seed);
            let hash = &recording.report().record_hash;
            writeln!(lines, "{name} {} {} {hash}", scenario.name, scenario.seed)
                .expect("a text takes any line");
        }
    }
    lines
}

#[test]
fn another_seed_of_a_sample_without_chance_leaves_the_same_numbers() {
    for (file, scenario) in [("shoe-shop", "payment-outage"), ("poison", "fixed")] {
        let folders = sample_folders();
        let folder = folders.iter().find(|path| path.ends_with(file)).expect("the sample exists");
        let path = folder.join("design.ron");
        let design = design(&path);
        let [one, other] = [1, 2].map(|seed| run(&path, &design, scenario, seed).report().clone());
        assert_eq!(one.messages, other.messages);
        assert_eq!(one.paths, other.paths);
    }
}

#[test]
fn schemas_are_valid_and_examples_follow_them() {
    for path in sample_designs() {
        let folder = path.parent().expect("a design lies in a folder");
        for message in &design(&path).messages {
            check_message(folder, message);
        }
    }
}

fn check_message(folder: &Path, message: &Message) {
    let name = &message.name;
    assert!(!message.versions.is_empty(), "{name} has no version");
    for version in &message.versions {
        let schema = match version.schema.file() {
            Some(file) => text(&folder.join(file)),
            None => version.schema.inside().expect("a text or a file").to_owned(),
        };
        let checker = Checker::new(version.schema.language(), &schema);
        let checker = checker.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!version.examples.is_empty(), "{name} has no example");
        for example in &version.examples {
            let value = serde_json::from_str(example).unwrap_or_else(|e| panic!("{name}: {e}"));
            let violations = checker.violations(&value);
            assert!(violations.is_empty(), "{name}: {violations:?}");
        }
    }
}

#[test]
fn everything_in_a_sample_is_described_and_owned() {
    for path in sample_designs() {
        let Design { info, contexts, messages, nodes, edges, scenarios, layout, .. } =
            design(&path);
        assert!(!info.summary.is_empty() && !info.description.is_empty());
        assert!(contexts.iter().all(|context| !context.summary.is_empty()));
        for message in &messages {
            assert!(!message.summary.is_empty() && message.owner.is_some(), "{}", message.name);
        }
        for node in &nodes {
            let is_placed = layout.contains_key(&node.name);
            assert!(!node.summary.is_empty() && node.owner.is_some() && is_placed, "{}", node.name);
            assert!(node.context.is_some(), "{}", node.name);
        }
        assert!(edges.iter().all(|edge| !edge.contract.messages.is_empty()));
        assert!(scenarios.iter().all(|scenario| !scenario.summary.is_empty()));
    }
}
