//! P8: database and channel disagree.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P8",
    word: "DualWrite",
    family: Family::Producer,
    title: "Database and channel disagree",
    happens: "A publisher that writes to its database and to a channel succeeds with only one of \
              them. Either the event is missing, or it tells of something that never happened. A \
              consumer that says in which order it writes both stops between the two, and its \
              attempt fails. One with an outbox, or whose log is captured, stops after its \
              commit, and nothing is missing.",
    seen: "Messages that are dropped before they enter a channel; phantoms that are handled like \
           all others. The record marks both.",
    reality: "Every service that commits and then publishes, or the other way round, without an \
              outbox.",
    helps: "A transactional outbox; capturing changes from the log of the database; publishing \
            first and deriving the state.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "publish_lost",
            "Share of the messages that are never published although the database has the change",
            Shape::Share,
            Value::Number(0.05),
        ),
        Parameter::named(
            "rolled_back",
            "Share of the messages that are published although the database took the change back",
            Shape::Share,
            Value::Number(0.05),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses],
};
