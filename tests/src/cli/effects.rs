//! What `run` says of ledgers, patterns, relays, and of expressions that failed.

use std::fs;

use tempfile::tempdir;

use super::{run, said};
use crate::places::top;

/// From one heading to the next empty line.
fn part<'a>(text: &'a str, heading: &str) -> &'a str {
    let from = text.find(heading).unwrap_or_else(|| panic!("no {heading} in\n{text}"));
    text[from..].split("\n\n").next().expect("it begins")
}

#[test]
fn what_patterns_and_relays_came_to_is_said() {
    let saga = run(&["run", "samples/saga/design.ron"]);
    let saga = said(&saga);
    assert!(part(&saga, "Ledgers").contains("1,000 $  balances"), "{saga}");
    assert!(part(&saga, "Patterns").contains("20 begun, 4 compensated, 16 completed"), "{saga}");
    let outbox = run(&["run", "samples/dual-write/design.ron", "--scenario", "relay-crash"]);
    let outbox = said(&outbox);
    let relay = part(&outbox, "Rows that a relay");
    assert!(relay.contains("order-service   100        100      3"), "{outbox}");
}

#[test]
fn an_expression_that_fails_is_named_with_its_place_and_its_message() {
    let folder = tempdir().expect("a folder can be made");
    let sample = fs::read_to_string(top().join("samples/fridge/design.ron")).expect("it is there");
    let (good, bad) = (r#"when: "payload.level < 30""#, r#"when: "payload.level / 0 < 30""#);
    assert!(sample.contains(good));
    let file = folder.path().join("design.ron");
    fs::write(&file, sample.replacen(good, bad, 1)).expect("it can be written");
    let output = run(&["run", &file.to_string_lossy()]);
    assert_eq!(
        part(&said(&output), "Expressions that failed"),
        "Expressions that failed (60×)\n  60× this divides by zero (column 15 of `payload.level / 0 \
         < 30`)\n      node watcher, handlers.0.when; first at 0 s with meter#1"
    );
}
