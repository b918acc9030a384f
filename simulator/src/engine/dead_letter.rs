//! Dead letters: given up, sent back, discarded.

use flowbench_model::scenario::ActionKind;

use super::Engine;
use crate::plan::{EdgeIndex, NONE, NodeIndex};
use crate::record::{DropReason, EntryKind, Failure};
use crate::world::{CopyState, Death, MessageCopy};

impl Engine<'_> {
    /// A copy gets no further attempt: it becomes a dead letter, or is dropped where no channel
    /// takes dead letters.
    pub(super) fn give_up(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        match self.plan.edges[edge as usize].dead_letter {
            Some(channel) if self.has_place(channel) => {
                self.dead_letter(slot, edge, channel, failure);
            }
            Some(_) | None => self.drop_copy(slot, edge, DropReason::GivenUp),
        }
    }

    /// Whether a dead-letter channel keeps what it gets: a topic without subscribers does not.
    fn has_place(&self, channel: NodeIndex) -> bool {
        let part = self.plan.nodes[channel as usize].part;
        !self.plan.channels[part as usize].backlogs.is_empty()
    }

    fn dead_letter(&mut self, slot: u32, edge: EdgeIndex, channel: NodeIndex, failure: Failure) {
        let copy = self.leave(slot);
        self.forget_death(copy.death);
        let counts = &mut self.world.edges[edge as usize].counts;
        counts.in_work -= 1;
        counts.dead_lettered += 1;
        self.world.totals.dead_lettered += 1;
        let now = self.world.now;
        let death = Death {
            edge,
            backlog: copy.backlog,
            attempts: copy.deliveries,
            at: now,
            first: copy.first_failure.unwrap_or((failure, now)),
            last: copy.last_failure.unwrap_or((failure, now)),
        };
        let attempts = copy.deliveries;
        self.note(EntryKind::DeadLettered, edge, attempts, failure.into(), &copy.message);
        self.bury(channel, &copy, &death);
    }

    /// Puts a dead letter into its channel: one for a queue, one for each subscriber of a topic.
    fn bury(&mut self, channel: NodeIndex, copy: &MessageCopy, death: &Death) {
        let part = self.plan.nodes[channel as usize].part;
        let plan = &self.plan.channels[part as usize];
        for backlog in &plan.backlogs {
            let has_readers = !self.plan.backlogs[*backlog as usize].members.is_empty();
            if has_readers {
                // From here on it is also a message of the consumer that reads dead letters.
                self.world.totals.copies += 1;
            }
            let death = self.world.deaths.insert(death.clone());
            self.enter_backlog(*backlog, &copy.message, death, false);
        }
    }

    /// Frees what is known of a dead letter that has left its channel.
    pub(super) fn forget_death(&mut self, death: u32) {
        if death != NONE {
            self.world.deaths.remove(death);
        }
    }

    /// An operator acts on the dead letters of a channel.
    pub(super) fn act(&mut self, index: u32) {
        let action = &self.plan.actions[index as usize];
        let chosen = self.chosen_dead_letters(index);
        self.note_event(EntryKind::Acted, index, chosen.len() as u64);
        for slot in chosen {
            let copy = self.take_out(slot);
            let has_readers = !self.plan.backlogs[copy.backlog as usize].members.is_empty();
            if has_readers {
                self.world.totals.copies -= 1;
            }
            let death = self.world.deaths.remove(copy.death);
            self.world.edges[death.edge as usize].counts.dead_lettered -= 1;
            self.world.totals.dead_lettered -= 1;
            match &action.what {
                ActionKind::Redrive { .. } => self.redrive(&copy, &death),
                ActionKind::Drop { .. } => self.discard(&copy, &death),
                ActionKind::Settle { .. }
                | ActionKind::Pause { .. }
                | ActionKind::Resume { .. } => {}
            }
        }
    }

    fn chosen_dead_letters(&self, index: u32) -> Vec<u32> {
        let action = &self.plan.actions[index as usize];
        let backlogs = &self.plan.channels[action.channel as usize].backlogs;
        let waiting =
            backlogs.iter().flat_map(|backlog| self.world.backlogs[*backlog as usize].waiting());
        waiting
            .filter(|slot| {
                let copy = &self.world.copies[*slot];
                let name = (copy.message.source, u64::from(copy.message.number));
                let is_chosen =
                    action.messages.as_ref().is_none_or(|it| it.binary_search(&name).is_ok());
                copy.death != NONE && copy.state == CopyState::Ready && is_chosen
            })
            .collect()
    }

    /// The same message, with fresh attempts, for the subscription that gave it up.
    fn redrive(&mut self, copy: &MessageCopy, death: &Death) {
        self.note(EntryKind::Redriven, death.edge, death.attempts, 0, &copy.message);
        self.enter_backlog(death.backlog, &copy.message, NONE, false);
    }

    fn discard(&mut self, copy: &MessageCopy, death: &Death) {
        self.world.edges[death.edge as usize].counts.dropped += 1;
        self.drop_message(death.edge, DropReason::Operator, &copy.message);
    }

    /// Puts copies back in the order in which they came, before all that waits.
    pub(super) fn take_back_all(&mut self, mut slots: Vec<u32>, failure: Failure) {
        slots.sort_unstable_by_key(|slot| {
            let copy = &self.world.copies[*slot];
            std::cmp::Reverse((copy.entered_at, copy.message.id))
        });
        for slot in slots {
            self.take_back(slot, failure);
        }
    }
}
