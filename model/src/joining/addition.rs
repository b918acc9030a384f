//! One design added to another: as one edit, with a word about everything that is in both.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Numbers, put_messages, take_messages};
use crate::design::{Design, Position};
use crate::edge::Edge;
use crate::edit::Edit;
use crate::edit::rename::{self, Named, Rename};
use crate::layout;
use crate::message::MessageRef;
use crate::name::{EdgeName, free_name};
use crate::node::{Node, Role};

/// How far below what is there the added nodes stand, in canvas units.
const APART: f32 = 160.0;

/// What is to be done to add a design to another.
#[derive(Clone, PartialEq, Debug)]
pub struct Addition {
    /// The change.
    pub edit: Edit,
    /// What is in both, and what becomes of it, a sentence each.
    pub notes: Vec<String>,
}

/// What adds `other` to a design whose nodes stand at these places. What is in both stays as it is:
/// channels are one, messages get versions, applications get edges; a node that is something else
/// gets another name.
#[must_use]
pub fn addition(
    design: &Design,
    positions: &BTreeMap<String, Position>,
    other: &Design,
) -> Addition {
    let mut adding = Adding { design, other: other.clone(), edits: Vec::new(), notes: Vec::new() };
    adding.rename_nodes();
    let numbers = adding.messages();
    adding.parts();
    adding.nodes(positions);
    adding.edges(&numbers);
    Addition { edit: Edit::All(adding.edits), notes: adding.notes }
}

struct Adding<'d> {
    design: &'d Design,
    other: Design,
    edits: Vec<Edit>,
    notes: Vec<String>,
}

