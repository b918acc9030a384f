//! Where the makers of payloads get their luck from; they know nothing of its source.

/// Random numbers.
pub(super) struct Draws<'a>(&'a mut dyn FnMut() -> u64);

impl<'a> Draws<'a> {
    pub(super) fn new(draw: &'a mut dyn FnMut() -> u64) -> Draws<'a> {
        Draws(draw)
    }

    pub(super) fn next(&mut self) -> u64 {
        (self.0)()
    }

    /// A number below `limit`; zero if there is none.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }
}
