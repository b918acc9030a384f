//! What the rules share: names, edges by node, and where messages flow.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::channel::{Channel, Semantics};
use crate::compat::edges::{Flow, Reach};
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::Place;
use crate::formats::recorded::Heads;
use crate::graph::DesignGraph;
use crate::message::Message;
use crate::node::{Consumer, Node, Producer, Role, Workload};
use crate::preset;
use crate::promise::Promise;
use crate::reach::Places;
use crate::recorded::Recorded;
use crate::schema::Schemas;
use crate::schema::verdict::{Verdict, Verdicts, VersionVerdict};

mod calls;
pub(crate) mod carried;
pub(super) mod expressions;
mod handlers;
pub(super) mod publications;

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
    /// What faults can strike.
    pub places: Places<'a>,
    /// The edges that begin at each node, in the order of the design's nodes.
    pub outgoing: Vec<Vec<&'a Edge>>,
    /// The edges that end at each node, in the order of the design's nodes.
    pub incoming: Vec<Vec<&'a Edge>>,
    /// What the schemas of each message are worth, in the order of the design's messages.
    pub verdicts: Vec<Arc<Verdict>>,
    /// What holds for each channel, in the order of the design's nodes; none for other nodes.
    pub semantics: Vec<Option<Semantics>>,
    /// For each message that somebody publishes or asks, how many parties handle it. Consumers
    /// that compete on one point-to-point channel, or in one group, are one party.
    pub handled: BTreeMap<&'a str, usize>,
    /// Whether anybody looked for schema files.
    pub has_files: bool,
    /// The schema files, if somebody has read them.
    pub schemas: Option<&'a Schemas>,
    /// The files beside the design, as far as somebody has read them.
    pub files: Option<Files<'a>>,
    /// For each name of a message, its first place among the messages of the design.
    pub(super) message_places: BTreeMap<&'a str, usize>,
    /// Who reads what somebody writes, once somebody has asked.
    pub(super) flow: OnceCell<Flow<'a>>,
}

/// The files beside a design, as far as rules look at them.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// Schemas.
    pub schemas: &'a Schemas,
    /// The beginnings of recorded files.
    pub recorded: &'a Heads,
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
            places: Places::new(design),
            outgoing: vec![Vec::new(); design.nodes.len()],
            incoming: vec![Vec::new(); design.nodes.len()],
            verdicts: Vec::new(),
            semantics: Vec::new(),
            handled: BTreeMap::new(),
            has_files: false,
            schemas: None,
            files: None,
            message_places: BTreeMap::new(),
            flow: OnceCell::new(),
            design,
            graph,
        };
        for (place, message) in design.messages.iter().enumerate() {
            context.messages.entry(&message.name).or_insert(message);
            context.message_places.entry(&message.name).or_insert(place);
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
        context.semantics = semantics(design);
        context.handled = handlers::count(&context);
        context
    }

    /// Everybody who reads what somebody writes.
    pub(crate) fn flow(&self) -> &Flow<'a> {
        self.flow.get_or_init(|| Flow::of(self.design))
    }

    /// The same by the ends of the edge at which it is read.
    pub(crate) fn reaches_by_edge(&self) -> BTreeMap<(&'a str, &'a str), Vec<Reach<'a>>> {
        let mut by_edge: BTreeMap<(&str, &str), Vec<Reach<'a>>> = BTreeMap::new();
        for reach in &self.flow().reaches {
            let ends = (reach.edge.from.as_str(), reach.edge.to.as_str());
            by_edge.entry(ends).or_default().push(*reach);
        }
        by_edge
    }

    /// What the schemas of a message are worth, with the message.
    pub(crate) fn verdict_on(&self, message: &str) -> Option<(&'a Message, &Verdict)> {
        let place = *self.message_places.get(message)?;
        Some((&self.design.messages[place], self.verdicts.get(place)?))
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

    /// The workload lines that are recorded: the node, the place of the line, and the line.
    pub fn recorded(&self) -> impl Iterator<Item = (&'a Node, usize, &'a Workload, &'a Recorded)> {
        self.producers().flat_map(|(_, node, producer)| {
            producer.workload.iter().enumerate().filter_map(move |(line, workload)| {
                Some((node, line, workload, workload.arrivals.recorded()?))
            })
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

    /// What holds for the channel of this name, if it is one.
    #[must_use]
    pub fn semantics_of(&self, channel: &str) -> Option<&Semantics> {
        self.graph.index_of(channel).and_then(|index| self.semantics[index].as_ref())
    }

    /// The channel of this name, if it is one.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&'a Channel> {
        self.node(name).and_then(|node| channel_of(node))
    }

    /// Names of the presets that a channel may have: those of the design, then those of the
    /// program.
    pub fn preset_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let own = self.design.presets.iter().map(|preset| preset.name.as_str());
        own.chain(preset::names())
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
        let of_edges =
            self.design.edges.iter().filter_map(|edge| edge.contract.dead_letter.as_deref());
        let of_channels = self.channels().filter_map(|(_, _, it)| it.dead_letter.as_deref());
        of_edges.chain(of_channels).collect()
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
                .emissions()
                .into_iter()
                .map(|(_, emission)| emission.message.name.as_str())
                .collect(),
        }
    }

    /// Names of the messages that may pass an edge: those of its contract, else all that its
    /// beginning speaks.
    pub(super) fn passed(&self, edge: &'a Edge) -> BTreeSet<&'a str> {
        if edge.contract.messages.is_empty() {
            return self.node(&edge.from).map(|node| self.spoken(node)).unwrap_or_default();
        }
        edge.contract.messages.iter().map(|message| message.name.as_str()).collect()
    }
}

/// What holds for each channel; presets are read once.
fn semantics(design: &Design) -> Vec<Option<Semantics>> {
    let presets = design.used_presets();
    let of = |node: &Arc<Node>| channel_of(node).map(|channel| presets.semantics(channel));
    design.nodes.iter().map(of).collect()
}

fn channel_of(node: &Node) -> Option<&Channel> {
    match &node.role {
        Role::Channel(channel) => Some(channel),
        Role::Producer(_) | Role::Consumer(_) => None,
    }
}

fn consumer_of(node: &Node) -> Option<&Consumer> {
    match &node.role {
        Role::Consumer(consumer) => Some(consumer),
        Role::Producer(_) | Role::Channel(_) => None,
    }
}
