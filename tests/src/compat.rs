//! Compatibility against the cases of others, where they lie beside the repository.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;

use flowbench_model::compat::{
    Difference, RuleSet, avro, counter_example, is_compatible, json_schema,
};
use flowbench_model::message::SchemaLanguage;
use flowbench_model::schema::Checker;
use serde_json::Value;

use crate::places::top;

fn shared(name: &str) -> Option<String> {
    fs::read_to_string(top().join("../shared/data/compat").join(name)).ok()
}

fn skip() {
    eprintln!("skipped: the cases of others are not there");
}

/// Cases of a file that a rule set judges otherwise: id, what it says, what is said there.
fn disagreements(
    file: &str,
    wanted: impl Fn(&str) -> bool,
    judge: impl Fn(&Value, &Value) -> Vec<Difference>,
) -> Option<(usize, Vec<String>)> {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in shared(file)?.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let id = case["id"].as_str().unwrap_or_default();
        if !wanted(id) {
            continue;
        }
        let (writer, reader) = (&case["writer"], &case["reader"]);
        for (said, old, new, name) in
            [("backward", writer, reader, 'B'), ("forward", reader, writer, 'F')]
        {
            let Some(said) = case[said].as_bool() else { continue };
            count += 1;
            let found = judge(old, new);
            if is_compatible(&found) != said {
                let broken: Vec<_> = found
                    .iter()
                    .filter(|it| it.breaks)
                    .map(|it| (it.rule, &it.json_path))
                    .collect();
                wrong.push(format!("{id} {name}: {said} there; {broken:?}"));
            }
        }
    }
    Some((count, wrong))
}

#[test]
fn the_cases_of_apicurio_are_judged_as_there() {
    let judge = |old: &Value, new: &Value| json_schema(old, new, RuleSet::Apicurio);
    match disagreements("json-schema.jsonl", |id| id.starts_with("apicurio/"), judge) {
        None => skip(),
        Some((count, wrong)) => assert!(wrong.is_empty(), "{count}:\n{}", wrong.join("\n")),
    }
}

#[test]
fn the_cases_of_avro_are_judged_as_there() {
    let judge = |old: &Value, new: &Value| avro(old, new, RuleSet::ConfluentStrict);
    match disagreements("avro.jsonl", |_| true, judge) {
        None => skip(),
        Some((count, wrong)) => assert!(wrong.is_empty(), "{count}:\n{}", wrong.join("\n")),
    }
}

/// Pairs of schemas of others: what is written, what is read.
fn pairs() -> Vec<(String, Value, Value)> {
    let mut pairs = Vec::new();
    for (file, old, new) in [
        ("json-schema.jsonl", "writer", "reader"),
        ("json-schema.jsonl", "reader", "writer"),
        ("jsonsubschema.jsonl", "sub", "sup"),
    ] {
        for line in shared(file).unwrap_or_default().lines() {
            // One case says `Infinity`, which is no JSON.
            let Ok(case) = serde_json::from_str::<Value>(line) else { continue };
            let id = case["id"].as_str().unwrap_or_default().to_owned();
            pairs.push((id, case[old].clone(), case[new].clone()));
        }
    }
    pairs
}

/// Payloads that are tried for each pair; `FLOWBENCH_TRIES` asks for more.
fn tries() -> u64 {
    let asked = std::env::var("FLOWBENCH_TRIES").ok().and_then(|it| it.parse().ok());
    asked.unwrap_or(200)
}

#[test]
fn no_payload_contradicts_what_strict_plus_accepts() {
    let (mut accepted, mut rejected, mut shown) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (id, old, new) in pairs() {
        let checker =
            |schema: &Value| Checker::new(SchemaLanguage::JsonSchema, &schema.to_string());
        let (Ok(writer), Ok(reader)) = (checker(&old), checker(&new)) else { continue };
        let is_accepted = is_compatible(&json_schema(&old, &new, RuleSet::StrictPlus));
        let found = counter_example(&writer, &reader, tries());
        match (is_accepted, found) {
            (true, Some(payload)) => {
                wrong.push(format!("{id}: {payload} fits {old}, not {new}"));
            }
            (true, None) => accepted += 1,
            (false, found) => {
                (rejected, shown) = (rejected + 1, shown + u32::from(found.is_some()))
            }
        }
    }
    if accepted + rejected == 0 {
        return skip();
    }
    eprintln!("{accepted} accepted; {rejected} rejected, {shown} of them with a payload");
    assert!(wrong.is_empty(), "{} of {accepted}:\n{}", wrong.len(), wrong.join("\n"));
}
