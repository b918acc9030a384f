//! Automatic layout: layers from left to right, the same for the same design. Places people gave
//! stay. Holds no drawing.
//!
//! The method is that of Sugiyama, Tagawa and Toda (1981): make it acyclic, put each node in the
//! layer after its last predecessor, order the layers by barycenters to save crossings, then move
//! nodes towards their neighbors. Parts that are not connected are packed beside each other.

use std::collections::BTreeMap;

use crate::design::{Design, Position};

mod coordinates;
mod crossings;
mod layers;
mod parts;
mod pins;

/// Width of a node on the canvas, in canvas units.
pub const NODE_WIDTH: f32 = 180.0;
/// Height of a node on the canvas, in canvas units.
pub const NODE_HEIGHT: f32 = 72.0;
/// Free room between two layers.
pub const GAP_X: f32 = 110.0;
/// Free room between two nodes of a layer.
pub const GAP_Y: f32 = 48.0;

/// From one layer to the next.
const STEP_X: f64 = (NODE_WIDTH + GAP_X) as f64;
/// From one node of a layer to the next.
const STEP_Y: f64 = (NODE_HEIGHT + GAP_Y) as f64;

/// A place for every node of the design: its own from `design.layout` where it has one, else the
/// automatic one. Boxes placed automatically overlap no other. While less than half of the nodes
/// have places of their own, the others stand where they would without them; after that, a node
/// without a place is put near its neighbors.
///
/// Cost: 3 to 5 ms for 1,000 nodes and 1,500 edges, measured; the more the longer its edges.
#[must_use]
pub fn positions(design: &Design) -> BTreeMap<String, Position> {
    placed(design, &automatic(design))
}

/// Where each node would stand, in the order of the design, if none had a place of its own. Names
/// and places of nodes do not matter: it stays right while nodes and edges stay the same.
#[must_use]
pub fn automatic(design: &Design) -> Vec<Position> {
    parts::places(design)
}

/// Where each node stands, by name, from what [`automatic`] gave for the same nodes and edges.
#[must_use]
pub fn placed(design: &Design, automatic: &[Position]) -> BTreeMap<String, Position> {
    let mut positions = BTreeMap::new();
    for (node, place) in design.nodes.iter().zip(pins::pinned(design, automatic)) {
        positions.entry(node.name.clone()).or_insert(place);
    }
    positions
}

#[cfg(test)]
mod tests;
