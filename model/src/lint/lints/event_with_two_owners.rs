//! Events that nodes of several bounded contexts publish.

use std::collections::BTreeMap;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::carried::Carried;
use crate::lint::context::publications::Publication;
use crate::lint::{Context, Lint};
use crate::message::MessageKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "event-with-two-owners",
    title: "an event that two contexts publish",
    severity: Severity::Warning,
    meaning: "An event says what happened in one place, and whoever owns it decides what it means \
              and how it changes. What happens in two contexts is two events. Passing on what one \
              has received is no ownership.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut owners: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut heard: BTreeMap<usize, Carried<'_>> = BTreeMap::new();
    for it in context.publications() {
        let kind = context.messages.get(it.message).map(|message| message.kind);
        let home = it.node.context.as_deref();
        if let Some(home) = home.filter(|_| kind == Some(MessageKind::Event))
            && !hears(context, &it, &mut heard)
        {
            owners.entry(it.message).or_default().entry(home).or_insert(&it.node.name);
        }
    }
    for (message, homes) in owners.into_iter().filter(|(_, homes)| homes.len() > 1) {
        let homes: Vec<String> =
            homes.iter().map(|(home, node)| format!("`{node}` of `{home}`")).collect();
        let sentence = format!(
            "`{message}` is published by {}; an event has one owner, so these are two events",
            homes.join(" and ")
        );
        let place = Place::Message(message.to_owned());
        findings.push(Finding::new(LINT.code, Severity::Warning, place, sentence));
    }
}

/// Whether who publishes may only pass on what it has heard.
fn hears<'a>(
    context: &Context<'a>,
    it: &Publication<'a>,
    heard: &mut BTreeMap<usize, Carried<'a>>,
) -> bool {
    let Some(index) = context.graph.index_of(&it.node.name) else { return false };
    let known = heard.entry(index).or_insert_with(|| {
        let edges = context.incoming[index].iter().copied();
        Carried::by(edges.filter(|edge| edge.kind == EdgeKind::Subscribe))
    });
    known.has(it.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn an_event_belongs_to_one_context() {
        let mut design = fixture::design(
            "shop: producer\n desk: producer\n q: topic\n relay: consumer\n r: queue
             shop -> q: Placed\n desk -> q: Placed\n q -> relay: Placed\n relay -> r: Placed",
        );
        for node in ["shop", "desk"] {
            fixture::produce(&mut design, node, "Placed");
        }
        fixture::emit(&mut design, "relay", "Placed");
        for (node, home) in [("shop", "Web"), ("desk", "Web"), ("relay", "Logistics")] {
            fixture::node(&mut design, node).context = Some(home.into());
        }
        assert_eq!(said(&LINT, &design), "", "two nodes of one context, and one that passes on");
        fixture::node(&mut design, "desk").context = Some("Stores".into());
        assert_eq!(
            said(&LINT, &design),
            "warning: message `Placed`: `Placed` is published by `desk` of `Stores` and `shop` of \
             `Web`; an event has one owner, so these are two events"
        );
        fixture::message(&mut design, "Placed").kind = MessageKind::Command;
        assert_eq!(said(&LINT, &design), "");
    }
}
