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
                let evidence = format!("p{} is {span}, {} allowed", self.percentile, self.at_most);
                if span > self.at_most {
                    Answer::violated(end.world.now, evidence)
                } else {
                    Answer::held(end, evidence)
                }
            }
        }
    }
}
