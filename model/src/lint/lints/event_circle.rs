//! Messages that cause each other in a circle.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::kosaraju_scc;
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

/// What causes what: a message reaches steps, a step is done by a handler, which writes messages.
/// Many writers and many readers of one message meet in one point, so arrows are few.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point<'a> {
    Source(usize),
    Step(Step<'a>),
    /// A consumer, and the place of its handler.
    Handler(&'a str, usize),
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut said = BTreeSet::new();
    for is_free in [true, false] {
        for circle in circles(context, is_free) {
            if said.insert(circle[0].0) {
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

/// The circles of what causes what, the shortest of those that hang together; if `is_free`,
/// without emissions that have a condition.
fn circles<'a>(context: &Context<'a>, is_free: bool) -> Vec<Vec<Step<'a>>> {
    let mut web = Web { graph: DiGraph::new(), known: BTreeMap::new() };
    let mut handlers = BTreeSet::new();
    for (source, reach) in context.flow().each() {
        let (reader, message) = (reach.edge.to.as_str(), source.message.name.as_str());
        if reach.edge.kind != EdgeKind::Subscribe {
            continue;
        }
        let handled = context.consumer(reader).map(|it| (it, it.handler_for(message)));
        let Some((consumer, Some(handler))) = handled else { continue };
        if is_free && handler.when.is_some() {
            continue;
        }
        let place = consumer.handlers.iter().position(|it| std::ptr::eq(it, handler));
        let Some(place) = place else { continue };
        let step = Point::Step((reader, message));
        web.leads(Point::Source(reach.source), step);
        web.leads(step, Point::Handler(reader, place));
        handlers.insert((reader, place));
    }
    let mut written: BTreeMap<Step<'a>, Vec<usize>> = BTreeMap::new();
    for (place, source) in context.flow().sources.iter().enumerate() {
        for (writer, _) in &source.writers {
            written.entry((writer, &source.message.name)).or_default().push(place);
        }
    }
    for (name, place) in handlers {
        let handler = context.consumer(name).and_then(|it| it.handlers.get(place));
        let emissions = handler.into_iter().flat_map(|it| &it.emits);
        for emission in emissions.filter(|it| !is_free || it.when.is_none()) {
            for source in written.get(&(name, &emission.message.name)).into_iter().flatten() {
                web.leads(Point::Handler(name, place), Point::Source(*source));
            }
        }
    }
    web.circles()
}

struct Web<'a> {
    graph: DiGraph<Point<'a>, ()>,
    known: BTreeMap<Point<'a>, NodeIndex>,
}

impl<'a> Web<'a> {
    fn leads(&mut self, from: Point<'a>, to: Point<'a>) {
        let Web { graph, known } = self;
        let [from, to] =
            [from, to].map(|it| *known.entry(it).or_insert_with(|| graph.add_node(it)));
        graph.add_edge(from, to, ());
    }

    fn circles(&self) -> Vec<Vec<Step<'a>>> {
        let components = kosaraju_scc(&self.graph).into_iter().filter(|it| it.len() > 1);
        let mut found: Vec<Vec<Step<'a>>> =
            components.filter_map(|it| self.shortest(&it)).collect();
        found.sort();
        found
    }

    /// The shortest way from the first step of a circle back to it.
    fn shortest(&self, circle: &[NodeIndex]) -> Option<Vec<Step<'a>>> {
        let step = |at: NodeIndex| match self.graph[at] {
            Point::Step(step) => Some(step),
            Point::Source(_) | Point::Handler(..) => None,
        };
        let inside: BTreeSet<NodeIndex> = circle.iter().copied().collect();
        let first =
            circle.iter().copied().filter(|it| step(*it).is_some()).min_by_key(|it| step(*it))?;
        let mut before: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
        let mut open = VecDeque::from([first]);
        while let Some(at) = open.pop_front() {
            for next in self.graph.neighbors(at).filter(|it| inside.contains(it)) {
                if let Entry::Vacant(vacant) = before.entry(next) {
                    vacant.insert(at);
                    open.push_back(next);
                }
            }
        }
        let mut way = vec![step(first)?];
        let mut at = *before.get(&first)?;
        while at != first {
            way.extend(step(at));
            at = *before.get(&at)?;
        }
        way[1..].reverse();
        Some(way)
    }
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
