//! Versions that are on their way out and still in use.

use std::fmt::Arguments;

use crate::finding::{Finding, Place, Severity};
use crate::lint::lints::references;
use crate::lint::{Context, Lint};
use crate::message::MessageRef;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "deprecated-version-used",
    title: "a deprecated version is still in use",
    severity: Severity::Warning,
    meaning: "The version says itself why and until when it may be used. Move to a newer one.",
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
    let message = context.messages.get(used.name.as_str());
    let Some(version) = message.and_then(|message| message.version(used.version)) else { return };
    if let Some(why) = &version.deprecated {
        let sentence =
            format!("version {} of `{}` is deprecated: {why}", version.number, used.name);
        findings.push(Finding::new(LINT.code, Severity::Warning, place(), sentence).at(property));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageVersion;

    #[test]
    fn the_newest_version_is_meant_when_none_is_named() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let old =
            MessageVersion { deprecated: Some("gone by May".into()), ..fixture::version("{}") };
        fixture::message(&mut design, "Placed").versions.push(old);
        let said_now = said(&LINT, &design);
        assert_eq!(
            said_now,
            "warning: edge `a -> q` at contract.messages.0: \
             version 1 of `Placed` is deprecated: gone by May"
        );
        let new = MessageVersion { number: 2, ..fixture::version("{}") };
        fixture::message(&mut design, "Placed").versions.push(new);
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "a -> q").contract.messages[0].version = Some(1);
        assert_eq!(said(&LINT, &design), said_now);
    }
}
