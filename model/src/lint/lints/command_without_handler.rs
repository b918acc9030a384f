//! Commands and queries that nobody handles.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "command-without-handler",
    title: "a command or query that nobody handles",
    severity: Severity::Warning,
    meaning: "Whoever sends a command or a query wants it done or answered, by exactly one. Let a \
              consumer with a handler for it subscribe to a channel that carries it, or be called.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (&message, &parties) in &context.handled {
        let Some(kind) = context.messages.get(message).map(|message| message.kind) else {
            continue;
        };
        let word = match kind {
            MessageKind::Command => "command",
            MessageKind::Query => "query",
            MessageKind::Event | MessageKind::Reply => continue,
        };
        if parties == 0 {
            let sentence = format!("the {word} `{message}` is sent, but no consumer handles it");
            let place = Place::Message(message.to_owned());
            findings.push(Finding::new(LINT.code, Severity::Warning, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;
    use crate::pattern::{Pattern, Projection};

    #[test]
    fn a_command_reaches_a_handler() {
        let lines = "a: producer\n q: queue\n c: consumer\n a -> q: Pay\n q -> c";
        let mut design = fixture::design(lines);
        fixture::message(&mut design, "Pay").kind = MessageKind::Command;
        assert_eq!(said(&LINT, &design), "", "a consumer without handlers takes everything");
        let other = Handler { on: Some("Refund".into()), ..Handler::default() };
        fixture::consumer(&mut design, "c").handlers.push(other);
        assert_eq!(
            said(&LINT, &design),
            "warning: message `Pay`: the command `Pay` is sent, but no consumer handles it"
        );
        fixture::message(&mut design, "Pay").kind = MessageKind::Event;
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn a_read_model_answers_queries() {
        let lines = "a: producer\n q: queue\n c: consumer\n q -> c\n a -> c: Get";
        let mut design = fixture::design(lines);
        fixture::message(&mut design, "Get").kind = MessageKind::Query;
        let follows = Handler { on: Some("Placed".into()), ..Handler::default() };
        fixture::consumer(&mut design, "c").handlers.push(follows);
        assert!(said(&LINT, &design).contains("no consumer handles it"));
        fixture::consumer(&mut design, "c").pattern = Pattern::Projection(Projection::default());
        assert_eq!(said(&LINT, &design), "");
    }
}
