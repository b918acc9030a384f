//! What is marked on the canvas: selected, under the pointer, or a place where a new edge may end.

use crate::gui::canvas::scene::Scene;
use crate::selection::Selection;

/// The marks of one frame, by index in the scene.
#[derive(Default, Debug)]
pub struct Marks {
    nodes: Vec<bool>,
    edges: Vec<bool>,
    /// What the pointer is over.
    pub hover: Option<Hit>,
    /// While an edge is drawn: for each node, whether it may end there.
    pub targets: Option<Vec<bool>>,
}

/// What is at a place of the canvas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hit {
    /// The spot of a node where edges are drawn from.
    Port(usize),
    /// A node.
    Node(usize),
    /// An edge or its label.
    Edge(usize),
    /// A dot, by its index in the traffic.
    Dot(usize),
}

impl Marks {
    /// Marks what is selected.
    #[must_use]
    pub fn of(selection: &Selection, scene: &Scene) -> Marks {
        let Some(items) = selection.as_items() else {
            return Marks::default();
        };
        let mut nodes = vec![false; scene.nodes.len()];
        for index in items.nodes.iter().filter_map(|name| scene.node(name)) {
            nodes[index] = true;
        }
        let edges = if items.edges.is_empty() {
            Vec::new()
        } else {
            scene.edges.iter().map(|edge| items.edges.contains(&edge.name)).collect()
        };
        Marks { nodes, edges, ..Marks::default() }
    }

    /// Whether this node is selected.
    #[must_use]
    pub fn node(&self, index: usize) -> bool {
        self.nodes.get(index).copied().unwrap_or(false)
    }

    /// Whether this edge is selected.
    #[must_use]
    pub fn edge(&self, index: usize) -> bool {
        self.edges.get(index).copied().unwrap_or(false)
    }

    /// The selected nodes.
    pub fn nodes(&self) -> impl Iterator<Item = usize> + '_ {
        self.nodes.iter().enumerate().filter(|(_, marked)| **marked).map(|(index, _)| index)
    }

    /// The only selected node, if it is the only one.
    #[must_use]
    pub fn single_node(&self) -> Option<usize> {
        let mut nodes = self.nodes();
        let first = nodes.next();
        if nodes.next().is_none() { first } else { None }
    }
}
