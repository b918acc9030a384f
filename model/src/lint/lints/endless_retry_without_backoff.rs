//! Retries without end and without pause.

use crate::channel::{OnFailure, Settlement};
use crate::contract::{Backoff, Retry};
use crate::edge::Edge;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Poison;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "endless-retry-without-backoff",
    title: "retries without end and without pause",
    severity: Severity::Warning,
    meaning: "One message that always fails keeps its consumer busy for ever. Wait between \
              attempts, or limit them.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let Some(retry) = &edge.contract.retry else {
            by_preset(context, edge, findings);
            continue;
        };
        let waits = match &retry.backoff {
            Backoff::None => false,
            Backoff::Fixed(delay)
            | Backoff::Exponential { initial: delay, .. }
            | Backoff::Decorrelated { base: delay, .. } => *delay > Span::ZERO,
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

/// A channel with a preset gives back what fails, as its broker does, where the contract does not
/// say otherwise. That matters once something always fails.
fn by_preset(context: &Context<'_>, edge: &Edge, findings: &mut Vec<Finding>) {
    let preset = context.channel(&edge.from).and_then(|channel| channel.preset.as_deref());
    let Some((preset, semantics)) = preset.zip(context.semantics_of(&edge.from)) else { return };
    let always_fails = context.consumer(&edge.to).is_some_and(|consumer| {
        consumer.handlers.iter().any(|handler| handler.failures.poison != Poison::None)
    });
    let is_endless = semantics.on_failure == OnFailure::Requeue
        && semantics.settlement != Settlement::OnDelivery
        && semantics.delivery_limit == 0
        && semantics.redelivery_delay == Backoff::None;
    if !always_fails || !is_endless {
        return;
    }
    let sentence = format!(
        "a message that always fails is tried for ever without pause, as `{preset}` does; say how \
         to retry in the contract"
    );
    let place = Place::Edge(edge.name());
    let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
    let retry = Retry { attempts: None, backoff: Backoff::None, jitter: 0.0 };
    let edit = Edit::PutEdge(edge.name(), waiting(edge, &retry));
    findings.push(finding.at("contract.retry").with_fix("Wait 1 s and longer", edit));
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
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn what_a_preset_gives_back_for_ever_is_said_once_something_always_fails() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        fixture::node(&mut design, "q").role = Role::Channel(Channel::of("rabbit.classic"));
        assert_eq!(said(&LINT, &design), "");
        fixture::emit(&mut design, "c", "Paid");
        fixture::consumer(&mut design, "c").handlers[0].failures.poison = Poison::Share(0.1);
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c` at contract.retry: a message that always fails is tried for \
             ever without pause, as `rabbit.classic` does; say how to retry in the contract \
             [Wait 1 s and longer]"
        );
        fixture::node(&mut design, "q").role = Role::Channel(Channel::of("sqs.standard"));
        assert_eq!(said(&LINT, &design), "", "the visibility timeout is a pause");
    }

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
