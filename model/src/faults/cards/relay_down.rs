//! P9: the relay of an outbox, or the connector of a log, is down.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P9",
    word: "RelayDown",
    family: Family::Producer,
    title: "Relay or connector down",
    happens: "What publishes the rows of a consumer's outbox, or follows the log of its database, \
              stops. The consumer itself goes on. What was published and not marked, or not \
              stored as a position, is published again afterwards. A consumer that publishes by \
              itself is not struck.",
    seen: "Rows that wait; then a burst in their order, which may begin with repetitions of the \
           same identities.",
    reality: "The connector is redeployed or rebalanced; the scheduled job of the outbox is \
              stuck; its position was deleted.",
    helps: "An inbox at whoever receives; an alarm on the age of the oldest row; a relay that \
            can catch up faster than rows come.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[
        Parameter::optional(
            "stops",
            "Where it stops: `Anywhere`, when the fault begins; `BeforeMark`, when it has \
             published something the next time and has not marked or stored it yet",
            Shape::Choice(&["Anywhere", "BeforeMark"]),
            Value::Choice("Anywhere"),
        ),
        Parameter::optional(
            "position",
            "Where a connector goes on: `Flushed`, at the position that it stored last; `Kept`, \
             where it was, as after an orderly stop; `Lost`, with a snapshot of the whole table",
            Shape::Choice(&["Flushed", "Kept", "Lost"]),
            Value::Choice("Flushed"),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
