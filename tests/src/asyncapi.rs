//! Documents of others, where they lie beside the repository: each is imported, and what the
//! official parser says of it is compared.
#![expect(clippy::print_stderr, reason = "a table is printed, and a test that is skipped says so")]

use std::fs;
use std::path::PathBuf;

use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, Found, Given, Imported, View};
use flowbench_model::formats::native;
use flowbench_model::lint;
use serde_json::Value;

use crate::places::top;

/// Documents that refer to files which were not handed on with them: the official parser had them.
const INCOMPLETE: [&str; 1] = ["valid-external-ref.yaml"];

fn folder() -> PathBuf {
    top().join("../shared/data")
}

/// The documents with what the official parser says of each.
fn cases() -> Vec<Value> {
    let text = fs::read_to_string(folder().join("asyncapi/expected.jsonl")).unwrap_or_default();
    if text.is_empty() {
        eprintln!("skipped: the documents of others are not there");
    }
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// Imports a file from the folder of the project that it belongs to.
fn imported(file: &str) -> Imported {
    let at = file.match_indices('/').nth(2).expect("a folder of a project").0;
    let (root, name) = (folder().join(&file[..at]), &file[at + 1..]);
    let bytes = fs::read(root.join(name)).expect("the document");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let given = Given { file: name.to_owned(), text, view: View::Application };
    let mut open = |name: &str| fs::read_to_string(root.join(name)).map_err(|it| it.to_string());
    asyncapi::import(&[given], &mut open)
}

fn is_error(found: &Found) -> bool {
    found.finding.severity == Severity::Error
}

#[test]
fn every_valid_document_is_imported_whole() {
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases().iter().filter(|case| case["valid"] == true) {
        let file = case["file"].as_str().expect("a name");
        count += 1;
        let imported = imported(file);
        let errors = imported.findings.iter().filter(|it| is_error(it));
        let errors: Vec<&str> = errors.map(|it| it.finding.sentence.as_str()).collect();
        let counts = imported
            .documents
            .first()
            .map(|it| [it.channels as u64, it.operations as u64, it.messages as u64]);
        let expected = ["channels", "operations", "messages"].map(|it| case[it].as_u64());
        let is_complete = !INCOMPLETE.iter().any(|it| file.ends_with(it));
        if !errors.is_empty() || is_complete && counts.map(|it| it.map(Some)) != Some(expected) {
            wrong.push(format!("{file}: {counts:?} for {expected:?}; {errors:?}"));
        }
        let text = native::write(&imported.design);
        let again = native::read(&text).map(|it| it.design);
        if again.as_ref().ok() != Some(&imported.design) {
            wrong.push(format!("{file}: the design is not the same after it was saved"));
        }
        let lints = lint::findings(&imported.design);
        let lints = lints.into_iter().filter(|it| it.severity == Severity::Error);
        wrong.extend(lints.map(|it| format!("{file}: {}: {}", it.place, it.sentence)));
    }
    eprintln!("{} of {count} valid documents are imported whole", count - wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
