//! Two edges between the same two nodes.

use std::collections::BTreeSet;

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "duplicate-edge",
    title: "two edges with the same beginning and end",
    severity: Severity::Error,
    meaning: "An edge is named by its two ends, so there can be only one in each direction. Let \
              one contract say everything.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for edge in &context.design.edges {
        if !seen.insert((&edge.from, &edge.to)) {
            let place = Place::Edge(edge.name());
            let sentence = "these two nodes are connected so already; keep one of the edges";
            findings.push(Finding::new(LINT.code, Severity::Error, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn one_edge_in_each_direction_is_enough() {
        let both = "a: queue\n b: consumer\n a -> b\n b -> a";
        assert_eq!(said(&LINT, &fixture::design(both)), "");
        assert_eq!(
            said(&LINT, &fixture::design(&format!("{both}\n a -> b"))),
            "error: edge `a -> b`: these two nodes are connected so already; \
             keep one of the edges"
        );
    }
}
