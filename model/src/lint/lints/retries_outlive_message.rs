//! Retries that go on when the message is gone already.

use crate::channel::Semantics;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "retries-outlive-message",
    title: "retries that take longer than the message is kept",
    severity: Severity::Warning,
    meaning: "The pauses between attempts add up. What its channel forgets before the last of them, \
              by time to live, retention or the longest lease, is never tried again and never \
              becomes a dead letter. Pause less, or keep it longer.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some(retry) = &edge.contract.retry else { continue };
        let Some(attempts) = retry.attempts else { continue };
        let Some(semantics) = context.semantics_of(&edge.from) else { continue };
        let waits = retry.backoff.all_delays(attempts);
        let shorter =
            ends(semantics).into_iter().filter(|(end, _)| *end > Span::ZERO && waits > *end);
        let Some((end, why)) = shorter.min_by_key(|(end, _)| end.0) else { continue };
        findings.push(finding(edge, (attempts, waits), (end, why)));
    }
}

/// After what a message is gone, and why.
fn ends(semantics: &Semantics) -> [(Span, &'static str); 3] {
    [
        (semantics.time_to_live, "a time to live"),
        (semantics.retention_time, "a retention"),
        (semantics.lease_max, "leases that end"),
    ]
}

fn finding(edge: &Edge, (attempts, waits): (u32, Span), (end, why): (Span, &str)) -> Finding {
    let sentence = format!(
        "the pauses before {attempts} attempts come to {waits}, and `{}` has {why} after {end}",
        edge.from
    );
    let place = Place::Edge(edge.name());
    Finding::new(LINT.code, Severity::Warning, place, sentence).at("contract.retry.backoff")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::contract::{Backoff, Retry};
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn a_message_is_there_until_its_last_attempt() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let retry = |attempts| {
            let backoff = Backoff::Fixed(Span::from_secs(20));
            Some(Retry { attempts, backoff, jitter: 0.0 })
        };
        fixture::edge(&mut design, "q -> c").contract.retry = retry(Some(4));
        assert_eq!(said(&LINT, &design), "");
        let channel = |time_to_live, retention_time| {
            Role::Channel(Channel { time_to_live, retention_time, ..Channel::default() })
        };
        let minute = Some(Span::from_secs(60));
        fixture::node(&mut design, "q").role = channel(minute, None);
        assert_eq!(said(&LINT, &design), "", "60 s are enough for three pauses of 20 s");
        fixture::edge(&mut design, "q -> c").contract.retry = retry(Some(5));
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c` at contract.retry.backoff: the pauses before 5 attempts come \
             to 80s, and `q` has a time to live after 1min"
        );
        fixture::node(&mut design, "q").role = channel(None, minute);
        assert!(said(&LINT, &design).contains("a retention after 1min"));
        fixture::edge(&mut design, "q -> c").contract.retry = retry(None);
        assert_eq!(said(&LINT, &design), "", "retries without end are said elsewhere");
    }
}
