//! P7: acknowledgement of a publication lost.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P7",
    word: "PublishAckLost",
    family: Family::Producer,
    title: "Acknowledgement of a publication lost",
    happens: "The channel has the message, but its answer does not come back. The publisher \
              waits, gives up waiting and publishes the same message again.",
    seen: "Duplicates in the channel, a timeout apart. A channel with deduplication drops them.",
    reality: "A connection that breaks between the write and the answer; a timeout shorter than \
              the slowest write.",
    helps: "An idempotent producer; deduplication in the channel; an idempotent consumer.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "share",
            "Share of the publications whose acknowledgement is lost",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::optional(
            "timeout",
            "How long the publisher waits before it publishes again",
            Shape::Span(false),
            Value::Span(Span::from_millis(1000)),
        ),
        Parameter::optional(
            "retries",
            "How often it does so at most",
            Shape::Count(1),
            Value::Count(3),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Duplicates],
};
