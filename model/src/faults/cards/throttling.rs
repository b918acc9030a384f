//! B6: throttling.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::{Rate, Span};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B6",
    word: "Throttling",
    family: Family::Broker,
    title: "Throttling",
    happens: "The channel lets in only so many publications: a bucket of tokens.",
    seen: "Publications wait, or are refused and dropped, although the channel itself is well.",
    reality: "A quota of a cloud service, a limit for each client, a plan that is too small.",
    helps: "Backoff with jitter at the publisher; batching; asking for a larger quota in time.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named(
            "rate",
            "How many publications are let in",
            Shape::Rate,
            Value::Rate(Rate { count: 10, per: Span::from_secs(1) }),
        ),
        Parameter::optional(
            "burst",
            "How many at once after a quiet time",
            Shape::Count(1),
            Value::Count(1),
        ),
        Parameter::optional(
            "over",
            "What becomes of more: `Delay` until they fit, or `Error` for the publisher",
            Shape::Choice(&["Delay", "Error"]),
            Value::Choice("Delay"),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::Loses],
};
