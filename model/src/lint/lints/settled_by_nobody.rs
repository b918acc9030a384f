//! Actions that settle what nobody holds for them.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};
use crate::scenario::ActionKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "settled-by-nobody",
    title: "a message settled by hand at a consumer that settles by itself",
    severity: Severity::Warning,
    meaning: "Only a consumer whose messages are settled by hand keeps them until an action \
              settles them; any other has settled them long before.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, action) in scenario.actions.iter().enumerate() {
            let ActionKind::Settle { consumer: name, .. } = &action.what else { continue };
            let Some((node, consumer)) = context.node(name).zip(context.consumer(name)) else {
                continue;
            };
            if consumer.settled_by_hand {
                continue;
            }
            let sentence = format!("`{name}` settles its messages by itself, not by hand");
            let place = Place::Scenario(scenario.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            let edit = Edit::PutNode(node.name.clone(), by_hand(node, consumer));
            let label = format!("Settle the messages of {name} by hand");
            let finding = finding.at(format_args!("actions.{i}.do.consumer"));
            findings.push(finding.with_fix(label, edit));
        }
    }
}

fn by_hand(node: &Node, consumer: &Consumer) -> Node {
    let role = Role::Consumer(Consumer { settled_by_hand: true, ..consumer.clone() });
    Node { role, ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::{Action, Scenario, Settling};
    use crate::time::Span;

    #[test]
    fn hands_are_free_before_they_settle() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let mut scenario = Scenario::new("s", Span::from_secs(1));
        let message = "q#1".parse().expect("message");
        let what = ActionKind::Settle { consumer: "c".into(), message, how: Settling::Requeue };
        scenario.actions.push(Action { at: Span::ZERO, what });
        design.scenarios.push(scenario.into());
        assert_eq!(
            said(&LINT, &design),
            "warning: scenario `s` at actions.0.do.consumer: `c` settles its messages by itself, \
             not by hand [Settle the messages of c by hand]"
        );
        fixture::consumer(&mut design, "c").settled_by_hand = true;
        assert_eq!(said(&LINT, &design), "");
    }
}
