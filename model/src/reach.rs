//! What a selector comes to in a design.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::fault::{EdgeSelector, FaultKind, Group, NodeSelector, Target};
use crate::faults::TargetRole;
use crate::node::{Node, Role};

/// The nodes and edges of a design in the order of their stable keys, and by name. Cost: n log n
/// once, then log n for a name and one pass for a group.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    nodes: Vec<&'a Node>,
    edges: Vec<&'a Edge>,
    /// Of two with one name the first has it.
    nodes_by_name: BTreeMap<&'a str, usize>,
    edges_by_ends: BTreeMap<(&'a str, &'a str), usize>,
    /// Names of nodes that publish.
    publishers: BTreeSet<&'a str>,
}

impl<'a> Places<'a> {
    /// The places of a design.
    #[must_use]
    pub fn new(design: &'a Design) -> Places<'a> {
        let mut nodes: Vec<&Node> = design.nodes.iter().map(|node| &**node).collect();
        nodes.sort_by_key(|node| node.stable_key());
        let mut nodes_by_name = BTreeMap::new();
        for (index, node) in nodes.iter().enumerate() {
            nodes_by_name.entry(&*node.name).or_insert(index);
        }
        // Nodes are in the order of their keys, so that their places stand for these.
        let place = |name: &str| nodes_by_name.get(name).copied();
        let mut edges: Vec<&Edge> = design.edges.iter().map(|edge| &**edge).collect();
        edges.sort_by_cached_key(|edge| (place(&edge.from), place(&edge.to)));
        let mut edges_by_ends = BTreeMap::new();
        for (index, edge) in edges.iter().enumerate() {
            edges_by_ends.entry((&*edge.from, &*edge.to)).or_insert(index);
        }
        let publishes = |edge: &&&Edge| edge.kind == EdgeKind::Publish;
        let publishers = edges.iter().filter(publishes).map(|edge| &*edge.from).collect();
        Places { nodes, edges, nodes_by_name, edges_by_ends, publishers }
    }

    /// The node of this name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.nodes_by_name.get(name).map(|index| self.nodes[*index])
    }

    /// The edge between these two nodes.
    #[must_use]
    pub fn edge(&self, from: &str, to: &str) -> Option<&'a Edge> {
        self.edges_by_ends.get(&(from, to)).map(|index| self.edges[*index])
    }

    /// The single nodes or edges that a kind of fault can strike among those that its target
    /// names, in the order of their stable keys; the amount is left aside.
    #[must_use]
    pub fn reach(&self, kind: &FaultKind) -> Vec<Target> {
        let role = kind.card().target;
        match kind.target() {
            Target::Node(selector) => {
                self.nodes_in(selector, role).map(|node| Target::node(&node.name)).collect()
            }
            Target::Edge(selector) => {
                self.edges_in(selector, role).map(|edge| Target::edge(&edge.name())).collect()
            }
        }
    }

    /// How many they are.
    #[must_use]
    pub fn count(&self, kind: &FaultKind) -> usize {
        let role = kind.card().target;
        match kind.target() {
            Target::Node(selector) => self.nodes_in(selector, role).count(),
            Target::Edge(selector) => self.edges_in(selector, role).count(),
        }
    }

    fn nodes_in(
        &self,
        selector: &NodeSelector,
        role: TargetRole,
    ) -> impl Iterator<Item = &'a Node> {
        let fits = move |node: &&Node| selector.group.fits(node) && self.is_node(role, node);
        self.named_nodes(selector).iter().copied().filter(fits)
    }

    fn edges_in(
        &self,
        selector: &EdgeSelector,
        role: TargetRole,
    ) -> impl Iterator<Item = &'a Edge> {
        let fits = move |edge: &&Edge| is_edge(role, edge.kind) && self.joins(selector, edge);
        self.named_edges(selector).iter().copied().filter(fits)
    }

    /// Whether a node or an edge, by name, can be struck by what strikes a role.
    #[must_use]
    pub fn takes(&self, role: TargetRole, target: &Target) -> bool {
        let node = target.node_name().and_then(|name| self.node(name));
        let edge = target.edge_name().and_then(|name| self.edge(&name.from, &name.to));
        node.is_some_and(|node| self.is_node(role, node))
            || edge.is_some_and(|edge| is_edge(role, edge.kind))
    }

    /// Whether there is anything that can be struck by what strikes a role.
    #[must_use]
    pub fn has(&self, role: TargetRole) -> bool {
        self.nodes.iter().any(|node| self.is_node(role, node))
            || self.edges.iter().any(|edge| is_edge(role, edge.kind))
    }

    /// Those among which a selector chooses: one if it names it.
    fn named_nodes(&self, selector: &NodeSelector) -> &[&'a Node] {
        match &selector.group {
            Group::Named(name) => {
                self.nodes_by_name.get(&**name).map_or(&[], |index| &self.nodes[*index..=*index])
            }
            Group::Tag(_) | Group::Context(_) | Group::Role(_) | Group::Any => &self.nodes,
        }
    }

    fn named_edges(&self, selector: &EdgeSelector) -> &[&'a Edge] {
        match (&selector.from, &selector.to) {
            (Group::Named(from), Group::Named(to)) => {
                let index = self.edges_by_ends.get(&(&**from, &**to)).copied();
                index.map_or(&[], |index| &self.edges[index..=index])
            }
            _ => &self.edges,
        }
    }

    /// Whether an edge begins and ends where a selector says.
    fn joins(&self, selector: &EdgeSelector, edge: &Edge) -> bool {
        let fits = |group: &Group, name: &str| match group {
            Group::Named(named) => named == name,
            Group::Any => true,
            Group::Tag(_) | Group::Context(_) | Group::Role(_) => {
                self.node(name).is_some_and(|node| group.fits(node))
            }
        };
        fits(&selector.from, &edge.from) && fits(&selector.to, &edge.to)
    }

    fn is_node(&self, role: TargetRole, node: &Node) -> bool {
        match (role, &node.role) {
            (TargetRole::Node, _)
            | (TargetRole::Producer, Role::Producer(_))
            | (TargetRole::Publisher | TargetRole::Clock, Role::Producer(_))
            | (TargetRole::Party, Role::Producer(_) | Role::Consumer(_))
            | (TargetRole::Channel | TargetRole::Clock, Role::Channel(_))
            | (TargetRole::Consumer, Role::Consumer(_)) => true,
            (TargetRole::Publisher, Role::Consumer(_)) => {
                self.publishers.contains(node.name.as_str())
            }
            (
                TargetRole::Producer
                | TargetRole::Publisher
                | TargetRole::Party
                | TargetRole::Channel
                | TargetRole::Consumer
                | TargetRole::Clock
                | TargetRole::Edge
                | TargetRole::Subscription,
                Role::Producer(_) | Role::Channel(_) | Role::Consumer(_),
            ) => false,
        }
    }
}

