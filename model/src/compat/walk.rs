//! Which versions of a message reach which readers: over channels, bindings with filters, dead
//! letters, and consumers that pass on what they get.

use std::collections::{BTreeMap, BTreeSet};

use crate::channel::Channel;
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::emission::Emission;
use crate::message::{Message, MessageRef, Properties};
use crate::node::{Consumer, Handler, Node, Role};

/// Something that is written: by whom, in which version, and what it says to channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) message: &'a Message,
    pub(super) writer: &'a str,
    pub(super) version: u32,
    /// None if nobody knows: then every filter may let it pass.
    said: Option<&'a Properties>,
}

/// A design with its edges by node.
pub(super) struct Map<'a> {
    design: &'a Design,
    messages: BTreeMap<&'a str, &'a Message>,
    nodes: BTreeMap<&'a str, usize>,
    outgoing: Vec<Vec<&'a Edge>>,
    incoming: Vec<Vec<&'a Edge>>,
}

/// A way that a source takes: the nodes it passes, to the edge at which somebody reads it.
pub(super) type Reach<'m, 'a> = &'m mut dyn FnMut(&Source<'a>, &[&'a str], &'a Edge);

impl<'a> Map<'a> {
    pub(super) fn new(design: &'a Design) -> Map<'a> {
        let mut nodes = BTreeMap::new();
        for (index, node) in design.nodes.iter().enumerate() {
            nodes.entry(node.name.as_str()).or_insert(index);
        }
        let mut messages = BTreeMap::new();
        for message in &design.messages {
            messages.entry(message.name.as_str()).or_insert(&**message);
        }
        let none = vec![Vec::new(); design.nodes.len()];
        let (mut outgoing, mut incoming) = (none.clone(), none);
        for edge in &design.edges {
            if let Some(index) = nodes.get(edge.from.as_str()) {
                outgoing[*index].push(&**edge);
            }
            if let Some(index) = nodes.get(edge.to.as_str()) {
                incoming[*index].push(&**edge);
            }
        }
        Map { design, messages, nodes, outgoing, incoming }
    }

    /// Tells of every way from who writes something to who reads it.
    pub(super) fn each_way(&self, reach: Reach<'_, 'a>) {
        for (index, node) in self.design.nodes.iter().enumerate() {
            for edge in &self.outgoing[index] {
                for source in self.written(index, node, edge) {
                    let mut way = Way { map: self, source, seen: BTreeSet::new(), reach };
                    way.follow(edge, &mut vec![&node.name], source.said);
                }
            }
        }
    }

    /// What a node writes over an edge of its own.
    fn written(&self, index: usize, node: &'a Node, edge: &'a Edge) -> Vec<Source<'a>> {
        let mut said: Vec<(&MessageRef, Option<&Properties>)> = match &node.role {
            Role::Producer(producer) => {
                let lines = producer.workload.iter();
                lines.map(|line| (&line.message, Some(&line.properties))).collect()
            }
            Role::Channel(_) => return Vec::new(),
            Role::Consumer(consumer) => self.said(index, consumer),
        };
        let is_known = |name: &str, said: &[(&MessageRef, Option<&Properties>)]| {
            said.iter().any(|(reference, _)| reference.name == name)
        };
        let listed = edge.contract.messages.iter();
        let more: Vec<_> =
            listed.filter(|it| !is_known(&it.name, &said)).map(|it| (it, None)).collect();
        let passes_on = |name: &str| match &node.role {
            Role::Consumer(consumer) => relayed(consumer, name).next().is_some(),
            Role::Producer(_) | Role::Channel(_) => false,
        };
        let is_published = edge.kind == EdgeKind::Publish;
        said.extend(more.into_iter().filter(|(it, _)| is_published && !passes_on(&it.name)));
        let on_way = said.into_iter().filter(|(it, _)| edge.contract.carries(&it.name));
        on_way
            .filter_map(|(reference, said)| {
                let message = *self.messages.get(reference.name.as_str())?;
                let version =
                    reference.version.or_else(|| named(edge, message)).or(newest(message));
                Some(Source { message, writer: &node.name, version: version?, said })
            })
            .collect()
    }

