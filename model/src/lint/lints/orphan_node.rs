//! Nodes that nothing connects.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "orphan-node",
    title: "a node that nothing connects",
    severity: Severity::Warning,
    meaning: "No edge and no route of dead letters touches the node, so it takes no part in any \
              run. Connect it, or remove it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for name in context.graph.orphans() {
        let sentence = format!("nothing connects `{name}`; draw an edge or remove it");
        let place = Place::Node(name.to_owned());
        findings.push(Finding::new(LINT.code, Severity::Warning, place, sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn every_node_takes_part() {
        let mut design = fixture::design("q: queue\n c: consumer\n d: queue\n q -> c");
        assert_eq!(
            said(&LINT, &design),
            "warning: node `d`: nothing connects `d`; draw an edge or remove it"
        );
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("d".into());
        assert_eq!(said(&LINT, &design), "");
    }
}
