//! What a selector comes to in a design.

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::fault::{EdgeSelector, FaultKind, Group, Target};
use crate::faults::TargetRole;
use crate::node::{Node, Role};

impl FaultKind {
    /// The single nodes or edges that this kind of fault can strike among those that its target
    /// names, in the order of their stable keys; the amount is left aside. Cost: one pass over the
    /// design.
    #[must_use]
    pub fn reach(&self, design: &Design) -> Vec<Target> {
        let role = self.card().target;
        match self.target() {
            Target::Node(selector) => {
                let fits = |node: &&Node| selector.group.fits(node) && is_node(role, node, design);
                let mut nodes: Vec<&Node> =
                    design.nodes.iter().map(|node| &**node).filter(fits).collect();
                nodes.sort_by_key(|node| node.stable_key());
                nodes.into_iter().map(|node| Target::node(&node.name)).collect()
            }
            Target::Edge(selector) => {
                let fits = |edge: &&Edge| is_edge(role, edge.kind) && joins(selector, edge, design);
                let mut edges: Vec<&Edge> =
                    design.edges.iter().map(|edge| &**edge).filter(fits).collect();
                let key = |name: &str| design.node(name).map_or("", |node| node.stable_key());
                edges.sort_by_key(|edge| (key(&edge.from), key(&edge.to)));
                edges.into_iter().map(|edge| Target::edge(&edge.name())).collect()
            }
        }
    }
}

impl TargetRole {
    /// Whether a node or an edge of a design, by name, can be struck.
    #[must_use]
    pub fn takes(self, target: &Target, design: &Design) -> bool {
        let node = target.node_name().and_then(|name| design.node(name));
        let edge = target.edge_name().and_then(|name| design.edge(&name).cloned());
        node.is_some_and(|node| is_node(self, node, design))
            || edge.is_some_and(|edge| is_edge(self, edge.kind))
    }
}

/// Whether an edge begins and ends where a selector says.
fn joins(selector: &EdgeSelector, edge: &Edge, design: &Design) -> bool {
    let fits = |group: &Group, name: &str| match group {
        Group::Named(named) => named == name,
        Group::Any => true,
        Group::Tag(_) | Group::Context(_) | Group::Role(_) => {
            design.node(name).is_some_and(|node| group.fits(node))
        }
    };
    fits(&selector.from, &edge.from) && fits(&selector.to, &edge.to)
}

fn is_node(role: TargetRole, node: &Node, design: &Design) -> bool {
    let publishes =
        || design.edges.iter().any(|edge| edge.from == node.name && edge.kind == EdgeKind::Publish);
    match (role, &node.role) {
        (TargetRole::Node, _)
        | (TargetRole::Producer, Role::Producer(_))
        | (TargetRole::Publisher | TargetRole::Clock, Role::Producer(_))
        | (TargetRole::Party, Role::Producer(_) | Role::Consumer(_))
        | (TargetRole::Channel | TargetRole::Clock, Role::Channel(_))
        | (TargetRole::Consumer, Role::Consumer(_)) => true,
        (TargetRole::Publisher, Role::Consumer(_)) => publishes(),
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
    use crate::fault::FaultKind;
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
            let found: Vec<String> = kind.reach(&design).iter().map(ToString::to_string).collect();
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
