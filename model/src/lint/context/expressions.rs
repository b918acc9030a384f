//! Every expression of a design, where it stands, and whose payloads it may read.

use std::collections::BTreeSet;

use crate::contract::Filter;
use crate::edge::{Edge, EdgeKind};
use crate::emission::Emission;
use crate::expression::Expression;
use crate::finding::Place;
use crate::lint::Context;
use crate::node::{Consumer, Handler, Node, Poison};

/// What the mappings of an emission can read where it is one of several parts.
const OF_PARTS: [&str; 3] = ["part", "index", "total"];

/// An expression where it stands.
pub(crate) struct Written<'a> {
    pub(crate) place: Place,
    pub(crate) property: String,
    pub(crate) expression: &'a Expression,
    /// What it can read beside payload and message.
    pub(crate) names: Vec<&'static str>,
    /// Names of the messages whose payload it reads; empty if nobody knows.
    pub(crate) of: BTreeSet<&'a str>,
}

/// A field that a mapping fills in.
pub(crate) struct Mapped<'a> {
    pub(crate) place: Place,
    pub(crate) property: String,
    pub(crate) field: &'a str,
    pub(crate) message: &'a str,
}

impl<'a> Context<'a> {
    /// Every expression of the design.
    pub(crate) fn expressions(&self) -> Vec<Written<'a>> {
        let mut all = Vec::new();
        for (index, node, consumer) in self.consumers() {
            let handled = self.handled_at(index);
            for (i, handler) in consumer.handlers.iter().enumerate() {
                let known = (consumer.pattern.names_of_handlers(), &handled);
                in_handler(node, (handler, i), known, &mut all);
            }
            in_pattern(node, consumer, &handled, &mut all);
            in_inbox(node, consumer, handled, &mut all);
        }
        for edge in &self.design.edges {
            if let Some(Filter::Expression(expression)) = &edge.contract.filter {
                all.push(Written {
                    place: Place::Edge(edge.name()),
                    property: "contract.filter".to_owned(),
                    expression,
                    names: Vec::new(),
                    of: self.passed(edge),
                });
            }
        }
        all
    }

    /// Every field that a mapping fills in.
    pub(crate) fn mapped_fields(&self) -> Vec<Mapped<'a>> {
        let mut all = Vec::new();
        for (_, node, consumer) in self.consumers() {
            for (at, emission) in consumer.emissions() {
                all.extend(emission.mapping.keys().map(|field| Mapped {
                    place: Place::Node(node.name.clone()),
                    property: format!("{at}.mapping.{field}"),
                    field,
                    message: &emission.message.name,
                }));
            }
        }
        all
    }

    /// Names of the messages that reach a node.
    fn handled_at(&self, index: usize) -> BTreeSet<&'a str> {
        let takes = |edge: &&&'a Edge| matches!(edge.kind, EdgeKind::Subscribe | EdgeKind::Call);
        let edges = self.incoming[index].iter().filter(takes);
        edges.flat_map(|edge| self.passed(edge)).collect()
    }
}

fn in_handler<'a>(
    node: &Node,
    (handler, i): (&'a Handler, usize),
    (names, handled): (&'static [&'static str], &BTreeSet<&'a str>),
    all: &mut Vec<Written<'a>>,
) {
    let of = match &handler.on {
        Some(on) => BTreeSet::from([on.as_str()]),
        None => handled.clone(),
    };
    let poison = match &handler.failures.poison {
        Poison::When(expression) => Some(expression),
        Poison::None | Poison::Share(_) | Poison::Messages(_) | Poison::Keys(_) => None,
    };
    let own = [
        ("when", handler.when.as_ref(), names),
        ("amount", handler.amount.as_ref(), names),
        // Poison is poison whatever its consumer knows.
        ("failures.poison", poison, &[]),
    ];
    for (name, expression, names) in own {
        all.extend(expression.map(|expression| Written {
            place: Place::Node(node.name.clone()),
            property: format!("role.handlers.{i}.{name}"),
            expression,
            names: names.to_vec(),
            of: of.clone(),
        }));
    }
    for (j, emission) in handler.emits.iter().enumerate() {
        in_emission(node, emission, format!("role.handlers.{i}.emits.{j}"), (names, &of), all);
    }
}

fn in_emission<'a>(
    node: &Node,
    emission: &'a Emission,
    head: String,
    (names, of): (&[&'static str], &BTreeSet<&'a str>),
    all: &mut Vec<Written<'a>>,
) {
    let mut see = |property: String, expression: &'a Expression, has_part: bool| {
        let mut names = names.to_vec();
        if has_part && emission.parts.is_some() {
            names.extend(OF_PARTS);
        }
        let place = Place::Node(node.name.clone());
        all.push(Written { place, property, expression, names, of: of.clone() });
    };
    if let Some(parts) = &emission.parts {
        see(format!("{head}.parts"), parts, false);
    }
    if let Some(when) = &emission.when {
        see(format!("{head}.when"), when, true);
    }
    if let Some(key) = &emission.key {
        see(format!("{head}.key"), key, true);
    }
    for (field, expression) in &emission.mapping {
        see(format!("{head}.mapping.{field}"), expression, true);
    }
}

fn in_inbox<'a>(
    node: &Node,
    consumer: &'a Consumer,
    of: BTreeSet<&'a str>,
    all: &mut Vec<Written<'a>>,
) {
    all.extend(consumer.inbox.expression().map(|expression| Written {
        place: Place::Node(node.name.clone()),
        property: "role.inbox.by".to_owned(),
        expression,
        names: Vec::new(),
        of,
    }));
}

fn in_pattern<'a>(
    node: &Node,
    consumer: &'a Consumer,
    handled: &BTreeSet<&'a str>,
    all: &mut Vec<Written<'a>>,
) {
    let pattern = &consumer.pattern;
    all.extend(pattern.expressions().into_iter().map(|it| Written {
        place: Place::Node(node.name.clone()),
        property: format!("role.pattern.{}", it.property),
        expression: it.expression,
        names: it.names.to_vec(),
        of: match it.of[..] {
            [] => handled.iter().filter(|name| !it.apart_from.contains(name)).copied().collect(),
            [..] => it.of.into_iter().collect(),
        },
    }));
    for (list, emissions) in pattern.emissions() {
        for (j, emission) in emissions.iter().enumerate() {
            let head = format!("role.pattern.{list}.{j}");
            in_emission(node, emission, head, (pattern.names(), handled), all);
        }
    }
}
