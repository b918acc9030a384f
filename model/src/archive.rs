//! Archives: whom a replay of what a channel has kept can reach.

use std::collections::BTreeSet;

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::scenario::Recipients;

/// The subscribe edges over which a replay delivers, in the order of the design: those of the
/// channel and of what is bound to it. An archive, from which nothing leads on, stands for the
/// channels that feed it: whoever hears of them is reached.
#[must_use]
pub fn subscriptions<'a>(design: &'a Design, channel: &str, to: &Recipients) -> Vec<&'a Edge> {
    let leads_on = design.edges.iter().any(|edge| edge.from == channel);
    let origins = if leads_on {
        BTreeSet::from([channel.to_owned()])
    } else {
        closure(design, channel, |edge| (&edge.to, &edge.from))
    };
    let mut reached = BTreeSet::new();
    for origin in &origins {
        reached.append(&mut closure(design, origin, |edge| (&edge.from, &edge.to)));
    }
    let is_meant = |edge: &&Edge| match to {
        Recipients::All => true,
        Recipients::Consumer(name) => edge.to == *name,
    };
    let subscribing = design.edges.iter().map(|edge| &**edge);
    subscribing
        .filter(|edge| edge.kind == EdgeKind::Subscribe && reached.contains(&edge.from))
        .filter(is_meant)
        .collect()
}

/// A channel, and those that are bound to it one after the other; `ends` says in which direction.
fn closure(
    design: &Design,
    start: &str,
    ends: impl Fn(&Edge) -> (&String, &String),
) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([start.to_owned()]);
    let mut todo = vec![start.to_owned()];
    while let Some(here) = todo.pop() {
        for edge in design.edges.iter().filter(|edge| edge.kind == EdgeKind::Bind) {
            let (from, to) = ends(edge);
            if *from == here && reached.insert(to.clone()) {
                todo.push(to.clone());
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn reached(channel: &str, to: Recipients) -> String {
        let design = fixture::design(
            "bus: topic\n mail: queue\n archive: topic\n other: queue\n a: consumer\n b: consumer
             c: consumer\n bus -> a\n bus -> mail\n bus -> archive\n mail -> b\n other -> c",
        );
        let edges = subscriptions(&design, channel, &to);
        edges.iter().map(|edge| edge.name().to_string()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn an_archive_reaches_whoever_hears_of_what_feeds_it() {
        assert_eq!(reached("archive", Recipients::All), "bus -> a, mail -> b");
        assert_eq!(reached("archive", Recipients::Consumer("b".into())), "mail -> b");
        assert_eq!(reached("archive", Recipients::Consumer("c".into())), "");
    }

    #[test]
    fn a_channel_reaches_its_own_subscribers_and_those_behind_its_bindings() {
        assert_eq!(reached("bus", Recipients::All), "bus -> a, mail -> b");
        assert_eq!(reached("mail", Recipients::All), "mail -> b");
    }
}
