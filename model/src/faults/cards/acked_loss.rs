//! B8: loss of what was acknowledged.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B8",
    word: "AckedLoss",
    family: Family::Broker,
    title: "Loss of what was acknowledged",
    happens: "The channel loses what it had acknowledged but not yet written to disk.",
    seen: "Messages that arrived and vanish at one instant, although their publishers were told \
           that they are safe.",
    reality: "Power fails before a flush, a disk that lies about flushing, a replica promoted \
              that was behind.",
    helps: "Flushing before acknowledging; several replicas in different places; counting at \
            both ends.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[Parameter::named(
        "window",
        "What entered within this time before the fault, and still waits, is gone",
        Shape::Span(false),
        Value::Span(Span::from_millis(1000)),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses],
};
