//! The numbers that the pages of the samples state, from the record of each run.

use std::collections::{BTreeMap, BTreeSet};

use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::{DropReason, EntryKind};

use crate::story::{Story, at_ms, peak, size_at};

mod contexts;
mod evolution;
mod signup_race;

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

#[test]
fn a_booking_that_blocks_leaves_601_behind_in_a_minute_and_other_partitions_one() {
    let story = Story::of("ordering/design.ron", "block-forever");
    let lags = story.lags("bookings", 3);
    assert_eq!(size_at(&lags[0], 70_000), 601);
    assert_eq!((peak(&lags[1]).1, peak(&lags[2]).1), (1, 1));
    assert_eq!(story.report().messages.redelivered, 57, "58 attempts");
}

#[test]
fn three_attempts_leave_22_behind_and_all_is_as_usual_before_15_s() {
    let story = Story::of("ordering/design.ron", "dead-letter");
    let lags = story.lags("bookings", 3);
    assert_eq!(peak(&lags[0]), (Time(12_100 * MS), 22));
    assert_eq!((peak(&lags[1]).1, peak(&lags[2]).1), (1, 1));
    let late: Vec<u64> = lags[0].iter().filter(|it| it.0.0 > 14_150 * MS).map(|it| it.1).collect();
    assert_eq!(late.iter().max(), Some(&1));
    assert_eq!((story.inside("bookings", 14_149).0, story.inside("bookings", 14_150).0), (1, 0));
    assert_eq!(story.report().dead_letters.len(), 1);
    assert_eq!(story.report().dead_letters[0].at_ns, 12_150 * MS);
}

#[test]
fn a_retry_topic_lets_nobody_wait_and_seven_of_the_same_account_pass() {
    let story = Story::of("ordering/design.ron", "retry-topic");
    assert!(story.lags("bookings", 3).iter().all(|lag| peak(lag).1 == 1));
    assert_eq!(
        story.times(EntryKind::Delivered, "retries -> ledger"),
        at_ms(&[11_050, 13_100, 17_150])
    );
    assert_eq!(story.times(EntryKind::Acknowledged, "retries -> ledger"), at_ms(&[17_200]));
    let account_0: Vec<_> = story
        .entries()
        .filter(|it| it.kind == EntryKind::Published && it.detail == 0)
        .map(|it| it.message)
        .collect();
    let passed = story.entries().filter(|it| {
        let is_between = it.at.0 > 10_050 * MS && it.at.0 < 17_200 * MS;
        is_between && it.kind == EntryKind::Acknowledged && account_0.contains(&it.message)
    });
    assert_eq!(passed.count(), 7);
}

#[test]
fn competing_consumers_note_payments_before_invoices_until_there_is_a_key() {
    let handled = |scenario: &str, nth_ms: u64| {
        let story = Story::of("ordering/competing.ron", scenario);
        let times = story.times(EntryKind::Acknowledged, "invoices -> ledger");
        assert_eq!(times.len(), 20);
        times.iter().filter(|at| at.0 % (1_000 * MS) == nth_ms * MS).count()
    };
    // An invoice takes until 300 ms of its second; a payment is noted 50 ms after its beginning.
    assert_eq!((handled("competing", 150), handled("competing", 300)), (10, 10));
    assert_eq!((handled("keyed", 300), handled("keyed", 350)), (10, 10));
}

#[test]
fn a_spare_consumer_is_level_after_ten_seconds_and_without_one_250_stay() {
    let spare = Story::of("consumer-group/design.ron", "spare");
    assert_eq!(spare.inside("scans", 29_999).0, 250);
    let (waiting, owners) = spare.inside("scans", 30_000);
    assert_eq!(waiting, 249);
    assert_eq!(owners[1], "tracker-2");
    let lags = spare.lags("scans", 4);
    assert_eq!(
        lags[1].iter().find(|it| it.0.0 > 30_000 * MS && it.1 == 0).map(|it| it.0.0 / MS),
        Some(40_000)
    );
    let (_, owners) = spare.inside("scans", 40_000);
    assert_eq!(owners, ["tracker-0", "tracker-2", "tracker-3", "tracker-4"]);

    let none = Story::of("consumer-group/design.ron", "no-spare");
    let (_, owners) = none.inside("scans", 30_000);
    assert_eq!(owners, ["tracker-0", "tracker-0", "tracker-2", "tracker-3"]);
    let lags = none.lags("scans", 4);
    for second in 30..=120 {
        assert_eq!(size_at(&lags[1], second * 1_000), 250, "at {second} s");
    }
}

