//! A database and a channel, written one after the other.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};
use crate::publishing::{Outbox, Publishing};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "dual-write",
    title: "a database and a channel are written without a transaction",
    severity: Severity::Info,
    meaning: "A consumer that stops between its two writes leaves a row without a message, or a \
              message without a row, and nobody notices. An outbox writes both in one \
              transaction.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.design.nodes {
        let Role::Consumer(consumer) = &node.role else { continue };
        let is_dual = matches!(consumer.publishing, Publishing::DualWrite { .. });
        if !is_dual || consumer.emissions().is_empty() {
            continue;
        }
        let sentence = format!(
            "a stop between its two writes leaves the database of `{}` and its messages apart; \
             write both in one transaction, with an outbox",
            node.name
        );
        let place = Place::Node(node.name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        let edit = Edit::PutNode(node.name.clone(), with_outbox(node, consumer));
        let label = format!("Give {} an outbox", node.name);
        findings.push(finding.at("role.publishing").with_fix(label, edit));
    }
}

fn with_outbox(node: &Node, consumer: &Consumer) -> Node {
    let publishing = Publishing::Outbox(Outbox::default());
    Node { role: Role::Consumer(Consumer { publishing, ..consumer.clone() }), ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::publishing::FirstWrite;

    #[test]
    fn who_publishes_beside_a_database_has_an_outbox() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c: Placed");
        let publishing = Publishing::DualWrite { first: FirstWrite::Database };
        fixture::consumer(&mut design, "c").publishing = publishing;
        assert_eq!(said(&LINT, &design), "", "it publishes nothing");
        fixture::emit(&mut design, "c", "Paid");
        assert_eq!(
            said(&LINT, &design),
            "info: node `c` at role.publishing: a stop between its two writes leaves the database \
             of `c` and its messages apart; write both in one transaction, with an outbox [Give c \
             an outbox]"
        );
        fixture::consumer(&mut design, "c").publishing = Publishing::Direct;
        assert_eq!(said(&LINT, &design), "");
    }
}
