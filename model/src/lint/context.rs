//! What the rules share: names, edges by node, and where messages flow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::channel::{Channel, Delivery};
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::Place;
use crate::graph::DesignGraph;
use crate::message::Message;
use crate::node::{Consumer, Node, Producer, Role};
use crate::promise::Promise;
use crate::schema::Schemas;
use crate::schema::verdict::{Verdict, Verdicts, VersionVerdict};

/// A design with its indices. Cost: n log n.
pub struct Context<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its graph.
    pub graph: DesignGraph<'a>,
    /// Messages by name; of two with one name the first.
    pub messages: BTreeMap<&'a str, &'a Message>,
    /// Names of the bounded contexts.
    pub contexts: BTreeSet<&'a str>,
    /// Names of the promises of the design.
    pub promises: BTreeSet<&'a str>,
    /// Edges by their ends; of two with one name the first.
    pub edges: BTreeMap<(&'a str, &'a str), &'a Edge>,
    /// The edges that begin at each node, in the order of the design's nodes.
    pub outgoing: Vec<Vec<&'a Edge>>,
    /// The edges that end at each node, in the order of the design's nodes.
    pub incoming: Vec<Vec<&'a Edge>>,
    /// What the schemas of each message are worth, in the order of the design's messages.
    pub verdicts: Vec<Arc<Verdict>>,
    /// For each message that somebody publishes or asks, how many parties handle it. Consumers
    /// that compete on one point-to-point channel are one party.
    pub handled: BTreeMap<&'a str, usize>,
    /// Whether anybody looked for schema files.
    pub has_files: bool,
}

impl<'a> Context<'a> {
    /// The indices of a design; of its schemas, only those inside it are looked at.
    #[must_use]
    pub fn new(design: &'a Design) -> Context<'a> {
        let verdicts = Verdicts::default().of(design, &Schemas::new());
        Context { verdicts, ..Context::without_verdicts(design) }
    }

    /// The indices of a design, before its schemas are looked at.
    pub(super) fn without_verdicts(design: &'a Design) -> Context<'a> {
        let graph = DesignGraph::new(design);
        let mut context = Context {
            messages: BTreeMap::new(),
            contexts: design.contexts.iter().map(|context| context.name.as_str()).collect(),
            promises: design.promises.iter().map(|promise| promise.name.as_str()).collect(),
            edges: BTreeMap::new(),
            outgoing: vec![Vec::new(); design.nodes.len()],
            incoming: vec![Vec::new(); design.nodes.len()],
            verdicts: Vec::new(),
            handled: BTreeMap::new(),
            has_files: false,
            design,
            graph,
        };
        for message in &design.messages {
            context.messages.entry(&message.name).or_insert(message);
        }
        for edge in &design.edges {
            context.edges.entry((&edge.from, &edge.to)).or_insert(edge);
            if let Some(index) = context.graph.index_of(&edge.from) {
                context.outgoing[index].push(edge);
            }
            if let Some(index) = context.graph.index_of(&edge.to) {
                context.incoming[index].push(edge);
            }
        }
        context.handled = context.count_handlers();
        context
    }

    /// The node of this name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.graph.index_of(name).map(|index| &*self.design.nodes[index])
    }

    /// The consumer of this name, if it is one.
    #[must_use]
    pub fn consumer(&self, name: &str) -> Option<&'a Consumer> {
        self.node(name).and_then(|node| consumer_of(node))
    }

    /// The producers, with their places among the nodes.
    pub fn producers(&self) -> impl Iterator<Item = (usize, &'a Node, &'a Producer)> {
        self.design.nodes.iter().enumerate().filter_map(|(index, node)| match &node.role {
            Role::Producer(producer) => Some((index, &**node, producer)),
            Role::Channel(_) | Role::Consumer(_) => None,
        })
    }

    /// The channels, with their places among the nodes.
    pub fn channels(&self) -> impl Iterator<Item = (usize, &'a Node, &'a Channel)> {
        self.design.nodes.iter().enumerate().filter_map(|(index, node)| match &node.role {
            Role::Channel(channel) => Some((index, &**node, channel)),
            Role::Producer(_) | Role::Consumer(_) => None,
        })
    }

