//! `flowbench diff` between files, standard input and versions of git.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flowbench_model::diff::RULES;
use tempfile::tempdir;

use super::{assert_fields, copy, flowbench, json, run, said, words};
use crate::places::{text, top};

const POISON: &str = "samples/poison/design.ron";

/// The sample with fewer retries, in a folder with its schemas.
fn altered() -> (tempfile::TempDir, String) {
    let (folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let before = text(&file);
    let after = before.replacen("attempts: 4", "attempts: 2", 1);
    assert_ne!(before, after);
    fs::write(&file, after).expect("a file can be written");
    (folder, file.to_string_lossy().into_owned())
}

#[test]
fn what_breaks_is_told_with_who_is_hurt_and_ends_with_1() {
    let (_folder, file) = altered();
    let output = run(&["diff", POISON, &file]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("contract.retry.attempts was 4 and is 2"), "{said}");
    assert!(said.contains("breaks[fewer-retries] edge `"), "{said}");
    assert!(said.contains("1 change, 1 breaks"), "{said}");
    let back = run(&["diff", &file, POISON]);
    assert_eq!(back.status.code(), Some(0), "{}", super::said(&back));
    let object = json(&["diff", POISON, &file, "--format", "json"]);
    assert_fields(&object, &words("format old new breaks changes not_compared"));
    let change = &object["changes"][0];
    assert_fields(change, &words("kind place property json_path old new breaks"));
    assert_fields(&change["breaks"][0], &words("rule hurts sentence schema"));
    assert_eq!((&change["old"], &change["new"]), (&4.into(), &2.into()));
}

#[test]
fn a_review_is_markdown_in_which_names_are_only_names() {
    let (_folder, file) = altered();
    let changed = text(Path::new(&file)).replace("name: \"invoices\"", "name: \"<b>*in*\"");
    fs::write(&file, changed).expect("a file can be written");
    let page = said(&run(&["diff", POISON, &file, "--format", "markdown"]));
    assert!(page.starts_with("## Changes of "), "{page}");
    assert!(page.contains("### What breaks"), "{page}");
    assert!(page.contains("&lt;b&gt;\\*in\\*") && !page.contains("<b>"), "{page}");
}

#[test]
fn the_same_design_in_another_layout_did_not_change() {
    let (_folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let moved = text(&file).replace("    nodes: [", "    // nodes\n    nodes: [");
    fs::write(&file, moved).expect("a file can be written");
    let output = run(&["diff", POISON, &file.to_string_lossy()]);
    assert_eq!((output.status.code(), said(&output).trim()), (Some(0), "nothing changed"));
}

#[test]
fn one_version_may_come_from_standard_input_and_be_empty() {
    let with_input = |input: &str, arguments: &[&str]| -> Output {
        let mut child = Command::new(flowbench())
            .args(arguments)
            .current_dir(top())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stdin = child.stdin.take().expect("there is an input");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    };
    let same = with_input(&text(&top().join(POISON)), &["diff", "-", POISON]);
    assert_eq!(same.status.code(), Some(0), "{}", said(&same));
    let new = with_input("", &["diff", "-", POISON]);
    assert_eq!(new.status.code(), Some(0), "{}", said(&new));
    assert!(said(&new).contains("+ node `orders`: channel, is new"), "{}", said(&new));
    let gone = with_input("", &["diff", POISON, "-"]);
    assert!(said(&gone).contains("- node `orders`: channel, is gone"), "{}", said(&gone));
    let broken = with_input("(format: 1,\n nods: [])", &["diff", POISON, "-"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(said(&broken).contains("-:2:2: expected"), "{}", said(&broken));
    assert_eq!(with_input("", &["diff", "-", "-"]).status.code(), Some(2));
}

#[test]
fn git_shows_designs_by_what_they_mean() {
    let folder = tempdir().expect("a folder can be made");
    let git = |arguments: &[&str]| -> Option<Output> {
        Command::new("git")
            .args(["-c", "user.name=Flowbench", "-c", "user.email=tests@example.org"])
            .args(arguments)
            .current_dir(folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", folder.path().join("no-such-file"))
            .output()
            .ok()
    };
    if git(&["init", "--quiet"]).is_none() {
        return eprintln!("skipped: git is not there");
    }
    let file = folder.path().join("design.ron");
    let before = text(&top().join(POISON));
    fs::write(&file, &before).expect("a file can be written");
    fs::write(folder.path().join(".gitattributes"), "design.ron diff=flowbench\n")
        .expect("written");
    let shown = flowbench().display().to_string();
    let command = format!("f() {{ {shown} diff \"$2\" \"$5\" || true; }}; f");
    for arguments in [
        &["config", "diff.flowbench.command", &command][..],
        &["add", "."],
        &["commit", "-qm", "a"],
    ] {
        assert!(git(arguments).expect("git").status.success(), "{arguments:?}");
    }
    fs::write(&file, before.replacen("attempts: 4", "attempts: 2", 1)).expect("written");
    let said = said(&git(&["diff"]).expect("git"));
    assert!(said.contains("contract.retry.attempts was 4 and is 2"), "{said}");
}

#[test]
fn every_rule_stands_in_the_manual() {
    let page = text(&top().join("docs/changes.md"));
    for rule in RULES {
        let line = format!("| `{}` | {} |", rule.code, rule.meaning);
        assert!(page.contains(&line), "docs/changes.md lacks: {line}");
    }
}
