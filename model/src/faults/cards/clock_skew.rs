//! T1: clock is wrong.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "T1",
    word: "ClockSkew",
    family: Family::Time,
    title: "Clock is wrong",
    happens: "The clock of a producer or a channel is wrong. A message expires by the difference \
              of the two: a channel whose clock is ahead, or a producer whose clock is behind, \
              makes messages look older than they are.",
    seen: "Messages expire too early or too late, all in the same direction.",
    reality: "Time synchronization is off, a virtual machine was resumed, a leap second.",
    helps: "Watching the offset; relative times instead of instants; one clock that decides.",
    left_out: "",
    target: TargetRole::Clock,
    parameters: &[
        Parameter::named(
            "offset",
            "How far the clock is off",
            Shape::Span(true),
            Value::Span(Span::from_millis(5000)),
        ),
        Parameter::optional(
            "direction",
            "`Ahead` or `Behind`",
            Shape::Choice(&["Ahead", "Behind"]),
            Value::Choice("Ahead"),
        ),
        Parameter::optional(
            "drift",
            "By how much it goes further off, in millionths of the time that passes",
            Shape::Number(0.0),
            Value::Number(0.0),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Delays],
};
