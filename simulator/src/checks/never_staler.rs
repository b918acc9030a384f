//! No event needs longer to the read model of a projection.

use flowbench_model::time::Span;

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NONE, Plan};
use crate::record::Entry;
use crate::world::pattern::PatternState;

#[derive(Debug)]
pub(super) struct NeverStaler {
    /// Index in [`Plan::consumers`].
    consumer: u32,
    than: Span,
}

impl NeverStaler {
    pub(super) fn new(plan: &Plan, consumer: &str, than: Span) -> NeverStaler {
        let node = plan.node_named(consumer);
        let consumer = node.map_or(NONE, |node| plan.nodes[node as usize].part);
        NeverStaler { consumer, than }
    }
}

impl Watch for NeverStaler {
    fn see(&mut self, _plan: &Plan, _entry: &Entry, _message: Option<&Message>) {}

    fn answer(&self, end: &End<'_>) -> Answer {
        let state = end.world.patterns.get(self.consumer as usize);
        let Some(PatternState::Projection(state)) = state else {
            return Answer::undecided(end, "the consumer has no projection");
        };
        let lag = state.lag_max_at(end.world.now);
        let evidence = format!("at most {lag} from publication to the read model");
        match lag <= self.than {
            true => Answer::held(end, evidence),
            false => Answer::violated(end.world.now, evidence),
        }
    }
}
