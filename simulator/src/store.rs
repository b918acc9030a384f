//! The store of a subscription: what waits to be handed out, and in which order. A store has one
//! or several lanes; a lane is an order of its own: a partition, a priority, an ordering key.

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::channel::ReturnsTo;

use prefetch_index::prefetch_index;

use crate::rng::mix;

/// The lanes of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// One.
    Single,
    /// One for each priority; the highest goes first.
    Levels { count: u32 },
    /// A fixed number, served in turn. `one_at_a_time`: nothing more of a lane while something of
    /// it is in flight.
    Partitions { count: u32, one_at_a_time: bool },
    /// One for each ordering key, served in turn; nothing more of a key while something of it is
    /// in flight.
    Keys,
}

/// What waits to be handed out.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Store {
    layout: Layout,
    lanes: Vec<Lane>,
    /// Lanes with something to hand out: shared ones first, then those of each member.
    open: Vec<VecDeque<u32>>,
    /// The lane of each ordering key that has something here.
    keys: BTreeMap<u64, u32>,
    free: Vec<u32>,
    /// The ordering key of which more is taken by whoever fetches now.
    batch: Batch,
}

/// What somebody fetches together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Batch {
    /// Nobody fetches.
    None,
    /// Nothing yet.
    Begun,
    /// Messages of this lane.
    Lane(u32),
}

/// An order of its own.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(crate) struct Lane {
    queue: VecDeque<u32>,
    /// Handed out and not settled.
    pub(crate) in_flight: u32,
    /// 0 if any member may have it, else the member's position and 1.
    pub(crate) owner: u32,
    /// Whether it is among the open ones.
    is_open: bool,
    /// Whether it changes hands and rests meanwhile.
    pub(crate) is_paused: bool,
    /// Messages that ever came in.
    pub(crate) entered: u64,
    /// What came back, before all that was never delivered.
    returned: VecDeque<u32>,
    /// Handled, in order; the position is not committed yet.
    pub(crate) handled: VecDeque<u32>,
    /// The ordering key, where lanes are keys.
    pub(crate) key: u64,
}

impl Layout {
    /// Whether nothing more of a lane is handed out while something of it is in flight.
    pub(crate) fn blocks(self) -> bool {
        match self {
            Layout::Single | Layout::Levels { .. } => false,
            Layout::Partitions { one_at_a_time, .. } => one_at_a_time,
            Layout::Keys => true,
        }
    }
}

impl Lane {
    pub(crate) fn len(&self) -> usize {
        self.returned.len() + self.queue.len()
    }

    fn front(&self) -> Option<u32> {
        self.returned.front().or(self.queue.front()).copied()
    }

    #[inline]
    fn pop(&mut self) -> Option<u32> {
        if self.returned.is_empty() { self.queue.pop_front() } else { self.returned.pop_front() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.returned.iter().chain(&self.queue).copied()
    }
}

impl Store {
    pub(crate) fn new(layout: Layout, members: usize) -> Store {
        let lanes = match layout {
            Layout::Single => 1,
            Layout::Levels { count } | Layout::Partitions { count, .. } => count as usize,
            Layout::Keys => 0,
        };
        Store {
            layout,
            lanes: vec![Lane::default(); lanes],
            open: vec![VecDeque::new(); members + 1],
            keys: BTreeMap::new(),
            free: Vec::new(),
            batch: Batch::None,
        }
    }

    /// Expects somebody to look at a lane.
    #[inline(always)]
    pub(crate) fn expect(&self, lane: u32) {
        prefetch_index(&self.lanes, lane as usize);
    }

    /// Expects somebody to take the next copy of a lane.
    #[inline(always)]
    pub(crate) fn expect_front(&self, lane: u32) {
        if let Some(front) = self.lanes.get(lane as usize).and_then(|lane| lane.queue.front()) {
            prefetch_index(std::slice::from_ref(front), 0);
        }
    }

    /// The next copy of a lane.
    #[inline(always)]
    pub(crate) fn front(&self, lane: u32) -> Option<u32> {
        self.lanes.get(lane as usize)?.queue.front().copied()
    }

    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    pub(crate) fn lane(&self, lane: u32) -> &Lane {
        &self.lanes[lane as usize]
    }

