//! O3: replay of history.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "O3",
    word: "Replay",
    family: Family::Operator,
    title: "Replay of history",
    happens: "The history that a channel keeps is delivered to one subscription from the \
              beginning, beside what is new: as to a consumer that has just been added. A channel \
              that lets go of what is settled has none.",
    seen: "Old messages are handled again; effects outside, such as mails, happen a second time.",
    reality: "A new read model, a rebuilt index, a bug whose consequences are mended by replay.",
    helps: "Consumers that tell replay from news; side effects that are switched off; a rate \
            that leaves room.",
    left_out: "",
    target: TargetRole::Subscription,
    parameters: &[
        Parameter::optional(
            "from",
            "Only what entered the channel within this time; everything it still has if absent",
            Shape::Maybe(&Shape::Span(false)),
            Value::Absent,
        ),
        Parameter::optional(
            "rate",
            "How much is replayed; at once if absent",
            Shape::Maybe(&Shape::Rate),
            Value::Absent,
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Duplicates],
};
