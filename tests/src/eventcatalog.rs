//! EventCatalog: what comes back of a design, of a catalog, and of files of others.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use flowbench::{files, samples};
use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::formats::eventcatalog::{self, Imported, Source};
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::schema::Schemas;

fn sources(texts: BTreeMap<String, String>) -> Vec<Source> {
    texts.into_iter().map(|(path, text)| Source { path, text }).collect()
}

fn catalog(design: &Design, schemas: &Schemas) -> Vec<Source> {
    sources(eventcatalog::export_into(design, schemas, &[]).expect("an empty folder"))
}

#[test]
fn every_sample_comes_back_as_it_was() {
    for sample in samples::SAMPLES {
        let design = native::read(sample.design()).expect("a design").design;
        let schemas = sample.schemas();
        let Imported { design: back, schemas: files, findings } =
            eventcatalog::import("other", &catalog(&design, &schemas));
        assert_eq!(native::write(&back), native::write(&design), "{}", sample.name);
        assert_eq!(files, schemas, "{}", sample.name);
        assert!(findings.is_empty(), "{}: {findings:?}", sample.name);
    }
}

#[test]
fn without_the_design_the_rest_says_who_sends_what_to_whom() {
    let sample = samples::find("shoe-shop").expect("a sample");
    let design = native::read(sample.design()).expect("a design").design;
    let mut files = catalog(&design, &sample.schemas());
    files.retain(|it| !it.path.starts_with("flowbench/"));
    let back = eventcatalog::import(&design.info.name, &files);
    let names = |it: &Design| {
        let mut nodes: Vec<String> = it.nodes.iter().map(|it| it.name.clone()).collect();
        nodes.sort();
        let mut edges: Vec<String> = it.edges.iter().map(|it| it.name().to_string()).collect();
        edges.sort();
        let mut messages: Vec<String> = it.messages.iter().map(|it| it.name.clone()).collect();
        messages.sort();
        (nodes, edges, messages)
    };
    assert_eq!(names(&back.design), names(&design));
    let contexts = |it: &Design| -> BTreeSet<(String, String)> {
        it.contexts.iter().map(|it| (it.name.clone(), it.summary.clone())).collect()
    };
    assert_eq!(contexts(&back.design), contexts(&design));
}

/// Catalogs that others have written.
fn folders() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/eventcatalog");
    let mut folders = Vec::new();
    let mut left = vec![top];
    while let Some(folder) = left.pop() {
        let has = |name: &str| folder.join(name).is_dir();
        if ["domains", "services", "teams"].iter().filter(|it| has(it)).count() > 1 {
            folders.push(folder);
        } else {
            let below = fs::read_dir(&folder).into_iter().flatten().flatten();
            left.extend(below.map(|it| it.path()).filter(|it| it.is_dir()));
        }
    }
    folders
}

#[test]
fn catalogs_of_others_come_back_as_they_were() {
    let folders = folders();
    if folders.is_empty() {
        return eprintln!("skipped: no catalogs of others are here");
    }
    for folder in folders {
        let files = files::catalog::read(&folder).expect("a catalog");
        let read = eventcatalog::import("catalog", &files);
        let grave = read.findings.iter().find(|it| it.finding.severity == Severity::Error);
        assert_eq!(grave, None, "{}", folder.display());
        let design = &read.design;
        assert!(
            !design.nodes.is_empty() && !design.messages.is_empty() && !design.edges.is_empty()
        );
        let errors: Vec<String> = lint::findings_with(design, &read.schemas)
            .into_iter()
            .filter(|it| it.severity == Severity::Error)
            .map(|it| format!("{}: {}", it.place, it.sentence))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", folder.display());
        let again = eventcatalog::import("catalog", &catalog(design, &read.schemas));
        assert_eq!(native::write(&again.design), native::write(design), "{}", folder.display());
        same_files(&folder, &files, &read);
        eprintln!(
            "{}: {} nodes, {} edges, {} messages",
            folder.file_name().unwrap_or_default().display(),
            design.nodes.len(),
            design.edges.len(),
            design.messages.len()
        );
    }
}

/// An export into the folder that a design came from leaves texts and foreign properties.
fn same_files(folder: &Path, files: &[Source], read: &Imported) {
    let written = eventcatalog::export_into(&read.design, &read.schemas, files).expect("files");
    let before: BTreeMap<&str, &str> =
        files.iter().map(|it| (it.path.as_str(), it.text.as_str())).collect();
    let body = |text: &str| text.splitn(3, "---\n").nth(2).unwrap_or_default().to_owned();
    let mut count = 0;
    for (path, text) in &written {
        let Some(before) = before.get(path.as_str()) else { continue };
        if path.ends_with(".mdx") || path.ends_with(".md") {
            count += 1;
            assert_eq!(body(text), body(before), "{}: {path}", folder.display());
            let missing = before.lines().find(|it| it.starts_with("x-") && !text.contains(*it));
            assert_eq!(missing, None, "{path}");
        } else {
            assert_eq!(text, before, "{path}");
        }
    }
    assert!(count > 5, "resources stay where they are: {count} of {}", before.len());
}
