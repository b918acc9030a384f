//! Calls that may wait for ever.

use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "call-without-timeout",
    title: "a caller that waits for ever",
    severity: Severity::Warning,
    meaning: "When the called consumer is slow or down, the caller hangs with it, and so does \
              everything behind the caller. Say how long to wait.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Call).filter(|edge| edge.contract.timeout.is_none()) {
        let sentence = format!("`{}` waits for `{}` for ever; set a timeout", edge.from, edge.to);
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let mut mended = Edge::clone(edge);
        mended.contract.timeout = Some(Span::from_secs(1));
        let edit = Edit::PutEdge(edge.name(), mended);
        findings.push(finding.at("contract.timeout").with_fix("Wait 1 s at most", edit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn callers_do_not_wait_for_ever() {
        let mut design = fixture::design("a: consumer\n b: consumer\n q: queue\n q -> a\n a -> b");
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `a -> b` at contract.timeout: \
             `a` waits for `b` for ever; set a timeout [Wait 1 s at most]"
        );
        fixture::edge(&mut design, "a -> b").contract.timeout = Some(Span(1));
        assert_eq!(said(&LINT, &design), "");
    }
}
