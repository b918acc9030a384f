//! L1: latency and jitter.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L1",
    word: "Delay",
    family: Family::Link,
    title: "Latency and jitter",
    happens: "What enters the edge takes longer, requests and replies of calls too.",
    seen: "Latency grows by as much; calls time out; with jitter messages overtake each other.",
    reality: "Another region, a full link, a proxy in between, a slow name server.",
    helps: "Timeouts that fit; fewer round trips; asynchronous messages instead of calls.",
    left_out: "",
    target: TargetRole::Edge,
    parameters: &[
        Parameter::named(
            "by",
            "On top of the edge's latency",
            Shape::Span(true),
            Value::Span(Span::from_millis(1000)),
        ),
        Parameter::optional(
            "jitter",
            "A random part on top of that",
            Shape::Maybe(&Shape::Law),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::Reorders],
};
