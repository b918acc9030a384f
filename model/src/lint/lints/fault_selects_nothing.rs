//! Faults whose selector selects nothing that they can strike.

use crate::fault::{Fault, Target};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "fault-selects-nothing",
    title: "a fault that strikes nothing",
    severity: Severity::Error,
    meaning: "Nothing in the design fits the selector of the fault, or what fits cannot be struck \
              by it, or its budget allows nothing. Tag the nodes that are meant, or select others.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, fault) in scenario.faults.iter().enumerate() {
            let Some(sentence) = sentence(fault, context) else { continue };
            let place = Place::Scenario(scenario.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            let field = fault.kind.card().target.field();
            findings.push(finding.at(format_args!("faults.{i}.kind.{field}")));
        }
    }
}

fn sentence(fault: &Fault, context: &Context<'_>) -> Option<String> {
    let (target, card) = (fault.kind.target(), fault.kind.card());
    let is_single = target.node_name().is_some() || target.edge_name().is_some();
    let reach = context.places.count(&fault.kind);
    if reach == 0 {
        // Single names are judged by other rules.
        let sentence = format!("`{target}` selects nothing that {} can strike", card.word);
        return (!is_single).then(|| format!("{sentence}; it strikes {}", card.target.words()));
    }
    let amount = match target {
        Target::Node(selector) => selector.amount,
        Target::Edge(selector) => selector.amount,
    };
    let most = amount.map_or(reach, |amount| amount.of(reach).1);
    if most == 0 {
        return Some(format!(
            "`{target}` is nothing: {reach} can be struck, and a minority of them \
                             is none; select more, or another amount"
        ));
    }
    let is_spared = fault.budget.allows(reach).min(most) == 0;
    is_spared.then(|| format!("of {reach} that `{target}` selects, the budget spares all"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::fault::{Budget, FaultKind};
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::Scenario;
    use crate::time::Span;

    #[test]
    fn a_selector_selects_something_that_the_fault_can_strike() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        fixture::node(&mut design, "q").tags.push("zone".into());
        let fault = |word, selector: &str| {
            let target = Target::Node(selector.parse().expect("a selector"));
            Fault::new(FaultKind::at_node(word, "x").at(target), Span::ZERO, None)
        };
        let mut scenario = Scenario::new("s", Span(1));
        let budget = Budget { keep: Some(1), at_most: None };
        scenario.faults = vec![
            fault("Down", "one of tag:zone"),
            fault("Slow", "tag:zone"),
            fault("Down", "2 of tag:zoen"),
            Fault { budget, ..fault("Down", "tag:zone") },
            fault("Down", "minority of tag:zone"),
        ];
        design.scenarios.push(scenario.into());
        expect![[r#"
            error: scenario `s` at faults.1.kind.node: `tag:zone` selects nothing that Slow can strike; it strikes a consumer
            error: scenario `s` at faults.2.kind.node: `2 of tag:zoen` selects nothing that Down can strike; it strikes any node
            error: scenario `s` at faults.3.kind.node: of 1 that `tag:zone` selects, the budget spares all
            error: scenario `s` at faults.4.kind.node: `minority of tag:zone` is nothing: 1 can be struck, and a minority of them is none; select more, or another amount"#]]
        .assert_eq(&said(&LINT, &design));
    }
}
