//! A percentile of the latency of a path stays below a bound.

use flowbench_model::time::Span;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NodeIndex, Plan};
use crate::record::Entry;

#[derive(Debug)]
pub(super) struct LatencyBelow {
    from: Option<NodeIndex>,
    to: Option<NodeIndex>,
    percentile: f64,
    at_most: Span,
}

impl LatencyBelow {
    pub(super) fn new(
        plan: &Plan,
        from: Option<&str>,
        to: &str,
        percentile: f64,
        at_most: Span,
    ) -> LatencyBelow {
        let from = from.and_then(|name| plan.node_named(name));
        LatencyBelow { from, to: plan.node_named(to), percentile, at_most }
    }
}

impl Watch for LatencyBelow {
    /// The statistics measure by the way.
    fn see(&mut self, _plan: &Plan, _entry: &Entry, _message: Option<&Message>) {}

    fn answer(&self, end: &End<'_>) -> Answer {
        let slowest = end
            .metrics
            .paths()
            .filter(|(origin, edge, _)| {
                Some(end.plan.edges[*edge as usize].to) == self.to
                    && self.from.is_none_or(|from| from == *origin)
            })
            .map(|(_, _, latencies)| Span(latencies.percentile_ns(self.percentile)))
            .max();
        match slowest {
            None => Answer::undecided(end, "nothing was acknowledged on this path"),
            Some(span) => {
                let said = known(span);
                let evidence = format!("p{} is {said}, {} allowed", self.percentile, self.at_most);
                if span > self.at_most {
                    Answer::violated(end.world.now, evidence)
                } else {
                    Answer::held(end, evidence)
                }
            }
        }
    }
}

/// A percentile with the four digits that a histogram knows, rounded up: more than what is allowed
/// never looks like it.
fn known(span: Span) -> Span {
    let digits = span.0.checked_ilog10().unwrap_or(0);
    let unit = 10u64.pow(digits.saturating_sub(3));
    Span(span.0.div_ceil(unit).saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_shows_the_digits_that_are_known() {
        let said = |ns: u64| known(Span(ns)).to_string();
        assert_eq!(said(32_834_260_236), "32840ms");
        assert_eq!(said(740_000_000), "740ms");
        assert_eq!(said(10_000_400_000), "10010ms");
        assert_eq!((said(0), said(999)), ("0s".to_owned(), "999ns".to_owned()));
        assert_eq!(known(Span(u64::MAX)).0, u64::MAX);
    }
}
