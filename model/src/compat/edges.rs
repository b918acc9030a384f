//! Compatibility on every edge: what is written on one end of a path, what is read on the other,
//! and whether that goes together.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::walk::Map;
pub(crate) use super::walk::Source;
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
    let map = Map::new(design);
    let sources = map.sources();
    let mut readings = Vec::new();
    map.each_way(&sources, &mut |at, path, edge, read| {
        let Source { message, version, writers, .. } = &sources[at].0;
        readings.extend(writers.iter().map(|(writer, _)| Reading {
            message: message.name.clone(),
            writer: (*writer).to_owned(),
            written: *version,
            reader: edge.to.clone(),
            read,
            edge: edge.name(),
            path: std::iter::once(writer).chain(path).map(|name| (*name).to_owned()).collect(),
            uses: edge.contract.uses.clone(),
        }));
        readings.len() < MOST
    });
    readings.sort_by(|a, b| sorted(a).cmp(&sorted(b)));
    readings.dedup_by(|later, first| sorted(later) == sorted(first));
    readings
}

/// Readings that are looked for at most.
const MOST: usize = 1_000_000;

fn sorted(it: &Reading) -> (&str, &str, u32, &EdgeName) {
    (&it.message, &it.writer, it.written, &it.edge)
}

/// Who reads what somebody writes, without its way: those who write alike are told of once.
#[derive(Clone, Debug)]
pub(crate) struct Flow<'a> {
    /// What is written.
    pub(crate) sources: Vec<Source<'a>>,
    /// Where it is read, in the order of what is written.
    pub(crate) reaches: Vec<Reach<'a>>,
    /// Whether there are more than are looked for.
    pub(crate) is_cut: bool,
}

/// An edge at which something is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'a> {
    /// Its place among the sources.
    pub(crate) source: usize,
    /// The edge.
    pub(crate) edge: &'a Edge,
    /// In which version; none if the reader takes what comes.
    pub(crate) read: Option<u32>,
}

impl<'a> Flow<'a> {
    /// That of a design. Cost: the ways that messages take, those of many writers once.
    pub(crate) fn of(design: &'a Design) -> Flow<'a> {
        let map = Map::new(design);
        let sources = map.sources();
        let mut reaches = Vec::new();
        map.each_way(&sources, &mut |source, _, edge, read| {
            reaches.push(Reach { source, edge, read });
            reaches.len() < MOST
        });
        let is_cut = reaches.len() >= MOST;
        Flow { sources: sources.into_iter().map(|(source, _)| source).collect(), reaches, is_cut }
    }

    /// What is read, each with what is written.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&Source<'a>, &Reach<'a>)> {
        self.reaches.iter().map(|reach| (&self.sources[reach.source], reach))
    }
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