#[test]
fn what_was_noted_since_the_last_commit_is_noted_again() {
    let story = Story::of("consumer-group/design.ron", "late-commit");
    assert_eq!(story.report().messages.redelivered, 125);
}

#[test]
fn a_hot_key_leaves_1200_behind_while_the_group_is_half_idle() {
    let hot = Story::of("consumer-group/design.ron", "hot-key");
    assert_eq!(hot.report().messages.published, 6_000);
    assert_eq!(hot.subscription("scans -> tracker-0").backlog_max, 1_200);
    let lags = hot.lags("scans", 4);
    for (at_s, behind) in [(10, 200), (20, 400), (40, 800)] {
        assert_eq!(size_at(&lags[0], at_s * 1_000 - 1), behind + 1, "one of them is in work");
    }
    assert!(lags[1..].iter().all(|lag| peak(lag).1 == 1));
    let finer = Story::of("consumer-group/design.ron", "finer-key");
    assert_eq!(finer.report().messages.published, 6_000);
    assert_eq!(finer.subscription("scans -> tracker-0").backlog_max, 0);
}

/// What each queue of the routing lab got, what found none, and what is gone.
fn routed(scenario: &str) -> ([u64; 3], u64, u64) {
    let story = Story::of("routing-lab/design.ron", scenario);
    let edges = ["orders -> order-desk", "payments -> bookkeeping", "audits -> auditor"];
    let channels = &story.report().channels;
    let unrouted = channels.iter().find(|it| it.channel == "unrouted").expect("it is there");
    let books = &story.report().messages;
    assert_eq!(books.published, 120);
    let got = edges.map(|edge| story.subscription(edge).acknowledged);
    assert_eq!(got.iter().sum::<u64>() + unrouted.ready + books.dropped, books.copies);
    (got, unrouted.ready, books.dropped)
}

#[test]
fn five_of_120_events_vanish_unless_an_alternate_takes_them() {
    assert_eq!(routed("vanish"), ([60, 40, 15], 0, 5));
    assert_eq!(routed("alternate"), ([60, 40, 15], 5, 0));
    assert_eq!(routed("returned"), ([60, 40, 15], 0, 5));
    assert_eq!(routed("direct"), ([30, 5, 15], 70, 0));
    assert_eq!(routed("headers"), ([60, 40, 15], 5, 0));
    assert_eq!(routed("fanout"), ([120, 120, 120], 0, 0));
    let returned = Story::of("routing-lab/design.ron", "returned");
    assert_eq!(returned.times(EntryKind::Refused, "shop -> events").len(), 5);
    let vanished = Story::of("routing-lab/design.ron", "vanish");
    assert_eq!(vanished.drops(DropReason::Unroutable).len(), 5);
    assert_eq!(vanished.times(EntryKind::Refused, "shop -> events").len(), 0);
}

#[test]
fn limits_of_queues_lose_four_and_ten_unless_dead_letters_take_them() {
    let limited = |scenario: &str| Story::of("routing-lab/design.ron", scenario);
    let aged = limited("time-to-live");
    assert_eq!((aged.report().messages.expired, aged.report().messages.dropped), (4, 0));
    assert_eq!(aged.subscription("audits -> auditor").acknowledged, 11);
    let full = limited("max-length");
    assert_eq!(full.drops(DropReason::Overflow).len(), 10);
    assert_eq!(full.subscription("orders -> order-desk").acknowledged, 50);
    let kept = limited("safety-net").report().clone();
    assert_eq!((kept.messages.expired, kept.messages.dropped), (0, 0));
    assert_eq!(kept.dead_letters.len(), 14);
    let expired = kept.dead_letters.iter().filter(|it| it.channel == "audits");
    assert_eq!(expired.count(), 4);
}

