//! What is inside projections.

use super::{Instance, PatternInside, state_name};
use crate::plan::{NodeIndex, Plan};
use crate::world::pattern::projection::{ProjectionState, Read};

/// The position on the card of a read that waits.
const READ_WAITS: usize = 3;

pub(super) fn inside(
    plan: &Plan,
    node: NodeIndex,
    state: &ProjectionState,
    most: usize,
) -> PatternInside {
    let model = Instance {
        name: "read model".to_owned(),
        state: state_name(plan, node, state.doing),
        since: state.since,
        says: match &state.rebuilding {
            Some(it) => format!("{} of {} events built again", it.next, state.log.len()),
            None => format!("{} events behind", state.behind),
        },
    };
    let read = |(number, read): (&u64, &Read)| Instance {
        name: format!("read {number}"),
        state: state_name(plan, node, READ_WAITS),
        since: read.since,
        says: format!("asks about key {}", read.question.key),
    };
    let waiting = state.reads.iter().filter(|(_, read)| read.is_waiting).map(read);
    PatternInside {
        counts: counts(state),
        instances: std::iter::once(model).chain(waiting).take(most).collect(),
    }
}

fn counts(state: &ProjectionState) -> Vec<(&'static str, u64)> {
    let counts = &state.counts;
    vec![
        ("events applied", counts.applied),
        ("events behind", state.behind),
        ("events behind at most", counts.behind_max),
        ("milliseconds behind at most", counts.lag_max.0 / 1_000_000),
        ("events applied twice", counts.twice),
        ("events skipped", counts.skipped),
        ("reads", counts.reads),
        ("stale reads", counts.stale),
        ("reads that waited", counts.waited),
        ("milliseconds waited at most", counts.wait_max.0 / 1_000_000),
        ("reads that waited too long", counts.given_up),
        ("rebuilds", counts.rebuilds),
        ("events built again", counts.rebuilt),
        ("events gone from the source", counts.gone),
    ]
}
