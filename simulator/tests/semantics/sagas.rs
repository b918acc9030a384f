//! Sagas by orchestration: each transition, and what is seen at each failure point.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::node::Role;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{Entry, EntryKind};

use crate::support::{report, run};

const NAMES: [&str; 12] = [
    "Order",
    "Reserve",
    "Reserved",
    "Release",
    "Released",
    "Charge",
    "Charged",
    "Refused",
    "Refund",
    "Refunded",
    "Completed",
    "Undone",
];

/// An orchestrator with a saga of two steps; who reserves needs 100 ms, who charges 200 ms, and
/// everybody is in a queue of his own.
fn design(saga: &str, participants: [&str; 2], scenario: &str) -> Design {
    let messages: String = NAMES.iter().map(|it| format!("(name: {it:?}),")).collect();
    let [stock, money] = participants;
    let text = format!(
        r#"(format: 1, info: (name: "test"), messages: [{messages}], nodes: [
        (name: "shop", role: Producer((workload: [(message: "Order", arrivals: Scripted(["0s"]))]))),
        (name: "orders", role: Channel(())), (name: "replies", role: Channel(())),
        (name: "to-stock", role: Channel(())), (name: "to-money", role: Channel(())),
        (name: "out", role: Channel(())), (name: "dead", role: Channel(())),
        (name: "clerk", role: Consumer((pattern: Saga(({saga}))))),
        (name: "stock", role: Consumer((idempotent: true, handlers: [{stock}]))),
        (name: "money", role: Consumer((idempotent: true, handlers: [{money}])))],
        edges: [(kind: Publish, from: "shop", to: "orders"),
        (kind: Subscribe, from: "orders", to: "clerk"),
        (kind: Subscribe, from: "replies", to: "clerk", contract: (dead_letter: "dead")),
        (kind: Publish, from: "clerk", to: "to-stock", contract: (messages: ["Reserve", "Release"])),
        (kind: Publish, from: "clerk", to: "to-money", contract: (messages: ["Charge", "Refund"])),
        (kind: Publish, from: "clerk", to: "out", contract: (messages: ["Completed", "Undone"])),
        (kind: Subscribe, from: "to-stock", to: "stock"), (kind: Publish, from: "stock", to: "replies"),
        (kind: Subscribe, from: "to-money", to: "money"), (kind: Publish, from: "money", to: "replies")],
        scenarios: [(name: "s", {scenario})])"#
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
}

const STOCK: &str = r#"(on: Some("Reserve"), service_time: Constant("100ms"),
    emits: [(message: "Reserved", identity: OfCause)]), (on: Some("Release"),
    service_time: Constant("100ms"), emits: [(message: "Released", identity: OfCause)])"#;
const MONEY: &str = r#"(on: Some("Charge"), service_time: Constant("200ms"),
    emits: [(message: "Charged", identity: OfCause)]), (on: Some("Refund"),
    service_time: Constant("200ms"), emits: [(message: "Refunded", identity: OfCause)])"#;

/// The card is refused.
fn refusing() -> String {
    MONEY.replace("\"Charged\"", "\"Refused\"")
}

/// A saga whose first and second step say more.
fn saga(first: &str, second: &str, more: &str) -> String {
    format!(
        r#"begins_on: "Order", steps: [
        (name: "reserve", command: [(message: "Reserve")], success: "Reserved", {first}
         compensation: Some((command: [(message: "Release")], done: "Released",
            timeout: Some("1s"), resends: 1))),
        (name: "charge", command: [(message: "Charge")], success: "Charged",
         failures: ["Refused"], {second})],
        emits_completed: [(message: "Completed")], emits_compensated: [(message: "Undone")], {more}"#
    )
}

