//! Names that name nothing.

use std::collections::BTreeMap;
use std::fmt::Arguments;

use crate::edge::Edge;
use crate::edit::Edit;
use crate::edit::rename::{Named, Rename};
use crate::finding::{Finding, Place, Severity};
use crate::lint::lints::references::{self, Expected};
use crate::lint::{Context, Lint};
use crate::name::{EdgeName, nearest};
use crate::node::Node;
use crate::preset::Preset;
use crate::promise::Promise;
use crate::scenario::{ActionKind, Scenario};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "unknown-name",
    title: "a name that names nothing",
    severity: Severity::Error,
    meaning: "Something is used by name, but nothing has that name: it was removed, or the name \
              is misspelled. Add it, or name another.",
    check,
};

/// Fixes of edges that are tried at most.
const TRIED: usize = 100;
/// Wrong names for which the nearest right one is looked for, at most.
const LOOKED_FOR: usize = 200;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut look = Look { context, findings, nearest: BTreeMap::new(), tried: 0 };
    for node in &context.design.nodes {
        references::in_node(node, &mut |expected, name, property| {
            look.at(Thing::Node(node), expected, name, property);
        });
    }
    for edge in &context.design.edges {
        references::in_edge(edge, &mut |expected, name, property| {
            look.at(Thing::Edge(edge), expected, name, property);
        });
    }
    for promise in &context.design.promises {
        references::in_promise(promise, "", &mut |expected, name, property| {
            look.at(Thing::Promise(promise), expected, name, property);
        });
    }
    for scenario in &context.design.scenarios {
        look.in_scenario(scenario);
    }
    for preset in &context.design.presets {
        if let Some(name) = &preset.parameters.preset {
            let property = format_args!("parameters.preset");
            look.at(Thing::Preset(preset), Expected::Preset, name, property);
        }
    }
}

