//! The numbers that the pages of the samples state, from the record of each run.

use std::collections::BTreeMap;

use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::EntryKind;

use crate::story::{Story, at_ms};

const MS: u64 = 1_000_000;

#[test]
fn a_healthy_shoe_shop_needs_740_ms_for_every_order() {
    let story = Story::of("shoe-shop/design.ron", "healthy");
    let latencies = story.latencies("shipments -> shipment");
    assert_eq!(latencies, vec![Span::from_millis(740); 120]);
    assert_eq!(story.report().messages.dropped, 0);
    assert_eq!(story.report().messages.redelivered, 0);
    assert_eq!(story.report().messages.in_flight, 0);
}

#[test]
fn a_payment_outage_delays_43_orders_and_loses_none() {
    let story = Story::of("shoe-shop/design.ron", "payment-outage");
    let path = story.path_to("shipment");
    assert_eq!(path.count, 120);
    assert_eq!((path.p50_ns, path.p99_ns, path.max_ns), (740 * MS, 29_920 * MS, 30_620 * MS));
    let latencies = story.latencies("shipments -> shipment");
    assert_eq!(latencies.iter().filter(|one| one.0 > 740 * MS).count(), 43);
    assert_eq!(story.subscription("payments -> payment").backlog_max, 30);
    let books = &story.report().messages;
    assert_eq!((books.dropped, books.dead_lettered, books.expired, books.in_flight), (0, 0, 0, 0));
    let recovered = Time(60_000 * MS);
    let empty =
        story.first_empty("payments", "payments -> payment", EntryKind::Acknowledged, recovered);
    assert_eq!(empty, Time(72_900 * MS));
}

#[test]
fn three_payments_at_once_move_the_tailback_on_to_shipments() {
    let changes = [("payment.concurrency", "3")];
    let story = Story::with("shoe-shop/design.ron", "payment-outage", &changes);
    let recovered = Time(60_000 * MS);
    let empty =
        story.first_empty("payments", "payments -> payment", EntryKind::Acknowledged, recovered);
    assert_eq!(empty, Time(63_600 * MS));
    assert_eq!(story.subscription("shipments -> shipment").backlog_max, 17);
}

#[test]
fn a_process_manager_costs_120_messages_and_notices_17_late_signups() {
    let orchestrated = Story::of("user-signup/design.ron", "notification-outage");
    let choreographed = Story::of("user-signup/choreographed.ron", "notification-outage");
    for (story, published, timeouts) in [(&orchestrated, 300, 17), (&choreographed, 180, 0)] {
        let report = story.report();
        assert_eq!(report.messages.published, published);
        assert_eq!(report.reply_timeouts, timeouts);
        let path = story.path_to("notification");
        assert_eq!((path.count, path.max_ns), (60, 20_100 * MS));
    }
}

#[test]
fn a_healthy_signup_takes_five_messages_or_three_and_no_timeout() {
    for (file, published, slowest_ms) in
        [("user-signup/design.ron", 300, 160), ("user-signup/choreographed.ron", 180, 150)]
    {
        let story = Story::of(file, "healthy");
        assert_eq!(story.report().messages.published, published);
        assert_eq!(story.report().reply_timeouts, 0);
        assert_eq!(story.path_to("notification").max_ns, slowest_ms * MS);
    }
}

/// How many messages each of the three workers handled.
fn shares(story: &Story) -> [u64; 3] {
    ["photos -> worker-1", "photos -> worker-2", "photos -> worker-3"]
        .map(|edge| story.subscription(edge).acknowledged)
}

#[test]
fn a_queue_shares_messages_out_and_skips_a_consumer_that_is_down() {
    assert_eq!(shares(&Story::of("point-to-point/design.ron", "queue")), [200, 200, 200]);
    let outage = Story::of("point-to-point/design.ron", "queue-outage");
    assert_eq!(shares(&outage), [217, 217, 166]);
    assert_eq!(outage.report().messages.delivered, 600);
    for worker in ["worker-1", "worker-2", "worker-3"] {
        assert_eq!(outage.path_to(worker).max_ns, 50 * MS, "{worker}");
    }
}

#[test]
fn a_topic_gives_everybody_everything_and_only_the_one_that_was_down_lags() {
    let story = Story::of("point-to-point/design.ron", "topic-outage");
    assert_eq!(shares(&story), [600, 600, 600]);
    assert_eq!(story.report().messages.delivered, 1_800);
    assert_eq!(story.subscription("photos -> worker-3").backlog_max, 100);
    assert_eq!(story.path_to("worker-1").max_ns, 50 * MS);
    assert_eq!(story.path_to("worker-2").max_ns, 50 * MS);
    let recovered = Time(20_000 * MS);
    let clear = story.first_empty("photos", "photos -> worker-3", EntryKind::Delivered, recovered);
    assert_eq!(clear, Time(29_950 * MS));
}

