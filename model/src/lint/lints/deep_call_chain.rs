//! Calls behind calls behind calls.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "deep-call-chain",
    title: "a long chain of calls",
    severity: Severity::Info,
    meaning: "Whoever calls waits for all that are called behind it, and is down when one of them is: \
              four services that are there 99.9 % of the time are there together for 99.6 %. Chains \
              of more than three calls are listed; an event in the middle cuts them.",
    check,
};

/// Calls behind each other that are fine.
const MOST: usize = 3;
/// Calls behind each other that are followed at most.
const DEEPEST: usize = 16;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node) in context.design.nodes.iter().enumerate() {
        let is_called = context.incoming[index].iter().any(|edge| edge.kind == EdgeKind::Call);
        if node.is_channel() || is_called {
            continue;
        }
        let mut longest = Vec::new();
        follow(context, &mut vec![node.name.as_str()], &mut longest);
        if longest.len() > MOST + 1 {
            let sentence = format!(
                "{} calls stand behind each other: {}",
                longest.len() - 1,
                longest.join(", ")
            );
            let place = Place::Node(node.name.clone());
            findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
        }
    }
}

fn follow<'a>(context: &Context<'a>, way: &mut Vec<&'a str>, longest: &mut Vec<&'a str>) {
    if way.len() > longest.len() {
        longest.clone_from(way);
    }
    let index = way.last().and_then(|at| context.graph.index_of(at));
    let Some(index) = index.filter(|_| way.len() <= DEEPEST) else { return };
    for edge in context.outgoing[index].iter().filter(|edge| edge.kind == EdgeKind::Call) {
        if !way.contains(&edge.to.as_str()) {
            way.push(&edge.to);
            follow(context, way, longest);
            way.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn chains_of_calls_are_short() {
        let nodes = "a: producer\n b: consumer\n c: consumer\n d: consumer\n e: consumer";
        let three = format!("{nodes}\n a -> b\n b -> c\n c -> d");
        assert_eq!(said(&LINT, &fixture::design(&three)), "");
        let four = format!("{three}\n d -> e\n e -> b");
        assert_eq!(
            said(&LINT, &fixture::design(&four)),
            "info: node `a`: 4 calls stand behind each other: a, b, c, d, e"
        );
    }
}