/// What holds the use of a name.
#[derive(Clone, Copy)]
enum Thing<'a> {
    Node(&'a Node),
    Edge(&'a Edge),
    Promise(&'a Promise),
    Scenario(&'a Scenario),
    Preset(&'a Preset),
}

impl Thing<'_> {
    fn place(self) -> Place {
        match self {
            Thing::Node(node) => Place::Node(node.name.clone()),
            Thing::Edge(edge) => Place::Edge(edge.name()),
            Thing::Promise(promise) => Place::Promise(promise.name.clone()),
            Thing::Scenario(scenario) => Place::Scenario(scenario.name.clone()),
            Thing::Preset(preset) => Place::Preset(preset.name.clone()),
        }
    }

    /// The thing with another name in the place of the wrong one.
    fn mended(self, rename: &Rename<'_>) -> Edit {
        match self {
            Thing::Node(node) => {
                let mut mended = node.clone();
                rename.in_node(&mut mended);
                Edit::PutNode(node.name.clone(), mended)
            }
            Thing::Edge(edge) => {
                let mut mended = edge.clone();
                rename.in_edge(&mut mended);
                Edit::PutEdge(edge.name(), mended)
            }
            Thing::Promise(promise) => {
                let mut mended = promise.clone();
                rename.in_promise(&mut mended);
                Edit::PutPromise(Some(promise.name.clone()), mended)
            }
            Thing::Scenario(scenario) => {
                let mut mended = scenario.clone();
                rename.in_scenario(&mut mended);
                Edit::PutScenario(Some(scenario.name.clone()), mended)
            }
            Thing::Preset(preset) => {
                let mut mended = preset.clone();
                rename.in_preset(&mut mended);
                Edit::PutPreset(Some(preset.name.clone()), mended)
            }
        }
    }
}

fn finding(thing: Thing<'_>, property: Arguments<'_>, sentence: String) -> Finding {
    Finding::new(LINT.code, Severity::Error, thing.place(), sentence).at(property)
}

struct Look<'c, 'a> {
    context: &'c Context<'a>,
    findings: &'c mut Vec<Finding>,
    /// What is nearest to each wrong name: one that was removed may be used in a thousand places.
    nearest: BTreeMap<(Expected, String), Option<String>>,
    /// Fixes that were tried.
    tried: usize,
}

impl Look<'_, '_> {
    fn in_scenario(&mut self, scenario: &Scenario) {
        let thing = Thing::Scenario(scenario);
        references::in_scenario(scenario, &mut |expected, name, property| {
            self.at(thing, expected, name, property);
        });
        for (i, promise) in scenario.promises.iter().enumerate() {
            let head = format!("promises.{i}.");
            references::in_promise(promise, &head, &mut |expected, name, property| {
                self.at(thing, expected, name, property);
            });
        }
        for (i, action) in scenario.actions.iter().enumerate() {
            if let ActionKind::Pause { edge } | ActionKind::Resume { edge } = &action.what {
                self.edge(thing, edge, format_args!("actions.{i}.do.edge"));
            }
        }
        for (i, fault) in scenario.faults.iter().enumerate() {
            if let Some(edge) = fault.kind.target().edge_name() {
                self.edge(thing, &edge, format_args!("faults.{i}.kind.edge"));
            }
        }
    }

    fn at(&mut self, thing: Thing<'_>, expected: Expected, name: &str, property: Arguments<'_>) {
        if self.is_known(expected.named(), name) {
            return;
        }
        let word = expected.word();
        let Some(right) = self.nearest(expected, name) else {
            let sentence = format!("unknown {word} `{name}`; add it or name another");
            return self.report(thing, property, sentence);
        };
        let sentence = format!("unknown {word} `{name}`; did you mean `{right}`?");
        let finding = finding(thing, property, sentence);
        let edit = thing.mended(&Rename { what: expected.named(), from: name, to: &right });
        // An edge may not fit between the nodes; anything else can be put in its own place.
        let is_end = matches!(thing, Thing::Edge(_)) && expected == Expected::Node;
        // Trying costs a look at the whole design, so it is not done for each of thousands.
        let is_tried = is_end && self.tried < TRIED;
        self.tried += usize::from(is_tried);
        let is_sure = !is_end || (is_tried && edit.apply(self.context.design).is_ok());
        self.findings.push(match is_sure {
            true => finding.with_fix(format!("Change to {right}"), edit),
            false => finding,
        });
    }

    fn report(&mut self, thing: Thing<'_>, property: Arguments<'_>, sentence: String) {
        self.findings.push(finding(thing, property, sentence));
    }

    fn nearest(&mut self, expected: Expected, name: &str) -> Option<String> {
        let key = (expected, name.to_owned());
        if let Some(known) = self.nearest.get(&key) {
            return known.clone();
        }
        let is_looked_for = self.nearest.len() < LOOKED_FOR;
        let candidates = if is_looked_for { self.candidates(expected) } else { Vec::new() };
        let found = nearest(name, candidates).map(str::to_owned);
        self.nearest.insert(key, found.clone());
        found
    }

    fn is_known(&self, named: Named, name: &str) -> bool {
        match named {
            Named::Node => self.context.graph.index_of(name).is_some(),
            Named::Message => self.context.messages.contains_key(name),
            Named::Context => self.context.contexts.contains(name),
            Named::Promise => self.context.promises.contains(name),
            Named::Scenario => self.context.design.scenario(Some(name)).is_some(),
            Named::Preset => self.context.preset_names().any(|known| known == name),
        }
    }

    fn candidates(&self, expected: Expected) -> Vec<&str> {
        let context = self.context;
        let nodes = |role: &str| {
            let fits = |node: &&std::sync::Arc<Node>| role == "node" || node.role.word() == role;
            context.design.nodes.iter().filter(fits).map(|node| node.name.as_str()).collect()
        };
        match expected {
            Expected::Node | Expected::Producer | Expected::Channel | Expected::Consumer => {
                nodes(expected.word())
            }
            Expected::Message => context.messages.keys().copied().collect(),
            Expected::Context => context.contexts.iter().copied().collect(),
            Expected::Promise => context.promises.iter().copied().collect(),
            Expected::Preset => context.preset_names().collect(),
        }
    }

    /// Unless a node of it is unknown, which is said elsewhere.
    fn edge(&mut self, thing: Thing<'_>, edge: &EdgeName, property: Arguments<'_>) {
        let (from, to) = (edge.from.as_str(), edge.to.as_str());
        let are_nodes = self.context.node(from).is_some() && self.context.node(to).is_some();
        if are_nodes && !self.context.edges.contains_key(&(from, to)) {
            self.unknown_edge(thing, &edge.to_string(), property);
        }
    }

    fn unknown_edge(&mut self, thing: Thing<'_>, name: &str, property: Arguments<'_>) {
        let edges: Vec<String> =
            self.context.design.edges.iter().map(|edge| edge.name().to_string()).collect();
        let hint = match nearest(name, edges.iter().map(String::as_str)) {
            Some(right) => format!("did you mean `{right}`?"),
            None => "connect the two nodes or name another edge".to_owned(),
        };
        self.report(thing, property, format!("unknown edge `{name}`; {hint}"));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::design::Design;
    use crate::edge::EdgeKind;
    use crate::fault::{Fault, FaultKind};
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;
    use crate::name::EdgeName;
    use crate::node::Handler;
    use crate::time::Span;

    fn shop() -> Design {
        fixture::design(
            "shop: producer\n orders: queue\n payment: consumer
             shop -> orders: OrderPlaced\n orders -> payment: OrderPlaced",
        )
    }

    #[test]
    fn a_slip_is_named_and_mended() {
        let mut design = shop();
        let contract = &mut fixture::edge(&mut design, "orders -> payment").contract;
        contract.dead_letter = Some("order".into());
        contract.messages.push(MessageRef::newest("OderPlaced"));
        let handler = Handler { on: Some("Elsewhere".into()), ..Handler::default() };
        fixture::consumer(&mut design, "payment").handlers.push(handler);
        fixture::node(&mut design, "shop").context = Some("sales".into());
        expect![[r#"
            error: node `payment` at role.handlers.0.on: unknown message `Elsewhere`; add it or name another
            error: node `shop` at context: unknown context `sales`; add it or name another
            error: edge `orders -> payment` at contract.dead_letter: unknown channel `order`; did you mean `orders`? [Change to orders]
            error: edge `orders -> payment` at contract.messages.1: unknown message `OderPlaced`; did you mean `OrderPlaced`? [Change to OrderPlaced]"#]]
        .assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn an_edge_to_nowhere_is_led_to_the_nearest_node() {
        let mut design = shop();
        design.edges.push(Edge::new(EdgeKind::Call, "shop", "paymnet").into());
        expect![[r#"error: edge `shop -> paymnet` at to: unknown node `paymnet`; did you mean `payment`? [Change to payment]"#]]
        .assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn scenarios_name_what_there_is() {
        let mut design = shop();
        let mut scenario = Scenario::new("outage", Span(1));
        let fault = |kind| Fault::new(kind, Span::ZERO, None);
        scenario.faults = vec![
            fault(FaultKind::at_node("Down", "paiment")),
            fault(FaultKind::at_edge("Delay", &EdgeName::new("payment", "orders"))),
        ];
        scenario.breaks = vec!["paid".into()];
        design.scenarios.push(scenario.into());
        expect![[r#"
            error: scenario `outage` at breaks.0: unknown promise of the design `paid`; add it or name another
            error: scenario `outage` at faults.0.kind.node: unknown node `paiment`; did you mean `payment`? [Change to payment]
            error: scenario `outage` at faults.1.kind.edge: unknown edge `payment -> orders`; connect the two nodes or name another edge"#]]
        .assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn names_that_name_something_are_fine() {
        assert_eq!(said(&LINT, &shop()), "");
    }
}
