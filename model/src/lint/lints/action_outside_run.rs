//! Actions that come when the run is over.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "action-outside-run",
    title: "an action that comes when the run is over",
    severity: Severity::Warning,
    meaning: "The scenario ends before the operator acts, so nothing is done. Act earlier, or run \
              longer.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, action) in scenario.actions.iter().enumerate() {
            if action.at >= scenario.duration {
                let sentence = format!(
                    "this happens at {}, but the run is over at {}",
                    action.at, scenario.duration
                );
                let place = Place::Scenario(scenario.name.clone());
                let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                findings.push(finding.at(format_args!("actions.{i}.at")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::{Action, ActionKind, DeadLetterFilter, Scenario};
    use crate::time::Span;

    #[test]
    fn actions_come_before_the_end() {
        let mut design = fixture::design("q: queue");
        let mut scenario = Scenario::new("s", Span::from_secs(10));
        let action = |at| Action {
            at: Span::from_secs(at),
            what: ActionKind::Redrive { channel: "q".into(), messages: DeadLetterFilter::All },
        };
        scenario.actions = vec![action(9), action(11)];
        design.scenarios.push(scenario.into());
        assert_eq!(
            said(&LINT, &design),
            "warning: scenario `s` at actions.1.at: \
             this happens at 11s, but the run is over at 10s"
        );
    }
}
