//! L3: duplication.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L3",
    word: "Duplication",
    family: Family::Link,
    title: "Duplication",
    happens: "A share of what enters the edge arrives twice.",
    seen: "A second copy of the same message, which an idempotent consumer suppresses.",
    reality: "Retries of a network library, a bridge between two brokers that restarts.",
    helps: "An idempotent consumer; deduplication in the channel.",
    left_out: "",
    target: TargetRole::Edge,
    parameters: &[
        Parameter::named(
            "share",
            "From 0 to 1, drawn for each message",
            Shape::Share,
            Value::Number(0.2),
        ),
        Parameter::optional(
            "after",
            "How much later the second one enters; at once if absent",
            Shape::Maybe(&Shape::Law),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Duplicates],
};
