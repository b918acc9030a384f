//! Messages that cause each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "event-circle",
    title: "messages that cause each other in a circle",
    severity: Severity::Warning,
    meaning: "A consumer publishes what, some hops later, comes back to it as the same message. \
              Unless a condition ends it, one message goes round for ever, and multiplies where \
              several listen. Where every way round has a condition it is good to know only.",
    check,
};

/// A consumer that handles a message.
type Step<'a> = (&'a str, &'a str);

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut readers: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for it in context.readings() {
        if context
            .edges
            .get(&(it.edge.from.as_str(), it.edge.to.as_str()))
            .is_some_and(|edge| edge.kind == EdgeKind::Subscribe)
        {
            readers.entry((&it.writer, &it.message)).or_default().insert(&it.reader);
        }
    }
    for is_free in [true, false] {
        let found = circles(context, &readers, is_free);
        for circle in found {
            let place = Place::Node(circle[0].0.to_owned());
            let is_said = |it: &Finding| it.code == LINT.code && it.place == place;
            if !findings.iter().any(is_said) {
                findings.push(finding(&circle, is_free));
            }
        }
    }
}

fn finding(circle: &[Step<'_>], is_free: bool) -> Finding {
    let hops: Vec<String> =
        circle.iter().map(|(node, message)| format!("`{node}` on `{message}`")).collect();
    let (severity, end) = match is_free {
        true => (Severity::Warning, "and nothing ends it"),
        false => (Severity::Info, "as long as the conditions on the way hold"),
    };
    let count = circle.len();
    let sentence =
        format!("{} cause each other in a circle of {count} hops, {end}", hops.join(", "));
    Finding::new(LINT.code, severity, Place::Node(circle[0].0.to_owned()), sentence)
}

/// The circles of what causes what; if `is_free`, without emissions that have a condition.
fn circles<'a>(
    context: &Context<'a>,
    readers: &BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    is_free: bool,
) -> Vec<Vec<Step<'a>>> {
    let mut graph: DiGraph<Step<'a>, ()> = DiGraph::new();
    let mut known: BTreeMap<Step<'a>, NodeIndex> = BTreeMap::new();
    let mut arrows: Vec<(Step<'a>, Step<'a>)> = Vec::new();
    for (&(_, message), consumers) in readers {
        for &name in consumers {
            let handler = context.consumer(name).and_then(|it| it.handler_for(message));
            let Some(handler) = handler.filter(|it| !is_free || it.when.is_none()) else {
                continue;
            };
            for emission in handler.emits.iter().filter(|it| !is_free || it.when.is_none()) {
                let next = emission.message.name.as_str();
                let Some((&(_, next), to)) = readers.get_key_value(&(name, next)) else { continue };
                arrows.extend(to.iter().map(|reader| ((name, message), (*reader, next))));
            }
        }
    }
    for (from, to) in arrows {
        let [from, to] =
            [from, to].map(|it| *known.entry(it).or_insert_with(|| graph.add_node(it)));
        graph.update_edge(from, to, ());
    }
    let components = tarjan_scc(&graph).into_iter();
    let circles = components.filter(|it| it.len() > 1 || graph.contains_edge(it[0], it[0]));
    let mut found: Vec<Vec<Step<'a>>> = circles
        .map(|circle| {
            // Against the direction in which components are found: the way that messages go.
            let mut steps: Vec<Step<'a>> = circle.into_iter().rev().map(|it| graph[it]).collect();
            let first = (0..steps.len()).min_by_key(|at| steps[*at]).unwrap_or(0);
            steps.rotate_left(first);
            steps
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::expression::Expression;
    use crate::fixture;
    use crate::lint::said;

    fn ping_pong() -> Design {
        let mut design = fixture::design(
            "p: queue\n q: queue\n a: consumer\n b: consumer
             a -> p: Ping\n p -> b: Ping\n b -> q: Pong\n q -> a: Pong",
        );
        for name in ["Ping", "Pong"] {
            fixture::message(&mut design, name).versions.push(fixture::version("{}"));
        }
        fixture::emit(&mut design, "a", "Ping");
        fixture::emit(&mut design, "b", "Pong");
        design
    }

    #[test]
    fn who_answers_every_answer_never_ends() {
        let mut design = ping_pong();
        assert_eq!(
            said(&LINT, &design),
            "warning: node `a`: `a` on `Pong`, `b` on `Ping` cause each other in a circle of 2 \
             hops, and nothing ends it"
        );
        fixture::consumer(&mut design, "b").handlers[0].emits[0].when =
            Some(Expression::from("payload.left > 0"));
        assert_eq!(
            said(&LINT, &design),
            "info: node `a`: `a` on `Pong`, `b` on `Ping` cause each other in a circle of 2 \
             hops, as long as the conditions on the way hold"
        );
    }

    #[test]
    fn another_message_back_is_no_circle() {
        let mut design = ping_pong();
        fixture::consumer(&mut design, "a").handlers.clear();
        assert_eq!(said(&LINT, &design), "");
    }
}
