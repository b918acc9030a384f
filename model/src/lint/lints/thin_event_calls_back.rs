//! Notifications whose readers all ask back.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Carries;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "thin-event-calls-back",
    title: "a notification whose reader calls its publisher back",
    severity: Severity::Info,
    meaning: "The event says only that something happened, so its reader asks the publisher what: \
              both have to be there at once after all, and a burst of events is a burst of calls. \
              Let the event carry what readers need (state transfer), or live with it and say so.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (source, it) in context.flow().each() {
        let message = source.message;
        if message.carries != Carries::Notification {
            continue;
        }
        let reader = it.edge.to.as_str();
        let handler = context.consumer(reader).and_then(|it| it.handler_for(&message.name));
        for called in handler.into_iter().flat_map(|handler| &handler.calls) {
            let call = context.edges.get(&(reader, called.as_str()));
            let is_call = call.is_some_and(|edge| edge.kind == EdgeKind::Call);
            if !is_call || source.writers.iter().all(|(writer, _)| writer != called) {
                continue;
            }
            let sentence = format!(
                "`{reader}` hears from `{called}` that `{}` happened, and calls it back to learn \
                 what",
                message.name
            );
            let place = Place::Edge(it.edge.name());
            findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;

    #[test]
    fn who_is_notified_asks_back() {
        let mut design = fixture::design(
            "a: consumer\n t: topic\n b: consumer\n a -> t: Changed\n t -> b: Changed\n b -> a",
        );
        fixture::message(&mut design, "Changed").versions.push(fixture::version("{}"));
        fixture::emit(&mut design, "a", "Changed");
        let calls = vec!["a".to_owned()];
        fixture::consumer(&mut design, "b").handlers.push(Handler { calls, ..Handler::default() });
        assert_eq!(said(&LINT, &design), "", "it says all that is to say");
        fixture::message(&mut design, "Changed").carries = Carries::Notification;
        assert_eq!(
            said(&LINT, &design),
            "info: edge `t -> b`: `b` hears from `a` that `Changed` happened, and calls it back to \
             learn what"
        );
        fixture::consumer(&mut design, "b").handlers[0].calls.clear();
        assert_eq!(said(&LINT, &design), "");
    }
}
