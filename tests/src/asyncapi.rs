//! Documents of others, where they lie beside the repository: each is imported, and what the
//! official parser says of it is compared.
#![expect(clippy::print_stderr, reason = "a table is printed, and a test that is skipped says so")]

use std::fs;
use std::path::PathBuf;

use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, File, Found, Given, Imported, Syntax, View};
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::schema::Schemas;
use jsonschema::Validator;
use serde_json::Value;

use crate::places::{sample_folders, top};
use crate::story::{design, schemas};

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

/// The official schema of version 3, if it is there.
fn official() -> Option<Validator> {
    let path = folder().join("asyncapi/schemas/3.0.0-without-$id.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).expect("a schema");
    Some(jsonschema::options().offline().build(&schema).expect("a schema that can be used"))
}

/// What the official schema says against documents.
fn complaints(official: &Validator, files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let value: Value = serde_json::from_str(&file.text).expect("JSON");
        let errors = official.iter_errors(&value).take(3);
        complaints.extend(errors.map(|it| format!("{}{}: {it}", file.name, it.instance_path())));
    }
    complaints
}

fn exported(design: &Design, schemas: &Schemas, syntax: Syntax) -> Vec<File> {
    asyncapi::export(design, schemas, syntax).files
}

fn again(files: Vec<File>) -> Design {
    let given: Vec<Given> = files
        .into_iter()
        .map(|it| Given { file: it.name, text: it.text, view: View::Application })
        .collect();
    let mut open = |name: &str| Err(format!("{name} should not be needed"));
    let imported = asyncapi::import(&given, &mut open);
    let errors = imported.findings.iter().filter(|it| is_error(it));
    assert_eq!(errors.count(), 0, "{:?}", imported.findings);
    imported.design
}

#[test]
fn what_was_imported_is_exported_as_it_was() {
    let official = official();
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases().iter().filter(|case| case["valid"] == true) {
        let file = case["file"].as_str().expect("a name");
        let design = imported(file).design;
        count += 1;
        for syntax in [Syntax::Json, Syntax::Yaml] {
            let files = exported(&design, &Schemas::new(), syntax);
            if let (Syntax::Json, Some(official)) = (syntax, &official) {
                let complaints = complaints(official, &files);
                wrong.extend(complaints.into_iter().map(|it| format!("{file}: {it}")));
            }
            if again(files) != design {
                wrong.push(format!("{file}: {syntax:?} gives another design"));
            }
        }
    }
    eprintln!("{count} documents exported and imported again, {} complaints", wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_sample_is_exported_as_documents_of_version_3() {
    let official = official();
    let mut wrong = Vec::new();
    for folder in sample_folders() {
        let (name, path) = (folder.display(), folder.join("design.ron"));
        let design = design(&path);
        let schemas = schemas(&path, &design);
        let files = exported(&design, &schemas, Syntax::Json);
        assert!(!files.is_empty(), "{name}");
        if let Some(official) = &official {
            let complaints = complaints(official, &files);
            wrong.extend(complaints.into_iter().map(|it| format!("{name}: {it}")));
        }
        let once = again(files);
        let twice = again(exported(&once, &Schemas::new(), Syntax::Yaml));
        if once != twice {
            wrong.push(format!("{name}: the second export gives another design"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
