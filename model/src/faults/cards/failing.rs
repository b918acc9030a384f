//! C4: transient errors.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C4",
    word: "Failing",
    family: Family::Consumer,
    title: "Transient errors",
    happens: "A share of the attempts fail, on top of what the handlers say.",
    seen: "Retries, and dead letters when attempts run out. With retries at once, more load when \
           there is already too much.",
    reality: "Deadlocks in a database, connections that break, services that are overloaded.",
    helps: "Retries with backoff and jitter; a limit on attempts; a dead-letter channel.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[Parameter::named(
        "share",
        "From 0 to 1, drawn for each attempt",
        Shape::Share,
        Value::Number(0.5),
    )],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::DeadLetters],
};
