//! The books: counts kept by the way against what is really there.

use super::Engine;
use crate::plan::NONE;
use crate::world::{CopyState, World};

#[cfg(debug_assertions)]
/// Copies up to which the books are checked after every event of a debug build.
const SMALL: usize = 256;
#[cfg(debug_assertions)]
/// Events of one instant after which the books are checked only now and then.
const MANY_AT_ONCE: u64 = 10_000;

impl Engine<'_> {
    /// Checks the books after every event of a small world, and of a large one every so often: the
    /// larger the less, so that it costs as much for each event.
    #[cfg(debug_assertions)]
    pub(super) fn check_books_often(&self) {
        let is_cheap =
            self.world.copies.len() <= SMALL && self.world.events_this_instant() <= MANY_AT_ONCE;
        let between = (self.world.copies.len() as u64).next_power_of_two().max(4096);
        if is_cheap || self.world.events.is_multiple_of(between) {
            let imbalance = self.world.imbalance(self.plan);
            assert!(imbalance.is_none(), "invariant: the books balance: {imbalance:?}");
        }
    }
}

impl World {
    /// The first line of the books that does not balance, if any: what was counted when things
    /// happened against what is there now. Cost: one pass over everything that is under way.
    pub(crate) fn imbalance(&self, plan: &crate::plan::Plan) -> Option<String> {
        self.totals_imbalance(plan)
            .or_else(|| self.burden_imbalance())
            .or_else(|| self.backlog_imbalance(plan))
            .or_else(|| self.subscription_imbalance())
            .or_else(|| self.consumer_imbalance(plan))
    }

    fn totals_imbalance(&self, plan: &crate::plan::Plan) -> Option<String> {
        let fates = [
            self.totals.acknowledged,
            self.totals.dead_lettered,
            self.totals.expired,
            self.totals.dropped,
        ];
        let ended: u64 = fates.iter().sum();
        let is_at_rest = |copy: &crate::world::MessageCopy| {
            self.burden(copy).death != NONE
                && plan.backlogs[copy.backlog as usize].members.is_empty()
        };
        let present = self.copies.iter().filter(|(_, copy)| !is_at_rest(copy)).count();
        // A dead letter on its way to its channel has had its fate.
        let moving = self.transits.iter().filter(|(_, transit)| transit.death == NONE).count();
        let there = (present + moving) as u64;
        (ended + there != self.totals.copies)
            .then(|| format!("{} copies, {ended} ended, {there} there", self.totals.copies))
    }

    /// Every burden is that of a copy which is there.
    fn burden_imbalance(&self) -> Option<String> {
        let borne = self.copies.iter().filter(|(_, copy)| copy.burden != NONE).count();
        let kept = self.burdens.len();
        (borne != kept).then(|| format!("{kept} burdens, {borne} of them borne"))
    }

    fn backlog_imbalance(&self, plan: &crate::plan::Plan) -> Option<String> {
        let mut present = vec![0u64; self.backlogs.len()];
        let mut ready = vec![0u64; self.backlogs.len()];
        for (_, copy) in self.copies.iter() {
            present[copy.backlog as usize] += 1;
            ready[copy.backlog as usize] += u64::from(copy.state == CopyState::Ready);
        }
        self.backlogs.iter().enumerate().find_map(|(index, backlog)| {
            let queued = backlog.store.waiting().count() as u64;
            let is_right = backlog.present == present[index]
                && backlog.ready == ready[index]
                && backlog.ready == queued;
            let channel = &plan.nodes[plan.backlogs[index].channel as usize].name;
            (!is_right).then(|| {
                format!(
                    "backlog of {channel}: present {} of {}, ready {} of {}, queued {queued}",
                    backlog.present, present[index], backlog.ready, ready[index],
                )
            })
        })
    }

    fn subscription_imbalance(&self) -> Option<String> {
        let mut in_work = vec![0u64; self.edges.len()];
        let mut waiting = vec![0u64; self.edges.len()];
        for (_, copy) in self.copies.iter() {
            match copy.state {
                CopyState::Ready | CopyState::Handled | CopyState::Parked => {}
                CopyState::Waiting if !copy.was_handed_out() => {}
                CopyState::InWork => in_work[copy.edge as usize] += 1,
                CopyState::Waiting => waiting[copy.edge as usize] += 1,
            }
        }
        let mut acknowledged = 0;
        for (index, edge) in self.edges.iter().enumerate() {
            let counts = &edge.counts;
            acknowledged += counts.acknowledged;
            if counts.in_work != in_work[index] || counts.waiting != waiting[index] {
                return Some(format!(
                    "edge {index}: in work {} of {}, waiting {} of {}",
                    counts.in_work, in_work[index], counts.waiting, waiting[index],
                ));
            }
        }
        (acknowledged != self.totals.acknowledged)
            .then(|| format!("{acknowledged} acknowledged of {}", self.totals.acknowledged))
    }

    fn consumer_imbalance(&self, plan: &crate::plan::Plan) -> Option<String> {
        let mut busy = vec![0u32; self.consumers.len()];
        for (_, work) in self.works.iter() {
            let is_busy = !work.is_cancelled && work.holds_slot();
            busy[work.consumer as usize] += u32::from(is_busy);
        }
        self.consumers.iter().enumerate().find_map(|(index, consumer)| {
            let name = &plan.nodes[plan.consumers[index].node as usize].name;
            (consumer.busy != busy[index])
                .then(|| format!("{name}: busy {} of {}", consumer.busy, busy[index]))
        })
    }
}
