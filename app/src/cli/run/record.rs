//! The record of a run as lines of JSON, one for each entry.

use std::io::Write;
use std::path::Path;

use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{DropReason, Entry, EntryKind, Failure, PlaceKind, Record};
use serde_json::{Value, json};

use crate::files;

/// Writes all entries, one after the other: the text of a long run need not fit in memory.
pub(super) fn write(path: &Path, plan: &Plan, record: &Record) -> Result<(), String> {
    let write_entries = |file: &mut dyn Write| {
        let mut entries = record.entries_from(0);
        entries.try_for_each(|entry| writeln!(file, "{}", object(plan, record, &entry)))
    };
    files::write_with(path, write_entries).map_err(|error| error.to_string())
}

fn object(plan: &Plan, record: &Record, entry: &Entry) -> Value {
    let lineage = record.lineage(entry.message);
    json!({
        "at_ns": entry.at.0,
        "what": entry.kind.word(),
        "place": place(plan, entry),
        "message": record.message_name(plan, entry.message),
        "message_type": lineage.map(|it| plan.type_name(it.message_type)),
        "attempt": (entry.attempt > 0).then_some(entry.attempt),
        "detail": detail(entry),
    })
}

fn place(plan: &Plan, entry: &Entry) -> Value {
    let index = entry.place as usize;
    match entry.place_kind() {
        PlaceKind::Edge => plan.edges.get(index).map(|edge| edge.name.clone()).into(),
        PlaceKind::Node => plan.nodes.get(index).map(|node| node.name.clone()).into(),
        PlaceKind::Fault => format!("fault {index}").into(),
        PlaceKind::Action => format!("action {index}").into(),
    }
}

fn detail(entry: &Entry) -> Value {
    let failure = || Failure::from_detail(entry.detail).map(Failure::text).into();
    match entry.kind {
        EntryKind::Failed
        | EntryKind::Advised
        | EntryKind::LeaseExpired
        | EntryKind::Returned
        | EntryKind::DeadLettered
        | EntryKind::CallRejected
        | EntryKind::RetryDenied
        | EntryKind::Continued
        | EntryKind::CallFailed => failure(),
        EntryKind::Dropped => DropReason::from_detail(entry.detail).map(DropReason::text).into(),
        EntryKind::Published
        | EntryKind::CallSent
        | EntryKind::RetryScheduled
        | EntryKind::Acknowledged
        | EntryKind::AcknowledgedLate
        | EntryKind::Handled
        | EntryKind::Assigned
        | EntryKind::BreakerOpened
        | EntryKind::BreakerClosed
        | EntryKind::Throttled
        | EntryKind::ScaleOrdered
        | EntryKind::Scaled
        | EntryKind::Moved
        | EntryKind::Row
        | EntryKind::Blob
        | EntryKind::Acted => entry.detail.into(),
        EntryKind::Arrived
        | EntryKind::Duplicated
        | EntryKind::Delivered
        | EntryKind::Suppressed
        | EntryKind::Awaits
        | EntryKind::Expired
        | EntryKind::Refused
        | EntryKind::Redriven
        | EntryKind::Replayed
        | EntryKind::CallServed
        | EntryKind::CallReturned
        | EntryKind::ReplyTimedOut
        | EntryKind::BreakerHalfOpened
        | EntryKind::Flagged
        | EntryKind::FaultStarted
        | EntryKind::FaultEnded
        | EntryKind::Struck => Value::Null,
    }
}
