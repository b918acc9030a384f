//! What is due later than what the calendar looks at now: unsorted, in buckets by time, and a
//! bucket that holds much is divided into finer ones when its turn comes (after W. T. Tang,
//! R. S. M. Goh and I. L. Thng, "Ladder Queue", 2005). An event is moved a few times, however many there are.

use super::Due;

/// Events that are sorted together; a bucket that holds more is divided.
pub(super) const SORTED: usize = 32;
/// Events of a bucket, about, when a rung is laid.
const A_BUCKET: u64 = 8;
/// Empty buckets that are kept for use.
const SPARE: usize = 4096;

/// Events later than a limit.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    /// The last instant that is not the ladder's.
    limit: u64,
    /// The coarsest first; each divides a bucket of the one before it.
    rungs: Vec<Rung>,
    /// Later than all rungs.
    far: Vec<Due>,
    len: usize,
    spare: Vec<Vec<Due>>,
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
    buckets: Vec<Vec<Due>>,
}

impl Default for Ladder {
    fn default() -> Ladder {
        let (rungs, far, spare) = (Vec::new(), Vec::new(), Vec::new());
        Ladder { limit: u64::MAX, rungs, far, len: 0, spare }
    }
}

impl Ladder {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether an event of this instant belongs here.
    #[inline]
    pub(super) fn takes(&self, time: u64) -> bool {
        time > self.limit
    }

    /// Adds an event that belongs here.
    pub(super) fn push(&mut self, due: Due) {
        self.len += 1;
        match self.rungs.iter_mut().rfind(|rung| due.time <= rung.last) {
            Some(rung) => rung.push(due),
            None => self.far.push(due),
        }
    }

    /// Takes over, of these events, all that are later than an instant.
    pub(super) fn take_over(&mut self, events: &mut Vec<Due>, after: u64) {
        let later = |due: &mut Due| due.time > after;
        let taken: Vec<Due> = events.extract_if(.., later).collect();
        if taken.is_empty() {
            return;
        }
        self.len += taken.len();
        if self.rungs.is_empty() {
            self.far.extend(taken);
        } else {
            self.lay(&taken, after + 1, self.limit);
        }
        self.limit = after;
    }

    /// Gives what is due next, all that is due until the new limit; not sorted.
    pub(super) fn give(&mut self, events: &mut Vec<Due>) {
        while self.len > 0 && events.is_empty() {
            match self.rungs.last_mut() {
                Some(rung) if rung.next == rung.buckets.len() => self.drop_rung(),
                Some(rung) => {
                    let end = rung.end_of(rung.next);
                    let (start, shift) = (rung.start_of(rung.next), rung.shift);
                    let bucket = &mut rung.buckets[rung.next];
                    rung.next += 1;
                    self.limit = end;
                    if bucket.len() > SORTED && shift > 0 {
                        let divided = std::mem::take(bucket);
                        self.lay(&divided, start, end);
                        self.keep_spare(divided);
                    } else {
                        self.len -= bucket.len();
                        events.append(bucket);
                    }
                }
                None => self.begin(events),
            }
        }
        if self.len == 0 {
            self.rest();
        }
    }

    /// Without rungs: gives the far events if they are few, or lays the first rung.
    fn begin(&mut self, events: &mut Vec<Due>) {
        let far = std::mem::take(&mut self.far);
        let start = far.iter().map(|due| due.time).min().unwrap_or(0);
        let last = far.iter().map(|due| due.time).max().unwrap_or(0);
        if far.len() <= SORTED || start == last {
            self.len -= far.len();
            self.limit = last;
            events.extend(far);
        } else {
            self.lay(&far, start, last);
        }
    }

    fn lay(&mut self, events: &[Due], start: u64, last: u64) {
        let wanted = (events.len() as u64 / A_BUCKET).max(2);
        let width = ((last - start) / wanted).max(1);
        let shift = width.next_power_of_two().trailing_zeros();
        let count = ((last - start) >> shift) as usize + 1;
        let buckets = (0..count).map(|_| self.spare.pop().unwrap_or_default()).collect();
        let mut rung = Rung { start, last, shift, next: 0, buckets };
        for due in events {
            rung.push(*due);
        }
        self.rungs.push(rung);
    }

    fn drop_rung(&mut self) {
        for bucket in self.rungs.pop().into_iter().flat_map(|rung| rung.buckets) {
            self.keep_spare(bucket);
        }
    }

    fn keep_spare(&mut self, mut bucket: Vec<Due>) {
        if self.spare.len() < SPARE {
            bucket.clear();
            self.spare.push(bucket);
        }
    }

    /// Nothing is later: everything that comes is near.
    fn rest(&mut self) {
        while !self.rungs.is_empty() {
            self.drop_rung();
        }
        self.limit = u64::MAX;
    }
}

impl Rung {
    #[inline]
    fn push(&mut self, due: Due) {
        let bucket = ((due.time - self.start) >> self.shift) as usize;
        self.buckets[bucket].push(due);
    }

    fn start_of(&self, bucket: usize) -> u64 {
        self.start + ((bucket as u64) << self.shift)
    }

    /// The last instant of a bucket.
    fn end_of(&self, bucket: usize) -> u64 {
        self.last.min(self.start_of(bucket).saturating_add((1 << self.shift) - 1))
    }
}
