//! Conditions of faults that can never hold.

use crate::fault::{Condition, Fault, Lasts, Trigger};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Role;
use crate::promise::PromiseKind;
use crate::scenario::Scenario;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "condition-never-holds",
    title: "a condition that can never hold",
    severity: Severity::Error,
    meaning: "The fault waits for something that cannot come: dead letters where nothing takes \
              them, a backlog that nobody reads, a promise that is decided only at the end. It \
              would never begin, or never end.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, fault) in scenario.faults.iter().enumerate() {
            for (property, condition) in conditions(fault) {
                let Some(sentence) = sentence(condition, scenario, context) else { continue };
                let place = Place::Scenario(scenario.name.clone());
                let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
                findings.push(finding.at(format_args!("faults.{i}.{property}")));
            }
        }
    }
}

fn conditions(fault: &Fault) -> impl Iterator<Item = (&'static str, &Condition)> {
    let begin = match &fault.trigger {
        Trigger::When(condition) => Some(("trigger", condition)),
        Trigger::Start | Trigger::Message(_) | Trigger::Every { .. } | Trigger::Random { .. } => {
            None
        }
    };
    let end = match &fault.lasts {
        Lasts::Until(condition) => Some(("lasts", condition)),
        Lasts::Duration | Lasts::Drawn(_) => None,
    };
    begin.into_iter().chain(end)
}

fn sentence(condition: &Condition, scenario: &Scenario, context: &Context<'_>) -> Option<String> {
    match condition {
        Condition::BacklogAbove { channel, .. } | Condition::BacklogAtMost { channel, .. } => {
            let node = context.node(channel)?;
            match node.role {
                Role::Channel(_) => None,
                Role::Producer(_) | Role::Consumer(_) => Some(format!(
                    "a {} has no backlog; name a channel instead of `{channel}`",
                    node.role.word()
                )),
            }
        }
        Condition::DeadLettersAbove(_) => context
            .dead_letter_channels()
            .is_empty()
            .then(|| "no contract names a dead-letter channel, so there are none".to_owned()),
        Condition::Violated(name) => {
            let promises = context.design.promises.iter().chain(&scenario.promises);
            match promises.clone().find(|promise| promise.name == *name) {
                None => Some(format!("there is no promise `{name}`; add it or name another")),
                Some(promise) => (!is_decided_at_once(&promise.holds)).then(|| {
                    format!(
                        "whether `{name}` is violated is decided later; name a promise about \
                         losses, dead letters, a backlog or timeouts"
                    )
                }),
            }
        }
    }
}

fn is_decided_at_once(promise: &PromiseKind) -> bool {
    match promise {
        PromiseKind::NothingLost
        | PromiseKind::DeadLetters { .. }
        | PromiseKind::BacklogBelow { .. }
        | PromiseKind::NoTimeouts => true,
        PromiseKind::NoDuplicateEffect { .. }
        | PromiseKind::OrderPerKey { .. }
        | PromiseKind::LeadsTo { .. }
        | PromiseKind::LatencyBelow { .. }
        | PromiseKind::LedgerBalances { .. }
        | PromiseKind::SagasEnd { .. }
        | PromiseKind::StaleReads { .. }
        | PromiseKind::NeverStaler { .. }
        | PromiseKind::Published { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::fault::FaultKind;
    use crate::fixture;
    use crate::lint::said;
    use crate::promise::Promise;
    use crate::time::Span;

    #[test]
    fn a_condition_is_about_something_that_can_come() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let mut scenario = Scenario::new("s", Span(1));
        let promise = |name: &str, holds| Promise { name: name.into(), holds };
        scenario.promises = vec![
            promise("kept", PromiseKind::NothingLost),
            promise("once", PromiseKind::NoDuplicateEffect { consumer: None }),
        ];
        let fault = |condition| Fault {
            trigger: Trigger::When(condition),
            ..Fault::new(FaultKind::at_node("Down", "c"), Span::ZERO, None)
        };
        let backlog = |channel: &str| Condition::BacklogAbove { channel: channel.into(), limit: 9 };
        scenario.faults = vec![
            fault(backlog("q")),
            fault(backlog("c")),
            fault(Condition::DeadLettersAbove(1)),
            fault(Condition::Violated("kept".into())),
            fault(Condition::Violated("once".into())),
            fault(Condition::Violated("twice".into())),
        ];
        design.scenarios.push(scenario.into());
        expect![[r#"
            error: scenario `s` at faults.1.trigger: a consumer has no backlog; name a channel instead of `c`
            error: scenario `s` at faults.2.trigger: no contract names a dead-letter channel, so there are none
            error: scenario `s` at faults.4.trigger: whether `once` is violated is decided later; name a promise about losses, dead letters, a backlog or timeouts
            error: scenario `s` at faults.5.trigger: there is no promise `twice`; add it or name another"#]]
        .assert_eq(&said(&LINT, &design));
    }
}
