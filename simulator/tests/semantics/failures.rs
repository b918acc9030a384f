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

/// Three orders to a channel that is full until 5 s, each tried again as its contract says.
fn refused_at_first(rules: &str, retry: &str, more: &str) -> String {
    let nodes = shop(&["1s", "2s", "3s"])
        + &format!(
            "(name: \"orders\", role: Channel(({rules}))), \
             (name: \"worker\", role: Consumer(())),"
        );
    let edges = format!(
        "(kind: Publish, from: \"shop\", to: \"orders\", contract: ({retry})), \
         (kind: Subscribe, from: \"orders\", to: \"worker\"),"
    );
    let scenario = format!(
        "duration: \"1min\", faults: [(kind: Disabled(node: \"orders\", direction: Send), \
         start: \"500ms\", duration: \"1s\"), {more}]"
    );
    record(&design(&nodes, &edges, &scenario))
}

#[test]
fn a_channel_that_numbers_publications_lets_none_overtake_one_that_is_tried_again() {
    let retry = "retry: (attempts: 2, backoff: Fixed(\"5s\"))";
    expect![[r#"
        0.500 fault started Disabled
        1.000 refused shop#1 (1) shop -> orders
        1.500 fault ended Disabled
        2.000 delivered shop#2 (1) orders -> worker
        2.000 acknowledged shop#2 (1) orders -> worker
        3.000 delivered shop#3 (1) orders -> worker
        3.000 acknowledged shop#3 (1) orders -> worker
        6.000 delivered shop#1 (1) orders -> worker
        6.000 acknowledged shop#1 (1) orders -> worker
    "#]]
    .assert_eq(&refused_at_first("", retry, ""));
    expect![[r#"
        0.500 fault started Disabled
        1.000 refused shop#1 (1) shop -> orders
        1.500 fault ended Disabled
        6.000 delivered shop#1 (1) orders -> worker
        6.000 acknowledged shop#1 (1) orders -> worker
        6.000 delivered shop#2 (1) orders -> worker
        6.000 acknowledged shop#2 (1) orders -> worker
        6.000 delivered shop#3 (1) orders -> worker
        6.000 acknowledged shop#3 (1) orders -> worker
    "#]]
    .assert_eq(&refused_at_first("idempotent_publish: true", retry, ""));
}

#[test]
fn what_waits_for_a_publication_goes_on_when_that_is_given_up_or_forgotten() {
    let numbered = "idempotent_publish: true";
    let retry = "retry: (attempts: 2, backoff: Fixed(\"5s\"))";
    let again = "(kind: Disabled(node: \"orders\", direction: Send), start: \"5s\", \
                 duration: \"2s\")";
    let given_up = refused_at_first(numbered, retry, again);
    assert!(given_up.contains("6.000 dropped shop#1: refused by the channel"), "{given_up}");
    assert!(given_up.contains("6.000 acknowledged shop#3"), "{given_up}");
    let crash = "(kind: ProducerCrash(node: \"shop\"), start: \"2500ms\", duration: \"1s\")";
    let crashed = refused_at_first(numbered, retry, crash);
    assert!(crashed.contains("2.500 dropped shop#2: lost with the memory"), "{crashed}");
}
