//! Counts over the whole world.

/// Counts over the whole world. Fates are of copies: what a subscription, or a queue, got.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Messages that were published; requests of calls are not among them.
    pub published: u64,
    /// Copies that came into being: one for each edge a message is published on, for each further
    /// subscriber of a topic, and for each duplication.
    pub copies: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Copies that wait as dead letters, or were taken over by a consumer of dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Copies that were recognized as repetitions; part of `acknowledged`.
    pub suppressed: u64,
    /// Calls that were made.
    pub calls: u64,
    /// Calls that failed for the caller.
    pub calls_failed: u64,
    /// Calls that were not made, because the caller held itself back.
    pub calls_refused: u64,
    /// Replies that did not come in time.
    pub reply_timeouts: u64,
}

/// Attempts over the whole world.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Attempts {
    /// Those that began.
    pub delivered: u64,
    /// Those beyond the first of a copy.
    pub redelivered: u64,
}

impl Totals {
    /// Copies that are still there.
    #[must_use]
    pub fn under_way(&self) -> u64 {
        self.copies - self.acknowledged - self.dead_lettered - self.expired - self.dropped
    }
}
