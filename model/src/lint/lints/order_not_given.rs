//! Order that is relied on and not given.

use crate::channel::{Assignment, Channel, Gate, Semantics};
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
    severity: Severity::Warning,
    meaning: "Messages with the same ordering key stay in order where they share a partition, \
              where one of them at a time is handed out, or where one consumer gets them all. \
              Partition the channel, choose a preset that keeps the order, or do not rely on it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let is_ordered = edge.contract.ordering == Ordering::PerKey;
        let Some(node) = context.node(&edge.from).filter(|_| is_ordered) else { continue };
        if context.semantics_of(&edge.from).is_none_or(keeps_order) {
            continue;
        }
        let role = partitioned(&node.role);
        let without = if role.is_some() { " without partitions" } else { "" };
        let sentence = format!(
            "`{}` relies on the order per key, which `{}` does not keep{without}",
            edge.to, edge.from
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let finding = finding.at("contract.ordering");
        findings.push(match role {
            Some(role) => {
                let edit = Edit::PutNode(node.name.clone(), Node { role, ..node.clone() });
                finding.with_fix(format!("Split {} into 4 partitions", node.name), edit)
            }
            None => finding,
        });
    }
}

/// Whether messages of a key come to their consumer in order, as long as none comes back.
fn keeps_order(semantics: &Semantics) -> bool {
    match semantics.gate {
        Gate::Cursor => semantics.partitions > 0,
        Gate::KeyLock | Gate::SingleActive => true,
        Gate::Competing => match semantics.assignment {
            Assignment::InTurn | Assignment::Random => false,
            Assignment::Fixed | Assignment::Range | Assignment::Sticky => semantics.partitions > 0,
            Assignment::KeyHash => true,
        },
    }
}

/// A plain channel with partitions; brokers do not get order that way.
fn partitioned(role: &Role) -> Option<Role> {
    match role {
        Role::Channel(channel) if channel.preset.is_none() && channel.gate.is_none() => {
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
        let mut on = |preset: &str| {
            fixture::node(&mut design, "q").role = Role::Channel(Channel::of(preset));
            said(&LINT, &design)
        };
        for preset in ["kafka.group.classic", "sqs.fifo", "pulsar.key_shared", "solace.exclusive"] {
            assert_eq!(on(preset), "", "{preset}");
        }
        assert_eq!(
            on("sqs.standard"),
            "warning: edge `q -> c` at contract.ordering: `c` relies on the order per key, \
             which `q` does not keep"
        );
    }
}
