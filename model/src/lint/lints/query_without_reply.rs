//! Queries that come over a channel, and whose handler answers nothing.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::carried::Carried;
use crate::lint::{Context, Lint};
use crate::message::MessageKind;
use crate::node::Handler;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "query-without-reply",
    title: "a query that is handled and not answered",
    severity: Severity::Warning,
    meaning: "Whoever asks over a channel gets an answer only if the handler publishes one. Let it \
              emit a message of the kind reply, or let the query be a call, which answers by itself.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let kind = |name: &str| context.messages.get(name).map(|message| message.kind);
    let answers = |handler: &Handler| {
        handler.emits.iter().any(|it| kind(&it.message.name) == Some(MessageKind::Reply))
    };
    for (index, node, consumer) in context.consumers() {
        let edges = context.incoming[index].iter().copied();
        let comes = Carried::by(edges.filter(|it| it.kind == EdgeKind::Subscribe));
        for (place, handler) in consumer.handlers.iter().enumerate() {
            let Some(query) = handler.on.as_deref() else { continue };
            if kind(query) != Some(MessageKind::Query) || !comes.has(query) || answers(handler) {
                continue;
            }
            let sentence = format!(
                "`{}` handles the query `{query}` and emits no reply, so nobody gets an answer",
                node.name
            );
            let at = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, at, sentence);
            findings.push(finding.at(format_args!("role.handlers.{place}.emits")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn who_handles_a_query_answers() {
        let mut design = fixture::design(
            "a: producer\n q: queue\n b: consumer\n r: queue\n a -> q: GetStock\n q -> b\n b -> r: Stock",
        );
        fixture::message(&mut design, "GetStock").kind = MessageKind::Query;
        let handler = Handler { on: Some("GetStock".into()), ..Handler::default() };
        fixture::consumer(&mut design, "b").handlers.push(handler);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `b` at role.handlers.0.emits: `b` handles the query `GetStock` and \
             emits no reply, so nobody gets an answer"
        );
        let stock = crate::message::MessageRef::newest("Stock");
        fixture::consumer(&mut design, "b").handlers[0].emits =
            vec![crate::emission::Emission::of(stock)];
        assert!(said(&LINT, &design).contains("no reply"), "an event is no answer");
        fixture::message(&mut design, "Stock").kind = MessageKind::Reply;
        assert_eq!(said(&LINT, &design), "");
    }
}
