//! Retries without end and without pause.

use crate::contract::{Backoff, Retry};
use crate::edge::Edge;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "endless-retry-without-backoff",
    title: "retries without end and without pause",
    meaning: "One message that always fails keeps its consumer busy for ever. Wait between \
              attempts, or limit them.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let Some(retry) = &edge.contract.retry else { continue };
        let waits = match &retry.backoff {
            Backoff::None => false,
            Backoff::Fixed(delay) | Backoff::Exponential { initial: delay, .. } => {
                *delay > Span::ZERO
            }
            Backoff::Linear { step, .. } => *step > Span::ZERO,
            Backoff::Steps(steps) => steps.last().is_some_and(|last| *last > Span::ZERO),
        };
        if retry.attempts.is_some() || waits {
            continue;
        }
        let sentence = "a message that always fails is tried for ever without pause; \
                        wait between attempts, or limit them";
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let edit = Edit::PutEdge(edge.name(), waiting(edge, retry));
        findings.push(finding.at("contract.retry.backoff").with_fix("Wait 1 s and longer", edit));
    }
}

fn waiting(edge: &Edge, retry: &Retry) -> Edge {
    let mut mended = edge.clone();
    let backoff = Backoff::Exponential {
        initial: Span::from_secs(1),
        factor: 2.0,
        cap: Some(Span::from_secs(60)),
    };
    mended.contract.retry = Some(Retry { backoff, ..retry.clone() });
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn endless_retries_pause() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let mut put = |attempts, backoff| {
            let retry = Retry { attempts, backoff, jitter: 0.0 };
            fixture::edge(&mut design, "q -> c").contract.retry = Some(retry);
            said(&LINT, &design)
        };
        assert_eq!(put(Some(9), Backoff::None), "");
        assert_eq!(put(None, Backoff::Fixed(Span(1))), "");
        assert!(put(None, Backoff::Fixed(Span::ZERO)).contains("for ever"));
        assert_eq!(
            put(None, Backoff::None),
            "warning: edge `q -> c` at contract.retry.backoff: a message that always fails is \
             tried for ever without pause; wait between attempts, or limit them \
             [Wait 1 s and longer]"
        );
    }
}
