//! M3: schema version skew.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M3",
    word: "VersionSkew",
    family: Family::Message,
    title: "Schema version skew",
    happens: "The publisher speaks another version than its readers. A consumer reads the \
              version that its subscribe edge names, or else the newest of the design. If the \
              two are not compatible, its attempts fail.",
    seen: "Consumers that read another version fail at every message of the new one; the share \
           of failures follows the rollout. With a registry the publications are refused \
           instead.",
    reality: "A producer is deployed before its consumers; one instance is forgotten; a field is \
              renamed.",
    helps: "Compatible changes only; a registry that checks; consumers first, then producers; \
            two versions side by side.",
    left_out: "Payloads of both versions look the same; only who reads what is decided.",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "version",
            "The version it publishes while the fault lasts",
            Shape::Count(1),
            Value::Count(2),
        ),
        Parameter::optional(
            "rollout",
            "How long it takes until all of its messages have that version: the share grows \
             evenly",
            Shape::Span(true),
            Value::Span(Span::from_millis(0)),
        ),
        Parameter::optional(
            "compatibility",
            "Who can read what: `Backward` new readers old messages, `Forward` old readers new \
             messages, `Full` both, `None` neither",
            Shape::Choice(&["None", "Backward", "Forward", "Full"]),
            Value::Choice("None"),
        ),
        Parameter::optional(
            "registry_refuses",
            "Whether a registry refuses to let in what some subscriber cannot read",
            Shape::Flag,
            Value::Flag(false),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::DeadLetters],
};
