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

/// Events in the sorted list at most, and how many move between it and the heap at a time.
const SOON: usize = 16;
const MOVED: usize = SOON / 2;

/// The pending events: the soonest in a short sorted list, the others in a 4-ary heap. Few events
/// never leave the list, which is the fastest queue there is for them; many cost it little.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    /// Not after anything in the heap; the next event is the last.
    soon: Vec<Due>,
    heap: Vec<Due>,
    /// Events scheduled so far, by entity.
    sequences: Vec<u64>,
}

impl Calendar {
    pub(crate) fn new(entities: usize) -> Calendar {
        assert!(entities < MAX_ENTITIES as usize, "invariant: the plan bounds its entities");
        Calendar { soon: Vec::with_capacity(SOON), heap: Vec::new(), sequences: vec![0; entities] }
    }

    /// Number of pending events.
    pub(crate) fn len(&self) -> usize {
        self.soon.len() + self.heap.len()
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.len() * size_of::<Due>() + self.sequences.len() * size_of::<u64>()
    }

    /// When the next event is due.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<Time> {
        // The heap is empty when the list is.
        self.soon.last().map(|due| Time(due.time))
    }

    /// Adds an event on behalf of an entity.
    #[inline]
    pub(crate) fn schedule(&mut self, at: Time, phase: Phase, by: Rank, event: Event) {
        let sequence = &mut self.sequences[by.0 as usize];
        let order = (phase as u64) << 60 | u64::from(by.0) << SEQUENCE_BITS | *sequence;
        *sequence += 1;
        let due = Due { time: at.0, order, event };
        if self.soon.len() == SOON {
            self.spill();
        }
        // What is due after the list belongs into the heap, unless that is empty.
        let is_later = self.soon.first().is_some_and(|latest| due.key() > latest.key());
        if is_later && !self.heap.is_empty() {
            self.push_heap(due);
        } else {
            self.insert_soon(due);
        }
    }

    /// Takes the next event.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Time, Event)> {
        let next = self.soon.pop()?;
        if self.soon.is_empty() && !self.heap.is_empty() {
            self.refill();
        }
        Some((Time(next.time), next.event))
    }

    #[inline]
    fn insert_soon(&mut self, due: Due) {
        self.soon.push(due);
        let mut hole = self.soon.len() - 1;
        while hole > 0 && self.soon[hole - 1].key() < due.key() {
            self.soon[hole] = self.soon[hole - 1];
            hole -= 1;
        }
        self.soon[hole] = due;
    }

    /// Moves the later half of the list into the heap.
    #[inline(never)]
    fn spill(&mut self) {
        for at in 0..MOVED {
            self.push_heap(self.soon[at]);
        }
        self.soon.drain(..MOVED);
    }

    /// Takes the soonest events of the heap into the empty list.
    #[inline(never)]
    fn refill(&mut self) {
        for _ in 0..MOVED.min(self.heap.len()) {
            let due = self.pop_heap();
            self.soon.push(due);
        }
        self.soon.reverse();
    }

    fn push_heap(&mut self, due: Due) {
        self.heap.push(due);
        self.sift_up(self.heap.len() - 1, due);
    }

    /// Takes the root of a heap that is not empty. The hole sinks to a leaf first, since what
    /// fills it comes from a leaf and belongs there, nearly always.
    fn pop_heap(&mut self) -> Due {
        let root = self.heap[0];
        let moving = self.heap.pop().expect("invariant: the caller looked");
        if self.heap.is_empty() {
            return root;
        }
        let mut hole = 0;
        while let Some(children) = self.children(hole) {
            let least = least_of_four(children);
            let due = children[least];
            self.heap[hole] = due;
            hole = hole * ARITY + 1 + least;
        }
        let rest = (hole * ARITY + 1).min(self.heap.len());
        let least = (rest..self.heap.len()).min_by_key(|child| self.heap[*child].key());
        if let Some(child) = least {
            self.heap[hole] = self.heap[child];
            hole = child;
        }
        self.sift_up(hole, moving);
        root
    }

    /// The four children of a place in the heap, if there are as many.
    #[inline]
    fn children(&self, parent: usize) -> Option<&[Due; ARITY]> {
        self.heap.get(parent * ARITY + 1..)?.first_chunk()
    }

    #[inline]
    fn sift_up(&mut self, mut hole: usize, moving: Due) {
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
}

/// Where the least of four is: a tournament, so that no comparison waits for another's outcome.
#[inline]
fn least_of_four(four: &[Due; ARITY]) -> usize {
    let left = usize::from(four[1].key() < four[0].key());
    let right = 2 + usize::from(four[3].key() < four[2].key());
    if four[right].key() < four[left].key() { right } else { left }
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
        fn the_calendar_agrees_with_a_sorted_list(
            times in proptest::collection::vec(0u64..50, 0..300),
            every in 2u32..9,
        ) {
            let mut calendar = Calendar::new(1);
            let mut sorted: Vec<(u64, u32)> = Vec::new();
            let check = |calendar: &mut Calendar, sorted: &mut Vec<(u64, u32)>| {
                sorted.sort_unstable();
                let theirs = (!sorted.is_empty()).then(|| sorted.remove(0));
                let ours = calendar.pop().map(|(time, event)| (time.0, event.index));
                assert_eq!(ours, theirs);
                assert_eq!(calendar.len(), sorted.len());
                assert_eq!(calendar.next_time().map(|time| time.0), sorted.iter().map(|it| it.0).min());
            };
            for (index, time) in (0u32..).zip(times) {
                calendar.schedule(Time(time), Phase::Settle, Rank(0), event(index));
                sorted.push((time, index));
                if index % every == 0 {
                    check(&mut calendar, &mut sorted);
                }
            }
            while calendar.len() > 0 {
                check(&mut calendar, &mut sorted);
            }
        }
    }
}
