//! L7: connection reset or half open.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L7",
    word: "ConnectionReset",
    family: Family::Link,
    title: "Connection reset or half open",
    happens: "The connection of the consumer is gone. When the channel notices, it takes back \
              everything that is not acknowledged. The consumer goes on with what it has, and \
              cannot acknowledge it. When the fault ends, it connects again.",
    seen: "Returned messages and acknowledgements that come too late; with a half-open \
           connection a pause of a whole heartbeat.",
    reality: "A load balancer that forgets idle connections, a machine that vanishes without a \
              word.",
    helps: "Heartbeats that are short enough; fewer unacknowledged messages at a time; an \
            idempotent consumer.",
    left_out: "Connections of publishers: what they lose is Loss (L2), what they repeat is PublishAckLost (P7).",
    target: TargetRole::Subscription,
    parameters: &[Parameter::optional(
        "detect",
        "How long the channel takes to notice (its heartbeat); what it hands out until then \
             goes nowhere",
        Shape::Span(true),
        Value::Span(Span::from_millis(0)),
    )],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
