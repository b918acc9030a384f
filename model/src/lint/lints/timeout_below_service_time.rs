//! Callers that give up before the callee can have answered.

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Distribution};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "timeout-below-service-time",
    title: "a caller gives up before the called one can answer",
    severity: Severity::Warning,
    meaning: "The timeout of the call is shorter than the shortest time that the called consumer \
              works, so every call fails, while the work is done all the same.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in context.edges_of(EdgeKind::Call) {
        let Some(timeout) = edge.contract.timeout else { continue };
        let Some(least) = context.consumer(&edge.to).and_then(least) else { continue };
        if timeout > least {
            continue;
        }
        let sentence = format!(
            "`{}` waits {timeout}, and `{}` works for {least} at least, so no call ever succeeds",
            edge.from, edge.to
        );
        let place = Place::Edge(edge.name());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(finding.at("contract.timeout"));
    }
}

/// The shortest time that any handler works; nothing if one may take no time at all.
fn least(consumer: &Consumer) -> Option<Span> {
    let shortest = |time: &Distribution| match time {
        Distribution::Constant(span) | Distribution::Uniform(span, _) => *span,
        Distribution::Empirical(points) => points.first().map_or(Span::ZERO, |(_, span)| *span),
        Distribution::Exponential(_)
        | Distribution::LogNormal(..)
        | Distribution::Gamma(..)
        | Distribution::Weibull(..) => Span::ZERO,
    };
    let times = consumer.handlers.iter().map(|handler| shortest(&handler.service_time));
    times.min().filter(|least| *least > Span::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;

    #[test]
    fn a_caller_waits_as_long_as_the_work_takes() {
        let mut design = fixture::design("a: consumer\n b: consumer\n a -> b");
        let takes = |design: &mut crate::design::Design, service_time| {
            fixture::consumer(design, "b").handlers =
                vec![Handler { service_time, ..Handler::default() }];
        };
        takes(&mut design, Distribution::Constant(Span::from_millis(200)));
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "a -> b").contract.timeout = Some(Span::from_millis(200));
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `a -> b` at contract.timeout: `a` waits 200ms, and `b` works for 200ms \
             at least, so no call ever succeeds"
        );
        takes(&mut design, Distribution::Exponential(Span::from_millis(200)));
        assert_eq!(said(&LINT, &design), "", "some are faster");
    }
}
