//! Whom a fault strikes: which messages, with which chance, and how many places at once.

use serde::{Deserialize, Serialize};

use crate::contract;
use crate::message::{MessageRef, is_default};

/// How one chance depends on the one before.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Correlation {
    /// Not at all.
    #[default]
    Independent,
    /// So much of each draw is the one before (0 to 1), as `tc netem` does it.
    Previous(f64),
    /// Good and bad times (Gilbert and Elliott): the chance is multiplied by a share that depends
    /// on which it is.
    GoodAndBad {
        /// The chance to go from good to bad, at each message.
        to_bad: f64,
        /// The chance to go from bad to good, at each message.
        to_good: f64,
        /// Share of the chance in good times.
        #[serde(default, skip_serializing_if = "is_default")]
        good: f64,
        /// Share of the chance in bad times.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        bad: f64,
    },
}

/// Which messages and attempts a fault can strike: those that fit everything that is said.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Of these types; with a version, only while the publisher speaks that version.
    #[serde(skip_serializing_if = "is_default")]
    pub messages: Vec<MessageRef>,
    /// With one of these ordering keys.
    #[serde(skip_serializing_if = "is_default")]
    pub keys: Vec<u64>,
    /// Published by one of these nodes.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Vec<String>,
    /// With a routing key or headers that this lets through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<contract::Filter>,
    /// From this attempt on, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_attempt: Option<u32>,
    /// Up to this attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<u32>,
}

/// How many of those that a selector names may be struck at the same time.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// At most so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// At least so many are spared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<u32>,
}

impl Filter {
    /// Whether it lets everything through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        is_default(self)
    }
}

impl Budget {
    /// How many of so many may be struck at the same time.
    #[must_use]
    pub fn allows(&self, all: usize) -> usize {
        let kept = self.keep.map_or(all, |keep| all.saturating_sub(keep as usize));
        self.at_most.map_or(kept, |most| kept.min(most as usize))
    }
}

fn one() -> f64 {
    1.0
}

fn is_one(value: &f64) -> bool {
    *value == 1.0
}
