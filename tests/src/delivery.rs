//! The numbers that the pages about publishing with a database and about guarantees of delivery
//! state, from the record of each run.

use flowbench_model::time::Time;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::report::{LedgerReport, RelayReport};

use crate::story::Story;

const MS: u64 = 1_000_000;

fn ledger<'a>(story: &'a Story, consumer: &str) -> &'a LedgerReport {
    let mut ledgers = story.report().ledgers.iter();
    ledgers.find(|it| it.consumer == consumer).expect("it has a ledger")
}

fn relay(story: &Story) -> &RelayReport {
    &story.report().relays[0]
}

/// Rows, events, and orders that were charged.
fn written(scenario: &str) -> (u64, u64, u64) {
    let story = Story::of("dual-write/design.ron", scenario);
    let rows = ledger(&story, "order-service").posted.count;
    let events = story.times(EntryKind::Published, "order-service -> placed").len() as u64;
    (rows, events, ledger(&story, "billing").posted.count)
}

#[test]
fn two_writes_come_apart_and_an_outbox_holds_them_together() {
    assert_eq!(written("database-first"), (100, 97, 97));
    assert_eq!(written("message-first"), (97, 100, 100));
    assert_eq!(written("outbox"), (100, 100, 100));
}

#[test]
fn an_outbox_costs_between_90_and_490_ms() {
    let story = Story::of("dual-write/design.ron", "outbox");
    let relay = relay(&story);
    let delays = (relay.delay_min_ns, relay.delay_mean_ns, relay.delay_max_ns);
    assert_eq!(delays, (Some(90 * MS), Some(290 * MS), 490 * MS));
}

#[test]
fn a_relay_that_crashes_before_it_marks_publishes_a_batch_again() {
    let known = Story::of("dual-write/design.ron", "relay-crash");
    assert_eq!((relay(&known).again, known.report().messages.suppressed), (3, 3));
    assert_eq!(ledger(&known, "billing").posted.count, 100);
    let again = known.times(EntryKind::Duplicated, "order-service -> placed");
    assert_eq!(again, vec![Time(12_500 * MS); 3]);
    let unknown = Story::of("dual-write/design.ron", "relay-crash-without-inbox");
    let billing = ledger(&unknown, "billing");
    assert_eq!((billing.posted.count, billing.doubled.count), (103, 3));
}

/// Rows that waited at most, that were published again, and how long it took to catch up.
fn lag(scenario: &str, up_again_ms: u64) -> (u64, u64, u64) {
    let story = Story::of("change-data-capture/design.ron", scenario);
    let relay = relay(&story);
    let caught_up = relay.caught_up_at_ns.expect("it catches up") / MS;
    assert_eq!(ledger(&story, "reporting").doubled.count, 0, "{scenario}");
    (relay.waiting_max, relay.again, caught_up - up_again_ms)
}

#[test]
fn a_connector_catches_up_with_a_minute_in_less_than_seven_seconds() {
    assert_eq!(lag("connector-down", 90_000), (1_200, 0, 6_665));
    assert_eq!(lag("connector-crash", 95_000), (1_300, 100, 7_220));
    assert_eq!(lag("position-lost", 40_000), (800, 600, 4_440));
}

#[test]
fn a_renamed_column_breaks_600_contracts_unless_an_event_stands_before_it() {
    let invalid = |scenario: &str| {
        let story = Story::of("change-data-capture/design.ron", scenario);
        let letters = story.times(EntryKind::DeadLettered, "orders-topic -> reporting");
        (letters.len(), letters.first().map(|at| at.0 / MS))
    };
    assert_eq!(invalid("rename"), (600, Some(120_011)));
    assert_eq!(invalid("rename-behind-an-event"), (0, None));
}

/// Deliveries, bookings, what the account says, and repetitions that were recognized.
fn booked(scenario: &str) -> (u64, u64, f64, u64) {
    let story = Story::of("delivery-guarantees/design.ron", scenario);
    let (books, accounts) = (&story.report().messages, ledger(&story, "accounts"));
    assert!((accounts.expected.sum - 10_000.0).abs() < 0.001, "{scenario}");
    (books.delivered, accounts.posted.count, accounts.posted.sum, books.suppressed)
}

#[test]
fn a_guarantee_of_delivery_is_worth_what_the_account_says() {
    assert_eq!(booked("at-most-once"), (100, 90, 9_000.0, 0));
    assert_eq!(booked("at-least-once"), (124, 114, 11_400.0, 0));
    assert_eq!(booked("with-inbox"), (124, 100, 10_000.0, 14));
}
