//! O1: dead letters are sent back.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::{Rate, Span};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "O1",
    word: "RedriveStorm",
    family: Family::Operator,
    title: "Dead letters are sent back",
    happens: "An operator sends the dead letters of a channel back to the subscriptions that \
              gave them up, at a rate, for as long as the fault lasts.",
    seen: "A second wave of load beside the usual one; what is still poison comes back as a dead \
           letter, again and again.",
    reality: "The morning after an outage; a button that says retry all.",
    helps: "A rate well below the usual load; a canary; mending before sending back; an \
            idempotent consumer.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named(
            "rate",
            "How many are sent back",
            Shape::Rate,
            Value::Rate(Rate { count: 100, per: Span::from_secs(1) }),
        ),
        Parameter::optional(
            "order",
            "`Oldest` or `Newest` first",
            Shape::Choice(&["Oldest", "Newest"]),
            Value::Choice("Oldest"),
        ),
        Parameter::optional(
            "keep_attempts",
            "Whether their earlier attempts count",
            Shape::Flag,
            Value::Flag(false),
        ),
        Parameter::optional(
            "canary",
            "How many are sent first, alone; no canary if absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
        Parameter::optional(
            "canary_success",
            "Share of the canary that must have been handled before the rest follows",
            Shape::Share,
            Value::Number(1.0),
        ),
        Parameter::optional(
            "fixed",
            "Share of the messages that were mended meanwhile and are no longer poison",
            Shape::Share,
            Value::Number(0.0),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Duplicates, Outcome::DeadLetters],
};
