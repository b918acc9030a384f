//! The real binary, as a user or a script meets it: what it prints and how it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use std::{env, fs};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

mod checking;
mod diffing;
mod effects;
mod exporting;
mod faults;
mod importing;
mod merging;
mod recorded;
mod scenarios;

use crate::places::{files, sample_folders, shown, text, top};

const SHOE_SHOP: &str = "samples/shoe-shop/design.ron";

/// The binary beside the tests, built now if it is older than what it is made of.
fn flowbench() -> PathBuf {
    let tests = env::current_exe().expect("a test knows where it is");
    let folder = tests.parent().and_then(Path::parent).expect("target/debug/deps/all");
    let binary = folder.join(format!("flowbench{}", env::consts::EXE_SUFFIX));
    if changed(&binary).is_none_or(|built| built < newest_source()) {
        let is_release = folder.ends_with("release");
        let built = Command::new(env!("CARGO"))
            // With what the tests ask of other packages, so that nothing is built a second time.
            .args(["test", "--workspace", "--test", "workbench", "--no-run"])
            .args(["--locked", "--offline", "--quiet"])
            .args(is_release.then_some("--release"))
            .current_dir(top())
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the binary cannot be built");
    }
    binary
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// When anything the binary is made of was changed last.
fn newest_source() -> SystemTime {
    let parts = ["app/src", "model/src", "simulator/src", "samples", "assets"];
    let mut sources: Vec<PathBuf> = parts
        .iter()
        .flat_map(|part| files(&top().join(part), &[".rs", ".ron", ".json", ".css", ".js"]))
        .collect();
    sources.retain(|path| !path.ends_with("tests.rs"));
    sources.iter().filter_map(|path| changed(path)).max().expect("there are sources")
}

/// Runs a command line from the top of the repository, without a display and with a home of its
/// own.
fn run(arguments: &[&str]) -> Output {
    run_with(arguments, &[])
}

/// The same with something in the environment.
fn run_with(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let home = tempdir().expect("a folder can be made");
    Command::new(flowbench())
        .args(arguments)
        .current_dir(top())
        .env("FLOWBENCH_HOME", home.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .envs(environment.iter().copied())
        .output()
        .expect("the binary runs")
}

fn said(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr];
    both.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// A new copy of a sample, in a folder that goes away with the value.
fn copy(sample: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().expect("a folder can be made");
    let target = folder.path().join("copy");
    let output = run(&["samples", "copy", sample, &target.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    (folder, target)
}

fn status(arguments: &[&str]) -> i32 {
    run(arguments).status.code().expect("the binary ends by itself")
}

/// The one JSON object that a command prints.
fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

fn report(file: &str, scenario: &str, more: &[&str]) -> Value {
    json(&[&["run", file, "--scenario", scenario, "--format", "json"], more].concat())
}

/// Checks that an object has these fields.
fn assert_fields(value: &Value, fields: &[&str]) {
    for field in fields {
        assert!(value.get(field).is_some(), "no field `{field}` in {value}");
    }
}

#[test]
fn the_report_has_every_documented_field() {
    let report = report("samples/poison/design.ron", "poison", &[]);
    let fields = "format design scenario seed simulated_ns events record_hash messages \
                  subscriptions consumers dead_letters paths promises balanced wall_seconds \
                  measured_ns events_per_second";
    assert_fields(&report, &words(fields));
    let books = "published delivered acknowledged dead_lettered expired dropped in_flight";
    assert_fields(&report["messages"], &words(books));
    let subscription = "edge channel consumer delivered redelivered acknowledged dead_lettered \
                        expired dropped ready in_flight backlog_max waiting_mean present_mean";
    assert_fields(&report["subscriptions"][0], &words(subscription));
    let dead_letter = "message channel consumer reason attempts at_ns causes";
    assert_fields(&report["dead_letters"][0], &words(dead_letter));
    assert_fields(&report["paths"][0], &words("from to count p50_ns p99_ns max_ns"));
    assert_fields(&report["promises"][0], &words("name verdict at_ns evidence"));
    assert_eq!(report["dead_letters"].as_array().map(Vec::len), Some(3));
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_command_line_tells_the_outage_in_the_numbers_of_the_page() {
    let report = report(SHOE_SHOP, "payment-outage", &[]);
    let paths = report["paths"].as_array().expect("a list");
    let path = paths.iter().find(|path| path["to"] == "shipment").expect("a path to shipment");
    assert_eq!(path["count"], 120);
    assert_eq!(path["max_ns"], 30_620_000_000u64);
    assert_eq!(report["balanced"], true);
    assert_eq!(report["messages"]["dropped"], 0);
}

#[test]
fn the_same_run_twice_has_one_hash_and_it_is_the_golden_one() {
    for folder in sample_folders() {
        let golden = text(&folder.join("golden.txt"));
        let line = golden.lines().next().expect("a golden line");
        let [file, scenario, seed, hash] = words(line)[..] else { panic!("{line}") };
        let file = format!("{}/{file}", shown(&folder));
        for _ in 0..2 {
            assert_eq!(report(&file, scenario, &["--seed", seed])["record_hash"], hash, "{file}");
        }
    }
}

#[test]
fn a_seed_and_a_property_can_be_set_for_one_run() {
    let plain = report(SHOE_SHOP, "payment-outage", &[]);
    let slow = ["--set", "payment.handlers.0.service_time=Constant(\"900ms\")"];
    let set = report(SHOE_SHOP, "payment-outage", &slow);
    assert_ne!(plain["record_hash"], set["record_hash"]);
    let file = "samples/retry-lab/design.ron";
    let seeds = ["1", "2"].map(|seed| report(file, "herd-jitter", &["--seed", seed]));
    assert_ne!(seeds[0]["record_hash"], seeds[1]["record_hash"]);
    assert_eq!(seeds[1]["seed"], 2);
}

#[test]
fn what_holds_ends_with_0_and_what_does_not_with_1() {
    assert_eq!(status(&["check", SHOE_SHOP]), 0);
    let healthy = ["run", SHOE_SHOP, "--scenario", "healthy"];
    assert_eq!(status(&healthy), 0);
    // The outage breaks a promise that it is there to break.
    assert_eq!(status(&["run", SHOE_SHOP, "--scenario", "payment-outage"]), 0);
    let slow = ["--set", "payment.handlers.0.service_time=Constant(\"900ms\")"];
    assert_eq!(status(&[&healthy[..], &slow].concat()), 1);
}

#[test]
fn what_cannot_be_done_ends_with_2_and_says_why() {
    for (arguments, why) in [
        (&["run", "no-such-file.ron"][..], "there is no file, folder or sample"),
        (&["run", SHOE_SHOP, "--scenario", "helthy"], "did you mean `healthy`?"),
        (&["run", SHOE_SHOP, "--set", "paymnt.concurrency=3"], "did you mean"),
        (&["check", "README.md"], "README.md:1:1: expected"),
        (&["samples", "copy", "no-such-sample", "nowhere"], "there is no sample"),
        (&["no-such-command-or-file"], "there is no file, folder or sample"),
        (&["export", SHOE_SHOP, "--to", "svg", "--out", "no/such/folder/x.svg"], "cannot write"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(complaint.contains(why), "{arguments:?}: {complaint}");
    }
}

#[test]
fn an_error_in_a_design_is_found_with_its_place() {
    let (_folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let right = text(&file);
    let wrong = right.replacen("to: \"orders\",", "to: \"order\",", 1);
    assert_ne!(right, wrong);
    fs::write(&file, &wrong).expect("a file can be written");
    let output = run(&["check", &file.to_string_lossy()]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let (line, column) = place_of(&wrong, "\"order\"");
    let place = format!("{}:{line}:{column}: error[unknown-name]", file.display());
    assert!(said.contains(&place), "{place}: {said}");
    assert!(said.contains("did you mean `orders`?"), "{said}");
}

/// Line and column, from 1, where something stands in a text for the first time.
fn place_of(text: &str, wanted: &str) -> (usize, usize) {
    let mut lines = text.lines().enumerate();
    lines
        .find_map(|(index, line)| line.find(wanted).map(|column| (index + 1, column + 1)))
        .expect("it stands there")
}

#[test]
fn a_file_that_is_no_design_is_told_with_line_and_column() {
    let (_folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let right = text(&file);
    let wrong = right.replacen("scenarios: [", "scenaros: [", 1);
    assert_ne!(right, wrong);
    fs::write(&file, &wrong).expect("a file can be written");
    let output = run(&["check", &file.to_string_lossy()]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let (line, column) = place_of(&wrong, "scenaros");
    assert!(said.contains(&format!("{}:{line}:{column}: ", file.display())), "{said}");
    assert!(said.contains("did you mean `scenarios`?"), "{said}");
}

#[test]
fn every_sample_is_listed() {
    let said = said(&run(&["samples"]));
    for folder in sample_folders() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(said.contains(&name), "{name} is not listed: {said}");
    }
}

#[test]
fn a_copied_sample_runs_and_is_never_overwritten() {
    let (_folder, copy) = copy("poison");
    let place = copy.to_string_lossy().into_owned();
    let original = report("samples/poison/design.ron", "poison", &[]);
    assert_eq!(report(&place, "poison", &[])["record_hash"], original["record_hash"]);
    let file = copy.join("design.ron");
    fs::write(&file, "mine").expect("a file can be written");
    let again = run(&["samples", "copy", "poison", &place]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("exists already"), "{}", said(&again));
    assert_eq!(text(&file), "mine");
}

#[test]
fn a_design_is_exported_as_a_picture_of_each_kind() {
    let folder = tempdir().expect("a folder can be made");
    for (kind, beginning) in [("svg", &b"<svg"[..]), ("png", b"\x89PNG\r\n")] {
        let file = folder.path().join(kind);
        assert_eq!(
            status(&["export", SHOE_SHOP, "--to", kind, "--out", &file.to_string_lossy()]),
            0
        );
        let picture = fs::read(&file).expect("a picture is written");
        assert!(picture.starts_with(beginning), "{kind}");
    }
}

// Elsewhere there is always a display, and a window would open.
#[cfg(target_os = "linux")]
#[test]
fn without_a_display_it_says_so_and_runs_a_sample_in_the_terminal() {
    for (environment, why) in
        [(&[][..], "there is no display"), (&[("DISPLAY", ":65000")], "cannot open a window")]
    {
        let output = run_with(&[], environment);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        for words in [why, "payment-outage", "30.62 s", "✓ balanced", "flowbench run"] {
            assert!(said.contains(words), "`{words}` is missing: {said}");
        }
        assert!(!said.contains(".rs:"), "a place in some source helps nobody: {said}");
    }
}
