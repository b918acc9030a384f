//! When a fault begins, and when it ends.

use serde::{Deserialize, Serialize};

use crate::node::Distribution;
use crate::time::Span;

/// What makes a fault begin.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Trigger {
    /// Its start.
    #[default]
    Start,
    /// The n-th message that passes the target after the start (what a producer publishes, a
    /// channel takes in, a consumer begins to work on, an edge carries), from 1.
    Message(u64),
    /// The first instant after the start at which this holds.
    When(Condition),
    /// Its start, and then again each time the period is over.
    Every {
        /// From one beginning to the next.
        period: Span,
        /// How often in all; to the end of the run if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
    },
    /// By chance, again and again: well for a while, then struck for a while.
    Random {
        /// How long it is well each time, from the start on (time between failures).
        well: Distribution,
        /// How long it is struck each time (time to repair).
        struck: Distribution,
        /// Faults of the same name come at the same times; each has its own if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        luck: Option<String>,
    },
}

/// What makes a fault end.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Lasts {
    /// Its duration.
    #[default]
    Duration,
    /// A length drawn anew each time it begins.
    Drawn(Distribution),
    /// The first instant after its beginning at which this holds.
    Until(Condition),
}

/// Something that holds at an instant, or does not.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Condition {
    /// More than so many messages wait in one of the backlogs of a channel.
    BacklogAbove {
        /// Name of the channel.
        channel: String,
        /// The largest number at which it does not hold.
        limit: u64,
    },
    /// No more than so many messages wait in any backlog of a channel.
    BacklogAtMost {
        /// Name of the channel.
        channel: String,
        /// The largest number at which it holds.
        limit: u64,
    },
    /// There are more than so many dead letters in all.
    DeadLettersAbove(u64),
    /// A promise of the design or the scenario is violated: one about losses, dead letters, a
    /// backlog or timeouts, since others are decided later.
    Violated(String),
}