/// What was published, and how the sagas went on.
#[expect(clippy::wildcard_enum_match_arm, reason = "most kinds of entries are left out")]
pub(crate) fn told(design: &Design) -> String {
    let recording = run(design);
    assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
    let plan = recording.plan();
    let record = recording.record();
    let mut text = String::new();
    for entry in record.entries_from(0) {
        let of = record.lineage(entry.message);
        let what = of.map_or(String::new(), |of| plan.type_name(of.message_type).to_owned());
        let line = match entry.kind {
            EntryKind::Moved => state(plan, &entry),
            EntryKind::Duplicated => format!("{what} again"),
            EntryKind::ReplyTimedOut => format!("{what} not answered"),
            EntryKind::Published | EntryKind::Dropped => format!("{what} {}", entry.kind.word()),
            EntryKind::FaultStarted | EntryKind::FaultEnded | EntryKind::Suppressed => {
                entry.kind.word().to_owned()
            }
            _ => continue,
        };
        writeln!(text, "{:.3} {line}", entry.at.as_secs_f64()).expect("a string takes it");
    }
    text
}

/// The state that the pattern of a consumer went to, with its step.
fn state(plan: &Plan, entry: &Entry) -> String {
    let node = &plan.nodes[entry.place as usize];
    let Role::Consumer(consumer) = &plan.design.nodes[node.design_index].role else {
        panic!("only consumers have patterns")
    };
    let name = consumer.pattern.state_name(entry.detail as usize).unwrap_or("?");
    match entry.attempt {
        0 => format!("-> {name}"),
        step => format!("-> {name}({step})"),
    }
}

fn check(design: &Design, expected: Expect) {
    expected.assert_eq(&told(design));
}

const LONG: &str = "duration: \"60s\"";

#[test]
fn each_step_waits_for_the_one_before_and_the_last_completes() {
    check(
        &design(&saga("", "", ""), [STOCK, MONEY], LONG),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 -> completed
        0.300 Completed published
    "#]],
    );
}

#[test]
fn what_was_done_is_undone_when_a_step_fails() {
    check(
        &design(&saga("", "", ""), [STOCK, &refusing()], LONG),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Refused published
        0.300 -> compensating(1)
        0.300 Release published
        0.400 Released published
        0.400 -> compensated
        0.400 Undone published
    "#]],
    );
}

#[test]
fn a_step_that_fails_with_nothing_to_undo_is_compensated_at_once() {
    let stock = STOCK.replace("\"Reserved\"", "\"Refused\"");
    let saga = saga("failures: [\"Refused\"],", "", "");
    check(
        &design(&saga, [&stock, MONEY], LONG),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Refused published
        0.100 -> compensated
        0.100 Undone published
    "#]],
    );
}

/// Replies of one participant do not come through for a while.
fn lost(node: &str, until: &str) -> String {
    format!(
        "duration: \"60s\", faults: [(kind: Loss(edge: \"{node} -> replies\", share: 1.0), \
         duration: \"{until}\")]"
    )
}

#[test]
fn a_lost_reply_is_noticed_by_a_timeout_and_the_same_command_is_answered_again() {
    let saga = saga("", "timeout: Some(\"1s\"), resends: 2,", "");
    check(
        &design(&saga, [STOCK, MONEY], &lost("money", "1s")),
        expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 Charged dropped
        1.000 fault ended
        1.100 Charge not answered
        1.100 Charge again
        1.100 suppressed as a duplicate
        1.100 Charged again
        1.100 -> completed
        1.100 Completed published
    "#]],
    );
}

#[test]
fn a_step_of_unknown_outcome_is_undone_with_those_before() {
    let undo = "timeout: Some(\"1s\"), compensation: Some((command: [(message: \"Refund\")], \
                done: \"Refunded\")),";
    let design = design(&saga("", undo, ""), [STOCK, MONEY], &lost("money", "1s"));
    check(
        &design,
        expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 Charged dropped
        1.000 fault ended
        1.100 Charge not answered
        1.100 -> compensating(2)
        1.100 Refund published
        1.300 Refunded published
        1.300 -> compensating(1)
        1.300 Release published
        1.400 Released published
        1.400 -> compensated
        1.400 Undone published
    "#]],
    );
}

/// The first reply of `money` takes 3 s longer than the timeout allows.
const SLOW: &str = "duration: \"60s\", faults: [(kind: Delay(edge: \"money -> replies\", \
    by: \"3s\"), duration: \"1s\")]";

