//! Designs as text, records as text.

use std::fmt::Write as _;

use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{DropReason, Entry, EntryKind, Failure, PlaceKind, UNWANTED};
use flowbench_simulator::recorder::Keep;
use flowbench_simulator::recording::Recording;
use flowbench_simulator::report::Report;

/// A design from the insides of its lists.
pub(crate) fn design(nodes: &str, edges: &str, scenario: &str) -> Design {
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [(name: \"Order\"), (name: \"Paid\"), \
         (name: \"Ask\", kind: Query)], nodes: [{nodes}], edges: [{edges}], \
         scenarios: [(name: \"s\", {scenario})])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

/// A producer that publishes `Order` at these instants.
pub(crate) fn shop(instants: &[&str]) -> String {
    let instants: Vec<String> = instants.iter().map(|at| format!("{at:?}")).collect();
    format!(
        "(name: \"shop\", role: Producer((workload: [(message: \"Order\", \
         arrivals: Scripted([{}]))]))),",
        instants.join(", ")
    )
}

/// Runs the first scenario to its end.
pub(crate) fn run(design: &Design) -> Recording {
    let scenario = design.scenario(None).expect("the fixture has one");
    let plan = Plan::compile(design, scenario, scenario.seed)
        .unwrap_or_else(|findings| panic!("{findings:#?}"));
    Recording::make(plan, Keep::Everything, |_| true).expect("nobody stops it")
}

/// The report of the first scenario.
pub(crate) fn report(design: &Design) -> Report {
    run(design).report().clone()
}

/// All entries of the first scenario, a line each; what only says that a message goes on is left
/// out.
pub(crate) fn record(design: &Design) -> String {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    lines(&recording, |kind| !matches!(kind, EntryKind::Published | EntryKind::Arrived))
}

/// The chosen entries, a line each.
pub(crate) fn lines(recording: &Recording, is_wanted: impl Fn(EntryKind) -> bool) -> String {
    let plan = recording.plan();
    let mut text = String::new();
    for entry in recording.record().entries_from(0).filter(|entry| is_wanted(entry.kind)) {
        let at = Time::as_secs_f64(entry.at);
        let message = recording.record().message_name(plan, entry.message).unwrap_or_default();
        let place = place(plan, &entry);
        let detail = detail(entry.kind, entry.detail);
        let attempt =
            if entry.attempt > 0 { format!(" ({})", entry.attempt) } else { String::new() };
        let words = [entry.kind.word(), &format!("{message}{attempt}"), &place];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        writeln!(text, "{at:.3} {}{detail}", words.join(" ")).expect("a string takes everything");
    }
    text
}

fn place(plan: &Plan, entry: &Entry) -> String {
    let place = entry.place as usize;
    match entry.place_kind() {
        // Why it was dropped says where.
        _ if entry.kind == EntryKind::Dropped => String::new(),
        PlaceKind::Node => plan.nodes[place].name.clone(),
        PlaceKind::Edge => plan.edges[place].name.clone(),
        PlaceKind::Fault => plan.faults[place].kind.word().to_owned(),
        PlaceKind::Action => format!("action {place}"),
    }
}

/// States of a blob.
const BLOBS: [&str; 5] = ["stored", "fetched", "deleted", "expired", "orphan"];

/// States of a row.
const ROWS: [&str; 4] = ["pending", "publishing", "published", "marked"];

fn detail(kind: EntryKind, detail: u64) -> String {
    let is_failure = matches!(
        kind,
        EntryKind::Failed
            | EntryKind::Returned
            | EntryKind::DeadLettered
            | EntryKind::CallFailed
            | EntryKind::CallRejected
            | EntryKind::RetryDenied
    );
    match (kind, Failure::from_detail(detail), DropReason::from_detail(detail)) {
        (EntryKind::Dropped, _, Some(reason)) => format!(": {}", reason.text()),
        (_, Some(failure), _) if is_failure => format!(": {}", failure.text()),
        (EntryKind::RetryScheduled | EntryKind::Throttled, ..) => {
            format!(" for {}ms", detail / 1_000_000)
        }
        (EntryKind::Blob, ..) => format!(": {}", BLOBS[detail as usize]),
        (EntryKind::Row, ..) => format!(": {}", ROWS[detail as usize]),
        (EntryKind::ScaleOrdered | EntryKind::Scaled, ..) => format!(": {detail}"),
        (EntryKind::Acknowledged | EntryKind::AcknowledgedLate, ..) if detail == 1 => {
            ": second effect".to_owned()
        }
        (EntryKind::Acknowledged, ..) if detail == UNWANTED => ": unread".to_owned(),
        _ => String::new(),
    }
}
