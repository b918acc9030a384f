//! `flowbench export` in the languages of other tools.

use tempfile::tempdir;

use super::{SHOE_SHOP, run, said};
use crate::places::{sample_folders, shown, text};

#[test]
fn a_design_is_exported_in_each_language_with_what_is_left_out() {
    let folder = tempdir().expect("a folder can be made");
    for (kind, beginning) in [
        ("mermaid", "---\ntitle: \"Shoe shop\"\n---\nflowchart LR\n"),
        ("dot", "digraph \"Shoe shop\" {\n"),
        ("plantuml", "@startuml\n"),
        ("d2", "# Shoe shop\n"),
    ] {
        let file = folder.path().join(kind);
        let output = run(&["export", SHOE_SHOP, "--to", kind, "--out", &file.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(said(&output).contains("left out: schemas"), "{}", said(&output));
        let written = text(&file);
        assert!(written.starts_with(beginning), "{written}");
        assert!(written.contains("OrderPlaced") && written.contains("Payments"), "{written}");
    }
}

#[test]
fn tables_are_three_files_in_a_folder() {
    let folder = tempdir().expect("a folder can be made");
    for sample in sample_folders() {
        let out = folder.path().join("tables");
        let name = shown(&sample);
        let output = run(&["export", &name, "--to", "csv", "--out", &out.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        for file in ["nodes.csv", "edges.csv", "messages.csv"] {
            assert!(text(&out.join(file)).lines().count() > 1, "{name}: {file}");
        }
    }
}
