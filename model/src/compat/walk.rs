//! Which versions of a message reach which readers: over channels, bindings with filters, dead
//! letters, and consumers that pass on what they get.

use std::collections::{BTreeMap, BTreeSet};

use crate::channel::Channel;
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::emission::Emission;
use crate::message::{Message, MessageRef, Properties};
use crate::node::{Consumer, Node, Role};

/// Channels and consumers behind each other that are followed at most.
const DEEPEST: usize = 256;

/// What some nodes write alike: one version of a message, into the same channel. What comes of it
/// is the same for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    /// The message.
    pub(crate) message: &'a Message,
    /// In which version.
    pub(crate) version: u32,
    /// The nodes that write it, each with the edge by which it does.
    pub(crate) writers: Vec<(&'a str, &'a Edge)>,
    /// What it says to channels. None if nobody knows, or nobody listens: then every filter may
    /// let it pass.
    said: Option<&'a Properties>,
}

/// A design with its edges by node.
pub(super) struct Map<'a> {
    design: &'a Design,
    messages: BTreeMap<&'a str, &'a Message>,
    nodes: BTreeMap<&'a str, usize>,
    outgoing: Vec<Vec<usize>>,
    incoming: Vec<Vec<usize>>,
    /// For each edge, the messages that its contract names, with their versions; empty: all.
    carried: Vec<BTreeMap<&'a str, Option<u32>>>,
}

/// Where sources come together: at a channel, or at an edge of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Channel(usize),
    Edge(usize),
}

/// What tells sources apart: message, version, entry, and what they say to channels.
type Likeness<'a> = (&'a str, u32, Entry, String);

