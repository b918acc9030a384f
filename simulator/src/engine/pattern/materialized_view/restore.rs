//! A view after a restart: its log is read again up to where it ended then, before anything else.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use flowbench_model::channel::{PartitionBy, Retention};
use flowbench_model::pattern::materialized_view::ViewStore;
use flowbench_model::time::{Span, Time};

use super::{LIVE, RESTORING};
use crate::content::Circumstances;
use crate::engine::Engine;
use crate::engine::channel::STICKY_BATCH;
use crate::message::{Message, MessageId};
use crate::plan::BacklogIndex;
use crate::plan::pattern::PlanView;
use crate::record::EntryKind;
use crate::store::Layout;
use crate::world::pattern::PatternState;
use crate::world::pattern::materialized_view::{LogPlace, Restoring, ViewState};

/// The timer of reading; those of what is parked are their numbers, from 1.
const READING: u64 = 0;

impl Engine<'_> {
    /// Whether a consumer takes nothing yet, since its view is not there.
    pub(in crate::engine) fn is_restoring(&self, consumer: u32) -> bool {
        let state = &self.world.patterns[consumer as usize];
        matches!(state, PatternState::View(view) if view.restoring.is_some())
    }

    /// Whether a view can answer.
    pub(super) fn is_serving(&self, consumer: u32) -> bool {
        let node = self.plan.consumers[consumer as usize].node;
        self.world.nodes[node as usize].down == 0 && !self.is_restoring(consumer)
    }

    /// A crash: what is in memory only is gone.
    pub(in crate::engine::pattern) fn lose_rows(&mut self, consumer: u32, plan: &PlanView) {
        let now = self.world.now;
        let state = self.view(consumer);
        state.lost_at = now;
        state.lookups.clear();
        if plan.store == ViewStore::Memory {
            state.rows.clear();
            state.deleted.clear();
        }
        let reading = state.restoring.take();
        self.cancel_timer(reading.and_then(|it| it.timer));
        self.stop_parked(consumer);
    }

    /// A restart: what the log has now is read before the view is live.
    pub(in crate::engine::pattern) fn restore(&mut self, consumer: u32, plan: &PlanView) {
        let mut log = self.log_of_view(consumer, plan);
        if let ViewStore::Disk { checkpoint } = plan.store {
            let state = self.view(consumer);
            let position = last_before(state.lost_at, checkpoint);
            let is_stored =
                |id: MessageId| state.stored_at.get(&id).is_some_and(|at| *at <= position);
            log.retain(|(_, message)| !is_stored(message.id));
        }
        let is_empty = log.is_empty();
        let timer = (!is_empty).then(|| self.set_timer(consumer, READING, plan.restore_time));
        let state = self.view(consumer);
        state.counts.restores += 1;
        state.restoring = Some(Restoring { log: Arc::new(log), next: 0, timer });
        self.note_view(consumer, RESTORING);
        if is_empty {
            self.go_live(consumer, plan);
        }
    }

    fn note_view(&mut self, consumer: u32, doing: u64) {
        self.view(consumer).since = self.world.now;
        let node = self.plan.consumers[consumer as usize].node;
        self.note_event(EntryKind::Moved, node, doing);
    }

    /// Time is up for the next message of the log, or for something that is parked.
    pub(in crate::engine::pattern) fn view_due(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        instance: u64,
    ) {
        if instance != READING {
            return self.parked_due(consumer, plan, instance);
        }
        let Some(reading) = self.view(consumer).restoring.clone() else { return };
        let next = reading.log.get(reading.next).copied();
        let is_up = next.is_none_or(|(place, _)| {
            let channel = self.plan.backlogs[place.backlog as usize].channel;
            self.world.nodes[channel as usize].down == 0
        });
        let mut done = reading.next;
        if let Some((place, message)) = next.filter(|_| is_up) {
            self.restore_row(consumer, plan, place, &message);
            done += 1;
        }
        if done == reading.log.len() {
            return self.go_live(consumer, plan);
        }
        let timer = Some(self.set_timer(consumer, READING, plan.restore_time));
        self.view(consumer).restoring = Some(Restoring { next: done, timer, ..reading });
    }

    fn restore_row(&mut self, consumer: u32, plan: &PlanView, place: LogPlace, message: &Message) {
        let subscriptions = &self.plan.consumers[consumer as usize].subscriptions;
        let is_source = |edge: &&u32| self.plan.edges[**edge as usize].backlog == place.backlog;
        let edge = subscriptions.iter().find(is_source);
        let reads = edge.map_or(0, |edge| self.reads(*edge, message));
        let of = Circumstances { reads, ..Circumstances::of(*message, self.world.now) };
        self.view(consumer).counts.restored += 1;
        if let Ok(Some(change)) = self.change_of_row(plan, &of, place) {
            self.change_row(consumer, plan, &of, change);
        }
    }

    fn go_live(&mut self, consumer: u32, plan: &PlanView) {
        let now = self.world.now;
        let state = self.view(consumer);
        state.restoring = None;
        let took = now.since(state.since);
        state.counts.restoring = state.counts.restoring.saturating_add(took);
        self.note_view(consumer, LIVE);
        self.take_up_parked(consumer, plan);
        self.wake(consumer);
    }

    /// The rows that the logs of a view have kept, in the order in which they are read: of each
    /// partition as they stand, among partitions the one that was published first, then the
    /// partition with the smaller number. Notes where they end.
    fn log_of_view(&mut self, consumer: u32, plan: &PlanView) -> Vec<(LogPlace, Message)> {
        let whole = self.plan;
        let mut partitions: BTreeMap<(BacklogIndex, u32), VecDeque<(LogPlace, Message)>> =
            BTreeMap::new();
        let mut read_to = BTreeMap::new();
        for edge in &whole.consumers[consumer as usize].subscriptions {
            let index = whole.edges[*edge as usize].backlog;
            let keeps_history = whole.backlogs[index as usize].keeps_history;
            if !keeps_history || self.rules(index).retention != Retention::Limits {
                continue;
            }
            read_to.insert(index, self.world.backlogs[index as usize].entered);
            for (_, sequence, message) in self.kept(index) {
                if plan.is_row(message.message_type) {
                    let place = self.log_place(index, sequence, message.key);
                    let partition = partitions.entry((index, place.partition)).or_default();
                    partition.push_back((place, message));
                }
            }
        }
        self.view(consumer).read_to = read_to;
        let first = |(at, log): (&(BacklogIndex, u32), &VecDeque<(LogPlace, Message)>)| {
            log.front().map(|(_, message)| (message.published_at, *at))
        };
        let mut merged = Vec::new();
        while let Some((_, at)) = partitions.iter().filter_map(first).min() {
            merged.extend(partitions.get_mut(&at).and_then(VecDeque::pop_front));
        }
        merged
    }

    /// Where the `sequence`-th message of a backlog stands.
    pub(super) fn log_place(&self, backlog: BacklogIndex, sequence: u64, key: u64) -> LogPlace {
        let plan = &self.plan.backlogs[backlog as usize];
        let partition = match (plan.layout, plan.semantics.partition_by) {
            (Layout::Single | Layout::Levels { .. } | Layout::Keys, _) => 0,
            (Layout::Partitions { .. }, PartitionBy::KeyHash | PartitionBy::KeyModulo) => {
                self.plan.stations[backlog as usize].lanes.of_key(key)
            }
            (Layout::Partitions { count, .. }, PartitionBy::RoundRobin) => {
                (sequence % u64::from(count)) as u32
            }
            (Layout::Partitions { count, .. }, PartitionBy::StickyBatch) => {
                (sequence / u64::from(STICKY_BATCH) % u64::from(count)) as u32
            }
        };
        LogPlace { backlog, partition, sequence }
    }
}

impl ViewState {
    /// How many messages of the log are read again, and of how many; nothing while it is live.
    pub(crate) fn progress(&self) -> Option<(usize, usize)> {
        self.restoring.as_ref().map(|it| (it.next, it.log.len()))
    }
}

/// The last multiple of a time up to an instant; the instant itself if the time is zero.
fn last_before(at: Time, every: Span) -> Time {
    match every {
        Span::ZERO => at,
        every => Time(at.0 - at.0 % every.0),
    }
}
