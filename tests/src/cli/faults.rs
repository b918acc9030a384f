//! `flowbench faults`: the list of a scenario, the list that chance came to, cards, and errors.

use std::fs;

use serde_json::Value;

use super::{copy, run, said, status};
use crate::places::text;

/// What a command prints as JSON.
fn object(arguments: &[&str]) -> Value {
    let output = run(arguments);
    // A promise may be broken.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&output));
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

#[test]
fn the_faults_of_a_scenario_are_listed_for_people_and_for_machines() {
    let faults = ["faults", "samples/shoe-shop/design.ron", "--scenario", "payment-outage"];
    let text = said(&run(&faults));
    assert!(text.contains("30s") && text.contains("C1") && text.contains("payment"), "{text}");
    let list = object(&[&faults[..], &["--format", "json"]].concat());
    let of = |fault: &Value| (fault["code"].clone(), fault["strikes"].clone());
    let all: Vec<_> = list["faults"].as_array().expect("a list").iter().map(of).collect();
    assert!(all.contains(&("C1".into(), "payment".into())), "{all:?}");
}

#[test]
fn there_are_48_kinds_and_each_has_a_card() {
    let kinds = object(&["faults", "--kinds", "--format", "json"]);
    let kinds = kinds["kinds"].as_array().expect("a list");
    assert_eq!(kinds.len(), 48);
    for kind in kinds {
        for text in ["code", "word", "title", "happens", "seen", "reality", "helps", "strikes"] {
            assert!(!kind[text].as_str().unwrap_or_default().is_empty(), "{text} of {kind}");
        }
    }
    for word in ["L2", "loss", "Loss"] {
        let card = said(&run(&["faults", "--kinds", word]));
        for title in ["L2 Loss", "What happens", "What helps", "share: ", "default"] {
            assert!(card.contains(title), "`{title}` is missing: {card}");
        }
    }
    let card = said(&run(&["faults", "--kinds", "B1"]));
    assert!(card.contains("What is left out"), "{card}");
}

#[test]
fn what_chance_came_to_is_written_into_the_scenario_and_is_the_same_run() {
    let (_folder, copy) = copy("shoe-shop");
    let file = copy.join("design.ron");
    let place = copy.to_string_lossy().into_owned();
    let drawn = "faults: [(kind: Failing(node: \"one of any consumer\", share: 0.5), trigger: \
                 Random(well: Exponential(\"10s\"), struck: Exponential(\"2s\")))],";
    let before = text(&file);
    let healthy = before.find("name: \"healthy\"").expect("the scenario is there");
    let at = before[healthy..].find("duration").expect("it has a duration") + healthy;
    fs::write(&file, format!("{}{drawn} {}", &before[..at], &before[at..])).expect("written");
    let hash = |seed: &str| {
        let run = ["run", &place, "--scenario", "healthy", "--seed", seed, "--format", "json"];
        object(&run)["record_hash"].clone()
    };
    let (own, other) = (hash("7"), hash("8"));
    assert_ne!(own, other, "chance is in the seed");
    let faults = ["faults", &place, "--scenario", "healthy", "--seed", "7"];
    let list = object(&[&faults[..], &["--format", "json"]].concat());
    let count = list["faults"].as_array().map_or(0, Vec::len);
    assert!(count > 1, "{list}");
    assert_eq!(status(&[&faults[..], &["--write"]].concat()), 0);
    let written = text(&file);
    assert!(!written.contains("Random("), "{written}");
    assert_eq!(written.matches("kind: Failing(").count(), count);
    assert_eq!(hash("7"), own, "the list is the same run");
    let again = object(&[&faults[..], &["--format", "json"]].concat());
    assert_eq!(again["faults"], list["faults"]);
}

#[test]
fn errors_say_what_is_wrong_and_what_was_meant() {
    for (arguments, words) in [
        (&["--kinds", "Lss"][..], "there is no kind of fault `Lss`; did you mean `Loss`?"),
        (&["shoe-shop", "--scenario", "payment-outag"], "did you mean `payment-outage`?"),
        (&["shoe-shop", "--write"], "is a sample; copy it first"),
        (&["shoe-shop", "--kinds", "L2"], "cannot be used with"),
        (&["no/such/file.ron"], "there is no file, folder or sample"),
        (&[], "required"),
    ] {
        let output = run(&[&["faults"], arguments].concat());
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let (_folder, copy) = copy("shoe-shop");
    let file = copy.join("design.ron");
    let wrong = text(&file).replacen("Down(node: \"payment\"", "Down(node: \"paymnt\"", 1);
    fs::write(&file, wrong).expect("written");
    let place = file.to_string_lossy().into_owned();
    let output = run(&["faults", &place, "--scenario", "payment-outage"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("did you mean `payment`?"), "{}", said(&output));
}
