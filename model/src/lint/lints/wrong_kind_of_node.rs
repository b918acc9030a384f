//! Names of nodes that play the wrong role.

use std::fmt::Arguments;

use crate::finding::{Finding, Place, Severity};
use crate::lint::lints::references::{self, Expected};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "wrong-kind-of-node",
    title: "a node named where another kind of node is meant",
    severity: Severity::Error,
    meaning: "Dead letters go to channels, calls to consumers, and promises speak of the nodes \
              they can observe. Name a node of the kind that is meant.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let design = context.design;
    for node in &design.nodes {
        references::in_node(node, &mut |expected, name, at| {
            look(context, (expected, name, at), &|| Place::Node(node.name.clone()), findings);
        });
    }
    for edge in &design.edges {
        references::in_edge(edge, &mut |expected, name, at| {
            look(context, (expected, name, at), &|| Place::Edge(edge.name()), findings);
        });
    }
    for scenario in &design.scenarios {
        references::in_scenario(scenario, &mut |expected, name, at| {
            let place = || Place::Scenario(scenario.name.clone());
            look(context, (expected, name, at), &place, findings);
        });
    }
    for (place, head, promise) in context.all_promises() {
        references::in_promise(promise, &head, &mut |expected, name, at| {
            look(context, (expected, name, at), &|| place.clone(), findings);
        });
    }
}

fn look(
    context: &Context<'_>,
    (expected, name, property): (Expected, &str, Arguments<'_>),
    place: &dyn Fn() -> Place,
    findings: &mut Vec<Finding>,
) {
    let word = match expected {
        Expected::Producer | Expected::Channel | Expected::Consumer => expected.word(),
        Expected::Node
        | Expected::Message
        | Expected::Context
        | Expected::Promise
        | Expected::Preset => return,
    };
    if let Some(role) = context.node(name).map(|node| node.role.word()).filter(|r| *r != word) {
        let sentence = format!("`{name}` is a {role}; name a {word} here");
        findings.push(Finding::new(LINT.code, Severity::Error, place(), sentence).at(property));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::promise::{Promise, PromiseKind};

    #[test]
    fn dead_letters_go_to_channels_only() {
        let mut design = fixture::design("a: queue\n b: consumer\n d: queue\n a -> b");
        fixture::edge(&mut design, "a -> b").contract.dead_letter = Some("d".into());
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "a -> b").contract.dead_letter = Some("b".into());
        assert_eq!(
            said(&LINT, &design),
            "error: edge `a -> b` at contract.dead_letter: `b` is a consumer; name a channel here"
        );
    }

    #[test]
    fn promises_of_backlogs_speak_of_channels() {
        let mut design = fixture::design("a: queue\n b: consumer");
        let holds = PromiseKind::BacklogBelow { channel: "b".into(), limit: 3 };
        design.promises.push(Promise { name: "short".into(), holds });
        assert_eq!(
            said(&LINT, &design),
            "error: promise `short` at holds.channel: `b` is a consumer; name a channel here"
        );
    }
}
