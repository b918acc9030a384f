//! Groups of consumers that compete anyway.

use crate::channel::Delivery;
use crate::edge::EdgeKind;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "group-without-effect",
    title: "a group of consumers on a queue",
    severity: Severity::Info,
    meaning: "Each message of a Point-to-Point Channel goes to one of its subscribers, whatever \
              group they are in. Groups share a subscription of a Publish-Subscribe Channel.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.design.edges.iter().filter(|edge| edge.contract.group.is_some()) {
        let delivery = context.semantics_of(&edge.from).map(|semantics| semantics.delivery);
        let sentence = match (edge.kind, delivery) {
            (EdgeKind::Subscribe, Some(Delivery::PointToPoint)) => format!(
                "each message of `{}` goes to one subscriber anyway, so the group has no effect",
                edge.from
            ),
            (EdgeKind::Subscribe, Some(Delivery::PublishSubscribe) | None) => continue,
            (EdgeKind::Publish | EdgeKind::Call | EdgeKind::Bind, _) => {
                "only consumers that subscribe share a group".to_owned()
            }
        };
        let mut mended = (**edge).clone();
        mended.contract.group = None;
        let finding = Finding::new(LINT.code, Severity::Info, Place::Edge(edge.name()), sentence);
        let edit = Edit::PutEdge(edge.name(), mended);
        findings.push(finding.at("contract.group").with_fix("Leave the group", edit));
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
    fn groups_share_copies() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        fixture::edge(&mut design, "q -> c").contract.group = Some("g".into());
        assert_eq!(
            said(&LINT, &design),
            "info: edge `q -> c` at contract.group: each message of `q` goes to one subscriber \
             anyway, so the group has no effect [Leave the group]"
        );
        fixture::node(&mut design, "q").role = Role::Channel(Channel::of("kafka.share"));
        assert_eq!(said(&LINT, &design), "");
    }
}