#[test]
fn a_queue_of_2400_loses_its_first_payment_after_a_minute_and_40_a_second_from_then_on() {
    let oldest = Story::of("slow-consumer/design.ron", "drop-head");
    let lost = oldest.drops(DropReason::Overflow);
    assert_eq!((lost.len(), lost[0]), (2_400, Time(60_000 * MS)));
    let newest = Story::of("slow-consumer/design.ron", "reject-publish");
    let refused = newest.times(EntryKind::Refused, "checkout -> payments");
    assert_eq!((refused.len(), refused[0]), (2_400, Time(60_000 * MS)));
    for second in 60..120 {
        let of_second = refused.iter().filter(|at| at.0 / (1_000 * MS) == second);
        assert_eq!(of_second.count(), 40, "from {second} s on");
    }
    let waits = Story::of("slow-consumer/design.ron", "block-publisher");
    let books = &waits.report().messages;
    assert_eq!((books.dropped, books.in_flight), (0, 2_400 + 1 + 2_400));
}

#[test]
fn the_same_orders_wait_in_their_peak_and_nowhere_else() {
    let told = ["evenly", "as-recorded", "twice-as-fast", "two-workers"].map(|scenario| {
        let story = Story::of("recorded-orders/design.ron", scenario);
        let (report, tenths) = (story.report(), |ns: u64| (ns + 50 * MS) / (100 * MS));
        let path = &report.paths[0];
        let busy = (report.consumers[0].utilization * 100.0).round() as u64;
        let most = story.subscription("orders -> confirming").backlog_max;
        assert_eq!(report.ledgers[0].posted.sum, 984_100.0, "{scenario}");
        (most, tenths(path.p50_ns), tenths(path.p99_ns), busy)
    });
    assert_eq!(told, [(1, 6, 20, 23), (48, 56, 328, 23), (91, 193, 628, 23), (2, 7, 20, 12)]);
}

#[test]
fn a_second_instance_at_30_s_finds_1200_waiting_and_none_at_90_s() {
    let story = Story::of("slow-consumer/design.ron", "autoscale");
    assert_eq!(story.inside("payments", 24_980).0, 1_000);
    assert_eq!(story.subscription("payments -> scoring").backlog_max, 1_200);
    assert_eq!(story.inside("payments", 29_990).0, 1_200);
    assert!(story.inside("payments", 89_900).0 > 0);
    let later = story.waiting("payments", (90_005..120_000).step_by(50));
    assert!(later.iter().all(|waiting| *waiting == 0), "{later:?}");
    assert_eq!(story.report().messages.dropped, 0);
}

/// Orders that were packed, that were lost with the leader, and different ones that were refused.
fn durable(scenario: &str) -> (u64, usize, usize) {
    let story = Story::of("broker-durability/design.ron", scenario);
    assert_eq!(story.report().messages.published, 2_000);
    let packed = story.subscription("orders -> packing").acknowledged;
    let refused = story.entries().filter(|entry| entry.kind == EntryKind::Refused);
    let refused: BTreeSet<_> = refused.map(|entry| entry.message).collect();
    (packed, story.drops(DropReason::LostOnFailover).len(), refused.len())
}

#[test]
fn a_crash_of_the_leader_loses_ten_orders_or_none_and_two_crashes_refuse_500() {
    assert_eq!(durable("healthy"), (2_000, 0, 0));
    assert_eq!(durable("acks-leader"), (1_990, 10, 0));
    assert_eq!(durable("acks-all"), (2_000, 0, 0));
    assert_eq!(durable("two-down"), (1_500, 0, 500));
    assert_eq!(durable("patient-shop"), (2_000, 0, 500));
    let story = Story::of("broker-durability/design.ron", "two-down");
    let refused = story.times(EntryKind::Refused, "shop -> orders");
    assert!(refused.iter().all(|at| (20_000 * MS..30_000 * MS).contains(&at.0)));
}

