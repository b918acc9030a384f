//! B2: leader election.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B2",
    word: "LeaderElection",
    family: Family::Broker,
    title: "Leader election",
    happens: "The channel has no leader until the fault ends. Publications wait and are tried \
              again; nothing new is delivered. What is in work goes on and can be acknowledged.",
    seen: "A short gap in deliveries, and a step in publish latency. Nothing is lost and nothing \
           comes twice.",
    reality: "A broker is restarted, loses its lease, or is balanced by hand.",
    helps: "Clients that retry; timeouts longer than an election.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[Parameter::optional(
        "share",
        "Share of the publications that meet the old leader and have to wait for the new one",
        Shape::Share,
        Value::Number(1.0),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Delays],
};
