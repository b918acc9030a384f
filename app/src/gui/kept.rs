//! Things computed from a recording, kept until they must be computed again.

use std::sync::Arc;

use flowbench_simulator::recording::Recording;

/// A value that belongs to one recording and one question about it.
pub struct Kept<K, T> {
    of: Option<(Arc<Recording>, K, T)>,
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Kept<K, T> {
        Kept { of: None }
    }
}

impl<K: PartialEq, T> Kept<K, T> {
    /// The value; made anew if the recording or the question is another one.
    pub fn get(
        &mut self,
        recording: &Arc<Recording>,
        key: K,
        make: impl FnOnce(&Recording, &K) -> T,
    ) -> &mut T {
        let old =
            self.of.take().filter(|(of, old_key, _)| Arc::ptr_eq(of, recording) && *old_key == key);
        let kept = old.unwrap_or_else(|| {
            let value = make(recording, &key);
            (Arc::clone(recording), key, value)
        });
        &mut self.of.insert(kept).2
    }
}
