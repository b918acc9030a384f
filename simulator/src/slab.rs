//! Things that come and go, each at a slot of its own; a slot is used again.

use std::collections::VecDeque;

use prefetch_index::prefetch_index;

use crate::message::Handle;

/// A list of so many is not worth pruning.
const FEW: usize = 1024;
/// Bytes of a line of a cache.
const LINE: usize = 64;

/// A store with stable slots. Plain data: a clone is a copy of the vectors.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    /// Counts up when a value comes and when it goes: odd while there is one.
    generation: u32,
    /// The last value, when there is none.
    value: T,
}

impl<T> Slot<T> {
    #[inline]
    fn is_live(&self) -> bool {
        self.generation % 2 == 1
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.insert_with(|| value).slot
    }

    /// Inserts a value that is made where it stays.
    #[inline(always)]
    pub(crate) fn insert_with(&mut self, make: impl FnOnce() -> T) -> Handle {
        let Some(slot) = self.free.pop() else { return self.insert_more(make()) };
        let it = &mut self.slots[slot as usize];
        it.generation = it.generation.wrapping_add(1);
        it.value = make();
        Handle { slot, generation: it.generation }
    }

    /// Makes another value of one that is gone now; handles to that one are stale.
    #[inline(always)]
    pub(crate) fn renew(&mut self, slot: u32, change: impl FnOnce(&mut T)) {
        let it = &mut self.slots[slot as usize];
        debug_assert!(it.is_live(), "invariant: only what is there is renewed");
        it.generation = it.generation.wrapping_add(2);
        change(&mut it.value);
    }

    #[inline(never)]
    fn insert_more(&mut self, value: T) -> Handle {
        let slot = u32::try_from(self.slots.len()).expect("invariant: fewer than 2^32 at a time");
        self.slots.push(Slot { generation: 1, value });
        Handle { slot, generation: 1 }
    }

    /// Lets go of the value; handles to it are stale from now on. It stays in its slot
    /// until another takes its place: nearly all values are plain data and hold nothing.
    #[inline(always)]
    pub(crate) fn free(&mut self, slot: u32) {
        self.free_after(slot, |_| ());
    }

    /// Lets go of the value after a last look at it.
    #[inline(always)]
    pub(crate) fn free_after<R>(&mut self, slot: u32, look: impl FnOnce(&T) -> R) -> R {
        let it = &mut self.slots[slot as usize];
        debug_assert!(it.is_live(), "invariant: only what is there is removed");
        it.generation = it.generation.wrapping_add(1);
        self.free.push(slot);
        look(&it.value)
    }

    #[inline]
    pub(crate) fn handle(&self, slot: u32) -> Handle {
        Handle { slot, generation: self.slots[slot as usize].generation }
    }

    /// What is at a slot, with its handle.
    #[inline(always)]
    pub(crate) fn with_handle(&mut self, slot: u32) -> (&mut T, Handle) {
        let it = &mut self.slots[slot as usize];
        debug_assert!(it.is_live(), "invariant: only live slots are asked for");
        (&mut it.value, Handle { slot, generation: it.generation })
    }

    /// Whether the use of the slot that was meant is still going on.
    #[inline]
    pub(crate) fn is_live(&self, handle: Handle) -> bool {
        self.slots
            .get(handle.slot as usize)
            .is_some_and(|slot| slot.generation == handle.generation && slot.is_live())
    }

    /// Lets go of what a list says of things that are gone, once that is most of it: a list of
    /// deadlines is then about as long as what has one, however long the deadlines are. Cost: one
    /// pass over the list, after it has grown by as much.
    #[inline]
    pub(crate) fn prune<K>(&self, list: &mut VecDeque<(K, Handle)>) {
        if list.len() > 2 * self.len() + FEW {
            list.retain(|(_, handle)| self.is_live(*handle));
        }
    }

    /// What is at a slot, if anything is.
    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut T> {
        let it = self.slots.get_mut(slot as usize)?;
        it.is_live().then_some(&mut it.value)
    }

    /// All that is there, by slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..)
            .zip(&self.slots)
            .filter(|(_, slot)| slot.is_live())
            .map(|(index, slot)| (index, &slot.value))
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot<T>>() + self.free.len() * size_of::<u32>()
    }

    /// Expects somebody to look at a slot.
    #[inline(always)]
    pub(crate) fn expect(&self, slot: u32) {
        let slot = slot as usize;
        prefetch_index(&self.slots, slot);
        prefetch_index(&self.slots, slot + 1);
        if size_of::<Slot<T>>() > 2 * LINE
            && let Some(slot) = self.slots.get(slot)
        {
            prefetch_index(std::slice::from_ref(&slot.value), 0);
        }
    }

    /// What is at a slot, or was there last.
    #[inline(always)]
    pub(crate) fn peek(&self, slot: u32) -> Option<&T> {
        self.slots.get(slot as usize).map(|slot| &slot.value)
    }

    /// How many are there.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

impl<T: Clone> Slab<T> {
    /// Takes the value; handles to it are stale from now on.
    #[inline]
    pub(crate) fn remove(&mut self, slot: u32) -> T {
        self.free(slot);
        self.slots[slot as usize].value.clone()
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, slot: u32) -> &T {
        let it = &self.slots[slot as usize];
        debug_assert!(it.is_live(), "invariant: only live slots are asked for");
        &it.value
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut T {
        let it = &mut self.slots[slot as usize];
        debug_assert!(it.is_live(), "invariant: only live slots are asked for");
        &mut it.value
    }
}
