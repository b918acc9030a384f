//! The two versions side by side, with what the rules ask of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Alteration, AlterationKind, Side};
use crate::channel::Semantics;
use crate::compat::edges::{Reading, readings};
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::Place;
use crate::message::{MessageVersion, Schema};
use crate::node::Role;

/// The old version, with the names of the new one, and the new version.
pub(super) struct Sides<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Who reads what in the old version.
    pub(super) read_before: Vec<Reading>,
    /// Who reads what in the new version.
    pub(super) read_after: Vec<Reading>,
    /// What holds for each channel that both have.
    pub(super) channels: BTreeMap<&'a str, (Semantics, Semantics)>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(old: Side<'a>, new: Side<'a>) -> Sides<'a> {
        let (before, mut after) = (channels(old.design), channels(new.design));
        let both = before.into_iter();
        let channels = both
            .filter_map(|(name, old)| Some((name, (old, after.remove(name)?))))
            .filter(|(_, (old, new))| old != new)
            .collect();
        let (read_before, read_after) =
            (readings(&versioned(old.design)), readings(&versioned(new.design)));
        Sides { old, new, read_before, read_after, channels }
    }

    /// The edges at a node that both versions have, as they were and as they are.
    pub(super) fn edges(&self) -> impl Iterator<Item = (&'a Edge, &'a Edge)> {
        let new = self.new.design;
        let both = self.old.design.edges.iter();
        let mut by_name: BTreeMap<_, &'a Edge> = BTreeMap::new();
        for edge in &new.edges {
            by_name.entry((edge.from.as_str(), edge.to.as_str())).or_insert(edge);
        }
        both.filter_map(move |old| {
            Some((&**old, *by_name.get(&(old.from.as_str(), old.to.as_str()))?))
        })
    }

    /// The subscriptions of a channel that both versions have.
    pub(super) fn subscriptions(&self, channel: &str) -> Vec<(&'a Edge, &'a Edge)> {
        self.edges()
            .filter(|(old, new)| {
                old.from == channel
                    && old.kind == EdgeKind::Subscribe
                    && new.kind == EdgeKind::Subscribe
            })
            .collect()
    }

    /// The publishers of a channel that both versions have.
    pub(super) fn publishers(&self, channel: &str) -> Vec<(&'a Edge, &'a Edge)> {
        self.edges()
            .filter(|(old, new)| {
                old.to == channel && old.kind == EdgeKind::Publish && new.kind == EdgeKind::Publish
            })
            .collect()
    }
}

/// A design in which each message has a version: one that has none yet comes and goes as well.
fn versioned(design: &Design) -> Design {
    let mut design = design.clone();
    for message in design.messages.iter_mut().filter(|message| message.versions.is_empty()) {
        let schema = Schema::JsonSchema("{}".to_owned());
        Arc::make_mut(message).versions = vec![MessageVersion::new(1, schema)];
    }
    design
}

fn channels(design: &Design) -> BTreeMap<&str, Semantics> {
    let presets = design.used_presets();
    let nodes = design.nodes.iter();
    nodes
        .filter_map(|node| match &node.role {
            Role::Channel(channel) => Some((node.name.as_str(), presets.semantics(channel))),
            Role::Producer(_) | Role::Consumer(_) => None,
        })
        .collect()
}

/// The change of a place that is nearest to a property: the one of the longest common path.
pub(super) fn cause(alterations: &[Alteration], place: &Place, property: &str) -> Option<usize> {
    let common = |it: &Alteration| {
        let pairs = it.property.split('.').zip(property.split('.'));
        pairs.take_while(|(one, other)| one == other).count()
    };
    let of_place = alterations
        .iter()
        .enumerate()
        .filter(|(_, it)| it.place == *place && it.kind != AlterationKind::Renamed);
    let whole = property.split('.').next().unwrap_or_default();
    of_place
        .filter(|(_, it)| it.property.is_empty() || it.property.starts_with(whole))
        .max_by_key(|(index, it)| (common(it), std::cmp::Reverse(*index)))
        .map(|(index, _)| index)
}

/// The removal of a thing.
pub(super) fn removal(alterations: &[Alteration], place: &Place) -> Option<usize> {
    alterations.iter().position(|it| {
        it.kind == AlterationKind::Removed && it.property.is_empty() && it.place == *place
    })
}
