//! Callers that give up while the called one still waits for somebody else.

use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "timeout-inversion",
    title: "a caller gives up before the one it calls does",
    severity: Severity::Info,
    meaning: "The called consumer calls somebody itself, and may wait longer for that than its own \
              caller waits for it: it works on for nobody. Timeouts get shorter on the way in; \
              attempts and pauses count.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Call) {
        let Some(timeout) = edge.contract.timeout else { continue };
        let Some(index) = context.graph.index_of(&edge.to) else { continue };
        let calls = context.outgoing[index].iter().filter(|inner| inner.kind == EdgeKind::Call);
        let longest = calls.filter_map(|inner| Some((patience(inner)?, &inner.to))).max();
        let Some((patience, inner)) = longest.filter(|(patience, _)| *patience > timeout) else {
            continue;
        };
        let sentence = format!(
            "`{}` waits {timeout} for `{}`, which may wait {patience} for `{inner}`",
            edge.from, edge.to
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        findings.push(finding.at("contract.timeout"));
    }
}

/// How long a caller waits at most, over all its attempts; nothing if there is no end.
fn patience(edge: &Edge) -> Option<Span> {
    let once = edge.contract.timeout?;
    let Some(retry) = &edge.contract.retry else { return Some(once) };
    let attempts = retry.attempts?;
    let waits = Span(once.0.saturating_mul(u64::from(attempts)));
    Some(waits.saturating_add(retry.backoff.all_delays(attempts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Backoff, Retry};
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn timeouts_get_shorter_on_the_way_in() {
        let mut design =
            fixture::design("a: consumer\n b: consumer\n c: consumer\n a -> b\n b -> c");
        fixture::edge(&mut design, "a -> b").contract.timeout = Some(Span::from_secs(3));
        fixture::edge(&mut design, "b -> c").contract.timeout = Some(Span::from_secs(1));
        assert_eq!(said(&LINT, &design), "");
        let backoff = Backoff::Fixed(Span::from_secs(1));
        fixture::edge(&mut design, "b -> c").contract.retry =
            Some(Retry { attempts: Some(3), backoff, jitter: 0.0 });
        assert_eq!(
            said(&LINT, &design),
            "info: edge `a -> b` at contract.timeout: `a` waits 3s for `b`, which may wait 5s for \
             `c`"
        );
    }
}
