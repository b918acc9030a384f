//! The design as a petgraph graph, and what its algorithms answer: what a node reaches, cycles,
//! orphans, blast radius.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::design::Design;
use crate::edge::EdgeKind;
use crate::node::Role;

/// A view of a design. Uses of names that name nothing are left out.
#[derive(Clone, Debug)]
pub struct DesignGraph<'a> {
    /// The design it shows.
    pub design: &'a Design,
    /// Weights of nodes are indices into `design.nodes`; the graph's own indices are equal to
    /// them.
    pub graph: DiGraph<usize, Link>,
    indices: BTreeMap<&'a str, usize>,
}

/// A way along which messages, or calls, go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// An edge of the design: an index into `design.edges`.
    Edge(usize),
    /// From the consumer of a subscription, an index into `design.edges`, to the channel that
    /// takes its dead letters.
    DeadLetter(usize),
    /// From a channel, an index into `design.nodes`, to the one that takes what dies in it or
    /// what nobody matches.
    Route(usize),
}

impl<'a> DesignGraph<'a> {
    /// The graph of a design. If nodes share a name, the first has it. Cost: n log n.
    #[must_use]
    pub fn new(design: &'a Design) -> DesignGraph<'a> {
        let mut indices = BTreeMap::new();
        let mut graph = DiGraph::with_capacity(design.nodes.len(), design.edges.len());
        for (index, node) in design.nodes.iter().enumerate() {
            graph.add_node(index);
            indices.entry(node.name.as_str()).or_insert(index);
        }
        let find = |name: &str| indices.get(name).map(|index| NodeIndex::new(*index));
        for (index, edge) in design.edges.iter().enumerate() {
            let to = find(&edge.to);
            if let (Some(from), Some(to)) = (find(&edge.from), to) {
                graph.add_edge(from, to, Link::Edge(index));
            }
            let dead_letters = edge.contract.dead_letter.as_deref().and_then(find);
            if let (Some(from), Some(to)) = (to, dead_letters) {
                graph.add_edge(from, to, Link::DeadLetter(index));
            }
        }
        for (index, node) in design.nodes.iter().enumerate() {
            let Role::Channel(channel) = &node.role else { continue };
            let routes = [&channel.dead_letter, &channel.alternate];
            for to in routes.into_iter().flatten().filter_map(|name| find(name)) {
                graph.add_edge(NodeIndex::new(index), to, Link::Route(index));
            }
        }
        DesignGraph { design, graph, indices }
    }

    /// The place of a node in `design.nodes`.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.indices.get(name).copied()
    }

