//! Inboxes of consumers that remember nothing.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "inbox-without-effect",
    title: "an inbox that nobody looks into",
    severity: Severity::Warning,
    meaning: "How long and by what a consumer recognizes repetitions counts only if it recognizes \
              them at all: if it is idempotent.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        if consumer.idempotent || consumer.inbox.is_simple() {
            continue;
        }
        let sentence = format!(
            "`{}` is not idempotent, so its inbox has no effect; let it recognize repetitions",
            node.name
        );
        let place = Place::Node(node.name.clone());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let role = Role::Consumer(Consumer { idempotent: true, ..consumer.clone() });
        let edit = Edit::PutNode(node.name.clone(), Node { role, ..node.clone() });
        let label = format!("Make {} idempotent", node.name);
        findings.push(finding.at("role.inbox").with_fix(label, edit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::inbox::Concurrent;
    use crate::lint::said;

    #[test]
    fn an_inbox_belongs_to_who_is_idempotent() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c: Placed");
        assert_eq!(said(&LINT, &design), "");
        fixture::consumer(&mut design, "c").inbox.concurrent = Concurrent::Wait;
        assert_eq!(
            said(&LINT, &design),
            "warning: node `c` at role.inbox: `c` is not idempotent, so its inbox has no effect; \
             let it recognize repetitions [Make c idempotent]"
        );
        fixture::consumer(&mut design, "c").idempotent = true;
        assert_eq!(said(&LINT, &design), "");
    }
}
