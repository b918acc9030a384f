//! Process managers: transitions, timeouts, messages that nothing waits for, outages.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;

use crate::sagas::told;
use crate::support::{report, run};

const NAMES: [&str; 6] = ["Order", "Paid", "Packed", "Ship", "Remind", "Cancel"];

const STATES: &str = r#"(name: "new", on: [(message: "Order", to: "open")]),
    (name: "open", on: [
        (message: "Paid", when: Some("has(seen.Packed)"), to: "shipped", emits: [(message: "Ship")]),
        (message: "Paid", to: "open"),
        (message: "Packed", when: Some("has(seen.Paid)"), to: "shipped",
         emits: [(message: "Ship", when: Some("has(seen.Packed)"))]),
        (message: "Packed", to: "open")],
     timeout: Some((after: "2s", to: "late", emits: [(message: "Remind")]))),
    (name: "late", on: [(message: "Paid", to: "shipped", emits: [(message: "Ship")])],
     timeout: Some((after: "2s", to: "canceled", emits: [(message: "Cancel")]))),
    (name: "shipped", ends: true), (name: "canceled", ends: true)"#;

/// Orders, payments and parcels come when they are said to.
fn design(at: [&[&str]; 3], more: &str, scenario: &str) -> Design {
    let messages: String = NAMES.iter().map(|it| format!("(name: {it:?}),")).collect();
    let line = |(message, at): (&str, &[&str])| {
        let at: Vec<String> = at.iter().map(|at| format!("{at:?}")).collect();
        format!(
            "(message: {message:?}, keys: Constant(1), arrivals: Scripted([{}])),",
            at.join(", ")
        )
    };
    let workload: String = ["Order", "Paid", "Packed"].into_iter().zip(at).map(line).collect();
    let text = format!(
        r#"(format: 1, info: (name: "test"), messages: [{messages}], nodes: [
        (name: "shop", role: Producer((workload: [{workload}]))),
        (name: "in", role: Channel(())), (name: "out", role: Channel(())),
        (name: "dead", role: Channel(())),
        (name: "clerk", role: Consumer((pattern: ProcessManager((states: [{STATES}], {more})))))],
        edges: [(kind: Publish, from: "shop", to: "in"),
        (kind: Subscribe, from: "in", to: "clerk", contract: (dead_letter: "dead")),
        (kind: Publish, from: "clerk", to: "out")],
        scenarios: [(name: "s", {scenario})])"#
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

fn check(at: [&[&str]; 3], more: &str, expected: Expect) {
    expected.assert_eq(&told(&design(at, more, "duration: \"20s\"")));
}

#[test]
fn what_has_come_decides_where_the_next_message_leads() {
    check(
        [&["0s"], &["1s"], &["500ms"]],
        "",
        expect![[r#"
        0.000 Order published
        0.000 -> new
        0.000 -> open
        0.500 Packed published
        0.500 -> open
        1.000 Paid published
        1.000 -> shipped
        1.000 Ship published
    "#]],
    );
}

#[test]
fn a_state_that_lasts_too_long_leads_on_by_itself() {
    check(
        [&["0s"], &["3s"], &[]],
        "",
        expect![[r#"
        0.000 Order published
        0.000 -> new
        0.000 -> open
        2.000 -> late
        2.000 Remind published
        3.000 Paid published
        3.000 -> shipped
        3.000 Ship published
    "#]],
    );
    check(
        [&["0s"], &[], &[]],
        "",
        expect![[r#"
        0.000 Order published
        0.000 -> new
        0.000 -> open
        2.000 -> late
        2.000 Remind published
        4.000 -> canceled
        4.000 Cancel published
    "#]],
    );
}

#[test]
fn a_message_that_nothing_waits_for_is_ignored_or_rejected() {
    for (unexpected, dead) in [("Ignore", 0), ("Reject", 2)] {
        let more = format!("unexpected: {unexpected}");
        let at: [&[&str]; 3] = [&["1s"], &["0s", "2s", "4s"], &["1500ms"]];
        let report = report(&design(at, &more, "duration: \"20s\""));
        assert_eq!(report.dead_letters.len(), dead, "{unexpected}");
        let [pattern] = report.patterns.as_slice() else { panic!("one pattern") };
        assert_eq!((pattern.open, pattern.counts["ended in shipped"]), (0, 1), "{unexpected}");
        assert_eq!(pattern.counts["unexpected messages"], 2 - dead as u64, "{unexpected}");
    }
}

#[test]
fn a_timeout_that_passes_during_an_outage_is_taken_up_after_it() {
    let scenario = "duration: \"20s\", faults: [(kind: Down(node: \"clerk\"), start: \"1s\", \
                    duration: \"5s\")]";
    let design = design([&["0s"], &[], &[]], "", scenario);
    expect![[r#"
        0.000 Order published
        0.000 -> new
        0.000 -> open
        1.000 fault started
        6.000 fault ended
        6.000 -> late
        6.000 Remind published
        8.000 -> canceled
        8.000 Cancel published
    "#]]
    .assert_eq(&told(&design));
}

#[test]
fn a_process_that_waits_can_be_looked_at() {
    let design = design([&["0s"], &[], &[]], "", "duration: \"3s\"");
    let recording = run(&design);
    let end = recording.end();
    let node = end.plan().node_named("clerk").expect("it is there");
    let inside = end.pattern(node, 9).expect("it has a pattern");
    let [one] = inside.instances.as_slice() else { panic!("one process") };
    assert_eq!((&*one.name, one.state, &*one.says), ("1", "waiting", "late until 4s"));
}
