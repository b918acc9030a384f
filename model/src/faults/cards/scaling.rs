//! C9: scaling or deployment.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C9",
    word: "Scaling",
    family: Family::Consumer,
    title: "Scaling or deployment",
    happens: "The consumer has another number of workers. With fewer, those that are too many \
              finish what they have, or are stopped when the time to drain is over.",
    seen: "Throughput changes with the number of workers; what is stopped is delivered again.",
    reality: "A deployment that replaces instances, an autoscaler, a spot machine that is taken \
              away.",
    helps: "Draining that is long enough; scaling on lag with some patience; room for one \
            instance less.",
    target: TargetRole::Consumer,
    parameters: &[
        Parameter::named(
            "workers",
            "How many messages and calls are in work at the same time while the fault lasts",
            Shape::Count(0),
            Value::Count(1),
        ),
        Parameter::optional(
            "drain",
            "How long what is too much may go on before it is stopped and given back; until it \
             is done if absent",
            Shape::Maybe(&Shape::Span(true)),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
