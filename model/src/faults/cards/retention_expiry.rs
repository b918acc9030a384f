//! B5: retention ends before the consumer comes.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B5",
    word: "RetentionExpiry",
    family: Family::Broker,
    title: "Retention ends before the consumer comes",
    happens: "The channel deletes what is older than its retention, read or not.",
    seen: "A consumer that lags behind skips what is gone; nobody gets an error.",
    reality: "Retention by size during a burst, a consumer that was down over the weekend, a \
              compacted log.",
    helps: "Retention much longer than the longest outage; an alarm on lag in time, not in \
            messages.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[Parameter::named(
        "retention",
        "How long the channel keeps a message",
        Shape::Span(false),
        Value::Span(Span::from_millis(10000)),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses],
};
