//! Messages that cause each other in a circle.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Role;

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
/// Many writers and many readers of one message meet in one point, so arrows are few. Nodes and
/// messages by their places in the design.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    Source(usize),
    /// A consumer that handles a message.
    Step(usize, usize),
    /// A consumer, and the place of its handler.
    Handler(usize, usize),
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut said = BTreeSet::new();
    let passes: &[bool] = if has_conditions(context) { &[true, false] } else { &[true] };
    for is_free in passes {
        for circle in circles(context, *is_free) {
            if said.insert(circle[0].0) {
                findings.push(finding(&circle, *is_free));
            }
        }
    }
}

/// Whether anybody handles or emits something only sometimes.
fn has_conditions(context: &Context<'_>) -> bool {
    context.consumers().flat_map(|(_, _, it)| &it.handlers).any(|handler| {
        handler.when.is_some() || handler.emits.iter().any(|emission| emission.when.is_some())
    })
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
    let flow = context.flow();
    let message = |name: &str| context.message_places.get(name).copied().unwrap_or(usize::MAX);
    let messages: Vec<usize> = flow.sources.iter().map(|it| message(&it.message.name)).collect();
    let mut web = Web { context, graph: DiGraph::new(), known: BTreeMap::new() };
    let mut handlers = BTreeSet::new();
    for reach in flow.reaches.iter().filter(|it| it.edge.kind == EdgeKind::Subscribe) {
        let Some(reader) = context.graph.index_of(&reach.edge.to) else { continue };
        let name = &flow.sources[reach.source].message.name;
        let Some(place) = handler_for(context, reader, name, is_free) else { continue };
        let step = Point::Step(reader, messages[reach.source]);
        web.leads(Point::Source(reach.source), step);
        web.leads(step, Point::Handler(reader, place));
        handlers.insert((reader, place));
    }
    let mut written: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (place, source) in flow.sources.iter().enumerate() {
        let writers = source.writers.iter().filter_map(|it| context.graph.index_of(it.0));
        for writer in writers {
            written.entry((writer, messages[place])).or_default().push(place);
        }
    }
    for (node, place) in handlers {
        let consumer = context.consumer(&context.design.nodes[node].name);
        let handler = consumer.and_then(|it| it.handlers.get(place));
        let emissions = handler.into_iter().flat_map(|it| &it.emits);
        for emission in emissions.filter(|it| !is_free || it.when.is_none()) {
            let key = (node, message(&emission.message.name));
            for source in written.get(&key).into_iter().flatten() {
                web.leads(Point::Handler(node, place), Point::Source(*source));
            }
        }
    }
    web.circles()
}

/// The place of the handler of a node that takes a message, if it always does or that is no matter.
fn handler_for(context: &Context<'_>, node: usize, message: &str, is_free: bool) -> Option<usize> {
    let Role::Consumer(consumer) = &context.design.nodes[node].role else { return None };
    let handler = consumer.handler_for(message).filter(|it| !is_free || it.when.is_none())?;
    consumer.handlers.iter().position(|it| std::ptr::eq(it, handler))
}

struct Web<'c, 'a> {
    context: &'c Context<'a>,
    graph: DiGraph<Point, ()>,
    known: BTreeMap<Point, NodeIndex>,
}

impl<'a> Web<'_, 'a> {
    fn leads(&mut self, from: Point, to: Point) {
        let Web { graph, known, .. } = self;
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
            Point::Step(node, message) => {
                let design = self.context.design;
                let message = design.messages.get(message)?;
                Some((design.nodes[node].name.as_str(), message.name.as_str()))
            }
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
