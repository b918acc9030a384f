//! The contract on an edge: which messages, how they are acknowledged, retried and given up.

use serde::{Deserialize, Serialize};

use crate::message::{MessageRef, is_default};
use crate::time::Span;

/// What both ends of an edge may rely on.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contract {
    /// What may pass; on a subscribe edge other messages of the channel are not delivered. Empty:
    /// everything.
    #[serde(skip_serializing_if = "is_default")]
    pub messages: Vec<MessageRef>,
    /// When the channel may forget a message (subscribe edges).
    #[serde(skip_serializing_if = "is_default")]
    pub acknowledgement: Acknowledgement,
    /// Whether messages with the same ordering key must be handled in the order of publication
    /// (subscribe edges).
    #[serde(skip_serializing_if = "is_default")]
    pub ordering: Ordering,
    /// What happens when an attempt fails (subscribe and call edges). Absent: one attempt; a
    /// message whose consumer crashed is always delivered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Name of the channel that takes messages which are given up (subscribe edges). Absent: they
    /// are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter: Option<String>,
    /// How long the caller waits for a reply (call edges). Absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
}

/// When a channel may forget a message it has delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Acknowledgement {
    /// When the handler has succeeded: at-least-once.
    #[default]
    AfterProcessing,
    /// As soon as it is delivered: at-most-once; what fails later is lost.
    OnReceipt,
}

/// Which order a subscriber relies on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Ordering {
    /// None.
    #[default]
    Unordered,
    /// Messages with the same ordering key in the order of publication. Needs a partitioned
    /// channel.
    PerKey,
}

/// How often and when a failed message is tried again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Deliveries in all, the first included, after which the message is given up (delivery
    /// limit); unlimited if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// How long to wait before the next one.
    #[serde(default)]
    pub backoff: Backoff,
    /// The share of each delay that is random, so that clients which failed together do not
    /// return together: the delay is drawn evenly from [(1 - jitter) * d, d]. 1 is the "full
    /// jitter" of the literature, 0.5 the "equal jitter".
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter: f64,
}

/// How long to wait before the n-th retry.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Backoff {
    /// Not at all.
    #[default]
    None,
    /// Always as long.
    Fixed(Span),
    /// `initial * factor^(n-1)`, never longer than `cap`.
    Exponential {
        /// Before the first retry.
        initial: Span,
        /// From one retry to the next; at least 1.
        #[serde(default = "two")]
        factor: f64,
        /// The longest delay; unlimited if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Span>,
    },
}

fn two() -> f64 {
    2.0
}

impl Backoff {
    /// The delay before the `retry`-th retry (from 1), without jitter. A delay past the end of
    /// time stays at the end of time.
    #[must_use]
    pub fn delay(&self, retry: u32) -> Span {
        match *self {
            Backoff::None => Span::ZERO,
            Backoff::Fixed(delay) => delay,
            Backoff::Exponential { initial, factor, cap } => {
                let cap = cap.map_or(u64::MAX, |cap| cap.0);
                let mut delay = initial.0 as f64;
                // Repeated multiplication is exact for whole factors, and the same everywhere.
                for _ in 1..retry {
                    if delay >= cap as f64 {
                        break;
                    }
                    delay *= factor;
                }
                Span((delay as u64).min(cap))
            }
        }
    }
}

impl Contract {
    /// Whether a message of this name may pass.
    #[must_use]
    pub fn carries(&self, message: &str) -> bool {
        self.messages.is_empty() || self.messages.iter().any(|allowed| allowed.name == message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_backoff_doubles_up_to_its_cap() {
        let backoff = Backoff::Exponential {
            initial: Span::from_secs(1),
            factor: 2.0,
            cap: Some(Span::from_secs(5)),
        };
        let delays: Vec<u64> =
            (1..=5).map(|retry| backoff.delay(retry).0 / 1_000_000_000).collect();
        assert_eq!(delays, [1, 2, 4, 5, 5]);
        let endless = Backoff::Exponential { initial: Span::from_secs(1), factor: 10.0, cap: None };
        assert_eq!(endless.delay(u32::MAX), Span(u64::MAX));
    }
}
