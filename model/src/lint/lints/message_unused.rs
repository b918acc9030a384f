//! Messages that nothing in a design mentions.

use std::collections::BTreeSet;

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "message-unused",
    title: "a message that nothing mentions",
    severity: Severity::Info,
    meaning: "No contract carries it, nobody publishes or handles it. It may be planned; it may also \
              have been left behind when something else was removed.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let contracts = context.design.edges.iter().flat_map(|edge| &edge.contract.messages);
    let mut used: BTreeSet<&str> = contracts.map(|message| message.name.as_str()).collect();
    for it in context.publications() {
        used.insert(it.message);
    }
    for (_, _, consumer) in context.consumers() {
        used.extend(consumer.handlers.iter().filter_map(|handler| handler.on.as_deref()));
        let awaited = consumer.emissions().into_iter().filter_map(|(_, it)| it.reply.as_ref());
        used.extend(awaited.map(|reply| reply.message.as_str()));
        used.extend(consumer.pattern.messages().into_iter().map(|(_, name)| name.as_str()));
    }
    for message in context.design.messages.iter().filter(|it| !used.contains(&*it.name)) {
        let sentence =
            format!("nothing in this design publishes, carries or handles `{}`", message.name);
        let place = Place::Message(message.name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        let edit = Edit::RemoveMessage(message.name.clone());
        findings.push(finding.with_fix("Remove it", edit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;

    #[test]
    fn a_message_is_mentioned_somewhere() {
        let mut design = fixture::design("a: producer\n q: queue\n b: consumer\n a -> q: Placed");
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "a -> q").contract.messages.clear();
        assert_eq!(
            said(&LINT, &design),
            "info: message `Placed`: nothing in this design publishes, carries or handles `Placed` \
             [Remove it]"
        );
        let on = Some("Placed".to_owned());
        fixture::consumer(&mut design, "b").handlers.push(Handler { on, ..Handler::default() });
        assert_eq!(said(&LINT, &design), "");
    }
}
