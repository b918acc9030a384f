//! Numbers of the samples about contexts, archives, facts and commands.

use flowbench_model::time::Time;
use flowbench_simulator::record::{DropReason, EntryKind};

use super::MS;
use crate::story::{Story, at_ms};

fn ledger<'a>(story: &'a Story, consumer: &str) -> &'a flowbench_simulator::report::LedgerReport {
    let found = story.report().ledgers.iter().find(|it| it.consumer == consumer);
    found.unwrap_or_else(|| panic!("no ledger of {consumer}"))
}

#[test]
fn a_replay_to_all_charges_200_customers_twice_unless_billing_has_an_inbox() {
    for (scenario, missing, doubled, suppressed) in [
        ("lost", 200, 0, 0),
        ("replay-to-all", 0, 200, 0),
        ("replay-to-all-with-inbox", 0, 0, 200),
        ("replay-fast", 0, 0, 0),
        ("replay-slowly", 0, 0, 0),
    ] {
        let story = Story::of("archive-replay/design.ron", scenario);
        assert_eq!(ledger(&story, "warehouse").missing, missing, "{scenario}");
        assert_eq!(ledger(&story, "billing").doubled.count, doubled, "{scenario}");
        let recognized = story.times(EntryKind::Suppressed, "orders -> billing");
        assert_eq!(recognized.len(), suppressed, "{scenario}");
        assert_eq!(story.drops(DropReason::GivenUp).len(), 200, "{scenario}");
    }
}

#[test]
fn a_fast_replay_keeps_80_waiting_and_a_slow_one_none() {
    for (scenario, last_ms, most) in [("replay-fast", 63_980, 80), ("replay-slowly", 67_960, 1)] {
        let story = Story::of("archive-replay/design.ron", scenario);
        let replayed = story.times(EntryKind::Replayed, "orders -> warehouse");
        let ends = (replayed.first().copied(), replayed.last().copied());
        assert_eq!(ends, (Some(Time(60_000 * MS)), Some(Time(last_ms * MS))), "{scenario}");
        assert_eq!(replayed.len(), 200);
        assert_eq!(story.subscription("orders -> warehouse").backlog_max, most, "{scenario}");
    }
    let story = Story::of("archive-replay/design.ron", "replay-fast");
    let waiting = story.waiting("orders", [64_000, 66_600, 66_700].into_iter());
    assert!(waiting[0] >= 79 && waiting[1] > 0 && waiting[2] <= 1, "{waiting:?}");
}

#[test]
fn lamps_that_hear_of_events_need_120_deliveries_and_commanded_ones_180() {
    for (file, deliveries) in [("room-light/design.ron", 120), ("room-light/commands.ron", 180)] {
        assert_eq!(Story::of(file, "healthy").report().messages.delivered, deliveries);
    }
    let late = Story::of("room-light/design.ron", "lamp-down").latencies("motions -> ceiling");
    assert_eq!(late.iter().filter(|one| one.0 > 50 * MS).count(), 20);
}

#[test]
fn twenty_motions_become_late_commands_and_four_if_sixteen_expire() {
    let story = Story::of("room-light/commands.ron", "controller-down");
    let late = story.latencies("ceiling-commands -> ceiling");
    assert_eq!(late.iter().filter(|one| one.0 > 0).count(), 20);
    assert_eq!(story.path_to("ceiling").max_ns, 20_000 * MS);
    let story = Story::of("room-light/commands.ron", "controller-down-expiring");
    assert_eq!(story.report().messages.expired, 16);
    let late = story.latencies("ceiling-commands -> ceiling");
    assert_eq!(late.iter().filter(|one| one.0 > 0).count(), 4);
}

#[test]
fn a_phone_rings_ten_times_for_readings_and_twice_for_changes() {
    for (scenario, warnings, rings, limited, asked) in [
        ("each-reading", 40, 10, 30, 40),
        ("each-change", 2, 2, 0, 2),
        ("each-change-with-level", 2, 2, 0, 0),
    ] {
        let story = Story::of("fridge/design.ron", scenario);
        let heard = story.times(EntryKind::Delivered, "warnings -> phone").len();
        assert_eq!(heard, warnings, "{scenario}");
        assert_eq!(story.subscription("warnings -> phone").acknowledged, rings, "{scenario}");
        assert_eq!(story.drops(DropReason::RateLimited).len(), limited, "{scenario}");
        assert_eq!(story.report().calls.sent, asked, "{scenario}");
    }
    let story = Story::of("fridge/design.ron", "each-change");
    let rings = story.times(EntryKind::Acknowledged, "warnings -> phone");
    assert_eq!(rings, at_ms(&[50_000, 350_000]));
}

#[test]
fn a_renamed_field_breaks_600_orders_at_the_conformist_and_parks_600_at_one_gate() {
    let story = Story::of("bounded-contexts/design.ron", "renamed");
    assert_eq!(story.times(EntryKind::DeadLettered, "orders -> reports").len(), 600);
    assert_eq!(story.times(EntryKind::DeadLettered, "published -> partners").len(), 0);
    assert_eq!(story.times(EntryKind::DeadLettered, "orders -> billing-gate").len(), 600);
    assert_eq!(story.times(EntryKind::Redriven, "orders -> billing-gate").len(), 600);
    assert_eq!(story.subscription("orders -> reports").acknowledged, 600);
    for edge in ["published -> partners", "orders -> billing-gate", "invoices -> billing"] {
        assert_eq!(story.subscription(edge).acknowledged, 1_200, "{edge}");
    }
}

#[test]
fn an_enricher_holds_200_orders_back_or_flags_them_partial() {
    let held = Story::of("bounded-contexts/design.ron", "customers-down");
    let first_failures = held
        .entries()
        .filter(|entry| entry.kind == EntryKind::Failed && entry.attempt == 1)
        .count();
    assert_eq!(first_failures, 200);
    assert_eq!(held.subscription("orders -> loyalty").delivered, 3_300);
    assert_eq!(held.path_to("mailing").max_ns, 20_031 * MS);
    let partial = Story::of("bounded-contexts/design.ron", "customers-down-partial");
    assert_eq!(partial.times(EntryKind::Continued, "loyalty -> customers").len(), 200);
    assert_eq!(partial.subscription("orders -> loyalty").delivered, 1_200);
    assert_eq!(partial.path_to("mailing").max_ns, 7 * MS);
}
