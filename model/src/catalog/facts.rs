//! What a run came to, as far as a catalog tells of it: a part of what
//! `flowbench run --format json` prints.

use serde::Deserialize;

/// A run of a scenario. Times are in nanoseconds of simulated time.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Facts {
    /// Name of the scenario.
    pub scenario: String,
    /// Which luck.
    pub seed: u64,
    /// The hash over the entries of the record: the same run has the same on every machine.
    pub record_hash: String,
    /// How far the run got.
    pub simulated_ns: u64,
    /// The time over which averages are taken.
    pub measured_ns: u64,
    /// The books.
    pub messages: BookFacts,
    /// Each subscribe edge.
    pub subscriptions: Vec<SubscriptionFacts>,
    /// Latencies from the origin of a chain to an acknowledgement.
    pub paths: Vec<PathFacts>,
    /// Dead letters that wait at the end.
    pub dead_letters: Vec<DeadLetterFacts>,
    /// What the promises came to.
    pub promises: Vec<PromiseFacts>,
    /// Whether the books balance.
    pub balanced: bool,
    /// Why the run stopped before its end, if it did.
    #[serde(default)]
    pub halted: Option<String>,
}

/// What became of all copies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct BookFacts {
    /// Messages that were published.
    pub published: u64,
    /// Copies that came of them.
    pub copies: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies that are dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Copies that are still there.
    pub in_flight: u64,
}

/// What passed a subscribe edge.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct SubscriptionFacts {
    /// Name of the channel.
    pub channel: String,
    /// Name of the consumer.
    pub consumer: String,
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Copies that are dead letters.
    pub dead_lettered: u64,
    /// The most that ever waited.
    pub backlog_max: u64,
    /// How many waited on average over time.
    pub waiting_mean: f64,
}

/// Latencies of the chains from a producer to a consumer.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct PathFacts {
    /// The producer where they begin.
    pub from: String,
    /// The consumer where they end.
    pub to: String,
    /// The channel by which they end.
    pub channel: String,
    /// How many were measured.
    pub count: u64,
    /// The median.
    pub p50_ns: u64,
    /// 99 of 100 were not slower.
    pub p99_ns: u64,
    /// The slowest.
    pub max_ns: u64,
}

/// A dead letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
pub struct DeadLetterFacts {
    /// Name of the message type.
    pub message_type: String,
    /// The channel it died in.
    pub channel: String,
    /// The consumer that could not handle it.
    pub consumer: Option<String>,
    /// The last failure.
    pub reason: String,
}

/// A promise.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct PromiseFacts {
    /// Its name.
    pub name: String,
    /// `held`, `violated` or `undecided`.
    pub verdict: String,
    /// What it was decided by.
    pub evidence: String,
    /// Whether the scenario is there to break it.
    pub meant_to_break: bool,
}
