//! Contracts in a few words, as badges show them.

use crate::contract::{Acknowledgement, Backoff, Ordering, Retry};
use crate::edge::{Edge, EdgeKind};
use crate::time::Span;

/// What a contract asks for beyond the usual: `retry 4 · exp 1s · DLQ`; empty if nothing.
#[must_use]
pub fn contract_summary(edge: &Edge) -> String {
    let contract = &edge.contract;
    let mut parts = Vec::new();
    match edge.kind {
        EdgeKind::Publish | EdgeKind::Bind => return String::new(),
        EdgeKind::Call => {
            parts.extend(contract.timeout.map(|timeout| format!("timeout {timeout}")));
        }
        EdgeKind::Subscribe => {
            match contract.acknowledgement {
                Acknowledgement::AfterProcessing => {}
                Acknowledgement::OnReceipt => parts.push("at most once".to_owned()),
            }
            match contract.ordering {
                Ordering::Unordered => {}
                Ordering::PerKey => parts.push("in order per key".to_owned()),
            }
        }
    }
    parts.extend(contract.retry.iter().flat_map(retry_parts));
    if edge.kind == EdgeKind::Subscribe && contract.dead_letter.is_some() {
        parts.push("DLQ".to_owned());
    }
    parts.join(" · ")
}

fn retry_parts(retry: &Retry) -> Vec<String> {
    let mut parts = vec![match retry.attempts {
        Some(attempts) => format!("retry {attempts}"),
        None => "retry ∞".to_owned(),
    }];
    match &retry.backoff {
        Backoff::None => {}
        Backoff::Fixed(Span::ZERO) => {}
        Backoff::Linear { step, .. } => parts.push(format!("linear {step}")),
        Backoff::Steps(steps) => parts.push(format!("{} steps", steps.len())),
        Backoff::Fixed(delay) => parts.push(format!("every {delay}")),
        Backoff::Exponential { initial, cap: None, .. } => parts.push(format!("exp {initial}")),
        Backoff::Exponential { initial, cap: Some(cap), .. } => {
            parts.push(format!("exp {initial}–{cap}"));
        }
    }
    if retry.jitter > 0.0 {
        parts.push("jitter".to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_says_what_is_unusual() {
        let mut edge = Edge::new(EdgeKind::Subscribe, "orders", "payment");
        assert_eq!(contract_summary(&edge), "");
        let initial = Span::from_secs(1);
        let backoff = Backoff::Exponential { initial, factor: 2.0, cap: None };
        edge.contract.retry = Some(Retry { attempts: Some(4), backoff, jitter: 0.0 });
        edge.contract.dead_letter = Some("dlq".into());
        assert_eq!(contract_summary(&edge), "retry 4 · exp 1s · DLQ");
        let backoff = Backoff::Exponential { initial, factor: 2.0, cap: Some(Span::from_secs(8)) };
        edge.contract.retry = Some(Retry { attempts: None, backoff, jitter: 0.5 });
        edge.contract.ordering = Ordering::PerKey;
        edge.contract.acknowledgement = Acknowledgement::OnReceipt;
        assert_eq!(
            contract_summary(&edge),
            "at most once · in order per key · retry ∞ · exp 1s–8s · jitter · DLQ"
        );
    }

    #[test]
    fn a_call_says_how_long_it_waits() {
        let mut edge = Edge::new(EdgeKind::Call, "shop", "bank");
        edge.contract.timeout = Some(Span::from_millis(250));
        let backoff = Backoff::Fixed(Span::from_secs(1));
        edge.contract.retry = Some(Retry { attempts: Some(2), backoff, jitter: 0.0 });
        assert_eq!(contract_summary(&edge), "timeout 250ms · retry 2 · every 1s");
        edge.kind = EdgeKind::Publish;
        assert_eq!(contract_summary(&edge), "");
    }
}