    /// Names of the nodes that what leaves this one can come to, dead letters included; not
    /// itself, unless it lies on a cycle.
    #[must_use]
    pub fn downstream(&self, name: &str) -> BTreeSet<&'a str> {
        self.reach(name, |graph, node| {
            graph.neighbors_directed(node, Direction::Outgoing).collect()
        })
    }

    /// Names of the nodes from which something can come to this one.
    #[must_use]
    pub fn upstream(&self, name: &str) -> BTreeSet<&'a str> {
        self.reach(name, |graph, node| {
            graph.neighbors_directed(node, Direction::Incoming).collect()
        })
    }

    /// Names of the nodes that feel it when this one fails: those downstream, and those that wait
    /// for a call to it, with everything downstream of them.
    #[must_use]
    pub fn blast_radius(&self, name: &str) -> BTreeSet<&'a str> {
        self.reach(name, |graph, node| {
            let callers = graph
                .edges_directed(node, Direction::Incoming)
                .filter(|edge| self.is_call(*edge.weight()))
                .map(|edge| edge.source());
            graph.neighbors_directed(node, Direction::Outgoing).chain(callers).collect()
        })
    }

    /// Sets of nodes that all reach each other, in the order of the design, each with its names
    /// in the order of the design.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<&'a str>> {
        let mut cycles: Vec<Vec<usize>> = kosaraju_scc(&self.graph)
            .into_iter()
            .filter(|nodes| nodes.len() > 1 || self.graph.contains_edge(nodes[0], nodes[0]))
            .map(|nodes| nodes.into_iter().map(NodeIndex::index).collect())
            .collect();
        cycles.iter_mut().for_each(|cycle| cycle.sort_unstable());
        cycles.sort();
        cycles.iter().map(|cycle| cycle.iter().map(|index| self.name(*index)).collect()).collect()
    }

    /// Names of the nodes that nothing connects with any other, in the order of the design.
    #[must_use]
    pub fn orphans(&self) -> Vec<&'a str> {
        let is_orphan = |node: &NodeIndex| self.graph.neighbors_undirected(*node).next().is_none();
        self.graph.node_indices().filter(is_orphan).map(|node| self.name(node.index())).collect()
    }

    fn name(&self, index: usize) -> &'a str {
        &self.design.nodes[index].name
    }

    fn is_call(&self, link: Link) -> bool {
        match link {
            Link::Edge(index) => self.design.edges[index].kind == EdgeKind::Call,
            Link::DeadLetter(_) | Link::Route(_) => false,
        }
    }

    fn reach(
        &self,
        name: &str,
        next: impl Fn(&DiGraph<usize, Link>, NodeIndex) -> Vec<NodeIndex>,
    ) -> BTreeSet<&'a str> {
        let mut seen = vec![false; self.graph.node_count()];
        let mut open: Vec<NodeIndex> =
            self.index_of(name).map(NodeIndex::new).into_iter().collect();
        while let Some(node) = open.pop() {
            for neighbor in next(&self.graph, node) {
                if !std::mem::replace(&mut seen[neighbor.index()], true) {
                    open.push(neighbor);
                }
            }
        }
        (0..seen.len()).filter(|index| seen[*index]).map(|index| self.name(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn shop() -> Design {
        let mut design = fixture::design(
            "shop: producer
             orders: queue
             payment: consumer
             bank: consumer
             dlq: queue
             lonely: queue
             shop -> orders
             orders -> payment
             payment -> bank",
        );
        fixture::edge(&mut design, "orders -> payment").contract.dead_letter = Some("dlq".into());
        design
    }

    fn words(names: &BTreeSet<&str>) -> String {
        names.iter().copied().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn messages_calls_and_dead_letters_are_followed_both_ways() {
        let design = shop();
        let graph = DesignGraph::new(&design);
        assert_eq!(words(&graph.downstream("orders")), "bank dlq payment");
        assert_eq!(words(&graph.upstream("bank")), "orders payment shop");
        assert_eq!(words(&graph.downstream("dlq")), "");
        assert_eq!(words(&graph.downstream("ghost")), "");
    }

    #[test]
    fn who_waits_for_a_call_feels_its_failure() {
        let design = shop();
        let graph = DesignGraph::new(&design);
        assert_eq!(words(&graph.blast_radius("bank")), "bank dlq payment");
        assert_eq!(words(&graph.blast_radius("orders")), "bank dlq payment");
    }

    #[test]
    fn what_dies_in_a_channel_or_matches_nothing_goes_on() {
        let mut design = fixture::design("a: queue\n dead: queue\n rest: queue\n lonely: queue");
        if let Role::Channel(channel) = &mut fixture::node(&mut design, "a").role {
            channel.dead_letter = Some("dead".into());
            channel.alternate = Some("rest".into());
        }
        let graph = DesignGraph::new(&design);
        assert_eq!(words(&graph.downstream("a")), "dead rest");
        assert_eq!(graph.orphans(), ["lonely"]);
    }

    #[test]
    fn cycles_and_orphans_are_found_in_the_order_of_the_design() {
        let mut design = shop();
        assert!(DesignGraph::new(&design).cycles().is_empty());
        assert_eq!(DesignGraph::new(&design).orphans(), ["lonely"]);
        let back = crate::edge::Edge::new(EdgeKind::Publish, "payment", "orders");
        design.edges.push(std::sync::Arc::new(back));
        assert_eq!(DesignGraph::new(&design).cycles(), [["orders", "payment"]]);
    }

    #[test]
    fn an_empty_design_and_edges_to_nowhere_are_no_trouble() {
        let mut design = Design::new("empty");
        assert!(DesignGraph::new(&design).cycles().is_empty());
        design.edges.push(crate::edge::Edge::new(EdgeKind::Call, "a", "b").into());
        assert_eq!(DesignGraph::new(&design).graph.edge_count(), 0);
    }
}
