//! Retries behind retries: how many calls one message can become.

use std::collections::BTreeSet;

use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "retry-amplification",
    title: "retries that multiply along a path",
    severity: Severity::Warning,
    meaning: "When the last of a chain is down, everybody before it tries again, and the attempts \
              multiply: three times three times three are 27 calls for one message, at the worst \
              moment. Retry in one place, or give the others a retry budget. The limit is 16.",
    check,
};

/// Calls for one message that are still fine.
const MOST: u64 = 16;
/// Names that a sentence lists at most.
const NAMED: usize = 16;

/// The worst that can come of one message at a node: how many calls, and the next on the way.
type Worst = (u64, Option<usize>);

/// For each node, the worst with at least none, one and two retried edges on the way.
type Table = Vec<[Option<Worst>; 3]>;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let table = table(context);
    for edge in &context.design.edges {
        let begins = match edge.kind {
            EdgeKind::Subscribe => true,
            EdgeKind::Call => !has_callers(context, &edge.from),
            EdgeKind::Publish | EdgeKind::Bind => false,
        };
        let Some(to) = context.graph.index_of(&edge.to).filter(|_| begins) else { continue };
        let needed = 2 - usize::from(attempts(edge) > 1);
        let Some((behind, _)) = table[to][needed] else { continue };
        let calls = attempts(edge).saturating_mul(behind);
        if calls <= MOST {
            continue;
        }
        let path = path(context, &table, (to, needed));
        let last = path.last().copied().unwrap_or_default();
        let sentence = format!(
            "one message can become {calls} calls of `{last}`, because retries multiply along {}",
            shortened(&path)
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(finding.at("contract.retry"));
    }
}

fn shortened(path: &[&str]) -> String {
    match path {
        [first @ .., last] if path.len() > NAMED => {
            format!("{}, …, {last}", first[..NAMED].join(", "))
        }
        all => all.join(", "),
    }
}

/// The calls that a node makes: of whom, and how often for one message.
fn calls(context: &Context<'_>, at: usize) -> Vec<(usize, u64)> {
    let node = &context.design.nodes[at];
    let handlers = context.consumer(&node.name).into_iter().flat_map(|it| &it.handlers);
    let called: BTreeSet<&str> =
        handlers.flat_map(|handler| handler.calls.iter().map(String::as_str)).collect();
    let edges = context.outgoing[at].iter().filter(|edge| edge.kind == EdgeKind::Call);
    let made = edges.filter(|edge| called.contains(edge.to.as_str()));
    made.filter_map(|edge| Some((context.graph.index_of(&edge.to)?, attempts(edge)))).collect()
}

/// The table of a design; a call that closes a circle leads nowhere.
fn table(context: &Context<'_>) -> Table {
    let mut table: Table = vec![[None; 3]; context.design.nodes.len()];
    for at in context.called_first() {
        let mut worst: [Option<Worst>; 3] = [Some((1, None)), None, None];
        for (next, attempts) in calls(context, at) {
            for (needed, known) in worst.iter_mut().enumerate() {
                let left = needed.saturating_sub(usize::from(attempts > 1));
                let Some((behind, _)) = table[next][left] else { continue };
                let all = attempts.saturating_mul(behind);
                if known.is_none_or(|(most, _)| all > most) {
                    *known = Some((all, Some(next)));
                }
            }
        }
        table[at] = worst;
    }
    table
}

/// The names on the worst way from a node on.
fn path<'a>(
    context: &Context<'a>,
    table: &Table,
    (mut at, mut needed): (usize, usize),
) -> Vec<&'a str> {
    let mut names = vec![context.design.nodes[at].name.as_str()];
    while let Some((_, Some(next))) = table[at][needed] {
        let made = calls(context, at).into_iter().find(|(to, _)| *to == next);
        let is_retried = made.is_some_and(|(_, attempts)| attempts > 1);
        needed = needed.saturating_sub(usize::from(is_retried));
        at = next;
        names.push(&context.design.nodes[at].name);
    }
    names
}

fn has_callers(context: &Context<'_>, name: &str) -> bool {
    let index = context.graph.index_of(name);
    index.is_some_and(|index| {
        let mut edges = context.incoming[index].iter();
        edges.any(|edge| matches!(edge.kind, EdgeKind::Call | EdgeKind::Subscribe))
    })
}

/// How often something is tried over an edge; of what has no limit or a budget, once: both are
/// said elsewhere.
fn attempts(edge: &Edge) -> u64 {
    let retry = edge.contract.retry.as_ref().filter(|_| edge.contract.retry_budget.is_none());
    retry.and_then(|retry| retry.attempts).map_or(1, u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Backoff, Retry};
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;

    fn chain(attempts: u32) -> Design {
        let mut design = fixture::design(
            "q: queue\n a: consumer\n b: consumer\n c: consumer\n q -> a\n a -> b\n b -> c",
        );
        for (from, to) in [("a", "b"), ("b", "c")] {
            let calls = vec![to.to_owned()];
            fixture::consumer(&mut design, from)
                .handlers
                .push(Handler { calls, ..Handler::default() });
        }
        for edge in ["q -> a", "a -> b", "b -> c"] {
            let attempts = Some(attempts);
            let retry = Retry { attempts, backoff: Backoff::None, jitter: 0.0 };
            fixture::edge(&mut design, edge).contract.retry = Some(retry);
        }
        design
    }

    #[test]
    fn attempts_multiply_along_a_chain_of_calls() {
        assert_eq!(said(&LINT, &chain(2)), "", "eight are fine");
        let mut design = chain(3);
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> a` at contract.retry: one message can become 27 calls of `c`, \
             because retries multiply along a, b, c"
        );
        fixture::edge(&mut design, "a -> b").contract.retry = None;
        assert_eq!(said(&LINT, &design), "", "nine are fine");
    }

    #[test]
    fn retries_in_one_place_only_do_not_multiply() {
        let mut design = chain(20);
        for edge in ["q -> a", "a -> b"] {
            fixture::edge(&mut design, edge).contract.retry = None;
        }
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn calls_in_a_circle_end() {
        let mut design =
            fixture::design("a: consumer\n b: consumer\n q: queue\n q -> a\n a -> b\n b -> a");
        for (from, to) in [("a", "b"), ("b", "a")] {
            let calls = vec![to.to_owned()];
            fixture::consumer(&mut design, from)
                .handlers
                .push(Handler { calls, ..Handler::default() });
        }
        assert_eq!(said(&LINT, &design), "");
    }
}
