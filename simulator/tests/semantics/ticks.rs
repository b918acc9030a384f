//! Scenarios without chance, to the nanosecond. Held elsewhere in the same way: a pause of ten
//! seconds at one message a second (`channels`: ten wait, and are gone ten seconds later), a cut
//! link that holds or drops (`kinds::link`, L5), what is handled again after the last commit
//! (`groups`), and the first message of a new version that fails (`kinds::message`, M3).

use flowbench_model::time::Time;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{design, run, shop};

const PUBLISH: &str = "(kind: Publish, from: \"shop\", to: \"orders\"),";

/// A queue and its consumer.
fn station(channel: &str, consumer: &str) -> String {
    format!(
        "(name: \"orders\", role: Channel((delivery: PointToPoint, {channel}))), (name: \"dead\", \
         role: Channel((delivery: PointToPoint))), (name: \"worker\", role: Consumer(({consumer}))),"
    )
}

fn subscribe(contract: &str) -> String {
    format!(
        "{PUBLISH} (kind: Subscribe, from: \"orders\", to: \"worker\", contract: ({contract})),"
    )
}

/// When entries of a kind were made, in nanoseconds.
fn instants(recording: &Recording, kind: EntryKind) -> Vec<u64> {
    let entries = recording.record().entries_from(0);
    entries.filter(|entry| entry.kind == kind).map(|entry| entry.at.0).collect()
}

fn seconds(instants: &[u64]) -> Vec<f64> {
    instants.iter().map(|at| *at as f64 / 1e9).collect()
}

/// One message that always fails at once.
fn failing(contract: &str) -> Recording {
    let handler = "handlers: [(failures: (poison: Share(1.0)))]";
    let nodes = shop(&["0s"]) + &station("", handler);
    run(&design(&nodes, &subscribe(contract), "duration: \"1min\""))
}

#[test]
fn whoever_is_faster_than_what_comes_lets_nothing_wait() {
    let nodes = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
                 Constant(\"1/s\"))])),"
        .to_owned()
        + "),"
        + &station("", "handlers: [(service_time: Constant(\"999999999ns\"))]");
    let recording = run(&design(&nodes, &subscribe(""), "duration: \"100s\""));
    assert_eq!(
        instants(&recording, EntryKind::Arrived),
        instants(&recording, EntryKind::Delivered),
        "each begins when it comes"
    );
    let plan = recording.plan();
    let orders = plan.channels.iter().find(|it| Some(it.node) == plan.node_named("orders"));
    let backlog = recording.end().time_in_backlog(orders.expect("it is there").backlogs[0]);
    assert_eq!((backlog.waiting, backlog.handed_out), (0, 100 * 999_999_999));
    assert_eq!(recording.report().subscriptions[0].backlog_max, 0);
}

#[test]
fn three_retries_a_second_apart_end_after_three_seconds() {
    let recording = failing("retry: (attempts: 4, backoff: Fixed(\"1s\")), dead_letter: \"dead\"");
    let delivered = instants(&recording, EntryKind::Delivered);
    assert_eq!(delivered, [0, 1_000_000_000, 2_000_000_000, 3_000_000_000]);
    assert_eq!(instants(&recording, EntryKind::DeadLettered), [3_000_000_000]);
}

#[test]
fn delays_double_until_their_cap() {
    let recording = failing(
        "retry: (attempts: 6, backoff: Exponential(initial: \"1s\", cap: \"5s\")), dead_letter: \
         \"dead\"",
    );
    // 1, 2, 4, 5 instead of 8, and 5 again.
    let delivered = instants(&recording, EntryKind::Delivered);
    assert_eq!(seconds(&delivered), [0.0, 1.0, 3.0, 7.0, 12.0, 17.0]);
    assert_eq!(seconds(&instants(&recording, EntryKind::DeadLettered)), [17.0]);
}

#[test]
fn work_of_45_seconds_under_a_lease_of_30_has_one_double() {
    let nodes = shop(&["0s"])
        + &station(
            "lease: \"30s\", late_acknowledgement: Accepted",
            "concurrency: 2, handlers: [(service_time: Constant(\"45s\"))]",
        );
    let recording = run(&design(&nodes, &subscribe(""), "duration: \"10min\""));
    assert_eq!(seconds(&instants(&recording, EntryKind::Delivered)), [0.0, 30.0]);
    let busy_at = |second: u64| {
        let run = recording.at(Time(second * 1_000_000_000));
        run.load(recording.plan().node_named("worker").expect("it is there")).expect("a load").0
    };
    assert_eq!([29, 30, 44, 46, 76].map(busy_at), [1, 2, 2, 1, 0], "two at once from 30 to 45");
}

#[test]
fn a_message_expires_when_it_has_waited_its_time_and_not_a_nanosecond_before() {
    let fate = |busy: &str| {
        let nodes = shop(&["0s", "0s"])
            + &station(
                "time_to_live: \"10s\"",
                &format!("handlers: [(service_time: Constant(\"{busy}\"))]"),
            );
        let recording = run(&design(&nodes, &subscribe(""), "duration: \"1min\""));
        let books = recording.report().messages;
        (books.acknowledged, books.expired, instants(&recording, EntryKind::Expired))
    };
    assert_eq!(fate("9999999999ns"), (2, 0, vec![]), "a nanosecond earlier");
    assert_eq!(fate("10s"), (1, 1, vec![10_000_000_000]), "at the same instant");
    assert_eq!(fate("10000000001ns"), (1, 1, vec![10_000_000_000]), "a nanosecond later");
}

#[test]
fn what_was_fetched_before_a_crash_comes_again_and_nothing_else() {
    let instants: Vec<String> = (0..20).map(|_| "0s".to_owned()).collect();
    let instants: Vec<&str> = instants.iter().map(String::as_str).collect();
    let nodes = shop(&instants) + &station("", "handlers: [(service_time: Constant(\"1s\"))]");
    let fault = "faults: [(kind: Down(node: \"worker\"), start: \"2500ms\", duration: \"1s\")]";
    for prefetch in [1, 5, 8] {
        let edges = subscribe(&format!("prefetch: {prefetch}"));
        let scenario = format!("duration: \"1min\", {fault}");
        let recording = run(&design(&nodes, &edges, &scenario));
        let books = recording.report().messages;
        assert_eq!(books.redelivered, prefetch, "of {prefetch}");
        assert_eq!((books.acknowledged, books.delivered), (20, 20 + prefetch));
        let first = recording.record().entries_from(0).find(|entry| entry.attempt == 2);
        let back = first.map(|entry| (entry.kind, entry.at.0));
        assert_eq!(back, Some((EntryKind::Delivered, 3_500_000_000)), "when it is up again");
    }
}
