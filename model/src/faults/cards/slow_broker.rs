//! B3: slow broker.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::node::Distribution;
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B3",
    word: "SlowBroker",
    family: Family::Broker,
    title: "Slow broker",
    happens: "The channel takes long to accept a message. One at a time, that also limits how \
              many it accepts.",
    seen: "Publish latency grows; one at a time, publishers fall behind while consumers are \
           idle.",
    reality: "A disk that stalls on flushing, a neighbor on the same machine, a full page cache.",
    helps: "Batching; disks of their own; replicas that do not flush each message.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named(
            "by",
            "How long it takes to accept a message",
            Shape::Law,
            Value::Law(Distribution::Constant(Span::from_millis(200))),
        ),
        Parameter::optional(
            "one_at_a_time",
            "Whether messages wait for each other, as for one disk",
            Shape::Flag,
            Value::Flag(false),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Delays],
};
