//! C3: slow consumer.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C3",
    word: "Slow",
    family: Family::Consumer,
    title: "Slow consumer",
    happens: "Work that begins while the fault lasts takes so many times as long. With a ramp it \
              degrades little by little.",
    seen: "The backlog grows as soon as more comes than is handled; leases may run out.",
    reality: "A cache that is cold, an index that is missing, a neighbor on the same machine.",
    helps: "Room to spare; scaling on lag; timeouts for what the handler calls.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[Parameter::named(
        "factor",
        "Times as long; below 1 it is faster",
        Shape::Number(0.0),
        Value::Number(4.0),
    )],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays],
};
