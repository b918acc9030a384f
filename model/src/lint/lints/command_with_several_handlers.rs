//! Commands and queries that several parties handle.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "command-with-several-handlers",
    title: "a command or query that several handle",
    severity: Severity::Warning,
    meaning: "A command is done, and a query answered, by exactly one. What several hear about is \
              an event. Consumers that compete on one queue count as one.",
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
        if parties > 1 {
            let sentence = format!(
                "the {word} `{message}` is handled {parties} times over; let one do it, or make it \
                 an event"
            );
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

    #[test]
    fn competing_consumers_are_one_handler_and_copies_are_several() {
        let lines = "a: producer\n q: queue\n c: consumer\n d: consumer
                     a -> q: Pay\n q -> c\n q -> d";
        let mut design = fixture::design(lines);
        fixture::message(&mut design, "Pay").kind = MessageKind::Command;
        assert_eq!(said(&LINT, &design), "");
        let mut design = fixture::design(&lines.replace("queue", "topic"));
        fixture::message(&mut design, "Pay").kind = MessageKind::Command;
        assert_eq!(
            said(&LINT, &design),
            "warning: message `Pay`: the command `Pay` is handled 2 times over; \
             let one do it, or make it an event"
        );
    }

    #[test]
    fn whoever_is_called_by_several_is_one_handler() {
        let lines = "q: queue\n a: consumer\n b: consumer\n c: consumer\n d: consumer
                     q -> a\n q -> b\n a -> c: Ask\n b -> c: Ask";
        let mut design = fixture::design(lines);
        fixture::message(&mut design, "Ask").kind = MessageKind::Query;
        assert_eq!(said(&LINT, &design), "");
        let mut design = fixture::design(&lines.replace("b -> c: Ask", "b -> d: Ask"));
        fixture::message(&mut design, "Ask").kind = MessageKind::Query;
        assert!(said(&LINT, &design).contains("handled 2 times over"));
    }
}
