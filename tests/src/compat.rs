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

mod pairs;

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
        Some(found) => report("Apicurio, by its rules", &found),
    }
}

/// Says how many cases are judged as there; all have to be.
fn report(what: &str, (count, wrong): &(usize, Vec<String>)) {
    eprintln!("{what}: {} of {count} as there", count - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_cases_of_avro_are_judged_as_there() {
    let judge = |old: &Value, new: &Value| avro(old, new, RuleSet::ConfluentStrict);
    match disagreements("avro.jsonl", |_| true, judge) {
        None => skip(),
        Some(found) => report("Avro, by its specification", &found),
    }
}

/// Karapace and Sentry judge by policies of their own; where strict+ says otherwise, payloads have
/// to be on its side, or it is more careful.
#[test]
fn where_strict_plus_disagrees_with_others_it_is_right_or_careful() {
    for source in ["karapace/", "getsentry/"] {
        let (mut count, mut agreed, mut right, mut careful) = (0, 0, 0, 0);
        for line in shared("json-schema.jsonl").unwrap_or_default().lines() {
            let case: Value = serde_json::from_str(line).expect("a case");
            let is_of_source = case["id"].as_str().is_some_and(|id| id.starts_with(source));
            let Some(said) = case["backward"].as_bool().filter(|_| is_of_source) else { continue };
            count += 1;
            let (old, new) = (&case["writer"], &case["reader"]);
            let is_read = is_compatible(&json_schema(old, new, RuleSet::StrictPlus));
            let contradicted = contradicts(old, new, 500);
            assert!(!(is_read && contradicted), "{}", case["id"]);
            match is_read == said {
                true => agreed += 1,
                false if is_read || contradicted => right += 1,
                false => careful += 1,
            }
        }
        if count == 0 {
            return skip();
        }
        eprintln!(
            "{source} by strict+: {agreed} of {count} as there, {right} where payloads say \
             otherwise, {careful} where strict+ is more careful"
        );
        assert!(careful <= 6, "{source}: {careful}");
    }
}

/// Whether a payload is found that is written and not read.
fn contradicts(old: &Value, new: &Value, tries: u64) -> bool {
    let checker = |schema: &Value| Checker::new(SchemaLanguage::JsonSchema, &schema.to_string());
    let pair = checker(old).ok().zip(checker(new).ok());
    pair.is_some_and(|(writer, reader)| counter_example(&writer, &reader, tries).is_some())
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

/// What came of pairs.
#[derive(Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    shown: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Looks for a payload that is written and not read, so many times.
    fn judge(&mut self, id: &str, (old, new): (&Value, &Value), tries: u64) {
        let checker =
            |schema: &Value| Checker::new(SchemaLanguage::JsonSchema, &schema.to_string());
        let (Ok(writer), Ok(reader)) = (checker(old), checker(new)) else { return };
        let is_accepted = is_compatible(&json_schema(old, new, RuleSet::StrictPlus));
        match (is_accepted, counter_example(&writer, &reader, tries)) {
            (true, Some(payload)) => {
                self.wrong.push(format!("{id}: {payload} fits {old}, not {new}"));
            }
            (true, None) => self.accepted += 1,
            (false, found) => {
                self.rejected += 1;
                self.shown += usize::from(found.is_some());
            }
        }
    }

    fn check(&self, what: &str, tries: u64) {
        let Tally { accepted, rejected, shown, wrong } = self;
        eprintln!(
            "{what}: {accepted} accepted by strict+ without a counter-example among {tries} \
             payloads; {rejected} rejected, {shown} of them with a payload"
        );
        assert!(wrong.is_empty(), "{} more:\n{}", wrong.len(), wrong.join("\n"));
    }
}

fn judge_cases(tries: u64) {
    let mut tally = Tally::default();
    for (id, old, new) in pairs() {
        tally.judge(&id, (&old, &new), tries);
    }
    if tally.accepted + tally.rejected == 0 {
        return skip();
    }
    tally.check("the cases of others", tries);
}

fn judge_drawn(count: u64, tries: u64) {
    let mut tally = Tally::default();
    for number in 0..count {
        let (old, new) = pairs::pair(number);
        tally.judge(&format!("pair {number}"), (&old, &new), tries);
    }
    assert!(tally.accepted > 0 && tally.rejected > 0);
    tally.check(&format!("{count} drawn pairs"), tries);
}

#[test]
fn no_payload_contradicts_what_strict_plus_accepts() {
    judge_cases(100);
}

#[test]
fn no_payload_contradicts_what_strict_plus_accepts_of_drawn_pairs() {
    judge_drawn(300, 60);
}

/// `cargo test --workspace --release --test all compat -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
fn no_payload_of_10000_contradicts_what_strict_plus_accepts() {
    judge_cases(10_000);
    judge_drawn(2_000, 10_000);
}