fn is_edge(role: TargetRole, kind: EdgeKind) -> bool {
    match role {
        TargetRole::Edge => true,
        TargetRole::Subscription => kind == EdgeKind::Subscribe,
        TargetRole::Node
        | TargetRole::Producer
        | TargetRole::Publisher
        | TargetRole::Party
        | TargetRole::Channel
        | TargetRole::Consumer
        | TargetRole::Clock => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_selector_reaches_what_the_fault_can_strike() {
        let mut design = fixture::design(
            "shop: producer\n orders: queue\n b: consumer\n a: consumer\n shop -> orders\n orders -> a\n orders -> b",
        );
        for name in ["shop", "orders", "a"] {
            fixture::node(&mut design, name).tags.push("zone".into());
        }
        let reach = |word: &str, selector: &str| {
            let mut kind = if selector.contains("->") {
                let edge = "x -> y".parse().expect("an edge");
                FaultKind::at_edge(word, &edge)
            } else {
                FaultKind::at_node(word, "x")
            };
            *kind.target_mut() = match kind.target() {
                crate::fault::Target::Node(_) => {
                    crate::fault::Target::Node(selector.parse().expect("a selector"))
                }
                crate::fault::Target::Edge(_) => {
                    crate::fault::Target::Edge(selector.parse().expect("a selector"))
                }
            };
            let reach = Places::new(&design).reach(&kind);
            assert_eq!(Places::new(&design).count(&kind), reach.len());
            let found: Vec<String> = reach.iter().map(ToString::to_string).collect();
            found.join(", ")
        };
        assert_eq!(reach("Down", "one of tag:zone"), "a, orders, shop");
        assert_eq!(reach("Slow", "tag:zone"), "a");
        assert_eq!(reach("Slow", "any consumer"), "a, b");
        assert_eq!(reach("Slow", "orders"), "");
        assert_eq!(reach("Loss", "* -> any consumer"), "orders -> a, orders -> b");
        assert_eq!(reach("ConnectionReset", "* -> *"), "orders -> a, orders -> b");
        assert_eq!(reach("Loss", "tag:elsewhere -> *"), "");
    }
}
