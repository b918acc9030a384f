//! Who reads what somebody writes, judged where somebody looks, and kept until the design changes;
//! and what would become of it if a publisher wrote another version.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::compat::edges::{Reading, readings};
use flowbench_model::compat::{Judge, Judgment, Outcome, RollOut};
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::message::MessageRef;
use flowbench_model::name::EdgeName;
use flowbench_model::node::{Node, Role};
use flowbench_model::schema::Schemas;
use serde_json::Value;

/// Payloads that are tried to show what breaks.
const TRIES: u64 = 1000;

/// What is compared: message, written, read, the fields that count.
type Question = (String, u32, u32, Vec<String>);

/// The readings of a design with what they come to.
#[derive(Default)]
pub struct Compatibility {
    source: Option<Arc<Design>>,
    readings: Vec<Reading>,
    judged: BTreeMap<Question, Arc<Judgment>>,
    examples: BTreeMap<Question, Option<Value>>,
}

impl Compatibility {
    /// Brings it up to date with a design; whether anything changed. Cost: the ways that messages
    /// take, if the design is another one.
    pub fn follow(&mut self, design: &Arc<Design>) -> bool {
        if self.source.as_ref().is_some_and(|source| Arc::ptr_eq(source, design)) {
            return false;
        }
        *self = Compatibility {
            source: Some(Arc::clone(design)),
            readings: readings(design),
            ..Compatibility::default()
        };
        true
    }

    /// Everybody who reads what somebody writes, by message, writer and edge.
    #[must_use]
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The readings whose way leads over an edge, as places among all.
    #[must_use]
    pub fn over(&self, edge: &EdgeName) -> Vec<usize> {
        let leads = |reading: &Reading| {
            reading.edge == *edge
                || reading.path.windows(2).any(|it| it[0] == edge.from && it[1] == edge.to)
        };
        (0..self.readings.len()).filter(|place| leads(&self.readings[*place])).collect()
    }

    /// What a reading comes to; nothing if its reader takes what comes.
    pub fn judgment(&mut self, schemas: &Schemas, place: usize) -> Option<Arc<Judgment>> {
        let reading = self.readings.get(place)?;
        let read = reading.read?;
        let question = (reading.message.clone(), reading.written, read, reading.uses.clone());
        Some(self.answer(schemas, question))
    }

    /// Whether what a reading comes to was looked at before.
    #[must_use]
    pub fn is_known(&self, place: usize) -> bool {
        let Some(reading) = self.readings.get(place) else { return true };
        let Some(read) = reading.read else { return true };
        let uses = reading.uses.clone();
        self.judged.contains_key(&(reading.message.clone(), reading.written, read, uses))
    }

    /// In which order to roll out the step between two versions of a message.
    pub fn order(
        &mut self,
        schemas: &Schemas,
        message: &str,
        (one, other): (u32, u32),
    ) -> Option<RollOut> {
        self.source.as_ref()?;
        self.answer(schemas, (message.to_owned(), one, other, Vec::new())).order
    }

    /// What a reading would come to if its writer wrote another version.
    pub fn judgment_if(
        &mut self,
        schemas: &Schemas,
        place: usize,
        written: u32,
    ) -> Option<Arc<Judgment>> {
        let reading = self.readings.get(place)?;
        let question = (reading.message.clone(), written, reading.read?, reading.uses.clone());
        Some(self.answer(schemas, question))
    }

    fn answer(&mut self, schemas: &Schemas, question: Question) -> Arc<Judgment> {
        if let Some(known) = self.judged.get(&question) {
            return Arc::clone(known);
        }
        let design = self.source.as_ref().expect("invariant: readings come from a design");
        let mut judge = Judge::new(design, schemas);
        let (message, written, read, uses) = &question;
        let judgment = judge.judge(message, (*written, *read), uses);
        self.judged.insert(question, Arc::clone(&judgment));
        judgment
    }

    /// A payload that is written and cannot be read, if one is found.
    pub fn counter_example(&mut self, schemas: &Schemas, place: usize) -> Option<Value> {
        let reading = self.readings.get(place)?;
        let read = reading.read?;
        let question = (reading.message.clone(), reading.written, read, reading.uses.clone());
        if let Some(known) = self.examples.get(&question) {
            return known.clone();
        }
        let design = self.source.as_ref()?;
        let (message, written, read, uses) = &question;
        let judge = Judge::new(design, schemas);
        let example = judge.counter_example(message, (*written, *read), uses, TRIES);
        self.examples.insert(question, example.clone());
        example
    }
}

/// Whether something may come that cannot be read.
#[must_use]
pub fn is_broken(judgment: Option<&Judgment>) -> bool {
    judgment.is_some_and(|it| it.outcome == Outcome::Breaks)
}

