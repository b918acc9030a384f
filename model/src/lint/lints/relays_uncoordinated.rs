//! Several relays that read the same outbox.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Role;
use crate::publishing::Publishing;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "relays-uncoordinated",
    title: "several relays read the same outbox",
    severity: Severity::Warning,
    meaning: "Relays that know nothing of each other publish the same rows twice, and out of \
              order, as soon as a batch lasts into the look of another. A lock that lets one of \
              them work at a time makes them one relay.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.design.nodes {
        let Role::Consumer(consumer) = &node.role else { continue };
        let Publishing::Outbox(outbox) = consumer.publishing else { continue };
        if outbox.relays > 1 {
            let sentence = format!(
                "{} relays read the outbox of `{}` and know nothing of each other; use one, or \
                 let an inbox remove what comes twice",
                outbox.relays, node.name
            );
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            findings.push(finding.at("role.publishing.relays"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::publishing::Outbox;

    #[test]
    fn one_relay_reads_an_outbox() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c: Placed");
        let outbox = |relays| Publishing::Outbox(Outbox { relays, ..Outbox::default() });
        fixture::consumer(&mut design, "c").publishing = outbox(1);
        assert_eq!(said(&LINT, &design), "");
        fixture::consumer(&mut design, "c").publishing = outbox(2);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `c` at role.publishing.relays: 2 relays read the outbox of `c` and \
             know nothing of each other; use one, or let an inbox remove what comes twice"
        );
    }
}
