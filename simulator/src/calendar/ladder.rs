//! What is due later than what the calendar looks at now: unsorted, in buckets by time, and a
//! bucket that holds much is divided into finer ones when its turn comes (after W. T. Tang,
//! R. S. M. Goh and I. L. Thng, "Ladder Queue", 2005). An event is moved a few times, however many there are.

use super::Due;
use super::pool::{Bucket, Pool};

/// Events that are sorted together; a bucket that holds more is divided.
pub(super) const SORTED: usize = 32;
/// Events of a bucket, about, when a rung is laid.
const A_BUCKET: u64 = 8;

/// Events later than a limit.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    /// The last instant that is not the ladder's.
    limit: u64,
    /// The coarsest first; each divides a bucket of the one before it.
    rungs: Vec<Rung>,
    /// Later than all rungs.
    far: Bucket,
    len: usize,
    /// The events of all buckets.
    pool: Pool,
}

#[derive(Clone, Debug)]
struct Rung {
    start: u64,
    /// The last instant of the last bucket.
    last: u64,
    /// Nanoseconds of a bucket, as a power of two.
    shift: u32,
    /// The bucket whose turn is next.
    next: usize,
    buckets: Vec<Bucket>,
}

impl Default for Ladder {
    fn default() -> Ladder {
        let (rungs, far, pool) = (Vec::new(), Bucket::EMPTY, Pool::default());
        Ladder { limit: u64::MAX, rungs, far, len: 0, pool }
    }
}

impl Ladder {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Bytes that a clone takes, about.
    pub(super) fn bytes(&self) -> usize {
        let buckets: usize = self.rungs.iter().map(|rung| rung.buckets.len()).sum();
        self.pool.bytes() + buckets * size_of::<Bucket>()
    }

    /// The last instant that is not the ladder's.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether an event of this instant belongs here.
    #[inline]
    pub(super) fn takes(&self, time: u64) -> bool {
        time > self.limit
    }

    /// Adds an event that belongs here.
    pub(super) fn push(&mut self, due: Due) {
        self.len += 1;
        let bucket = match self.rungs.iter_mut().rfind(|rung| due.time <= rung.last) {
            Some(rung) => rung.bucket_at(due.time),
            None => &mut self.far,
        };
        self.pool.push(bucket, due);
    }

    /// Takes over, of these events, all that are later than an instant.
    pub(super) fn take_over(&mut self, events: &mut Vec<Due>, after: u64) {
        let mut taken = if self.rungs.is_empty() { self.far } else { Bucket::EMPTY };
        let before = taken.len();
        for due in events.extract_if(.., |due| due.time > after) {
            self.pool.push(&mut taken, due);
        }
        if taken.len() == before {
            return;
        }
        self.len += taken.len() - before;
        if self.rungs.is_empty() {
            self.far = taken;
        } else {
            self.lay(taken, after + 1, self.limit);
        }
        self.limit = after;
    }

    /// Adds to a list what is due next, all that is due until the new limit; not sorted.
    pub(super) fn give(&mut self, events: &mut Vec<Due>) {
        let before = events.len();
        while self.len > 0 && events.len() == before {
            match self.rungs.last_mut() {
                Some(rung) if rung.next == rung.buckets.len() => drop(self.rungs.pop()),
                Some(rung) => {
                    let end = rung.end_of(rung.next);
                    let (start, shift) = (rung.start_of(rung.next), rung.shift);
                    let bucket = std::mem::replace(&mut rung.buckets[rung.next], Bucket::EMPTY);
                    rung.next += 1;
                    self.limit = end;
                    if bucket.len() > SORTED && shift > 0 {
                        self.lay(bucket, start, end);
                    } else {
                        self.hand_over(bucket, events);
                    }
                }
                None => self.begin(events),
            }
        }
        if self.len == 0 {
            self.rest();
        }
    }

    fn hand_over(&mut self, bucket: Bucket, events: &mut Vec<Due>) {
        self.len -= bucket.len();
        self.pool.drain(bucket, events);
    }

    /// Without rungs: gives the far events if they are few, or lays the first rung.
    fn begin(&mut self, events: &mut Vec<Due>) {
        let far = std::mem::replace(&mut self.far, Bucket::EMPTY);
        let (start, last) = self.pool.span(far);
        if far.len() <= SORTED || start == last {
            self.limit = last;
            self.hand_over(far, events);
        } else {
            self.lay(far, start, last);
        }
    }

    /// Divides a bucket.
    fn lay(&mut self, bucket: Bucket, start: u64, last: u64) {
        let wanted = (bucket.len() as u64 / A_BUCKET).max(2);
        let width = ((last - start) / wanted).max(1);
        let shift = width.next_power_of_two().trailing_zeros();
        let place = |due: &Due| ((due.time - start) >> shift) as usize;
        let mut buckets = vec![Bucket::EMPTY; ((last - start) >> shift) as usize + 1];
        self.pool.deal(bucket, &mut buckets, place);
        self.rungs.push(Rung { start, last, shift, next: 0, buckets });
    }

    /// Nothing is later: everything that comes is near.
    fn rest(&mut self) {
        self.rungs.clear();
        self.pool.clear();
        self.limit = u64::MAX;
    }
}

impl Rung {
    #[inline]
    fn bucket_at(&mut self, time: u64) -> &mut Bucket {
        &mut self.buckets[((time - self.start) >> self.shift) as usize]
    }

    fn start_of(&self, bucket: usize) -> u64 {
        self.start + ((bucket as u64) << self.shift)
    }

    /// The last instant of a bucket.
    fn end_of(&self, bucket: usize) -> u64 {
        self.last.min(self.start_of(bucket).saturating_add((1 << self.shift) - 1))
    }
}
