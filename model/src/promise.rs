//! Promises: what must hold in every run. Data only; the simulator checks them.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::time::Span;

/// Something that must hold.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Unique among the promises of the design and of each scenario.
    pub name: String,
    /// What must hold.
    pub holds: PromiseKind,
}

/// What must hold.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum PromiseKind {
    /// No message is dropped or expires. What an operator discards is not lost, nor is an event on
    /// a topic without any subscriber.
    NothingLost,
    /// No consumer handles the same message twice with effect. One consumer, or all.
    NoDuplicateEffect {
        /// Name of the consumer; every one if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consumer: Option<String>,
    },
    /// A consumer handles messages with the same ordering key in the order of publication.
    OrderPerKey {
        /// Name of the consumer.
        consumer: String,
    },
    /// Each `message` that is published leads, however indirectly, to one of `to` within a time.
    LeadsTo {
        /// Name of the message.
        message: String,
        /// Names of messages; the first that is published counts.
        to: Vec<String>,
        /// Decided for each message when this much time has passed.
        within: Span,
    },
    /// There are never more than so many dead letters at once.
    DeadLetters {
        /// The largest number that keeps the promise.
        at_most: u64,
        /// Name of the dead-letter channel; all together if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<String>,
    },
    /// Fewer messages than this wait in a channel, at all times and for each of its backlogs.
    BacklogBelow {
        /// Name of the channel.
        channel: String,
        /// The smallest number that breaks the promise.
        limit: u64,
    },
    /// A percentile of the time from the publication of a chain's first message to its
    /// acknowledgement by a consumer. Decided at the end of the run.
    LatencyBelow {
        /// Name of the producer where the chain begins; any if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Name of the consumer where it ends.
        to: String,
        /// 0 to 100.
        percentile: f64,
        /// The longest time that keeps the promise.
        at_most: Span,
    },
    /// No emission waits longer for its reply than it may.
    NoTimeouts,
    /// Exactly so many messages of a kind are published by the end of the run.
    Published {
        /// Name of the message.
        message: String,
        /// The number that keeps the promise.
        count: u64,
    },
    /// At the end of the run the ledger of a consumer says what it should: the effect of every
    /// message that was meant for it, once. Or exactly a sum, if one is given.
    LedgerBalances {
        /// Name of the consumer.
        consumer: String,
        /// The sum that keeps the promise; what the messages come to if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sum: Option<f64>,
    },
    /// Each saga, or process, of a consumer ends within a time: completed or compensated, or in a
    /// state that ends it. One that needs an operator breaks the promise.
    SagasEnd {
        /// Name of the consumer.
        consumer: String,
        /// Counted from the beginning of each.
        within: Span,
    },
    /// Not more than so many reads of a projection are answered without an event that was published
    /// before the question.
    StaleReads {
        /// Name of the consumer with the projection.
        consumer: String,
        /// The largest number that keeps the promise.
        #[serde(default)]
        at_most: u64,
    },
    /// No event needs longer from its publication to the read model of a projection. Decided at the
    /// end of the run.
    NeverStaler {
        /// Name of the consumer with the projection.
        consumer: String,
        /// The longest time that keeps the promise.
        than: Span,
    },
}

impl Promise {
    /// Whether the promise may be left out of a file without changing it.
    pub(crate) fn none(promises: &Vec<Promise>) -> bool {
        is_default(promises)
    }
}
