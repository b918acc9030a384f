//! Dead letters that nobody would notice.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::promise::PromiseKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "dead-letter-channel-not-watched",
    title: "dead letters that nobody would notice",
    severity: Severity::Info,
    meaning: "A dead-letter channel helps only if somebody looks: a consumer that subscribes to \
              it, or a promise that there are at most so many.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let is_promised = |name: &str| {
        context.all_promises().any(|(_, _, promise)| match &promise.holds {
            PromiseKind::DeadLetters { channel, .. } => {
                channel.as_deref().is_none_or(|channel| channel == name)
            }
            PromiseKind::BacklogBelow { channel, .. } => channel == name,
            PromiseKind::NothingLost
            | PromiseKind::NoDuplicateEffect { .. }
            | PromiseKind::OrderPerKey { .. }
            | PromiseKind::LeadsTo { .. }
            | PromiseKind::LatencyBelow { .. }
            | PromiseKind::NoTimeouts
            | PromiseKind::LedgerBalances { .. }
            | PromiseKind::SagasEnd { .. }
            | PromiseKind::StaleReads { .. }
            | PromiseKind::NeverStaler { .. }
            | PromiseKind::Published { .. } => false,
        })
    };
    for name in context.dead_letter_channels() {
        let Some(index) = context.graph.index_of(name) else { continue };
        if context.outgoing[index].is_empty() && !is_promised(name) {
            let sentence = format!(
                "nobody would notice dead letters in `{name}`; promise that there are at most so \
                 many, or let a consumer subscribe"
            );
            let place = Place::Node(name.to_owned());
            findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::promise::Promise;

    #[test]
    fn somebody_watches_the_dead_letters() {
        let lines = "q: queue\n c: consumer\n d: queue\n h: consumer\n q -> c";
        let mut design = fixture::design(lines);
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("d".into());
        assert_eq!(
            said(&LINT, &design),
            "info: node `d`: nobody would notice dead letters in `d`; \
             promise that there are at most so many, or let a consumer subscribe"
        );
        let holds = PromiseKind::DeadLetters { at_most: 0, channel: Some("d".into()) };
        design.promises.push(Promise { name: "none die".into(), holds });
        assert_eq!(said(&LINT, &design), "");
        let mut design = fixture::design(&format!("{lines}\n d -> h"));
        fixture::edge(&mut design, "q -> c").contract.dead_letter = Some("d".into());
        assert_eq!(said(&LINT, &design), "");
    }
}
