//! What a person does in the middle of a run: settle by hand, pause and resume, act on dead
//! letters.

use flowbench_model::edge::EdgeKind;
use flowbench_model::scenario::{ActionKind, Settling};

use super::Engine;
use super::archive::GOES_ON;
use crate::plan::EdgeIndex;
use crate::record::{EntryKind, Failure};
use crate::world::{Stage, Task};

impl Engine<'_> {
    /// An action of the scenario.
    pub(super) fn act(&mut self, index: u32, generation: u32) {
        if generation == GOES_ON {
            return self.play_on(index);
        }
        let plan = self.plan;
        let action = &plan.actions[index as usize];
        match &action.what {
            ActionKind::Redrive { .. } => self.act_on_dead_letters(index, true),
            ActionKind::Drop { .. } => self.act_on_dead_letters(index, false),
            ActionKind::Replay { .. } => self.begin_playback(index),
            ActionKind::Rebuild { .. } => {
                let events = self.rebuild(action.target);
                self.note_event(EntryKind::Acted, index, events);
            }
            ActionKind::Settle { how, .. } => self.settle_by_hand(index, *how),
            ActionKind::Pause { .. } => {
                self.note_event(EntryKind::Acted, index, 0);
                self.set_paused(action.target, true);
            }
            ActionKind::Resume { .. } => {
                self.note_event(EntryKind::Acted, index, 0);
                self.set_paused(action.target, false);
            }
        }
    }

    /// A subscriber is handed nothing more, or is handed messages again; what it has stays. A
    /// binding is cut, or tied again.
    pub(super) fn set_paused(&mut self, edge: EdgeIndex, is_paused: bool) {
        let state = &mut self.world.edges[edge as usize].is_paused;
        if std::mem::replace(state, is_paused) == is_paused {
            return;
        }
        let plan = &self.plan.edges[edge as usize];
        match plan.kind {
            EdgeKind::Subscribe => {}
            // Dead letters may have waited for this way.
            EdgeKind::Bind => return self.let_in_held(self.plan.nodes[plan.from as usize].part),
            EdgeKind::Publish | EdgeKind::Call => return,
        }
        let index = plan.backlog;
        self.update_active(index);
        let disturbances = &mut self.world.disturbances;
        *disturbances = if is_paused { *disturbances + 1 } else { *disturbances - 1 };
        if is_paused {
            self.leave_group(edge);
        } else {
            self.member_back(edge);
            self.consumer_changed(self.plan.consumer_at(edge) as u32);
        }
    }

    /// Settles a message that a consumer has in its hands. Nothing happens if it has it not.
    fn settle_by_hand(&mut self, index: u32, how: Settling) {
        let action = &self.plan.actions[index as usize];
        let chosen = action.messages.as_ref().and_then(|messages| messages.first().copied());
        let is_by_hand = self.plan.consumers[action.target as usize].is_settled_by_hand;
        let found = self.world.works.iter().find(|(_, work)| {
            let is_held = matches!(work.task, Task::Copy { .. })
                && work.stage != Stage::Delivering
                && work.stage != Stage::Locked
                && !work.is_cancelled;
            work.consumer == action.target && is_held && {
                let message = self.world.message_in(work);
                Some((message.source, u64::from(message.number))) == chosen
            }
        });
        let is_failing = |slot: &u32| self.world.failing.contains_key(slot);
        let found = found.map(|(slot, _)| slot).filter(|slot| is_by_hand && !is_failing(slot));
        let Some(slot) = found else {
            return self.note_event(EntryKind::Acted, index, 0);
        };
        self.note_event(EntryKind::Acted, index, 1);
        if how != Settling::Extend {
            self.world.consumers[action.target as usize].fetched.retain(|other| *other != slot);
        }
        match how {
            Settling::Acknowledge => self.succeed(slot),
            Settling::Requeue => self.give_back_by_hand(slot, false),
            Settling::Reject => self.give_back_by_hand(slot, true),
            Settling::Extend => {
                if let Task::Copy { copy, is_late: false, .. } = self.world.works[slot].task {
                    self.begin_lease(copy);
                }
            }
        }
    }

    fn give_back_by_hand(&mut self, slot: u32, is_final: bool) {
        self.roll_back(slot);
        let (work, _) = self.end_work(slot);
        let Task::Copy { copy, edge, is_late: false } = work.task else { return };
        let failure = if is_final { Failure::Rejected } else { Failure::Requeued };
        let (message, attempt) = self.failed_copy(copy.slot, failure);
        self.world.edges[edge as usize].counts.failed += 1;
        self.note(EntryKind::Failed, edge, attempt, failure.into(), &message);
        if is_final {
            self.reject(copy.slot, edge, failure);
        } else {
            self.requeue(copy.slot, edge, failure);
        }
    }
}
