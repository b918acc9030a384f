//! Faults: what goes wrong, where, from when to when, and for which messages.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::time::Span;

mod kind;
mod selector;
mod when;
mod whom;

pub use kind::{FaultKind, Target};
pub use selector::{Amount, EdgeSelector, Group, NodeSelector, SelectorError};
pub use when::{Condition, Lasts, Trigger};
pub use whom::{Budget, Correlation, Filter};

/// Something that goes wrong for a while. Everything but the kind may be left out of a file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong, and where.
    pub kind: FaultKind,
    /// When it begins; with a trigger, from when on the trigger counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Span,
    /// How long it lasts; to the end of the run if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Span>,
    /// What makes it begin.
    #[serde(default, skip_serializing_if = "is_default")]
    pub trigger: Trigger,
    /// What makes it end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lasts: Lasts,
    /// How long it takes to come to its full degree, evenly.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ramp_in: Span,
    /// How long it takes to go, evenly, before its end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ramp_out: Span,
    /// The chance of each message or attempt to be struck, beside what the kind says; 0 to 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub probability: f64,
    /// How one chance depends on the one before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub correlation: Correlation,
    /// Which messages and attempts it can strike; every one if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub filter: Filter,
    /// How many it may strike at the same time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub budget: Budget,
    /// Whether it ends at all: what does not heal stays to the end of the run.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub heals: bool,
}

impl Fault {
    /// A fault at an instant, for a while or to the end of the run.
    #[must_use]
    pub fn new(kind: FaultKind, start: Span, duration: Option<Span>) -> Fault {
        Fault {
            kind,
            start,
            duration,
            trigger: Trigger::default(),
            lasts: Lasts::default(),
            ramp_in: Span::ZERO,
            ramp_out: Span::ZERO,
            probability: 1.0,
            correlation: Correlation::default(),
            filter: Filter::default(),
            budget: Budget::default(),
            heals: true,
        }
    }
}

fn one() -> f64 {
    1.0
}

fn is_one(value: &f64) -> bool {
    *value == 1.0
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}
