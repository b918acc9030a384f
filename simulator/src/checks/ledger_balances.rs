//! The ledger of a consumer says what it should.

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NONE, Plan};
use crate::record::Entry;
use crate::world::ledger::{Amount, LedgerState};

#[derive(Debug)]
pub(super) struct LedgerBalances {
    /// Index in [`Plan::consumers`].
    consumer: u32,
    sum: Option<f64>,
}

impl LedgerBalances {
    pub(super) fn new(plan: &Plan, consumer: &str, sum: Option<f64>) -> LedgerBalances {
        let node = plan.node_named(consumer);
        let part = node.map_or(NONE, |node| plan.nodes[node as usize].part);
        LedgerBalances { consumer: part, sum }
    }

    fn is_right(&self, ledger: &LedgerState) -> bool {
        match self.sum {
            Some(sum) => Amount::of(&sum.into()) == Some(ledger.posted.sum),
            None => ledger.balances(),
        }
    }
}

impl Watch for LedgerBalances {
    fn see(&mut self, _plan: &Plan, _entry: &Entry, _message: Option<&Message>) {}

    fn answer(&self, end: &End<'_>) -> Answer {
        let ledger = end.world.ledgers.get(self.consumer as usize).copied().unwrap_or_default();
        let wanted = self.sum.unwrap_or(ledger.expected.sum.value());
        let evidence = format!(
            "{} posted, {wanted} expected; {} effects missing, {} doubled",
            ledger.posted.sum.value(),
            ledger.missing(),
            ledger.doubled.count,
        );
        match self.is_right(&ledger) {
            true => Answer::held(end, evidence),
            false => Answer::violated(end.world.now, evidence),
        }
    }
}
