//! What operators do to a channel: sending dead letters back, moving consumers to another place,
//! replaying history (O1 to O3).

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::channel::{Retention, ReturnsTo};
use flowbench_model::time::{Span, Time};

use crate::engine::Engine;
use crate::marks::MENDED;
use crate::message::{Handle, Message, MessageId};
use crate::plan::effect::Effect;
use crate::plan::{BacklogIndex, NONE, NodeIndex};
use crate::record::DropReason;
use crate::store::Layout;
use crate::world::CopyState;

/// The most messages of a subscription whose history is kept for a replay; the oldest go first.
const HISTORY: usize = 1_000_000;

impl Engine<'_> {
    /// Keeps what enters a subscription, where a fault will want it again.
    pub(in crate::engine) fn keep_history(
        &mut self,
        index: BacklogIndex,
        (sequence, message): (u64, &Message),
    ) {
        let history = &mut self.world.backlogs[index as usize].history;
        if history.len() == HISTORY {
            history.pop_front();
        }
        history.push_back((self.world.now, sequence, *message));
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
                if self.world.burden(copy).death == NONE {
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
            self.world.burden(copy).death != NONE && copy.state == CopyState::Ready
        };
        waiting.filter(is_dead).collect()
    }

    /// O2: consumers of a channel go on elsewhere. What waits before that place counts as settled,
    /// what is kept behind it comes again, in its old order.
    pub(super) fn reset_offset(&mut self, index: u32, back: Option<Span>) {
        let node = self.fault(index).node;
        for backlog in self.backlogs_of(node) {
            let Some(back) = back else {
                self.skip_waiting(backlog, Time(u64::MAX));
                continue;
            };
            self.skip_waiting(backlog, self.before(back));
            for (sequence, message) in self.past(backlog, back) {
                let again = self.happen_again(index, backlog, &message);
                self.move_to_place(again, sequence);
            }
        }
    }

    fn before(&self, back: Span) -> Time {
        Time(self.world.now.0.saturating_sub(back.0))
    }

    /// A copy that has just come in stands where it stood the first time.
    fn move_to_place(&mut self, copy: Handle, sequence: u64) {
        let copies = &mut self.world.copies;
        if !copies.is_live(copy) || copies[copy.slot].state != CopyState::Ready {
            return;
        }
        let (slot, index) = (copy.slot, copies[copy.slot].backlog);
        copies[slot].sequence = sequence;
        let lane = copies[slot].lane;
        let store = &mut self.world.backlogs[index as usize].store;
        store.remove(slot, lane);
        let key = copies[slot].message.key;
        let is_by_key = self.plan.backlogs[index as usize].layout == Layout::Keys;
        let owner = if is_by_key { self.owner_of_key(index, key) } else { 0 };
        let (copies, backlog) = (&mut self.world.copies, &mut self.world.backlogs[index as usize]);
        // The lane of a key may have gone with its only message.
        if is_by_key {
            copies[slot].lane = backlog.store.lane_of_key(key, owner);
        }
        let lane = copies[slot].lane;
        backlog.store.put_back(slot, lane, ReturnsTo::OriginalPlace, |it| copies[it].sequence);
    }

    fn backlogs_of(&self, node: NodeIndex) -> Vec<BacklogIndex> {
        self.channel_plan(node).backlogs.clone()
    }

    fn skip_waiting(&mut self, index: BacklogIndex, before: Time) {
        let mut waiting: Vec<u32> = self.world.backlogs[index as usize].store.waiting().collect();
        waiting.retain(|slot| self.world.copies[*slot].entered_at < before);
        waiting.sort_unstable_by_key(|slot| self.world.copies[*slot].sequence);
        for slot in waiting {
            self.remove_from_store(slot, DropReason::Skipped);
        }
    }

    /// What entered a subscription within a time, has left it and is still kept.
    fn past(&self, index: BacklogIndex, back: Span) -> Vec<(u64, Message)> {
        let since = self.before(back);
        let here = self.present_in(index);
        let mut past = self.kept(index);
        past.retain(|(at, _, message)| *at >= since && here.binary_search(&message.id).is_err());
        past.into_iter().map(|(_, sequence, message)| (sequence, message)).collect()
    }

    /// The messages of which there is a copy in a subscription, ascending.
    pub(in crate::engine) fn present_in(&self, index: BacklogIndex) -> Vec<MessageId> {
        let here = self.world.copies.iter().filter(|(_, copy)| copy.backlog == index);
        let mut here: Vec<MessageId> = here.map(|(_, copy)| copy.message.id).collect();
        here.sort_unstable();
        here
    }

    /// What a store keeps, settled or not, as its rules say.
    pub(in crate::engine) fn kept(&self, index: BacklogIndex) -> Vec<(Time, u64, Message)> {
        let rules = self.rules(index);
        match rules.retention {
            Retention::Limits => {}
            Retention::OnAcknowledgement | Retention::OnAllAcknowledged => return Vec::new(),
        }
        let history = &self.world.backlogs[index as usize].history;
        let since = match rules.retention_time {
            Span::ZERO => Time::ZERO,
            kept_for => self.before(kept_for),
        };
        let most = if rules.max_messages > 0 { rules.max_messages as usize } else { usize::MAX };
        let surplus = history.len().saturating_sub(most);
        let young =
            history.iter().skip(surplus).filter(|(at, ..)| *at > since || since == Time::ZERO);
        let mut kept: Vec<(Time, u64, Message)> = young.copied().collect();
        if rules.messages_per_key > 0 {
            let mut newer: BTreeMap<u64, u32> = BTreeMap::new();
            kept.reverse();
            kept.retain(|(_, _, message)| {
                let count = newer.entry(message.key).or_default();
                *count += 1;
                *count <= rules.messages_per_key
            });
            kept.reverse();
        }
        kept
    }

    fn happen_again(&mut self, index: u32, backlog: BacklogIndex, message: &Message) -> Handle {
        self.note_struck(index, message, 0);
        self.world.totals.copies += 1;
        self.enter_backlog(backlog, message, NONE, true)
    }

    /// O3: the history of a subscription, at once or at a rate.
    pub(super) fn begin_replay(&mut self, index: u32, from: Option<Span>) {
        let Effect::Replay { rate, .. } = self.fault(index).effect else { return };
        let edge = self.fault(index).edges[0];
        let backlog = self.plan.edges[edge as usize].backlog;
        let messages = self.past(backlog, from.unwrap_or(Span(u64::MAX)));
        let meant = messages.into_iter().map(|(_, message)| message);
        let meant: VecDeque<Message> = meant.filter(|it| self.is_meant(index, it)).collect();
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
