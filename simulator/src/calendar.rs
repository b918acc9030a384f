//! The event calendar: what is due, in an order that says why.
//!
//! Events are ordered by (time, phase, entity, the entity's own counter). Entities are ranked by
//! their stable keys, so an unrelated node, a new name or another order in the file changes the
//! order of no two old events (`OMNeT++` and most others use one global counter and cannot say so).

use flowbench_model::time::Time;

use heap::Heap;
use ladder::Ladder;
use prefetch_index::prefetch_index;

mod heap;
mod ladder;
mod pool;

/// What comes first at one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Phase {
    /// Faults begin and end, operators act.
    Fault,
    /// Work ends: acknowledgements and failures.
    Settle,
    /// Leases and sessions end, positions are committed.
    Lease,
    /// Messages expire.
    Expire,
    /// Delayed messages are released.
    Release,
    /// Messages enter channels and calls arrive.
    Arrive,
    /// Timeouts of calls and replies.
    Deadline,
}

/// An entity's place in the order of stable keys; nodes before edges.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rank(pub u32);

/// Entities that a calendar can tell apart.
pub const MAX_ENTITIES: u32 = 1 << 20;

/// Where in the order of an event each part begins: the kind, which comes last since no two events
/// have all the rest in common; the entity's own counter, which never gets as far as that of the
/// run's events; the entity; the phase.
const SEQUENCE_AT: u32 = 5;
const ENTITY_AT: u32 = 41;
const PHASE_AT: u32 = 61;

/// What happens when an entry of the calendar is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Event {
    /// What it is.
    pub(crate) kind: EventKind,
    /// The dense index it is about.
    pub(crate) index: u32,
    /// Which use of a slot it was made for; an event for an earlier use is stale.
    pub(crate) generation: u32,
}

/// The kinds of event, and the table of them by number, so that an order can hold one.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident,)+) => {
        /// The kinds of event.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum EventKind {
            $($(#[$about])* $kind,)+
        }

        /// All kinds by number; what fills up the numbers that an order has room for is not used.
        const KINDS: [EventKind; 1 << SEQUENCE_AT] = {
            let mut kinds = [EventKind::FaultStart; 1 << SEQUENCE_AT];
            $(kinds[EventKind::$kind as usize] = EventKind::$kind;)+
            kinds
        };
    };
}

kinds! {
    FaultStart,
    FaultEnd,
    Action,
    WorkDone,
    Expire,
    Retry,
    Workload,
    TransitArrives,
    DeliveryArrives,
    CallArrives,
    CallReturns,
    CallRetry,
    CallTimeout,
    ReplyTimeout,
    /// What a fault has planned.
    FaultTick,
    /// A publication that was put off.
    Publish,
    LeaseEnds,
    Commit,
    SessionEnds,
    PollOverdue,
    Rebalanced,
    Retention,
    Compaction,
    Replicated,
    /// A channel may have been unused for too long.
    Unused,
    /// A circuit breaker has been open for its time; the generation is that of its state.
    Breaker,
    /// A call has waited for room in a bulkhead as long as it may.
    BulkheadTimeout,
    /// An autoscaler looks, or an instance works; the generation says which.
    Scaler,
    /// A recorded event is published.
    Replay,
    /// Time is up for an instance of a pattern.
    Pattern,
    /// A relay has something to do.
    Relay,
}

/// An event that is pending; 24 bytes, since there may be millions.
#[derive(Clone, Copy, Debug)]
struct Due {
    time: u64,
    /// What comes first at one instant, and the kind of event.
    order: u64,
    index: u32,
    generation: u32,
}

/// What is next where nothing is: after every event, since none has the last order.
const NOTHING: Due = Due { time: u64::MAX, order: u64::MAX, index: 0, generation: 0 };

impl Due {
    fn key(&self) -> u128 {
        u128::from(self.time) << 64 | u128::from(self.order)
    }

    #[inline(always)]
    fn event(&self) -> Event {
        let kind = KINDS[self.order as usize % KINDS.len()];
        Event { kind, index: self.index, generation: self.generation }
    }
}

/// Events in the sorted list at most, and how many move from it at a time.
const SOON: usize = 64;
const MOVED: usize = SOON / 2;
/// Events in the heap that are no crowd yet.
const NEAR: usize = 16;
/// So many events in the ladder are much: what they are about is in no cache any more.
const MUCH: usize = 2_048;
/// Events that are known beforehand then.
pub(crate) const AHEAD: usize = 12;

