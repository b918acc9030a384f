//! What every diagram shows: groups of nodes with their shapes, and arrows with a few words.

use std::collections::BTreeMap;

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::node::{Node, Role};
use crate::preset::shape::Shape;
use crate::summary::contract_summary;

/// What every language leaves out.
pub(super) const LEAVES_OUT: &str = "schemas and versions, workloads, handlers, most of the contracts, scenarios, faults, promises \
     and where nodes stand";
/// Names of messages on an arrow at most.
const MESSAGES: usize = 3;

/// A design to be drawn.
pub(super) struct Parts<'d> {
    /// Bounded contexts in the order of the design; first the nodes without one.
    pub(super) groups: Vec<Group<'d>>,
    /// Edges in the order of the design, then the ways of dead letters and of what nobody matches.
    pub(super) arrows: Vec<Arrow>,
}

/// Nodes that belong together.
pub(super) struct Group<'d> {
    pub(super) id: String,
    /// Name of the context; none for nodes without one.
    pub(super) context: Option<&'d str>,
    pub(super) boxes: Vec<Figure<'d>>,
}

/// A node.
pub(super) struct Figure<'d> {
    pub(super) id: String,
    pub(super) name: &'d str,
    pub(super) manner: Manner,
}

/// What decides the shape of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    Producer,
    Consumer,
    Queue,
    Topic,
    Log,
    Router,
}

/// A way from a node to another.
pub(super) struct Arrow {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) stroke: Stroke,
    /// A few words; may be empty.
    pub(super) label: String,
}

/// The line of an arrow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stroke {
    /// Messages pass.
    Solid,
    /// Somebody is called, or a channel copies to another.
    Dashed,
    /// What is given up, or what nobody matches.
    Dotted,
}

impl<'d> Parts<'d> {
    pub(super) fn of(design: &'d Design) -> Parts<'d> {
        let mut ids = Ids::default();
        let mut named: BTreeMap<&str, String> = BTreeMap::new();
        let mut groups = vec![Group { id: String::new(), context: None, boxes: Vec::new() }];
        for context in &design.contexts {
            let id = ids.of("c", &context.name);
            groups.push(Group { id, context: Some(&context.name), boxes: Vec::new() });
        }
        for node in &design.nodes {
            let id = ids.of("n", node.stable_key());
            let figure = Figure { id: id.clone(), name: &node.name, manner: manner(node, design) };
            named.entry(&node.name).or_insert(id);
            let context = node.context.as_deref();
            let group = groups.iter().position(|group| group.context == context).unwrap_or(0);
            groups[group].boxes.push(figure);
        }
        groups.retain(|group| !group.boxes.is_empty());
        Parts { groups, arrows: arrows(design, &named) }
    }
}

fn manner(node: &Node, design: &Design) -> Manner {
    match &node.role {
        Role::Producer(_) => Manner::Producer,
        Role::Consumer(_) => Manner::Consumer,
        Role::Channel(channel) => match Shape::of(channel, &design.presets) {
            Shape::Queue => Manner::Queue,
            Shape::Topic => Manner::Topic,
            Shape::Log => Manner::Log,
            Shape::Router => Manner::Router,
        },
    }
}

fn arrows(design: &Design, named: &BTreeMap<&str, String>) -> Vec<Arrow> {
    let arrow = |from: &str, to: &str, stroke, label: String| {
        let (from, to) = (named.get(from)?.clone(), named.get(to)?.clone());
        Some(Arrow { from, to, stroke, label })
    };
    let mut arrows: Vec<Arrow> = Vec::new();
    for edge in &design.edges {
        let stroke = match edge.kind {
            EdgeKind::Publish | EdgeKind::Subscribe => Stroke::Solid,
            EdgeKind::Call | EdgeKind::Bind => Stroke::Dashed,
        };
        arrows.extend(arrow(&edge.from, &edge.to, stroke, words(edge)));
    }
    for edge in &design.edges {
        let dead = edge.contract.dead_letter.as_deref();
        let label = || "dead letters".to_owned();
        arrows.extend(dead.and_then(|to| arrow(&edge.to, to, Stroke::Dotted, label())));
    }
    for node in &design.nodes {
        let Role::Channel(channel) = &node.role else { continue };
        for (to, label) in
            [(&channel.dead_letter, "dead letters"), (&channel.alternate, "unmatched")]
        {
            let to = to.as_deref();
            let drawn = to.and_then(|to| arrow(&node.name, to, Stroke::Dotted, label.to_owned()));
            arrows.extend(drawn);
        }
    }
    arrows
}

/// The messages of an edge, and what its contract asks.
fn words(edge: &Edge) -> String {
    let messages = &edge.contract.messages;
    let mut names: Vec<String> = messages.iter().take(MESSAGES).map(ToString::to_string).collect();
    if messages.len() > MESSAGES {
        names.push(format!("{} more", messages.len() - MESSAGES));
    }
    let summary = contract_summary(edge);
    let parts = [names.join(", "), summary].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// Identifiers of letters, digits and underscores, each from its own key only: they stay when
/// other things come and go.
#[derive(Default)]
struct Ids {
    given: BTreeMap<String, usize>,
}

impl Ids {
    fn of(&mut self, prefix: &str, key: &str) -> String {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric();
        let plain: String =
            key.chars().take(40).map(|it| if is_plain(it) { it } else { '_' }).collect();
        let id = if plain == key {
            format!("{prefix}_{plain}")
        } else {
            format!("{prefix}_{plain}_{:08x}", hash(key))
        };
        let count = self.given.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}__{count}") }
    }
}

/// FNV-1a, folded: the same in every version.
fn hash(key: &str) -> u32 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    ((hash >> 32) ^ hash) as u32
}

/// A text on one line, without what nobody sees.
pub(super) fn line(text: &str) -> String {
    let visible = |it: char| if it.is_control() || is_invisible(it) { ' ' } else { it };
    let text: String = text.chars().map(visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Line ends of Unicode, and letters that turn the direction of others.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}
