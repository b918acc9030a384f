//! Forks of scenarios that are not there, or of themselves.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::fork;
use crate::lint::{Context, Lint};
use crate::scenario::Scenario;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fork-of-nothing",
    title: "a fork of a scenario that is not there",
    severity: Severity::Warning,
    meaning: "A fork says which scenario it was made of, so that both can be compared. It runs \
              all the same; name that scenario, or let the fork be a scenario of its own.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        let Some(why) = why(context, scenario) else { continue };
        let place = Place::Scenario(scenario.name.clone());
        let alone = Scenario { fork: None, ..Scenario::clone(scenario) };
        let edit = Edit::PutScenario(Some(scenario.name.clone()), alone);
        let finding = Finding::new(LINT.code, Severity::Warning, place, why).at("fork.of");
        findings.push(finding.with_fix("Make it a scenario of its own", edit));
    }
}

fn why(context: &Context<'_>, scenario: &Scenario) -> Option<String> {
    let fork = scenario.fork.as_ref()?;
    if fork::origin(context.design, scenario).is_none() {
        return Some(format!("it is a fork of `{}`, but there is no such scenario", fork.of));
    }
    // A line of forks ends with a scenario that is none, or it ends nowhere.
    let root = fork::root(context.design, scenario);
    fork::origin(context.design, root)
        .map(|_| format!("it is a fork of `{}`, which leads back to itself", fork.of))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::Fork;
    use crate::time::Span;

    fn said_of(forks: &[(&str, &str)]) -> String {
        let mut design = fixture::design("q: queue");
        design.scenarios.push(Scenario::new("calm", Span::from_secs(9)).into());
        for (name, of) in forks {
            let fork = Some(Fork { of: (*of).to_owned(), at: Span::from_secs(1) });
            let scenario = Scenario { fork, ..Scenario::new(*name, Span::from_secs(9)) };
            design.scenarios.push(scenario.into());
        }
        said(&LINT, &design)
    }

    #[test]
    fn a_fork_names_a_scenario() {
        assert_eq!(said_of(&[("a", "calm"), ("b", "a")]), "");
        expect!["warning: scenario `a` at fork.of: it is a fork of `clam`, but there is no such scenario [Make it a scenario of its own]"].assert_eq(&said_of(&[("a", "clam")]));
    }

    #[test]
    fn a_fork_is_not_its_own_origin() {
        expect![[r#"
            warning: scenario `a` at fork.of: it is a fork of `b`, which leads back to itself [Make it a scenario of its own]
            warning: scenario `b` at fork.of: it is a fork of `a`, which leads back to itself [Make it a scenario of its own]"#]].assert_eq(&said_of(&[("a", "b"), ("b", "a")]));
    }
}
