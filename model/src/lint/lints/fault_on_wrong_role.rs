//! Faults that cannot befall the node they strike.

use crate::fault::{FaultKind, FaultTarget};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fault-on-wrong-role",
    title: "a fault strikes a node it cannot strike",
    meaning: "Only consumers do work that can be slow, fail or be poisoned. Producers and channels \
              can be down, and edges can lose, delay and duplicate.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, fault) in scenario.faults.iter().enumerate() {
            let needs_consumer = match &fault.kind {
                FaultKind::Slow { .. } | FaultKind::Failing { .. } | FaultKind::Poison { .. } => {
                    true
                }
                FaultKind::Down { .. }
                | FaultKind::Loss { .. }
                | FaultKind::Delay { .. }
                | FaultKind::Duplication { .. } => false,
            };
            let FaultTarget::Node(name) = fault.kind.target() else { continue };
            let Some(node) = context.node(name).filter(|_| needs_consumer) else { continue };
            if context.consumer(name).is_none() {
                let sentence = format!(
                    "a {} cannot be struck by {}; strike a consumer, or let `{name}` be Down",
                    node.role.word(),
                    fault.kind.word()
                );
                let place = Place::Scenario(scenario.name.clone());
                let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
                findings.push(finding.at(format_args!("faults.{i}.kind.node")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::Scenario;
    use crate::time::Span;

    #[test]
    fn a_channel_is_down_but_never_slow() {
        let mut design = fixture::design("q: queue\n c: consumer");
        let mut scenario = Scenario::new("s", Span(1));
        let fault = |kind| Fault { kind, start: Span::ZERO, duration: None };
        scenario.faults = vec![
            fault(FaultKind::Down { node: "q".into() }),
            fault(FaultKind::Slow { node: "c".into(), factor: 2.0 }),
            fault(FaultKind::Slow { node: "q".into(), factor: 2.0 }),
        ];
        design.scenarios.push(scenario.into());
        assert_eq!(
            said(&LINT, &design),
            "error: scenario `s` at faults.2.kind.node: \
             a channel cannot be struck by Slow; strike a consumer, or let `q` be Down"
        );
    }
}
