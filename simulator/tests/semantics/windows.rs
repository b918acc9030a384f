//! Windows over event time: which fire when, with what, and what is too late. Each message says
//! when it happened through its ordering key, in milliseconds.

use expect_test::{Expect, expect};
use flowbench_model::formats::native;
use flowbench_simulator::message::MessageId;

use crate::support::run;

/// What comes of messages that happened at these milliseconds, one arriving each second: for each
/// result its time, start, end, count and firing.
fn results(window: &str, happened: &[u64], more: &str) -> String {
    let lines: Vec<String> = happened
        .iter()
        .enumerate()
        .map(|(at, key)| {
            format!(
                "(message: \"Tick\", keys: Constant({key}), arrivals: Scripted([\"{}s\"]))",
                at + 1
            )
        })
        .collect();
    let text = format!(
        r##"(format: 1, info: (name: "test"), messages: [(name: "Tick"), (name: "Result",
            versions: [(number: 1, schema: JsonSchema(r#"{{"type": "object"}}"#))])],
            nodes: [
            (name: "clock", role: Producer((workload: [{}]))), {more}
            (name: "ticks", role: Channel(())), (name: "out", role: Channel(())),
            (name: "count", role: Consumer((pattern: Window((event_time: "message.key",
                grouping: "0", {window}, emits: [(message: "Result", mapping: {{
                    "said": "string(window.start_ms) + '-' + string(window.end_ms) + ' ' + string(window.count) + ' #' + string(window.firing)"}})])))))],
            edges: [(kind: Publish, from: "clock", to: "ticks"),
                (kind: Subscribe, from: "ticks", to: "count"),
                {}(kind: Publish, from: "count", to: "out")],
            scenarios: [(name: "s", duration: "30s")])"##,
        lines.join(", "),
        if more.is_empty() { "" } else { "(kind: Publish, from: \"other\", to: \"ticks\"), " },
    );
    let design = native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design;
    let recording = run(&design);
    assert!(recording.report().balanced && recording.report().expression_error_count == 0);
    let plan = recording.plan();
    let mut said = String::new();
    for entry in recording.record().entries_from(0) {
        let is_result = entry.kind == flowbench_simulator::record::EntryKind::Published;
        let id = MessageId(entry.message.0);
        let Some(of) = recording.record().lineage(id).filter(|_| is_result) else { continue };
        if plan.type_name(of.message_type) == "Result" {
            let payload = recording.end().payload(id, &of).expect("content");
            let text = payload["said"].as_str().expect("a text");
            said += &format!("{}s {text}\n", entry.at.0 / 1_000_000_000);
        }
    }
    let inside = recording.end().pattern(plan.node_named("count").expect("it"), 100);
    let counts = inside.expect("windows").counts;
    said + &format!("{} results, {} later, {} too late", counts[0].1, counts[1].1, counts[2].1)
}

fn check(window: &str, happened: &[u64], expected: Expect) {
    expected.assert_eq(&results(window, happened, ""));
}

#[test]
fn a_tumbling_window_fires_when_the_watermark_passes_its_end() {
    check(
        "windows: Tumbling(size: \"10ms\")",
        &[1, 5, 9, 12, 20],
        expect![[r#"
        3s 0-10 3 #1
        5s 10-20 1 #1
        2 results, 0 later, 0 too late"#]],
    );
    check(
        "windows: Tumbling(size: \"10ms\", offset: \"3ms\")",
        &[1, 5, 12, 13, 23],
        expect![[r#"
        2s -7-3 1 #1
        3s 3-13 2 #1
        5s 13-23 1 #1
        3 results, 0 later, 0 too late"#]],
    );
    check(
        "windows: Tumbling(size: \"10ms\"), out_of_orderness: \"5ms\"",
        &[1, 12, 9, 15, 14],
        expect![[r#"
            4s 0-10 2 #1
            1 results, 0 later, 0 too late"#]],
    );
}

#[test]
fn a_late_message_makes_its_window_fire_again_within_the_allowed_lateness_and_not_after() {
    // Five minutes and one of lateness, in tenths of a millisecond's place: the case of the
    // documentation with 1 ms for a second.
    check(
        "windows: Tumbling(size: \"300ms\"), allowed_lateness: \"60ms\"",
        &[60, 300, 240, 330, 241, 360, 242],
        expect![[r#"
            2s 0-300 1 #1
            3s 0-300 2 #2
            5s 0-300 3 #3
            1 results, 2 later, 1 too late"#]],
    );
    check(
        "windows: Tumbling(size: \"10ms\")",
        &[1, 12, 5],
        expect![[r#"
        2s 0-10 1 #1
        1 results, 0 later, 1 too late"#]],
    );
}

#[test]
fn a_hopping_window_takes_each_message_several_times() {
    check(
        "windows: Hopping(size: \"10ms\", slide: \"5ms\")",
        &[12, 40],
        expect![[r#"
        2s 5-15 1 #1
        2s 10-20 1 #1
        2 results, 0 later, 0 too late"#]],
    );
}

#[test]
fn a_late_message_joins_two_sessions() {
    check(
        "windows: Session(gap: \"10ms\"), allowed_lateness: \"1s\"",
        &[0, 15, 8, 100],
        expect![[r#"
            2s 0-10 1 #1
            4s 0-25 3 #2
            1 results, 1 later, 0 too late"#]],
    );
    check(
        "windows: Session(gap: \"10ms\"), out_of_orderness: \"30ms\"",
        &[0, 15, 8, 100],
        expect![[r#"
            4s 0-25 3 #1
            1 results, 0 later, 0 too late"#]],
    );
}

#[test]
fn sliding_windows_are_those_of_each_set_of_messages() {
    check(
        "windows: Sliding(difference: \"10ms\"), out_of_orderness: \"50ms\"",
        &[16, 20, 28, 200],
        expect![[r#"
            4s 6-17 1 #1
            4s 10-21 2 #1
            4s 17-28 1 #1
            4s 18-29 2 #1
            4s 21-32 1 #1
            5 results, 0 later, 0 too late"#]],
    );
}

#[test]
fn a_silent_source_holds_the_watermark_until_it_counts_as_idle() {
    let other = "(name: \"other\", role: Producer((workload: [(message: \"Tick\", \
                 keys: Constant(2), arrivals: Scripted([\"1500ms\"]))]))),";
    let windows = "windows: Tumbling(size: \"10ms\")";
    expect!["0 results, 0 later, 0 too late"].assert_eq(&results(windows, &[1, 12, 25], other));
    let idle = format!("{windows}, idle_after: Some(\"5s\")");
    expect![[r#"
        6s 0-10 2 #1
        6s 10-20 1 #1
        2 results, 0 later, 0 too late"#]]
    .assert_eq(&results(&idle, &[1, 12, 25], other));
}
