//! C6: acknowledgement lost.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C6",
    word: "AckLost",
    family: Family::Consumer,
    title: "Acknowledgement lost",
    happens: "The work is done and has its effect, but the channel never learns of it. When it \
              stops waiting it delivers the message again.",
    seen: "A second effect some time after the first, unless the consumer recognizes the \
           message.",
    reality: "A connection breaks between effect and acknowledgement; a commit of offsets fails.",
    helps: "An idempotent consumer; effect and acknowledgement in one transaction.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[Parameter::named(
        "share",
        "Share of the acknowledgements that are lost",
        Shape::Share,
        Value::Number(0.1),
    )],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Duplicates],
};