    pub(crate) fn lane_mut(&mut self, lane: u32) -> &mut Lane {
        &mut self.lanes[lane as usize]
    }

    /// The lane of an ordering key that something of is here. A new one belongs to its owner.
    pub(crate) fn lane_of_key(&mut self, key: u64, owner: u32) -> u32 {
        if let Some(lane) = self.keys.get(&key) {
            return *lane;
        }
        let lane = Lane { key, owner, ..Lane::default() };
        let index = match self.free.pop() {
            Some(index) => {
                self.lanes[index as usize] = lane;
                index
            }
            None => {
                self.lanes.push(lane);
                self.lanes.len() as u32 - 1
            }
        };
        self.keys.insert(key, index);
        index
    }

    /// Puts a copy behind all others of its lane.
    #[inline(always)]
    pub(crate) fn push(&mut self, slot: u32, lane: u32) {
        let it = &mut self.lanes[lane as usize];
        it.queue.push_back(slot);
        match self.layout {
            Layout::Single | Layout::Levels { .. } => {}
            // What is open stays so.
            Layout::Partitions { .. } | Layout::Keys if it.is_open => {}
            Layout::Partitions { .. } | Layout::Keys => self.refresh_open(lane),
        }
    }

    /// Puts a copy back. `sequence` says when a copy came in.
    pub(crate) fn put_back(
        &mut self,
        slot: u32,
        lane: u32,
        place: ReturnsTo,
        sequence: impl Fn(u32) -> u64,
    ) {
        let it = &mut self.lanes[lane as usize];
        match place {
            ReturnsTo::Back => it.queue.push_back(slot),
            ReturnsTo::FrontInOrderOfReturn => it.returned.push_back(slot),
            ReturnsTo::OriginalPlace => {
                let own = sequence(slot);
                let at = it.queue.iter().position(|other| sequence(*other) > own);
                it.queue.insert(at.unwrap_or(it.queue.len()), slot);
            }
        }
        self.refresh(lane);
    }

    /// Takes the next copy that a member may have.
    #[inline(always)]
    pub(crate) fn take(&mut self, member: u32) -> Option<(u32, u32)> {
        if self.layout != Layout::Single {
            return self.take_of_many(member);
        }
        let lane = self.lanes.first_mut()?;
        let slot = lane.pop()?;
        lane.in_flight += 1;
        Some((slot, 0))
    }

    /// Something of a lane was settled by a member, who takes the next that it may have.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, lane: u32, member: u32) -> Option<u32> {
        if self.layout != Layout::Single {
            self.release(lane);
            return match self.layout {
                Layout::Single | Layout::Levels { .. } => self.take_of_many(member),
                Layout::Partitions { .. } | Layout::Keys => self.take_open(member),
            }
            .map(|(slot, _)| slot);
        }
        let lane = self.lanes.first_mut()?;
        let next = lane.pop();
        if next.is_none() {
            lane.in_flight -= 1;
        }
        next
    }

    #[inline(never)]
    fn take_of_many(&mut self, member: u32) -> Option<(u32, u32)> {
        match self.layout {
            Layout::Single => None,
            Layout::Levels { .. } => {
                let level = self.lanes.iter().rposition(|lane| lane.len() > 0)?;
                let lane = &mut self.lanes[level];
                lane.in_flight += 1;
                Some((lane.pop()?, level as u32))
            }
            Layout::Partitions { .. } | Layout::Keys => self.take_open(member),
        }
    }

    /// What is taken from now on is taken together by one member, so that one message of an
    /// ordering key does not block those behind it.
    pub(crate) fn begin_batch(&mut self) {
        if self.layout == Layout::Keys {
            self.batch = Batch::Begun;
        }
    }

    pub(crate) fn end_batch(&mut self) {
        self.batch = Batch::None;
    }

    #[inline]
    fn take_open(&mut self, member: u32) -> Option<(u32, u32)> {
        if let Batch::Lane(lane) = self.batch
            && let Some(slot) = self.lanes[lane as usize].pop()
        {
            self.lanes[lane as usize].in_flight += 1;
            self.refresh(lane);
            return Some((slot, lane));
        }
        let own = member as usize + 1;
        let queue = if self.open[own].is_empty() { 0 } else { own };
        let index = self.open[queue].pop_front()?;
        let lane = &mut self.lanes[index as usize];
        lane.is_open = false;
        let slot = lane.pop()?;
        lane.in_flight += 1;
        if lane.len() > 0 {
            self.refresh_open(index);
        }
        if self.batch != Batch::None {
            self.batch = Batch::Lane(index);
        }
        Some((slot, index))
    }

