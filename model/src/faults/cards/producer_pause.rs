//! P2: producer pauses.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P2",
    word: "ProducerPause",
    family: Family::Producer,
    title: "Producer pauses",
    happens: "The producer stands still, and goes on when the fault ends. What fell due \
              meanwhile is published at once then, or never.",
    seen: "A gap, and after it a burst that the channel has to take in a single instant.",
    reality: "A long garbage collection, a suspended virtual machine, a debugger, a processor \
              that is throttled.",
    helps: "Smaller heaps; limits on how much is published at once; consumers that stand a \
            burst.",
    left_out: "",
    target: TargetRole::Producer,
    parameters: &[Parameter::optional(
        "arrivals",
        "What becomes of what falls due meanwhile: `Accumulated` and published at once \
             afterwards, or `Suppressed`",
        Shape::Choice(&["Accumulated", "Suppressed"]),
        Value::Choice("Accumulated"),
    )],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays],
};
