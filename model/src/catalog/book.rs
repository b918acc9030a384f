//! What the pages of a catalog look up: who publishes and who handles what, and what is said where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::Source;
use crate::catalog::address::{Addresses, Form, Page};
use crate::compat::Judge;
use crate::compat::edges::{self, Judged};
use crate::compat::history::{self, Step};
use crate::design::Design;
use crate::edge::Edge;
use crate::finding::{Finding, Place};
use crate::flows::{Flow, Flows};
use crate::message::Message;
use crate::node::{Node, Role};
use crate::preset::Presets;
use crate::scenario::Scenario;

/// A section of the list of pages.
pub(super) struct Section<'a> {
    pub(super) title: &'static str,
    /// The page that lists them all.
    pub(super) all: Option<Page<'a>>,
    /// The pages, each with the word for what it is about.
    pub(super) pages: Vec<(Page<'a>, &'static str)>,
}

impl Section<'_> {
    /// Whether a page is one of those that it lists, by its kind.
    pub(super) fn holds(&self, page: Page<'_>) -> bool {
        let kind = self.pages.first().map(|(first, _)| std::mem::discriminant(first));
        kind == Some(std::mem::discriminant(&page))
    }
}

/// A source with its indices.
pub(super) struct Book<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) addresses: Addresses<'a>,
    pub(super) presets: Presets,
    pub(super) sections: Vec<Section<'a>>,
    messages: BTreeMap<&'a str, &'a Message>,
    /// Nodes by name, with their place in the design.
    nodes: BTreeMap<&'a str, (usize, &'a Arc<Node>)>,
    flows: Flows<'a>,
    /// Edges by the nodes at their ends.
    edges: BTreeMap<&'a str, Vec<&'a Arc<Edge>>>,
    findings: BTreeMap<Page<'a>, Vec<&'a Finding>>,
    /// From version to version, by message.
    steps: BTreeMap<&'a str, Vec<Step>>,
    /// Who reads whose version, by message.
    readings: BTreeMap<String, Vec<Judged>>,
}

