//! Subscriptions to messages that nobody publishes there.

use std::collections::{BTreeMap, BTreeSet};

use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "message-never-published",
    title: "a subscriber waits for what nobody publishes",
    severity: Severity::Warning,
    meaning: "The contract of a subscription names a message that comes to its channel from nobody: \
              no workload, emission or contract of a publisher has it, or a filter on the way stops \
              it. The consumer waits for ever. Where other messages of the contract come it is good \
              to know only.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let by_edge = context.reaches_by_edge();
    let sources = &context.flow().sources;
    let mut published: BTreeMap<&str, (&str, &Edge)> = BTreeMap::new();
    for source in sources {
        if let Some(first) = source.writers.first() {
            published.entry(&source.message.name).or_insert(*first);
        }
    }
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    for edge in context.edges_of(EdgeKind::Subscribe).filter(|it| !it.contract.messages.is_empty())
    {
        let names = || edge.contract.messages.iter().map(|it| it.name.as_str());
        let reaches = by_edge.get(&(edge.from.as_str(), edge.to.as_str())).into_iter().flatten();
        let come: BTreeSet<&str> =
            reaches.map(|it| sources[it.source].message.name.as_str()).collect();
        let comes = |name: &str| come.contains(name);
        let severity = if names().any(comes) { Severity::Info } else { Severity::Warning };
        for (place, name) in names().enumerate() {
            let is_known = context.messages.get(name).is_some_and(|it| !it.versions.is_empty());
            if !is_known || comes(name) {
                continue;
            }
            if *open.entry(&edge.from).or_insert_with(|| is_open(context, edge)) {
                continue;
            }
            let elsewhere = published.get(name).map_or(String::new(), |(writer, edge)| {
                format!("; `{writer}` publishes it to `{}`", edge.to)
            });
            let sentence = format!(
                "`{}` waits for `{name}`, and nobody publishes that to `{}`{elsewhere}",
                edge.to, edge.from
            );
            let at = Place::Edge(edge.name());
            let finding = Finding::new(LINT.code, severity, at, sentence);
            findings.push(finding.at(format_args!("contract.messages.{place}")));
        }
    }
}

/// Whether anything may come: nothing enters the channel yet, or somebody publishes to it who does
/// not say what.
fn is_open(context: &Context<'_>, edge: &Edge) -> bool {
    let mut seen = BTreeSet::from([edge.from.as_str()]);
    let mut left = vec![edge.from.as_str()];
    let mut is_entered = false;
    while let Some(at) = left.pop() {
        let Some(index) = context.graph.index_of(at) else { continue };
        for into in &context.incoming[index] {
            is_entered = true;
            let is_silent = into.kind == EdgeKind::Publish
                && into.contract.messages.is_empty()
                && context.passed(into).is_empty();
            if is_silent {
                return true;
            }
            if into.kind == EdgeKind::Bind && seen.insert(&into.from) {
                left.push(&into.from);
            }
        }
    }
    !is_entered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Filter;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;

    fn shop() -> Design {
        let mut design = fixture::design(
            "shop: producer\n t: topic\n q: queue\n desk: consumer
             shop -> t: Placed\n t -> q\n q -> desk: Placed, Paid",
        );
        for name in ["Placed", "Paid"] {
            fixture::message(&mut design, name).versions.push(fixture::version("{}"));
        }
        fixture::produce(&mut design, "shop", "Placed");
        design
    }

    #[test]
    fn somebody_publishes_what_a_subscriber_waits_for() {
        let mut design = shop();
        assert_eq!(
            said(&LINT, &design),
            "info: edge `q -> desk` at contract.messages.1: `desk` waits for `Paid`, and nobody \
             publishes that to `q`"
        );
        let paid = MessageRef::newest("Paid");
        let mut more = design.clone();
        fixture::edge(&mut more, "shop -> t").contract.messages.push(paid);
        assert_eq!(said(&LINT, &more), "", "it says it will");
        fixture::edge(&mut design, "t -> q").contract.filter = Some(Filter::RoutingKey("x".into()));
        let found = said(&LINT, &design);
        assert!(found.starts_with("warning:"), "no routing key: {found}");
        assert!(found.contains("`desk` waits for `Placed`"), "{found}");
        assert!(found.contains("; `shop` publishes it to `t`"), "{found}");
    }

    #[test]
    fn who_does_not_say_what_it_publishes_may_publish_anything() {
        let mut design = shop();
        fixture::node(&mut design, "shop").role =
            crate::node::Role::Producer(crate::node::Producer::default());
        fixture::edge(&mut design, "shop -> t").contract.messages.clear();
        assert_eq!(said(&LINT, &design), "");
    }
}
