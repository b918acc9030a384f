//! Retries, backoff, limits, dead letters, redrive.

use expect_test::expect;

use crate::support::{design, record, report, shop};

fn worker(handler: &str) -> String {
    format!(
        "(name: \"orders\", role: Channel(())), (name: \"dead\", role: Channel(())), \
         (name: \"worker\", role: Consumer((handlers: [({handler})]))),"
    )
}

fn edges(contract: &str) -> String {
    format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), \
         (kind: Subscribe, from: \"orders\", to: \"worker\", contract: ({contract})),"
    )
}

const POISON: &str =
    "service_time: Constant(\"100ms\"), failures: (poison: Messages([\"shop#1\"]))";

#[test]
fn one_message_that_always_fails_is_tried_and_given_up_without_any_other_message() {
    let nodes = shop(&["0s"]) + &worker(POISON);
    let contract = "retry: (attempts: 4, backoff: Exponential(initial: \"1s\", cap: \"3s\")), \
                    dead_letter: \"dead\"";
    let design = design(&nodes, &edges(contract), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 failed shop#1 (1) orders -> worker: poison message
        0.100 waits for retry shop#1 (1) orders -> worker for 1000ms
        1.100 delivered shop#1 (2) orders -> worker
        1.200 failed shop#1 (2) orders -> worker: poison message
        1.200 waits for retry shop#1 (2) orders -> worker for 2000ms
        3.200 delivered shop#1 (3) orders -> worker
        3.300 failed shop#1 (3) orders -> worker: poison message
        3.300 waits for retry shop#1 (3) orders -> worker for 3000ms
        6.300 delivered shop#1 (4) orders -> worker
        6.400 failed shop#1 (4) orders -> worker: poison message
        6.400 dead-lettered shop#1 (4) orders -> worker: poison message
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn without_a_retry_policy_one_failure_is_the_end() {
    let nodes = shop(&["0s"]) + &worker(POISON);
    let design = design(&nodes, &edges(""), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 failed shop#1 (1) orders -> worker: poison message
        0.100 dropped shop#1: given up, and no dead-letter channel
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_message_that_waits_for_its_retry_lets_others_pass() {
    let nodes = shop(&["0s", "200ms"]) + &worker(POISON);
    let contract = "retry: (attempts: 2, backoff: Fixed(\"1s\"))";
    let design = design(&nodes, &edges(contract), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 failed shop#1 (1) orders -> worker: poison message
        0.100 waits for retry shop#1 (1) orders -> worker for 1000ms
        0.200 delivered shop#2 (1) orders -> worker
        0.300 acknowledged shop#2 (1) orders -> worker
        1.100 delivered shop#1 (2) orders -> worker
        1.200 failed shop#1 (2) orders -> worker: poison message
        1.200 dropped shop#1: given up, and no dead-letter channel
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn what_is_acknowledged_on_receipt_is_lost_when_it_fails() {
    let nodes = shop(&["0s"]) + &worker(POISON);
    let contract = "acknowledgement: OnReceipt, retry: (attempts: 5), dead_letter: \"dead\"";
    let design = design(&nodes, &edges(contract), "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 failed shop#1 (1) orders -> worker: poison message
        0.100 dropped shop#1: failed after acknowledgement on receipt
    "#]]
    .assert_eq(&record(&design));
}

#[test]
fn a_redriven_dead_letter_has_fresh_attempts_and_a_dropped_one_is_gone() {
    let poison = "failures: (poison: Messages([\"shop#1\", \"shop#2\"]))";
    let nodes = shop(&["0s", "1s"]) + &worker(poison);
    let contract = "retry: (attempts: 2), dead_letter: \"dead\"";
    let scenario = "duration: \"1min\", actions: [\
        (at: \"10s\", do: Redrive(channel: \"dead\", messages: Messages([\"shop#1\"]))), \
        (at: \"20s\", do: Drop(channel: \"dead\"))]";
    let design = design(&nodes, &edges(contract), scenario);
    let text = record(&design);
    let after: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("10")).collect();
    expect![[r#"
        10.000 operator acted action 0
        10.000 redriven shop#1 (2) orders -> worker
        10.000 delivered shop#1 (1) orders -> worker
        10.000 failed shop#1 (1) orders -> worker: poison message
        10.000 waits for retry shop#1 (1) orders -> worker for 0ms
        10.000 delivered shop#1 (2) orders -> worker
        10.000 failed shop#1 (2) orders -> worker: poison message
        10.000 dead-lettered shop#1 (2) orders -> worker: poison message
        20.000 operator acted action 1
        20.000 dropped shop#2: discarded by an operator
        20.000 dropped shop#1: discarded by an operator"#]]
    .assert_eq(&after.join("\n"));
    let books = report(&design).messages;
    assert_eq!((books.copies, books.dead_lettered, books.dropped, books.in_flight), (2, 0, 2, 0));
}

#[test]
fn jitter_draws_delays_from_its_share_and_no_other_choice_moves() {
    let nodes = shop(&["0s"]) + &worker(POISON);
    let contract = "retry: (attempts: 200, backoff: Fixed(\"1s\"), jitter: 0.5)";
    let design = design(&nodes, &edges(contract), "duration: \"10min\"");
    let text = record(&design);
    let delays: Vec<u64> = text
        .lines()
        .filter_map(|line| line.rsplit_once(" for ")?.1.strip_suffix("ms")?.parse().ok())
        .collect();
    assert_eq!(delays.len(), 199);
    assert!(delays.iter().all(|delay| (500..=1000).contains(delay)), "{delays:?}");
    assert!(delays.iter().any(|delay| *delay < 600) && delays.iter().any(|delay| *delay > 900));
}

#[test]
fn a_reader_of_dead_letters_handles_them_as_messages_of_its_own() {
    let nodes = shop(&["0s"])
        + &worker(POISON)
        + "(name: \"clerk\", role: Consumer((handlers: [(service_time: Constant(\"1s\"))]))),";
    let edges =
        edges("dead_letter: \"dead\"") + "(kind: Subscribe, from: \"dead\", to: \"clerk\"),";
    let design = design(&nodes, &edges, "duration: \"1min\"");
    expect![[r#"
        0.000 delivered shop#1 (1) orders -> worker
        0.100 failed shop#1 (1) orders -> worker: poison message
        0.100 dead-lettered shop#1 (1) orders -> worker: poison message
        0.100 delivered shop#1 (1) dead -> clerk
        1.100 acknowledged shop#1 (1) dead -> clerk
    "#]]
    .assert_eq(&record(&design));
    let books = report(&design).messages;
    assert_eq!((books.copies, books.dead_lettered, books.acknowledged), (2, 1, 1));
}
