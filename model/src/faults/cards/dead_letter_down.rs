//! B9: dead-letter channel out of reach.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B9",
    word: "DeadLetterDown",
    family: Family::Broker,
    title: "Dead-letter channel out of reach",
    happens: "The channel takes no dead letters. What is given up either stays with its \
              subscription and is tried again, or is lost.",
    seen: "A poison message blocks those behind it, or vanishes without a trace in the dead \
           letters.",
    reality: "A dead-letter queue that is full, was never made, or has another owner and no \
              permission.",
    helps: "Watching the dead-letter channel like any other; parking messages elsewhere; trying \
            the path once in a while.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::optional(
            "then",
            "What becomes of a message that is given up: it stays at the front and is tried \
             again (`Block`), or is gone (`Lose`)",
            Shape::Choice(&["Block", "Lose"]),
            Value::Choice("Block"),
        ),
        Parameter::optional(
            "retry_after",
            "With `Block`: how long until it is tried again",
            Shape::Span(false),
            Value::Span(Span::from_millis(1000)),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::Loses],
};
