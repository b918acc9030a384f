//! L2: loss.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L2",
    word: "Loss",
    family: Family::Link,
    title: "Loss",
    happens: "A share of what enters the edge is lost. A delivery that is lost comes again once \
              the channel stops waiting for its acknowledgement.",
    seen: "Messages that were published and never arrived; redeliveries after the \
           acknowledgement timeout; calls that time out.",
    reality: "Publishing without waiting for the answer, connections that break, a proxy that \
              drops.",
    helps: "Publishing with acknowledgement and retry; an outbox; at-least-once delivery.",
    left_out: "",
    target: TargetRole::Edge,
    parameters: &[Parameter::named(
        "share",
        "From 0 to 1, drawn for each message",
        Shape::Share,
        Value::Number(0.2),
    )],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Delays],
};
