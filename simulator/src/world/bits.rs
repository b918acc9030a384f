//! A bit for each message.

/// What is known of messages, a bit for each; those that nobody has set are not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// Sets a bit; whether it was set.
    pub(crate) fn put(&mut self, message: u32, value: bool) -> bool {
        let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let was_set = self.0[word] & bit != 0;
        if value {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
        was_set
    }

    /// Whether a bit is set.
    pub(crate) fn is_set(&self, message: u32) -> bool {
        let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// How many are set.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// What it takes in memory beside itself.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.0.as_slice())
    }

    /// Whether none was ever touched.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
