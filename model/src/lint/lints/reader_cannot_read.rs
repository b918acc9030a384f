//! Subscribers that expect another version than is written, and cannot read what comes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::compat::{self, Difference, RuleSet};
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::{Message, MessageRef, MessageVersion, SchemaLanguage};
use crate::node::Role;
use crate::schema::{self, Checker, Schemas};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "reader-cannot-read",
    title: "a subscriber that cannot read what is written",
    meaning: "The contract of a subscription names the version that its consumer reads; publishers \
              may write another one. Whatever fits the schema that is written has to fit the one \
              that is read. The sentence names the rule that is broken and a payload that shows it.",
    check,
};

/// Payloads that are tried to show what breaks.
const TRIES: u64 = 200;

/// The versions of messages that reach a channel, each with who writes them.
type Written<'a> = BTreeMap<(&'a str, u32), BTreeSet<&'a str>>;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let written = written(context, &edge.from);
        for (&(name, version), writers) in &written {
            let Some(message) = context.messages.get(name) else { continue };
            let Some(place) = edge.contract.messages.iter().position(|it| it.name == name) else {
                continue;
            };
            let named = edge.contract.messages[place].version;
            if named.is_none() && edge.contract.validation.is_none() {
                continue;
            }
            let read = number(message, named);
            let Some(read) = read.filter(|read| *read != version) else { continue };
            let Some(broken) = broken(context, message, (version, read)) else { continue };
            let who: Vec<String> = writers.iter().map(|it| format!("`{it}`")).collect();
            let sentence = format!(
                "`{}` reads version {read} of `{name}`, but {} writes version {version}: {broken}",
                edge.to,
                who.join(", ")
            );
            let finding =
                Finding::new(LINT.code, Severity::Warning, Place::Edge(edge.name()), sentence)
                    .at(format_args!("contract.messages.{place}"));
            let fix = Edit::PutEdge(edge.name(), reading(edge, place, version));
            findings.push(finding.with_fix(format!("Read version {version}"), fix));
        }
    }
}

/// The edge with a contract that names another version.
fn reading(edge: &Edge, place: usize, version: u32) -> Edge {
    let mut edge = edge.clone();
    edge.contract.messages[place].version = Some(version);
    edge
}

/// The number of a version: the newest if none is named.
fn number(message: &Message, version: Option<u32>) -> Option<u32> {
    version.or_else(|| message.versions.last().map(|it| it.number))
}

/// What reaches a channel, over bindings as well.
fn written<'a>(context: &Context<'a>, channel: &'a str) -> Written<'a> {
    let mut written = Written::new();
    let mut seen = BTreeSet::from([channel]);
    let mut left = vec![channel];
    while let Some(at) = left.pop() {
        let Some(index) = context.graph.index_of(at) else { continue };
        for edge in &context.incoming[index] {
            match edge.kind {
                EdgeKind::Publish => spoken(context, edge, &mut written),
                EdgeKind::Bind => {
                    if seen.insert(&edge.from) {
                        left.push(&edge.from);
                    }
                }
                EdgeKind::Subscribe | EdgeKind::Call => {}
            }
        }
    }
    written
}

/// What a publisher writes over an edge.
fn spoken<'a>(context: &Context<'a>, edge: &'a Edge, written: &mut Written<'a>) {
    let Some(node) = context.node(&edge.from) else { return };
    let said: Vec<&MessageRef> = match &node.role {
        Role::Producer(producer) => producer.workload.iter().map(|it| &it.message).collect(),
        Role::Channel(_) => Vec::new(),
        Role::Consumer(consumer) => {
            consumer.emissions().into_iter().map(|(_, emission)| &emission.message).collect()
        }
    };
    for reference in said.into_iter().filter(|it| edge.contract.carries(&it.name)) {
        let Some(message) = context.messages.get(reference.name.as_str()) else { continue };
        if let Some(version) = number(message, reference.version) {
            let writers = written.entry((&message.name, version)).or_default();
            writers.insert(&edge.from);
        }
    }
}

/// What stands against it that a reader of one version reads another one, if anything does.
fn broken(context: &Context<'_>, message: &Message, (written, read): (u32, u32)) -> Option<String> {
    let version = |number| message.versions.iter().find(|it| it.number == number);
    let (old, new) = (version(written)?, version(read)?);
    if old.schema.language() != new.schema.language() {
        return Some("they are written in different schema languages".to_owned());
    }
    let none = Schemas::new();
    let files = context.files.map_or(&none, |files| files.schemas);
    let text = |it: &MessageVersion| schema::text(&it.schema, files).map(str::to_owned);
    let (old_text, new_text) = (text(old)?, text(new)?);
    let language = old.schema.language();
    let differences = differences(language, &old_text, &new_text)?;
    let first = differences.iter().find(|it| it.breaks)?;
    let mut sentence = said(first);
    let checkers =
        Checker::new(language, &old_text).ok().zip(Checker::new(language, &new_text).ok());
    if let Some(payload) =
        checkers.and_then(|(writer, reader)| compat::counter_example(&writer, &reader, TRIES))
    {
        sentence.push_str(&format!("; `{}` is written and not read", shortened(&payload)));
    }
    let back = self::differences(language, &new_text, &old_text)?;
    let other_way = match compat::is_compatible(&back) {
        true => "the other way round it can be read",
        false => "the other way round neither",
    };
    Some(format!("{sentence}; {other_way}"))
}

fn differences(language: SchemaLanguage, old: &str, new: &str) -> Option<Vec<Difference>> {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (old, new) = (parsed(old)?, parsed(new)?);
    Some(match language {
        SchemaLanguage::JsonSchema => compat::json_schema(&old, &new, RuleSet::StrictPlus),
        SchemaLanguage::Avro => compat::avro(&old, &new, RuleSet::StrictPlus),
        SchemaLanguage::Protobuf => return None,
    })
}

fn said(difference: &Difference) -> String {
    let rule = difference.rule.replace('-', " ");
    match difference.json_path.as_str() {
        "" => rule,
        path => format!("{rule} at `{path}`"),
    }
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
                        `/properties/total`; `{";
        assert!(found.starts_with(expected), "{found}");
        assert!(found.ends_with("the other way round neither [Read version 2]"), "{found}");
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
        assert!(said(&LINT, &with_versions(narrow, wide)).contains("the other way round it can"));
        assert_eq!(said(&LINT, &with_versions(wide, narrow)), "");
    }
}
