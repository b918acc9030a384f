//! Retries that end in silence.

use crate::channel::{Channel, DeadLetterAction, LimitAllows, Semantics};
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
    severity: Severity::Warning,
    meaning: "After the last attempt the message is lost, and nobody can look at it or send it \
              again. Name a channel for dead letters.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let channel = context.channel(&edge.from);
        let routes = [&edge.contract.dead_letter, &channel.and_then(|it| it.dead_letter.clone())];
        let semantics = context.semantics_of(&edge.from);
        if routes.into_iter().any(Option::is_some) || semantics.is_some_and(stays) {
            continue;
        }
        let sentence = match (&edge.contract.retry, semantics) {
            (Some(retry), _) => match retry.attempts {
                Some(attempts) => format!("after {attempts} attempts the message is lost"),
                None => continue,
            },
            (None, Some(semantics)) if semantics.delivery_limit > 0 => format!(
                "`{}` gives up after {}, and the message is lost",
                edge.from,
                deliveries(semantics)
            ),
            (None, _) => continue,
        };
        let sentence = format!("{sentence}; name a channel for dead letters");
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(
            finding
                .at("contract.dead_letter")
                .with_fix("Add a dead-letter channel", dead_letter_channel(context.design, edge)),
        );
    }
}

/// Whether what is given up stays where it is.
fn stays(semantics: &Semantics) -> bool {
    match semantics.dead_letter_action {
        DeadLetterAction::Advise => true,
        DeadLetterAction::Move => false,
    }
}

fn deliveries(semantics: &Semantics) -> String {
    let count = semantics.delivery_limit;
    match semantics.limit_allows {
        LimitAllows::Exactly => format!("{count} deliveries"),
        LimitAllows::OneMore => format!("{count} redeliveries"),
    }
}

fn dead_letter_channel(design: &Design, edge: &Edge) -> Edit {
    let wanted = format!("{}-dead-letters", edge.from);
    let name = free_name(&wanted, |name| design.node(name).is_some());
    let mut mended = edge.clone();
    mended.contract.dead_letter = Some(name.clone());
    let same = design.node(&edge.from).and_then(|node| match &node.role {
        Role::Channel(channel) => channel.preset.clone(),
        Role::Producer(_) | Role::Consumer(_) => None,
    });
    let channel = Node::new(name, Role::Channel(Channel { preset: same, ..Channel::default() }));
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

    #[test]
    fn the_limit_of_a_preset_counts_and_so_does_the_route_of_its_channel() {
        let mut design = fixture::design("q: queue\n c: consumer\n d: queue\n q -> c");
        fixture::node(&mut design, "q").role = Role::Channel(Channel::of("rabbit.quorum.4.0"));
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c` at contract.dead_letter: `q` gives up after 20 redeliveries, \
             and the message is lost; name a channel for dead letters [Add a dead-letter channel]"
        );
        let dead_letter = Some("d".to_owned());
        let role = Role::Channel(Channel { dead_letter, ..Channel::of("rabbit.quorum.4.0") });
        fixture::node(&mut design, "q").role = role;
        assert_eq!(said(&LINT, &design), "");
        let stream = Channel { delivery_limit: Some(3), ..Channel::of("jetstream.limits") };
        fixture::node(&mut design, "q").role = Role::Channel(stream);
        assert_eq!(said(&LINT, &design), "", "what is given up stays in the stream");
    }
}
