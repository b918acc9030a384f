//! Limits of a run: what it cannot go on with, and where that comes from.

use super::Engine;
use crate::calendar::{Event, EventKind};
use crate::plan::{EdgeIndex, NONE, NodeIndex};
use crate::world::{Halt, HaltCause, Task};

/// Events at one instant after which time is taken to stand still for ever.
pub(crate) const EVENTS_AN_INSTANT: u64 = 2_000_000;
/// Of them, those whose places are not noted.
const QUIET: u64 = EVENTS_AN_INSTANT - 1_000;
/// Events of a whole run.
pub(crate) const EVENTS: u64 = 4_000_000_000;
/// Copies, transits, works and calls that may be there at once.
pub(crate) const UNDER_WAY: usize = 50_000_000;
/// Events between two looks at how much is under way.
const EVENTS_BETWEEN_LOOKS: u64 = 1024;
/// Places that a sentence about a run that cannot go on names at most.
const PLACES: usize = 6;

impl Engine<'_> {
    /// Whether something may have come to a limit with the last event.
    #[inline(always)]
    pub(super) fn must_look_at_limits(&self) -> bool {
        self.world.events >= self.world.next_look
    }

    /// Looks at the limits of a run; whether it has come to one, or was stopped before.
    #[inline(never)]
    pub(super) fn is_halted_by_limits(&mut self, event: Event) -> bool {
        let now = self.world.events_this_instant();
        if now > QUIET {
            self.watch_loop(event, now);
        } else if self.world.events.is_multiple_of(EVENTS_BETWEEN_LOOKS) {
            self.watch_amounts();
        }
        let events = self.world.events;
        let to_amounts = EVENTS_BETWEEN_LOOKS - events % EVENTS_BETWEEN_LOOKS;
        self.world.next_look = match self.world.halt {
            Some(_) => 0,
            None => events + to_amounts.min(1 + QUIET.saturating_sub(now)),
        };
        self.world.halt.is_some()
    }

    /// Time seems to stand still: the places where things happen are noted, then the run stops.
    #[cold]
    fn watch_loop(&mut self, event: Event, events: u64) {
        if let Some(node) = self.node_of(event)
            && !self.world.loop_places.contains(&node)
            && self.world.loop_places.len() < PLACES
        {
            self.world.loop_places.push(node);
        }
        if events > EVENTS_AN_INSTANT {
            let places = std::mem::take(&mut self.world.loop_places);
            self.halt_at(HaltCause::InstantLoop, places);
        }
    }

    /// The node that an event happens at. What the event was about may be gone meanwhile.
    fn node_of(&mut self, event: Event) -> Option<NodeIndex> {
        let edge_end = |edge: EdgeIndex| self.plan.edges.get(edge as usize).map(|edge| edge.to);
        match event.kind {
            EventKind::Workload | EventKind::Replay => {
                self.plan.workloads.get(event.index as usize).map(|workload| workload.producer)
            }
            EventKind::WorkDone | EventKind::DeliveryArrives => {
                let work = self.world.works.get_mut(event.index)?;
                match work.task {
                    Task::Copy { edge, .. } => edge_end(edge),
                    Task::Call(_) => None,
                }
            }
            EventKind::TransitArrives => {
                self.world.transits.get_mut(event.index).map(|transit| transit.channel)
            }
            EventKind::Expire
            | EventKind::Commit
            | EventKind::Rebalanced
            | EventKind::Retention
            | EventKind::Compaction
            | EventKind::Unused => {
                self.plan.backlogs.get(event.index as usize).map(|backlog| backlog.channel)
            }
            EventKind::Retry | EventKind::LeaseEnds | EventKind::Replicated => {
                let backlog = self.world.copies.get_mut(event.index)?.backlog;
                self.plan.backlogs.get(backlog as usize).map(|backlog| backlog.channel)
            }
            EventKind::CallArrives
            | EventKind::CallReturns
            | EventKind::CallRetry
            | EventKind::BulkheadTimeout
            | EventKind::CallTimeout => {
                edge_end(self.world.calls.get_mut(event.index).map_or(NONE, |call| call.edge))
            }
            EventKind::SessionEnds | EventKind::PollOverdue => edge_end(event.index),
            EventKind::Breaker => {
                let breaker = self.plan.resilience.breakers.get(event.index as usize);
                breaker.and_then(|breaker| edge_end(breaker.edge))
            }
            EventKind::Scaler => {
                let scaler = self.plan.resilience.scalers.get(event.index as usize)?;
                self.plan.consumers.get(scaler.consumer as usize).map(|consumer| consumer.node)
            }
            EventKind::Publish => {
                edge_end(self.world.publications.get_mut(event.index).map_or(NONE, |it| it.edge))
            }
            EventKind::FaultTick => {
                let node = self.plan.faults.get(event.index as usize).map(|fault| fault.node);
                node.filter(|node| *node != NONE)
            }
            EventKind::Pattern
            | EventKind::Relay
            | EventKind::FaultStart
            | EventKind::FaultEnd
            | EventKind::Action
            | EventKind::ReplyTimeout => None,
        }
    }

    fn watch_amounts(&mut self) {
        let on_the_way = self.world.calendar.len().max(self.world.transits.len());
        if self.world.copies.len().max(on_the_way) > UNDER_WAY {
            self.halt_at(HaltCause::TooMuchUnderWay, self.fullest_channels());
        } else if self.recorder.is_full() {
            self.halt(HaltCause::RecordFull);
        } else if self.world.events > EVENTS {
            self.halt_at(HaltCause::TooManyEvents, self.fullest_channels());
        }
    }

    /// The channels that hold most, and those that most passed through.
    fn fullest_channels(&self) -> Vec<NodeIndex> {
        let mut full: Vec<(u64, NodeIndex)> = Vec::new();
        for (plan, backlog) in self.plan.backlogs.iter().zip(&self.world.backlogs) {
            full.push((backlog.present.max(backlog.entered), plan.channel));
        }
        full.sort_unstable_by_key(|(count, node)| (std::cmp::Reverse(*count), *node));
        let mut places: Vec<NodeIndex> = full.into_iter().map(|(_, node)| node).collect();
        places.dedup();
        places.truncate(PLACES);
        places
    }

    #[cold]
    pub(super) fn halt(&mut self, cause: HaltCause) {
        self.halt_at(cause, Vec::new());
    }

    #[cold]
    fn halt_at(&mut self, cause: HaltCause, places: Vec<NodeIndex>) {
        let at = self.world.now;
        self.world.halt.get_or_insert(Halt { at, cause, places });
        self.world.next_look = 0;
    }
}
