//! M6: missing header.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M6",
    word: "HeaderMissing",
    family: Family::Message,
    title: "Missing header",
    happens: "A header is missing. Without its key a message goes to the default partition, out \
              of order with the others of its key. Without correlation nobody recognizes the \
              reply. Without what routing needs it reaches nobody.",
    seen: "Order breaks for some keys; replies time out although they came; messages are dropped \
           as unroutable.",
    reality: "A second publisher that does not know the convention, a gateway that strips \
              headers.",
    helps: "Headers in the contract; refusing messages without them at the channel; a catch-all \
            route that is watched.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "share",
            "Share of the messages without the header",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::optional(
            "header",
            "Which one: the ordering `Key`, the `Correlation` to the reply somebody waits for, \
             or what `Routing` needs",
            Shape::Choice(&["Key", "Correlation", "Routing"]),
            Value::Choice("Key"),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Reorders],
};
