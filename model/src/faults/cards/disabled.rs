//! B7: sending or receiving disabled.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B7",
    word: "Disabled",
    family: Family::Broker,
    title: "Sending or receiving disabled",
    happens: "The channel is there but does not let in, or does not hand out.",
    seen: "Publications are refused and dropped; or the backlog grows while consumers are idle.",
    reality: "An access rule has changed, a password has expired, an operator has disabled the \
              queue.",
    helps: "Credentials that are renewed early; holding back at the publisher; an alarm on \
            deliveries, not only on errors.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[Parameter::optional(
        "direction",
        "`Send`: publications are refused. `Receive`: nothing is delivered. `Both`",
        Shape::Choice(&["Send", "Receive", "Both"]),
        Value::Choice("Send"),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Delays],
};