    /// Whether a member could take something.
    #[inline]
    pub(crate) fn has_for(&self, member: u32) -> bool {
        self.has_shared() || self.has_own(member)
    }

    /// Whether any member could take something.
    #[inline]
    pub(crate) fn has_shared(&self) -> bool {
        match self.layout {
            Layout::Single => self.lanes[0].len() > 0,
            Layout::Levels { .. } => self.lanes.iter().any(|lane| lane.len() > 0),
            Layout::Partitions { .. } | Layout::Keys => !self.open[0].is_empty(),
        }
    }

    /// Whether a member could take something that belongs to it.
    #[inline]
    pub(crate) fn has_own(&self, member: u32) -> bool {
        !self.open[member as usize + 1].is_empty()
    }

    /// The lanes of each member with something to hand out.
    #[inline]
    pub(crate) fn owned(&self) -> &[VecDeque<u32>] {
        &self.open[1..]
    }

    /// A copy that was handed out is settled, or has been put back.
    #[inline(always)]
    pub(crate) fn release(&mut self, lane: u32) {
        self.lanes[lane as usize].in_flight -= 1;
        if self.layout.blocks() {
            self.refresh_open(lane);
        }
    }

    /// Takes one particular copy as if it were its turn.
    pub(crate) fn take_this(&mut self, slot: u32, lane: u32) {
        self.lanes[lane as usize].in_flight += 1;
        self.remove(slot, lane);
    }

    /// Takes a waiting copy out, wherever it stands; nearly always that is the front.
    pub(crate) fn remove(&mut self, slot: u32, lane: u32) {
        let it = &mut self.lanes[lane as usize];
        for queue in [&mut it.returned, &mut it.queue] {
            if let Some(at) = queue.iter().position(|other| *other == slot) {
                queue.remove(at);
                break;
            }
        }
        self.refresh(lane);
    }

    /// Gives a lane to a member, or to all with 0.
    pub(crate) fn give(&mut self, lane: u32, owner: u32) {
        self.close(lane);
        self.lanes[lane as usize].owner = owner;
        self.refresh(lane);
    }

    /// Lets a lane rest, or go on.
    pub(crate) fn pause(&mut self, lane: u32, is_paused: bool) {
        self.lanes[lane as usize].is_paused = is_paused;
        if is_paused {
            self.close(lane);
        }
        self.refresh(lane);
    }

    fn close(&mut self, lane: u32) {
        let it = &mut self.lanes[lane as usize];
        if it.is_open {
            it.is_open = false;
            self.open[it.owner as usize].retain(|other| *other != lane);
        }
    }

    /// Opens or closes a lane after something about it has changed.
    #[inline(always)]
    fn refresh(&mut self, lane: u32) {
        if !matches!(self.layout, Layout::Single | Layout::Levels { .. }) {
            self.refresh_open(lane);
        }
    }

    #[inline(never)]
    fn refresh_open(&mut self, lane: u32) {
        let blocks = self.layout.blocks();
        let it = &mut self.lanes[lane as usize];
        let may_go = it.len() > 0 && !it.is_paused && !(blocks && it.in_flight > 0);
        if may_go && !it.is_open {
            it.is_open = true;
            self.open[it.owner as usize].push_back(lane);
        } else if !may_go && it.is_open {
            self.close(lane);
        }
        self.forget_empty_key(lane);
    }

    fn forget_empty_key(&mut self, lane: u32) {
        let it = &self.lanes[lane as usize];
        let is_empty = self.layout == Layout::Keys && it.len() == 0 && it.in_flight == 0;
        // A lane that is free already may have left its key to another.
        if is_empty && self.keys.get(&it.key) == Some(&lane) {
            self.keys.remove(&it.key);
            self.free.push(lane);
        }
    }

    /// The copies whose turn it is: of a lane that blocks its head, of others all.
    pub(crate) fn candidates(&self) -> Vec<u32> {
        match self.layout {
            Layout::Single | Layout::Levels { .. } => self.waiting().collect(),
            Layout::Partitions { .. } | Layout::Keys => {
                let open = self.open.iter().flatten();
                open.filter_map(|lane| self.lanes[*lane as usize].front()).collect()
            }
        }
    }

