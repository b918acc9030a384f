//! O2: purge or offset reset.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "O2",
    word: "OffsetReset",
    family: Family::Operator,
    title: "Purge or offset reset",
    happens: "An operator moves the consumers of a channel to another place. What lies between \
              is skipped for good, or comes again as far as the channel has kept it after it was \
              settled.",
    seen: "The backlog is empty from one instant to the next, or everything is handled a second \
           time.",
    reality: "A purge to get rid of a poison message, a group that is made anew, a wrong option \
              in a script.",
    helps: "Skipping one message instead of all; an idempotent consumer; trying it with a copy \
            first.",
    left_out: "",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::named(
            "to",
            "Where consumers go on: `Latest`, behind everything that waits; `Earliest`, at the \
             first message the channel still has; or some time `Ago`",
            Shape::Choice(&["Latest", "Earliest", "Ago"]),
            Value::Choice("Latest"),
        ),
        Parameter::optional(
            "ago",
            "With `Ago`: how far back",
            Shape::Span(false),
            Value::Span(Span::from_millis(60000)),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Loses, Outcome::Duplicates],
};
