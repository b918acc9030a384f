//! P4: hot key.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P4",
    word: "HotKey",
    family: Family::Producer,
    title: "Hot key",
    happens: "Many messages carry the same ordering key, so they all go to one partition.",
    seen: "One partition has a long backlog while the others are idle; more consumers do not \
           help.",
    reality: "One large customer, one popular product, a missing key that becomes the same \
              default for all.",
    helps: "A finer key; splitting a hot key; partitions that can be moved; no order where none \
            is needed.",
    left_out: "",
    target: TargetRole::Producer,
    parameters: &[
        Parameter::optional(
            "share",
            "Share of the messages that get the hot key",
            Shape::Share,
            Value::Number(0.8),
        ),
        Parameter::optional("key", "The hot key", Shape::Count(0), Value::Count(0)),
        Parameter::optional(
            "exponent",
            "Instead of one hot key: keys by Zipf's law with this exponent, over the keys of the \
             workload (1,000 if each of its messages has one of its own)",
            Shape::Maybe(&Shape::Number(0.0)),
            Value::Absent,
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays],
};
