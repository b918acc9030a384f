//! P6: late event.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::node::Distribution;
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "P6",
    word: "LateEvent",
    family: Family::Producer,
    title: "Late event",
    happens: "An event is published long after it happened, behind others that happened later. \
              Its age counts from when it happened.",
    seen: "Messages of one key arrive out of order, and latency has a long tail although nothing \
           is slow.",
    reality: "Phones without a network, devices that send once an hour, files that are imported \
              late.",
    helps: "Event time in the message; windows that wait; consumers that do not rely on the \
            order of arrival.",
    left_out: "",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "share",
            "Share of the messages that come late",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::named(
            "lag",
            "How long after it happened an event is published",
            Shape::Law,
            Value::Law(Distribution::Constant(Span::from_millis(30000))),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::Reorders],
};
