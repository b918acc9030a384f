//! C8: memory of duplicates lost.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C8",
    word: "DedupLoss",
    family: Family::Consumer,
    title: "Memory of duplicates lost",
    happens: "An idempotent consumer loses its store of what it has handled. While the fault \
              lasts it neither remembers nor recognizes anything.",
    seen: "Repetitions have a second effect, although the consumer is idempotent by design.",
    reality: "The store is a cache with a time to live, was flushed, or is out of reach.",
    helps: "The memory in the same database and transaction as the effect; a window longer than \
            the longest redelivery.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[Parameter::optional(
        "forgets",
        "Whether what was remembered before is gone too",
        Shape::Flag,
        Value::Flag(true),
    )],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Duplicates],
};
