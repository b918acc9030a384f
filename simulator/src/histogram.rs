//! A histogram of lengths of time whose buckets grow with what they hold, so that every value is
//! known within the same share of itself (after G. Tene's `HdrHistogram`).

/// Counts by magnitude.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    /// Buckets that each power of two is divided into, as a power of two.
    bits: u32,
    /// A run has fewer events than any of them can count.
    counts: Vec<u32>,
}

impl Histogram {
    /// Values are known within one part in `2^bits`.
    pub(crate) fn new(bits: u32) -> Histogram {
        Histogram { bits, counts: Vec::new() }
    }

    #[inline]
    pub(crate) fn add(&mut self, value: u64) {
        let bucket = self.bucket(value);
        match self.counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => self.grow(bucket),
        }
    }

    #[cold]
    fn grow(&mut self, bucket: usize) {
        self.counts.resize(bucket + 1, 0);
        self.counts[bucket] = 1;
    }

    #[inline]
    fn bucket(&self, value: u64) -> usize {
        let shift = self.shift(value);
        (u64::from(shift) << self.bits) as usize + (value >> shift) as usize
    }

    /// How many of its lower bits a value loses.
    #[inline]
    fn shift(&self, value: u64) -> u32 {
        let magnitude = 63 - (value | 1).leading_zeros();
        magnitude.saturating_sub(self.bits)
    }

    /// The largest value of the bucket that holds the `rank`-th smallest value (from 1).
    pub(crate) fn at_rank(&self, rank: u64) -> u64 {
        let mut seen = 0u64;
        let at = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        });
        at.map_or(0, |bucket| self.largest_in(bucket as u64))
    }

    fn largest_in(&self, bucket: u64) -> u64 {
        let shift = (bucket >> self.bits).saturating_sub(1);
        let first = bucket - (shift << self.bits);
        (first << shift) | ((1 << shift) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_known_within_its_share_and_never_too_small() {
        for bits in [4, 7, 10] {
            for value in (0..64).flat_map(|bit| {
                let power = 1u64 << bit;
                [power - 1, power, power + 1, power + power / 3, power | (power - 1)]
            }) {
                let mut histogram = Histogram::new(bits);
                histogram.add(value);
                let known = histogram.at_rank(1);
                assert!(known >= value && known - value <= value >> bits, "{value} as {known}");
            }
        }
    }

    #[test]
    fn ranks_count_from_the_smallest() {
        let mut histogram = Histogram::new(10);
        for value in [30, 10, 20, 10] {
            histogram.add(value);
        }
        assert_eq!(
            (1..=5).map(|rank| histogram.at_rank(rank)).collect::<Vec<u64>>(),
            [10, 10, 20, 30, 0]
        );
    }
}
