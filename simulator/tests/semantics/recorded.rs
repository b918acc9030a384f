//! Recorded files that are published again.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::expect;
use flowbench_model::design::Design;
use flowbench_model::node::{Failures, Handler, Poison, Role};
use flowbench_model::schema::Schemas;
use flowbench_model::time::Time;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recorded::{Digest, Source, open_in};
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;

use crate::support::{design, lines};

/// A shop that publishes `orders.jsonl`, with more about how.
fn replayed(how: &str, workload: &str) -> Design {
    under("duration: \"1h\"", how, workload)
}

fn under(scenario: &str, how: &str, workload: &str) -> Design {
    design(
        &format!(
            "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
             Recorded((file: \"orders.jsonl\", format: JsonLines, fields: (time: \"/at\", \
             time_form: Milliseconds, key: \"/key\", payload: \"/body\"), {how})), {workload})]))), \
             (name: \"queue\", role: Channel(())), (name: \"desk\", role: Consumer(()))"
        ),
        "(kind: Publish, from: \"shop\", to: \"queue\"), \
         (kind: Subscribe, from: \"queue\", to: \"desk\")",
        scenario,
    )
}

fn plan(design: &Design, text: &str) -> Arc<Plan> {
    let files = BTreeMap::from([("orders.jsonl".to_owned(), text.as_bytes().to_vec())]);
    let open = |file: &str| open_in(&files, file);
    let surroundings = Surroundings { schemas: &Schemas::new(), open: &open };
    Plan::compile_with(design, &design.scenarios[0], 1, &surroundings)
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn run(design: &Design, text: &str) -> Recording {
    Recording::make(plan(design, text), Keep::Everything, |_| true).expect("nobody stops it")
}

fn published(recording: &Recording) -> String {
    lines(recording, |kind| kind == EntryKind::Published)
}

const ORDERS: &str = r#"{"at": 5000, "key": 7, "body": {"n": 1}}
{"at": 5250.5, "key": 8, "body": {"n": 2}}
{"at": 5250.5, "key": 7, "body": {"n": 3}}
{"at": 9000, "key": "eight", "body": {"n": 4}}
"#;

#[test]
fn recorded_events_are_published_at_their_times_with_their_keys() {
    let recording = run(&replayed("", "start: \"2s\""), ORDERS);
    expect![[r#"
        2.000 published shop#1 shop -> queue
        2.251 published shop#2 shop -> queue
        2.251 published shop#3 shop -> queue
        6.000 published shop#4 shop -> queue
    "#]]
    .assert_eq(&published(&recording));
    assert!(recording.report().is_as_expected());
    expect![[r#"
        [
            RecordedReport {
                producer: "shop",
                file: "orders.jsonl",
                content_hash: "a9ec96bf52dd070e",
                bytes: 174,
                events: 4,
                skipped: 0,
                first_skipped: [],
            },
        ]"#]]
    .assert_eq(&format!("{:#?}", recording.report().recorded));
}

#[test]
fn recorded_events_come_faster_or_evenly_if_the_design_says_so() {
    let faster = run(&replayed("pace: Times(10.0)", ""), ORDERS);
    expect![[r#"
        0.000 published shop#1 shop -> queue
        0.025 published shop#2 shop -> queue
        0.025 published shop#3 shop -> queue
        0.400 published shop#4 shop -> queue
    "#]]
    .assert_eq(&published(&faster));
    let evenly = run(&replayed("pace: Evenly(\"2/s\")", "count: 3"), ORDERS);
    expect![[r#"
        0.000 published shop#1 shop -> queue
        0.500 published shop#2 shop -> queue
        1.000 published shop#3 shop -> queue
    "#]]
    .assert_eq(&published(&evenly));
}

#[test]
fn a_bad_line_ends_the_run_after_what_was_before_it() {
    let text = ORDERS.replace("\"at\": 9000", "\"at\": 4000");
    let recording = run(&replayed("", ""), &text);
    assert_eq!(recording.report().messages.published, 3);
    expect!["`orders.jsonl`, line 4: expected a time that is not before that of the event before; it is 1250500us earlier; correct the line, or leave out what cannot be read (`bad_lines: Skip`)"].assert_eq(recording.report().halted.as_deref().unwrap_or_default());
    assert!(!recording.report().is_as_expected());
    let none = run(&replayed("", ""), "nothing\n");
    assert_eq!(none.report().messages.published, 0);
    expect!["`orders.jsonl`, line 1: expected a JSON object, found `nothing`; correct the line, or leave out what cannot be read (`bad_lines: Skip`)"].assert_eq(none.report().halted.as_deref().unwrap_or_default());
}

#[test]
fn bad_lines_that_are_skipped_are_counted_as_they_come_up() {
    let text =
        ORDERS.replace("\"key\": 8", "\"no\": 8").replace("5000, \"key\": 7", "5000, \"key\": []");
    let design = replayed("bad_lines: Skip", "");
    let recording = run(&design, &text);
    assert_eq!(recording.report().messages.published, 2);
    expect![[r#"
        [
            SkippedLine {
                line: 1,
                expected: "expected a key, text or number, at `/key`, found something else",
            },
            SkippedLine {
                line: 2,
                expected: "expected a key, text or number, at `/key`, found nothing",
            },
        ]"#]]
    .assert_eq(&format!("{:#?}", recording.report().recorded[0].first_skipped));
    let nothing = run(&design, "?\n?\n?\n?\n?\n?\n?\n");
    assert_eq!(nothing.report().recorded[0].skipped, 7);
    assert_eq!(nothing.report().recorded[0].first_skipped.len(), 5);
    assert!(nothing.report().is_as_expected());
}

#[test]
fn a_file_that_is_not_at_hand_or_no_such_file_is_a_finding() {
    let design = replayed("", "");
    let said = Plan::compile(&design, &design.scenarios[0], 1).expect_err("it cannot run");
    assert_eq!(said[0].sentence, "the recorded file `orders.jsonl` is not at hand");
    assert_eq!(said[0].property, "role.workload.0.arrivals");
    let columns = replayed("", "");
    let text = ron_with_csv(&columns);
    let files = BTreeMap::from([("orders.jsonl".to_owned(), b"a,b\n".to_vec())]);
    let open = |file: &str| open_in(&files, file);
    let surroundings = Surroundings { schemas: &Schemas::new(), open: &open };
    let said =
        Plan::compile_with(&text, &text.scenarios[0], 1, &surroundings).expect_err("no column");
    assert_eq!(
        said[0].sentence,
        "`orders.jsonl`, line 1: expected a column `/at`; the first row names `a`, `b`"
    );
}

/// The same design for rows instead of lines.
fn ron_with_csv(design: &Design) -> Design {
    let text = flowbench_model::formats::native::write(design);
    let text = text.replace("format: JsonLines", "format: Csv(Comma)");
    flowbench_model::formats::native::read(&text).expect("it is a design").design
}

/// So many orders, one each millisecond; every tenth line is bad.
fn many(count: u64) -> String {
    let line = |n: u64| match n % 10 {
        9 => "?\n".to_owned(),
        _ => format!("{{\"at\": {n}, \"key\": {}, \"body\": {{\"n\": {n}}}}}\n", n % 100),
    };
    (0..count).map(line).collect()
}

#[test]
fn the_same_file_is_the_same_run_from_every_instant() {
    let text = many(10_000);
    let recording = run(&replayed("bad_lines: Skip", ""), &text);
    assert_eq!(recording.report().recorded[0].events, 9_000);
    assert_eq!(recording.report().recorded[0].skipped, 1_000);
    let again = run(&replayed("bad_lines: Skip", ""), &text);
    assert_eq!(recording.report().record_hash, again.report().record_hash);
    for ms in [0, 1, 1023, 5_000, 9_998, 20_000] {
        let mut silent = Recorder::new(recording.plan(), Keep::Nothing);
        let mut run = Run::new(Arc::clone(recording.plan()));
        run.advance_to(Time(ms * 1_000_000), &mut silent);
        let at = recording.at(Time(ms * 1_000_000));
        assert_eq!((at.totals(), at.events()), (run.totals(), run.events()), "{ms}");
    }
}

#[test]
fn a_message_leads_to_the_event_it_was_published_for() {
    let recording = run(&replayed("bad_lines: Skip", ""), &many(10_000));
    for (message, n) in [(0, 0), (9, 10), (4_567, 5_074), (8_999, 9_998)] {
        let origin = recording.origin(MessageId(message)).expect("it was recorded");
        assert_eq!(origin.event.line, n + 1);
        let payload = recording.plan().recorded_payload(&origin).expect("it is there");
        assert_eq!(payload["n"], n);
        assert_eq!(recording.plan().recorded_file(&origin), "orders.jsonl");
    }
}

#[test]
fn what_is_held_does_not_grow_with_the_file() {
    let end = |count| {
        let plan = plan(&replayed("bad_lines: Skip", ""), &many(count));
        let mut recorder = Recorder::new(&plan, Keep::Statistics);
        let mut run = Run::new(plan);
        run.advance_to(Time(count / 2 * 1_000_000), &mut recorder);
        run.bytes()
    };
    let (short, long) = (end(5_000), end(50_000));
    assert!(long < short * 2, "{short} bytes, then {long}");
}

#[test]
fn two_workloads_of_one_file_keep_their_distance() {
    let text = r#"{"at": 1000, "type": "Paid"}
{"at": 1500, "type": "Order"}
{"at": 1750, "type": "Paid"}"#;
    let line = |message: &str| {
        format!(
            "(message: \"{message}\", arrivals: Recorded((file: \"orders.jsonl\", format: \
             JsonLines, fields: (time: \"/at\", time_form: Milliseconds, event_type: \"/type\"))))"
        )
    };
    let design = design(
        &format!(
            "(name: \"shop\", role: Producer((workload: [{}, {}]))), \
             (name: \"queue\", role: Channel(()))",
            line("Order"),
            line("Paid")
        ),
        "(kind: Publish, from: \"shop\", to: \"queue\")",
        "duration: \"1h\"",
    );
    expect![[r#"
        0.000 published shop#1 shop -> queue
        0.500 published shop#2 shop -> queue
        0.750 published shop#3 shop -> queue
    "#]]
    .assert_eq(&published(&run(&design, text)));
}

#[test]
fn a_burst_and_a_pause_strike_recorded_workloads() {
    let published = |fault: &str| {
        let scenario = format!("duration: \"1h\", faults: [({fault})]");
        let report = run(&under(&scenario, "bad_lines: Skip", ""), &many(10_000)).report().clone();
        assert!(report.balanced);
        report.messages.published
    };
    let burst =
        published("kind: Burst(node: \"shop\", factor: 3), start: \"1s\", duration: \"2s\"");
    // Twice as many more in a fifth of the file, by chance.
    assert!((12_300..12_900).contains(&burst), "{burst}");
    let down = published("kind: ProducerCrash(node: \"shop\"), start: \"1s\", duration: \"2s\"");
    assert_eq!(down, 7_200);
}

#[test]
fn a_content_does_not_depend_on_how_it_is_parted() {
    let bytes: Vec<u8> = (0..1000_u32).map(|it| (it * 7) as u8).collect();
    let whole = bytes.content();
    for part in [1, 3, 7, 8, 9, 64, 999] {
        let mut digest = Digest::default();
        bytes.chunks(part).for_each(|part| digest.take(part));
        assert_eq!(digest.end(), whole, "in parts of {part}");
    }
    let mut other = bytes.clone();
    other.push(0);
    assert_ne!(other.content(), whole);
    other.pop();
    other[500] ^= 1;
    assert_ne!(other.content(), whole);
}

#[test]
fn conditions_read_what_the_file_says() {
    let mut design = replayed("", "");
    let desk = design.nodes.iter_mut().find(|node| node.name == "desk").expect("the desk");
    let desk = Arc::make_mut(desk);
    if let Role::Consumer(consumer) = &mut desk.role {
        let poison = Poison::When("payload.n % 2 == 0".into());
        let failures = Failures { transient: 0.0, poison };
        consumer.handlers = vec![Handler { failures, ..Handler::default() }];
    }
    let recording = run(&design, ORDERS);
    expect![[r#"
        0.251 failed shop#2 (1) queue -> desk: poison message
        4.000 failed shop#4 (1) queue -> desk: poison message
    "#]]
    .assert_eq(&lines(&recording, |kind| kind == EntryKind::Failed));
}

#[test]
fn recorded_sizes_are_those_of_blobs() {
    let bytes = |workload: &str| {
        let checks = run(&replayed("", workload), ORDERS).report().claim_checks.clone();
        checks.iter().map(|it| (it.stored, it.stored_bytes)).collect::<Vec<_>>()
    };
    assert_eq!(bytes("claim_check: ()"), [(4, 32)], "four bodies of 8 bytes");
    assert_eq!(bytes(""), []);
}

#[test]
fn recorded_sizes_count_where_channels_have_limits_in_bytes() {
    let text: String = [100, 900, 300, 300, 500, 100]
        .iter()
        .enumerate()
        .map(|(at, size)| format!("{{\"at\": {at}, \"size\": {size}}}\n"))
        .collect();
    let of = |channel: &str| {
        let arrivals = "Recorded((file: \"orders.jsonl\", format: JsonLines, fields: (time: \
                        \"/at\", time_form: Milliseconds, size: \"/size\")))";
        let design = design(
            &format!(
                "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
                 {arrivals})]))), (name: \"queue\", role: Channel(({channel}))), (name: \"desk\", \
                 role: Consumer((handlers: [(service_time: Constant(\"1min\"))])))"
            ),
            "(kind: Publish, from: \"shop\", to: \"queue\"), \
             (kind: Subscribe, from: \"queue\", to: \"desk\")",
            "duration: \"1s\"",
        );
        let recording = run(&design, &text);
        assert!(recording.report().balanced);
        lines(&recording, |kind| kind == EntryKind::Dropped)
    };
    expect![[r#"
        0.001 dropped shop#2: refused by the channel
        0.004 dropped shop#5: refused by the channel
    "#]]
    .assert_eq(&of("max_message_bytes: 400, overflow: RejectPublish"));
    expect![[r#"
        0.002 dropped shop#3: the channel was full
        0.003 dropped shop#4: the channel was full
        0.004 dropped shop#5: the channel was full
        0.005 dropped shop#6: the channel was full
    "#]]
    .assert_eq(&of("max_bytes: 700, overflow: DropNewest"));
    assert_eq!(of(""), "");
}
