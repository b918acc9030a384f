//! What operators do to a channel: sending dead letters back, moving consumers to another place,
//! replaying history (O1 to O3).

use flowbench_model::time::{Span, Time};

use crate::engine::Engine;
use crate::marks::MENDED;
use crate::message::{Message, MessageId};
use crate::plan::effect::Effect;
use crate::plan::{BacklogIndex, NONE, NodeIndex};
use crate::record::DropReason;
use crate::world::CopyState;

/// The most messages of a subscription whose history is kept for a replay; the oldest go first.
const HISTORY: usize = 1_000_000;

impl Engine<'_> {
    /// Keeps what enters a subscription, where a fault will want it again.
    pub(in crate::engine) fn keep_history(&mut self, index: BacklogIndex, message: &Message) {
        let history = &mut self.world.backlogs[index as usize].history;
        if history.len() == HISTORY {
            history.pop_front();
        }
        history.push_back((self.world.now, *message));
    }

    /// O1: the canary goes at once, the rest at its rate.
    pub(super) fn begin_redrive(&mut self, index: u32) {
        let Effect::RedriveStorm { canary, .. } = self.fault(index).effect else { return };
        for _ in 0..canary.map_or(0, |(count, _)| count) {
            let Some(message) = self.redrive_next(index) else { break };
            self.world.faults[index as usize].watched.push(message);
        }
        self.redrive_on(index);
    }

    /// O1: one more dead letter, once the canary has done well.
    pub(super) fn redrive_on(&mut self, index: u32) {
        let Effect::RedriveStorm { rate, canary, .. } = self.fault(index).effect else { return };
        let wait = Span((rate.mean_interval_ns() as u64).max(1));
        if let Some((_, share)) = canary {
            match self.canary_success(index) {
                None => return self.tick_in(index, wait),
                Some(success) if success < share => return,
                Some(_) => {}
            }
        }
        self.redrive_next(index);
        self.tick_in(index, wait);
    }

    /// O1: which share of the canary was handled; nothing while some of it is under way.
    fn canary_success(&self, index: u32) -> Option<f64> {
        let watched = &self.world.faults[index as usize].watched;
        let mut died = 0;
        for (_, copy) in self.world.copies.iter() {
            if watched.contains(&copy.message.id) {
                if copy.death == NONE {
                    return None;
                }
                died += 1;
            }
        }
        let all = watched.len().max(1) as f64;
        Some(1.0 - f64::from(died) / all)
    }

    /// O1: sends the next dead letter back.
    fn redrive_next(&mut self, index: u32) -> Option<MessageId> {
        let Effect::RedriveStorm { newest_first, keeps_attempts, fixed, .. } =
            self.fault(index).effect
        else {
            return None;
        };
        let waiting = self.dead_letters_of(self.fault(index).node);
        let fitting = waiting
            .into_iter()
            .filter(|slot| self.is_meant(index, &self.world.copies[*slot].message));
        let key = |slot: &u32| {
            let copy = &self.world.copies[*slot];
            (copy.entered_at, copy.sequence)
        };
        let slot = if newest_first { fitting.max_by_key(key) } else { fitting.min_by_key(key) }?;
        let message = self.world.copies[slot].message;
        let is_fixed = self.world.faults[index as usize].stream.unit() < fixed;
        if is_fixed {
            self.world.copies[slot].message.marks |= MENDED;
        }
        self.send_back(slot, keeps_attempts);
        Some(message.id)
    }

    fn dead_letters_of(&self, node: NodeIndex) -> Vec<u32> {
        let backlogs = &self.channel_plan(node).backlogs;
        let waiting =
            backlogs.iter().flat_map(|it| self.world.backlogs[*it as usize].store.waiting());
        let is_dead = |slot: &u32| {
            let copy = &self.world.copies[*slot];
            copy.death != NONE && copy.state == CopyState::Ready
        };
        waiting.filter(is_dead).collect()
    }

    /// O2: consumers of a channel go on elsewhere.
    pub(super) fn reset_offset(&mut self, index: u32, back: Option<Span>) {
        let node = self.fault(index).node;
        for backlog in self.backlogs_of(node) {
            match back {
                None => self.skip_waiting(backlog),
                Some(back) => {
                    for message in self.past(backlog, back) {
                        self.happen_again(index, backlog, &message);
                    }
                }
            }
        }
    }

    fn backlogs_of(&self, node: NodeIndex) -> Vec<BacklogIndex> {
        self.channel_plan(node).backlogs.clone()
    }

    fn skip_waiting(&mut self, index: BacklogIndex) {
        let mut waiting: Vec<u32> = self.world.backlogs[index as usize].store.waiting().collect();
        waiting.sort_unstable_by_key(|slot| self.world.copies[*slot].sequence);
        for slot in waiting {
            self.remove_from_store(slot, DropReason::Skipped);
        }
    }

    /// What entered a subscription within a time and is no longer there.
    fn past(&self, index: BacklogIndex, back: Span) -> Vec<Message> {
        let since = Time(self.world.now.0.saturating_sub(back.0));
        let here = self.world.copies.iter().filter(|(_, copy)| copy.backlog == index);
        let mut here: Vec<MessageId> = here.map(|(_, copy)| copy.message.id).collect();
        here.sort_unstable();
        let history = self.world.backlogs[index as usize].history.iter();
        history
            .filter(|(at, message)| *at >= since && here.binary_search(&message.id).is_err())
            .map(|(_, message)| *message)
            .collect()
    }

    fn happen_again(&mut self, index: u32, backlog: BacklogIndex, message: &Message) {
        self.note_struck(index, message, 0);
        self.world.totals.copies += 1;
        self.enter_backlog(backlog, message, NONE, true);
    }

    /// O3: the history of a subscription, at once or at a rate.
    pub(super) fn begin_replay(&mut self, index: u32, from: Option<Span>) {
        let Effect::Replay { rate, .. } = self.fault(index).effect else { return };
        let edge = self.fault(index).edges[0];
        let backlog = self.plan.edges[edge as usize].backlog;
        let messages = self.past(backlog, from.unwrap_or(Span(u64::MAX)));
        let meant = messages.into_iter().filter(|message| self.is_meant(index, message));
        let meant: std::collections::VecDeque<Message> = meant.collect();
        self.world.faults[index as usize].replay = meant;
        match rate {
            Some(_) => self.replay_on(index),
            None => while self.replay_next(index) {},
        }
    }

    /// O3: one more message of the history.
    pub(super) fn replay_on(&mut self, index: u32) {
        let Effect::Replay { rate: Some(rate), .. } = self.fault(index).effect else { return };
        if self.replay_next(index) {
            self.tick_in(index, Span((rate.mean_interval_ns() as u64).max(1)));
        }
    }

    fn replay_next(&mut self, index: u32) -> bool {
        let edge = self.fault(index).edges[0];
        let backlog = self.plan.edges[edge as usize].backlog;
        let Some(message) = self.world.faults[index as usize].replay.pop_front() else {
            return false;
        };
        self.happen_again(index, backlog, &message);
        true
    }
}
