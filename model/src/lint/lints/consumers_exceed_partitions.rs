//! Groups with more members than their channel has partitions.

use std::collections::BTreeMap;

use crate::channel::Delivery;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "consumers-exceed-partitions",
    title: "more consumers than partitions",
    severity: Severity::Info,
    meaning: "Each partition has one reader in a group at a time, so what is more than partitions \
              stands by idle. That may be meant as a reserve; it makes nothing faster.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, _) in context.channels() {
        let Some(semantics) = &context.semantics[index] else { continue };
        if semantics.partitions == 0 {
            continue;
        }
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for edge in context.outgoing[index].iter().filter(|it| it.kind == EdgeKind::Subscribe) {
            let group = match (semantics.delivery, edge.contract.group.as_deref()) {
                (Delivery::PointToPoint, _) => "",
                (Delivery::PublishSubscribe, Some(group)) => group,
                (Delivery::PublishSubscribe, None) => continue,
            };
            groups.entry(group).or_default().push(&edge.to);
        }
        let partitions = semantics.partitions as usize;
        for (group, members) in groups.into_iter().filter(|(_, all)| all.len() > partitions) {
            let who = if group.is_empty() { String::new() } else { format!(" of `{group}`") };
            let sentence = format!(
                "`{}` has {partitions} partitions, and {} consumers{who} share them: {} stand by",
                node.name,
                members.len(),
                members.len() - partitions
            );
            let place = Place::Node(node.name.clone());
            findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn each_consumer_has_a_partition() {
        let mut design = fixture::design(
            "q: topic\n a: consumer\n b: consumer\n c: consumer\n q -> a\n q -> b\n q -> c",
        );
        let partitions = |partitions| {
            let delivery = Some(Delivery::PublishSubscribe);
            Role::Channel(Channel { delivery, partitions: Some(partitions), ..Channel::default() })
        };
        fixture::node(&mut design, "q").role = partitions(2);
        assert_eq!(said(&LINT, &design), "", "each has a subscription of its own");
        for edge in ["q -> a", "q -> b", "q -> c"] {
            fixture::edge(&mut design, edge).contract.group = Some("desk".into());
        }
        assert_eq!(
            said(&LINT, &design),
            "info: node `q`: `q` has 2 partitions, and 3 consumers of `desk` share them: 1 stand by"
        );
        fixture::node(&mut design, "q").role = partitions(3);
        assert_eq!(said(&LINT, &design), "");
    }
}
