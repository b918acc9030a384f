//! M1: poison message.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::node::Poison;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M1",
    word: "Poison",
    family: Family::Message,
    title: "Poison message",
    happens: "Some messages fail at every attempt until the fault ends: its end is the \
              deployment of the fix.",
    seen: "The same messages fail again and again. They end as dead letters, are dropped, or \
           block their partition.",
    reality: "A value nobody thought of, a reference to something that is gone, a bug in the \
              handler.",
    helps: "A limit on attempts and a dead-letter channel; parking a message; checking before \
            publishing.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[
        Parameter::named(
            "messages",
            "Which messages cannot be handled",
            Shape::Messages,
            Value::Messages(Poison::Share(0.1)),
        ),
        Parameter::optional(
            "clears_after",
            "After how many attempts it can be handled after all; never if absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::DeadLetters],
};
