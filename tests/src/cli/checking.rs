//! `flowbench check` for machines that build and review: SARIF and JUnit.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::{copy, json, run, said};
use crate::places::text;

/// A copy of a sample in which a name is wrong, and its file.
fn wrong() -> (TempDir, String) {
    let (folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let right = text(&file);
    let wrong = right.replacen("to: \"orders\",", "to: \"ord<er\\u{22}s\",", 1);
    assert_ne!(right, wrong);
    fs::write(&file, &wrong).expect("a file can be written");
    (folder, file.to_string_lossy().into_owned())
}

#[test]
fn a_sarif_log_has_what_the_standard_requires() {
    let (_folder, file) = wrong();
    let log = json(&["check", &file, "shoe-shop", "--format", "sarif"]);
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|it| it.contains("sarif-2.1.0")));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "Flowbench");
    let rules: Vec<&str> = driver["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| {
            assert!(rule["shortDescription"]["text"].is_string(), "{rule}");
            rule["id"].as_str().expect("an id")
        })
        .collect();
    assert_eq!(rules.iter().collect::<BTreeSet<_>>().len(), rules.len(), "ids are unique");
    let results = run["results"].as_array().expect("results");
    let mut fingerprints = BTreeSet::new();
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        assert_eq!(result["ruleId"], rules[index as usize]);
        let level = result["level"].as_str().expect("a level");
        assert!(["error", "warning", "note"].contains(&level));
        assert!(result["message"]["text"].is_string());
        let physical = &result["locations"][0]["physicalLocation"];
        assert!(physical["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
        assert!(physical["region"]["startColumn"].as_u64().is_some_and(|column| column > 0));
        let uri = physical["artifactLocation"]["uri"].as_str().expect("a place");
        let print = result["partialFingerprints"]["flowbenchFinding/v1"].as_str();
        assert!(fingerprints.insert((uri, print.expect("a fingerprint"))), "{result}");
    }
    assert!(results.iter().any(|it| it["ruleId"] == "unknown-name" && it["level"] == "error"));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn a_fix_in_a_sarif_log_mends_the_file() {
    let (_folder, copy) = copy("poison");
    let file = copy.join("design.ron");
    let wrong = text(&file).replacen("to: \"orders\",", "to: \"order\",", 1);
    fs::write(&file, &wrong).expect("a file can be written");
    let name = file.to_string_lossy().into_owned();
    let log = json(&["check", &name, "--format", "sarif"]);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let fixed = results.iter().find(|it| it["ruleId"] == "unknown-name" && it["fixes"].is_array());
    let change = &fixed.expect("a fix")["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let number = |name: &str| change["deletedRegion"][name].as_u64().expect("a number") as usize;
    assert_eq!((number("startColumn"), number("endColumn")), (1, 1));
    let lines: Vec<&str> = wrong.split_inclusive('\n').collect();
    let inserted = change["insertedContent"]["text"].as_str().expect("a text");
    let before = lines[..number("startLine") - 1].concat();
    let after = lines[number("endLine") - 1..].concat();
    fs::write(&file, format!("{before}{inserted}{after}")).expect("a file can be written");
    let output = run(&["check", &name]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn a_junit_report_has_a_case_for_each_rule_and_escapes_what_it_says() {
    let (_folder, file) = wrong();
    let output = run(&["check", &file, "--format", "junit"]);
    let xml = said(&output);
    assert_eq!(output.status.code(), Some(1), "{xml}");
    let tree = balanced(&xml);
    assert!(tree.contains("<failure message=\""), "{xml}");
    assert!(xml.contains("ord&lt;er&quot;s") && !xml.contains("ord<er"), "{xml}");
    assert!(xml.contains("name=\"unknown-name\"") && xml.contains("name=\"readable\""), "{xml}");
    let cases = xml.matches("<testcase ").count();
    assert!(xml.contains(&format!("tests=\"{cases}\" failures=")), "{xml}");
}

/// The text, if its tags are balanced.
fn balanced(xml: &str) -> &str {
    let mut open: Vec<&str> = Vec::new();
    for tag in xml.split('<').skip(2) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).find(|it| !it.is_empty()).expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{xml}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}: {xml}");
    xml
}

#[test]
fn a_file_that_is_no_design_is_an_error_in_every_report() {
    for (format, word) in [("sarif", "unreadable-design"), ("junit", "<error message=")] {
        let output = run(&["check", "README.md", "--format", format]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(word), "{}", said(&output));
    }
    let log = json(&["check", "README.md", "--format", "sarif"]);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], Value::Bool(false));
}

#[test]
fn a_report_goes_to_a_file_and_is_the_same_each_time() {
    let (folder, file) = wrong();
    for format in ["text", "json", "sarif", "junit"] {
        let write = |name: &str| {
            let out = folder.path().join(name);
            let out_name = out.to_string_lossy().into_owned();
            let output = run(&["check", &file, "--format", format, "--out", &out_name]);
            assert_eq!(output.status.code(), Some(1), "{}", said(&output));
            assert!(said(&output).contains("written to "), "{}", said(&output));
            text(&out)
        };
        let first = write("first");
        assert_eq!(first, write("second"), "{format}");
        assert!(first.contains("unknown-name"), "{format}: {first}");
    }
}
