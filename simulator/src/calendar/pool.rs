//! Events in many lists that share their memory: what one lets go of, another uses again.

use super::Due;

/// Events that stand together: a list of few takes little more than it needs, and one of many is
/// read fast.
const BLOCK: usize = 4;
const NONE: u32 = u32::MAX;

/// The memory of lists of events.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    blocks: Vec<[Due; BLOCK]>,
    /// The block of the same list that was filled before; of a free one, another free one.
    before: Vec<u32>,
    free: u32,
}

/// A list of events in a pool, in no order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// The only block that may not be full.
    last: u32,
    len: u32,
}

impl Bucket {
    pub(super) const EMPTY: Bucket = Bucket { last: NONE, len: 0 };

    pub(super) fn len(self) -> usize {
        self.len as usize
    }

    /// Events in the last block.
    fn in_last(self) -> usize {
        (self.len() + BLOCK - 1) % BLOCK + 1
    }
}

impl Default for Pool {
    fn default() -> Pool {
        Pool { blocks: Vec::new(), before: Vec::new(), free: NONE }
    }
}

impl Pool {
    /// Bytes that a clone takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.len() * (size_of::<[Due; BLOCK]>() + size_of::<u32>())
    }

    /// Lets go of everything: all lists are gone.
    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        self.before.clear();
        self.free = NONE;
    }

    #[inline]
    pub(super) fn push(&mut self, bucket: &mut Bucket, due: Due) {
        let at = bucket.len() % BLOCK;
        if at == 0 {
            bucket.last = self.block_after(bucket.last, due);
        } else {
            self.blocks[bucket.last as usize][at] = due;
        }
        bucket.len += 1;
    }

    /// A block that begins with an event.
    fn block_after(&mut self, before: u32, first: Due) -> u32 {
        let block = self.free;
        match self.blocks.get_mut(block as usize) {
            Some(events) => {
                events[0] = first;
                self.free = std::mem::replace(&mut self.before[block as usize], before);
                block
            }
            None => {
                self.blocks.push([first; BLOCK]);
                self.before.push(before);
                self.blocks.len() as u32 - 1
            }
        }
    }

    /// Moves all events of a list.
    pub(super) fn drain(&mut self, bucket: Bucket, events: &mut Vec<Due>) {
        let mut rest = bucket;
        while rest.len > 0 {
            let (block, count) = self.take_block(&mut rest);
            events.extend_from_slice(&block[..count]);
        }
    }

    /// Deals all events of a list among others.
    pub(super) fn deal(
        &mut self,
        bucket: Bucket,
        into: &mut [Bucket],
        which: impl Fn(&Due) -> usize,
    ) {
        let mut rest = bucket;
        while rest.len > 0 {
            let (block, count) = self.take_block(&mut rest);
            for due in &block[..count] {
                self.push(&mut into[which(due)], *due);
            }
        }
    }

    /// The last events of a list that is not empty, which loses them.
    fn take_block(&mut self, bucket: &mut Bucket) -> ([Due; BLOCK], usize) {
        let (block, count) = (bucket.last, bucket.in_last());
        bucket.last = std::mem::replace(&mut self.before[block as usize], self.free);
        bucket.len -= count as u32;
        self.free = block;
        (self.blocks[block as usize], count)
    }

    /// The first and the last instant of a list that is not empty.
    pub(super) fn span(&self, bucket: Bucket) -> (u64, u64) {
        let (mut start, mut last) = (u64::MAX, 0);
        let (mut block, mut count) = (bucket.last, bucket.in_last());
        while let Some(events) = self.blocks.get(block as usize) {
            for due in &events[..count] {
                (start, last) = (start.min(due.time), last.max(due.time));
            }
            (block, count) = (self.before[block as usize], BLOCK);
        }
        (start, last)
    }
}
