//! Bounded contexts to which nothing belongs.

use std::collections::BTreeSet;

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "context-unused",
    title: "a bounded context to which nothing belongs",
    severity: Severity::Info,
    meaning: "A context without nodes is a box without content. Put something into it, or remove it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let used: BTreeSet<&str> =
        context.design.nodes.iter().filter_map(|node| node.context.as_deref()).collect();
    for home in &context.design.contexts {
        if used.contains(home.name.as_str()) {
            continue;
        }
        let sentence = format!("no node belongs to `{}`", home.name);
        let place = Place::Context(home.name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        findings.push(finding.with_fix("Remove it", Edit::RemoveContext(home.name.clone())));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::design;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn something_belongs_to_a_context() {
        let mut design = fixture::design("a: producer");
        let home = design::Context { name: "Sales".into(), summary: String::new() };
        design.contexts.push(Arc::new(home));
        assert_eq!(
            said(&LINT, &design),
            "info: context `Sales`: no node belongs to `Sales` [Remove it]"
        );
        fixture::node(&mut design, "a").context = Some("Sales".into());
        assert_eq!(said(&LINT, &design), "");
    }
}
