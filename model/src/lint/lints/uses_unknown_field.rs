//! Fields that a consumer says it uses, and that what it reads does not have.

use std::collections::BTreeSet;

use crate::compat::edges::Reach;
use crate::compat::field_names;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::Parsed;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "uses-unknown-field",
    title: "a field in use that no payload has",
    severity: Severity::Warning,
    meaning: "A subscription declares the fields that its consumer uses, and only these count when \
              versions are compared. The schema that is read has no such field: it was renamed, or \
              mistyped.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges: Vec<_> =
        context.design.edges.iter().filter(|edge| !edge.contract.uses.is_empty()).collect();
    if edges.is_empty() {
        return;
    }
    let by_edge = context.reaches_by_edge();
    for edge in edges {
        if edge.kind != EdgeKind::Subscribe {
            let sentence = "only a subscription says which fields its consumer uses";
            let place = Place::Edge(edge.name());
            let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
            findings.push(finding.at("contract.uses"));
            continue;
        }
        let own =
            by_edge.get(&(edge.from.as_str(), edge.to.as_str())).map_or(&[][..], Vec::as_slice);
        unknown(context, edge, own, findings);
    }
}

/// The fields that no version has which comes over an edge: of several messages, one may have it.
fn unknown(context: &Context<'_>, edge: &Edge, reaches: &[Reach<'_>], findings: &mut Vec<Finding>) {
    let sources = &context.flow().sources;
    let version = |it: &Reach<'_>| {
        let source = &sources[it.source];
        (source.message.name.as_str(), it.read.unwrap_or(source.version))
    };
    let versions: BTreeSet<(&str, u32)> = reaches.iter().map(version).collect();
    let Some((message, version)) = versions.first() else { return };
    for (place, field) in edge.contract.uses.iter().enumerate() {
        let path = field_names(field);
        if versions.iter().any(|it| has_field(context, *it, &path) != Some(false)) {
            continue;
        }
        let sentence = format!(
            "`{}` uses `{field}`, which version {version} of `{message}` does not have",
            edge.to
        );
        let at = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, at, sentence);
        findings.push(finding.at(format_args!("contract.uses.{place}")));
    }
}

/// Whether payloads of a version have a field; nothing if that is open.
fn has_field(context: &Context<'_>, (name, version): (&str, u32), path: &[String]) -> Option<bool> {
    let (message, verdict) = context.verdict_on(name)?;
    let number = message.versions.iter().position(|it| it.number == version)?;
    let parsed: &Parsed = verdict.versions.get(number)?.parsed.as_deref()?;
    parsed.has_field(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_field_in_use_is_in_the_schema() {
        let mut design =
            fixture::design("a: producer\n q: queue\n b: consumer\n a -> q: Placed\n q -> b");
        fixture::produce(&mut design, "a", "Placed");
        let schema = r#"{"properties": {"customer": {"properties": {"tier": true}}}}"#;
        fixture::message(&mut design, "Placed").versions.push(fixture::version(schema));
        let uses = |design: &mut crate::design::Design, edge: &str, field: &str| {
            fixture::edge(design, edge).contract.uses = vec![field.to_owned()];
        };
        uses(&mut design, "q -> b", "customer.tier");
        assert_eq!(said(&LINT, &design), "");
        uses(&mut design, "q -> b", "/customer/tear");
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> b` at contract.uses.0: `b` uses `/customer/tear`, which version 1 \
             of `Placed` does not have"
        );
        uses(&mut design, "q -> b", "customer");
        uses(&mut design, "a -> q", "customer");
        assert!(said(&LINT, &design).contains("only a subscription says"));
    }
}
