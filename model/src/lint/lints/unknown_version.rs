//! Versions that a message does not have.

use std::fmt::Arguments;

use crate::finding::{Finding, Place, Severity};
use crate::lint::lints::references;
use crate::lint::{Context, Lint};
use crate::message::MessageRef;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "unknown-version",
    title: "a version that the message does not have",
    severity: Severity::Error,
    meaning: "`OrderPlaced@2` asks for version 2 of the message, which has to be written down \
              among its versions.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.design.nodes {
        references::messages_in_node(node, &mut |message, property| {
            look(context, message, property, &|| Place::Node(node.name.clone()), findings);
        });
    }
    for edge in &context.design.edges {
        references::messages_in_edge(edge, &mut |message, property| {
            look(context, message, property, &|| Place::Edge(edge.name()), findings);
        });
    }
}

fn look(
    context: &Context<'_>,
    used: &MessageRef,
    property: Arguments<'_>,
    place: &dyn Fn() -> Place,
    findings: &mut Vec<Finding>,
) {
    let Some(message) = context.messages.get(used.name.as_str()) else { return };
    if used.version.is_none() || message.version(used.version).is_some() {
        return;
    }
    let known: Vec<String> = message.versions.iter().map(|v| v.number.to_string()).collect();
    let known = if known.is_empty() { "no version".to_owned() } else { known.join(", ") };
    let sentence = format!("unknown version `{used}`; `{}` has {known}", message.name);
    findings.push(Finding::new(LINT.code, Severity::Error, place(), sentence).at(property));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageVersion;

    #[test]
    fn only_versions_that_exist_can_be_asked_for() {
        let mut design = fixture::design("shop: producer\n orders: queue\n shop -> orders: Placed");
        let version = MessageVersion { number: 1, ..fixture::version("{}") };
        fixture::message(&mut design, "Placed").versions.push(version);
        let messages = &mut fixture::edge(&mut design, "shop -> orders").contract.messages;
        messages[0].version = Some(1);
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "shop -> orders").contract.messages[0].version = Some(2);
        assert_eq!(
            said(&LINT, &design),
            "error: edge `shop -> orders` at contract.messages.0: \
             unknown version `Placed@2`; `Placed` has 1"
        );
    }
}
