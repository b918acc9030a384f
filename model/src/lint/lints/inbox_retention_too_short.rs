//! Inboxes that forget a message before it can come for the last time.

use crate::channel::{Retention, Semantics};
use crate::contract::Retry;
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::inbox::Inbox;
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "inbox-retention-too-short",
    title: "an inbox forgets too early",
    severity: Severity::Warning,
    meaning: "A message that comes again after its entry was forgotten has a second effect. Entries \
              are kept at least as long as retries, leases and what a channel keeps for replays \
              can bring a message again.",
    check,
};

/// How long after its effect a message may come again; for ever if there is no figure.
struct Horizon {
    span: Option<Span>,
    why: String,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        let Some(retention) = consumer.inbox.retention.filter(|_| consumer.idempotent) else {
            continue;
        };
        let edges = context.incoming[index].iter().filter(|it| it.kind == EdgeKind::Subscribe);
        let horizons = edges.flat_map(|edge| horizons(context, edge));
        let longer = horizons.filter(|it| it.span.is_none_or(|span| span > retention));
        let Some(worst) = longer.max_by_key(|it| it.span.map_or(u64::MAX, |span| span.0)) else {
            continue;
        };
        findings.push(too_short((node, consumer), retention, &worst));
    }
}

fn too_short((node, consumer): (&Node, &Consumer), retention: Span, worst: &Horizon) -> Finding {
    let name = &node.name;
    let (severity, label, advice) = match worst.span {
        Some(span) => (
            Severity::Warning,
            format!("Keep entries for {span}"),
            format!("keep entries for {span} or longer"),
        ),
        None => (
            Severity::Info,
            "Keep entries for ever".to_owned(),
            "an older message that is replayed has a second effect".to_owned(),
        ),
    };
    let sentence =
        format!("`{name}` forgets after {retention} what it has handled; {}: {advice}", worst.why);
    let place = Place::Node(name.clone());
    let inbox = Inbox { retention: worst.span, ..consumer.inbox.clone() };
    let role = Role::Consumer(Consumer { inbox, ..consumer.clone() });
    let edit = Edit::PutNode(name.clone(), Node { role, ..node.clone() });
    let finding = Finding::new(LINT.code, severity, place, sentence);
    finding.at("role.inbox.retention").with_fix(label, edit)
}

fn horizons(context: &Context<'_>, edge: &Edge) -> Vec<Horizon> {
    let Some(semantics) = context.semantics_of(&edge.from) else { return Vec::new() };
    let channel = &edge.from;
    let mut horizons = Vec::new();
    if let Some(span) = edge.contract.retry.as_ref().and_then(retries) {
        let why = format!("the retries of `{}` go on for {span}", edge.name());
        horizons.push(Horizon { span: Some(span), why });
    }
    if let Some(span) = redeliveries(edge, semantics) {
        let why = format!("`{channel}` delivers again for {span}");
        horizons.push(Horizon { span: Some(span), why });
    }
    let lease = semantics.lease.max(semantics.lease_max);
    if lease > Span::ZERO {
        let why = format!("`{channel}` delivers again after a lease of {lease}");
        horizons.push(Horizon { span: Some(lease), why });
    }
    if semantics.retention == Retention::Limits {
        let span = Some(semantics.retention_time).filter(|span| *span > Span::ZERO);
        let kept = span.map_or_else(|| "for ever".to_owned(), |span| format!("for {span}"));
        let why = format!("`{channel}` keeps messages {kept}, and a replay brings them again");
        horizons.push(Horizon { span, why });
    }
    horizons
}

/// How long the attempts that a contract allows go on, waits only; none if they do not end.
fn retries(retry: &Retry) -> Option<Span> {
    retry.attempts.map(|attempts| retry.backoff.all_delays(attempts))
}

/// The same of what a channel does by itself.
fn redeliveries(edge: &Edge, semantics: &Semantics) -> Option<Span> {
    let is_its_own = edge.contract.retry.is_none() && semantics.delivery_limit > 0;
    let waits = semantics.redelivery_delay.all_delays(semantics.delivery_limit);
    (is_its_own && waits > Span::ZERO).then_some(waits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::contract::Backoff;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn fixture(retention: u64) -> Design {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c: Placed");
        let consumer = fixture::consumer(&mut design, "c");
        consumer.idempotent = true;
        consumer.inbox.retention = Some(Span::from_secs(retention));
        design
    }

    fn retry(design: &mut Design, attempts: Option<u32>) {
        let backoff = Backoff::Fixed(Span::from_secs(20));
        let retry = Retry { attempts, backoff, jitter: 0.0 };
        fixture::edge(design, "q -> c").contract.retry = Some(retry);
    }

    #[test]
    fn entries_outlast_the_retries() {
        let mut design = fixture(60);
        assert_eq!(said(&LINT, &design), "");
        retry(&mut design, Some(4));
        assert_eq!(said(&LINT, &design), "", "three waits of 20 s");
        retry(&mut design, Some(5));
        assert_eq!(
            said(&LINT, &design),
            "warning: node `c` at role.inbox.retention: `c` forgets after 1min what it has handled; \
             the retries of `q -> c` go on for 80s: keep entries for 80s or longer [Keep entries \
             for 80s]"
        );
        fixture::consumer(&mut design, "c").idempotent = false;
        assert_eq!(said(&LINT, &design), "", "it remembers nothing anyway");
    }

    #[test]
    fn entries_outlast_leases_and_what_is_kept_for_replays() {
        let mut design = fixture(10);
        let mut on = |channel: Channel| {
            fixture::node(&mut design, "q").role = Role::Channel(channel);
            said(&LINT, &design)
        };
        let lease = Some(Span::from_secs(30));
        assert!(on(Channel { lease, ..Channel::default() }).contains("after a lease of 30s"));
        let kept = Channel { retention: Some(Retention::Limits), ..Channel::default() };
        assert_eq!(
            on(kept.clone()),
            "info: node `c` at role.inbox.retention: `c` forgets after 10s what it has handled; \
             `q` keeps messages for ever, and a replay brings them again: an older message that \
             is replayed has a second effect [Keep entries for ever]"
        );
        let retention_time = Some(Span::from_secs(9));
        assert_eq!(on(Channel { retention_time, ..kept }), "");
    }

    #[test]
    fn waits_that_no_clock_holds_are_no_panic() {
        let backoff = Backoff::Exponential { initial: Span::from_secs(1), factor: 9.0, cap: None };
        assert_eq!(backoff.all_delays(u32::MAX), Span(u64::MAX));
        assert_eq!(Backoff::None.all_delays(0), Span::ZERO);
    }
}