impl<'a> Book<'a> {
    pub(super) fn new(source: &'a Source<'a>, form: Form) -> Book<'a> {
        let design = source.design;
        let mut book = Book {
            source,
            addresses: Addresses::new(design, form),
            presets: design.used_presets(),
            sections: sections(design),
            messages: BTreeMap::new(),
            nodes: BTreeMap::new(),
            flows: Flows::new(design),
            edges: BTreeMap::new(),
            findings: BTreeMap::new(),
            steps: BTreeMap::new(),
            readings: BTreeMap::new(),
        };
        for message in &design.messages {
            book.messages.entry(&message.name).or_insert(message);
        }
        for (place, node) in design.nodes.iter().enumerate() {
            book.nodes.entry(&node.name).or_insert((place, node));
        }
        for edge in &design.edges {
            book.edges.entry(&edge.from).or_default().push(edge);
            if edge.to != edge.from {
                book.edges.entry(&edge.to).or_default().push(edge);
            }
        }
        book.compare();
        for finding in source.findings {
            for page in book.pages_of(&finding.place) {
                book.findings.entry(page).or_default().push(finding);
            }
        }
        book
    }

    fn compare(&mut self) {
        let Source { design, schemas, .. } = *self.source;
        let mut judge = Judge::new(design, schemas);
        for message in self.messages.values() {
            self.steps.insert(&message.name, history::steps(message, &mut judge));
        }
        for judged in edges::all(design, schemas) {
            self.readings.entry(judged.reading.message.clone()).or_default().push(judged);
        }
    }

    pub(super) fn message(&self, name: &str) -> Option<&'a Message> {
        self.messages.get(name).copied()
    }

    pub(super) fn node(&self, name: &str) -> Option<&'a Node> {
        self.nodes.get(name).map(|(_, node)| &***node)
    }

    /// The summary of a bounded context.
    pub(super) fn context(&self, name: &str) -> Option<&'a str> {
        let contexts = &self.source.design.contexts;
        contexts.iter().find(|it| it.name == name).map(|it| it.summary.as_str())
    }

    pub(super) fn scenario(&self, name: &str) -> Option<&'a Scenario> {
        self.source.design.scenarios.iter().find(|it| it.name == name).map(|it| &**it)
    }

    pub(super) fn flow<'b>(&'b self, message: &'b str) -> Option<&'b Flow<'b>> {
        self.flows.of(message)
    }

    /// The messages that pass an edge.
    pub(super) fn messages_on<'b>(&'b self, edge: &'b Edge) -> &'b [&'b str] {
        self.flows.messages_on(edge)
    }

    /// The edges at a node.
    pub(super) fn edges_of(&self, node: &str) -> impl Iterator<Item = &'a Edge> {
        self.edges.get(node).into_iter().flatten().map(|edge| &***edge)
    }

    /// The part of the design that consists of some nodes and the edges between them.
    pub(super) fn part(&self, names: &BTreeSet<&str>) -> Design {
        let design = self.source.design;
        let mut nodes: Vec<_> = names.iter().filter_map(|name| self.nodes.get(name)).collect();
        nodes.sort_by_key(|(place, _)| *place);
        let contexts: BTreeSet<&str> =
            nodes.iter().filter_map(|(_, node)| node.context.as_deref()).collect();
        let edges =
            nodes.iter().filter_map(|(_, node)| self.edges.get(node.name.as_str()).zip(Some(node)));
        let edges = edges.flat_map(|(edges, node)| edges.iter().filter(|it| it.from == node.name));
        Design {
            edges: edges.filter(|it| names.contains(&*it.to)).map(|it| (*it).clone()).collect(),
            contexts: design
                .contexts
                .iter()
                .filter(|it| contexts.contains(&*it.name))
                .cloned()
                .collect(),
            presets: design.presets.clone(),
            nodes: nodes.into_iter().map(|(_, node)| (*node).clone()).collect(),
            ..Design::new(design.info.name.clone())
        }
    }

    /// The word for what a page is about, as lists mark it.
    pub(super) fn kind_of(&self, page: Page<'_>) -> Option<&'static str> {
        match page {
            Page::Message(_) => Some("message"),
            Page::Service(name) | Page::Channel(name) => Some(self.node(name)?.role.word()),
            Page::Context(_) | Page::Scenario(_) => Some(""),
            Page::Overview | Page::Messages | Page::Services | Page::Channels | Page::Findings => {
                None
            }
        }
    }

    /// What the rules say of what a page is about.
    pub(super) fn findings_on<'b>(&'b self, page: Page<'b>) -> &'b [&'b Finding] {
        self.findings.get(&page).map_or(&[], Vec::as_slice)
    }

    /// The step to a version from the one before, if there is one.
    pub(super) fn step_to(&self, message: &str, version: u32) -> Option<&Step> {
        self.steps.get(message)?.iter().find(|it| it.to == version)
    }

    /// Who reads whose version of a message.
    pub(super) fn readings(&self, message: &str) -> &[Judged] {
        self.readings.get(message).map_or(&[], Vec::as_slice)
    }

    pub(super) fn page_of_node(&self, name: &str) -> Option<Page<'a>> {
        let node = self.node(name)?;
        Some(match node.role {
            Role::Channel(_) => Page::Channel(&node.name),
            Role::Producer(_) | Role::Consumer(_) => Page::Service(&node.name),
        })
    }

    /// The pages that are about a place.
    pub(super) fn pages_of(&self, place: &Place) -> Vec<Page<'a>> {
        match place {
            Place::Message(name) => self.message(name).map(|it| Page::Message(&it.name)),
            Place::Node(name) => self.page_of_node(name),
            Place::Context(name) => {
                let contexts = &self.source.design.contexts;
                contexts.iter().find(|it| it.name == *name).map(|it| Page::Context(&it.name))
            }
            Place::Scenario(name) => self.scenario(name).map(|it| Page::Scenario(&it.name)),
            Place::Edge(edge) => {
                return [&edge.from, &edge.to]
                    .into_iter()
                    .filter_map(|name| self.page_of_node(name))
                    .collect();
            }
            Place::Design | Place::Promise(_) | Place::Preset(_) => Some(Page::Overview),
        }
        .into_iter()
        .collect()
    }
}

fn sections(design: &Design) -> Vec<Section<'_>> {
    let messages = design.messages.iter().map(|it| (Page::Message(&it.name), "message")).collect();
    let (mut services, mut channels) = (Vec::new(), Vec::new());
    for node in &design.nodes {
        match node.role {
            Role::Channel(_) => channels.push((Page::Channel(&node.name), node.role.word())),
            Role::Producer(_) | Role::Consumer(_) => {
                services.push((Page::Service(&node.name), node.role.word()));
            }
        }
    }
    let contexts = design.contexts.iter().map(|it| (Page::Context(&it.name), "")).collect();
    let scenarios = design.scenarios.iter().map(|it| (Page::Scenario(&it.name), "")).collect();
    vec![
        Section { title: "Bounded contexts", all: None, pages: contexts },
        Section { title: "Messages", all: Some(Page::Messages), pages: messages },
        Section { title: "Services", all: Some(Page::Services), pages: services },
        Section { title: "Channels", all: Some(Page::Channels), pages: channels },
        Section { title: "Scenarios", all: None, pages: scenarios },
    ]
}
