//! What the canvas draws, prepared once for each state of the design: shapes with their texts and
//! places, by dense index, so that a frame touches no name and no map.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Vec2, vec2};
use flowbench_model::design::{Design, Position};
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::finding::{Finding, Place, Severity};
use flowbench_model::name::EdgeName;
use flowbench_model::node::{Node, Role};
use flowbench_model::preset::shape::{self, Shape};
use flowbench_model::preset::{Preset, Presets};
use flowbench_model::summary::{self, Term};

use crate::gui::canvas::curve::Curve;
use crate::gui::canvas::space::WorldRect;
use crate::gui::icons::{self, Icon};
use crate::gui::words;

/// Width and height of a node in canvas units.
pub const NODE: Vec2 = vec2(160.0, 58.0);

/// Everything on the canvas.
#[derive(Default)]
pub struct Scene {
    /// In the order of the design.
    pub nodes: Vec<NodeShape>,
    /// In the order of the design.
    pub edges: Vec<EdgeShape>,
    /// From consumers to the channels that take what they give up.
    pub routes: Vec<RouteShape>,
    /// Names of message types, in the order of the design: the index is their hue.
    pub messages: Vec<String>,
    index: BTreeMap<String, usize>,
}

/// What a node looks like: its silhouette and its hue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeLook {
    /// Points to the right.
    Producer,
    /// A capsule.
    Channel,
    /// A box with segments.
    Log,
    /// A hexagon.
    Router,
    /// A box.
    Consumer,
    /// A capsule in the hue of dead letters: some contract gives up to it.
    DeadLetterChannel,
}

impl NodeLook {
    /// What a node of a design with these presets of its own looks like.
    #[must_use]
    pub fn of(role: &Role, own: &[Arc<Preset>]) -> NodeLook {
        match role {
            Role::Producer(_) => NodeLook::Producer,
            Role::Channel(channel) => match Shape::of(channel, own) {
                Shape::Queue | Shape::Topic => NodeLook::Channel,
                Shape::Log => NodeLook::Log,
                Shape::Router => NodeLook::Router,
            },
            Role::Consumer(_) => NodeLook::Consumer,
        }
    }
}

/// A node.
pub struct NodeShape {
    /// Its name.
    pub name: String,
    /// The second line.
    pub subtitle: String,
    /// Its icon.
    pub icon: Icon,
    /// Its silhouette.
    pub look: NodeLook,
    /// Messages in work at the same time; 0 for nodes that do no work.
    pub slots: u32,
    /// Where it is.
    pub rect: WorldRect,
    /// The gravest finding about it.
    pub problem: Option<Severity>,
}

/// An edge.
pub struct EdgeShape {
    /// Its two ends.
    pub name: EdgeName,
    /// Index of the node where it begins.
    pub from: usize,
    /// Index of the node where it ends.
    pub to: usize,
    /// What passes, and in which manner.
    pub kind: EdgeKind,
    /// Names of what passes, with the hue of each.
    pub pills: Vec<Pill>,
    /// The contract in signs.
    pub badges: Vec<Badge>,
    /// Its path.
    pub curve: Curve,
    /// The gravest finding about it.
    pub problem: Option<Severity>,
}

/// The name of a message on an edge.
#[derive(Clone, PartialEq, Debug)]
pub struct Pill {
    /// What it says.
    pub text: String,
    /// Index of the message type; none for "everything" and "+2".
    pub message: Option<usize>,
}

/// One term of a contract in signs.
#[derive(Clone, PartialEq, Debug)]
pub struct Badge {
    /// The sign.
    pub icon: Icon,
    /// A word beside it; may be empty.
    pub text: String,
    /// The whole sentence.
    pub explanation: String,
}

/// Where messages go that are given up, that die in a channel, or that match nothing there.
pub struct RouteShape {
    /// Index of the consumer that gives up, or of the channel.
    pub from: usize,
    /// Index of the channel that takes them.
    pub to: usize,
    /// Whether they are dead; else they only matched nothing.
    pub is_dead: bool,
    /// Its path.
    pub curve: Curve,
}

impl Scene {
    /// The shapes of a design, all at the origin until [`Scene::place`] puts them somewhere.
    #[must_use]
    pub fn of(design: &Design, findings: &[Finding]) -> Scene {
        let index: BTreeMap<String, usize> =
            design.nodes.iter().enumerate().map(|(i, node)| (node.name.clone(), i)).collect();
        let messages: Vec<String> =
            design.messages.iter().map(|message| message.name.clone()).collect();
        let presets = design.used_presets();
        let shape = |node: &Arc<Node>| node_shape(node, &design.presets, &presets);
        let mut nodes: Vec<NodeShape> = design.nodes.iter().map(shape).collect();
        let edges: Vec<EdgeShape> =
            design.edges.iter().filter_map(|edge| edge_shape(edge, &index, &messages)).collect();
        let routes = routes(design, &edges, &index);
        for route in routes.iter().filter(|route| route.is_dead) {
            nodes[route.to].look = NodeLook::DeadLetterChannel;
            nodes[route.to].icon = icons::DEAD_LETTER;
        }
        let mut scene = Scene { nodes, edges, routes, messages, index };
        scene.mark(findings);
        scene
    }

