//! Order that is relied on and not given.

use crate::channel::Channel;
use crate::contract::Ordering;
use crate::edge::EdgeKind;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "order-not-given",
    title: "a subscriber relies on an order that its channel does not keep",
    meaning: "Only a partitioned channel keeps messages with the same ordering key in order. \
              Partition it, or do not rely on the order.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let is_ordered = edge.contract.ordering == Ordering::PerKey;
        let Some(node) = context.node(&edge.from).filter(|_| is_ordered) else { continue };
        let Some(role) = partitioned(&node.role) else { continue };
        let sentence = format!(
            "`{}` relies on the order per key, which `{}` does not keep without partitions",
            edge.to, edge.from
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let edit = Edit::PutNode(node.name.clone(), Node { role, ..node.clone() });
        let label = format!("Split {} into 4 partitions", node.name);
        findings.push(finding.at("contract.ordering").with_fix(label, edit));
    }
}

/// The channel with partitions, if it has none.
fn partitioned(role: &Role) -> Option<Role> {
    match role {
        Role::Channel(channel @ Channel { preset: None, partitions: None, .. }) => {
            Some(Role::Channel(Channel { partitions: Some(4), ..channel.clone() }))
        }
        Role::Channel(_) | Role::Producer(_) | Role::Consumer(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn order_needs_partitions() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "q -> c").contract.ordering = Ordering::PerKey;
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c` at contract.ordering: `c` relies on the order per key, \
             which `q` does not keep without partitions [Split q into 4 partitions]"
        );
    }
}
