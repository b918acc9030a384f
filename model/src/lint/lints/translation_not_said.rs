//! Subscriptions across bounded contexts that do not say who translates.

use std::collections::BTreeSet;

use crate::compat::edges::Source;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::translation::Translation;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "translation-not-said",
    title: "a subscription across contexts that does not say who translates",
    severity: Severity::Info,
    meaning: "The design says on some edges what two contexts are to each other, and not on this \
              one. Whoever reads what another context publishes either lives with its words \
              (conformist, which validates), maps or adds to them, or hears a published language \
              (open host). A design that says so nowhere draws no context map, and is not asked.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.design.edges.iter().all(|edge| edge.contract.translation.is_none()) {
        return;
    }
    let by_edge = context.reaches_by_edge();
    let sources = &context.flow().sources;
    let home = |name: &str| context.node(name).and_then(|node| node.context.as_deref());
    let homes: Vec<BTreeSet<&str>> = sources.iter().map(|it| homes(context, it)).collect();
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some(own) = home(&edge.to).filter(|_| edge.contract.translation.is_none()) else {
            continue;
        };
        let come = by_edge.get(&(edge.from.as_str(), edge.to.as_str())).into_iter().flatten();
        let others = come.flat_map(|it| &homes[it.source]).copied();
        let others: BTreeSet<&str> = others.filter(|other| *other != own).collect();
        if others.is_empty() {
            continue;
        }
        let others: Vec<String> = others.into_iter().map(|other| format!("`{other}`")).collect();
        let sentence = format!(
            "`{}` of `{own}` reads what {} publishes, and nothing says who translates",
            edge.to,
            others.join(", ")
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        findings.push(finding.at("contract.translation"));
    }
}

/// The contexts in which something is written, but for those who say it in a published language.
fn homes<'a>(context: &Context<'a>, source: &Source<'a>) -> BTreeSet<&'a str> {
    let writers = source.writers.iter();
    let own = writers.filter(|(_, edge)| edge.contract.translation != Some(Translation::OpenHost));
    own.filter_map(|(writer, _)| context.node(writer)?.context.as_deref()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn two_contexts() -> Design {
        let mut design = fixture::design(
            "shop: producer\n t: topic\n desk: consumer\n gate: consumer
             shop -> t: Placed\n t -> desk: Placed\n t -> gate: Placed",
        );
        fixture::message(&mut design, "Placed").versions.push(fixture::version("{}"));
        for (node, home) in [("shop", "Sales"), ("desk", "Billing"), ("gate", "Stock")] {
            fixture::node(&mut design, node).context = Some(home.into());
        }
        design
    }

    #[test]
    fn a_context_map_is_whole() {
        let mut design = two_contexts();
        assert_eq!(said(&LINT, &design), "", "no context map");
        fixture::edge(&mut design, "t -> gate").contract.translation =
            Some(Translation::AntiCorruption);
        assert_eq!(
            said(&LINT, &design),
            "info: edge `t -> desk` at contract.translation: `desk` of `Billing` reads what \
             `Sales` publishes, and nothing says who translates"
        );
        fixture::node(&mut design, "desk").context = Some("Sales".into());
        assert_eq!(said(&LINT, &design), "", "one context");
    }

    #[test]
    fn who_speaks_a_published_language_translates_for_all() {
        let mut design = two_contexts();
        fixture::edge(&mut design, "shop -> t").contract.translation = Some(Translation::OpenHost);
        assert_eq!(said(&LINT, &design), "");
    }
}
