//! Subscribers that expect another version than is written, and cannot read what comes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::compat::edges::{Reach, Source};
use crate::compat::{Difference, Judge, RollOut};
use crate::edge::Edge;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::Schemas;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "reader-cannot-read",
    title: "a subscriber that cannot read what is written",
    severity: Severity::Warning,
    meaning: "The contract of a subscription names the version that its consumer reads; publishers \
              may write another one. Whatever fits the schema that is written has to fit the one \
              that is read. The sentence names the rule that is broken, a payload that shows it, and \
              the order in which the two sides would have to change.",
    check,
};

/// Payloads that are tried to show what breaks.
const TRIES: u64 = 200;
/// Differences that are shown with a payload; `flowbench compat` has one for each.
const SHOWN: usize = 200;
/// Writers that a sentence names.
const NAMED: usize = 3;

/// Who reads what it cannot: by edge, message, and version that is written and read.
type Broken<'a> = BTreeMap<(&'a str, &'a str, &'a str, u32), Vec<(&'a Source<'a>, Reach<'a>)>>;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let none = Schemas::new();
    let files = context.schemas.unwrap_or(&none);
    let mut judge = Judge::knowing(context.design, files, &context.verdicts);
    let mut broken = Broken::new();
    for (source, reach) in context.flow().each() {
        let Some(read) = reach.read else { continue };
        let (name, versions) = (source.message.name.as_str(), (source.version, read));
        let edge = reach.edge;
        if judge.judge(name, versions, &edge.contract.uses).broken().is_some() {
            let key = (edge.from.as_str(), edge.to.as_str(), name, source.version);
            broken.entry(key).or_default().push((source, *reach));
        }
    }
    let mut payloads = Payloads::new();
    for all in broken.into_values() {
        findings.extend(finding(&mut judge, &mut payloads, &all));
    }
    if context.flow().is_cut {
        let sentence = "so many subscribers read so many messages that not all are compared; ask \
                        `flowbench compat` for single messages";
        findings.push(Finding::new(LINT.code, Severity::Info, Place::Design, sentence));
    }
}

/// Payloads that show what breaks, by message, versions and fields that count.
type Payloads<'a> = BTreeMap<(&'a str, u32, u32, &'a [String]), Option<String>>;

fn finding<'a>(
    judge: &mut Judge<'a>,
    payloads: &mut Payloads<'a>,
    all: &[(&'a Source<'a>, Reach<'a>)],
) -> Option<Finding> {
    let (source, Reach { edge, read, .. }) = *all.first()?;
    let (message, written, read) = (source.message.name.as_str(), source.version, read?);
    let uses = edge.contract.uses.as_slice();
    let judgment = judge.judge(message, (written, read), uses);
    let mut sentence = format!(
        "`{}` reads version {read} of `{message}`{}, but {} version {written}: {}",
        edge.to,
        used(uses),
        writers(all),
        said(judgment.broken()?)
    );
    let tries = if payloads.len() < SHOWN { TRIES } else { 0 };
    let payload = payloads.entry((message, written, read, uses)).or_insert_with(|| {
        let payload = judge.counter_example(message, (written, read), uses, tries)?;
        Some(shortened(&payload))
    });
    if let Some(payload) = payload {
        sentence.push_str(&format!("; `{payload}` is written and not read"));
    }
    if let Some(order) = judgment.order {
        sentence.push_str(&format!("; {}", advice(order)));
    }
    let finding = Finding::new(LINT.code, Severity::Warning, Place::Edge(edge.name()), sentence);
    Some(match edge.contract.messages.iter().position(|it| it.name == *message) {
        Some(place) => {
            let fix = Edit::PutEdge(edge.name(), reading(edge, place, written));
            let finding = finding.at(format_args!("contract.messages.{place}"));
            finding.with_fix(format!("Read version {written}"), fix)
        }
        None => finding.at("contract.validation"),
    })
}

/// The fields that a reader uses, in words.
fn used(uses: &[String]) -> String {
    if uses.is_empty() { String::new() } else { format!(" (only uses {})", uses.join(", ")) }
}

/// Who writes something, and that they do: "`a`, `b` write".
fn writers(all: &[(&Source<'_>, Reach<'_>)]) -> String {
    let writers = all.iter().flat_map(|(source, _)| &source.writers);
    let names: BTreeSet<&str> = writers.map(|(writer, _)| *writer).collect();
    let named: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match (names.len(), names.len().saturating_sub(NAMED)) {
        (1, _) => format!("{} writes", named.join(", ")),
        (_, 0) => format!("{} write", named.join(", ")),
        (_, more) => format!("{} and {more} more write", named.join(", ")),
    }
}

/// The edge with a contract that names another version.
fn reading(edge: &Edge, place: usize, version: u32) -> Edge {
    let mut edge = edge.clone();
    edge.contract.messages[place].version = Some(version);
    edge
}

/// In which order such a step would have gone well.
fn advice(order: RollOut) -> &'static str {
    match order {
        RollOut::ConsumersFirst => "consumers have to have the new version first",
        RollOut::ProducersFirst => "producers have to have the new version first",
        RollOut::Either => "either side may have the new version first",
        RollOut::Neither => "no order of the roll-out would do",
    }
}

