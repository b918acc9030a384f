//! `flowbench merge` as git calls it.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::tempdir;

use super::{flowbench, json, run, said};
use crate::places::{text, top};

/// Runs git without anybody's own settings; nothing if there is no git.
fn git(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let settings =
        ["user.name=Flowbench", "user.email=tests@example.org", "init.defaultBranch=main"];
    let settings = settings.iter().flat_map(|it| ["-c", it]);
    Command::new("git")
        .args(settings)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", folder.join("no-such-file"))
        .output()
        .ok()
}

/// A repository with a design and the driver, and a branch for each of two changes; nothing
/// without git.
fn repository(folder: &Path, ours: (&str, &str), theirs: (&str, &str)) -> Option<String> {
    let base = text(&top().join("samples/poison/design.ron"));
    let altered = |(from, to): (&str, &str)| {
        let text = base.replacen(from, to, 1);
        assert_ne!(text, base, "{from}");
        text
    };
    let file = folder.join("design.ron");
    git(folder, &["init", "--quiet"])?;
    let driver = format!("{} merge %O %A %B --name %P", flowbench().display());
    git(folder, &["config", "merge.flowbench.driver", &driver])?;
    fs::write(folder.join(".gitattributes"), "*.ron merge=flowbench\n").expect("written");
    let commit = |content: &str| {
        fs::write(&file, content).expect("written");
        git(folder, &["add", "."]).expect("git");
        git(folder, &["commit", "--quiet", "-m", "a change"]).expect("git");
    };
    commit(&base);
    git(folder, &["checkout", "--quiet", "-b", "theirs"])?;
    commit(&altered(theirs));
    git(folder, &["checkout", "--quiet", "main"])?;
    commit(&altered(ours));
    let output = git(folder, &["merge", "theirs", "-m", "both"])?;
    Some(format!("{:?} {}\n{}", output.status.code(), said(&output), text(&file)))
}

#[test]
fn git_merges_two_branches_that_changed_neighboring_lines() {
    let folder = tempdir().expect("a folder can be made");
    let ours = ("attempts: 4", "attempts: 6");
    let theirs = ("backoff: Exponential(initial: \"1s\"", "backoff: Exponential(initial: \"5s\"");
    let Some(merged) = repository(folder.path(), ours, theirs) else {
        return eprintln!("skipped: git is not there");
    };
    assert!(merged.starts_with("Some(0)"), "{merged}");
    assert!(merged.contains("attempts: 6") && merged.contains("initial: \"5s\""), "{merged}");
}

#[test]
fn git_is_told_of_a_conflict_and_the_file_stays_a_design() {
    let folder = tempdir().expect("a folder can be made");
    let ours = ("attempts: 4", "attempts: 6");
    let Some(merged) = repository(folder.path(), ours, ("attempts: 4", "attempts: 9")) else {
        return eprintln!("skipped: git is not there");
    };
    assert!(merged.starts_with("Some(1)"), "{merged}");
    assert!(merged.contains("error[merge-conflict]: edge `"), "{merged}");
    assert!(merged.contains("was 4; ours says 6, theirs 9"), "{merged}");
    assert!(merged.contains("attempts: 6") && !merged.contains("<<<<"), "{merged}");
    let file = folder.path().join("design.ron");
    let output = run(&["check", &file.to_string_lossy()]);
    assert_ne!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_version_that_is_no_design_leaves_ours_as_it_is() {
    let folder = tempdir().expect("a folder can be made");
    let base = text(&top().join("samples/poison/design.ron"));
    let paths = ["base", "ours", "theirs"].map(|name| folder.path().join(name));
    for (path, content) in paths.iter().zip([&base, &format!("{base}\n"), "<<<<<<< mine"]) {
        fs::write(path, content).expect("written");
    }
    let names = paths.each_ref().map(|path| path.to_string_lossy().into_owned());
    let output = run(&["merge", &names[0], &names[1], &names[2]]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("theirs:1:1: expected"), "{}", said(&output));
    assert_eq!(text(&paths[1]), format!("{base}\n"));
    fs::write(&paths[2], base.replacen("attempts: 4", "attempts: 7", 1)).expect("written");
    let out = folder.path().join("out.ron");
    let object = json(&[
        "merge",
        &names[0],
        &names[1],
        &names[2],
        "--out",
        &out.to_string_lossy(),
        "--format",
        "json",
    ]);
    assert_eq!(object["conflicts"], serde_json::json!([]));
    assert!(text(&out).contains("attempts: 7"));
    assert_eq!(text(&paths[1]), format!("{base}\n"));
}
