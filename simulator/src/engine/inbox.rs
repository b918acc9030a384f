//! Inboxes: whether a delivery is a repetition, who waits for whom, and what fails before it
//! begins.

use flowbench_model::inbox::Concurrent;
use flowbench_model::time::Time;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::content::Circumstances;
use crate::plan::inbox::{PlanInbox, PlanRecognition};
use crate::record::{EntryKind, Failure};
use crate::world::inbox::Identity;
use crate::world::{Stage, Task};

/// What a work has locked.
pub(super) type Lock = Option<(Identity, u32)>;

impl Engine<'_> {
    /// Whether an idempotent consumer has nothing to do for a delivery now: it is a repetition, or
    /// waits, or fails.
    pub(super) fn is_dealt_with_by_memory(&mut self, slot: u32) -> bool {
        let plan = self.plan;
        let consumer = self.world.works[slot].consumer;
        match &plan.consumers[consumer as usize].inbox {
            None => self.is_simple_repetition(slot, consumer),
            Some(inbox) => self.is_dealt_with_by_inbox(slot, consumer, inbox),
        }
    }

    /// The same of one that knows every message for ever, and looks only now.
    fn is_simple_repetition(&mut self, slot: u32, consumer: u32) -> bool {
        let Task::Copy { copy, edge, is_late: false } = self.world.works[slot].task else {
            return false;
        };
        let message = self.world.message_in(&self.world.works[slot]).id.0;
        let is_repetition =
            self.world.consumers[consumer as usize].remembers(message) && self.has_memory(consumer);
        if is_repetition {
            self.suppress(slot, copy.slot, edge);
        }
        is_repetition
    }

    fn is_dealt_with_by_inbox(&mut self, slot: u32, consumer: u32, inbox: &PlanInbox) -> bool {
        if !self.has_memory(consumer) {
            return false;
        }
        let of = Circumstances { at: self.world.now, ..self.circumstances(slot) };
        let Some(identity) = self.identity(inbox, &of) else {
            self.fail_at_once(slot, Failure::Expression);
            return true;
        };
        if self.is_known(consumer, inbox, &identity) {
            self.recognize(slot, consumer);
            return true;
        }
        let work = self.world.works.handle(slot);
        let state = &mut self.world.inboxes[consumer as usize];
        match (inbox.concurrent, state.is_locked(&identity)) {
            (Concurrent::Race, _) => false,
            (Concurrent::Wait | Concurrent::Fail, false) => {
                state.lock(identity, work);
                false
            }
            (Concurrent::Wait, true) => {
                state.lock(identity, work);
                self.wait_for_other(slot, consumer);
                true
            }
            (Concurrent::Fail, true) => {
                state.counts.refused += 1;
                self.fail_at_once(slot, Failure::AlreadyInWork);
                true
            }
        }
    }

    /// What a consumer takes a message for; none if nobody can tell, which is noted.
    fn identity(&mut self, inbox: &PlanInbox, of: &Circumstances) -> Option<Identity> {
        let message = &of.message;
        Some(match inbox.by {
            PlanRecognition::Message => Identity::Message(message.id.0),
            PlanRecognition::Key => Identity::Key(message.message_type, message.key),
            PlanRecognition::Expression(expression) => {
                let said = self.value(expression, of, &[]).ok()?.to_string();
                Identity::Said(message.message_type, said.into())
            }
        })
    }

    fn is_known(&self, consumer: u32, inbox: &PlanInbox, identity: &Identity) -> bool {
        match identity {
            Identity::Message(id) if inbox.is_plain_memory() => {
                self.world.consumers[consumer as usize].remembers(*id)
            }
            Identity::Message(_) | Identity::Key(..) | Identity::Said(..) => self.world.inboxes
                [consumer as usize]
                .knows(identity, self.world.now, inbox.retention),
        }
    }

    /// A repetition is acknowledged without a second effect, as far as its channel still asks.
    fn recognize(&mut self, slot: u32, consumer: u32) {
        self.world.inboxes[consumer as usize].counts.recognized += 1;
        let Task::Copy { copy, edge, is_late } = self.world.works[slot].task else { return };
        if !is_late {
            return self.suppress(slot, copy.slot, edge);
        }
        let lock = self.take_lock(slot);
        let (_, attempt) = self.end_work(slot);
        self.unlock(consumer, lock);
        self.note(EntryKind::Suppressed, edge, attempt.number, 0, &attempt.message);
        self.settle_late(copy, edge, (attempt.number, &attempt.message), false);
    }

    /// Work waits until another on the same message is over.
    fn wait_for_other(&mut self, slot: u32, consumer: u32) {
        let work = &mut self.world.works[slot];
        (work.stage, work.began_at, work.ends_at) = (Stage::Locked, self.world.now, Time(u64::MAX));
        let attempt = self.world.attempt_in(&self.world.works[slot]);
        if let Task::Copy { edge, .. } = self.world.works[slot].task {
            self.note(EntryKind::Awaits, edge, attempt.number, 0, &attempt.message);
        }
        self.world.inboxes[consumer as usize].counts.waited += 1;
    }

    /// Takes out what a work has locked; it is locked until [`unlock`](Engine::unlock).
    #[inline]
    pub(super) fn take_lock(&mut self, slot: u32) -> Lock {
        let consumer = self.world.works[slot].consumer;
        self.plan.consumers[consumer as usize].inbox.as_ref()?;
        self.world.inboxes[consumer as usize].take_lock(slot)
    }

    /// The transaction of a work has ended: who waits longest goes on.
    #[inline]
    pub(super) fn unlock(&mut self, consumer: u32, lock: Lock) {
        let Some(lock) = lock else { return };
        if let Some(next) = self.world.inboxes[consumer as usize].unlock(lock) {
            self.world.works[next.slot].ends_at = self.world.now;
            self.end_work_now(next.slot, consumer);
        }
    }

    /// A work ends without an effect: nothing is locked by it any more.
    #[inline]
    pub(super) fn roll_back(&mut self, slot: u32) {
        let consumer = self.world.works[slot].consumer;
        let lock = self.take_lock(slot);
        self.unlock(consumer, lock);
    }

    fn end_work_now(&mut self, slot: u32, consumer: u32) {
        let rank = self.plan.node_rank(self.plan.consumers[consumer as usize].node);
        let event = Event::about(EventKind::WorkDone, slot);
        self.world.calendar.schedule(self.world.now, Phase::Settle, rank, event);
    }

    /// Work that had to wait has the lock now: the other has committed, or has not.
    pub(super) fn go_on_with_lock(&mut self, slot: u32) {
        let plan = self.plan;
        let consumer = self.world.works[slot].consumer;
        let work = &mut self.world.works[slot];
        (work.stage, work.began_at) = (Stage::Service, self.world.now);
        let Some(inbox) = &plan.consumers[consumer as usize].inbox else { return };
        let identity = self.world.inboxes[consumer as usize].lock_of(slot);
        let is_known = identity.is_some_and(|identity| {
            self.has_memory(consumer) && self.is_known(consumer, inbox, &identity)
        });
        if is_known {
            self.recognize(slot, consumer);
        } else {
            self.begin_service(slot);
        }
    }

    /// Work fails before it has begun. It ends with an event of its own: however much fails at one
    /// instant, nothing is done within something else.
    pub(super) fn fail_at_once(&mut self, slot: u32, failure: Failure) {
        let now = self.world.now;
        let work = &mut self.world.works[slot];
        (work.stage, work.began_at, work.ends_at) = (Stage::Service, now, now);
        let consumer = work.consumer;
        self.world.failing.insert(slot, failure);
        self.end_work_now(slot, consumer);
    }

    /// A message has its effect, and is entered in the same transaction; whether it had an effect
    /// before. A memory that is lost keeps nothing.
    pub(super) fn enter_in_inbox(
        &mut self,
        consumer: u32,
        inbox: &PlanInbox,
        of: &Circumstances,
        had_effect: bool,
    ) -> bool {
        if inbox.is_plain_memory() {
            return had_effect;
        }
        let known = self.identity(inbox, of);
        let identity = known.unwrap_or(Identity::Message(of.message.id.0));
        let (now, keeps) = (self.world.now, self.has_memory(consumer));
        let state = &mut self.world.inboxes[consumer as usize];
        if keeps {
            state.enter(identity.clone(), now, inbox.retention);
        }
        match inbox.is_by_business_key() {
            true => state.note_effect(identity),
            false => had_effect,
        }
    }

    /// Whether the effect of a message is expected already, because it is a repetition of another.
    pub(super) fn is_expected_by_inbox(&mut self, consumer: u32, of: &Circumstances) -> bool {
        let plan = self.plan;
        let inbox = plan.consumers[consumer as usize].inbox.as_ref();
        let Some(inbox) = inbox.filter(|it| it.is_by_business_key()) else { return false };
        let Some(identity) = self.identity(inbox, of) else { return false };
        self.world.inboxes[consumer as usize].note_expected(identity)
    }
}
