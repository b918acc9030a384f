//! Projections: what readers see, what a crash makes of the rows, and how a model is built again.

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{lines, run};

/// Events of one key at these instants reach a view after 500 ms; a reader asks at those.
fn view(events: &str, reads: &str, pattern: &str, scenario: &str) -> Design {
    view_with("handlers: [(service_time: Constant(\"10ms\"))],", events, reads, pattern, scenario)
}

fn view_with(view: &str, events: &str, reads: &str, pattern: &str, scenario: &str) -> Design {
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [(name: \"Changed\"), \
         (name: \"Ask\", kind: Query), (name: \"Mailed\")], nodes: [\
         (name: \"writer\", role: Producer((workload: [(message: \"Changed\", \
         arrivals: Scripted([{events}]), keys: Constant(7))]))), \
         (name: \"reader\", role: Producer((workload: [(message: \"Ask\", \
         arrivals: Scripted([{reads}]), keys: Constant(7))]))), \
         (name: \"changes\", role: Channel((delivery: PublishSubscribe, retention: Limits))), \
         (name: \"mails\", role: Channel(())), \
         (name: \"view\", role: Consumer(({view} pattern: Projection(({pattern})))))], \
         edges: [(kind: Publish, from: \"writer\", to: \"changes\"), \
         (kind: Subscribe, from: \"changes\", to: \"view\", latency: Constant(\"490ms\")), \
         (kind: Publish, from: \"view\", to: \"mails\"), \
         (kind: Call, from: \"reader\", to: \"view\", contract: (messages: [\"Ask\"]))], \
         scenarios: [(name: \"s\", {scenario})])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

/// What happened to reads and to the model.
fn told(recording: &Recording) -> String {
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let kinds = [
        EntryKind::Moved,
        EntryKind::CallSent,
        EntryKind::CallReturned,
        EntryKind::Acknowledged,
        EntryKind::Acted,
        EntryKind::FaultStarted,
    ];
    lines(recording, |kind| kinds.contains(&kind))
}

fn count(recording: &Recording, what: &str) -> u64 {
    let node = recording.plan().node_named("view").expect("the view");
    let inside = recording.end().pattern(node, 9).expect("a pattern");
    inside.counts.iter().find(|(word, _)| *word == what).expect("a count of this name").1
}

#[test]
fn a_read_before_the_event_arrives_is_stale_and_one_after_it_is_not() {
    let recording = run(&view("\"0s\"", "\"200ms\", \"600ms\"", "", "duration: \"9s\""));
    expect![[r#"
        0.200 call sent reader#1 (1) reader -> view
        0.200 state changed reader#1 view
        0.200 call returned reader#1 (1) reader -> view
        0.500 acknowledged writer#1 (1) changes -> view
        0.600 call sent reader#2 (1) reader -> view
        0.600 call returned reader#2 (1) reader -> view
    "#]]
    .assert_eq(&told(&recording));
    assert_eq!((count(&recording, "reads"), count(&recording, "stale reads")), (2, 1));
}

#[test]
fn a_read_that_waits_for_its_version_is_never_stale() {
    let pattern = "reads: WaitForVersion(\"2s\")";
    let recording = run(&view("\"0s\"", "\"200ms\"", pattern, "duration: \"9s\""));
    expect![[r#"
        0.200 call sent reader#1 (1) reader -> view
        0.200 state changed reader#1 view
        0.500 acknowledged writer#1 (1) changes -> view
        0.500 call returned reader#1 (1) reader -> view
    "#]]
    .assert_eq(&told(&recording));
    assert_eq!(count(&recording, "milliseconds waited at most"), 300);
    assert_eq!(count(&recording, "stale reads"), 0);
}

#[test]
fn a_read_waits_no_longer_than_it_may() {
    let pattern = "reads: WaitForVersion(\"100ms\")";
    let recording = run(&view("\"0s\"", "\"200ms\"", pattern, "duration: \"9s\""));
    expect![[r#"
        0.200 call sent reader#1 (1) reader -> view
        0.200 state changed reader#1 view
        0.300 state changed reader#1 view
        0.300 call returned reader#1 (1) reader -> view
        0.500 acknowledged writer#1 (1) changes -> view
    "#]]
    .assert_eq(&told(&recording));
    assert_eq!(count(&recording, "reads that waited too long"), 1);
}

#[test]
fn what_a_crash_does_depends_on_when_the_position_is_stored() {
    let of = |checkpoint: &str, phase: &str| {
        let scenario = format!(
            "duration: \"9s\", faults: [(kind: Down(node: \"view\", phase: {phase}), \
             start: \"495ms\", duration: \"1s\")]"
        );
        let pattern = format!("checkpoint: {checkpoint}");
        let recording = run(&view("\"0s\"", "\"8s\"", &pattern, &scenario));
        let counts = ["events applied", "events applied twice", "events skipped", "stale reads"];
        counts.map(|what| count(&recording, what))
    };
    // In the middle of the attempt, once after its effect.
    assert_eq!(of("WithRows", "AfterEffect"), [1, 0, 0, 0]);
    assert_eq!(of("AfterRows", "AfterEffect"), [1, 1, 0, 0]);
    assert_eq!(of("BeforeRows", "AfterEffect"), [1, 0, 0, 0]);
    assert_eq!(of("WithRows", "BeforeEffect"), [1, 0, 0, 0]);
    assert_eq!(of("AfterRows", "BeforeEffect"), [1, 0, 0, 0]);
    assert_eq!(of("BeforeRows", "BeforeEffect"), [0, 0, 1, 1]);
}

#[test]
fn a_new_model_beside_the_old_one_shows_nothing_until_it_has_caught_up() {
    let scenario = "duration: \"9s\", actions: [(at: \"3s\", do: Rebuild(consumer: \"view\"))]";
    let of = |rebuild: &str| {
        let pattern = format!("rebuild: {rebuild}, rebuild_time: \"1s\"");
        run(&view("\"0s\", \"1s\"", "\"4500ms\", \"6s\"", &pattern, scenario))
    };
    expect![[r#"
        0.500 acknowledged writer#1 (1) changes -> view
        1.500 acknowledged writer#2 (1) changes -> view
        3.000 state changed view
        3.000 operator acted action 0
        4.500 call sent reader#1 (1) reader -> view
        4.500 call returned reader#1 (1) reader -> view
        5.000 state changed view
        5.000 state changed view
        6.000 call sent reader#2 (1) reader -> view
        6.000 call returned reader#2 (1) reader -> view
    "#]]
    .assert_eq(&told(&of("BlueGreen")));
    expect![[r#"
        0.500 acknowledged writer#1 (1) changes -> view
        1.500 acknowledged writer#2 (1) changes -> view
        3.000 state changed view
        3.000 operator acted action 0
        4.500 call sent reader#1 (1) reader -> view
        4.500 state changed reader#1 view
        4.500 call returned reader#1 (1) reader -> view
        5.000 state changed view
        6.000 call sent reader#2 (1) reader -> view
        6.000 call returned reader#2 (1) reader -> view
    "#]]
    .assert_eq(&told(&of("InPlace")));
}

#[test]
fn a_rebuild_fires_side_effects_again_only_where_they_are_not_gated() {
    let scenario = "duration: \"9s\", actions: [(at: \"3s\", do: Rebuild(consumer: \"view\"))]";
    let of = |side_effects: &str| {
        let pattern = format!("side_effects: {side_effects}");
        let handlers = "handlers: [(emits: [(message: \"Mailed\")])],";
        let recording = run(&view_with(handlers, "\"0s\", \"1s\"", "", &pattern, scenario));
        recording.report().messages.published
    };
    assert_eq!((of("Gated"), of("Refired")), (4, 6));
}

#[test]
fn what_the_source_no_longer_has_is_missing_in_a_new_model() {
    let scenario = "duration: \"9s\", changes: [(set: \"changes.retention_time\", to: \"2500ms\")], \
                    actions: [(at: \"3s\", do: Rebuild(consumer: \"view\"))]";
    let recording = run(&view("\"0s\", \"1s\"", "\"5s\"", "", scenario));
    assert_eq!(count(&recording, "events gone from the source"), 1);
    assert_eq!(count(&recording, "stale reads"), 1);
}

#[test]
fn promises_about_stale_reads_and_lag_are_decided() {
    let promise = |name: &str, holds: &str| format!("(name: \"{name}\", holds: {holds})");
    let promises = [
        promise("none", "StaleReads(consumer: \"view\")"),
        promise("one", "StaleReads(consumer: \"view\", at_most: 1)"),
        promise("fresh", "NeverStaler(consumer: \"view\", than: \"500ms\")"),
        promise("fresher", "NeverStaler(consumer: \"view\", than: \"499ms\")"),
    ];
    let scenario = format!("duration: \"9s\", promises: [{}]", promises.join(", "));
    let recording = run(&view("\"0s\"", "\"200ms\"", "", &scenario));
    let verdicts = recording.report().promises.iter();
    let verdicts: Vec<String> =
        verdicts.map(|it| format!("{} {}: {}", it.name, it.verdict, it.evidence)).collect();
    expect![[r#"
        none violated: stale reads: 1, promised at most: 0; one too many: reader#1
        one held: stale reads: 1, promised at most: 1
        fresh held: at most 500ms from publication to the read model
        fresher violated: at most 500ms from publication to the read model"#]]
    .assert_eq(&verdicts.join("\n"));
}

#[test]
fn times_of_no_length_are_findings() {
    let pattern = "reads: WaitForVersion(\"0s\"), rebuild_time: \"0s\"";
    let design = view("\"0s\"", "\"1s\"", pattern, "duration: \"9s\"");
    let findings = flowbench_model::lint::findings(&design);
    let found = findings.iter().filter(|it| it.property.contains("pattern"));
    let found: Vec<&str> = found.map(|it| it.property.as_str()).collect();
    assert_eq!(found, ["role.pattern.reads", "role.pattern.rebuild_time"]);
}
