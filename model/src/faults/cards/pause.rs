//! C2: consumer hangs.

use crate::faults::{Family, FaultCard, Outcome, TargetRole};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "C2",
    word: "Pause",
    family: Family::Consumer,
    title: "Consumer hangs",
    happens: "The consumer stands still with what it has in work, and goes on when the fault \
              ends as if nothing had happened. It takes nothing new.",
    seen: "If the channel waits no longer than the pause, it hands the message to somebody else, \
           and both do the work.",
    reality: "A long garbage collection, a suspended virtual machine, a thread that waits for a \
              lock.",
    helps: "Leases that are extended while work goes on; fencing; an idempotent consumer.",
    left_out: "",
    target: TargetRole::Consumer,
    parameters: &[],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates],
};
