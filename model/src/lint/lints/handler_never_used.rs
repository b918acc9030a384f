//! Handlers for messages that come over no edge.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::carried::Carried;
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "handler-never-used",
    title: "a handler for a message that no edge brings",
    severity: Severity::Warning,
    meaning: "No subscription or call of the consumer carries the message, so the handler never \
              runs. Let a contract carry it, or remove the handler.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        if context.incoming[index].is_empty() {
            continue;
        }
        let edges = context.incoming[index].iter().copied();
        let comes = Carried::by(
            edges.filter(|edge| matches!(edge.kind, EdgeKind::Subscribe | EdgeKind::Call)),
        );
        for (place, handler) in consumer.handlers.iter().enumerate() {
            let Some(name) = handler.on.as_deref().filter(|name| !comes.has(name)) else {
                continue;
            };
            if !context.messages.contains_key(name) {
                continue;
            }
            let sentence =
                format!("`{}` has a handler for `{name}`, which no edge brings to it", node.name);
            let at = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, at, sentence);
            findings.push(finding.at(format_args!("role.handlers.{place}.on")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;

    #[test]
    fn an_edge_brings_what_a_handler_is_for() {
        let mut design =
            fixture::design("q: queue\n b: consumer\n a: producer\n a -> q: Paid\n q -> b: Placed");
        let handler = |name: &str| Handler { on: Some(name.to_owned()), ..Handler::default() };
        fixture::consumer(&mut design, "b").handlers = vec![handler("Placed"), handler("Paid")];
        assert_eq!(
            said(&LINT, &design),
            "warning: node `b` at role.handlers.1.on: `b` has a handler for `Paid`, which no edge \
             brings to it"
        );
        fixture::edge(&mut design, "q -> b").contract.messages.clear();
        assert_eq!(said(&LINT, &design), "", "everything may come");
    }
}
