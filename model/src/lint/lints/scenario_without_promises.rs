//! Scenarios that nothing can fail.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "scenario-without-promises",
    title: "a scenario without promises",
    severity: Severity::Info,
    meaning: "A run without promises shows what happens, but not whether that is right. Say what \
              must hold, in the design or in the scenario.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.design.promises.is_empty() {
        return;
    }
    for scenario in context.design.scenarios.iter().filter(|it| it.promises.is_empty()) {
        let sentence = "nothing says what must hold; add a promise to the design or the scenario";
        let place = Place::Scenario(scenario.name.clone());
        findings.push(Finding::new(LINT.code, Severity::Info, place, sentence).at("promises"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::promise::{Promise, PromiseKind};
    use crate::scenario::Scenario;
    use crate::time::Span;

    #[test]
    fn something_must_hold() {
        let mut design = fixture::design("q: queue");
        design.scenarios.push(Scenario::new("s", Span(1)).into());
        assert_eq!(
            said(&LINT, &design),
            "info: scenario `s` at promises: nothing says what must hold; \
             add a promise to the design or the scenario"
        );
        design.promises.push(Promise { name: "kept".into(), holds: PromiseKind::NothingLost });
        assert_eq!(said(&LINT, &design), "");
    }
}
