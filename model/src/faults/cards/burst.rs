//! P3: burst of load.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P3",
    word: "Burst",
    family: Family::Producer,
    title: "Burst of load",
    happens: "The producer publishes several times as much as usual. The additional messages \
              have a stream of their own, so that the usual ones stay the same.",
    seen: "The backlog grows for as long as more comes than is handled, and takes its time to \
           shrink afterwards.",
    reality: "A sale, a campaign, retries of many clients after an outage, a batch job at \
              midnight.",
    helps: "Room to spare; limits on the backlog; shedding load early; consumers that scale.",
    left_out: "",
    target: TargetRole::Producer,
    parameters: &[
        Parameter::named(
            "factor",
            "How many times as much as usual",
            Shape::Number(1.0),
            Value::Number(4.0),
        ),
        Parameter::optional(
            "shape",
            "`Step` at once, `Ramp` up to the end, or `Spike` up to the middle and down again",
            Shape::Choice(&["Step", "Ramp", "Spike"]),
            Value::Choice("Step"),
        ),
        Parameter::optional(
            "at_once",
            "So many messages besides, all in the first instant: clients that wake up together",
            Shape::Count(0),
            Value::Count(0),
        ),
    ],
    has_degree: true,
    is_selective: false,
    outcomes: &[Outcome::Delays],
};
