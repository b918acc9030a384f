//! What is stored beside the channels of a run: inboxes, and payloads behind claim checks.

use flowbench_simulator::report::{ClaimCheckReport, InboxReport, Report};

use crate::cli::console::Console;
use crate::cli::run::section::table;
use crate::cli::table::Lean;
use crate::cli::words::count;

/// Writes what was recognized, and what became of blobs.
pub(super) fn print(report: &Report, console: &mut Console) {
    inboxes(&report.inboxes, console);
    claim_checks(&report.claim_checks, console);
}

fn inboxes(inboxes: &[InboxReport], console: &mut Console) {
    if inboxes.is_empty() {
        return;
    }
    let head = [
        ("consumer", Lean::Left),
        ("entries", Lean::Right),
        ("forgotten", Lean::Right),
        ("recognized", Lean::Right),
        ("waited", Lean::Right),
        ("refused", Lean::Right),
    ];
    let row = |it: &InboxReport| {
        let numbers = [it.entries, it.forgotten, it.recognized, it.waited, it.refused];
        std::iter::once(it.consumer.clone()).chain(numbers.map(count)).collect()
    };
    let rows: Vec<Vec<String>> = inboxes.iter().map(row).collect();
    table("Inboxes", &head, &rows, console);
}

fn claim_checks(checks: &[ClaimCheckReport], console: &mut Console) {
    if checks.is_empty() {
        return;
    }
    let head = [
        ("message", Lean::Left),
        ("stored", Lean::Right),
        ("fetched", Lean::Right),
        ("dangling", Lean::Right),
        ("deleted", Lean::Right),
        ("expired", Lean::Right),
        ("orphaned", Lean::Right),
        ("bytes", Lean::Right),
        ("kept", Lean::Right),
        ("bytes", Lean::Right),
    ];
    let row = |it: &ClaimCheckReport| {
        let numbers = [
            it.stored,
            it.fetched,
            it.dangling,
            it.deleted,
            it.expired,
            it.orphaned,
            it.orphaned_bytes,
            it.kept,
            it.kept_bytes,
        ];
        std::iter::once(it.message.clone()).chain(numbers.map(count)).collect()
    };
    let rows: Vec<Vec<String>> = checks.iter().map(row).collect();
    table("Claim checks", &head, &rows, console);
}
