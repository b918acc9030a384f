//! A 4-ary heap of events.

use super::Due;

const ARITY: usize = 4;

#[derive(Clone, Debug, Default)]
pub(super) struct Heap {
    events: Vec<Due>,
}

impl Heap {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Takes all events, in any order.
    pub(super) fn take(&mut self) -> Vec<Due> {
        std::mem::take(&mut self.events)
    }

    pub(super) fn push(&mut self, due: Due) {
        self.events.push(due);
        self.sift_up(self.events.len() - 1, due);
    }

    /// Takes the first event. The hole sinks to a leaf before it is filled, since what fills it
    /// comes from a leaf and belongs there, nearly always.
    pub(super) fn pop(&mut self) -> Option<Due> {
        let moving = self.events.pop()?;
        let Some(root) = self.events.first().copied() else { return Some(moving) };
        let mut hole = 0;
        while let Some(children) = self.children(hole) {
            let least = least_of_four(children);
            let due = children[least];
            self.events[hole] = due;
            hole = hole * ARITY + 1 + least;
        }
        let rest = (hole * ARITY + 1).min(self.events.len());
        let least = (rest..self.events.len()).min_by_key(|child| self.events[*child].key());
        if let Some(child) = least {
            self.events[hole] = self.events[child];
            hole = child;
        }
        self.sift_up(hole, moving);
        Some(root)
    }

    /// The four children of a place, if there are as many.
    #[inline]
    fn children(&self, parent: usize) -> Option<&[Due; ARITY]> {
        self.events.get(parent * ARITY + 1..)?.first_chunk()
    }

    #[inline]
    fn sift_up(&mut self, mut hole: usize, moving: Due) {
        while hole > 0 {
            let parent = (hole - 1) / ARITY;
            if self.events[parent].key() <= moving.key() {
                break;
            }
            self.events[hole] = self.events[parent];
            hole = parent;
        }
        self.events[hole] = moving;
    }
}

/// Where the least of four is: a tournament, so that no comparison waits for another's outcome.
#[inline]
fn least_of_four(four: &[Due; ARITY]) -> usize {
    let left = usize::from(four[1].key() < four[0].key());
    let right = 2 + usize::from(four[3].key() < four[2].key());
    if four[right].key() < four[left].key() { right } else { left }
}
