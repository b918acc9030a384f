//! Sets of messages, a bit for each.

/// Sets a bit; whether it was set.
pub(super) fn put(bits: &mut Vec<u64>, message: u32, value: bool) -> bool {
    let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
    if bits.len() <= word {
        bits.resize(word + 1, 0);
    }
    let was_set = bits[word] & bit != 0;
    if value {
        bits[word] |= bit
    } else {
        bits[word] &= !bit
    }
    was_set
}

/// Whether a bit is set.
pub(super) fn is_set(bits: &[u64], message: u32) -> bool {
    let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
    bits.get(word).is_some_and(|bits| bits & bit != 0)
}
