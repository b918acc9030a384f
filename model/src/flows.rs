//! Where messages go: who publishes them, over which channels, to whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::node::Role;

/// Where a message goes.
#[derive(Default, Debug)]
pub(crate) struct Flow<'a> {
    /// Edges over which it is published.
    pub(crate) publications: Vec<&'a Edge>,
    /// Channels that it comes to, over bindings as well.
    pub(crate) channels: BTreeSet<&'a str>,
    /// Edges over which it is handed out.
    pub(crate) subscriptions: Vec<&'a Edge>,
    /// Edges over which it is asked.
    pub(crate) calls: Vec<&'a Edge>,
}

/// Where each message of a design goes, by what nodes say that they publish and what contracts
/// name. Cost: the messages that pass each edge, times the channels that copies go to.
#[derive(Debug)]
pub(crate) struct Flows<'a> {
    by_message: BTreeMap<&'a str, Flow<'a>>,
    /// Messages by the ends of the edges that they pass.
    passing: BTreeMap<(&'a str, &'a str), Vec<&'a str>>,
}

impl<'a> Flows<'a> {
    pub(crate) fn new(design: &'a Design) -> Flows<'a> {
        let mut flows = Flows { by_message: BTreeMap::new(), passing: BTreeMap::new() };
        flows.follow_publications(design);
        flows.follow_subscriptions(design);
        for (message, flow) in &flows.by_message {
            let lists = [&flow.publications, &flow.subscriptions, &flow.calls];
            for edge in lists.into_iter().flatten() {
                flows.passing.entry((&edge.from, &edge.to)).or_default().push(message);
            }
        }
        flows
    }

    fn follow_publications(&mut self, design: &'a Design) {
        let roles: BTreeMap<&str, &Role> =
            design.nodes.iter().rev().map(|node| (node.name.as_str(), &node.role)).collect();
        let mut bindings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for edge in design.edges.iter().filter(|it| it.kind == EdgeKind::Bind) {
            bindings.entry(&edge.from).or_default().push(&edge.to);
        }
        for edge in &design.edges {
            if !matches!(edge.kind, EdgeKind::Publish | EdgeKind::Call) {
                continue;
            }
            let reached = reached(&edge.to, &bindings);
            for message in spoken(edge, roles.get(edge.from.as_str()).copied()) {
                let flow = self.by_message.entry(message).or_default();
                if edge.kind == EdgeKind::Call {
                    flow.calls.push(edge);
                } else {
                    flow.publications.push(edge);
                    flow.channels.extend(&reached);
                }
            }
        }
    }

    fn follow_subscriptions(&mut self, design: &'a Design) {
        let mut carried: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (message, flow) in &self.by_message {
            for channel in &flow.channels {
                carried.entry(channel).or_default().insert(message);
            }
        }
        for edge in design.edges.iter().filter(|it| it.kind == EdgeKind::Subscribe) {
            let named = edge.contract.messages.iter().map(|it| it.name.as_str());
            let known = carried.get(edge.from.as_str()).into_iter().flatten().copied();
            let heard: BTreeSet<&str> =
                known.filter(|name| edge.contract.carries(name)).chain(named).collect();
            for message in heard {
                let flow = self.by_message.entry(message).or_default();
                flow.subscriptions.push(edge);
                flow.channels.insert(&edge.from);
            }
        }
    }

    /// Where a message goes, if it goes anywhere.
    pub(crate) fn of<'b>(&'b self, message: &'b str) -> Option<&'b Flow<'b>> {
        self.by_message.get(message)
    }

    /// The messages that pass an edge.
    pub(crate) fn messages_on<'b>(&'b self, edge: &'b Edge) -> &'b [&'b str] {
        self.passing.get(&(edge.from.as_str(), edge.to.as_str())).map_or(&[], Vec::as_slice)
    }
}

/// The messages that pass an edge from a node: those that it says, and those that the contract
/// names.
fn spoken<'a>(edge: &'a Edge, from: Option<&'a Role>) -> BTreeSet<&'a str> {
    let said: Vec<&str> = match from {
        Some(Role::Producer(it)) => it.workload.iter().map(|it| &*it.message.name).collect(),
        Some(Role::Consumer(consumer)) => {
            consumer.emissions().into_iter().map(|(_, it)| &*it.message.name).collect()
        }
        Some(Role::Channel(_)) | None => Vec::new(),
    };
    let named = edge.contract.messages.iter().map(|it| it.name.as_str());
    said.into_iter().filter(|name| edge.contract.carries(name)).chain(named).collect()
}

/// A channel and those that get copies from it over bindings.
fn reached<'a>(channel: &'a str, bindings: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::from([channel]);
    let mut left = vec![channel];
    while let Some(at) = left.pop() {
        for next in bindings.get(at).into_iter().flatten() {
            if reached.insert(next) {
                left.push(next);
            }
        }
    }
    reached
}
