//! X: failure of a whole domain.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "X",
    word: "DomainFailure",
    family: Family::Domain,
    title: "Failure of a whole domain",
    happens: "Several nodes go down at the same instant for a common cause, and come back \
              together: those of a zone, a rack, a team. A selector such as `tag:zone-a` says \
              which.",
    seen: "Several things that were thought independent fail together, and their backlogs come \
           due together.",
    reality: "A zone loses power, a shared database fails, one deployment goes to all services.",
    helps: "Zones that are really apart; capacity for one zone less; changes one zone at a time.",
    left_out: "",
    target: TargetRole::Node,
    parameters: &[Parameter::optional(
        "share",
        "The chance of each node to be struck",
        Shape::Share,
        Value::Number(1.0),
    )],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
