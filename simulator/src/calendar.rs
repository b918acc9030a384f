//! The event calendar: what is due, in an order that says why.
//!
//! Events are ordered by (time, phase, entity, the entity's own counter). Entities are ranked by
//! their stable keys, so an unrelated node, a new name or another order in the file changes the
//! order of no two old events (`OMNeT++` and most others use one global counter and cannot say so).

use flowbench_model::time::Time;

/// What comes first at one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Phase {
    /// Faults begin and end, operators act.
    Fault,
    /// Work ends: acknowledgements and failures.
    Settle,
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

const SEQUENCE_BITS: u32 = 40;
const ARITY: usize = 4;

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

/// The kinds of event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EventKind {
    FaultStart,
    FaultEnd,
    Action,
    WorkDone,
    ReceiptLost,
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
}

#[derive(Clone, Copy, Debug)]
struct Due {
    time: u64,
    order: u64,
    event: Event,
}

impl Due {
    fn key(&self) -> u128 {
        u128::from(self.time) << 64 | u128::from(self.order)
    }
}

/// The pending events: a 4-ary heap. Pending sets of real designs are small, so that a heap beats
/// the cleverer queues.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    heap: Vec<Due>,
    /// Events scheduled so far, by entity.
    sequences: Vec<u64>,
}

impl Calendar {
    pub(crate) fn new(entities: usize) -> Calendar {
        assert!(entities < MAX_ENTITIES as usize, "invariant: the plan bounds its entities");
        Calendar { heap: Vec::with_capacity(64), sequences: vec![0; entities] }
    }

    /// Number of pending events.
    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.heap.len() * size_of::<Due>() + self.sequences.len() * size_of::<u64>()
    }

    /// When the next event is due.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<Time> {
        self.heap.first().map(|due| Time(due.time))
    }

    /// Adds an event on behalf of an entity.
    #[inline]
    pub(crate) fn schedule(&mut self, at: Time, phase: Phase, by: Rank, event: Event) {
        let sequence = &mut self.sequences[by.0 as usize];
        let order = (phase as u64) << 60 | u64::from(by.0) << SEQUENCE_BITS | *sequence;
        *sequence += 1;
        self.heap.push(Due { time: at.0, order, event });
        self.sift_up(self.heap.len() - 1);
    }

    /// Takes the next event.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Time, Event)> {
        let last = self.heap.pop()?;
        let Some(first) = self.heap.first().copied() else {
            return Some((Time(last.time), last.event));
        };
        self.sift_down(last);
        Some((Time(first.time), first.event))
    }

    fn sift_up(&mut self, mut hole: usize) {
        let moving = self.heap[hole];
        while hole > 0 {
            let parent = (hole - 1) / ARITY;
            if self.heap[parent].key() <= moving.key() {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = moving;
    }

    fn sift_down(&mut self, moving: Due) {
        let mut hole = 0;
        loop {
            let first_child = hole * ARITY + 1;
            let end = (first_child + ARITY).min(self.heap.len());
            if first_child >= end {
                break;
            }
            let mut least = first_child;
            for child in first_child + 1..end {
                if self.heap[child].key() < self.heap[least].key() {
                    least = child;
                }
            }
            if moving.key() <= self.heap[least].key() {
                break;
            }
            self.heap[hole] = self.heap[least];
            hole = least;
        }
        self.heap[hole] = moving;
    }
}

#[cfg(test)]
mod tests {
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
        let order: Vec<u32> = std::iter::from_fn(|| calendar.pop().map(|(_, e)| e.index)).collect();
        assert_eq!(order, [0, 1, 2, 3, 4, 5]);
    }

    proptest::proptest! {
        #[test]
        fn the_heap_agrees_with_a_sorted_list(
            times in proptest::collection::vec(0u64..50, 0..300),
        ) {
            let mut calendar = Calendar::new(1);
            let mut sorted: Vec<(u64, u32)> = Vec::new();
            let mut popped = Vec::new();
            for (index, time) in (0u32..).zip(times) {
                calendar.schedule(Time(time), Phase::Settle, Rank(0), event(index));
                sorted.push((time, index));
                if index % 3 == 2 {
                    sorted.sort_unstable();
                    let ours = calendar.pop().map(|(t, e)| (t.0, e.index));
                    popped.push((ours, Some(sorted.remove(0))));
                }
            }
            for (ours, theirs) in popped {
                proptest::prop_assert_eq!(ours, theirs);
            }
            proptest::prop_assert_eq!(calendar.len(), sorted.len());
        }
    }
}
