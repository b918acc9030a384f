//! C1: crash and restart.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C1",
    word: "Down",
    family: Family::Consumer,
    title: "Crash and restart",
    happens: "A consumer crashes, loses what it has in work, which is delivered again, and \
              refuses calls. A producer that is down publishes nothing and makes up for nothing. \
              A channel that is down accepts and delivers nothing, and takes back what is in \
              work.",
    seen: "Returned messages, a backlog that grows, a longer queue afterwards. What crashed \
           after its effect has it a second time.",
    reality: "A process is killed, a machine reboots, a deployment restarts everything.",
    helps: "More than one instance; short work; an idempotent consumer; publishers that hold \
            back.",
    left_out: "",
    target: TargetRole::Node,
    parameters: &[
        Parameter::optional(
            "phase",
            "Where a consumer is in its work when it crashes: `BeforeEffect`; `BetweenWrites`, if \
             it writes to its database and to a channel one after the other (else as \
             `AfterEffect`); or `AfterEffect` and before it acknowledges",
            Shape::Choice(&["BeforeEffect", "BetweenWrites", "AfterEffect"]),
            Value::Choice("BeforeEffect"),
        ),
        Parameter::optional(
            "restart",
            "How long it takes to start again once the fault ends",
            Shape::Span(true),
            Value::Span(Span::from_millis(0)),
        ),
        Parameter::optional(
            "cold_factor",
            "How many times as long its work takes after the restart",
            Shape::Number(1.0),
            Value::Number(1.0),
        ),
        Parameter::optional(
            "cold_for",
            "For how long",
            Shape::Span(true),
            Value::Span(Span::from_millis(0)),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
