//! T2: scheduler misses or fires twice.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "T2",
    word: "SchedulerMiss",
    family: Family::Time,
    title: "Scheduler misses or fires twice",
    happens: "What a schedule should publish is not published, or is published twice.",
    seen: "A missing report, a second invoice: two messages that no deduplication takes for one.",
    reality: "Two instances of a scheduler, a job that overlaps itself, a change to summer time.",
    helps: "One leader; jobs that know for which period they run; an identity taken from the \
            period.",
    left_out: "",
    target: TargetRole::Producer,
    parameters: &[
        Parameter::named(
            "missed",
            "Share of the arrivals that do not happen",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::optional(
            "twice",
            "Share of the arrivals that happen twice, as two messages",
            Shape::Share,
            Value::Number(0.0),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Duplicates],
};