#[test]
fn each_retry_policy_tries_exactly_when_it_says() {
    let every_100_ms: Vec<u64> = (0..=100).map(|n| n * 100).collect();
    let policies: [(&str, &[u64]); 4] = [
        ("immediate", &every_100_ms),
        ("fixed", &[0, 2_000, 4_000, 6_000, 8_000, 10_000]),
        ("exponential", &[0, 1_000, 3_000, 7_000, 15_000]),
        ("capped", &[0, 1_000, 3_000, 7_000, 12_000]),
    ];
    for (scenario, attempts) in policies {
        let story = Story::of("retry-lab/design.ron", scenario);
        let edge = "requests -> caller";
        assert_eq!(story.times(EntryKind::Delivered, edge), at_ms(attempts), "{scenario}");
        let success = &attempts[attempts.len() - 1..];
        assert_eq!(story.times(EntryKind::Acknowledged, edge), at_ms(success), "{scenario}");
    }
}

#[test]
fn four_attempts_end_as_a_dead_letter_at_seven_seconds() {
    let story = Story::of("retry-lab/design.ron", "give-up");
    let [dead] = story.report().dead_letters.as_slice() else { panic!("one dead letter") };
    assert_eq!((dead.attempts, dead.at_ns), (4, 7_000 * MS));
    assert_eq!(dead.message, "client#1");
    assert_eq!(dead.reason, "called node is down");
}

/// Attempts in each length of `per_ms` that has any.
fn attempts_per(story: &Story, per_ms: u64) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for time in story.times(EntryKind::Delivered, "requests -> caller") {
        *counts.entry(time.0 / (per_ms * MS)).or_default() += 1;
    }
    counts
}

#[test]
fn a_herd_comes_back_together_and_jitter_disperses_it() {
    let herd = Story::of("retry-lab/design.ron", "herd");
    let spikes = [0, 1, 3, 7, 15].map(|second| (second * 1_000, 100));
    assert_eq!(attempts_per(&herd, 1), BTreeMap::from(spikes));
    let dispersed = Story::of("retry-lab/design.ron", "herd-jitter");
    let largest = attempts_per(&dispersed, 100).into_iter().skip(1).map(|(_, count)| count).max();
    assert_eq!(largest, Some(22), "in any 100 ms after the first");
    assert_eq!(dispersed.path_to("caller").count, 100);
    assert_eq!(herd.report().messages.delivered, 500);
    assert_eq!(dispersed.report().messages.delivered, 600);
}

#[test]
fn three_poison_messages_cost_twelve_attempts_and_end_as_dead_letters() {
    let story = Story::of("poison/design.ron", "poison");
    let orders = story.subscription("orders -> invoicing");
    assert_eq!((orders.delivered, orders.acknowledged, orders.dead_lettered), (109, 97, 3));
    let dead: Vec<_> = story.report().dead_letters.iter().map(|dead| &dead.message[..]).collect();
    assert_eq!(dead, ["shop#20", "shop#50", "shop#80"]);
    for (dead, arrived_ms) in story.report().dead_letters.iter().zip([1_900, 4_900, 7_900]) {
        assert_eq!((dead.attempts, dead.at_ns), (4, (arrived_ms + 7_200) * MS));
        assert_eq!(dead.reason, "poison message");
    }
}

#[test]
fn a_blind_redrive_wastes_twelve_attempts_and_brings_three_back() {
    let story = Story::of("poison/design.ron", "blind-redrive");
    let orders = story.subscription("orders -> invoicing");
    assert_eq!((orders.delivered, orders.acknowledged), (109 + 12, 97));
    assert_eq!(story.report().dead_letters.len(), 3);
    assert!(story.report().dead_letters.iter().all(|dead| dead.at_ns >= 27_200 * MS));
}

#[test]
fn after_the_fix_99_are_processed_one_is_dropped_and_none_is_left() {
    let story = Story::of("poison/design.ron", "fixed");
    let orders = story.subscription("orders -> invoicing");
    assert_eq!((orders.delivered, orders.acknowledged, orders.dropped), (109 + 2, 99, 1));
    assert_eq!(story.report().dead_letters.len(), 0);
    assert_eq!(story.report().messages.in_flight, 0);
}
