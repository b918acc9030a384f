//! What a design says about the rules: which of them do not count here, or count more, and why.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::place::Place;

/// How findings of one rule count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintSetting {
    /// Code of the rule: `event-without-subscriber`.
    pub code: String,
    /// How much its findings count.
    pub severity: Level,
    /// Why; a setting without a reason is a finding itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
    /// Where; everywhere if empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub places: Vec<Place>,
}

/// How much findings count. What keeps a design from running always counts as it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Level {
    /// Not at all: they are silenced.
    Off,
    /// As good to know.
    Info,
    /// As probably not meant.
    Warning,
    /// As errors: a check fails, a run does not.
    Error,
}

/// Every level, in the order in which people are asked.
pub const LEVELS: [Level; 4] = [Level::Off, Level::Info, Level::Warning, Level::Error];

impl LintSetting {
    /// Whether it speaks of findings of this rule in this place.
    #[must_use]
    pub fn covers(&self, code: &str, place: &Place) -> bool {
        self.code == code && (self.places.is_empty() || self.places.contains(place))
    }
}
