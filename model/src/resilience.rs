//! How callers and consumers protect themselves and others: circuit breaker, retry budget,
//! bulkhead, rate limit, call queue, autoscaling. Data only; the simulator has the states.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::time::{Rate, Span};

/// Stops asking a callee that fails or is slow, and tries again later. The defaults are those of
/// Resilience4j.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitBreaker {
    /// The outcomes that are looked at: the last so many.
    pub window: u32,
    /// Outcomes that must be known before the breaker judges.
    pub minimum_calls: u32,
    /// Opens when at least this share of the outcomes are failures; above 0, up to 1.
    pub failure_rate: f64,
    /// A call that takes longer is slow, whatever its outcome.
    pub slow_call: Span,
    /// Opens when at least this share of the outcomes were slow; above 0, up to 1.
    pub slow_call_rate: f64,
    /// How long it stays open before it lets calls through on trial.
    pub open_for: Span,
    /// Calls that are let through on trial, half-open, before it decides.
    pub permitted: u32,
    /// Whether it becomes half-open when the time is over, and not only with the next call.
    #[serde(skip_serializing_if = "is_default")]
    pub automatic: bool,
    /// What the caller does with calls that are not let through.
    #[serde(skip_serializing_if = "is_default")]
    pub while_open: WhileOpen,
}

impl Default for CircuitBreaker {
    fn default() -> CircuitBreaker {
        CircuitBreaker {
            window: 100,
            minimum_calls: 100,
            failure_rate: 0.5,
            slow_call: Span::from_secs(60),
            slow_call_rate: 1.0,
            open_for: Span::from_secs(60),
            permitted: 10,
            automatic: false,
            while_open: WhileOpen::Fail,
        }
    }
}

/// What a caller does while its circuit breaker is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum WhileOpen {
    /// The attempt fails at once, which uses up a delivery of the message.
    #[default]
    Fail,
    /// The consumer takes nothing more from its channels, and calls wait until they are let
    /// through.
    Pause,
}

/// How many retries there may be, compared with first attempts; what goes beyond is given up.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum RetryBudget {
    /// Retries within the time before each retry are at most this share of the first attempts
    /// within it, and so many besides.
    Window {
        /// From 0 to 1 and above.
        share: f64,
        /// How far back counts.
        #[serde(default = "ten_seconds")]
        window: Span,
        /// Retries within the window that are allowed however few first attempts there are.
        #[serde(default, skip_serializing_if = "is_default")]
        reserve: u32,
    },
    /// Each first attempt puts this share of a token into a bucket, which begins empty; each retry
    /// takes one out.
    Bucket {
        /// From 0 to 1 and above.
        share: f64,
        /// The most tokens that it holds.
        capacity: u32,
    },
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

/// Keeps a callee from taking all of a caller: so many calls at once over one edge. The defaults
/// are those of Resilience4j.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bulkhead {
    /// The most calls that somebody waits for at the same time.
    pub calls: u32,
    /// The most calls that wait to be made.
    #[serde(skip_serializing_if = "is_default")]
    pub queue: u32,
    /// How long each of them waits at most; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Span>,
}

impl Default for Bulkhead {
    fn default() -> Bulkhead {
        Bulkhead { calls: 25, queue: 0, wait: None }
    }
}

/// How often a consumer, or one of its handlers, begins with a message or a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many, on the average.
    pub rate: Rate,
    /// How many at once, after a time in which there was nothing to do; at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub burst: u32,
    /// What becomes of more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub excess: Excess,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_one(burst: &u32) -> bool {
    *burst == 1
}

/// What becomes of what a rate limit does not let through.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Excess {
    /// It waits in the consumer, which keeps a slot for it.
    #[default]
    Wait,
    /// The attempt fails, and is retried or given up as the contract says.
    Reject,
    /// The message is dropped; a call fails.
    Drop,
}

/// The calls that wait at a callee for a free slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallQueue {
    /// The most that wait; more are refused. Unlimited if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// A call that has waited so long is thrown away when its turn comes: its caller has given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_after: Option<Span>,
}

/// Starts and stops instances of a consumer by what waits for it. Each has the consumer's
/// `concurrency`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Autoscaling {
    /// The fewest instances, with which it begins; at least 1.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// How many instances what waits asks for.
    pub target: ScalingTarget,
    /// Time from one look at what waits to the next.
    pub interval: Span,
    /// Time until an instance that was ordered works.
    pub warm_up: Span,
    /// How long fewer instances must have been enough before some are stopped.
    pub cool_down: Span,
}

impl Default for Autoscaling {
    fn default() -> Autoscaling {
        Autoscaling {
            min: 1,
            max: 10,
            target: ScalingTarget::LagPerInstance(100),
            interval: Span::from_secs(15),
            warm_up: Span::from_secs(30),
            cool_down: Span::from_secs(300),
        }
    }
}

/// How many instances what waits asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ScalingTarget {
    /// One for each so many messages that wait, rounded up.
    LagPerInstance(u64),
    /// One more when at least so many wait and none is being started; one less when nothing waits.
    LagAbove(u64),
}

impl ScalingTarget {
    /// How many instances are wanted when so many messages wait and so many instances work or are
    /// being started.
    #[must_use]
    pub fn wanted(self, lag: u64, instances: u32, is_starting: bool) -> u32 {
        match self {
            ScalingTarget::LagPerInstance(each) => {
                u32::try_from(lag.div_ceil(each.max(1))).unwrap_or(u32::MAX)
            }
            ScalingTarget::LagAbove(limit) if lag >= limit && !is_starting => {
                instances.saturating_add(1)
            }
            ScalingTarget::LagAbove(_) if lag == 0 => instances.saturating_sub(1),
            ScalingTarget::LagAbove(_) => instances,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_asks_for_instances() {
        let each = ScalingTarget::LagPerInstance(100);
        assert_eq!([0, 1, 100, 101].map(|lag| each.wanted(lag, 1, false)), [0, 1, 1, 2]);
        let above = ScalingTarget::LagAbove(100);
        assert_eq!([0, 1, 99, 100].map(|lag| above.wanted(lag, 2, false)), [1, 2, 2, 3]);
        assert_eq!(above.wanted(100, 2, true), 2, "one that was ordered is awaited first");
        assert_eq!(ScalingTarget::LagPerInstance(0).wanted(7, 1, false), 7);
    }
}
