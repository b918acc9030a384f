//! Commands and queries whose answer nobody waits for.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "timeout-owned-by-nobody",
    title: "nobody notices when a command stays undone",
    severity: Severity::Info,
    meaning: "Whoever emits a command or a query owns the timeout: only the emitter knows how long \
              the answer may take and what to do without it. Say which reply is expected, and when.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        for (at, emission) in consumer.emissions() {
            let kind = context.messages.get(&*emission.message.name).map(|m| m.kind);
            let wants_answer = kind.is_some_and(|kind| match kind {
                MessageKind::Command | MessageKind::Query => true,
                MessageKind::Event | MessageKind::Reply => false,
            });
            let is_owned = emission.reply.is_some() || consumer.pattern.owns_timeout(&at);
            if !wants_answer || is_owned {
                continue;
            }
            let sentence = format!(
                "nobody notices if `{}` is never done; say which reply `{}` expects, and when",
                emission.message, node.name
            );
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
            findings.push(finding.at(format_args!("{at}.reply")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emission::ReplyExpected;
    use crate::fixture;
    use crate::lint::said;
    use crate::time::Span;

    #[test]
    fn who_emits_a_command_waits_for_the_answer() {
        let mut design = fixture::design("a: consumer\n q: queue\n a -> q: Pay");
        fixture::emit(&mut design, "a", "Pay");
        assert_eq!(said(&LINT, &design), "", "an event needs no answer");
        fixture::message(&mut design, "Pay").kind = MessageKind::Command;
        assert_eq!(
            said(&LINT, &design),
            "info: node `a` at role.handlers.0.emits.0.reply: nobody notices if `Pay` is never \
             done; say which reply `a` expects, and when"
        );
        let reply = ReplyExpected { message: "Paid".into(), within: Span(1) };
        fixture::consumer(&mut design, "a").handlers[0].emits[0].reply = Some(reply);
        assert_eq!(said(&LINT, &design), "");
    }
}
