//! Texts that importers stumbled over, or might have: each is taken again, without a panic and in
//! a moment.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, Given, Syntax, View};
use flowbench_model::formats::eventcatalog::{self, Source};
use flowbench_model::formats::native;
use flowbench_model::formats::topology::TOPOLOGIES;
use flowbench_model::schema::Schemas;

use crate::places::{files, shown, top};

/// For a build without optimization on a busy machine; the aim is two seconds.
const LONGEST: Duration = Duration::from_secs(20);

fn texts(folder: &str) -> Vec<(PathBuf, String)> {
    let paths = files(&top().join("tests/corpus").join(folder), &[""]);
    assert!(!paths.is_empty(), "{folder}");
    let text =
        |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned();
    paths.into_iter().map(|path| (path.clone(), text(&path))).collect()
}

fn given(file: &str, text: &str) -> Vec<Given> {
    let (file, text) = (file.to_owned(), text.to_owned());
    vec![Given { file, text, view: View::Application }]
}

#[test]
fn no_document_of_the_corpus_is_too_much() {
    for (path, text) in texts("asyncapi-yaml").into_iter().chain(texts("asyncapi-json")) {
        let begun = Instant::now();
        let mut open = |_: &str| Ok(text.clone());
        let imported = asyncapi::import(&given("given", &text), &mut open);
        native::read(&native::write(&imported.design)).expect("what is written can be read");
        let is_error = imported.findings.iter().any(|it| it.finding.severity == Severity::Error);
        for syntax in [Syntax::Yaml, Syntax::Json] {
            let exported = asyncapi::export(&imported.design, &Schemas::new(), syntax);
            for file in exported.files {
                let mut none = |_: &str| Err(String::new());
                let again = asyncapi::import(&given(&file.name, &file.text), &mut none).design;
                assert!(is_error || again == imported.design, "{} differs", shown(&path));
            }
        }
        assert!(begun.elapsed() < LONGEST, "{} took {:?}", shown(&path), begun.elapsed());
    }
}

#[test]
fn no_design_of_the_corpus_is_too_much() {
    for (path, text) in texts("native") {
        let begun = Instant::now();
        if let Ok(document) = native::read(&text) {
            native::read(&native::write(&document.design)).expect("what is written can be read");
        }
        assert!(begun.elapsed() < LONGEST, "{} took {:?}", shown(&path), begun.elapsed());
    }
}

#[test]
fn no_list_of_the_corpus_is_too_much() {
    for format in TOPOLOGIES {
        for (path, text) in texts(format.name) {
            let begun = Instant::now();
            if let Ok(imported) = (format.read)(&text) {
                native::read(&native::write(&imported.design))
                    .expect("what is written can be read");
                if let Some(write) = format.write {
                    (format.read)(&write(&imported.design).0).expect("what is written can be read");
                }
            }
            assert!(begun.elapsed() < LONGEST, "{} took {:?}", shown(&path), begun.elapsed());
        }
    }
}

/// A folder is one text here: a line with `===` begins a file.
#[test]
fn no_catalog_of_the_corpus_is_too_much() {
    for (path, text) in texts("eventcatalog") {
        let begun = Instant::now();
        let parts = text.split("=== ").filter_map(|it| it.split_once('\n'));
        let files: Vec<Source> = parts
            .map(|(path, text)| Source { path: path.trim().to_owned(), text: text.to_owned() })
            .collect();
        let imported = eventcatalog::import("Catalog", &files);
        native::read(&native::write(&imported.design)).expect("what is written can be read");
        let _ = eventcatalog::export_into(&imported.design, &imported.schemas, &files);
        assert!(begun.elapsed() < LONGEST, "{} took {:?}", shown(&path), begun.elapsed());
    }
}
