//! Retries that end in silence.

use crate::channel::Channel;
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::name::free_name;
use crate::node::{Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "retry-without-dead-letter",
    title: "messages that are given up are dropped",
    meaning: "After the last attempt the message is lost, and nobody can look at it or send it \
              again. Name a channel for dead letters.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let attempts = edge.contract.retry.as_ref().and_then(|retry| retry.attempts);
        let Some(attempts) = attempts.filter(|_| edge.contract.dead_letter.is_none()) else {
            continue;
        };
        let sentence = format!(
            "after {attempts} attempts the message is lost; name a channel for dead letters"
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(
            finding
                .at("contract.dead_letter")
                .with_fix("Add a dead-letter channel", dead_letter_channel(context.design, edge)),
        );
    }
}

fn dead_letter_channel(design: &Design, edge: &Edge) -> Edit {
    let wanted = format!("{}-dead-letters", edge.from);
    let name = free_name(&wanted, |name| design.node(name).is_some());
    let mut mended = edge.clone();
    mended.contract.dead_letter = Some(name.clone());
    let channel = Node::new(name, Role::Channel(Channel::default()));
    Edit::All(vec![Edit::AddNode(channel, None), Edit::PutEdge(edge.name(), mended)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Backoff, Retry};
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn the_last_attempt_ends_in_a_channel() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        assert_eq!(said(&LINT, &design), "");
        let retry = Retry { attempts: Some(3), backoff: Backoff::None, jitter: 0.0 };
        fixture::edge(&mut design, "q -> c").contract.retry = Some(retry);
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c` at contract.dead_letter: after 3 attempts the message is \
             lost; name a channel for dead letters [Add a dead-letter channel]"
        );
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("d".into());
        assert_eq!(said(&LINT, &design), "");
    }
}