#[test]
fn a_late_success_of_a_step_that_was_given_up_stays_done_or_is_undone() {
    let undo = "timeout: Some(\"1s\"), unanswered: CompensateBefore, compensation: \
                Some((command: [(message: \"Refund\")], done: \"Refunded\")),";
    for (late, expected) in [
        (
            "Ignore",
            expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        1.000 fault ended
        1.100 Charge not answered
        1.100 -> compensating(1)
        1.100 Release published
        1.200 Released published
        1.200 -> compensated
        1.200 Undone published
    "#]],
        ),
        (
            "Compensate",
            expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        1.000 fault ended
        1.100 Charge not answered
        1.100 -> compensating(1)
        1.100 Release published
        1.200 Released published
        1.200 -> compensated
        1.200 Undone published
        3.300 Refund published
        3.500 Refunded published
    "#]],
        ),
    ] {
        let saga = saga("", undo, &format!("late: {late}"));
        check(&design(&saga, [STOCK, MONEY], SLOW), expected);
    }
}

#[test]
fn nobody_undoes_a_pivot_and_an_operator_is_needed_if_it_is_not_answered() {
    let saga = saga("", "kind: Pivot, timeout: Some(\"1s\"),", "");
    check(
        &design(&saga, [STOCK, MONEY], &lost("money", "9s")),
        expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 Charged dropped
        1.100 Charge not answered
        1.100 -> needs operator
        9.000 fault ended
    "#]],
    );
}

#[test]
fn a_retriable_step_is_tried_anew_until_its_attempts_are_used_up() {
    let saga = saga("", "kind: Retriable, timeout: Some(\"1s\"), resends: 1,", "");
    check(
        &design(&saga, [STOCK, &refusing()], LONG),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Refused published
        1.100 Charge published
        1.300 Refused published
        1.300 -> needs operator
    "#]],
    );
}

#[test]
fn a_compensation_that_is_not_done_in_time_needs_an_operator() {
    let scenario = "duration: \"60s\", faults: [(kind: Down(node: \"stock\"), start: \"250ms\", \
                    duration: \"20s\")]";
    let design = design(&saga("", "", ""), [STOCK, &refusing()], scenario);
    check(
        &design,
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.250 fault started
        0.300 Refused published
        0.300 -> compensating(1)
        0.300 Release published
        1.300 Release not answered
        1.300 Release again
        2.300 Release not answered
        2.300 -> needs operator
        20.250 fault ended
        20.350 Released published
        20.350 suppressed as a duplicate
        20.350 Released again
    "#]],
    );
}

#[test]
fn a_saga_that_takes_too_long_goes_back_or_needs_an_operator() {
    for (overdue, expected) in [
        (
            "Operator",
            expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 Charged dropped
        2.000 -> needs operator
        9.000 fault ended
    "#]],
        ),
        (
            "Compensate",
            expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 Charged dropped
        2.000 -> compensating(1)
        2.000 Release published
        2.100 Released published
        2.100 -> compensated
        2.100 Undone published
        9.000 fault ended
    "#]],
        ),
    ] {
        let more = format!("within: Some(\"2s\"), overdue: {overdue}");
        let saga = saga("", "", &more);
        check(&design(&saga, [STOCK, MONEY], &lost("money", "9s")), expected);
    }
}

#[test]
fn an_orchestrator_that_comes_back_sends_the_last_command_again() {
    let scenario = "duration: \"60s\", faults: [(kind: Down(node: \"clerk\"), start: \"200ms\", \
                    duration: \"5s\")]";
    let saga = saga("", "", "within: Some(\"20s\")");
    check(
        &design(&saga, [STOCK, MONEY], scenario),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.200 fault started
        0.300 Charged published
        5.200 fault ended
        5.200 Charge again
        5.200 suppressed as a duplicate
        5.200 Charged again
        5.200 -> completed
        5.200 Completed published
    "#]],
    );
}