    /// All copies that wait, the highest priority first, else lane by lane.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = u32> {
        let is_reversed = matches!(self.layout, Layout::Levels { .. });
        let count = self.lanes.len();
        (0..count)
            .flat_map(move |at| self.lanes[if is_reversed { count - 1 - at } else { at }].iter())
    }

    /// Bytes that a clone takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let copies: usize = self.lanes.iter().map(|lane| lane.len() + lane.handled.len()).sum();
        let open: usize = self.open.iter().map(VecDeque::len).sum();
        size_of_val(&*self.lanes)
            + (copies + open + self.free.len()) * size_of::<u32>()
            + self.keys.len() * 2 * size_of::<(u64, u32)>()
    }

    /// The copy that would be handed out first of all.
    pub(crate) fn head(&self) -> Option<u32> {
        self.waiting().next()
    }
}

/// Parts into which ordering keys are dealt among consumers, where there are no partitions.
pub(crate) const KEY_SLOTS: u32 = 64;

/// The partition of a key: the remainder of its mixed bits.
pub(crate) fn partition(key: u64, partitions: u32) -> u32 {
    (mix(key) % u64::from(partitions)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(store: &mut Store) -> Vec<u32> {
        std::iter::from_fn(|| store.take(0).map(|(slot, _)| slot)).collect()
    }

    #[test]
    fn what_comes_back_goes_to_its_place_to_the_front_or_to_the_back() {
        let after = |place| {
            let mut store = Store::new(Layout::Single, 1);
            (1..=5).for_each(|slot| store.push(slot, 0));
            (0..3).for_each(|_| assert!(store.take(0).is_some()));
            for slot in [3, 1, 2] {
                store.put_back(slot, 0, place, u64::from);
                store.release(0);
            }
            drained(&mut store)
        };
        assert_eq!(after(ReturnsTo::OriginalPlace), [1, 2, 3, 4, 5]);
        assert_eq!(after(ReturnsTo::FrontInOrderOfReturn), [3, 1, 2, 4, 5]);
        assert_eq!(after(ReturnsTo::Back), [4, 5, 3, 1, 2]);
    }

    #[test]
    fn the_highest_level_goes_first() {
        let mut store = Store::new(Layout::Levels { count: 3 }, 1);
        for (slot, level) in [(1, 0), (2, 2), (3, 1), (4, 2)] {
            store.push(slot, level);
        }
        assert_eq!(drained(&mut store), [2, 4, 3, 1]);
    }

    #[test]
    fn a_lane_that_blocks_gives_its_next_when_the_one_before_is_released() {
        let mut store = Store::new(Layout::Partitions { count: 2, one_at_a_time: true }, 1);
        for (slot, lane) in [(1, 0), (2, 0), (3, 1)] {
            store.push(slot, lane);
        }
        assert_eq!(drained(&mut store), [1, 3]);
        store.release(0);
        assert_eq!(drained(&mut store), [2]);
    }

    #[test]
    fn a_lane_belongs_to_its_owner_and_rests_while_it_changes_hands() {
        let mut store = Store::new(Layout::Partitions { count: 1, one_at_a_time: false }, 2);
        store.push(1, 0);
        store.give(0, 2);
        assert_eq!((store.take(0), store.has_for(1)), (None, true));
        store.pause(0, true);
        assert_eq!(store.take(1), None);
        store.pause(0, false);
        assert_eq!(store.take(1), Some((1, 0)));
    }

    #[test]
    fn a_key_that_is_empty_is_forgotten() {
        let mut store = Store::new(Layout::Keys, 1);
        for (slot, key) in [(1, 70), (2, 70), (3, 80)] {
            let lane = store.lane_of_key(key, 0);
            store.push(slot, lane);
        }
        assert_eq!(drained(&mut store), [1, 3]);
        let lane = store.lane_of_key(70, 0);
        store.release(lane);
        assert_eq!(drained(&mut store), [2]);
        store.release(lane);
        let other = store.lane_of_key(80, 0);
        store.release(other);
        assert!(store.keys.is_empty());
        assert_eq!(store.free.len(), 2);
    }
}
