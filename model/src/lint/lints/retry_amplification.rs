//! Retries behind retries: how many calls one message can become.

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
/// Calls behind each other that are followed at most.
const DEEPEST: usize = 16;

/// The way to a call, and how many there can be for one message.
struct Way<'a> {
    edges: Vec<&'a Edge>,
    calls: u64,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let begins = match edge.kind {
            EdgeKind::Subscribe => true,
            EdgeKind::Call => !has_callers(context, &edge.from),
            EdgeKind::Publish | EdgeKind::Bind => false,
        };
        if !begins {
            continue;
        }
        let mut way = Way { edges: vec![edge], calls: attempts(edge) };
        let mut worst = None;
        follow(context, &mut way, &mut worst);
        let Some((path, calls)) = worst.filter(|(_, calls)| *calls > MOST) else { continue };
        let last = path.last().cloned().unwrap_or_default();
        let sentence = format!(
            "one message can become {calls} calls of `{last}`, because retries multiply along {}",
            path.join(", ")
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(finding.at("contract.retry"));
    }
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

fn follow<'a>(context: &Context<'a>, way: &mut Way<'a>, worst: &mut Option<(Vec<&'a str>, u64)>) {
    let Some(at) = way.edges.last().map(|edge| edge.to.as_str()) else { return };
    let multiplied = way.edges.iter().filter(|edge| attempts(edge) > 1).count();
    if multiplied > 1 && worst.as_ref().is_none_or(|(_, calls)| way.calls > *calls) {
        *worst = Some((way.edges.iter().map(|edge| edge.to.as_str()).collect(), way.calls));
    }
    let Some(index) = context.graph.index_of(at).filter(|_| way.edges.len() < DEEPEST) else {
        return;
    };
    let called = context.consumer(at).into_iter().flat_map(|it| &it.handlers);
    let called: Vec<&String> = called.flat_map(|handler| &handler.calls).collect();
    for edge in context.outgoing[index].iter().filter(|edge| edge.kind == EdgeKind::Call) {
        let is_new = way.edges.iter().all(|before| before.to != edge.to);
        if is_new && called.contains(&&edge.to) {
            let before = way.calls;
            way.edges.push(edge);
            way.calls = before.saturating_mul(attempts(edge));
            follow(context, way, worst);
            way.edges.pop();
            way.calls = before;
        }
    }
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