/// The edit by which a node writes another version of a message than it does; nothing if it does
/// not say which anywhere.
#[must_use]
pub fn write_version(
    design: &Design,
    writer: &str,
    (message, from, to): (&str, u32, u32),
) -> Option<Edit> {
    let newest = design.message(message)?.version(None).map(|it| it.number);
    let turned = |reference: &mut MessageRef| {
        let is_it = reference.name == message && reference.version.or(newest) == Some(from);
        is_it.then(|| reference.version = Some(to))
    };
    let mut node: Node = Node::clone(design.node(writer)?);
    let has_turned = match &mut node.role {
        Role::Producer(producer) => {
            let lines = producer.workload.iter_mut();
            lines.filter_map(|line| turned(&mut line.message)).count() > 0
        }
        Role::Consumer(consumer) => {
            let emissions = consumer.handlers.iter_mut().flat_map(|it| &mut it.emits);
            emissions.filter_map(|it| turned(&mut it.message)).count() > 0
        }
        Role::Channel(_) => return None,
    };
    if has_turned {
        return Some(Edit::PutNode(writer.to_owned(), node));
    }
    let mut edits = Vec::new();
    for edge in design.edges.iter().filter(|edge| edge.from == writer) {
        let mut changed = flowbench_model::edge::Edge::clone(edge);
        let listed = changed.contract.messages.iter_mut();
        if listed.filter_map(turned).count() > 0 {
            edits.push(Edit::PutEdge(edge.name(), changed));
        }
    }
    (!edits.is_empty()).then_some(Edit::All(edits))
}

#[cfg(test)]
mod tests {
    use flowbench_model::formats::native;

    use super::*;
    use crate::samples;

    fn evolution() -> (Arc<Design>, Schemas, Compatibility) {
        let sample = samples::find("schema-evolution").expect("a sample");
        let design = Arc::new(native::read(sample.design()).expect("a design").design);
        let mut compatibility = Compatibility::default();
        assert!(compatibility.follow(&design) && !compatibility.follow(&design));
        (design, sample.schemas(), compatibility)
    }

    #[test]
    fn readings_over_an_edge_are_those_on_whose_way_it_lies() {
        let (_, schemas, mut compatibility) = evolution();
        let told = |compatibility: &mut Compatibility, from: &str, to: &str| {
            let places = compatibility.over(&EdgeName::new(from, to));
            let told = places.iter().map(|place| {
                let judgment = compatibility.judgment(&schemas, *place);
                let reading = &compatibility.readings()[*place];
                let mark = if is_broken(judgment.as_deref()) { "!" } else { "" };
                format!("{}{} {:?}{mark}", reading.reader, reading.written, reading.read)
            });
            told.collect::<Vec<_>>()
        };
        assert_eq!(
            told(&mut compatibility, "billing-orders", "billing"),
            ["billing1 Some(1)", "billing2 Some(1)!"]
        );
        assert_eq!(
            told(&mut compatibility, "orders", "billing-orders"),
            [
                "billing1 Some(1)",
                "billing-next1 Some(2)",
                "billing2 Some(1)!",
                "billing-next2 Some(2)"
            ]
        );
        let broken = compatibility.over(&EdgeName::new("billing-orders", "billing"))[1];
        let example = compatibility.counter_example(&schemas, broken).expect("a payload");
        assert!(example.get("currency").is_none_or(|it| it != "EUR"), "{example}");
    }

    #[test]
    fn a_writer_of_another_version_breaks_nobody_or_somebody() {
        let (design, schemas, mut compatibility) = evolution();
        let edit = write_version(&design, "shop", ("OrderPlaced", 2, 1)).expect("an edit");
        let after = Arc::new(edit.apply(&design).expect("applied"));
        let written = |it: &Compatibility| {
            let of_shop = it.readings().iter().filter(|it| it.writer == "shop");
            of_shop.map(|it| it.written).collect::<std::collections::BTreeSet<_>>()
        };
        let count = |it: &mut Compatibility| {
            let all = 0..it.readings().len();
            all.filter(|place| is_broken(it.judgment(&schemas, *place).as_deref())).count()
        };
        assert_eq!((written(&compatibility).len(), count(&mut compatibility)), (2, 2));
        let place = compatibility.over(&EdgeName::new("billing-orders", "billing"))[1];
        assert!(!is_broken(compatibility.judgment_if(&schemas, place, 1).as_deref()));
        assert!(compatibility.follow(&after));
        assert_eq!((written(&compatibility).len(), count(&mut compatibility)), (1, 0));
        let edit = write_version(&design, "upcaster", ("OrderToPack", 1, 2)).expect("an edit");
        assert!(matches!(edit, Edit::PutNode(..)));
        assert!(write_version(&design, "orders", ("OrderPlaced", 2, 1)).is_none());
    }
}