#[test]
fn an_election_of_three_seconds_lets_150_orders_wait_at_the_shop() {
    let story = Story::of("broker-durability/design.ron", "acks-all");
    let mut published = BTreeMap::new();
    let mut waited = 0;
    for entry in story.entries() {
        if entry.kind == EntryKind::Published {
            published.insert(entry.message, entry.at);
        } else if entry.kind == EntryKind::Arrived && published[&entry.message] < entry.at {
            assert_eq!(entry.at, Time(13_000 * MS));
            waited += 1;
        }
    }
    assert_eq!(waited, 150);
}

/// What became of the searches of a retry storm: when the last one failed, how many calls there
/// were for each search, and searches that were answered in the last 50 s.
fn storm(scenario: &str) -> (Option<u64>, f64, usize) {
    let story = Story::of("retry-storm/design.ron", scenario);
    let failed = story.times(EntryKind::DeadLettered, "searches -> search-page");
    let answered = story.times(EntryKind::Acknowledged, "searches -> search-page");
    let late = answered.iter().filter(|at| at.0 >= 130_000 * MS).count();
    let report = story.report();
    let amplification = report.calls.sent as f64 / report.messages.published as f64;
    let last = failed.last().map(|at| at.0 / MS);
    (last, (amplification * 100.0).round() / 100.0, late)
}

#[test]
fn a_retry_storm_never_ends_by_itself_with_or_without_backoff() {
    for (scenario, amplification) in [("storm", 3.48), ("backoff", 3.48)] {
        let (last, calls_each, late) = storm(scenario);
        assert!(last > Some(179_000), "{scenario}");
        assert_eq!((calls_each, late), (amplification, 0), "{scenario}");
    }
}

#[test]
fn a_retry_storm_ends_when_retries_or_stale_work_are_limited() {
    assert_eq!(storm("no-retries"), (Some(86_375), 1.0, 400));
    assert_eq!(storm("drop-stale").0, Some(52_875));
    assert_eq!(storm("budget-and-drop-stale").0, Some(41_000));
    let story = Story::of("retry-storm/design.ron", "budget");
    let answered = story.times(EntryKind::Acknowledged, "searches -> search-page");
    let first = answered.iter().find(|at| at.0 > 50_000 * MS);
    assert_eq!(first, Some(&Time(138_000 * MS)));
    assert_eq!(storm("budget").0, Some(138_375));
}

/// Changes of a price that its readers handled between 10 and 40 s.
fn handled_meanwhile(scenario: &str) -> usize {
    let story = Story::of("notification-or-state/design.ron", scenario);
    let meanwhile = 10_000 * MS + 1..=40_000 * MS;
    let readers = ["billing", "mailing", "search", "shop"];
    let handled =
        readers.map(|it| story.times(EntryKind::Acknowledged, &format!("changes -> {it}")));
    handled.iter().flatten().filter(|at| meanwhile.contains(&at.0)).count()
}

#[test]
fn notifications_overload_their_source_and_stand_still_with_it() {
    let story = Story::of("notification-or-state/design.ron", "notification");
    assert_eq!(story.waiting_calls("catalog-api", 59_999), 3_000);
    assert_eq!(story.report().calls.sent, 12_004);
    assert_eq!(story.path_to("shop").max_ns, 15_020 * MS);
    assert_eq!(handled_meanwhile("notification"), 4_500, "150 a second");
    assert_eq!(handled_meanwhile("notification-outage"), 0);
    let outage = Story::of("notification-or-state/design.ron", "notification-outage");
    assert_eq!(outage.path_to("shop").max_ns, 49_320 * MS);
}

#[test]
fn state_that_events_carry_needs_no_query_and_notices_no_outage() {
    for scenario in ["state", "state-outage"] {
        let story = Story::of("notification-or-state/design.ron", scenario);
        assert_eq!(story.report().calls.sent, 0);
        assert_eq!(story.path_to("shop").max_ns, MS);
        assert_eq!(handled_meanwhile(scenario), 6_000, "200 a second");
    }
}
