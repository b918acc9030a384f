//! M5: oversized message.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M5",
    word: "Oversized",
    family: Family::Message,
    title: "Oversized message",
    happens: "Messages grow, and some become larger than the limit.",
    seen: "The large ones are dropped when they are published, or fail at every attempt.",
    reality: "An order with ten thousand lines, a picture in an event, a list that is never cut.",
    helps: "Claim check: the payload elsewhere and a reference in the message; limits in the \
            contract; alarms before the limit.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "bytes",
            "The median size of its messages, in bytes",
            Shape::Count(1),
            Value::Count(500000),
        ),
        Parameter::optional(
            "spread",
            "How far sizes spread: the standard deviation of the logarithm",
            Shape::Number(0.0),
            Value::Number(1.0),
        ),
        Parameter::named(
            "limit",
            "The largest message that is taken, in bytes",
            Shape::Count(1),
            Value::Count(1000000),
        ),
        Parameter::optional(
            "outcome",
            "`Rejected` when it is published, or `Stuck` at its consumers, which fail at every \
             attempt",
            Shape::Choice(&["Rejected", "Stuck"]),
            Value::Choice("Rejected"),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::DeadLetters],
};
