//! Things that come and go, each at a slot of its own; a slot is used again.

use std::collections::VecDeque;

use crate::message::Handle;

/// A list of so many is not worth pruning.
const FEW: usize = 1024;

/// A store with stable slots. Plain data: a clone is a copy of the vectors.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize].value = Some(value);
            return slot;
        }
        let slot = u32::try_from(self.slots.len()).expect("invariant: fewer than 2^32 at a time");
        self.slots.push(Slot { generation: 0, value: Some(value) });
        slot
    }

    /// Takes the value; handles to it are stale from now on.
    #[inline]
    pub(crate) fn remove(&mut self, slot: u32) -> T {
        let entry = &mut self.slots[slot as usize];
        entry.generation = entry.generation.wrapping_add(1);
        self.free.push(slot);
        entry.value.take().expect("invariant: only what is there is removed")
    }

    #[inline]
    pub(crate) fn handle(&self, slot: u32) -> Handle {
        Handle { slot, generation: self.slots[slot as usize].generation }
    }

    /// Whether the use of the slot that was meant is still going on.
    #[inline]
    pub(crate) fn is_live(&self, handle: Handle) -> bool {
        self.slots
            .get(handle.slot as usize)
            .is_some_and(|slot| slot.generation == handle.generation && slot.value.is_some())
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
        self.slots.get_mut(slot as usize)?.value.as_mut()
    }

    /// All that is there, by slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.slots).filter_map(|(index, slot)| Some((index, slot.value.as_ref()?)))
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot<T>>() + self.free.len() * size_of::<u32>()
    }

    /// How many are there.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, slot: u32) -> &T {
        self.slots[slot as usize].value.as_ref().expect("invariant: only live slots are asked for")
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut T {
        self.slots[slot as usize].value.as_mut().expect("invariant: only live slots are asked for")
    }
}
