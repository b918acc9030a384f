//! Calls along edges that are not there.

use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "call-without-call-edge",
    title: "a handler calls a consumer without a call edge",
    severity: Severity::Error,
    meaning: "A call needs an edge from caller to called, whose contract says how long to wait and \
              how often to try.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        for (i, handler) in consumer.handlers.iter().enumerate() {
            for (j, called) in handler.calls.iter().enumerate() {
                let edge = context.edges.get(&(node.name.as_str(), called.as_str()));
                let is_drawn = edge.is_some_and(|edge| edge.kind == EdgeKind::Call);
                if is_drawn || context.consumer(called).is_none() {
                    continue;
                }
                let sentence = format!("`{}` has no call edge to `{called}`", node.name);
                let place = Place::Node(node.name.clone());
                let finding = Finding::new(LINT.code, Severity::Error, place, sentence)
                    .at(format_args!("role.handlers.{i}.calls.{j}"));
                let edge = Edge::new(EdgeKind::Call, node.name.as_str(), called.as_str());
                let edit = Edit::AddEdge(edge);
                findings.push(match edit.apply(context.design) {
                    Ok(_) => finding.with_fix(format!("Connect with {called}"), edit),
                    Err(_) => finding,
                });
            }
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
    fn a_call_goes_along_an_edge() {
        let mut design = fixture::design("a: consumer\n b: consumer");
        let handler = Handler { calls: vec!["b".into()], ..Handler::default() };
        fixture::consumer(&mut design, "a").handlers.push(handler);
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at role.handlers.0.calls.0: \
             `a` has no call edge to `b` [Connect with b]"
        );
        design.edges.push(Edge::new(EdgeKind::Call, "a", "b").into());
        assert_eq!(said(&LINT, &design), "");
    }
}
