//! Events that nobody hears.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "event-without-subscriber",
    title: "an event that nobody hears",
    severity: Severity::Info,
    meaning: "The event is published, but no consumer takes it. That may be meant; it may also be \
              a subscription that was forgotten.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (&message, &parties) in &context.handled {
        let is_event = context.messages.get(message).is_some_and(|m| m.kind == MessageKind::Event);
        if is_event && parties == 0 {
            let sentence = format!("the event `{message}` is published, but no consumer takes it");
            let place = Place::Message(message.to_owned());
            findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn an_event_is_heard_somewhere() {
        let lines = "a: producer\n q: topic\n c: consumer\n a -> q: Placed";
        assert_eq!(
            said(&LINT, &fixture::design(lines)),
            "info: message `Placed`: the event `Placed` is published, but no consumer takes it"
        );
        assert_eq!(said(&LINT, &fixture::design(&format!("{lines}\n q -> c"))), "");
        let filtered = fixture::design(&format!("{lines}\n q -> c: Other"));
        assert!(said(&LINT, &filtered).contains("`Placed`"));
    }
}
