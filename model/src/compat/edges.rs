//! Compatibility on every edge: what is written on one end of a path, what is read on the other,
//! and whether that goes together.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::walk::{Map, Source, named, newest};
use super::{Judge, Judgment};
use crate::design::Design;
use crate::edge::Edge;
use crate::name::EdgeName;
use crate::schema::Schemas;

/// Somebody who reads what somebody writes.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Reading {
    /// Name of the message.
    pub message: String,
    /// Name of the node that writes it.
    pub writer: String,
    /// In which version.
    pub written: u32,
    /// Name of the node that reads it.
    pub reader: String,
    /// In which version; none if it takes what comes.
    pub read: Option<u32>,
    /// The edge at which it is read.
    #[serde(serialize_with = "as_text")]
    pub edge: EdgeName,
    /// The nodes on the way: who writes, channels, and consumers that pass it on.
    pub path: Vec<String>,
    /// The fields that the reader uses; empty if that is all.
    pub uses: Vec<String>,
}

/// A reading with what it comes to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judged {
    /// Who reads what.
    #[serde(flatten)]
    pub reading: Reading,
    /// Whether it can be read; none if the reader takes what comes.
    pub judgment: Option<Arc<Judgment>>,
}

fn as_text<S: serde::Serializer>(edge: &EdgeName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(edge)
}

/// Everybody who reads what somebody writes, by message, writer and edge. Cost: the ways that
/// messages take.
#[must_use]
pub fn readings(design: &Design) -> Vec<Reading> {
    let mut known = BTreeSet::new();
    let mut readings = Vec::new();
    Map::new(design).each_way(&mut |source: &Source<'_>, path, edge| {
        let Source { message, writer, version: written, .. } = *source;
        if known.insert((&*message.name, writer, written, &*edge.from, &*edge.to)) {
            readings.push(Reading {
                message: message.name.clone(),
                writer: writer.to_owned(),
                written,
                reader: edge.to.clone(),
                read: read(edge, message),
                edge: edge.name(),
                path: path.iter().map(|name| (*name).to_owned()).collect(),
                uses: edge.contract.uses.clone(),
            });
        }
    });
    readings.sort_by(|a, b| sorted(a).cmp(&sorted(b)));
    readings
}

fn sorted(it: &Reading) -> (&str, &str, u32, &EdgeName) {
    (&it.message, &it.writer, it.written, &it.edge)
}

/// The version that is read at the end of an edge: the one that the contract names, or the newest
/// where somebody looks at all.
fn read(edge: &Edge, message: &crate::message::Message) -> Option<u32> {
    let looks = edge.contract.validation.is_some();
    named(edge, message).or_else(|| newest(message).filter(|_| looks))
}

/// The same with judgments. `judge` is one for the same design.
pub fn judged<'a>(readings: &'a [Reading], judge: &mut Judge<'a>) -> Vec<Judged> {
    let judged = |reading: &'a Reading| {
        let versions = |read| (reading.written, read);
        let judgment =
            reading.read.map(|read| judge.judge(&reading.message, versions(read), &reading.uses));
        Judged { reading: reading.clone(), judgment }
    };
    readings.iter().map(judged).collect()
}

impl Judged {
    /// Whether something may come that cannot be read.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.judgment.as_ref().is_some_and(|it| it.broken().is_some())
    }

    /// A payload that is written and cannot be read, if so many tries find one.
    #[must_use]
    pub fn counter_example(&self, judge: &Judge<'_>, tries: u64) -> Option<Value> {
        let Reading { message, written, read, uses, .. } = &self.reading;
        judge.counter_example(message, (*written, (*read)?), uses, tries)
    }
}