    /// The consumers, with their places among the nodes.
    pub fn consumers(&self) -> impl Iterator<Item = (usize, &'a Node, &'a Consumer)> {
        self.design
            .nodes
            .iter()
            .enumerate()
            .filter_map(|(index, node)| Some((index, &**node, consumer_of(node)?)))
    }

    /// The edges of one kind.
    pub fn edges_of(&self, kind: EdgeKind) -> impl Iterator<Item = &'a Edge> {
        self.design.edges.iter().map(|edge| &**edge).filter(move |edge| edge.kind == kind)
    }

    /// Every promise with the place that holds it and the head of its property path: the design's
    /// own, then those of the scenarios.
    pub fn all_promises(&self) -> impl Iterator<Item = (Place, String, &'a Promise)> {
        let own = self
            .design
            .promises
            .iter()
            .map(|promise| (Place::Promise(promise.name.clone()), String::new(), promise));
        own.chain(self.design.scenarios.iter().flat_map(|scenario| {
            scenario.promises.iter().enumerate().map(|(index, promise)| {
                (Place::Scenario(scenario.name.clone()), format!("promises.{index}."), promise)
            })
        }))
    }

    /// Every version of a message, by its place among the versions, with the verdict on it.
    pub fn versions(&self) -> impl Iterator<Item = (&'a Message, usize, &VersionVerdict)> {
        self.design.messages.iter().zip(&self.verdicts).flat_map(|(message, verdict)| {
            verdict.versions.iter().enumerate().map(move |(i, version)| (&**message, i, version))
        })
    }

    /// Names of the channels that take dead letters.
    #[must_use]
    pub fn dead_letter_channels(&self) -> BTreeSet<&'a str> {
        self.design.edges.iter().filter_map(|edge| edge.contract.dead_letter.as_deref()).collect()
    }

    /// Names of the messages that a node publishes or asks of its own accord.
    #[must_use]
    pub fn spoken(&self, node: &'a Node) -> BTreeSet<&'a str> {
        match &node.role {
            Role::Producer(producer) => {
                producer.workload.iter().map(|line| line.message.name.as_str()).collect()
            }
            Role::Channel(_) => BTreeSet::new(),
            Role::Consumer(consumer) => consumer
                .handlers
                .iter()
                .flat_map(|handler| &handler.emits)
                .map(|emission| emission.message.name.as_str())
                .collect(),
        }
    }

    /// Names of the messages that may pass an edge: those of its contract, else all that its
    /// beginning speaks.
    fn passed(&self, edge: &'a Edge) -> BTreeSet<&'a str> {
        if edge.contract.messages.is_empty() {
            return self.node(&edge.from).map(|node| self.spoken(node)).unwrap_or_default();
        }
        edge.contract.messages.iter().map(|message| message.name.as_str()).collect()
    }

    fn count_handlers(&self) -> BTreeMap<&'a str, usize> {
        let mut handled: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, _, channel) in self.channels() {
            let mut published = BTreeSet::new();
            for edge in self.incoming[index].iter().filter(|edge| edge.kind == EdgeKind::Publish) {
                published.extend(self.passed(edge));
            }
            for message in published {
                let takers = self.outgoing[index].iter().filter(|e| self.takes(e, message)).count();
                let parties = match self.design.delivery(channel) {
                    Delivery::PointToPoint => takers.min(1),
                    Delivery::PublishSubscribe => takers,
                };
                *handled.entry(message).or_default() += parties;
            }
        }
        for edge in self.edges_of(EdgeKind::Call) {
            for message in self.passed(edge) {
                *handled.entry(message).or_default() += usize::from(self.takes(edge, message));
            }
        }
        handled
    }

    /// Whether the consumer at the end of an edge handles a message that comes along it.
    fn takes(&self, edge: &Edge, message: &str) -> bool {
        let handles = |consumer: &Consumer| {
            consumer.handlers.is_empty() || consumer.handler_for(message).is_some()
        };
        edge.contract.carries(message) && self.consumer(&edge.to).is_some_and(handles)
    }
}

fn consumer_of(node: &Node) -> Option<&Consumer> {
    match &node.role {
        Role::Consumer(consumer) => Some(consumer),
        Role::Producer(_) | Role::Channel(_) => None,
    }
}
