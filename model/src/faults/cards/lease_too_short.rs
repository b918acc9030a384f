//! C7: lease too short or prefetch too high.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C7",
    word: "LeaseTooShort",
    family: Family::Consumer,
    title: "Lease too short or prefetch too high",
    happens: "The channel waits shorter than the work takes. It hands the message to whoever is \
              free while the first one is still at it.",
    seen: "Acknowledgements that come too late, second effects, work that is done over and over. \
           With a high prefetch messages run out of time before their work begins.",
    reality: "A visibility timeout left at its default, a handler that became slower, a prefetch \
              taken from a benchmark.",
    helps: "A lease of several times the slowest work; extending it; a prefetch that fits.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[
        Parameter::named(
            "lease",
            "How long the channel waits for an acknowledgement before it delivers again",
            Shape::Span(false),
            Value::Span(Span::from_millis(1000)),
        ),
        Parameter::optional(
            "prefetch",
            "How many messages the consumer takes at a time; as designed if absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Duplicates],
};
