//! Workloads that no edge carries.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::carried::Carried;
use crate::lint::lints::references::allow_on_only_edge;
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "workload-without-publish-edge",
    title: "a producer makes what no edge carries",
    severity: Severity::Error,
    meaning: "What a producer makes leaves on every publish or call edge whose contract carries \
              it; without one it goes nowhere. Draw the edge, or let a contract carry it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, producer) in context.producers() {
        let edges: Vec<_> = context.outgoing[index]
            .iter()
            .filter(|edge| edge.kind != EdgeKind::Subscribe)
            .collect();
        let carried = Carried::by(edges.iter().map(|edge| **edge));
        for (i, line) in producer.workload.iter().enumerate() {
            let message = &line.message;
            if carried.has(&message.name) {
                continue;
            }
            let sentence =
                format!("no publish or call edge of `{}` carries `{message}`", node.name);
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence)
                .at(format_args!("role.workload.{i}.message"));
            findings.push(allow_on_only_edge(finding, &edges, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn what_is_produced_needs_an_edge_that_carries_it() {
        let mut design = fixture::design("a: producer\n q: queue\n c: consumer\n a -> q: Paid");
        fixture::produce(&mut design, "a", "Paid");
        assert_eq!(said(&LINT, &design), "");
        fixture::produce(&mut design, "a", "Placed");
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at role.workload.1.message: \
             no publish or call edge of `a` carries `Placed` [Let a -> q carry Placed]"
        );
        design.edges.push(crate::edge::Edge::new(EdgeKind::Call, "a", "c").into());
        assert_eq!(said(&LINT, &design), "");
    }
}
