//! `flowbench export` in the languages of other tools.

use std::fs;
use std::path::Path;

use flowbench::files::catalog;
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

#[test]
fn the_command_writes_into_a_catalog_and_leaves_what_is_not_its_own() {
    let folder = tempdir().expect("a folder");
    let out = folder.path().join("catalog");
    let write = |path: &str, text: &str| {
        let path = out.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("eventcatalog.config.js", "export default {}\n");
    write("docs/guide.mdx", "# Guide\n");
    write(
        "domains/Shop/services/TheShop/index.mdx",
        "---\nid: shop\nname: Shop\nversion: 0.9.0\nx-cost: 7\nrepository:\n  language: Go\n---\n\
         Written by hand.\n",
    );
    let export = || {
        let out = out.to_string_lossy();
        let output = run(&["export", SHOE_SHOP, "--to", "eventcatalog", "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        catalog::read(Path::new(&*out)).expect("a catalog")
    };
    let before = export();
    let service = text(&out.join("domains/Shop/services/TheShop/index.mdx"));
    assert!(service.contains("x-cost: 7") && service.contains("language: Go"), "{service}");
    assert!(service.ends_with("Written by hand.\n") && service.contains("sends:"), "{service}");
    assert_eq!(text(&out.join("docs/guide.mdx")), "# Guide\n");
    assert_eq!(export(), before, "twice is as once");
    let back = folder.path().join("back/design.ron");
    fs::create_dir(folder.path().join("back")).expect("a folder");
    let (from, to) = (out.to_string_lossy(), back.to_string_lossy());
    let output = run(&["import", &from, "--from", "eventcatalog", "--out", &to]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("services, "), "{}", said(&output));
    assert_eq!(run(&["check", &to]).status.code(), run(&["check", SHOE_SHOP]).status.code());
}
