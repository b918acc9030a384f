//! Channels that nothing enters.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "channel-without-publisher",
    title: "a channel that nothing enters",
    severity: Severity::Warning,
    meaning: "Somebody subscribes, but nobody publishes, nothing is bound to it, and neither dead letters nor \
              what others do not match come here.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut fed_otherwise = context.dead_letter_channels();
    fed_otherwise.extend(context.channels().filter_map(|(_, _, it)| it.alternate.as_deref()));
    for (index, node, _) in context.channels() {
        let is_fed = context.incoming[index]
            .iter()
            .any(|edge| matches!(edge.kind, EdgeKind::Publish | EdgeKind::Bind));
        let is_heard = !context.outgoing[index].is_empty();
        if is_heard && !is_fed && !fed_otherwise.contains(node.name.as_str()) {
            let sentence = format!("nobody publishes to `{}`, so nobody hears from it", node.name);
            let place = Place::Node(node.name.clone());
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
    fn a_channel_that_is_heard_is_fed() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        assert_eq!(
            said(&LINT, &design),
            "warning: node `q`: nobody publishes to `q`, so nobody hears from it"
        );
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("q".into());
        assert_eq!(said(&LINT, &design), "", "dead letters enter it");
        let fed = fixture::design("a: producer\n q: queue\n c: consumer\n a -> q\n q -> c");
        assert_eq!(said(&LINT, &fed), "");
    }
}
