//! P1: producer crashes.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P1",
    word: "ProducerCrash",
    family: Family::Producer,
    title: "Producer crashes",
    happens: "The producer stops at once and starts again when the fault ends. What would have \
              been published meanwhile never comes to be. What it still held in memory, because \
              a channel did not take it, is lost unless it has an outbox.",
    seen: "The stream of messages has a gap. If a channel was down or blocked at the same time, \
           messages that the producer held back are dropped, or come late from the outbox.",
    reality: "A process is killed for its memory, a machine is replaced, a deployment does not \
              drain.",
    helps: "A transactional outbox; flushing before stopping; several instances.",
    left_out: "The producer is one; to lose one of several instances, draw several producers.",
    target: TargetRole::Producer,
    parameters: &[Parameter::optional(
        "outbox",
        "What becomes of messages it holds back because a channel does not take them: `Lost` \
             with its memory, or `Kept` in an outbox on disk",
        Shape::Choice(&["Lost", "Kept"]),
        Value::Choice("Lost"),
    )],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Loses],
};
