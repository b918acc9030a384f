//! How many parties handle each message, wherever bindings take it.

use std::collections::{BTreeMap, BTreeSet};

use crate::channel::Delivery;
use crate::edge::{Edge, EdgeKind};
use crate::lint::context::Context;
use crate::message::Properties;
use crate::node::{Consumer, Node, Role};
use crate::pattern::Pattern;

/// Who handles: a queue by its name, a group of a topic, the edge that brings the message, or a
/// consumer, however many call it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Party<'a> {
    Queue(&'a str),
    Group(&'a str, &'a str),
    Edge(&'a str, &'a str),
    Callee(&'a str),
}

/// For each message that is published or asked, how many parties handle it.
pub(super) fn count<'a>(context: &Context<'a>) -> BTreeMap<&'a str, usize> {
    let mut handled: BTreeMap<&str, BTreeSet<Party<'_>>> = BTreeMap::new();
    let mut said_by: BTreeMap<&str, Said<'_>> = BTreeMap::new();
    // Who says the same to a channel reaches the same parties; without filters, all say the same.
    let has_filters = context.design.edges.iter().any(|edge| edge.contract.filter.is_some());
    let mut walked: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    for edge in context.edges_of(EdgeKind::Publish) {
        let Some(node) = context.node(&edge.from) else { continue };
        let said_by = said_by.entry(&node.name).or_insert_with(|| said(node));
        for message in context.passed(edge) {
            let said = said_by.get(message).map_or(&[][..], Vec::as_slice);
            let words = if has_filters { format!("{said:?}") } else { String::new() };
            if !walked.insert((message, &edge.to, words)) {
                continue;
            }
            let parties = handled.entry(message).or_default();
            let mut walk = Walk { context, message, said, seen: BTreeSet::new(), parties };
            walk.channels(&edge.to);
        }
    }
    for edge in context.edges_of(EdgeKind::Call) {
        for message in context.passed(edge) {
            let parties = handled.entry(message).or_default();
            if takes(context, edge, message) {
                parties.insert(Party::Callee(&edge.to));
            }
        }
    }
    handled.into_iter().map(|(message, parties)| (message, parties.len())).collect()
}

/// What somebody says to channels, by the name of the message.
type Said<'a> = BTreeMap<&'a str, Vec<&'a Properties>>;

/// What a node says to channels when it publishes.
fn said(node: &Node) -> Said<'_> {
    let mut said = Said::new();
    match &node.role {
        Role::Producer(producer) => {
            for line in &producer.workload {
                said.entry(&line.message.name).or_default().push(&line.properties);
            }
        }
        Role::Channel(_) => {}
        Role::Consumer(consumer) => {
            for emission in consumer.emitted() {
                said.entry(&emission.message.name).or_default().push(&emission.properties);
            }
        }
    }
    said
}

/// A message on its way over channels that are bound to each other.
struct Walk<'w, 'a> {
    context: &'w Context<'a>,
    message: &'a str,
    /// Empty if nobody knows: then every filter may let it pass.
    said: &'w [&'a Properties],
    seen: BTreeSet<&'a str>,
    parties: &'w mut BTreeSet<Party<'a>>,
}

impl<'a> Walk<'_, 'a> {
    /// Goes to a channel, and to those that it passes on to.
    fn channels(&mut self, first: &'a str) {
        let mut open = vec![first];
        while let Some(name) = open.pop() {
            self.channel(name, &mut open);
        }
    }

    fn channel(&mut self, name: &'a str, open: &mut Vec<&'a str>) {
        let context = self.context;
        let Some(index) = context.graph.index_of(name).filter(|_| self.seen.insert(name)) else {
            return;
        };
        let Some(semantics) = &context.semantics[index] else { return };
        let mut is_matched = false;
        for edge in &context.outgoing[index] {
            if !self.passes(edge) {
                continue;
            }
            is_matched = true;
            match edge.kind {
                EdgeKind::Bind => open.push(&edge.to),
                EdgeKind::Publish | EdgeKind::Subscribe | EdgeKind::Call => {
                    if takes(context, edge, self.message) {
                        self.parties.insert(party(edge, semantics.delivery));
                    }
                }
            }
        }
        let alternate = context.channel(name).and_then(|channel| channel.alternate.as_deref());
        open.extend(alternate.filter(|_| !is_matched));
    }

    fn passes(&self, edge: &Edge) -> bool {
        let filter = edge.contract.filter.as_ref();
        let lets = |said: &&Properties| filter.is_none_or(|filter| filter.passes(said));
        edge.contract.carries(self.message) && (self.said.is_empty() || self.said.iter().any(lets))
    }
}

