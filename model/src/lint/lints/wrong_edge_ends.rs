//! Edges between nodes that cannot be connected so.

use crate::edge::{Edge, edge_kind_between};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "wrong-edge-ends",
    title: "an edge between nodes that it cannot connect",
    severity: Severity::Error,
    meaning: "Producers and consumers publish to channels, consumers subscribe to channels, and \
              calls go to consumers. Nothing connects with itself.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let ends = context.node(&edge.from).zip(context.node(&edge.to));
        let Some((from, to)) = ends else { continue };
        let possible = edge_kind_between(&from.role, &to.role).filter(|_| edge.from != edge.to);
        if possible == Some(edge.kind) {
            continue;
        }
        let sentence = format!(
            "a {} cannot {} to a {}: {}",
            from.role.word(),
            edge.kind.word(),
            to.role.word(),
            edge.kind.rule()
        );
        let finding = Finding::new(LINT.code, Severity::Error, Place::Edge(edge.name()), sentence);
        findings.push(match possible {
            Some(kind) => finding.at("kind").with_fix(
                format!("Make it a {} edge", kind.word()),
                Edit::PutEdge(edge.name(), Edge { kind, ..Edge::clone(edge) }),
            ),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::EdgeKind;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_producer_does_not_subscribe() {
        let mut design = fixture::design("a: producer\n b: consumer\n a -> b");
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "a -> b").kind = EdgeKind::Subscribe;
        assert_eq!(
            said(&LINT, &design),
            "error: edge `a -> b` at kind: a producer cannot subscribe to a consumer: \
             a subscribe edge goes from a channel to a consumer [Make it a call edge]"
        );
    }

    #[test]
    fn nothing_calls_itself() {
        let mut design = fixture::design("a: consumer");
        design.edges.push(Edge::new(EdgeKind::Call, "a", "a").into());
        assert!(said(&LINT, &design).contains("to another consumer"));
    }
}