/// Whether anything in a design cannot be read: the judgments of all its edges.
#[must_use]
pub fn all(design: &Design, files: &Schemas) -> Vec<Judged> {
    let readings = readings(design);
    judged(&readings, &mut Judge::new(design, files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Filter, Validation};
    use crate::expression::Expression;
    use crate::fixture;
    use crate::message::{MessageRef, MessageVersion};
    use crate::node::Role;

    const TEXT: &str = r#"{"type": "object", "properties": {"total": {"type": "string"},
                           "note": {"type": "string"}}, "required": ["total"]}"#;
    const NUMBER: &str = r#"{"type": "object", "properties": {"total": {"type": "number"},
                             "note": {"type": "string"}}, "required": ["total"]}"#;

    /// A shop that writes version 2 of `Placed`, and everybody reads version 1.
    fn shop(lines: &str) -> Design {
        let mut design = fixture::design(lines);
        fixture::produce(&mut design, "shop", "Placed");
        let versions = [TEXT, NUMBER].into_iter().zip(1..);
        fixture::message(&mut design, "Placed").versions = versions
            .map(|(text, number)| MessageVersion { number, ..fixture::version(text) })
            .collect();
        for edge in &mut design.edges {
            if edge.kind == crate::edge::EdgeKind::Subscribe {
                let version = MessageRef { name: "Placed".into(), version: Some(1) };
                std::sync::Arc::make_mut(edge).contract.messages = vec![version];
            }
        }
        design
    }

    fn said(design: &Design) -> String {
        let line = |it: Judged| {
            let judgment = it.judgment.as_ref();
            let outcome = judgment.map_or("open".to_owned(), |it| format!("{:?}", it.outcome));
            let Reading { written, read, path, reader, .. } = it.reading;
            format!("{} > {reader}: {written} {read:?} {outcome}", path.join(" > "))
        };
        all(design, &Schemas::new()).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const ROUTED: &str = "shop: producer\n router: topic\n eu: queue\n us: queue\n a: consumer
        b: consumer\n shop -> router: Placed\n router -> eu\n router -> us\n eu -> a\n us -> b";

    #[test]
    fn bindings_lead_to_readers_as_far_as_their_filters_let_pass() {
        let mut design = shop(ROUTED);
        assert_eq!(
            said(&design),
            "shop > router > eu > a: 2 Some(1) Breaks\nshop > router > us > b: 2 Some(1) Breaks"
        );
        fixture::edge(&mut design, "router -> eu").contract.filter =
            Some(Filter::RoutingKey("eu".into()));
        assert_eq!(said(&design), "shop > router > us > b: 2 Some(1) Breaks");
    }

    #[test]
    fn who_passes_on_what_comes_passes_on_its_version_and_who_maps_writes_its_own() {
        let mut design = shop(
            "shop: producer\n q: queue\n relay: consumer\n r: queue\n desk: consumer
             shop -> q: Placed\n q -> relay\n relay -> r: Placed\n r -> desk",
        );
        fixture::emit(&mut design, "relay", "Placed");
        let Role::Producer(shop) = &mut fixture::node(&mut design, "shop").role else { panic!() };
        shop.workload[0].message.version = Some(1);
        assert_eq!(
            said(&design),
            "shop > q > relay: 1 Some(1) Reads\nshop > q > relay > r > desk: 1 Some(1) Reads"
        );
        fixture::consumer(&mut design, "relay").handlers[0].emits[0]
            .mapping
            .insert("total".into(), Expression::from("1"));
        assert_eq!(
            said(&design),
            "relay > r > desk: 2 Some(1) Breaks\nshop > q > relay: 1 Some(1) Reads"
        );
    }

    #[test]
    fn dead_letters_are_read_as_well() {
        let mut design = shop(
            "shop: producer\n q: queue\n desk: consumer\n dead: queue\n clerk: consumer
             shop -> q: Placed\n q -> desk\n dead -> clerk",
        );
        fixture::edge(&mut design, "q -> desk").contract.dead_letter = Some("dead".into());
        assert!(said(&design).contains("shop > q > dead > clerk: 2 Some(1) Breaks"));
    }

    #[test]
    fn a_publisher_without_workload_writes_what_its_contract_says() {
        let mut design = shop(
            "shop: producer\n q: queue\n desk: consumer
                               shop -> q: Placed\n q -> desk",
        );
        fixture::node(&mut design, "shop").role = Role::Producer(crate::node::Producer::default());
        let version = Some(1);
        fixture::edge(&mut design, "shop -> q").contract.messages[0].version = version;
        assert_eq!(said(&design), "shop > q > desk: 1 Some(1) Reads");
    }

    #[test]
    fn who_names_no_version_takes_what_comes_unless_somebody_looks() {
        let mut design = shop(
            "shop: producer\n q: queue\n desk: consumer
                               shop -> q: Placed\n q -> desk",
        );
        let contract = &mut fixture::edge(&mut design, "q -> desk").contract;
        contract.messages.clear();
        assert_eq!(said(&design), "shop > q > desk: 2 None open");
        fixture::edge(&mut design, "q -> desk").contract.validation = Some(Validation::Flag);
        assert_eq!(said(&design), "shop > q > desk: 2 Some(2) Reads");
    }

    #[test]
    fn only_the_fields_that_are_used_count() {
        let mut design = shop(
            "shop: producer\n q: queue\n desk: consumer
                               shop -> q: Placed\n q -> desk",
        );
        let uses = |design: &mut Design, field: &str| {
            fixture::edge(design, "q -> desk").contract.uses = vec![field.to_owned()];
        };
        uses(&mut design, "note");
        assert_eq!(said(&design), "shop > q > desk: 2 Some(1) Reads");
        uses(&mut design, "/total");
        assert_eq!(said(&design), "shop > q > desk: 2 Some(1) Breaks");
        let none = Schemas::new();
        let judge = Judge::new(&design, &none);
        let payload = all(&design, &none)[0].counter_example(&judge, 200).expect("a payload");
        assert!(!payload["total"].is_string(), "{payload}");
    }
}
