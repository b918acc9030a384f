//! Subscribers that expect another version than is written, and cannot read what comes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::compat::edges::{Judged, Reading, judged};
use crate::compat::{Difference, Judge, RollOut};
use crate::edge::Edge;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::name::EdgeName;
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

/// Who writes what somebody cannot read: by edge, message and version.
type Broken<'a> = BTreeMap<(&'a EdgeName, &'a str, u32), Vec<&'a Judged>>;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let none = Schemas::new();
    let files = context.schemas.unwrap_or(&none);
    let mut judge = Judge::new(context.design, files);
    let judged = judged(context.readings(), &mut judge);
    let mut broken = Broken::new();
    for it in judged.iter().filter(|it| it.is_broken()) {
        let Reading { edge, message, written, .. } = &it.reading;
        broken.entry((edge, message, *written)).or_default().push(it);
    }
    for all in broken.into_values() {
        findings.extend(finding(context, &judge, &all));
    }
}

fn finding(context: &Context<'_>, judge: &Judge<'_>, all: &[&Judged]) -> Option<Finding> {
    let first = *all.first()?;
    let Reading { message, reader, written, read, edge, .. } = &first.reading;
    let judgment = first.judgment.as_ref()?;
    let edge = *context.edges.get(&(edge.from.as_str(), edge.to.as_str()))?;
    let writers: Vec<String> = all.iter().map(|it| format!("`{}`", it.reading.writer)).collect();
    let mut sentence = format!(
        "`{reader}` reads version {} of `{message}`, but {} writes version {written}: {}",
        (*read)?,
        writers.join(", "),
        said(judgment.broken()?)
    );
    if let Some(payload) = first.counter_example(judge, TRIES) {
        sentence.push_str(&format!("; `{}` is written and not read", shortened(&payload)));
    }
    if let Some(order) = judgment.order {
        sentence.push_str(&format!("; {}", advice(order)));
    }
    let finding = Finding::new(LINT.code, Severity::Warning, Place::Edge(edge.name()), sentence);
    Some(match edge.contract.messages.iter().position(|it| it.name == *message) {
        Some(place) => {
            let fix = Edit::PutEdge(edge.name(), reading(edge, place, *written));
            let finding = finding.at(format_args!("contract.messages.{place}"));
            finding.with_fix(format!("Read version {written}"), fix)
        }
        None => finding.at("contract.validation"),
    })
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