    /// Puts every node at its position, and the edges between them.
    pub fn place(&mut self, position: impl Fn(usize, &str) -> Position) {
        for (index, node) in self.nodes.iter_mut().enumerate() {
            node.rect = WorldRect::around(position(index, &node.name), NODE);
        }
        for edge in &mut self.edges {
            edge.curve = Curve::between(&self.nodes[edge.from].rect, &self.nodes[edge.to].rect);
        }
        for route in &mut self.routes {
            let (from, to) = (&self.nodes[route.from].rect, &self.nodes[route.to].rect);
            route.curve = Curve::falling(from, to);
        }
    }

    /// The index of the node of this name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The index of the edge of this name. Cost: one pass over the edges.
    #[must_use]
    pub fn edge(&self, name: &EdgeName) -> Option<usize> {
        self.edges.iter().position(|edge| edge.name == *name)
    }

    /// The smallest rectangle with every node; nothing if there is none.
    #[must_use]
    pub fn bounds(&self) -> Option<WorldRect> {
        let all = self.nodes.iter().map(|node| node.rect);
        all.reduce(WorldRect::union)
    }

    fn mark(&mut self, findings: &[Finding]) {
        for finding in findings {
            let problem = match &finding.place {
                Place::Node(name) => self.node(name).map(|node| &mut self.nodes[node].problem),
                Place::Edge(name) => self.edge(name).map(|edge| &mut self.edges[edge].problem),
                Place::Design
                | Place::Context(_)
                | Place::Message(_)
                | Place::Promise(_)
                | Place::Scenario(_)
                | Place::Preset(_) => None,
            };
            if let Some(problem) = problem {
                *problem = (*problem).max(Some(finding.severity));
            }
        }
    }
}

fn node_shape(node: &Node, own: &[Arc<Preset>], presets: &Presets) -> NodeShape {
    let slots = match &node.role {
        Role::Producer(_) | Role::Channel(_) => 0,
        Role::Consumer(consumer) => consumer.concurrency,
    };
    NodeShape {
        name: node.name.clone(),
        subtitle: subtitle(&node.role, presets),
        icon: icons::role(&node.role, own),
        look: NodeLook::of(&node.role, own),
        slots,
        rect: WorldRect::around(Position(0.0, 0.0), NODE),
        problem: None,
    }
}

/// What a node does, in a few words.
fn subtitle(role: &Role, presets: &Presets) -> String {
    match role {
        Role::Producer(producer) => match producer.workload.as_slice() {
            [] => "no workload".to_owned(),
            [only] => words::arrivals(&only.arrivals),
            many => format!("{} workloads", many.len()),
        },
        // Short, so that it fits below the name.
        Role::Channel(channel) => shape::words(channel, presets).replace(" partitions", " parts"),
        Role::Consumer(consumer) => {
            let workers = words::count(u64::from(consumer.concurrency), "worker");
            match consumer.handlers.first() {
                Some(handler) => {
                    format!("{workers} · {}", summary::distribution(&handler.service_time))
                }
                None => workers,
            }
        }
    }
}

fn edge_shape(
    edge: &Edge,
    index: &BTreeMap<String, usize>,
    messages: &[String],
) -> Option<EdgeShape> {
    let (from, to) = (*index.get(&edge.from)?, *index.get(&edge.to)?);
    let nowhere = Position(0.0, 0.0);
    Some(EdgeShape {
        name: edge.name(),
        from,
        to,
        kind: edge.kind,
        pills: pills(edge, messages),
        badges: badges(edge),
        curve: Curve([nowhere; 4]),
        problem: None,
    })
}

/// At most two names; the rest is counted.
fn pills(edge: &Edge, messages: &[String]) -> Vec<Pill> {
    let names = &edge.contract.messages;
    let shown = if names.len() > 2 { 1 } else { names.len() };
    let mut pills: Vec<Pill> = names[..shown]
        .iter()
        .map(|message| Pill {
            text: message.to_string(),
            message: messages.iter().position(|name| *name == message.name),
        })
        .collect();
    if names.len() > shown {
        pills.push(Pill { text: format!("+{}", names.len() - shown), message: None });
    }
    pills
}

fn badges(edge: &Edge) -> Vec<Badge> {
    let terms = summary::contract_terms(edge).into_iter();
    let badge = |term: Term| Badge {
        icon: icons::term(term.sign),
        text: term.text,
        explanation: term.sentence,
    };
    terms.map(badge).collect()
}

fn routes(
    design: &Design,
    edges: &[EdgeShape],
    index: &BTreeMap<String, usize>,
) -> Vec<RouteShape> {
    let nowhere = Position(0.0, 0.0);
    let route = |from: usize, to: Option<&str>, is_dead: bool| {
        let to = *index.get(to?)?;
        Some(RouteShape { from, to, is_dead, curve: Curve([nowhere; 4]) })
    };
    let targets: BTreeMap<(&str, &str), &str> = design
        .edges
        .iter()
        .filter_map(|edge| {
            let channel = edge.contract.dead_letter.as_deref()?;
            Some(((edge.from.as_str(), edge.to.as_str()), channel))
        })
        .collect();
    let of_edges = edges.iter().filter_map(|edge| {
        let name = (edge.name.from.as_str(), edge.name.to.as_str());
        route(edge.to, targets.get(&name).copied(), true)
    });
    let of_channels = design.nodes.iter().enumerate().flat_map(|(at, node)| {
        let (dead, alternate) = match &node.role {
            Role::Channel(channel) => {
                (channel.dead_letter.as_deref(), channel.alternate.as_deref())
            }
            Role::Producer(_) | Role::Consumer(_) => (None, None),
        };
        [route(at, dead, true), route(at, alternate, false)].into_iter().flatten()
    });
    of_edges.chain(of_channels).collect()
}
