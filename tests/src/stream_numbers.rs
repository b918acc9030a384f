//! The numbers that the pages about event sourcing and projections state, from the record of each
//! run.

use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::report::PatternReport;

use crate::story::Story;

const MS: u64 = 1_000_000;

fn account(scenario: &str) -> Story {
    Story::of("event-sourcing/design.ron", scenario)
}

fn list(scenario: &str) -> Story {
    Story::of("projections/design.ron", scenario)
}

fn counts(story: &Story) -> &PatternReport {
    &story.report().patterns[0]
}

#[test]
fn a_stream_of_1050_events_takes_2100_ms_and_120_ms_with_a_snapshot_that_fits() {
    for (scenario, took, loaded) in
        [("whole-stream", 2_100, 1_050), ("snapshot", 120, 50), ("stale-snapshot", 2_100, 1_050)]
    {
        let story = account(scenario);
        assert_eq!(story.latencies("withdrawals -> account"), [Span::from_millis(took)]);
        assert_eq!(counts(&story).counts["events loaded"], loaded, "{scenario}");
    }
    assert_eq!(counts(&account("stale-snapshot")).counts["snapshots left aside"], 1);
}

#[test]
fn of_two_writers_one_is_rejected_or_decides_again_by_what_is_true_then() {
    let rejected = account("two-writers");
    let commands = rejected.subscription("withdrawals -> account");
    assert_eq!((commands.acknowledged, commands.dead_lettered), (1, 1));
    assert_eq!(counts(&rejected).counts["version conflicts"], 1);
    let again = account("two-writers-decide-again");
    let took = again.latencies("withdrawals -> account");
    assert_eq!(took, [Span::from_millis(120), Span::from_millis(242)]);
    assert_eq!(counts(&again).counts["events appended"], 2);
    assert_eq!(again.report().messages.dead_lettered, 0);
}

#[test]
fn what_was_appended_before_a_crash_is_published_at_5_s() {
    let story = account("crash-before-publish");
    let heard = story.times(EntryKind::Acknowledged, "account-events -> statements");
    assert_eq!(heard, [Time(5_000 * MS)]);
}

#[test]
fn a_list_500_ms_behind_is_stale_for_everybody_and_waiting_costs_300_ms() {
    let healthy = list("healthy");
    assert_eq!(counts(&healthy).counts["stale reads"], 0);
    assert_eq!(counts(&healthy).counts["milliseconds behind at most"], 10);
    let slow = list("slow-projector");
    let of = counts(&slow);
    assert_eq!(of.counts["stale reads"], of.counts["reads"]);
    assert_eq!(of.counts["milliseconds behind at most"], 500);
    let waits = list("wait-for-version");
    let asked = waits.times(EntryKind::CallSent, "browsers -> order-list");
    let told = waits.times(EntryKind::CallReturned, "browsers -> order-list");
    assert_eq!(counts(&waits).counts["stale reads"], 0);
    for (asked, told) in asked.iter().zip(&told) {
        assert_eq!(told.since(*asked), Span::from_millis(300));
    }
}

#[test]
fn a_crash_of_30_s_leaves_600_events_which_are_caught_up_with_7500_ms_later() {
    let story = list("crash");
    assert_eq!(counts(&story).counts["events behind at most"], 600);
    let up = Time(39_990 * MS);
    let edge = "order-events -> order-list";
    let empty = story.first_empty("order-events", edge, EntryKind::Acknowledged, up);
    assert_eq!(empty.since(up), Span::from_millis(7_500));
}

#[test]
fn a_rebuild_of_6000_events_takes_12500_ms_and_readers_notice_it_only_in_place() {
    for (scenario, stale) in [("rebuild", 0), ("rebuild-in-place", 250)] {
        let story = list(scenario);
        let changes: Vec<Time> = story
            .entries()
            .filter(|it| it.kind == EntryKind::Moved && it.detail <= 2)
            .map(|it| it.at)
            .collect();
        let (first, last) = (changes[0], changes[changes.len() - 1]);
        assert_eq!(last.since(first), Span::from_millis(12_500), "{scenario}");
        let acted = story.entries().find(|it| it.kind == EntryKind::Acted);
        assert_eq!(acted.map(|it| it.detail), Some(6_000));
        assert_eq!(counts(&story).counts["stale reads"], stale, "{scenario}");
    }
}
