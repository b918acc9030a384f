//! Translations between bounded contexts that nothing in the design carries out.

use crate::contract::{Contract, Validation};
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Handler};
use crate::pattern::Pattern;
use crate::translation::Translation;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "translation-not-kept",
    title: "a translation that nothing carries out",
    severity: Severity::Warning,
    meaning: "What an edge says of two bounded contexts has to be true: a conformist looks whether \
              what it gets is what it knows, an open host says in which version it speaks, an \
              anti-corruption layer maps what it passes on, an enricher asks for what it adds. And \
              it is about two contexts, not about one.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let Some(translation) = edge.contract.translation else { continue };
        let said = if stands_on(translation, edge.kind) {
            broken(context, edge, translation).or_else(|| within_one(context, edge))
        } else {
            Some((Severity::Info, misplaced(translation)))
        };
        let Some((severity, sentence)) = said else { continue };
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, severity, place, sentence);
        let finding = finding.at("contract.translation");
        let looks = translation == Translation::Conformist && severity == Severity::Warning;
        findings.push(if looks {
            let edit = Edit::PutEdge(edge.name(), validating(edge));
            finding.with_fix("Reject what does not fit", edit)
        } else {
            finding
        });
    }
}

/// Whether a translation means something on edges of a kind.
fn stands_on(translation: Translation, kind: EdgeKind) -> bool {
    match kind {
        EdgeKind::Publish => translation.is_of_publisher(),
        EdgeKind::Subscribe => !translation.is_of_publisher(),
        EdgeKind::Call | EdgeKind::Bind => false,
    }
}

fn misplaced(translation: Translation) -> String {
    let kind = if translation.is_of_publisher() {
        "the publish edge of who speaks"
    } else {
        "the subscribe edge of who listens"
    };
    format!("{} is said on {kind}, and does nothing here", translation.title())
}

/// What is missing for a translation to be true.
fn broken(
    context: &Context<'_>,
    edge: &Edge,
    translation: Translation,
) -> Option<(Severity, String)> {
    let warning = |sentence: String| Some((Severity::Warning, sentence));
    let handlers = || context.consumer(&edge.to).map_or(Vec::new(), |it| taking(it, edge));
    let reader = &edge.to;
    match translation {
        Translation::Conformist if edge.contract.validation.is_none() => warning(format!(
            "`{reader}` relies on a model that is not its own, and nobody looks whether payloads \
             still fit it; set `validation`"
        )),
        Translation::OpenHost if speaks_no_version(edge) => warning(
            "a published language has versions; list `messages` with theirs, such as `Placed@1`"
                .to_owned(),
        ),
        Translation::AntiCorruption if !handlers().iter().any(|it| maps(it)) => warning(format!(
            "no handler of `{reader}` maps anything, so what it gets passes as it is; give an \
             emission a `mapping`"
        )),
        Translation::Enrich if !asks(context, edge, &handlers()) => warning(format!(
            "`{reader}` calls nobody and keeps nothing that it could add; let a handler call"
        )),
        Translation::Conformist
        | Translation::OpenHost
        | Translation::AntiCorruption
        | Translation::Enrich => None,
    }
}

fn speaks_no_version(edge: &Edge) -> bool {
    let messages = &edge.contract.messages;
    messages.is_empty() || messages.iter().any(|message| message.version.is_none())
}

/// The handlers of what comes over an edge.
fn taking<'a>(consumer: &'a Consumer, edge: &Edge) -> Vec<&'a Handler> {
    let carried = |handler: &&Handler| {
        handler.on.as_deref().is_none_or(|message| edge.contract.carries(message))
    };
    consumer.handlers.iter().filter(carried).collect()
}

fn maps(handler: &Handler) -> bool {
    handler.emits.iter().any(|emission| !emission.mapping.is_empty())
}

fn asks(context: &Context<'_>, edge: &Edge, handlers: &[&Handler]) -> bool {
    let keeps = context.consumer(&edge.to).is_some_and(|it| it.pattern != Pattern::default());
    keeps || handlers.iter().any(|handler| !handler.calls.is_empty())
}

