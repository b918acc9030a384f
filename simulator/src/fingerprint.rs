//! Fingerprints: the rolling hash of a run, kept from time to time, so that two runs are compared
//! by bisection without keeping what they did.

use std::ops::Range;

use crate::record::{Entry, RecordHash};

/// Entries between two hashes that are kept, at first.
const SPACING: u64 = 1024;
/// Hashes that are kept; when there are more, every second one is let go.
const HASHES: usize = 1 << 14;

/// What a run did, in a few kilobytes: its hash, and what the hash was on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fingerprint {
    hash: RecordHash,
    /// Entries until the next hash is kept, at least one.
    left: u64,
    /// Entries there are then.
    next: u64,
    /// Entries between two hashes: a power of two times [`SPACING`].
    spacing: u64,
    /// The hash after each `spacing` entries.
    hashes: Vec<RecordHash>,
}

impl Default for Fingerprint {
    fn default() -> Fingerprint {
        let hash = RecordHash::default();
        let hashes = Vec::new();
        Fingerprint { hash, left: SPACING, next: SPACING, spacing: SPACING, hashes }
    }
}

impl Fingerprint {
    #[inline(always)]
    pub(crate) fn add(&mut self, entry: &Entry, place_key: u64) {
        self.hash.add(entry, place_key);
        self.left -= 1;
        if self.left == 0 {
            self.keep_hash();
        }
    }

    #[cold]
    fn keep_hash(&mut self) {
        self.hashes.push(self.hash);
        if self.hashes.len() == HASHES {
            let mut index = 0;
            self.hashes.retain(|_| {
                index += 1;
                index % 2 == 0
            });
            self.spacing *= 2;
        }
        self.next += self.spacing;
        self.left = self.spacing;
    }

    /// The hash over all entries so far.
    #[must_use]
    pub fn hash(&self) -> RecordHash {
        self.hash
    }

    /// Entries so far.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.next - self.left
    }

    /// The entries (their indices, from 0) among which the first lies that two runs do not share;
    /// `None` if they did the same. Cost: a bisection over the hashes that both keep.
    #[must_use]
    pub fn parting(&self, other: &Fingerprint) -> Option<Range<u64>> {
        if self.hash == other.hash && self.entries() == other.entries() {
            return None;
        }
        let spacing = self.spacing.max(other.spacing);
        let shorter = self.entries().min(other.entries());
        let (mut same, mut different) = (0, shorter / spacing + 1);
        while same + 1 < different {
            let middle = u64::midpoint(same, different);
            if self.hash_after(middle * spacing) == other.hash_after(middle * spacing) {
                same = middle;
            } else {
                different = middle;
            }
        }
        let last = self.entries().max(other.entries());
        let is_seen = different * spacing <= shorter;
        Some(same * spacing..if is_seen { different * spacing } else { last })
    }

    /// The hash after so many entries, a multiple of the spacing of at least one.
    fn hash_after(&self, entries: u64) -> Option<RecordHash> {
        let index = usize::try_from(entries / self.spacing).ok()?;
        self.hashes.get(index.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use flowbench_model::time::Time;

    use super::*;
    use crate::message::MessageId;
    use crate::record::EntryKind;

    fn entry(detail: u64) -> Entry {
        let (at, kind) = (Time(detail), EntryKind::Delivered);
        Entry { at, detail, message: MessageId(7), place: 0, attempt: 1, kind }
    }

    /// The fingerprint of so many entries, of which one is another.
    fn fingerprint(entries: u64, other: Option<u64>) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        for index in 0..entries {
            fingerprint.add(&entry(if Some(index) == other { u64::MAX } else { index }), 1);
        }
        fingerprint
    }

    #[test]
    fn the_same_entries_part_nowhere() {
        for entries in [0, 1, SPACING, 10 * SPACING + 3] {
            assert_eq!(fingerprint(entries, None).parting(&fingerprint(entries, None)), None);
        }
    }

    #[test]
    fn the_first_different_entry_lies_where_the_fingerprints_say() {
        let entries = 20 * SPACING + 17;
        let whole = fingerprint(entries, None);
        for other in [0, 1, SPACING - 1, SPACING, 7 * SPACING + 5, entries - 18, entries - 1] {
            let parting = fingerprint(entries, Some(other)).parting(&whole).expect("one differs");
            assert!(parting.contains(&other), "{other}: {parting:?}");
            assert!(parting.end - parting.start <= SPACING, "{parting:?}");
        }
    }

    #[test]
    fn a_run_that_goes_on_longer_parts_where_the_other_ends() {
        let (short, long) = (fingerprint(3 * SPACING + 5, None), fingerprint(9 * SPACING, None));
        for parting in [short.parting(&long), long.parting(&short)] {
            let parting = parting.expect("one is longer");
            assert!(parting.contains(&(3 * SPACING + 5)), "{parting:?}");
        }
        let empty = Fingerprint::default();
        assert_eq!(empty.parting(&fingerprint(1, None)), Some(0..1));
    }

    #[test]
    fn long_runs_keep_fewer_hashes_and_are_still_compared() {
        let entries = SPACING * (HASHES as u64 + 10);
        let (whole, other) = (fingerprint(entries, None), entries / 3);
        assert!(whole.hashes.len() < HASHES, "{}", whole.hashes.len());
        let parting = fingerprint(entries, Some(other)).parting(&whole).expect("one differs");
        assert!(parting.contains(&other) && parting.end - parting.start == 2 * SPACING);
        let short = fingerprint(other + 2, Some(other)).parting(&whole).expect("one differs");
        assert!(short.contains(&other), "{other}: {short:?}");
    }
}