/// Told of every way that a source takes: its place, the nodes behind its writer, and the edge at
/// which somebody reads it, with the version that is read there. Says whether to go on.
pub(super) type Told<'m, 'a> = dyn FnMut(usize, &[&'a str], &'a Edge, Option<u32>) -> bool + 'm;

/// The same, as it is handed in.
pub(super) type Reach<'m, 'a> = &'m mut Told<'m, 'a>;

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
        let mut carried = Vec::with_capacity(design.edges.len());
        for (place, edge) in design.edges.iter().enumerate() {
            if let Some(index) = nodes.get(edge.from.as_str()) {
                outgoing[*index].push(place);
            }
            if let Some(index) = nodes.get(edge.to.as_str()) {
                incoming[*index].push(place);
            }
            let mut named = BTreeMap::new();
            for it in &edge.contract.messages {
                named.entry(it.name.as_str()).or_insert(it.version);
            }
            carried.push(named);
        }
        Map { design, messages, nodes, outgoing, incoming, carried }
    }

    /// Everything that is written, alike things together, in the order of the design.
    pub(super) fn sources(&self) -> Vec<(Source<'a>, usize)> {
        let has_filters = self.design.edges.iter().any(|edge| edge.contract.filter.is_some());
        let mut known: BTreeMap<Likeness<'a>, usize> = BTreeMap::new();
        let mut sources: Vec<(Source<'a>, usize)> = Vec::new();
        for (index, node) in self.design.nodes.iter().enumerate() {
            let Some(speech) = self.speech(index, node) else { continue };
            for &place in &self.outgoing[index] {
                let edge: &'a Edge = &self.design.edges[place];
                for (message, version, said) in self.written(&speech, place) {
                    let said = said.filter(|_| has_filters);
                    if !lets(edge, said) {
                        continue;
                    }
                    let words = said.map_or(String::new(), |said| format!("{said:?}"));
                    let likeness = (&*message.name, version, self.entry(place), words);
                    let writer = (node.name.as_str(), edge);
                    match known.get(&likeness) {
                        Some(&at) if is_last(&sources[at].0, writer) => {}
                        Some(&at) => sources[at].0.writers.push(writer),
                        None => {
                            known.insert(likeness, sources.len());
                            let writers = vec![writer];
                            sources.push((Source { message, version, writers, said }, place));
                        }
                    }
                }
            }
        }
        sources
    }

    /// Tells of every way that these take, from who writes something to who reads it.
    pub(super) fn each_way(&self, sources: &[(Source<'a>, usize)], reach: Reach<'_, 'a>) {
        let mut seen = vec![0; self.design.nodes.len()];
        for (at, (source, place)) in sources.iter().enumerate() {
            let stamp = at as u32 + 1;
            let mut way = Way { map: self, source, at, stamp, seen: &mut seen, reach, goes: true };
            way.follow(*place, &mut Vec::new(), source.said);
            if !way.goes {
                return;
            }
        }
    }

    fn entry(&self, place: usize) -> Entry {
        let edge = &self.design.edges[place];
        let channel = self.index(&edge.to).filter(|index| self.channel(*index).is_some());
        match edge.kind {
            EdgeKind::Publish | EdgeKind::Bind => {
                channel.map_or(Entry::Edge(place), Entry::Channel)
            }
            EdgeKind::Call | EdgeKind::Subscribe => Entry::Edge(place),
        }
    }

    /// What a node has to say; nothing if it is a channel.
    fn speech(&self, index: usize, node: &'a Node) -> Option<Speech<'a>> {
        let mut speech =
            Speech { said: Vec::new(), by_name: BTreeMap::new(), relays: BTreeSet::new() };
        match &node.role {
            Role::Producer(producer) => {
                let lines = producer.workload.iter();
                speech.said.extend(lines.map(|line| (&line.message, &line.properties)));
            }
            Role::Channel(_) => return None,
            Role::Consumer(consumer) => {
                let heard = self.heard(index);
                let may_come = |name: &str| heard.as_ref().is_none_or(|it| it.contains(name));
                for emission in relayed(consumer) {
                    speech.relays.insert(emission.message.name.as_str());
                }
                for handler in &consumer.handlers {
                    let passes = |it: &&Emission| {
                        passes_on(handler.on.as_deref(), it) && may_come(&it.message.name)
                    };
                    let own = handler.emits.iter().filter(|it| !passes(it));
                    speech.said.extend(own.map(|it| (&it.message, &it.properties)));
                }
                for (_, emissions) in consumer.pattern.emissions() {
                    speech.said.extend(emissions.iter().map(|it| (&it.message, &it.properties)));
                }
            }
        }
        for (place, (reference, _)) in speech.said.iter().enumerate() {
            speech.by_name.entry(reference.name.as_str()).or_default().push(place);
        }
        Some(speech)
    }

    /// Names of the messages that subscriptions bring to a node; nothing if it may be any.
    fn heard(&self, index: usize) -> Option<BTreeSet<&'a str>> {
        let mut names = BTreeSet::new();
        for &place in &self.incoming[index] {
            if self.design.edges[place].kind != EdgeKind::Subscribe {
                continue;
            }
            if self.carried[place].is_empty() {
                return None;
            }
            names.extend(self.carried[place].keys());
        }
        Some(names)
    }

    /// What a node writes over an edge of its own.
    fn written(
        &self,
        speech: &Speech<'a>,
        place: usize,
    ) -> Vec<(&'a Message, u32, Option<&'a Properties>)> {
        let carried = &self.carried[place];
        let mut said: Vec<(&str, Option<u32>, Option<&'a Properties>)> = Vec::new();
        let spoken = |place: &usize| {
            let (reference, properties) = speech.said[*place];
            (reference.name.as_str(), reference.version, Some(properties))
        };
        if carried.is_empty() {
            said.extend((0..speech.said.len()).map(|place| spoken(&place)));
        }
        let is_published = self.design.edges[place].kind == EdgeKind::Publish;
        for (name, version) in carried {
            match speech.by_name.get(name) {
                Some(places) => said.extend(places.iter().map(spoken)),
                None if is_published && !speech.relays.contains(name) => {
                    said.push((*name, *version, None));
                }
                None => {}
            }
        }
        let known = said.into_iter().filter_map(|(name, version, said)| {
            let message = *self.messages.get(name)?;
            let named = || carried.get(name).copied().flatten();
            let version = version.or_else(named).or_else(|| newest(message))?;
            Some((message, version, said))
        });
        known.collect()
    }

    /// The version that is read at the end of an edge: the one that the contract names, or the
    /// newest where somebody looks at all.
    fn read(&self, place: usize, message: &Message) -> Option<u32> {
        let looks = self.design.edges[place].contract.validation.is_some();
        let named = self.carried[place].get(message.name.as_str()).copied().flatten();
        named.or_else(|| newest(message).filter(|_| looks))
    }

    fn carries(&self, place: usize, message: &str) -> bool {
        self.carried[place].is_empty() || self.carried[place].contains_key(message)
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

/// What a node says of its own accord.
struct Speech<'a> {
    said: Vec<(&'a MessageRef, &'a Properties)>,
    /// Places of the above by the name of the message.
    by_name: BTreeMap<&'a str, Vec<usize>>,
    /// Names of the messages that it passes on as they came.
    relays: BTreeSet<&'a str>,
}

/// Whether a writer was the last that was noted.
fn is_last(source: &Source<'_>, (_, edge): (&str, &Edge)) -> bool {
    source.writers.last().is_some_and(|(_, last)| std::ptr::eq(*last, edge))
}

/// The newest version of a message.
fn newest(message: &Message) -> Option<u32> {
    message.version(None).map(|it| it.number)
}

fn lets(edge: &Edge, said: Option<&Properties>) -> bool {
    said.zip(edge.contract.filter.as_ref()).is_none_or(|(said, filter)| filter.passes(said))
}

/// Whether an emission of a handler for `on` passes on a message as it came: it maps nothing, and
/// names no version of its own.
fn passes_on(on: Option<&str>, it: &Emission) -> bool {
    on.is_none_or(|on| on == it.message.name)
        && it.message.version.is_none()
        && it.mapping.is_empty()
}

/// The emissions by which a consumer passes on messages as they came.
fn relayed(consumer: &Consumer) -> impl Iterator<Item = &Emission> {
    let handlers = consumer.handlers.iter();
    let all = handlers.flat_map(|it| it.emits.iter().map(|emission| (it.on.as_deref(), emission)));
    all.filter(|(on, emission)| passes_on(*on, emission)).map(|(_, emission)| emission)
}

/// A source on its way.
struct Way<'w, 'm, 'a> {
    map: &'w Map<'a>,
    source: &'w Source<'a>,
    at: usize,
    stamp: u32,
    /// For each node, the stamp of the last source that came to it.
    seen: &'w mut Vec<u32>,
    reach: &'w mut Told<'m, 'a>,
    goes: bool,
}

impl<'a> Way<'_, '_, 'a> {
    /// Goes along an edge, if the message passes it; says whether.
    fn follow(
        &mut self,
        place: usize,
        path: &mut Vec<&'a str>,
        said: Option<&'a Properties>,
    ) -> bool {
        let edge: &'a Edge = &self.map.design.edges[place];
        let carries = self.map.carries(place, &self.source.message.name);
        if !carries || !lets(edge, said) || path.len() > DEEPEST {
            return false;
        }
        match edge.kind {
            EdgeKind::Publish | EdgeKind::Bind => self.channel(&edge.to, path, said),
            EdgeKind::Call => self.reached(place, edge, path),
            EdgeKind::Subscribe => self.read(place, edge, path, said),
        }
        true
    }

    fn reached(&mut self, place: usize, edge: &'a Edge, path: &[&'a str]) {
        let read = self.map.read(place, self.source.message);
        self.goes = self.goes && (self.reach)(self.at, path, edge, read);
    }

    /// Whether a source comes to a node for the first time.
    fn is_new(&mut self, index: usize) -> bool {
        std::mem::replace(&mut self.seen[index], self.stamp) != self.stamp
    }

    fn channel(&mut self, name: &'a str, path: &mut Vec<&'a str>, said: Option<&'a Properties>) {
        let Some(index) = self.map.index(name) else { return };
        let Some(channel) = self.map.channel(index).filter(|_| self.goes) else { return };
        if !self.is_new(index) {
            return;
        }
        path.push(name);
        let map = self.map;
        let mut is_matched = false;
        for place in &map.outgoing[index] {
            is_matched |= self.follow(*place, path, said);
        }
        if let Some(alternate) = channel.alternate.as_deref().filter(|_| !is_matched) {
            self.channel(alternate, path, said);
        }
        if let Some(dead) = channel.dead_letter.as_deref() {
            self.channel(dead, path, said);
        }
        path.pop();
    }

    fn read(
        &mut self,
        place: usize,
        edge: &'a Edge,
        path: &mut Vec<&'a str>,
        said: Option<&'a Properties>,
    ) {
        self.reached(place, edge, path);
        if let Some(dead) = edge.contract.dead_letter.as_deref() {
            self.channel(dead, path, said);
        }
        let Some((index, consumer)) = self.map.consumer(&edge.to) else { return };
        if !self.is_new(index) {
            return;
        }
        path.push(&edge.to);
        let (map, name) = (self.map, self.source.message.name.as_str());
        for emission in relayed(consumer).filter(|it| it.message.name == name) {
            let outgoing = map.outgoing[index].iter();
            for onward in outgoing.filter(|it| map.design.edges[**it].kind == EdgeKind::Publish) {
                self.follow(*onward, path, Some(&emission.properties));
            }
        }
        path.pop();
    }
}
