//! Leases that end while the consumer still works.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Distribution;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "lease-below-service-time",
    title: "a lease ends while the consumer still works",
    severity: Severity::Warning,
    meaning: "When the lease (visibility timeout, lock) of a message ends, the channel hands it out \
              again, although somebody works on it. If the work takes longer than that each time, \
              every message is handled several times. Make the lease longer, or let consumers renew \
              it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Subscribe) {
        let Some(semantics) = context.semantics_of(&edge.from) else { continue };
        let lease = semantics.lease;
        if lease == Span::ZERO || semantics.lease_renewed {
            continue;
        }
        let handlers = context.consumer(&edge.to).into_iter().flat_map(|it| &it.handlers);
        let taking =
            handlers.filter(|it| it.on.as_deref().is_none_or(|on| edge.contract.carries(on)));
        let longest = taking.filter_map(|handler| always(&handler.service_time)).max();
        let Some(longest) = longest.filter(|longest| *longest >= lease) else { continue };
        let sentence = format!(
            "`{}` works {longest} on a message, and `{}` hands it out again after {lease}",
            edge.to, edge.from
        );
        let place = Place::Edge(edge.name());
        findings.push(Finding::new(LINT.code, Severity::Warning, place, sentence));
    }
}

/// The time that is always taken at least.
fn always(time: &Distribution) -> Option<Span> {
    match time {
        Distribution::Constant(span) | Distribution::Uniform(span, _) => Some(*span),
        Distribution::Empirical(points) => points.first().map(|(_, span)| *span),
        Distribution::Exponential(_)
        | Distribution::LogNormal(..)
        | Distribution::Gamma(..)
        | Distribution::Weibull(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::{Handler, Role};

    #[test]
    fn a_lease_lasts_as_long_as_the_work() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let service_time = Distribution::Constant(Span::from_secs(40));
        fixture::consumer(&mut design, "c").handlers =
            vec![Handler { service_time, ..Handler::default() }];
        assert_eq!(said(&LINT, &design), "", "no lease");
        let lease = |seconds, lease_renewed| {
            let lease = Some(Span::from_secs(seconds));
            Role::Channel(Channel { lease, lease_renewed, ..Channel::default() })
        };
        fixture::node(&mut design, "q").role = lease(30, None);
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `q -> c`: `c` works 40s on a message, and `q` hands it out again after 30s"
        );
        fixture::node(&mut design, "q").role = lease(30, Some(true));
        assert_eq!(said(&LINT, &design), "");
        fixture::node(&mut design, "q").role = lease(41, None);
        assert_eq!(said(&LINT, &design), "");
    }
}
