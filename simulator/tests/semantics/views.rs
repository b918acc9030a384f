//! Materialized views: rows come and go, messages are joined with them or wait for them, and a
//! restart reads the log again.

use expect_test::{Expect, expect};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::pattern::Pattern;
use flowbench_model::time::Time;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::support::{lines, run};

const MESSAGES: &str = r##"
    (name: "Price", ordering_key: "sku", versions: [(number: 1, schema: JsonSchema(
        r#"{"type": "object", "required": ["sku", "cents"], "properties": {
            "sku": {"type": "string"}, "cents": {"type": "integer", "minimum": 1}}}"#))]),
    (name: "Gone", ordering_key: "sku", versions: [(number: 1, schema: JsonSchema(
        r#"{"type": "null"}"#))]),
    (name: "Order", ordering_key: "sku", versions: [(number: 1, schema: JsonSchema(
        r#"{"type": "object", "required": ["sku"], "properties": {
            "sku": {"type": "string"}}}"#))]),
    (name: "Bill", versions: [(number: 1, schema: JsonSchema(
        r#"{"type": "object", "properties": {"of": {"type": "string"}}}"#))]),"##;

/// A shop: prices and orders of one key at these instants reach a desk, which bills orders.
struct Shop<'a> {
    prices: &'a str,
    gone: &'a str,
    orders: &'a str,
    channel: &'a str,
    way_of_prices: &'a str,
    way_of_orders: &'a str,
    desk: &'a str,
    view: &'a str,
    scenario: &'a str,
}

impl Default for Shop<'_> {
    fn default() -> Self {
        Shop {
            prices: "",
            gone: "",
            orders: "",
            channel: "delivery: PublishSubscribe, retention: Limits",
            way_of_prices: "",
            way_of_orders: "",
            desk: "handlers: [(on: \"Order\", service_time: Constant(\"10ms\"), emits: [(\
                   message: \"Bill\", mapping: {\"of\": \"row == null ? 'nobody knows' : \
                   row.sku == payload.sku ? 'this sku' : 'another'\"})])]",
            view: "",
            scenario: "duration: \"60s\"",
        }
    }
}

impl Shop<'_> {
    fn text(&self) -> String {
        let Shop { prices, gone, orders, channel, way_of_prices, .. } = self;
        let Shop { way_of_orders, desk, view, scenario, .. } = self;
        format!(
            "(format: 1, info: (name: \"test\"), messages: [{MESSAGES}], nodes: [\
             (name: \"pricing\", role: Producer((workload: [\
             (message: \"Price\", arrivals: Scripted([{prices}]), keys: Constant(7)), \
             (message: \"Gone\", arrivals: Scripted([{gone}]), keys: Constant(7))]))), \
             (name: \"shop\", role: Producer((workload: [(message: \"Order\", \
             arrivals: Scripted([{orders}]), keys: Constant(7))]))), \
             (name: \"prices\", role: Channel(({channel}))), \
             (name: \"orders\", role: Channel(())), (name: \"bills\", role: Channel(())), \
             (name: \"dead\", role: Channel(())), \
             (name: \"desk\", role: Consumer(({desk}, pattern: MaterializedView((\
             rows: [\"Price\", \"Gone\"], {view})))))], \
             edges: [(kind: Publish, from: \"pricing\", to: \"prices\"), \
             (kind: Subscribe, from: \"prices\", to: \"desk\", {way_of_prices}), \
             (kind: Publish, from: \"shop\", to: \"orders\"), \
             (kind: Subscribe, from: \"orders\", to: \"desk\", {way_of_orders}), \
             (kind: Publish, from: \"desk\", to: \"bills\")], \
             scenarios: [(name: \"s\", {scenario})])"
        )
    }

    fn design(&self) -> Design {
        let text = self.text();
        native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design
    }

    fn run(&self) -> Recording {
        let recording = run(&self.design());
        assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
        recording
    }

    fn check(&self, expected: &Expect) -> Recording {
        let recording = self.run();
        expected.assert_eq(&told(&recording));
        recording
    }
}

/// What happened at the desk, with the states by name, and what bills say.
fn told(recording: &Recording) -> String {
    let kinds = [
        EntryKind::Moved,
        EntryKind::Acknowledged,
        EntryKind::Failed,
        EntryKind::RetryScheduled,
        EntryKind::DeadLettered,
        EntryKind::FaultStarted,
        EntryKind::Returned,
    ];
    let is_told = |kind| kinds.contains(&kind) || kind == EntryKind::Published;
    let entries = recording.record().entries_from(0).filter(|entry| is_told(entry.kind));
    let card = Pattern::begin("MaterializedView");
    let card = card.card().expect("a card");
    let mut text = String::new();
    for (entry, line) in entries.zip(lines(recording, is_told).lines()) {
        let of = recording.record().lineage(entry.message);
        let of = of.filter(|_| entry.message != MessageId::NONE);
        let more = match (entry.kind, of) {
            (EntryKind::Moved, _) => format!(": {}", card.states[entry.detail as usize].name),
            (EntryKind::Published, Some(of)) if line.contains("desk -> bills") => {
                let payload = recording.end().payload(entry.message, &of).expect("content");
                format!(": {}", payload["of"].as_str().expect("a text"))
            }
            (EntryKind::Published, _) => continue,
            _ => String::new(),
        };
        text += &format!("{line}{more}\n");
    }
    text
}

fn count(recording: &Recording, what: &str) -> u64 {
    let node = recording.plan().node_named("desk").expect("the desk");
    let inside = recording.end().pattern(node, 9).expect("a pattern");
    let found = inside.counts.iter().find(|(word, _)| *word == what);
    found.unwrap_or_else(|| panic!("no count is called {what}: {:?}", inside.counts)).1
}

/// A desk where the first price takes half a second, with two workers.
const SLOW_FIRST: &str = "concurrency: 2, handlers: [\
    (on: \"Price\", when: \"message.number == 1\", service_time: Constant(\"500ms\")), \
    (on: \"Price\"), (on: \"Order\", emits: [(message: \"Bill\", \
    mapping: {\"of\": \"string(row == null ? 0 : row.cents)\"})])]";

/// An outage of the desk from 10 s to 20 s.
const CRASH: &str = "duration: \"60s\", faults: [(kind: Down(node: \"desk\"), start: \"10s\", \
    duration: \"10s\")]";

#[test]
fn a_row_is_put_and_put_again_and_deleted_by_an_empty_message() {
    let shop = Shop {
        prices: "\"1s\", \"2s\"",
        gone: "\"3s\"",
        orders: "\"0s\", \"2500ms\", \"3500ms\"",
        ..Shop::default()
    };
    let recording = shop.check(&expect![[r#"
        0.010 published desk#1 desk -> bills: nobody knows
        0.010 state changed shop#1 desk: row absent
        0.010 acknowledged shop#1 (1) orders -> desk
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.000 state changed pricing#2 desk: present
        2.000 acknowledged pricing#2 (1) prices -> desk
        2.510 published desk#2 desk -> bills: this sku
        2.510 acknowledged shop#2 (1) orders -> desk
        3.000 state changed pricing#3 desk: deleted
        3.000 acknowledged pricing#3 (1) prices -> desk
        3.510 published desk#3 desk -> bills: nobody knows
        3.510 state changed shop#3 desk: row absent
        3.510 acknowledged shop#3 (1) orders -> desk
    "#]]);
    assert_eq!(count(&recording, "rows put"), 2);
    assert_eq!(count(&recording, "rows deleted"), 1);
    assert_eq!(count(&recording, "rows"), 0);
}

#[test]
fn a_condition_deletes_and_rows_have_keys_that_are_said() {
    // The key of a price is its field, that of an order an invention that is like no other.
    let shop = Shop {
        prices: "\"1s\", \"2s\", \"3s\"",
        orders: "\"1500ms\", \"2500ms\", \"3500ms\"",
        view: "key: \"payload.sku\", delete_when: \"message.number == 2\"",
        ..Shop::default()
    };
    let recording = shop.check(&expect![[r#"
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        1.510 published desk#1 desk -> bills: this sku
        1.510 acknowledged shop#1 (1) orders -> desk
        2.000 state changed pricing#2 desk: deleted
        2.000 acknowledged pricing#2 (1) prices -> desk
        2.510 published desk#2 desk -> bills: nobody knows
        2.510 state changed shop#2 desk: row absent
        2.510 acknowledged shop#2 (1) orders -> desk
        3.000 state changed pricing#3 desk: present
        3.000 acknowledged pricing#3 (1) prices -> desk
        3.510 published desk#3 desk -> bills: this sku
        3.510 acknowledged shop#3 (1) orders -> desk
    "#]]);
    let desk = recording.plan().node_named("desk").expect("the desk");
    let row = &recording.end().pattern(desk, 9).expect("a pattern").instances[1];
    assert!(row.says.contains(&format!("sku {}, cents ", row.name)), "{row:?}");
    assert!(row.says.starts_with("pricing#3, published at 3s"), "{row:?}");
    assert_eq!((row.state, row.since), ("present", Time(3_000_000_000)));
}

#[test]
fn a_key_that_is_null_finds_nothing_and_keeps_nothing() {
    let key = "key: \"message.number == 1 ? null : payload.sku\"";
    let shop = Shop {
        prices: "\"1s\", \"2s\"",
        orders: "\"1500ms\", \"2500ms\"",
        view: key,
        ..Shop::default()
    };
    let recording = shop.run();
    assert_eq!(count(&recording, "rows without a key"), 1);
    assert_eq!(count(&recording, "rows"), 1);
    assert_eq!(count(&recording, "messages without a row"), 1);
    assert_eq!(count(&recording, "messages joined"), 1);
}

#[test]
fn what_comes_of_a_message_before_its_row_is_as_the_view_says() {
    let of = |missing: &str, way: &str, expected: Expect| {
        let view = format!("missing: {missing}");
        let shop = Shop {
            prices: "\"1s\"",
            orders: "\"500ms\", \"2s\"",
            way_of_orders: way,
            view: &view,
            ..Shop::default()
        };
        shop.check(&expected)
    };
    let recording = of(
        "Pass",
        "",
        expect![[r#"
        0.510 published desk#1 desk -> bills: nobody knows
        0.510 state changed shop#1 desk: row absent
        0.510 acknowledged shop#1 (1) orders -> desk
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.010 published desk#2 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(count(&recording, "messages without a row"), 1);
    let recording = of(
        "Drop",
        "",
        expect![[r#"
        0.500 state changed shop#1 desk: dropped
        0.500 acknowledged shop#1 (1) orders -> desk
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.010 published desk#1 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(count(&recording, "messages dropped"), 1);
    let recording = of(
        "Park()",
        "",
        expect![[r#"
        0.500 state changed shop#1 desk: parked
        0.500 acknowledged shop#1 (1) orders -> desk
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        1.010 state changed shop#1 desk: joined late
        1.010 published desk#1 desk -> bills: this sku
        2.010 published desk#2 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(count(&recording, "messages joined late"), 1);
    let recording = of(
        "Park(within: \"200ms\")",
        "",
        expect![[r#"
        0.500 state changed shop#1 desk: parked
        0.500 acknowledged shop#1 (1) orders -> desk
        0.710 state changed shop#1 desk: row absent
        0.710 published desk#1 desk -> bills: nobody knows
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.010 published desk#2 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(count(&recording, "messages joined late"), 0);
    let retry =
        "contract: (retry: (attempts: 3, backoff: Fixed(\"300ms\")), dead_letter: \"dead\")";
    let recording = of(
        "Fail",
        retry,
        expect![[r#"
        0.500 failed shop#1 (1) orders -> desk: row not there yet
        0.500 waits for retry shop#1 (1) orders -> desk for 300ms
        0.800 failed shop#1 (2) orders -> desk: row not there yet
        0.800 waits for retry shop#1 (2) orders -> desk for 300ms
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        1.110 published desk#1 desk -> bills: this sku
        1.110 acknowledged shop#1 (3) orders -> desk
        2.010 published desk#2 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(count(&recording, "attempts without a row"), 2);
    let retry =
        "contract: (retry: (attempts: 2, backoff: Fixed(\"300ms\")), dead_letter: \"dead\")";
    let recording = of(
        "Fail",
        retry,
        expect![[r#"
        0.500 failed shop#1 (1) orders -> desk: row not there yet
        0.500 waits for retry shop#1 (1) orders -> desk for 300ms
        0.800 failed shop#1 (2) orders -> desk: row not there yet
        0.800 dead-lettered shop#1 (2) orders -> desk: row not there yet
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.010 published desk#1 desk -> bills: this sku
        2.010 acknowledged shop#2 (1) orders -> desk
    "#]],
    );
    assert_eq!(recording.report().dead_letters[0].reason, "row not there yet");
}

#[test]
fn an_attempt_sees_the_row_that_was_there_when_it_began() {
    // The order is in work from 1 s to 1.1 s, the price comes in between.
    let desk = "concurrency: 2, handlers: [(on: \"Order\", service_time: Constant(\"100ms\"), \
                when: \"row == null\", emits: [(message: \"Bill\", \
                mapping: {\"of\": \"row == null ? 'unknown' : 'known'\"})])]";
    let shop = Shop { prices: "\"1050ms\"", orders: "\"1s\"", desk, ..Shop::default() };
    shop.check(&expect![[r#"
        1.050 state changed pricing#1 desk: present
        1.050 acknowledged pricing#1 (1) prices -> desk
        1.100 published desk#1 desk -> bills: unknown
        1.100 state changed shop#1 desk: row absent
        1.100 acknowledged shop#1 (1) orders -> desk
    "#]]);
}

#[test]
fn what_is_parked_waits_for_its_own_row_only() {
    let shop = Shop {
        prices: "\"1s\", \"2s\"",
        orders: "\"0s\"",
        view: "missing: Park(), key: \"message.name == 'Order' || message.number == 2 ? 'a' : 'b'\"",
        ..Shop::default()
    };
    shop.check(&expect![[r#"
        0.000 state changed shop#1 desk: parked
        0.000 acknowledged shop#1 (1) orders -> desk
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.000 state changed pricing#2 desk: present
        2.000 acknowledged pricing#2 (1) prices -> desk
        2.010 state changed shop#1 desk: joined late
        2.010 published desk#1 desk -> bills: this sku
    "#]]);
}

#[test]
fn what_comes_last_is_the_row_unless_the_view_knows_what_is_newer() {
    let of = |order: &str| {
        let view = format!("order: {order}");
        let shop = Shop {
            prices: "\"1s\", \"1100ms\"",
            orders: "\"1200ms\", \"2s\"",
            desk: SLOW_FIRST,
            view: &view,
            ..Shop::default()
        };
        let recording = shop.run();
        let bills = told(&recording);
        let bills: Vec<&str> = bills.lines().filter(|it| it.contains("bills")).collect();
        let of = |bill: &str| bill.rsplit(' ').next().map(str::to_owned);
        let is_same = of(bills[0]) == of(bills[1]);
        (is_same, count(&recording, "older rows left aside"), count(&recording, "rows put"))
    };
    // The first price is handled after the second: it takes its place, or it does not.
    assert_eq!(of("Arrival"), (false, 0, 2));
    assert_eq!(of("Published"), (true, 1, 1));
    assert_eq!(of("Version(\"message.number\")"), (true, 1, 1));
    assert_eq!(of("Version(\"'v' + string(message.number)\")"), (true, 1, 1));
    assert_eq!(of("Version(\"1.5 / double(message.number)\")"), (false, 0, 2));
}

#[test]
fn an_older_row_does_not_bring_back_what_was_deleted() {
    let desk = "concurrency: 2, handlers: [(on: \"Price\", service_time: Constant(\"500ms\"))]";
    let of = |view: &str| {
        let shop = Shop { prices: "\"1s\"", gone: "\"1100ms\"", desk, view, ..Shop::default() };
        count(&shop.run(), "rows")
    };
    assert_eq!((of(""), of("order: Published")), (1, 0));
    assert_eq!(of("order: Version(\"message.number\")"), 0);
}

#[test]
fn of_two_rows_of_one_instant_that_of_the_later_partition_is_newer() {
    let channel = "delivery: PublishSubscribe, storage: Log, retention: Limits, partitions: 2, \
                   partition_by: RoundRobin";
    let row = |order: &str| {
        let view = format!("order: {order}");
        let scenario = CRASH.to_owned();
        let shop = Shop {
            prices: "\"1s\", \"1s\"",
            channel,
            desk: SLOW_FIRST,
            view: &view,
            scenario: &scenario,
            ..Shop::default()
        };
        let recording = shop.run();
        let rows = [9, 30].map(|second| row_at(&recording, second));
        rows.map(|says| says.split(',').next().expect("a name").to_owned())
    };
    // The first price, in the first partition, is handled last. A restart reads in order.
    assert_eq!(row("Arrival"), ["pricing#1", "pricing#2"]);
    assert_eq!(row("Published"), ["pricing#2", "pricing#2"]);
}

/// What the only row says at an instant.
fn row_at(recording: &Recording, second: u64) -> String {
    let run = recording.at(Time(second * 1_000_000_000));
    let desk = run.plan().node_named("desk").expect("the desk");
    let inside = run.pattern(desk, 9).expect("a pattern");
    inside.instances.iter().find(|it| it.state == "present").expect("a row").says.clone()
}

/// 40 prices of one key until 8 s, one while the desk is down, and an order in the middle of it.
fn restart(view: &str, channel: &str) -> Recording {
    let mut prices: Vec<String> = (1..=40).map(|at| format!("\"{}ms\"", at * 200)).collect();
    prices.push("\"15s\"".to_owned());
    let prices = prices.join(", ");
    let shop = Shop {
        prices: &prices,
        orders: "\"16s\"",
        channel,
        view,
        scenario: CRASH,
        ..Shop::default()
    };
    shop.run()
}

/// Counts of a restart, and when the order was billed.
fn restored(recording: &Recording) -> (u64, u64, String) {
    let text = told(recording);
    let bill = text.lines().find(|line| line.contains("bills")).expect("a bill");
    let bill = bill.replace(" published desk#1 desk -> bills", "");
    (count(recording, "messages read again"), count(recording, "milliseconds restoring"), bill)
}

#[test]
fn after_a_crash_everything_waits_until_the_log_is_read_again() {
    let log = "delivery: PublishSubscribe, storage: Log, retention: Limits";
    let compacted = "delivery: PublishSubscribe, storage: Log, retention: Limits, \
                     messages_per_key: 1";
    let queue = "delivery: PublishSubscribe";
    let time = "restore_time: \"100ms\"";
    let of = |view: &str, channel: &str| restored(&restart(view, channel));
    let text = |billed: &str, of: &str| format!("{billed}: {of}");
    // All 41, one after the other; the order waits for them, and for its own 10 ms.
    assert_eq!(of(time, log), (41, 4_100, text("24.110", "this sku")));
    assert_eq!(of(time, compacted), (1, 100, text("20.110", "this sku")));
    // What is not kept does not come again, but for what nobody has read: after the order.
    assert_eq!(of(time, queue), (0, 0, text("20.010", "nobody knows")));
    let disk = |checkpoint: &str| format!("{time}, store: Disk({checkpoint})");
    // The price of 15 s, and those after the checkpoint: the last was at 10 s, or at 6 s.
    assert_eq!(of(&disk("checkpoint: \"5s\""), log), (1, 100, text("20.110", "this sku")));
    assert_eq!(of(&disk("checkpoint: \"6s\""), log), (11, 1_100, text("21.110", "this sku")));
    assert_eq!(of(&disk(""), log), (1, 100, text("20.110", "this sku")));
}

#[test]
fn a_view_says_how_far_its_log_is_read() {
    let log = "delivery: PublishSubscribe, storage: Log, retention: Limits";
    let recording = restart("restore_time: \"100ms\"", log);
    let desk = recording.plan().node_named("desk").expect("the desk");
    let view = |ms: u64| {
        let run = recording.at(Time(ms * 1_000_000));
        let view = run.pattern(desk, 1).expect("a pattern").instances.swap_remove(0);
        format!("{} since {}: {}", view.state, view.since, view.says)
    };
    assert_eq!(view(9_000), "live since 0s: 1 row");
    assert_eq!(view(22_050), "restoring since 20s: 20 of 41 messages read again");
    assert_eq!(view(30_000), "live since 24100ms: 1 row");
}

#[test]
fn who_comes_later_reads_what_is_there_before_anything_else() {
    let scenario = "duration: \"60s\", faults: [(kind: Down(node: \"desk\"), start: \"0s\", \
                    duration: \"5s\")]";
    let shop = Shop {
        prices: "\"1s\", \"2s\"",
        orders: "\"3s\"",
        channel: "delivery: PublishSubscribe, storage: Log, retention: Limits",
        view: "restore_time: \"1s\"",
        scenario,
        ..Shop::default()
    };
    shop.check(&expect![[r#"
        0.000 fault started Down
        5.000 state changed desk: restoring
        7.000 state changed desk: live
        7.010 published desk#1 desk -> bills: this sku
        7.010 acknowledged shop#1 (1) orders -> desk
        7.010 acknowledged pricing#1 (1) prices -> desk
        7.010 acknowledged pricing#2 (1) prices -> desk
    "#]]);
}

#[test]
fn reading_again_waits_for_a_channel_that_is_down() {
    let scenario = "duration: \"60s\", faults: [(kind: Down(node: \"desk\"), start: \"10s\", \
                    duration: \"10s\"), (kind: Down(node: \"prices\"), start: \"20500ms\", \
                    duration: \"5s\")]";
    let shop = Shop {
        prices: "\"1s\", \"2s\"",
        orders: "\"21s\"",
        channel: "delivery: PublishSubscribe, storage: Log, retention: Limits",
        view: "restore_time: \"1s\"",
        scenario,
        ..Shop::default()
    };
    shop.check(&expect![[r#"
        1.000 state changed pricing#1 desk: present
        1.000 acknowledged pricing#1 (1) prices -> desk
        2.000 state changed pricing#2 desk: present
        2.000 acknowledged pricing#2 (1) prices -> desk
        10.000 fault started Down
        20.000 state changed desk: restoring
        20.500 fault started Down
        27.000 state changed desk: live
        27.010 published desk#1 desk -> bills: this sku
        27.010 acknowledged shop#1 (1) orders -> desk
    "#]]);
}

#[test]
fn what_is_parked_survives_a_crash_and_goes_on_after_it() {
    let of = |prices: &str, missing: &str, expected: Expect| {
        let view = format!("restore_time: \"100ms\", missing: {missing}");
        let shop = Shop {
            prices,
            orders: "\"9s\"",
            channel: "delivery: PublishSubscribe, storage: Log, retention: Limits",
            view: &view,
            scenario: CRASH,
            ..Shop::default()
        };
        shop.check(&expected);
    };
    // Its row comes while the desk is down; comes after it; never comes, and time is up meanwhile;
    // has come just before the crash.
    of(
        "\"15s\"",
        "Park()",
        expect![[r#"
        9.000 state changed shop#1 desk: parked
        9.000 acknowledged shop#1 (1) orders -> desk
        10.000 fault started Down
        20.000 state changed desk: restoring
        20.100 state changed desk: live
        20.100 acknowledged pricing#1 (1) prices -> desk
        20.110 state changed shop#1 desk: joined late
        20.110 published desk#1 desk -> bills: this sku
    "#]],
    );
    of(
        "\"25s\"",
        "Park()",
        expect![[r#"
        9.000 state changed shop#1 desk: parked
        9.000 acknowledged shop#1 (1) orders -> desk
        10.000 fault started Down
        20.000 state changed desk: restoring
        20.000 state changed desk: live
        25.000 state changed pricing#1 desk: present
        25.000 acknowledged pricing#1 (1) prices -> desk
        25.010 state changed shop#1 desk: joined late
        25.010 published desk#1 desk -> bills: this sku
    "#]],
    );
    of(
        "",
        "Park(within: \"3s\")",
        expect![[r#"
        9.000 state changed shop#1 desk: parked
        9.000 acknowledged shop#1 (1) orders -> desk
        10.000 fault started Down
        20.000 state changed desk: restoring
        20.000 state changed desk: live
        20.010 state changed shop#1 desk: row absent
        20.010 published desk#1 desk -> bills: nobody knows
    "#]],
    );
    of(
        "\"9995ms\"",
        "Park()",
        expect![[r#"
        9.000 state changed shop#1 desk: parked
        9.000 acknowledged shop#1 (1) orders -> desk
        9.995 state changed pricing#1 desk: present
        9.995 acknowledged pricing#1 (1) prices -> desk
        10.000 fault started Down
        20.000 state changed desk: restoring
        20.100 state changed desk: live
        20.110 state changed shop#1 desk: joined late
        20.110 published desk#1 desk -> bills: this sku
    "#]],
    );
}

#[test]
fn a_row_is_read_by_the_version_of_its_reader_before_and_after_a_restart() {
    let fields = |more: &str| {
        format!(
            "Avro(r##\"{{\"type\": \"record\", \"name\": \"Price\", \"fields\": [\
             {{\"name\": \"sku\", \"type\": \"string\"}}{more}]}}\"##)"
        )
    };
    let added = ", {\"name\": \"of\", \"type\": \"string\", \"default\": \"euros\"}";
    let versions =
        format!("(number: 1, schema: {}), (number: 2, schema: {})", fields(""), fields(added));
    let shop = Shop {
        prices: "\"1s\"",
        orders: "\"2s\", \"30s\"",
        way_of_prices: "contract: (messages: [\"Price@2\", \"Gone\"], validation: Some(Reject))",
        desk: "handlers: [(on: \"Order\", emits: [(message: \"Bill\", \
               mapping: {\"of\": \"row.of\"})])]",
        scenario: CRASH,
        ..Shop::default()
    };
    let text = shop.text();
    let (head, tail) = text.split_once("versions: [").expect("the versions of a price");
    let (_, tail) = tail.split_once("(name: \"Gone\"").expect("the message after it");
    let text = format!("{head}versions: [{versions}]), (name: \"Gone\"{tail}");
    let text = text.replacen("message: \"Price\"", "message: \"Price@1\"", 1);
    let design = native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design;
    let bills = told(&run(&design));
    let bills: Vec<&str> = bills.lines().filter(|line| line.contains("bills")).collect();
    expect![[r#"
        2.000 published desk#1 desk -> bills: euros
        30.000 published desk#2 desk -> bills: euros"#]]
    .assert_eq(&bills.join("\n"));
}

#[test]
fn what_makes_no_sense_is_a_finding() {
    let found = |view: &str| {
        let text = Shop::default().text().replace("rows: [\"Price\", \"Gone\"], ", view);
        let design = native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design;
        let findings = lint::findings(&design).into_iter();
        let found = findings.filter(|it| it.property.starts_with("role.pattern"));
        found.map(|it| format!("{} {}: {}", it.code, it.property, it.sentence)).collect::<Vec<_>>()
    };
    expect![[r#"
        bad-number role.pattern.missing: this time must be longer than zero
        bad-number role.pattern.restore_time: this time must be longer than zero
        bad-number role.pattern.rows: at least one message is a row"#]]
    .assert_eq(&found("rows: [], restore_time: \"0s\", missing: Park(within: \"0s\"),").join("\n"));
    expect![[r#"
        expression-invalid role.pattern.delete_when: expected one of `payload`, `message`, found `row`; fields are read as `payload.row` (column 1 of `row == null`)
        expression-invalid role.pattern.key: this is no expression: no viable alternative at input '.' (column 9 of `payload.`)
        unknown-name role.pattern.rows.0: unknown message `Prise`; did you mean `Price`?"#]].assert_eq(
        &found("rows: [\"Prise\"], key: \"payload.\", delete_when: \"row == null\",").join("\n"),
    );
}
