//! B10: rebalance storm.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B10",
    word: "RebalanceStorm",
    family: Family::Broker,
    title: "Rebalance storm",
    happens: "The consumers of the channel share out their work anew, again and again. What is \
              in work is taken back and delivered again afterwards.",
    seen: "Gaps in deliveries, acknowledgements that come too late, messages that are handled \
           twice.",
    reality: "Consumers whose work takes longer than their session, instances that scale up and \
              down, a rolling restart.",
    helps: "Cooperative rebalancing; static members; less work at a time; longer sessions.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named(
            "every",
            "From one rebalance to the next",
            Shape::Span(false),
            Value::Span(Span::from_millis(10000)),
        ),
        Parameter::optional(
            "pause",
            "How long each of them takes",
            Shape::Span(false),
            Value::Span(Span::from_millis(2000)),
        ),
        Parameter::optional(
            "protocol",
            "`Eager` stops all consumers of a subscription and takes back what they have; \
             `Cooperative` only one, in turn",
            Shape::Choice(&["Eager", "Cooperative"]),
            Value::Choice("Eager"),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
