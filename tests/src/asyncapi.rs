//! Documents of others, where they lie beside the repository: each is imported, and what the
//! official parser says of it is compared.
#![expect(clippy::print_stderr, reason = "a table is printed, and a test that is skipped says so")]

use std::collections::BTreeSet;
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

/// A document whose only fault is in a file that was not handed on with it.
const FAULT_ELSEWHERE: [&str; 1] = ["user-signedup-asyncapi-3.0-ref.yaml"];

#[test]
fn every_invalid_document_is_imported_with_a_finding_that_names_the_place() {
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases().iter().filter(|case| case["valid"] == false) {
        let file = case["file"].as_str().expect("a name");
        count += 1;
        let imported = imported(file);
        let is_complaint = |it: &&Found| it.finding.severity != Severity::Info && it.mark.line > 0;
        let complaints = imported.findings.iter().filter(is_complaint).count();
        if complaints == 0 && !FAULT_ELSEWHERE.iter().any(|it| file.ends_with(it)) {
            wrong.push(format!("{file}: {}", case["first"]));
        }
        let text = native::write(&imported.design);
        if native::read(&text).map(|it| it.design).as_ref().ok() != Some(&imported.design) {
            wrong.push(format!("{file}: the design is not the same after it was saved"));
        }
    }
    eprintln!("{} of {count} invalid documents are told where they are wrong", count - wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Rules of the official parser that are kept to. The others ask for more than a document needs:
/// a license, a contact, an operation id.
const KEPT: [&str; 13] = [
    "asyncapi-document-resolved",
    "asyncapi-is-asyncapi",
    "asyncapi2-channel-no-query-nor-fragment",
    "asyncapi2-channel-parameters",
    "asyncapi2-channel-servers",
    "asyncapi2-message-examples",
    "asyncapi2-operation-operationId-uniqueness",
    "asyncapi2-server-security",
    "asyncapi2-server-variables",
    "asyncapi2-tags-uniqueness",
    "asyncapi3-channel-no-query-nor-fragment",
    "asyncapi3-channel-parameters",
    "asyncapi3-channel-servers",
];

#[test]
fn rules_of_the_official_parser_are_kept() {
    let path = folder().join("asyncapi/parser-js-rule-cases.jsonl");
    let text = fs::read_to_string(path).unwrap_or_default();
    let (mut count, mut wrong) = (0, Vec::new());
    for case in text.lines().map(|it| serde_json::from_str::<Value>(it).expect("a case")) {
        let rule = case["rule"].as_str().expect("a rule");
        let is_wrong = case["errors"].as_array().is_some_and(|it| !it.is_empty());
        if !KEPT.contains(&rule) || !is_wrong {
            continue;
        }
        count += 1;
        let text = case["document"].to_string();
        let given = Given { file: "case.json".to_owned(), text, view: View::Application };
        let mut open = |name: &str| Err(format!("{name} is not there"));
        let imported = asyncapi::import(&[given], &mut open);
        if imported.findings.iter().all(|it| it.finding.severity == Severity::Info) {
            wrong.push(format!("{rule}: {}: {}", case["name"], case["errors"]));
        }
    }
    eprintln!("{} of {count} broken rules are told", count - wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Imports the documents of several projects as one design; those of `clients` are written from
/// the other side.
fn together(begins: &str, clients: &[&str]) -> Option<Imported> {
    let view = |name: &str| match clients.iter().any(|it| name.contains(it)) {
        true => View::Client,
        false => View::Application,
    };
    let all = cases();
    let files = all.iter().filter_map(|it| it["file"].as_str());
    let root = folder().join("asyncapi/real");
    let names = files.filter_map(|it| it.strip_prefix("asyncapi/real/"));
    let given: Vec<Given> = names
        .filter(|name| name.starts_with(begins))
        .map(|name| Given {
            file: name.to_owned(),
            text: fs::read_to_string(root.join(name)).expect("the document"),
            view: view(name),
        })
        .collect();
    let mut open = |name: &str| fs::read_to_string(root.join(name)).map_err(|it| it.to_string());
    (!given.is_empty()).then(|| asyncapi::import(&given, &mut open))
}

fn has(imported: &Imported, code: &str, words: &[&str]) -> bool {
    let is_it = |it: &&Found| words.iter().all(|word| it.finding.sentence.contains(word));
    imported.findings.iter().filter(is_it).any(|it| it.finding.code == code)
}

#[test]
fn documents_of_one_company_become_one_design_with_what_does_not_fit() {
    let Some(payments) = together("DEFRA+", &[]) else { return };
    let told: Vec<&str> = payments.findings.iter().map(|it| it.finding.sentence.as_str()).collect();
    assert!(has(&payments, "near-name", &["ffc-pay-event`", "ffc-pay-events`"]), "{told:#?}");
    // Both are written from the other side: what they call sent is received.
    let sides = ["ffc-pay-processing", "ffc-pay-responses"];
    let turned = together("DEFRA+", &sides).expect("the documents");
    let broken = lint::findings(&turned.design);
    let broken = broken.iter().filter(|it| it.code == "reader-cannot-read");
    let broken: Vec<&str> = broken.map(|it| it.sentence.as_str()).collect();
    let is_return = |it: &&str| it.contains("of `Return`, but `FFC Pay Responses` writes");
    assert!(broken.iter().any(is_return), "{broken:#?}");
    // Only one of them turned round: then both send, and nobody receives.
    let half = together("DEFRA+", &sides[1..]).expect("the documents");
    assert!(has(&half, "nobody-receives", &["`ffc-pay-return`"]), "{told:#?}");
    for begins in ["SENERGY-Platform+", "Forsakringskassan+"] {
        let Some(set) = together(begins, &[]) else { return };
        assert!(set.documents.len() > 1 && !set.design.edges.is_empty());
        let text = native::write(&set.design);
        assert_eq!(native::read(&text).map(|it| it.design).ok(), Some(set.design));
    }
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
    let unlike: BTreeSet<&str> =
        wrong.iter().filter_map(|it| it.split_once(": ")).map(|it| it.0).collect();
    let same = count - unlike.len();
    eprintln!("{same} of {count} designs are the same after import, export and import");
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
