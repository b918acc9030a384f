//! Messages that a pattern waits for, and that do not reach its consumer.

use std::collections::BTreeSet;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::pattern::Pattern;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "awaited-message-never-comes",
    title: "a pattern waits for a message that does not reach its consumer",
    severity: Severity::Warning,
    meaning: "What a saga or a process waits for, or a view keeps, must be published by somebody, \
              to a channel that its consumer subscribes to, with a contract that lets it pass. \
              What an event-sourced aggregate applies, its own handlers must publish.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        for (property, message) in consumer.pattern.messages() {
            let is_known = context.messages.contains_key(message.as_str());
            let reads_its_own = matches!(consumer.pattern, Pattern::EventSourced(_));
            let comes = match reads_its_own {
                true => consumer.emissions().iter().any(|(_, it)| it.message.name == *message),
                false => reaches(context, message, index),
            };
            if !is_known || comes {
                continue;
            }
            let name = &node.name;
            let sentence = match reads_its_own {
                true => format!(
                    "`{name}` applies `{message}` to its state, but none of its handlers publishes \
                     it; add an emission to the handler that decides it"
                ),
                false => format!(
                    "`{name}` waits for `{message}`, but it reaches `{name}` on no edge; let \
                     somebody publish it to a channel that `{name}` subscribes to"
                ),
            };
            let place = Place::Node(name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            findings.push(finding.at(format_args!("role.pattern.{property}")));
        }
    }
}

/// Whether somebody publishes a message on a way to a node; dead letters may be anything.
fn reaches(context: &Context<'_>, message: &str, node: usize) -> bool {
    let dead = context.dead_letter_channels();
    let mut seen = BTreeSet::from([node]);
    let mut left = vec![node];
    while let Some(at) = left.pop() {
        for edge in &context.incoming[at] {
            let named = &edge.contract.messages;
            if !named.is_empty() && !named.iter().any(|it| it.name == message) {
                continue;
            }
            let Some(from) = context.graph.index_of(&edge.from) else { continue };
            let is_said = match edge.kind {
                EdgeKind::Publish | EdgeKind::Call => context.passed(edge).contains(message),
                EdgeKind::Subscribe | EdgeKind::Bind => dead.contains(edge.from.as_str()),
            };
            if is_said {
                return true;
            }
            let leads_on = matches!(edge.kind, EdgeKind::Subscribe | EdgeKind::Bind);
            if leads_on && seen.insert(from) {
                left.push(from);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::Edge;
    use crate::emission::Emission;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;
    use crate::node::Handler;
    use crate::pattern::event_sourced::Apply;
    use crate::pattern::process_manager::{ProcessState, Transition};
    use crate::pattern::{EventSourced, ProcessManager};

    #[test]
    fn what_a_process_waits_for_is_published_to_it() {
        let lines = "a: producer\n q: queue\n c: consumer\n a -> q: Begun\n q -> c\n b: producer\n \
                     other: queue\n b -> other: Done";
        let mut design = fixture::design(lines);
        assert_eq!(said(&LINT, &design), "");
        let on =
            ["Begun", "Done"].map(|it| Transition { message: it.into(), ..Default::default() });
        let state = ProcessState { on: on.into(), ..ProcessState::default() };
        fixture::consumer(&mut design, "c").pattern =
            Pattern::ProcessManager(ProcessManager { states: vec![state], ..Default::default() });
        assert_eq!(
            said(&LINT, &design),
            "warning: node `c` at role.pattern.states.0.on.1.message: `c` waits for `Done`, but it \
             reaches `c` on no edge; let somebody publish it to a channel that `c` subscribes to"
        );
        design.edges.push(Edge::new(EdgeKind::Subscribe, "other", "c").into());
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn what_an_aggregate_applies_it_publishes_itself() {
        let lines = "a: producer\n q: queue\n c: consumer\n a -> q: Withdraw\n q -> c\n \
                     out: topic\n c -> out: Withdrawn";
        let mut design = fixture::design(lines);
        let applies = vec![Apply { on: "Withdrawn".into(), set: [].into() }];
        let consumer = fixture::consumer(&mut design, "c");
        consumer.pattern =
            Pattern::EventSourced(EventSourced { applies, ..EventSourced::default() });
        consumer.handlers = vec![Handler::default()];
        assert!(said(&LINT, &design).contains("none of its handlers publishes it"));
        let withdrawn = Emission::of(MessageRef::newest("Withdrawn"));
        fixture::consumer(&mut design, "c").handlers[0].emits.push(withdrawn);
        assert_eq!(said(&LINT, &design), "");
    }
}