/// A difference in words: `type changed at `/properties/total`, from "string" to "number"`.
pub(super) fn said(difference: &Difference) -> String {
    let mut sentence = difference.rule.replace('-', " ");
    if !difference.json_path.is_empty() {
        sentence.push_str(&format!(" at `{}`", difference.json_path));
    }
    let text = |value: &Option<Value>| value.as_ref().filter(|it| !it.is_null()).map(shortened);
    match (text(&difference.old), text(&difference.new)) {
        (Some(old), Some(new)) => sentence.push_str(&format!(", from `{old}` to `{new}`")),
        (None, Some(new)) => sentence.push_str(&format!(", now `{new}`")),
        (Some(old), None) => sentence.push_str(&format!(", before `{old}`")),
        (None, None) => {}
    }
    sentence
}

/// A payload as it fits into a sentence.
fn shortened(payload: &Value) -> String {
    const MOST: usize = 120;
    let text = payload.to_string();
    if text.chars().count() <= MOST {
        return text;
    }
    let mut text: String = text.chars().take(MOST - 1).collect();
    text.push('…');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::{MessageRef, MessageVersion};
    use crate::node::Role;

    const LINES: &str = "shop: producer\n orders: queue\n desk: consumer\n shop -> orders: Placed\n \
                         orders -> desk: Placed";

    fn with_versions(first: &str, second: &str) -> crate::design::Design {
        let mut design = fixture::design(LINES);
        fixture::produce(&mut design, "shop", "Placed");
        let versions = [first, second].into_iter().zip(1..);
        fixture::message(&mut design, "Placed").versions = versions
            .map(|(text, number)| MessageVersion { number, ..fixture::version(text) })
            .collect();
        fixture::edge(&mut design, "orders -> desk").contract.messages =
            vec![MessageRef { name: "Placed".into(), version: Some(1) }];
        design
    }

    #[test]
    fn an_older_reader_must_read_what_is_written() {
        let text = r#"{"type": "object", "properties": {"total": {"type": "string"}}}"#;
        let number = r#"{"type": "object", "properties": {"total": {"type": "number"}}}"#;
        assert_eq!(said(&LINT, &with_versions(number, number)), "");
        let design = with_versions(text, number);
        let found = said(&LINT, &design);
        let expected = "warning: edge `orders -> desk` at contract.messages.0: `desk` reads \
                        version 1 of `Placed`, but `shop` writes version 2: type changed at \
                        `/properties/total`, from `{\"type\":\"number\"}` to `{\"type\":\"string\"}`; `{";
        assert!(found.starts_with(expected), "{found}");
        assert!(found.ends_with("no order of the roll-out would do [Read version 2]"), "{found}");
    }

    #[test]
    fn a_reader_that_says_nothing_of_versions_reads_what_comes() {
        let text = r#"{"type": "object", "properties": {"total": {"type": "string"}}}"#;
        let number = r#"{"type": "object", "properties": {"total": {"type": "number"}}}"#;
        let mut design = with_versions(text, number);
        fixture::edge(&mut design, "orders -> desk").contract.messages[0].version = None;
        if let Role::Producer(shop) = &mut fixture::node(&mut design, "shop").role {
            shop.workload[0].message.version = Some(1);
        }
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "orders -> desk").contract.validation =
            Some(crate::contract::Validation::Reject);
        assert!(said(&LINT, &design).contains("`desk` reads version 2"));
    }

    #[test]
    fn what_only_widens_can_be_read_the_other_way_round() {
        let narrow = r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#;
        let wide = r#"{"type": "object", "properties": {"n": {"type": "number"}}}"#;
        assert!(said(&LINT, &with_versions(narrow, wide)).contains("consumers have to have"));
        assert_eq!(said(&LINT, &with_versions(wide, narrow)), "");
    }
}