    /// What a consumer writes itself, rather than passing it on.
    fn said(
        &self,
        index: usize,
        consumer: &'a Consumer,
    ) -> Vec<(&'a MessageRef, Option<&'a Properties>)> {
        let may_come = |name: &str| {
            let read = self.incoming[index].iter().filter(|it| it.kind == EdgeKind::Subscribe);
            read.into_iter().any(|edge| edge.contract.carries(name))
        };
        let passed = |emission: &&Emission| {
            let name = &emission.message.name;
            may_come(name) && relayed(consumer, name).any(|it| std::ptr::eq(it, *emission))
        };
        let own = consumer.emissions().into_iter().map(|(_, emission)| emission);
        let own = own.filter(|emission| !passed(emission));
        own.map(|emission| (&emission.message, Some(&emission.properties))).collect()
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.nodes.get(name).copied()
    }

    fn channel(&self, index: usize) -> Option<&'a Channel> {
        match &self.design.nodes[index].role {
            Role::Channel(channel) => Some(channel),
            Role::Producer(_) | Role::Consumer(_) => None,
        }
    }

    fn consumer(&self, name: &str) -> Option<(usize, &'a Consumer)> {
        let index = self.index(name)?;
        match &self.design.nodes[index].role {
            Role::Consumer(consumer) => Some((index, consumer)),
            Role::Producer(_) | Role::Channel(_) => None,
        }
    }
}

/// The version of a message that the contract of an edge names.
pub(super) fn named(edge: &Edge, message: &Message) -> Option<u32> {
    edge.contract.messages.iter().find(|it| it.name == message.name).and_then(|it| it.version)
}

/// The newest version of a message.
pub(super) fn newest(message: &Message) -> Option<u32> {
    message.version(None).map(|it| it.number)
}

/// The emissions by which a consumer passes on a message as it came: it maps nothing, and names no
/// version of its own.
fn relayed<'a>(
    consumer: &'a Consumer,
    message: &'a str,
) -> impl Iterator<Item = &'a Emission> + use<'a> {
    let takes = move |handler: &&Handler| handler.on.as_deref().is_none_or(|on| on == message);
    let emissions = consumer.handlers.iter().filter(takes).flat_map(|handler| &handler.emits);
    emissions.filter(move |it| {
        it.message.name == message && it.message.version.is_none() && it.mapping.is_empty()
    })
}

/// A source on its way.
struct Way<'w, 'm, 'a> {
    map: &'w Map<'a>,
    source: Source<'a>,
    seen: BTreeSet<&'a str>,
    reach: Reach<'m, 'a>,
}

impl<'a> Way<'_, '_, 'a> {
    /// Goes along an edge, if the message passes it; says whether.
    fn follow(
        &mut self,
        edge: &'a Edge,
        path: &mut Vec<&'a str>,
        said: Option<&Properties>,
    ) -> bool {
        let filter = edge.contract.filter.as_ref();
        let lets = said.zip(filter).is_none_or(|(said, filter)| filter.passes(said));
        if !lets || !edge.contract.carries(&self.source.message.name) {
            return false;
        }
        match edge.kind {
            EdgeKind::Publish | EdgeKind::Bind => self.channel(&edge.to, path, said),
            EdgeKind::Call => (self.reach)(&self.source, path, edge),
            EdgeKind::Subscribe => self.read(edge, path, said),
        }
        true
    }

    fn channel(&mut self, name: &'a str, path: &mut Vec<&'a str>, said: Option<&Properties>) {
        let Some(index) = self.map.index(name) else { return };
        let Some(channel) = self.map.channel(index).filter(|_| self.seen.insert(name)) else {
            return;
        };
        path.push(name);
        let map = self.map;
        let mut is_matched = false;
        for edge in &map.outgoing[index] {
            is_matched |= self.follow(edge, path, said);
        }
        if let Some(alternate) = channel.alternate.as_deref().filter(|_| !is_matched) {
            self.channel(alternate, path, said);
        }
        if let Some(dead) = channel.dead_letter.as_deref() {
            self.channel(dead, path, said);
        }
        path.pop();
    }

    fn read(&mut self, edge: &'a Edge, path: &mut Vec<&'a str>, said: Option<&Properties>) {
        (self.reach)(&self.source, path, edge);
        if let Some(dead) = edge.contract.dead_letter.as_deref() {
            self.channel(dead, path, said);
        }
        let Some((index, consumer)) = self.map.consumer(&edge.to) else { return };
        if !self.seen.insert(&edge.to) {
            return;
        }
        path.push(&edge.to);
        let map = self.map;
        for emission in relayed(consumer, &self.source.message.name) {
            for onward in map.outgoing[index].iter().filter(|it| it.kind == EdgeKind::Publish) {
                self.follow(onward, path, Some(&emission.properties));
            }
        }
        path.pop();
    }
}
