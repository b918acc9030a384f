//! Emissions that no edge carries.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::carried::Carried;
use crate::lint::lints::references::allow_on_only_edge;
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "emission-without-publish-edge",
    title: "a handler emits what no edge carries",
    severity: Severity::Error,
    meaning: "What a handler emits leaves on every publish edge of its consumer whose contract \
              carries it; without one it goes nowhere. Draw the edge, or let a contract carry it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        let edges: Vec<_> =
            context.outgoing[index].iter().filter(|edge| edge.kind == EdgeKind::Publish).collect();
        let carried = Carried::by(edges.iter().map(|edge| **edge));
        for (at, emission) in consumer.emissions() {
            let message = &emission.message;
            if carried.has(&message.name) {
                continue;
            }
            let sentence = format!("no publish edge of `{}` carries `{message}`", node.name);
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence)
                .at(format_args!("{at}.message"));
            findings.push(allow_on_only_edge(finding, &edges, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn shop(messages: &str) -> Design {
        let lines = format!("a: consumer\n q: queue\n a -> q: {messages}");
        let mut design = fixture::design(&lines);
        fixture::emit(&mut design, "a", "Paid");
        design
    }

    #[test]
    fn what_is_emitted_needs_an_edge_that_carries_it() {
        assert_eq!(said(&LINT, &shop("Paid")), "");
        assert_eq!(said(&LINT, &shop("")), "", "an empty contract carries everything");
        assert_eq!(
            said(&LINT, &shop("Refunded")),
            "error: node `a` at role.handlers.0.emits.0.message: \
             no publish edge of `a` carries `Paid` [Let a -> q carry Paid]"
        );
    }
}
