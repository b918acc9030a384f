//! Faults of links: latency, loss, duplication, reordering, partitions, clogs, connections that
//! are reset (L1 to L7).

use flowbench_model::channel::Counted;
use flowbench_model::time::Span;

use super::producer::NEVER;
use crate::engine::Engine;
use crate::message::Message;
use crate::plan::EdgeIndex;
use crate::plan::effect::Effect;
use crate::record::Failure;
use crate::world::{CopyState, Transit};

/// How something passes an edge.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Passage {
    /// It does not.
    pub(in crate::engine) is_lost: bool,
    /// Not until this fault has ended.
    pub(in crate::engine) held_by: Option<u32>,
    /// So much later than usual.
    pub(in crate::engine) extra: Span,
    /// Once more, so much later.
    pub(in crate::engine) twice: Option<Span>,
}

impl Engine<'_> {
    /// How a message or an attempt passes an edge now.
    #[inline]
    pub(in crate::engine) fn passage(
        &mut self,
        edge: EdgeIndex,
        of: &Message,
        attempt: u32,
    ) -> Passage {
        if self.world.edges[edge as usize].faults.is_empty() {
            Passage::default()
        } else {
            self.struck_passage(edge, of, attempt)
        }
    }

    fn struck_passage(&mut self, edge: EdgeIndex, of: &Message, attempt: u32) -> Passage {
        let mut passage = Passage::default();
        for index in self.faults_at_edge(edge) {
            self.strike_passage(index, of, attempt, &mut passage);
        }
        self.count_passing_edge(edge);
        passage
    }

    fn strike_passage(&mut self, index: u32, of: &Message, attempt: u32, passage: &mut Passage) {
        match &self.fault(index).effect {
            Effect::Delay { by, jitter } => {
                if self.reaches(index, of, attempt) {
                    let degree = self.degree(index);
                    let jitter = jitter.as_ref().map_or(Span::ZERO, |law| {
                        let stream = &mut self.world.faults[index as usize].stream;
                        law.draw(stream, &self.plan.ziggurat)
                    });
                    let by = scaled(Span(by.0.saturating_add(jitter.0)), degree);
                    passage.extra = passage.extra.saturating_add(by);
                }
            }
            Effect::Loss { share } => passage.is_lost |= self.strikes(index, *share, of, attempt),
            Effect::Duplication { share, after } => {
                if self.strikes(index, *share, of, attempt) {
                    let after = after.as_ref().map_or(Span::ZERO, |law| {
                        let stream = &mut self.world.faults[index as usize].stream;
                        law.draw(stream, &self.plan.ziggurat)
                    });
                    passage.twice = Some(after);
                }
            }
            Effect::Reordering { share, window, gap } => {
                if self.is_held_back(index, *share, *gap, of, attempt) {
                    let part = self.world.faults[index as usize].stream.unit();
                    passage.extra = passage.extra.saturating_add(scaled(*window, part));
                }
            }
            Effect::Partition { holds } => {
                if self.reaches(index, of, attempt) {
                    if *holds {
                        passage.held_by = Some(index);
                    } else {
                        passage.is_lost = true;
                    }
                }
            }
            Effect::Clog { rate, buffer } => {
                if self.reaches(index, of, attempt) {
                    let interval = (rate.mean_interval_ns() as u64).max(1);
                    match self.clogged(index, interval, *buffer) {
                        Some(wait) => passage.extra = passage.extra.saturating_add(wait),
                        None => passage.is_lost = true,
                    }
                }
            }
            Effect::ConnectionReset { .. } => passage.is_lost = true,
            _ => {}
        }
    }

    /// How much later than usual a reply comes back over a call edge; never if it is cut.
    pub(in crate::engine) fn way_back(&mut self, edge: EdgeIndex, of: &Message) -> Option<Span> {
        if self.world.edges[edge as usize].faults.is_empty() {
            return Some(Span::ZERO);
        }
        let mut passage = Passage::default();
        for index in self.faults_at_edge(edge) {
            if let Effect::Delay { .. } | Effect::Partition { .. } = self.fault(index).effect {
                self.strike_passage(index, of, 1, &mut passage);
            }
        }
        let held = passage.held_by.map_or(Some(Span::ZERO), |fault| self.end_of(fault))?;
        (!passage.is_lost).then(|| passage.extra.saturating_add(held))
    }

    /// L4: by chance, or every so-manieth.
    fn is_held_back(
        &mut self,
        index: u32,
        share: f64,
        gap: Option<u64>,
        of: &Message,
        attempt: u32,
    ) -> bool {
        let Some(gap) = gap else { return self.strikes(index, share, of, attempt) };
        if !self.reaches(index, of, attempt) {
            return false;
        }
        let state = &mut self.world.faults[index as usize];
        state.number += 1;
        state.number.is_multiple_of(gap.max(1))
    }

    /// L6: how long something waits in front of a link that lets one through in an interval;
    /// nothing if too much waits already.
    fn clogged(&mut self, index: u32, interval: u64, buffer: Option<u64>) -> Option<Span> {
        let now = self.world.now;
        let state = &mut self.world.faults[index as usize];
        let free_at = state.at.max(now);
        let wait = free_at.since(now);
        if buffer.is_some_and(|buffer| wait.0 / interval >= buffer) {
            return None;
        }
        state.at = free_at.after(Span(interval));
        Some(wait)
    }

    /// Whether the channel hands out over a subscribe edge now.
    #[inline]
    pub(in crate::engine) fn is_connected(&self, edge: EdgeIndex) -> bool {
        let listed = &self.world.edges[edge as usize].faults;
        listed.is_empty() || listed.iter().all(|index| self.lets_hand_out(*index))
    }

    fn lets_hand_out(&self, index: u32) -> bool {
        let state = &self.world.faults[index as usize];
        if !state.is_active {
            return true;
        }
        match self.fault(index).effect {
            Effect::Partition { holds } => !holds,
            // Once the channel has noticed.
            Effect::ConnectionReset { .. } => !state.is_pending,
            _ => true,
        }
    }

    /// L5: a publication waits until the partition heals.
    pub(in crate::engine) fn hold_at_edge(&mut self, index: u32, transit: Transit) {
        let slot = self.world.transits.insert(Transit { arrives_at: NEVER, ..transit });
        self.world.faults[index as usize].queue.push_back(slot);
    }

    /// L5: what was held passes in its order.
    pub(super) fn heal_partition(&mut self, index: u32) {
        for slot in std::mem::take(&mut self.world.faults[index as usize].queue) {
            self.transit_arrives(slot);
        }
        for edge in &self.fault(index).edges {
            self.edge_goes_on(*edge);
        }
    }

    /// How long a held call waits: to the end of the fault, if that is known.
    pub(in crate::engine) fn end_of(&self, index: u32) -> Option<Span> {
        let until = self.world.faults[index as usize].until;
        (until != NEVER).then(|| until.since(self.world.now))
    }

    /// L7: the connection is gone; the channel notices now or after a heartbeat.
    pub(super) fn lose_connection(&mut self, index: u32, detect: Span) {
        if detect == Span::ZERO {
            self.notice_lost_connection(index);
        } else {
            self.tick_in(index, detect);
        }
    }

    /// L7: the channel takes back what is not acknowledged.
    pub(super) fn notice_lost_connection(&mut self, index: u32) {
        self.world.faults[index as usize].is_pending = true;
        for edge in &self.fault(index).edges {
            self.take_back_edge(*edge, Failure::ConnectionLost);
        }
    }

    /// Takes back what a subscriber was handed; it goes on with it, too late.
    pub(super) fn take_back_edge(&mut self, edge: EdgeIndex, failure: Failure) {
        let is_out =
            |copy: &crate::world::MessageCopy| copy.edge == edge && copy.state == CopyState::InWork;
        let slots: Vec<u32> = self
            .world
            .copies
            .iter()
            .filter(|(_, copy)| is_out(copy))
            .map(|(slot, _)| slot)
            .collect();
        for slot in &slots {
            let handle = self.world.copies.handle(*slot);
            self.mark_late(handle);
        }
        self.take_back_all(slots, failure);
        self.rewind(edge, failure);
    }

    /// L7: the consumer connects again.
    pub(super) fn reconnect(&mut self, index: u32) {
        if !self.world.faults[index as usize].is_pending {
            // It was back before anybody noticed; what was lost on the way is noticed now.
            self.notice_lost_connection(index);
        }
        for edge in &self.fault(index).edges {
            self.edge_goes_on(*edge);
        }
    }

    fn edge_goes_on(&mut self, edge: EdgeIndex) {
        let backlog = self.plan.edges[edge as usize].backlog;
        if backlog != crate::plan::NONE {
            self.backlog_changed(backlog);
            self.consumer_changed(self.plan.consumer_at(edge) as u32);
        }
    }

    /// Why a delivery that got lost on an edge comes back.
    pub(in crate::engine) fn loss_of_connection(
        &self,
        edge: EdgeIndex,
    ) -> Option<(Failure, Counted)> {
        let listed = &self.world.edges[edge as usize].faults;
        let is_reset = listed.iter().any(|index| {
            self.world.faults[*index as usize].is_active
                && matches!(self.fault(*index).effect, Effect::ConnectionReset { .. })
        });
        is_reset.then_some((Failure::ConnectionLost, Counted::Disconnected))
    }
}

fn scaled(span: Span, share: f64) -> Span {
    if share == 1.0 { span } else { Span((span.0 as f64 * share) as u64) }
}
