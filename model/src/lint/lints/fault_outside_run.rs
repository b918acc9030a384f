//! Faults that begin when the run is over.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fault-outside-run",
    title: "a fault that begins when the run is over",
    meaning: "The scenario ends before the fault begins, so nothing goes wrong. Let it begin \
              earlier, or run longer.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, fault) in scenario.faults.iter().enumerate() {
            if fault.start >= scenario.duration {
                let sentence = format!(
                    "{} begins at {}, but the run is over at {}",
                    fault.kind.word(),
                    fault.start,
                    scenario.duration
                );
                let place = Place::Scenario(scenario.name.clone());
                let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                findings.push(finding.at(format_args!("faults.{i}.start")));
            }
        }
    }
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
    fn faults_begin_before_the_end() {
        let mut design = fixture::design("q: queue");
        let mut scenario = Scenario::new("s", Span::from_secs(10));
        let down = FaultKind::at_node("Down", "q");
        let fault = |start| Fault::new(down.clone(), Span::from_secs(start), None);
        scenario.faults = vec![fault(9), fault(10)];
        design.scenarios.push(scenario.into());
        assert_eq!(
            said(&LINT, &design),
            "warning: scenario `s` at faults.1.start: \
             Down begins at 10s, but the run is over at 10s"
        );
    }
}
