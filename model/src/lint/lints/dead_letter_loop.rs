//! Dead letters that come back to where they died.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use crate::channel::Trigger;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "dead-letter-loop",
    title: "dead letters circle",
    severity: Severity::Error,
    meaning: "A message that is given up on one channel of a circle goes to the next for ever, and \
              nobody ever sees it. Let the last one keep its dead letters.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let index = |name: &str| context.graph.index_of(name).and_then(|i| u32::try_from(i).ok());
    let of_edges = context.edges_of(EdgeKind::Subscribe).filter_map(|edge| {
        index(&edge.from).zip(edge.contract.dead_letter.as_deref().and_then(index))
    });
    let of_channels = context.channels().filter(|(at, _, _)| !waits(context, *at)).filter_map(
        |(_, node, channel)| index(&node.name).zip(channel.dead_letter.as_deref().and_then(index)),
    );
    let routes = DiGraph::<(), ()>::from_edges(of_edges.chain(of_channels));
    let mut circle_of = vec![0; routes.node_count()];
    for (circle, channels) in kosaraju_scc(&routes).iter().enumerate() {
        channels.iter().for_each(|channel| circle_of[channel.index()] = circle);
    }
    let circles = |from: &str, to: &str| {
        let ends = context.graph.index_of(from).zip(context.graph.index_of(to));
        ends.is_some_and(|(from, to)| {
            circle_of.get(from).is_some() && circle_of.get(from) == circle_of.get(to)
        })
    };
    let mut report = |severity, place, from: &str, to: &str, property: &str| {
        let sentence = format!(
            "dead letters of `{from}` come back to it by way of `{to}`; send them elsewhere"
        );
        findings.push(Finding::new(LINT.code, severity, place, sentence).at(property));
    };
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some(channel) = &edge.contract.dead_letter else { continue };
        if circles(&edge.from, channel) {
            let place = Place::Edge(edge.name());
            report(Severity::Error, place, &edge.from, channel, "contract.dead_letter");
        }
    }
    for (at, node, channel) in context.channels() {
        let Some(to) = channel.dead_letter.as_ref().filter(|_| !waits(context, at)) else {
            continue;
        };
        if circles(&node.name, to) {
            let place = Place::Node(node.name.clone());
            report(Severity::Warning, place, &node.name, to, "role.dead_letter");
        }
    }
}

/// Whether messages stay in a channel until they expire and are then sent on: a waiting room, as
/// people build it for retries.
fn waits(context: &Context<'_>, channel: usize) -> bool {
    context.semantics[channel].as_ref().is_some_and(|semantics| {
        semantics.time_to_live > Span::ZERO && semantics.dead_letters.contains(&Trigger::Expired)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

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

    #[test]
    fn a_waiting_room_for_retries_is_no_circle() {
        let mut design = fixture::design("work: queue\n wait: queue");
        let channel = |to: &str, time_to_live| {
            let dead_letter = Some(to.to_owned());
            let rabbit = Channel::of("rabbit.classic");
            Role::Channel(Channel { dead_letter, time_to_live, ..rabbit })
        };
        fixture::node(&mut design, "work").role = channel("wait", None);
        fixture::node(&mut design, "wait").role = channel("work", Some(Span::from_secs(1)));
        assert_eq!(said(&LINT, &design), "");
        fixture::node(&mut design, "wait").role = channel("work", None);
        assert_eq!(said(&LINT, &design).lines().count(), 2);
        fixture::node(&mut design, "work").role = channel("work", None);
        assert_eq!(
            said(&LINT, &design).lines().next(),
            Some(
                "warning: node `work` at role.dead_letter: dead letters of `work` come back to \
                 it by way of `work`; send them elsewhere"
            )
        );
    }
}
