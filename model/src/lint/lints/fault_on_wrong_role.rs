//! Faults that cannot befall the node they strike.

use crate::fault::Target;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fault-on-wrong-role",
    title: "a fault strikes a node it cannot strike",
    severity: Severity::Error,
    meaning: "Each kind of fault strikes certain nodes or edges: only consumers do work that can be \
              slow, only subscriptions have a connection. The catalogue of faults says which.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, fault) in scenario.faults.iter().enumerate() {
            let (target, card) = (fault.kind.target(), fault.kind.card());
            let Some(found) = found(target, context) else { continue };
            if context.places.takes(card.target, target) {
                continue;
            }
            let mut sentence = format!(
                "{found} cannot be struck by {}; strike {}",
                card.word,
                card.target.words()
            );
            if let Some(name) = target.node_name() {
                sentence += &format!(", or let `{name}` be Down");
            }
            let place = Place::Scenario(scenario.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at(format_args!("faults.{i}.kind.{}", card.target.field())));
        }
    }
}

/// What the one node or edge is that a target names.
fn found(target: &Target, context: &Context<'_>) -> Option<String> {
    let node = target.node_name().and_then(|name| context.node(name));
    let edge = target.edge_name().and_then(|name| context.places.edge(&name.from, &name.to));
    node.map(|node| format!("a {}", node.role.word()))
        .or_else(|| edge.map(|edge| format!("a {} edge", edge.kind.word())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Fault, FaultKind};
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::Scenario;
    use crate::time::Span;

    #[test]
    fn a_channel_is_down_but_never_slow() {
        let mut design = fixture::design("q: queue\n c: consumer");
        let mut scenario = Scenario::new("s", Span(1));
        let fault = |word, node: &str| Fault::new(FaultKind::at_node(word, node), Span::ZERO, None);
        scenario.faults = vec![fault("Down", "q"), fault("Slow", "c"), fault("Slow", "q")];
        design.scenarios.push(scenario.into());
        assert_eq!(
            said(&LINT, &design),
            "error: scenario `s` at faults.2.kind.node: \
             a channel cannot be struck by Slow; strike a consumer, or let `q` be Down"
        );
    }
}
