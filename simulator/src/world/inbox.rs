//! What is in the inboxes of consumers at an instant, and which messages are locked.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use flowbench_model::time::{Span, Time};

use crate::message::Handle;
use crate::plan::TypeIndex;

/// What a consumer takes for one and the same message.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Identity {
    Message(u32),
    Key(TypeIndex, u64),
    Said(TypeIndex, Arc<str>),
}

/// The inbox of a consumer.
#[derive(Clone, Debug, Default)]
pub(crate) struct InboxState {
    /// When each entry was committed. An inbox that only knows each message for ever has none.
    entries: BTreeMap<Identity, Time>,
    /// The same in the order of time, where entries are forgotten.
    order: VecDeque<(Time, Identity)>,
    /// Entries that were forgotten and taken out.
    forgotten: u64,
    /// What had its effect, ever, where messages are recognized by a business key.
    effects: BTreeSet<Identity>,
    /// What a ledger expects, where messages are recognized by a business key.
    expected: BTreeSet<Identity>,
    /// The works on what is locked: the first has the lock, the others wait for it.
    locks: BTreeMap<Identity, VecDeque<Handle>>,
    /// What each work, by its slot, has locked or waits for.
    of_work: BTreeMap<u32, Identity>,
    pub(crate) counts: InboxCounts,
}

/// What an inbox counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InboxCounts {
    /// Repetitions that were recognized.
    pub recognized: u64,
    /// Deliveries that waited for another of the same message.
    pub waited: u64,
    /// Attempts that failed because another delivery of the message was in work.
    pub refused: u64,
}

impl InboxState {
    /// Whether there is an entry, given how long entries are kept.
    pub(crate) fn knows(&self, identity: &Identity, now: Time, retention: Option<Span>) -> bool {
        self.entries.get(identity).is_some_and(|at| is_kept(*at, now, retention))
    }

    /// An entry is committed.
    pub(crate) fn enter(&mut self, identity: Identity, now: Time, retention: Option<Span>) {
        while let Some((at, _)) = self.order.front()
            && !is_kept(*at, now, retention)
        {
            if let Some((_, old)) = self.order.pop_front() {
                self.entries.remove(&old);
                self.forgotten += 1;
            }
        }
        if self.entries.contains_key(&identity) {
            return;
        }
        if retention.is_some() {
            self.order.push_back((now, identity.clone()));
        }
        self.entries.insert(identity, now);
    }

    /// Entries that are kept, and those that were forgotten.
    pub(crate) fn entries(&self, now: Time, retention: Option<Span>) -> (u64, u64) {
        let over = self.order.partition_point(|(at, _)| !is_kept(*at, now, retention)) as u64;
        (self.entries.len() as u64 - over, self.forgotten + over)
    }

    /// All entries are lost.
    pub(crate) fn lose_entries(&mut self) {
        self.entries.clear();
        self.order.clear();
    }

    /// Notes an effect; whether there was one before.
    pub(crate) fn note_effect(&mut self, identity: Identity) -> bool {
        !self.effects.insert(identity)
    }

    /// Notes that an effect is expected; whether it was before.
    pub(crate) fn note_expected(&mut self, identity: Identity) -> bool {
        !self.expected.insert(identity)
    }

    /// Whether a work on the same is there before this one.
    pub(crate) fn is_locked(&self, identity: &Identity) -> bool {
        self.locks.contains_key(identity)
    }

    /// A work takes the lock, or waits for it.
    pub(crate) fn lock(&mut self, identity: Identity, work: Handle) {
        self.of_work.insert(work.slot, identity.clone());
        self.locks.entry(identity).or_default().push_back(work);
    }

    /// What a work has locked or waits for.
    pub(crate) fn lock_of(&self, slot: u32) -> Option<Identity> {
        self.of_work.get(&slot).cloned()
    }

    /// Takes out what a work has locked or waits for.
    pub(crate) fn take_lock(&mut self, slot: u32) -> Option<(Identity, u32)> {
        self.of_work.remove(&slot).map(|identity| (identity, slot))
    }

    /// A work that had taken out its lock is done; who gets the lock now, if somebody waits.
    pub(crate) fn unlock(&mut self, (identity, slot): (Identity, u32)) -> Option<Handle> {
        let works = self.locks.get_mut(&identity)?;
        let had_it = works.front().is_some_and(|first| first.slot == slot);
        works.retain(|work| work.slot != slot);
        let next = works.front().copied();
        if next.is_none() {
            self.locks.remove(&identity);
        }
        next.filter(|_| had_it)
    }

    /// Bytes in use, about.
    pub(crate) fn bytes(&self) -> usize {
        let identities = self.entries.len() + self.order.len() + self.effects.len();
        (identities + self.expected.len() + self.locks.len()) * size_of::<(Identity, Time)>()
    }
}

fn is_kept(at: Time, now: Time, retention: Option<Span>) -> bool {
    retention.is_none_or(|retention| now < at.after(retention))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Option<Span> = Some(Span(10));

    #[test]
    fn an_entry_is_kept_as_long_as_said() {
        let mut inbox = InboxState::default();
        let one = Identity::Message(1);
        inbox.enter(one.clone(), Time(5), HOUR);
        assert!(inbox.knows(&one, Time(14), HOUR) && !inbox.knows(&one, Time(15), HOUR));
        assert_eq!(
            (inbox.entries(Time(14), HOUR), inbox.entries(Time(15), HOUR)),
            ((1, 0), (0, 1))
        );
        inbox.enter(one.clone(), Time(20), HOUR);
        assert!(inbox.knows(&one, Time(29), HOUR));
        assert_eq!(inbox.entries(Time(20), HOUR), (1, 1));
        inbox.lose_entries();
        assert!(!inbox.knows(&one, Time(20), HOUR));
    }

    #[test]
    fn a_lock_goes_to_who_waits_longest() {
        let mut inbox = InboxState::default();
        let one = Identity::Key(0, 7);
        let works: Vec<Handle> = (1..4).map(|slot| Handle { slot, generation: 0 }).collect();
        for work in &works {
            inbox.lock(one.clone(), *work);
        }
        let second = inbox.take_lock(2).expect("it waits");
        assert_eq!(inbox.unlock(second), None, "who only waits has nothing to pass on");
        let first = inbox.take_lock(1).expect("it has the lock");
        assert_eq!(inbox.unlock(first), Some(works[2]));
        let last = inbox.take_lock(3).expect("it has it now");
        assert_eq!(inbox.unlock(last), None);
        assert!(!inbox.is_locked(&one) && inbox.take_lock(3).is_none());
    }
}
