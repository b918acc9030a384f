//! State that several other contexts read straight from the one that keeps it.

use std::collections::BTreeSet;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::pattern::Pattern;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "state-shared-across-contexts",
    title: "state that several other contexts read",
    severity: Severity::Info,
    meaning: "A view, a projection or an event-sourced store that nodes of two or more other \
              contexts call is a shared database by another name: nobody can change it alone. \
              Publish what changes, and let each context keep what it needs.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        let keeps = match &consumer.pattern {
            Pattern::EventSourced(_) => "an event-sourced store",
            Pattern::Projection(_) => "a projection",
            Pattern::MaterializedView(_) => "a view",
            Pattern::Stateless
            | Pattern::Aggregator(_)
            | Pattern::Window(_)
            | Pattern::Saga(_)
            | Pattern::ProcessManager(_) => continue,
        };
        let Some(own) = node.context.as_deref() else { continue };
        let calls = context.incoming[index].iter().filter(|edge| edge.kind == EdgeKind::Call);
        let callers = calls.filter_map(|edge| context.node(&edge.from)?.context.as_deref());
        let others: BTreeSet<&str> = callers.filter(|home| *home != own).collect();
        if others.len() < 2 {
            continue;
        }
        let others: Vec<String> = others.into_iter().map(|home| format!("`{home}`")).collect();
        let sentence =
            format!("`{}` keeps {keeps} of `{own}` that {} read", node.name, others.join(", "));
        let place = Place::Node(node.name.clone());
        findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::pattern::projection::Projection;

    #[test]
    fn state_is_read_by_its_own_context() {
        let mut design =
            fixture::design("a: consumer\n b: consumer\n c: consumer\n a -> c\n b -> c");
        for (node, home) in [("a", "Sales"), ("b", "Stock"), ("c", "Stock")] {
            fixture::node(&mut design, node).context = Some(home.into());
        }
        fixture::consumer(&mut design, "c").pattern = Pattern::Projection(Projection::default());
        assert_eq!(said(&LINT, &design), "", "one other context");
        fixture::node(&mut design, "b").context = Some("Billing".into());
        assert_eq!(
            said(&LINT, &design),
            "info: node `c`: `c` keeps a projection of `Stock` that `Billing`, `Sales` read"
        );
        fixture::consumer(&mut design, "c").pattern = Pattern::Stateless;
        assert_eq!(said(&LINT, &design), "");
    }
}