fn party(edge: &Edge, delivery: Delivery) -> Party<'_> {
    match (delivery, &edge.contract.group) {
        (Delivery::PointToPoint, _) => Party::Queue(&edge.from),
        (Delivery::PublishSubscribe, Some(group)) => Party::Group(&edge.from, group),
        (Delivery::PublishSubscribe, None) => Party::Edge(&edge.from, &edge.to),
    }
}

/// Whether the consumer at the end of an edge handles a message that comes along it. A read model
/// answers whatever it is asked, and a view keeps its rows.
fn takes(context: &Context<'_>, edge: &Edge, message: &str) -> bool {
    let has_pattern = |consumer: &Consumer| match &consumer.pattern {
        Pattern::Projection(_) => edge.kind == EdgeKind::Call,
        Pattern::MaterializedView(view) => view.rows.iter().any(|row| row == message),
        Pattern::Stateless
        | Pattern::Aggregator(_)
        | Pattern::Window(_)
        | Pattern::EventSourced(_)
        | Pattern::Saga(_)
        | Pattern::ProcessManager(_) => false,
    };
    let handles = |consumer: &Consumer| {
        consumer.handlers.is_empty()
            || consumer.handler_for(message).is_some()
            || has_pattern(consumer)
    };
    edge.contract.carries(message) && context.consumer(&edge.to).is_some_and(handles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::contract::Filter;
    use crate::design::Design;
    use crate::fixture;
    use crate::node::Handler;
    use crate::pattern::MaterializedView;

    /// A router with two queues bound to it.
    fn shop() -> Design {
        let mut design = fixture::design(
            "shop: producer
             router: topic
             eu: queue
             us: queue
             here: consumer
             there: consumer
             shop -> router: Placed
             router -> eu
             router -> us
             eu -> here
             us -> there",
        );
        fixture::produce(&mut design, "shop", "Placed");
        design
    }

    fn parties(design: &Design) -> usize {
        Context::new(design).handled["Placed"]
    }

    fn filter(design: &mut Design, edge: &str, key: &str) {
        fixture::edge(design, edge).contract.filter = Some(Filter::RoutingKey(key.into()));
    }

    #[test]
    fn a_view_takes_its_rows_without_a_handler_for_them() {
        let mut design = shop();
        let on = Some("Other".to_owned());
        let handlers = vec![Handler { on, ..Handler::default() }];
        fixture::consumer(&mut design, "here").handlers = handlers;
        assert_eq!(parties(&design), 1);
        let rows = vec!["Placed".to_owned()];
        let view = MaterializedView { rows, ..MaterializedView::default() };
        fixture::consumer(&mut design, "here").pattern = Pattern::MaterializedView(view);
        assert_eq!(parties(&design), 2);
    }

    #[test]
    fn handlers_are_those_of_the_channels_that_are_bound() {
        let mut design = shop();
        assert_eq!(parties(&design), 2);
        filter(&mut design, "router -> eu", "eu");
        filter(&mut design, "router -> us", "us");
        assert_eq!(parties(&design), 0, "the message has no routing key");
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "shop").role {
            producer.workload[0].properties.routing_key = "eu".into();
        }
        assert_eq!(parties(&design), 1);
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "shop").role {
            producer.workload.clear();
        }
        assert_eq!(parties(&design), 2, "nobody knows what it will say");
    }

    #[test]
    fn the_alternate_gets_what_nobody_matches() {
        let mut design = shop();
        filter(&mut design, "router -> eu", "eu");
        filter(&mut design, "router -> us", "us");
        let alternate = Some("us".to_owned());
        fixture::node(&mut design, "router").role = Role::Channel(Channel {
            delivery: Some(Delivery::PublishSubscribe),
            alternate,
            ..Channel::default()
        });
        assert_eq!(parties(&design), 1);
    }

    #[test]
    fn bindings_in_a_circle_and_groups_count_once() {
        let mut design = fixture::design(
            "shop: producer\n a: topic\n b: topic\n c: consumer\n d: consumer
             shop -> a: Placed\n a -> b\n b -> a\n b -> c\n b -> d",
        );
        assert_eq!(parties(&design), 2);
        fixture::edge(&mut design, "b -> c").contract.group = Some("g".into());
        fixture::edge(&mut design, "b -> d").contract.group = Some("g".into());
        assert_eq!(parties(&design), 1);
    }
}
