//! Replays: an operator lets what a log or an archive has kept be delivered again.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::scenario::{ActionKind, Section};
use flowbench_model::time::{Rate, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::marks::REPLAYED;
use crate::message::{Message, MessageId};
use crate::plan::{NONE, PlanAction, ReplayWay};
use crate::record::EntryKind;
use crate::world::archive::Playback;

/// The generation of the events of an action that go on with it.
pub(super) const GOES_ON: u32 = 1;

impl Engine<'_> {
    /// A replay begins: what it brings is settled now, whatever happens meanwhile.
    pub(super) fn begin_playback(&mut self, index: u32) {
        let action = &self.plan.actions[index as usize];
        let ActionKind::Replay { messages, rate, .. } = &action.what else { return };
        let chosen = self.chosen_of_kept(action, messages);
        self.note_event(EntryKind::Acted, index, chosen.len() as u64);
        let playback = Playback { began: self.world.now, done: 0, messages: Arc::new(chosen) };
        self.world.playbacks.insert(index, playback);
        match rate {
            Some(_) => self.play_on(index),
            None => while self.play_next(index) {},
        }
    }

    /// The next message of a replay, and when the one after it is due.
    pub(super) fn play_on(&mut self, index: u32) {
        let rate = match &self.plan.actions[index as usize].what {
            ActionKind::Replay { rate: Some(rate), .. } => *rate,
            ActionKind::Replay { rate: None, .. }
            | ActionKind::Redrive { .. }
            | ActionKind::Settle { .. }
            | ActionKind::Pause { .. }
            | ActionKind::Resume { .. }
            | ActionKind::Rebuild { .. }
            | ActionKind::Drop { .. } => return,
        };
        if self.play_next(index) {
            self.play_later(index, rate);
        }
    }

    fn play_later(&mut self, index: u32, rate: Rate) {
        let playback = &self.world.playbacks[&index];
        let at = playback.began.after(rate.occurrence(playback.done as u64)).max(self.world.now);
        let event = Event { kind: EventKind::Action, index, generation: GOES_ON };
        let rank = self.plan.actions[index as usize].rank;
        self.world.calendar.schedule(at, Phase::Fault, rank, event);
    }

    /// Delivers the next message of a replay to all who get it; whether there are more.
    fn play_next(&mut self, index: u32) -> bool {
        let Some(playback) = self.world.playbacks.get_mut(&index) else { return false };
        let messages = Arc::clone(&playback.messages);
        let Some((message, ways)) = messages.get(playback.done) else { return false };
        playback.done += 1;
        let has_more = playback.done < messages.len();
        if !has_more {
            self.world.playbacks.remove(&index);
        }
        for way in ways {
            self.deliver_again(&self.plan.actions[index as usize].ways[*way as usize], message);
        }
        has_more
    }

    fn deliver_again(&mut self, way: &ReplayWay, message: &Message) {
        let again = Message { marks: message.marks | REPLAYED, ..*message };
        if self.is_wanted(way.to, &again) && self.meets_conditions(way.to, &again) {
            self.note(EntryKind::Replayed, way.edge, 0, 0, &again);
            self.world.totals.copies += 1;
            self.enter_backlog(way.to, &again, NONE, true);
        }
    }

    /// The messages of a section with the ways by which each goes, in the order in which they
    /// came. What still waits at the end of a way does not go by it.
    fn chosen_of_kept(&self, action: &PlanAction, section: &Section) -> Vec<(Message, Vec<u32>)> {
        let mut chosen: BTreeMap<(Time, MessageId), (Message, Vec<u32>)> = BTreeMap::new();
        for (at, way) in (0..).zip(&action.ways) {
            let waiting = self.present_in(way.to);
            for (came, sequence, message) in self.kept(way.from) {
                let is_here = waiting.binary_search(&message.id).is_ok();
                if !is_here && is_in(section, (came, sequence, &message)) {
                    let entry = chosen.entry((came, message.id));
                    entry.or_insert_with(|| (message, Vec::new())).1.push(at);
                }
            }
        }
        chosen.into_values().collect()
    }
}

/// Whether a message that came in so belongs to a section.
fn is_in(section: &Section, (came, sequence, message): (Time, u64, &Message)) -> bool {
    match section {
        Section::All => true,
        Section::Numbers(from, to) => (*from..=*to).contains(&u64::from(message.number)),
        Section::Positions(from, to) => (*from..=*to).contains(&sequence),
        Section::Between(from, to) => (from.0..=to.0).contains(&came.0),
    }
}
