//! Faults that begin when the run is over, or when all is healed.

use crate::fault::Fault;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::scenario::Scenario;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fault-outside-run",
    title: "a fault that begins when the run is over",
    severity: Severity::Warning,
    meaning: "The scenario ends, or heals everything, before the fault begins, so nothing goes \
              wrong. Let it begin earlier, heal later, or run longer.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        let mut warn = |property: String, sentence: String| {
            let place = Place::Scenario(scenario.name.clone());
            findings.push(
                Finding::new(LINT.code, Severity::Warning, place, sentence)
                    .at(format_args!("{property}")),
            );
        };
        if let Some(heal_at) = scenario.heal_at.filter(|at| *at >= scenario.duration) {
            let over = scenario.duration;
            warn(
                "heal_at".to_owned(),
                format!("all is healed at {heal_at}, but the run is over at {over}"),
            );
        }
        for (i, fault) in scenario.faults.iter().enumerate() {
            if let Some(why) = never_begins(fault, scenario) {
                warn(format!("faults.{i}.start"), format!("{} {why}", fault.kind.word()));
            }
        }
    }
}

/// Why a fault cannot begin, if it cannot.
fn never_begins(fault: &Fault, scenario: &Scenario) -> Option<String> {
    let start = fault.start;
    if start >= scenario.duration {
        return Some(format!("begins at {start}, but the run is over at {}", scenario.duration));
    }
    let healed = scenario.heal_at.filter(|at| fault.heals && start >= *at)?;
    Some(format!("begins at {start}, but all is healed at {healed}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;
    use crate::fixture;
    use crate::lint::said;
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

    #[test]
    fn faults_begin_before_all_is_healed() {
        let mut design = fixture::design("q: queue");
        let mut scenario = Scenario::new("s", Span::from_secs(10));
        let down = FaultKind::at_node("Down", "q");
        let fault = |start| Fault::new(down.clone(), Span::from_secs(start), None);
        scenario.heal_at = Some(Span::from_secs(5));
        scenario.faults = vec![fault(4), fault(5), Fault { heals: false, ..fault(6) }];
        let late = Scenario { heal_at: Some(Span::from_secs(10)), ..scenario.clone() };
        design.scenarios = vec![scenario.into(), Scenario { name: "t".into(), ..late }.into()];
        assert_eq!(
            said(&LINT, &design),
            "warning: scenario `s` at faults.1.start: \
             Down begins at 5s, but all is healed at 5s\n\
             warning: scenario `t` at heal_at: \
             all is healed at 10s, but the run is over at 10s"
        );
    }
}