/// The pending events: the next by itself, the soonest after it in a short sorted list, what comes
/// after them in a heap, and what is due later than all of these in a ladder. Few events never
/// leave the list, which is the fastest queue there is for them; the heap takes what the ladder
/// cannot divide, such as many events of one instant.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    /// The next event; nothing only if there are no events at all.
    next: Due,
    /// The one after it is the last.
    soon: Vec<Due>,
    /// Not before anything in the list.
    near: Heap,
    /// Later than everything in list and heap.
    later: Ladder,
    /// Events in the heap from which the ladder takes over what it can.
    crowd: usize,
    /// The list is filled when no more than so many are left in it: none, or while much waits, as
    /// many as are to be known beforehand.
    low: usize,
    /// What comes before this instant goes straight into the list, if that has room.
    straight: u64,
    /// The order of the next event of each entity, but for its phase and its kind.
    orders: Vec<u64>,
}

impl Calendar {
    pub(crate) fn new(entities: usize) -> Calendar {
        assert!(entities < MAX_ENTITIES as usize, "invariant: the plan bounds its entities");
        Calendar {
            next: NOTHING,
            soon: Vec::with_capacity(SOON),
            near: Heap::default(),
            later: Ladder::default(),
            crowd: NEAR,
            low: 0,
            straight: u64::MAX,
            orders: (0..entities as u64).map(|rank| rank << ENTITY_AT).collect(),
        }
    }

    /// Number of pending events.
    pub(crate) fn len(&self) -> usize {
        usize::from(!self.is_empty()) + self.soon.len() + self.near.len() + self.later.len()
    }

    fn is_empty(&self) -> bool {
        self.next.order == NOTHING.order
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let near = (self.soon.len() + self.near.len()) * size_of::<Due>();
        near + self.later.bytes() + self.orders.len() * size_of::<u64>()
    }

