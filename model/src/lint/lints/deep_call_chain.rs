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
/// Names that a sentence lists at most.
const NAMED: usize = 16;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let order = context.called_first();
    // For each node, how many calls stand behind each other from there, and who is called first.
    let mut longest: Vec<Option<(usize, Option<usize>)>> = vec![None; order.len()];
    for at in order {
        let calls = context.outgoing[at].iter().filter(|edge| edge.kind == EdgeKind::Call);
        let called = calls.filter_map(|edge| context.graph.index_of(&edge.to));
        let behind = called.filter_map(|next| Some((longest[next]?.0 + 1, next)));
        let best = behind.fold(
            (0, None),
            |best, (count, next)| {
                if count > best.0 { (count, Some(next)) } else { best }
            },
        );
        longest[at] = Some(best);
    }
    for (index, node) in context.design.nodes.iter().enumerate() {
        let is_called = context.incoming[index].iter().any(|edge| edge.kind == EdgeKind::Call);
        let count = longest[index].map_or(0, |it| it.0);
        if node.is_channel() || is_called || count <= MOST {
            continue;
        }
        let way = std::iter::successors(Some(index), |at| longest[*at]?.1);
        let mut names: Vec<&str> =
            way.take(NAMED + 1).map(|at| context.design.nodes[at].name.as_str()).collect();
        if names.len() > NAMED {
            names[NAMED] = "…";
        }
        let sentence = format!("{count} calls stand behind each other: {}", names.join(", "));
        let place = Place::Node(node.name.clone());
        findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
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
