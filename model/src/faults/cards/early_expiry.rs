//! M7: expired before it is consumed.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M7",
    word: "EarlyExpiry",
    family: Family::Message,
    title: "Expired before it is consumed",
    happens: "Messages that enter the channel while the fault lasts may wait only so long.",
    seen: "What is not handled in time expires: the more, the longer the backlog.",
    reality: "A time to live that somebody set for a test, a default of a library, a clock that \
              is ahead.",
    helps: "A time to live longer than the longest outage; expired messages as dead letters; an \
            alarm on the age of the oldest message.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[Parameter::named(
        "time_to_live",
        "How long a message that enters now may wait",
        Shape::Span(false),
        Value::Span(Span::from_millis(1000)),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses],
};
