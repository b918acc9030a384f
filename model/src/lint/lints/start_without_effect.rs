//! Subscriptions that say where they begin, where there is only one place to begin.

use crate::channel::Storage;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "start-without-effect",
    title: "a start on an edge that reads no log",
    severity: Severity::Info,
    meaning: "Only a log keeps what came before its subscribers. Elsewhere a subscription begins \
              with what it is given; let the channel be a log, or leave the start away.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.design.edges.iter().filter(|edge| edge.contract.start.is_some()) {
        let is_log = |storage| storage == Storage::Log;
        let storage = context.semantics_of(&edge.from).map(|semantics| semantics.storage);
        if edge.kind == EdgeKind::Subscribe && storage.is_none_or(is_log) {
            continue;
        }
        let sentence = "this edge reads no log, so it makes no difference where it begins";
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        findings.push(finding.at("contract.start"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::contract::Start;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn only_logs_are_read_from_a_place() {
        let mut design = fixture::design("q: queue\n p: producer\n c: consumer\n p -> q\n q -> c");
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "q -> c").contract.start = Some(Start::Newest);
        assert_eq!(
            said(&LINT, &design),
            "info: edge `q -> c` at contract.start: this edge reads no log, so it makes no \
             difference where it begins"
        );
        fixture::node(&mut design, "q").role = Role::Channel(Channel::of("rabbit.stream"));
        assert_eq!(said(&LINT, &design), "");
    }
}