/// Whether everybody at a channel belongs to the one context of an end of the edge.
fn within_one(context: &Context<'_>, edge: &Edge) -> Option<(Severity, String)> {
    let (here, channel) = match edge.kind {
        EdgeKind::Publish => (&edge.from, &edge.to),
        EdgeKind::Subscribe | EdgeKind::Bind | EdgeKind::Call => (&edge.to, &edge.from),
    };
    let own = context.node(here)?.context.as_deref()?;
    let index = context.graph.index_of(channel)?;
    let (before, after) = (&context.incoming[index], &context.outgoing[index]);
    let mut others = match edge.kind {
        EdgeKind::Publish => after.iter().map(|it| (it.kind, &it.to)).collect::<Vec<_>>(),
        EdgeKind::Subscribe | EdgeKind::Bind | EdgeKind::Call => {
            before.iter().map(|it| (it.kind, &it.from)).collect()
        }
    }
    .into_iter();
    let is_inside = |(kind, name): (EdgeKind, &String)| {
        kind != EdgeKind::Bind
            && context.node(name).is_some_and(|node| node.context.as_deref() == Some(own))
    };
    (others.len() > 0 && others.all(is_inside)).then(|| {
        (Severity::Info, format!("both ends are in `{own}`, where one language is spoken"))
    })
}

fn validating(edge: &Edge) -> Edge {
    let contract = Contract { validation: Some(Validation::Reject), ..edge.contract.clone() };
    Edge { contract, ..edge.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::expression::Expression;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;

    fn said_of(edge: &str, translation: Translation, change: impl Fn(&mut Design)) -> String {
        let mut design = fixture::design(
            "sales: producer\n orders: topic\n billing: consumer\n invoices: queue\n crm: consumer
             sales -> orders: Placed\n orders -> billing: Placed\n billing -> invoices: Billed
             billing -> crm",
        );
        for (node, context) in [("sales", "Sales"), ("billing", "Billing")] {
            fixture::node(&mut design, node).context = Some(context.into());
        }
        fixture::edge(&mut design, edge).contract.translation = Some(translation);
        change(&mut design);
        said(&LINT, &design)
    }

    #[test]
    fn a_conformist_looks_at_what_it_gets() {
        let edge = "orders -> billing";
        assert_eq!(
            said_of(edge, Translation::Conformist, |_| {}),
            "warning: edge `orders -> billing` at contract.translation: `billing` relies on a \
             model that is not its own, and nobody looks whether payloads still fit it; set \
             `validation` [Reject what does not fit]"
        );
        let looks = |design: &mut Design| {
            fixture::edge(design, edge).contract.validation = Some(Validation::Flag);
        };
        assert_eq!(said_of(edge, Translation::Conformist, looks), "");
    }

    #[test]
    fn an_open_host_speaks_in_versions() {
        let edge = "sales -> orders";
        assert!(said_of(edge, Translation::OpenHost, |_| {}).contains("has versions"));
        let speaks = |design: &mut Design| {
            let messages = &mut fixture::edge(design, edge).contract.messages;
            *messages = vec![MessageRef { name: "Placed".into(), version: Some(1) }];
        };
        assert_eq!(said_of(edge, Translation::OpenHost, speaks), "");
    }

    #[test]
    fn an_anti_corruption_layer_maps() {
        let edge = "orders -> billing";
        let emits = |design: &mut Design| fixture::emit(design, "billing", "Billed");
        let said = said_of(edge, Translation::AntiCorruption, emits);
        assert!(said.contains("no handler of `billing` maps anything"), "{said}");
        let maps = |design: &mut Design| {
            fixture::emit(design, "billing", "Billed");
            let handler = &mut fixture::consumer(design, "billing").handlers[0];
            handler.emits[0].mapping.insert("sum".into(), Expression::from("payload.total"));
        };
        assert_eq!(said_of(edge, Translation::AntiCorruption, maps), "");
    }

    #[test]
    fn an_enricher_asks() {
        let edge = "orders -> billing";
        assert!(said_of(edge, Translation::Enrich, |_| {}).contains("calls nobody"));
        let asks = |design: &mut Design| {
            let calls = vec!["crm".to_owned()];
            let handler = Handler { calls, ..Handler::default() };
            fixture::consumer(design, "billing").handlers.push(handler);
        };
        assert_eq!(said_of(edge, Translation::Enrich, asks), "");
    }

    #[test]
    fn a_translation_stands_where_it_means_something() {
        let said = said_of("sales -> orders", Translation::Enrich, |_| {});
        assert!(said.ends_with("the subscribe edge of who listens, and does nothing here"));
        let said = said_of("orders -> billing", Translation::Conformist, |design| {
            fixture::node(design, "sales").context = Some("Billing".into());
            let contract = &mut fixture::edge(design, "orders -> billing").contract;
            contract.validation = Some(Validation::Reject);
        });
        assert!(said.starts_with("info:") && said.ends_with("where one language is spoken"));
    }
}
