//! B4: queue or disk full.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B4",
    word: "QueueFull",
    family: Family::Broker,
    title: "Queue or disk full",
    happens: "The channel has room for only so many waiting messages.",
    seen: "With back-pressure the publishers stand still; otherwise messages are dropped at one \
           end or the other, with a reason that says so.",
    reality: "A disk fills up, a limit on length or memory is reached, a consumer was switched \
              off.",
    helps: "Limits that are known and watched; back-pressure; consumers that scale before the \
            limit.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named("limit", "How many messages may wait", Shape::Count(0), Value::Count(100)),
        Parameter::optional(
            "overflow",
            "What becomes of more: `Reject` the publication, `DropOldest`, `DropNewest`, `Block` \
             the publisher until there is room, or `DeadLetter` the oldest",
            Shape::Choice(&["Reject", "DropOldest", "DropNewest", "Block", "DeadLetter"]),
            Value::Choice("Reject"),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Loses, Outcome::Delays, Outcome::DeadLetters],
};
