//! Channels that pass messages on to each other for ever.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "bind-circle",
    title: "channels that are bound in a circle",
    severity: Severity::Error,
    meaning: "Each channel of the circle gives the next one a copy of what it gets, at once and \
              without end. Remove one of the bindings.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let index = |name: &str| context.graph.index_of(name).and_then(|i| u32::try_from(i).ok());
    let bound =
        context.edges_of(EdgeKind::Bind).filter_map(|edge| index(&edge.from).zip(index(&edge.to)));
    let alternate = context
        .channels()
        .filter_map(|(_, node, it)| index(&node.name).zip(it.alternate.as_deref().and_then(index)));
    let ways = DiGraph::<(), ()>::from_edges(bound.chain(alternate));
    let mut circle_of = vec![0; ways.node_count()];
    for (circle, channels) in kosaraju_scc(&ways).iter().enumerate() {
        channels.iter().for_each(|channel| circle_of[channel.index()] = circle);
    }
    let comes_back = |from: &str, to: &str| {
        let ends = context.graph.index_of(from).zip(context.graph.index_of(to));
        ends.is_some_and(|(from, to)| circle_of[from] == circle_of[to])
    };
    let sentence = |from: &str, to: &str| {
        format!("what `{from}` passes on to `{to}` comes back to it, without end")
    };
    for edge in context.edges_of(EdgeKind::Bind).filter(|edge| comes_back(&edge.from, &edge.to)) {
        let place = Place::Edge(edge.name());
        let sentence = sentence(&edge.from, &edge.to);
        findings.push(Finding::new(LINT.code, Severity::Error, place, sentence));
    }
    for (_, node, channel) in context.channels() {
        let Some(alternate) = &channel.alternate else { continue };
        if comes_back(&node.name, alternate) {
            let place = Place::Node(node.name.clone());
            let sentence = sentence(&node.name, alternate);
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at("role.alternate"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn bindings_come_to_an_end() {
        let lines = "a: topic\n b: topic\n c: queue\n a -> b\n b -> c";
        assert_eq!(said(&LINT, &fixture::design(lines)), "");
        assert_eq!(
            said(&LINT, &fixture::design(&format!("{lines}\n b -> a"))),
            "error: edge `a -> b`: what `a` passes on to `b` comes back to it, without end\n\
             error: edge `b -> a`: what `b` passes on to `a` comes back to it, without end"
        );
    }

    #[test]
    fn an_alternate_is_a_way_on_too() {
        let mut design = fixture::design("a: topic\n b: topic\n a -> b");
        let alternate = |name: &str| {
            Role::Channel(Channel { alternate: Some(name.into()), ..Channel::default() })
        };
        fixture::node(&mut design, "b").role = alternate("a");
        assert_eq!(said(&LINT, &design).lines().count(), 2);
        let mut design = fixture::design("a: topic");
        fixture::node(&mut design, "a").role = alternate("a");
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at role.alternate: what `a` passes on to `a` comes back to it, \
             without end"
        );
    }
}
