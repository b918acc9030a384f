//! What is inside event-sourced aggregates.

use super::{Instance, PatternInside, state_name};
use crate::plan::{NodeIndex, Plan};
use crate::world::pattern::event_sourced::{EventStream, SourcedState};

pub(super) fn inside(
    plan: &Plan,
    node: NodeIndex,
    state: &SourcedState,
    most: usize,
) -> PatternInside {
    let instance = |(key, stream): (&u64, &EventStream)| Instance {
        name: key.to_string(),
        state: state_name(plan, node, stream.doing),
        since: stream.since,
        says: match stream.snapshot {
            Some(snapshot) => {
                format!("version {}, a snapshot of {}", stream.version, snapshot.at)
            }
            None => format!("version {}", stream.version),
        },
    };
    PatternInside {
        counts: vec![
            ("loads", state.loads),
            ("loads from a snapshot", state.from_snapshots),
            ("snapshots left aside", state.left_aside),
            ("events loaded", state.folded),
            ("events appended", state.appended),
            ("version conflicts", state.conflicts),
            ("commands rejected", state.rejected),
            ("snapshots stored", state.snapshots),
            ("events not published yet", state.unpublished.len() as u64),
        ],
        instances: state.streams.iter().take(most).map(instance).collect(),
    }
}
