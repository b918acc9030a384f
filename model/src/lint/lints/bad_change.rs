//! Changes of scenarios that cannot be made.

use crate::change::changed;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "bad-change",
    title: "a change that cannot be made",
    severity: Severity::Error,
    meaning: "A scenario changes properties of the design by path. The path must lead to a property, and the \
              value must be one that it can have.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        let mut design = context.design.clone();
        for (i, change) in scenario.changes.iter().enumerate() {
            match changed(&design, std::slice::from_ref(change)) {
                Ok(next) => design = next,
                Err(error) => {
                    let place = Place::Scenario(scenario.name.clone());
                    let sentence = error.to_string();
                    let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
                    findings.push(finding.at(format_args!("changes.{i}")));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    use crate::scenario::{Change, Scenario};
    use crate::time::Span;

    #[test]
    fn changes_lead_to_properties() {
        let mut design = fixture::design("c: consumer");
        let change = |set: &str, to: &str| Change { set: set.into(), to: to.into() };
        let mut scenario = Scenario::new("s", Span(1));
        scenario.changes = vec![
            change("c.concurrency", "2"),
            change("c.concurency", "2"),
            change("d.concurrency", "2"),
            change("c.concurrency", "many"),
        ];
        design.scenarios.push(scenario.into());
        let said = said(&LINT, &design);
        let places: Vec<&str> = said.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(places, [1, 2, 3].map(|i| format!("scenario `s` at changes.{i}")));
        assert!(said.contains("did you mean `concurrency`?"), "{said}");
    }
}