#[test]
fn a_deadline_that_passes_during_an_outage_counts_after_it() {
    let scenario = "duration: \"60s\", faults: [(kind: Down(node: \"clerk\"), start: \"200ms\", \
                    duration: \"5s\")]";
    let saga = saga("", "", "within: Some(\"2s\")");
    check(
        &design(&saga, [STOCK, MONEY], scenario),
        expect![[r#"
        0.000 Order published
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.200 fault started
        0.300 Charged published
        5.200 fault ended
        5.200 Charge again
        5.200 -> needs operator
        5.200 suppressed as a duplicate
        5.200 Charged again
    "#]],
    );
}

#[test]
fn a_beginning_that_comes_twice_begins_one_saga() {
    let scenario = "duration: \"60s\", faults: [(kind: Duplication(edge: \"shop -> orders\", \
                    share: 1.0), duration: \"1s\")]";
    check(
        &design(&saga("", "", ""), [STOCK, MONEY], scenario),
        expect![[r#"
        0.000 fault started
        0.000 Order published
        0.000 Order again
        0.000 -> started
        0.000 -> awaiting(1)
        0.000 Reserve published
        0.100 Reserved published
        0.100 -> awaiting(2)
        0.100 Charge published
        0.300 Charged published
        0.300 -> completed
        0.300 Completed published
        1.000 fault ended
    "#]],
    );
}

#[test]
fn the_commands_of_a_saga_read_what_began_it_and_its_replies() {
    let told_by = "command: [(message: \"Charge\", key: \"message.key\", when: \"has(begun.missing) \
                   || size(replies.reserve) == 0\")],";
    let saga = saga("", "", "").replace("command: [(message: \"Charge\")],", told_by);
    assert!(saga.contains("replies.reserve"));
    let report = report(&design(&saga, [STOCK, MONEY], LONG));
    assert_eq!(report.expression_error_count, 0, "{:?}", report.expression_errors);
    assert_eq!(report.patterns[0].counts["completed"], 1);
}

#[test]
fn sagas_are_counted_and_those_that_do_not_end_break_a_promise() {
    let promise =
        "promises: [(name: \"all end\", holds: SagasEnd(consumer: \"clerk\", within: \"1s\"))]";
    let of = |participants: [&str; 2], saga: &str, scenario: &str| {
        let report = report(&design(saga, participants, &format!("{scenario}, {promise}")));
        let promise = &report.promises[0];
        let pattern = &report.patterns[0];
        format!(
            "{} at {}: {}\n{} open, {:?}\n",
            promise.verdict, promise.at_ns, promise.evidence, pattern.open, pattern.counts
        )
    };
    let timeout = saga("", "timeout: Some(\"500ms\"), kind: Pivot,", "");
    let text = of([STOCK, MONEY], &saga("", "", ""), LONG)
        + &of([STOCK, MONEY], &saga("", "", ""), "duration: \"200ms\"")
        + &of([STOCK, MONEY], &saga("", "", ""), &lost("money", "9s"))
        + &of([STOCK, MONEY], &timeout, &lost("money", "9s"));
    expect![[r#"
        held at 60000000000: all 1 ended within 1s
        0 open, {"begun": 1, "commands sent again": 0, "compensated": 0, "completed": 1, "late replies": 0, "needs operator": 0, "repeated beginnings": 0, "timeouts": 0}
        undecided at 200000000: 1 were under way at the end of the run
        1 open, {"begun": 1, "commands sent again": 0, "compensated": 0, "completed": 0, "late replies": 0, "needs operator": 0, "repeated beginnings": 0, "timeouts": 0}
        violated at 1000000000: 1 of 1 did not end within 1s, 0 of them need an operator; the first is 1, begun at 0s
        1 open, {"begun": 1, "commands sent again": 0, "compensated": 0, "completed": 0, "late replies": 0, "needs operator": 0, "repeated beginnings": 0, "timeouts": 0}
        violated at 600000000: 1 of 1 did not end within 1s, 1 of them need an operator; the first is 1, begun at 0s
        0 open, {"begun": 1, "commands sent again": 0, "compensated": 0, "completed": 0, "late replies": 0, "needs operator": 1, "repeated beginnings": 0, "timeouts": 1}
    "#]].assert_eq(&text);
}
