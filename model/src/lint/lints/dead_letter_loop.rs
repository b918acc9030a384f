//! Dead letters that come back to where they died.

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "dead-letter-loop",
    title: "dead letters circle",
    meaning: "A message that is given up on one channel of a circle goes to the next for ever, and \
              nobody ever sees it. Let the last one keep its dead letters.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let index = |name: &str| context.graph.index_of(name).and_then(|i| u32::try_from(i).ok());
    let routes = context.edges_of(EdgeKind::Subscribe).filter_map(|edge| {
        index(&edge.from).zip(edge.contract.dead_letter.as_deref().and_then(index))
    });
    let routes = DiGraph::<(), ()>::from_edges(routes);
    let mut circle_of = vec![0; routes.node_count()];
    for (circle, channels) in tarjan_scc(&routes).iter().enumerate() {
        channels.iter().for_each(|channel| circle_of[channel.index()] = circle);
    }
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some(channel) = &edge.contract.dead_letter else { continue };
        let ends = context.graph.index_of(&edge.from).zip(context.graph.index_of(channel));
        if ends.is_some_and(|(from, to)| circle_of[from] == circle_of[to]) {
            let sentence = format!(
                "dead letters of `{}` come back to it by way of `{channel}`; send them elsewhere",
                edge.from
            );
            let place = Place::Edge(edge.name());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at("contract.dead_letter"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn dead_letters_never_come_back() {
        let mut design =
            fixture::design("q: queue\n d: queue\n c: consumer\n h: consumer\n q -> c\n d -> h");
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("d".into());
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "d -> h").contract.dead_letter = Some("q".into());
        assert_eq!(said(&LINT, &design).lines().count(), 2);
        fixture::edge(&mut design, "d -> h").contract.dead_letter = Some("d".into());
        assert_eq!(
            said(&LINT, &design),
            "error: edge `d -> h` at contract.dead_letter: \
             dead letters of `d` come back to it by way of `d`; send them elsewhere"
        );
    }
}