    /// When the next event is due.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<Time> {
        (!self.is_empty()).then_some(Time(self.next.time))
    }

    /// Whether nothing more is due until this instant, which is before the end of time.
    #[inline(always)]
    pub(crate) fn is_past(&self, now: Time) -> bool {
        self.next.time > now.0
    }

    /// Whether much waits, and what is due next is known beforehand.
    #[inline(always)]
    pub(crate) fn has_much(&self) -> bool {
        self.low > 0
    }

    /// The event that is due after so many others, if it is known.
    #[inline(always)]
    pub(crate) fn upcoming(&self, others: usize) -> Option<Event> {
        match others.checked_sub(1) {
            None => (!self.is_empty()).then(|| self.next.event()),
            Some(between) => {
                let place = self.soon.len().checked_sub(between + 1)?;
                self.soon.get(place).map(Due::event)
            }
        }
    }

    /// Expects an entity to schedule something.
    #[inline(always)]
    pub(crate) fn expect(&self, by: Rank) {
        prefetch_index(&self.orders, by.0 as usize);
    }

    /// Adds an event on behalf of an entity.
    #[inline(always)]
    pub(crate) fn schedule(&mut self, at: Time, phase: Phase, by: Rank, event: Event) {
        let next = &mut self.orders[by.0 as usize];
        let order = *next | ((phase as u64) << PHASE_AT | event.kind as u64);
        *next += 1 << SEQUENCE_AT;
        let due = Due { time: at.0, order, index: event.index, generation: event.generation };
        if due.time < self.straight && self.soon.len() < SOON {
            self.insert(due);
        } else {
            self.place(due.time, due.order, (due.index, due.generation));
        }
    }

    /// Takes the next event, if it is due until `until`, this instant included. What is due at the
    /// end of time never comes.
    #[inline(always)]
    pub(crate) fn pop_until(&mut self, until: Time) -> Option<(Time, Event)> {
        let (next, until) = (self.next, until.0.min(NOTHING.time - 1));
        if next.time > until {
            return None;
        }
        match self.soon.pop() {
            Some(after) if self.soon.len() >= self.low => self.next = after,
            after => self.refill(after),
        }
        Some((Time(next.time), next.event()))
    }

    #[inline(always)]
    fn insert(&mut self, due: Due) {
        if due.key() > self.next.key() {
            return self.insert_soon(due);
        }
        if !self.is_empty() {
            self.soon.push(self.next);
        }
        self.next = due;
    }

    #[inline(always)]
    fn insert_soon(&mut self, due: Due) {
        let key = due.key();
        let Some(next) = self.soon.last().copied().filter(|next| next.key() < key) else {
            return self.soon.push(due);
        };
        self.soon.push(next);
        let list = &mut self.soon[..];
        let mut hole = list.len() - 2;
        while hole > 0 && list[hole - 1].key() < key {
            list[hole] = list[hole - 1];
            hole -= 1;
        }
        list[hole] = due;
    }

    /// Adds an event where more than the list is in use. It comes in parts: whoever adds one need
    /// not put it together in memory first.
    #[inline(never)]
    fn place(&mut self, time: u64, order: u64, (index, generation): (u32, u32)) {
        let due = Due { time, order, index, generation };
        if self.later.takes(due.time) {
            return self.later.push(due);
        }
        if !self.is_empty() {
            self.soon.push(self.next);
        }
        self.place_near(due);
        self.next = self.soon.pop().unwrap_or(NOTHING);
        self.look();
    }

    fn place_near(&mut self, due: Due) {
        if self.soon.len() >= SOON {
            self.spill();
        }
        let is_later = self.soon.first().is_some_and(|latest| due.key() > latest.key());
        if is_later && !self.near.is_empty() {
            self.near.push(due);
            if self.near.len() > self.crowd {
                self.relieve();
            }
        } else {
            self.insert_soon(due);
        }
    }

    /// Moves the later half of the list into the heap.
    fn spill(&mut self) {
        for due in self.soon.drain(..MOVED) {
            self.near.push(due);
        }
    }

    /// Leaves of the heap only what may be due with the list.
    fn relieve(&mut self) {
        let last = self.soon.first().map_or(0, |latest| latest.time);
        let mut events = self.near.take();
        self.later.take_over(&mut events, last);
        for due in events {
            self.near.push(due);
        }
        // What the ladder cannot divide is not tried again with every event.
        self.crowd = NEAR.max(2 * self.near.len());
    }

    /// Notes what goes straight into the list from now on: nothing that may be later than what is
    /// in the heap, nor what belongs into the ladder.
    fn look(&mut self) {
        self.straight = if self.near.is_empty() { self.later.limit() } else { 0 };
    }

    /// Fills the list, in which little or nothing is left beside what was its last.
    #[inline(never)]
    fn refill(&mut self, last: Option<Due>) {
        self.soon.extend(last);
        self.fill();
        self.next = self.soon.pop().unwrap_or(NOTHING);
        self.look();
    }

    fn fill(&mut self) {
        self.low = if self.later.len() < MUCH { 0 } else { AHEAD };
        if self.near.is_empty() && self.later.len() > 0 {
            self.crowd = NEAR;
            let left = self.soon.len();
            self.later.give(&mut self.soon);
            if self.soon.len() <= SOON + left {
                self.soon.rotate_left(left);
                let given = self.soon.len() - left;
                self.soon[..given].sort_unstable_by_key(|due| std::cmp::Reverse(due.key()));
                return;
            }
            for due in self.soon.drain(left..) {
                self.near.push(due);
            }
        }
        self.soon.reverse();
        for _ in 0..MOVED.min(self.near.len()) {
            self.soon.extend(self.near.pop());
        }
        self.soon.reverse();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn event(index: u32) -> Event {
        Event { kind: EventKind::Workload, index, generation: 0 }
    }

    #[test]
    fn events_come_by_time_then_phase_then_entity_then_their_own_order() {
        let mut calendar = Calendar::new(3);
        calendar.schedule(Time(5), Phase::Arrive, Rank(0), event(5));
        calendar.schedule(Time(5), Phase::Settle, Rank(2), event(3));
        calendar.schedule(Time(5), Phase::Settle, Rank(1), event(1));
        calendar.schedule(Time(5), Phase::Settle, Rank(1), event(2));
        calendar.schedule(Time(4), Phase::Deadline, Rank(2), event(0));
        calendar.schedule(Time(5), Phase::Settle, Rank(2), event(4));
        let order: Vec<u32> =
            std::iter::from_fn(|| calendar.pop_until(Time(u64::MAX)).map(|(_, e)| e.index))
                .collect();
        assert_eq!(order, [0, 1, 2, 3, 4, 5]);
    }

    /// Few instants, so that many events share one; near ones with some far away; all of time.
    fn time() -> impl Strategy<Value = u64> {
        prop_oneof![4 => 0u64..50, 8 => 0u64..1_000_000, 1 => 0..u64::MAX]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn the_calendar_agrees_with_a_sorted_set(
            times in proptest::collection::vec(time(), 0..6_000),
            every in 2usize..9,
        ) {
            let mut calendar = Calendar::new(1);
            let mut sorted: BTreeSet<(u64, u32)> = BTreeSet::new();
            let check = |calendar: &mut Calendar, sorted: &mut BTreeSet<(u64, u32)>| {
                let next = calendar.pop_until(Time(u64::MAX));
                let ours = next.map(|(time, event)| (time.0, event.index));
                assert_eq!(ours, sorted.pop_first());
                assert_eq!(calendar.len(), sorted.len());
                assert_eq!(calendar.next_time().map(|it| it.0), sorted.first().map(|it| it.0));
                let first = sorted.first().map_or(u64::MAX, |it| it.0);
                assert!(calendar.is_past(Time(first.saturating_sub(1))) || first == 0);
                assert!(!calendar.is_past(Time(first)));
            };
            for (index, time) in times.into_iter().enumerate() {
                calendar.schedule(Time(time), Phase::Settle, Rank(0), event(index as u32));
                sorted.insert((time, index as u32));
                if index % every == 0 {
                    check(&mut calendar, &mut sorted);
                }
            }
            while !calendar.is_empty() {
                check(&mut calendar, &mut sorted);
            }
        }
    }
}
