//! P5: published twice.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::node::Distribution;
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P5",
    word: "DuplicatePublish",
    family: Family::Producer,
    title: "Published twice",
    happens: "A message is published a second time by its publisher.",
    seen: "The same thing is handled twice, unless the channel or the consumer recognizes the \
           repetition. A repetition with an identity of its own cannot be recognized.",
    reality: "A retry in a library, a double click, a job that is started again from its last \
              checkpoint.",
    helps: "An idempotent producer; an identity that comes from the business, not from the \
            attempt; an idempotent consumer.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "share",
            "Share of the messages that are published twice",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::optional(
            "after",
            "How long after the first time",
            Shape::Law,
            Value::Law(Distribution::Constant(Span::from_millis(0))),
        ),
        Parameter::optional(
            "same_id",
            "Whether it is the same message again, which can be recognized; else it is a new one",
            Shape::Flag,
            Value::Flag(true),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Duplicates],
};
