//! L5: network partition.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "L5",
    word: "Partition",
    family: Family::Link,
    title: "Network partition",
    happens: "Nothing passes between the two sides. Two groups of nodes are cut apart by a \
              selector for the edges between them, such as `tag:zone-a -> tag:zone-b`.",
    seen: "Publications are lost or wait at the publisher; deliveries come again after the \
           acknowledgement timeout; calls time out.",
    reality: "A switch fails, a firewall rule is wrong, two zones lose sight of each other.",
    helps: "Holding back and retrying at the publisher; timeouts; knowing which side goes on \
            alone.",
    left_out: "",
    target: TargetRole::Edge,
    parameters: &[
        Parameter::optional(
            "messages",
            "What becomes of what would pass: `Dropped`, or `Held` until the partition heals",
            Shape::Choice(&["Dropped", "Held"]),
            Value::Choice("Dropped"),
        ),
        Parameter::optional(
            "both_ways",
            "Whether edges in the other direction are cut as well",
            Shape::Flag,
            Value::Flag(false),
        ),
    ],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::Delays],
};
