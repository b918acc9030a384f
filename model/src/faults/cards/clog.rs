//! L6: clogged link.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::{Rate, Span};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L6",
    word: "Clog",
    family: Family::Link,
    title: "Clogged link",
    happens: "The edge lets only so much pass. The rest waits in front of it, or is lost when \
              the buffer is full.",
    seen: "Latency grows for as long as more comes than passes, and the consumer behind the edge \
           is idle.",
    reality: "A link shared with a backup, a proxy with a limit, a quota of a cloud network.",
    helps: "Smaller messages; compression; batching; links of their own for what matters.",
    left_out: "",
    target: TargetRole::Edge,
    parameters: &[
        Parameter::named(
            "rate",
            "How much passes at most",
            Shape::Rate,
            Value::Rate(Rate { count: 10, per: Span::from_secs(1) }),
        ),
        Parameter::optional(
            "buffer",
            "How many wait in front of it at most; what comes on top is lost. Without limit if \
             absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::Loses],
};
