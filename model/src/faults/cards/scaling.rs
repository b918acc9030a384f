//! C9: scaling or deployment.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C9",
    word: "Scaling",
    family: Family::Consumer,
    title: "Scaling or deployment",
    happens: "The consumer has another number of workers. With fewer, those that are too many \
              finish what they have, or are stopped when the time to drain is over. The new \
              instances may read another version of messages; while it comes by degrees, some \
              are old and some are new.",
    seen: "Throughput changes with the number of workers; what is stopped is delivered again. What \
           new instances cannot read fails there.",
    reality: "A deployment that replaces instances, an autoscaler, a spot machine that is taken \
              away.",
    helps: "Draining that is long enough; scaling on lag with some patience; room for one \
            instance less.",
    left_out: "A rebalance of the group when instances come and go; add a RebalanceStorm (B10) for it.",
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
        Parameter::optional(
            "version",
            "The version of messages that the new instances read; the one they always read if \
             absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
        Parameter::optional(
            "compatibility",
            "What else the new instances can read: `Backward` older messages, `Forward` newer \
             ones, `Full` both, `None` neither",
            Shape::Choice(&["None", "Backward", "Forward", "Full"]),
            Value::Choice("Backward"),
        ),
    ],
    has_degree: true,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates, Outcome::DeadLetters],
};
