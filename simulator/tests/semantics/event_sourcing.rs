//! Event-sourced aggregates: loading, snapshots, conflicts, and what is published when.

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::time::Time;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{lines, run};

/// Withdrawals from account 7 at these instants, and an account with this pattern.
fn bank(instants: &str, account: &str, pattern: &str, scenario: &str) -> Design {
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [(name: \"Withdraw\", kind: Command), \
         (name: \"Withdrawn\"), (name: \"Refused\")], nodes: [\
         (name: \"teller\", role: Producer((workload: [(message: \"Withdraw\", \
         arrivals: Scripted([{instants}]), keys: Constant(7))]))), \
         (name: \"commands\", role: Channel(())), (name: \"events\", role: Channel((delivery: PublishSubscribe))), \
         (name: \"dead\", role: Channel(())), (name: \"mail\", role: Consumer(())), \
         (name: \"account\", role: Consumer(({account} pattern: EventSourced(({pattern})))))], \
         edges: [(kind: Publish, from: \"teller\", to: \"commands\"), \
         (kind: Subscribe, from: \"commands\", to: \"account\", contract: (dead_letter: \"dead\")), \
         (kind: Publish, from: \"account\", to: \"events\"), \
         (kind: Subscribe, from: \"events\", to: \"mail\")], \
         scenarios: [(name: \"s\", {scenario})])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

const WITHDRAWS: &str =
    "handlers: [(service_time: Constant(\"10ms\"), emits: [(message: \"Withdrawn\")])],";

/// What happened to commands, events and streams.
fn told(recording: &Recording) -> String {
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let kinds = [
        EntryKind::Moved,
        EntryKind::Published,
        EntryKind::Acknowledged,
        EntryKind::Failed,
        EntryKind::DeadLettered,
        EntryKind::FaultStarted,
        EntryKind::FaultEnded,
    ];
    let node = recording.plan().node_named("account").expect("the account");
    let inside = recording.end().pattern(node, 9).expect("a pattern");
    let mut text = lines(recording, |kind| kinds.contains(&kind));
    for instance in inside.instances {
        text += &format!("{}: {}, {}\n", instance.name, instance.state, instance.says);
    }
    text
}

fn count(recording: &Recording, what: &str) -> u64 {
    let node = recording.plan().node_named("account").expect("the account");
    let inside = recording.end().pattern(node, 9).expect("a pattern");
    inside.counts.iter().find(|(word, _)| *word == what).expect("a count of this name").1
}

/// When the first command was acknowledged.
fn done_at(recording: &Recording) -> Time {
    let commands = recording.plan().edge_named("commands -> account");
    let entries = recording.record().entries_from(0);
    let mut done =
        entries.filter(|it| it.kind == EntryKind::Acknowledged && Some(it.place) == commands);
    done.next().expect("the first is done").at
}

#[test]
fn a_stream_is_loaded_before_each_decision_and_grows_with_it() {
    let pattern = "history: 100, event_time: \"2ms\"";
    let recording = run(&bank("\"0s\", \"1s\"", WITHDRAWS, pattern, "duration: \"9s\""));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.210 published account#1 account -> events
        0.210 state changed teller#1 account
        0.210 acknowledged teller#1 (1) commands -> account
        0.210 acknowledged account#1 (1) events -> mail
        1.000 published teller#2 teller -> commands
        1.000 state changed teller#2 account
        1.212 published account#2 account -> events
        1.212 state changed teller#2 account
        1.212 acknowledged teller#2 (1) commands -> account
        1.212 acknowledged account#2 (1) events -> mail
        7: appended, version 102
    "#]]
    .assert_eq(&told(&recording));
    assert_eq!(count(&recording, "events loaded"), 201);
}

#[test]
fn a_fitting_snapshot_saves_the_events_before_it_and_another_is_left_aside() {
    let of = |schema_version: u32| {
        let pattern = format!(
            "history: 1050, history_snapshot: Some((at: 1000)), event_time: \"2ms\", \
             snapshot_time: \"20ms\", schema_version: {schema_version}"
        );
        let account = "handlers: [(emits: [(message: \"Withdrawn\")])],";
        run(&bank("\"0s\"", account, &pattern, "duration: \"9s\""))
    };
    let (fits, differs) = (of(1), of(2));
    assert_eq!((done_at(&fits), done_at(&differs)), (Time(120_000_000), Time(2_100_000_000)));
    assert_eq!(count(&fits, "snapshots left aside"), 0);
    assert_eq!(count(&differs, "snapshots left aside"), 1);
}

#[test]
fn a_snapshot_is_stored_every_so_many_events_and_used_from_then_on() {
    let pattern = "history: 3, event_time: \"1ms\", snapshot_every: Some(4)";
    let recording = run(&bank("\"0s\", \"1s\"", WITHDRAWS, pattern, "duration: \"9s\""));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.013 published account#1 account -> events
        0.013 state changed teller#1 account
        0.013 state changed teller#1 account
        0.013 acknowledged teller#1 (1) commands -> account
        0.013 acknowledged account#1 (1) events -> mail
        1.000 published teller#2 teller -> commands
        1.000 state changed teller#2 account
        1.010 published account#2 account -> events
        1.010 state changed teller#2 account
        1.010 acknowledged teller#2 (1) commands -> account
        1.010 acknowledged account#2 (1) events -> mail
        7: appended, version 5, a snapshot of 4
    "#]]
    .assert_eq(&told(&recording));
}

#[test]
fn of_two_writers_the_later_decides_again_or_is_rejected() {
    let account = format!("concurrency: 2, {WITHDRAWS}");
    let of = |pattern: &str| run(&bank("\"0s\", \"5ms\"", &account, pattern, "duration: \"9s\""));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.005 published teller#2 teller -> commands
        0.005 state changed teller#2 account
        0.010 published account#1 account -> events
        0.010 state changed teller#1 account
        0.010 acknowledged teller#1 (1) commands -> account
        0.010 acknowledged account#1 (1) events -> mail
        0.015 state changed teller#2 account
        0.015 state changed teller#2 account
        0.025 published account#2 account -> events
        0.025 state changed teller#2 account
        0.025 acknowledged teller#2 (1) commands -> account
        0.025 acknowledged account#2 (1) events -> mail
        7: appended, version 2
    "#]]
    .assert_eq(&told(&of("")));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.005 published teller#2 teller -> commands
        0.005 state changed teller#2 account
        0.010 published account#1 account -> events
        0.010 state changed teller#1 account
        0.010 acknowledged teller#1 (1) commands -> account
        0.010 acknowledged account#1 (1) events -> mail
        0.015 state changed teller#2 account
        0.015 state changed teller#2 account
        0.015 failed teller#2 (1) commands -> account: version conflict
        0.015 dead-lettered teller#2 (1) commands -> account: version conflict
        7: rejected, version 1
    "#]]
    .assert_eq(&told(&of("decides_again: 0")));
}

#[test]
fn decisions_read_the_state_that_the_events_come_to() {
    let account = "handlers: [(when: \"state.balance >= 40\", emits: [(message: \"Withdrawn\")]), \
                   (emits: [(message: \"Refused\")])],";
    let pattern = "initial: Some(\"{'balance': 100}\"), applies: [(on: \"Withdrawn\", \
                   set: {\"balance\": \"state.balance - 40\", \"at\": \"version + 1\"})]";
    let recording = run(&bank("\"0s\", \"1s\", \"2s\"", account, pattern, "duration: \"9s\""));
    let plan = recording.plan();
    let mut names = Vec::new();
    for id in 0..recording.end().totals().published as u32 {
        let id = flowbench_simulator::message::MessageId(id);
        let of = recording.record().lineage(id).expect("it was published");
        names.push(plan.type_name(of.message_type).to_owned());
    }
    assert_eq!(names, ["Withdraw", "Withdrawn", "Withdraw", "Withdrawn", "Withdraw", "Refused"]);
}

#[test]
fn what_was_appended_before_a_crash_is_published_after_it() {
    let scenario = "duration: \"9s\", faults: [(kind: Down(node: \"account\"), \
                    start: \"100ms\", duration: \"3s\")]";
    let pattern = "publishes: Polling(\"500ms\")";
    let recording = run(&bank("\"0s\"", WITHDRAWS, pattern, scenario));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.010 state changed teller#1 account
        0.010 acknowledged teller#1 (1) commands -> account
        0.100 fault started Down
        3.100 fault ended Down
        3.500 published account#1 account -> events
        3.500 acknowledged account#1 (1) events -> mail
        7: appended, version 1
    "#]]
    .assert_eq(&told(&recording));
}

#[test]
fn a_crash_while_it_loads_forgets_what_was_loaded() {
    let scenario = "duration: \"9s\", faults: [(kind: Down(node: \"account\"), \
                    start: \"50ms\", duration: \"1s\")]";
    let pattern = "history: 100, event_time: \"1ms\"";
    let recording = run(&bank("\"0s\"", WITHDRAWS, pattern, scenario));
    expect![[r#"
        0.000 published teller#1 teller -> commands
        0.000 state changed teller#1 account
        0.050 fault started Down
        1.050 fault ended Down
        1.050 state changed teller#1 account
        1.160 published account#1 account -> events
        1.160 state changed teller#1 account
        1.160 acknowledged teller#1 (2) commands -> account
        1.160 acknowledged account#1 (1) events -> mail
        7: appended, version 101
    "#]]
    .assert_eq(&told(&recording));
}

#[test]
fn numbers_that_make_no_sense_are_findings() {
    let pattern = "history: 3, history_snapshot: Some((at: 4)), snapshot_every: Some(0), \
                   publishes: Polling(\"0s\"), applies: [(on: \"Withdrwn\", set: {\"a\": \"1 +\"})]";
    let design = bank("\"0s\"", WITHDRAWS, pattern, "duration: \"9s\"");
    let findings = flowbench_model::lint::findings(&design);
    let mut found: Vec<String> = findings
        .iter()
        .filter(|it| it.property.contains("pattern"))
        .map(|it| format!("{} {}", it.code, it.property))
        .collect();
    found.sort();
    expect![[r#"
        bad-number role.pattern.history_snapshot.at
        bad-number role.pattern.publishes
        bad-number role.pattern.snapshot_every
        expression-invalid role.pattern.applies.0.set.a
        unknown-name role.pattern.applies.0.on"#]]
    .assert_eq(&found.join("\n"));
}
