//! Retries to consumers that would act twice.

use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::emission::{Emission, Identity};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "retry-not-idempotent",
    title: "a message may take effect twice",
    severity: Severity::Warning,
    meaning: "With retries a message may be handled more than once: after a crash between the \
              effect and the acknowledgement, or after a lost reply. A consumer that calls or \
              emits then does so again, unless it remembers what it has handled.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some((node, consumer)) = context.node(&edge.to).zip(context.consumer(&edge.to)) else {
            continue;
        };
        if consumer.idempotent || edge.contract.retry.is_none() {
            continue;
        }
        let Some((severity, effects)) = effects(edge, consumer) else { continue };
        let sentence = format!(
            "a message that `{}` gets twice {effects} twice; let it remember what it has handled",
            node.name
        );
        let finding = Finding::new(LINT.code, severity, Place::Edge(edge.name()), sentence);
        let edit = Edit::PutNode(node.name.clone(), remembering(node, consumer));
        let label = format!("Make {} idempotent", node.name);
        findings.push(finding.at("contract.retry").with_fix(label, edit));
    }
}

/// What happens twice. A second call always reaches another service; a second emission can still
/// be recognized by who gets it.
fn effects(edge: &Edge, consumer: &Consumer) -> Option<(Severity, &'static str)> {
    let handlers = || {
        let fits = |on: &str| edge.contract.carries(on);
        consumer.handlers.iter().filter(move |handler| handler.on.as_deref().is_none_or(fits))
    };
    if handlers().any(|handler| !handler.calls.is_empty()) {
        Some((Severity::Warning, "calls others"))
    } else if handlers().any(|handler| handler.emits.iter().any(is_new_each_time)) {
        Some((Severity::Info, "is answered"))
    } else {
        None
    }
}

fn is_new_each_time(emission: &Emission) -> bool {
    emission.identity == Identity::New
}

fn remembering(node: &Node, consumer: &Consumer) -> Node {
    let role = Role::Consumer(Consumer { idempotent: true, ..consumer.clone() });
    Node { role, ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Backoff, Retry};
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_retried_consumer_with_effects_remembers() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c: Placed");
        let retry = Retry { attempts: Some(3), backoff: Backoff::None, jitter: 0.0 };
        fixture::edge(&mut design, "q -> c").contract.retry = Some(retry);
        assert_eq!(said(&LINT, &design), "", "without effects nothing happens twice");
        fixture::emit(&mut design, "c", "Paid");
        assert_eq!(
            said(&LINT, &design),
            "info: edge `q -> c` at contract.retry: a message that `c` gets twice is answered \
             twice; let it remember what it has handled [Make c idempotent]"
        );
        fixture::consumer(&mut design, "c").handlers[0].calls.push("bank".into());
        assert!(said(&LINT, &design).starts_with("warning"));
        fixture::consumer(&mut design, "c").handlers[0].on = Some("Other".into());
        assert_eq!(said(&LINT, &design), "", "the contract lets no Other through");
        fixture::consumer(&mut design, "c").handlers[0].on = None;
        fixture::consumer(&mut design, "c").idempotent = true;
        assert_eq!(said(&LINT, &design), "");
    }
}
