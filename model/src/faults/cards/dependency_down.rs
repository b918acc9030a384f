//! C5: dependency down or slow.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C5",
    word: "DependencyDown",
    family: Family::Consumer,
    title: "Dependency down or slow",
    happens: "Something that the consumers need, a database or a service, fails or is slow. With \
              a selector such as `tag:uses-database` it strikes all that share it at the same \
              time.",
    seen: "Several consumers fail together; retries pile up; with a breaker attempts fail fast \
           and the backlog goes to the dead letters all the sooner.",
    reality: "A database fails over, a payment provider has an outage, a quota is used up.",
    helps: "Pausing consumption instead of failing; a circuit breaker with retries that wait \
            longer; timeouts; separate pools.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[
        Parameter::optional(
            "share",
            "Share of the attempts that fail because of it",
            Shape::Share,
            Value::Number(1.0),
        ),
        Parameter::optional(
            "latency",
            "How much longer each attempt takes",
            Shape::Span(true),
            Value::Span(Span::from_millis(0)),
        ),
        Parameter::optional(
            "breaker_after",
            "After so many failures in a row a circuit breaker opens: attempts fail at once, \
             without taking time; no breaker if absent",
            Shape::Maybe(&Shape::Count(1)),
            Value::Absent,
        ),
        Parameter::optional(
            "breaker_open",
            "How long it stays open before one attempt is let through",
            Shape::Span(false),
            Value::Span(Span::from_millis(10000)),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::DeadLetters],
};