impl Adding<'_> {
    /// Gives other names to nodes that are something else in the design.
    fn rename_nodes(&mut self) {
        let clashes = |node: &Arc<Node>| {
            let known = self.design.node(&node.name)?;
            (!is_same_kind(&known.role, &node.role)).then(|| (node.name.clone(), known.role.word()))
        };
        let clashing: Vec<_> = self.other.nodes.iter().filter_map(clashes).collect();
        for (from, role) in clashing {
            let is_taken =
                |name: &str| self.design.node(name).is_some() || self.other.node(name).is_some();
            let to = free_name(&from, is_taken);
            for node in self.other.nodes.iter_mut().filter(|node| node.name == from) {
                Arc::make_mut(node).name.clone_from(&to);
            }
            rename::everywhere(
                &mut self.other,
                &Rename { what: Named::Node, from: &from, to: &to },
            );
            self.notes.push(format!("`{from}` is a {role} here already; what is added is `{to}`"));
        }
    }

    /// Messages; gives what became of the versions of those that are here already.
    fn messages(&mut self) -> BTreeMap<String, Numbers> {
        let mut found = BTreeMap::new();
        for message in &self.other.messages {
            let Some(known) = self.design.message(&message.name) else {
                self.edits.push(Edit::AddMessage(message.as_ref().clone()));
                continue;
            };
            let mut changed = known.as_ref().clone();
            let numbers = Numbers::put(&mut changed, message);
            if numbers.has_grown {
                let count = changed.versions.len() - known.versions.len();
                let (name, versions) = (&message.name, plural(count, "version"));
                self.notes.push(format!(
                    "the message `{name}` is here with another schema; it gets {versions} more"
                ));
                self.edits.push(Edit::PutMessage(name.clone(), changed));
            }
            found.insert(message.name.clone(), numbers);
        }
        found
    }

    /// Contexts and presets.
    fn parts(&mut self) {
        for context in &self.other.contexts {
            if !self.design.contexts.iter().any(|known| known.name == context.name) {
                self.edits.push(Edit::PutContext(None, context.as_ref().clone()));
            }
        }
        for preset in &self.other.presets {
            match self.design.presets.iter().find(|known| known.name == preset.name) {
                None => self.edits.push(Edit::PutPreset(None, preset.as_ref().clone())),
                Some(known) if known == preset => {}
                Some(_) => self.notes.push(format!(
                    "the preset `{}` is here already and stays as it is",
                    preset.name
                )),
            }
        }
    }

    fn nodes(&mut self, positions: &BTreeMap<String, Position>) {
        let places = self.places(positions);
        for node in &self.other.nodes {
            let name = &node.name;
            match self.design.node(name) {
                None => {
                    let place = places.get(name).copied();
                    self.edits.push(Edit::AddNode(node.as_ref().clone(), place));
                }
                Some(known) if known.role == node.role && node.is_channel() => {
                    self.notes.push(format!("the channel `{name}` is here already; they are one"));
                }
                Some(_) if node.is_channel() => self.notes.push(format!(
                    "the channel `{name}` is here already and keeps its parameters; they are one"
                )),
                Some(_) => self
                    .notes
                    .push(format!("`{name}` is here already; what it sends and receives is added")),
            }
        }
    }

    /// Where added nodes stand: below the others if those have places of their own, else where the
    /// automatic layout puts them.
    fn places(&self, positions: &BTreeMap<String, Position>) -> BTreeMap<String, Position> {
        if self.design.layout.is_empty() {
            return BTreeMap::new();
        }
        let own = layout::positions(&self.other);
        let left = |places: &BTreeMap<String, Position>| {
            places.values().map(|it| it.0).fold(f32::INFINITY, f32::min)
        };
        let top = own.values().map(|it| it.1).fold(f32::INFINITY, f32::min);
        let bottom = positions.values().map(|it| it.1).fold(f32::NEG_INFINITY, f32::max);
        let (right, down) = (left(positions) - left(&own), bottom + APART - top);
        if !right.is_finite() || !down.is_finite() {
            return own;
        }
        own.into_iter().map(|(name, at)| (name, Position(at.0 + right, at.1 + down))).collect()
    }

    fn edges(&mut self, numbers: &BTreeMap<String, Numbers>) {
        let mut changed: BTreeMap<EdgeName, Arc<Edge>> = BTreeMap::new();
        for edge in &self.design.edges {
            // Contracts that are here mean the versions that were here.
            let known = |it: &MessageRef| numbers.get(&it.name).map_or(it.clone(), |n| n.known(it));
            let mut pinned = Arc::clone(edge);
            put_messages(&mut pinned, edge.contract.messages.iter().map(known).collect());
            changed.insert(edge.name(), pinned);
        }
        for edge in &self.other.edges {
            let mut edge = Arc::clone(edge);
            let brought = |it: &MessageRef| {
                numbers.get(&it.name).map_or(it.clone(), |numbers| numbers.brought(it, &it.name))
            };
            let messages = edge.contract.messages.iter().map(brought).collect();
            put_messages(&mut edge, messages);
            match changed.get_mut(&edge.name()) {
                None => self.edits.push(Edit::AddEdge(edge.as_ref().clone())),
                Some(known) => self.notes.extend(meet(known, &edge)),
            }
        }
        for edge in &self.design.edges {
            let changed = &changed[&edge.name()];
            if !Arc::ptr_eq(changed, edge) {
                self.edits.push(Edit::PutEdge(edge.name(), changed.as_ref().clone()));
            }
        }
    }
}

/// An edge that is here already gets what else passes it; what to say, if that is anything.
fn meet(known: &mut Arc<Edge>, edge: &Edge) -> Option<String> {
    let before = known.contract.messages.len();
    // An empty list lets everything pass.
    if before == 0 || edge.contract.messages.iter().all(|it| known.contract.messages.contains(it)) {
        return None;
    }
    take_messages(Arc::make_mut(known), edge);
    let more = plural(known.contract.messages.len() - before, "message");
    Some(format!("`{}` is here already; it gets {more} more", edge.name()))
}

/// Whether edges of one could be edges of the other.
fn is_same_kind(one: &Role, other: &Role) -> bool {
    match (one, other) {
        (Role::Channel(_), Role::Channel(_))
        | (Role::Consumer(_), Role::Consumer(_) | Role::Producer(_))
        | (Role::Producer(_), Role::Producer(_)) => true,
        (Role::Channel(_), Role::Consumer(_) | Role::Producer(_))
        | (Role::Consumer(_), Role::Channel(_))
        | (Role::Producer(_), Role::Channel(_) | Role::Consumer(_)) => false,
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("one {noun}") } else { format!("{count} {noun}s") }
}
