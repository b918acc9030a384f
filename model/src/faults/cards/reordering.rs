//! L4: reordering.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L4",
    word: "Reordering",
    family: Family::Link,
    title: "Reordering",
    happens: "Some messages are held back on the edge, and others overtake them.",
    seen: "Messages of one key arrive in another order than they were published.",
    reality: "Several connections side by side, retries that come back later, parallel senders.",
    helps: "Sequence numbers; one connection for each key; consumers that do not rely on order.",
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
            "window",
            "A message that is held back comes up to so much later, evenly drawn",
            Shape::Span(false),
            Value::Span(Span::from_millis(1000)),
        ),
        Parameter::optional(
            "gap",
            "Instead of a share: every so-manieth message is held back",
            Shape::Maybe(&Shape::Count(2)),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Reorders, Outcome::Delays],
};
