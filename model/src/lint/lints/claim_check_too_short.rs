//! Blobs that are gone before their messages are.

use crate::channel::Semantics;
use crate::claim_check::ClaimCheck;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::publications::Publication;
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "claim-check-too-short",
    title: "a blob is gone before its message is",
    severity: Severity::Warning,
    meaning: "A message whose blob is gone can never be handled. Blobs are kept at least as long as \
              a channel keeps their messages, and then as a dead letter may wait.",
    check,
};

/// How long a message may be somewhere; for ever if there is no figure.
struct Dwelling {
    span: Option<Span>,
    where_to: String,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for it in context.publications() {
        let Some(check) = it.claim_check else { continue };
        let Some(kept) = check.time_to_live else { continue };
        let dwellings = context.channels_reached(&it).into_iter();
        let dwellings = dwellings.filter_map(|channel| dwelling(context, &it, channel));
        let longer = dwellings.filter(|it| it.span.is_none_or(|span| span > kept));
        let longest = longer.max_by_key(|it| it.span.map_or(u64::MAX, |span| span.0));
        if let Some(longest) = longest {
            findings.push(too_short(&it, (check, kept), &longest));
        }
    }
}

fn too_short(
    it: &Publication<'_>,
    (check, kept): (&ClaimCheck, Span),
    longest: &Dwelling,
) -> Finding {
    let (severity, label) = match longest.span {
        Some(span) => (Severity::Warning, format!("Keep blobs for {span}")),
        None => (Severity::Info, "Keep blobs for ever".to_owned()),
    };
    let sentence = format!(
        "the blob of a `{}` is gone after {kept}, and {}: what is handled later than that never \
         can be",
        it.message, longest.where_to
    );
    let edit =
        it.with_claim_check(Some(ClaimCheck { time_to_live: longest.span, ..check.clone() }));
    let place = Place::Node(it.node.name.clone());
    let finding = Finding::new(LINT.code, severity, place, sentence);
    finding.at(format_args!("{}.claim_check.time_to_live", it.at)).with_fix(label, edit)
}

/// How long a message may be in a channel, and then in the one that takes its dead letters.
fn dwelling(context: &Context<'_>, it: &Publication<'_>, channel: &str) -> Option<Dwelling> {
    let semantics = context.semantics_of(channel)?;
    let own = kept(semantics, it.properties.time_to_live);
    let here = format!("`{channel}` keeps its messages {}", in_words(own));
    let Some((dead_letter, dead)) = dead_letters(context, it, channel) else {
        return Some(Dwelling { span: own, where_to: here });
    };
    let span = own.zip(dead).map(|(own, dead)| own.saturating_add(dead));
    let where_to = format!("{here} and `{dead_letter}` its dead letters {}", in_words(dead));
    Some(Dwelling { span, where_to })
}

fn in_words(span: Option<Span>) -> String {
    span.map_or_else(|| "for ever".to_owned(), |span| format!("for {span}"))
}

/// How long a channel keeps a message that nobody handles.
fn kept(semantics: &Semantics, asked: Option<Span>) -> Option<Span> {
    let limits = [semantics.time_to_live, semantics.retention_time, asked.unwrap_or_default()];
    limits.into_iter().filter(|limit| *limit > Span::ZERO).min()
}

/// Where the dead letters of a channel go, and how long they are kept there at most.
fn dead_letters<'a>(
    context: &Context<'a>,
    it: &Publication<'_>,
    channel: &str,
) -> Option<(&'a str, Option<Span>)> {
    let index = context.graph.index_of(channel)?;
    let subscribed = context.outgoing[index].iter();
    let subscribed = subscribed.filter(|edge| edge.kind == EdgeKind::Subscribe && it.passes(edge));
    let of_edges = subscribed.filter_map(|edge| edge.contract.dead_letter.as_deref());
    let of_channel = context.channel(channel).and_then(|it| it.dead_letter.as_deref());
    let known = of_edges.chain(of_channel).filter_map(|name| {
        let semantics = context.semantics_of(name)?;
        Some((name, kept(semantics, None)))
    });
    known.max_by_key(|(_, span)| span.map_or(u64::MAX, |span| span.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    fn scans(kept: Option<Span>) -> Design {
        let mut design = fixture::design(
            "scanner: producer\n q: queue\n dead: queue\n c: consumer
             scanner -> q: Scan\n q -> c: Scan",
        );
        fixture::produce(&mut design, "scanner", "Scan");
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "scanner").role {
            let check = ClaimCheck { time_to_live: kept, ..ClaimCheck::default() };
            producer.workload[0].claim_check = Some(check);
        }
        design
    }

    fn keeps(design: &mut Design, channel: &str, seconds: u64) {
        let time_to_live = Some(Span::from_secs(seconds));
        fixture::node(design, channel).role =
            Role::Channel(Channel { time_to_live, ..Channel::default() });
    }

    #[test]
    fn a_blob_outlasts_its_message_and_its_dead_letter() {
        let mut design = scans(Some(Span::from_secs(60)));
        assert_eq!(
            said(&LINT, &design),
            "info: node `scanner` at role.workload.0.claim_check.time_to_live: the blob of a \
             `Scan` is gone after 1min, and `q` keeps its messages for ever: what is handled later \
             than that never can be [Keep blobs for ever]"
        );
        keeps(&mut design, "q", 60);
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("dead".to_owned());
        keeps(&mut design, "dead", 30);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `scanner` at role.workload.0.claim_check.time_to_live: the blob of a \
             `Scan` is gone after 1min, and `q` keeps its messages for 1min and `dead` its dead \
             letters for 30s: what is handled later than that never can be [Keep blobs for 90s]"
        );
        assert_eq!(said(&LINT, &scans(None)), "", "it is kept for ever");
    }
}
