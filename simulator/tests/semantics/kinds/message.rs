//! M1 to M7: what is in a message.

use expect_test::expect;
use flowbench_simulator::record::EntryKind;

use super::{EDGES, only, station, thousand, under};
use crate::support::{design, lines, record, report, run, shop};

#[test]
fn m1_poison_can_clear_after_some_attempts() {
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
        from: \"orders\", to: \"worker\", contract: (retry: (backoff: Fixed(\"1s\")))),";
    let fault = "(kind: Poison(node: \"worker\", messages: Messages([\"shop#1\"]), \
                 clears_after: Some(2)))";
    expect![[r#"
        0.000 fault started Poison
        0.000 delivered shop#1 (1) orders -> worker
        0.000 failed shop#1 (1) orders -> worker: poison message
        0.000 waits for retry shop#1 (1) orders -> worker for 1000ms
        1.000 delivered shop#1 (2) orders -> worker
        1.000 failed shop#1 (2) orders -> worker: poison message
        1.000 waits for retry shop#1 (2) orders -> worker for 1000ms
        2.000 delivered shop#1 (3) orders -> worker
        2.000 acknowledged shop#1 (3) orders -> worker
        10.000 delivered shop#2 (1) orders -> worker
        10.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&record(&station(&["0s", "10s"], "concurrency: 1", edges, fault)));
}

#[test]
fn m2_who_looks_at_a_payload_decides_where_it_is_rejected() {
    let corrupt = |by: &str| {
        under(
            &["0s", "5s"],
            &format!(
                "kind: Corruption(node: \"shop\", share: 1, rejected_by: {by}), duration: \"1s\""
            ),
        )
    };
    expect![[r#"
        0.000 fault started Corruption
        0.000 struck shop#1 Corruption
        0.000 dropped shop#1: rejected, its payload is corrupt
        1.000 fault ended Corruption
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&corrupt("Producer"));
    expect![[r#"
        0.000 fault started Corruption
        0.000 struck shop#1 Corruption
        0.000 dropped shop#1: rejected, its payload is corrupt
        1.000 fault ended Corruption
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&corrupt("Registry"));
    expect![[r#"
        0.000 fault started Corruption
        0.000 struck shop#1 Corruption
        0.000 delivered shop#1 (1) orders -> worker
        0.500 failed shop#1 (1) orders -> worker: payload does not fit the contract
        0.500 dropped shop#1: given up, and no dead-letter channel
        1.000 fault ended Corruption
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&corrupt("Consumer"));
    let unseen = "kind: Corruption(node: \"shop\", share: 1, detected: 0), duration: \"1s\"";
    expect![[r#"
        0.000 fault started Corruption
        0.000 struck shop#1 Corruption
        0.000 delivered shop#1 (1) orders -> worker
        0.500 acknowledged shop#1 (1) orders -> worker
        1.000 fault ended Corruption
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "5s"], unseen));
}

/// An order whose total is a number of at least 0; the note is anything.
const WITH_SCHEMA: &str = r#"(name: "Order", versions: [(number: 1, schema: JsonSchema("{\"type\": \"object\",
    \"required\": [\"total\"], \"properties\": {\"total\": {\"type\": \"integer\", \"minimum\": 0},
    \"note\": {\"type\": \"string\"}}}"))])"#;

#[test]
fn m2_the_schema_decides_whether_damage_to_a_field_is_noticed() {
    let failed = |terms: &str| {
        let nodes = shop(&["0s", "1s", "2s", "3s"])
            + "(name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(())),";
        let text = format!(
            "(format: 1, info: (name: \"test\"), messages: [{WITH_SCHEMA}], nodes: [{nodes}], \
             edges: [{EDGES}], scenarios: [(name: \"s\", duration: \"1min\", faults: [(kind: \
             Corruption(node: \"shop\", share: 1, {terms}))])])"
        );
        let design = flowbench_model::formats::native::read(&text).expect("a design").design;
        let of = |kind| lines(&run(&design), |it| it == kind).lines().count();
        (of(EntryKind::Struck), of(EntryKind::Failed))
    };
    assert_eq!(failed("damage: Missing, field: \"total\""), (4, 4));
    assert_eq!(failed("damage: OutOfRange, field: \"total\""), (4, 4));
    assert_eq!(failed("damage: Missing, field: \"note\""), (4, 0), "nobody asked for it");
    assert_eq!(failed("damage: Truncated, field: \"note\""), (4, 0), "any text is a note");
    assert_eq!(failed("damage: WrongType, field: \"note\""), (4, 4));
    assert_eq!(failed("damage: Null, field: \"customer\""), (0, 0), "there is no such field");
    assert_eq!(failed("damage: WrongType"), (4, 4), "whichever it is");
    assert_eq!(failed("damage: WrongType, detected: 0"), (4, 0), "nobody looks");
}

/// A worker that reads the first version.
const READS_FIRST: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, \
    from: \"orders\", to: \"worker\", contract: (messages: [\"Order@1\"])),";

fn skewed(terms: &str) -> String {
    let nodes = shop(&["0s", "5s"])
        + "(name: \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(())),";
    let text = format!(
        "(format: 1, info: (name: \"test\"), messages: [(name: \"Order\", versions: [\
         (number: 1, schema: JsonSchema(\"{{}}\")), (number: 2, schema: JsonSchema(\"{{}}\"))])], \
         nodes: [{nodes}], edges: [{READS_FIRST}], scenarios: [(name: \"s\", \
         duration: \"1min\", faults: [(kind: VersionSkew(node: \"shop\", {terms}), \
         duration: \"1s\")])])"
    );
    let design = flowbench_model::formats::native::read(&text).expect("a design").design;
    record(&design)
}

#[test]
fn m3_a_reader_of_the_old_version_fails_unless_the_new_one_is_compatible() {
    expect![[r#"
        0.000 fault started VersionSkew
        0.000 delivered shop#1 (1) orders -> worker
        0.000 failed shop#1 (1) orders -> worker: version cannot be read
        0.000 dropped shop#1: given up, and no dead-letter channel
        1.000 fault ended VersionSkew
        5.000 delivered shop#2 (1) orders -> worker
        5.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&skewed("version: 2"));
    expect![[r#"
        0.000 fault started VersionSkew
        0.000 delivered shop#1 (1) orders -> worker
        0.000 acknowledged shop#1 (1) orders -> worker
        1.000 fault ended VersionSkew
        5.000 delivered shop#2 (1) orders -> worker
        5.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&skewed("version: 2, compatibility: Forward"));
    expect![[r#"
        0.000 fault started VersionSkew
        0.000 dropped shop#1: refused, a subscriber cannot read its version
        1.000 fault ended VersionSkew
        5.000 delivered shop#2 (1) orders -> worker
        5.000 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&skewed("version: 2, registry_refuses: true"));
    let backward = skewed("version: 2, compatibility: Backward");
    assert_eq!(backward, skewed("version: 2"), "only newer readers profit");
}

#[test]
fn m3_a_rollout_reaches_more_and_more_messages() {
    let fault = "kind: VersionSkew(node: \"shop\", version: 2, rollout: \"10s\")";
    let dropped = report(&thousand(fault)).messages.dropped;
    // Half of a thousand on average; four standard errors are 52.
    assert!(dropped.abs_diff(500) < 60, "{dropped}");
}

#[test]
fn m4_without_a_registry_publishers_wait_and_consumers_cannot_read() {
    let at = |node: &str| {
        under(
            &["0s", "5s"],
            &format!("kind: RegistryDown(node: \"{node}\", cached: 0), duration: \"2s\""),
        )
    };
    expect![[r#"
        0.000 fault started RegistryDown
        2.000 fault ended RegistryDown
        2.000 delivered shop#1 (1) orders -> worker
        2.500 acknowledged shop#1 (1) orders -> worker
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&at("shop"));
    expect![[r#"
        0.000 fault started RegistryDown
        0.000 delivered shop#1 (1) orders -> worker
        0.500 failed shop#1 (1) orders -> worker: schema unknown
        0.500 dropped shop#1: given up, and no dead-letter channel
        2.000 fault ended RegistryDown
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&at("worker"));
}

#[test]
fn m5_a_message_beyond_the_limit_is_rejected_or_gets_stuck() {
    let of = |terms: &str| {
        let fault = format!("kind: Oversized(node: \"shop\", {terms})");
        report(&thousand(&fault)).messages.dropped
    };
    // The median is the limit: half of them are larger.
    let half = of("bytes: 1000, limit: 1000");
    assert!(half.abs_diff(500) < 64, "{half}");
    assert_eq!(of("bytes: 1000, spread: 0, limit: 1000"), 0);
    assert_eq!(of("bytes: 1001, spread: 0, limit: 1000"), 1000);
    let stuck = "kind: Oversized(node: \"shop\", bytes: 2, spread: 0, limit: 1, outcome: Stuck), \
                 duration: \"1s\"";
    expect![[r#"
        0.000 fault started Oversized
        0.000 struck shop#1 Oversized
        0.000 delivered shop#1 (1) orders -> worker
        0.500 failed shop#1 (1) orders -> worker: message too large
        0.500 dropped shop#1: given up, and no dead-letter channel
        1.000 fault ended Oversized
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "5s"], stuck));
}

#[test]
fn m6_a_message_without_its_header_goes_astray() {
    let routing =
        "kind: HeaderMissing(node: \"shop\", share: 1, header: Routing), duration: \"1s\"";
    expect![[r#"
        0.000 fault started HeaderMissing
        0.000 struck shop#1 HeaderMissing
        0.000 dropped shop#1: nobody subscribes
        1.000 fault ended HeaderMissing
        5.000 delivered shop#2 (1) orders -> worker
        5.500 acknowledged shop#2 (1) orders -> worker
    "#]]
    .assert_eq(&under(&["0s", "5s"], routing));
    let nodes = shop(&["0s"])
        + "(name: \"orders\", role: Channel(())), (name: \"answers\", role: Channel(())), \
           (name: \"asker\", role: Consumer((handlers: [(on: \"Order\", emits: [(message: \"Ask\", \
           reply: (message: \"Paid\", within: \"5s\"))])]))), \
           (name: \"asked\", role: Channel(())), \
           (name: \"worker\", role: Consumer((handlers: [(emits: [(message: \"Paid\")])]))),";
    let edges = "(kind: Publish, from: \"shop\", to: \"orders\"), \
        (kind: Subscribe, from: \"orders\", to: \"asker\"), \
        (kind: Publish, from: \"asker\", to: \"asked\"), \
        (kind: Subscribe, from: \"asked\", to: \"worker\"), \
        (kind: Publish, from: \"worker\", to: \"answers\"), \
        (kind: Subscribe, from: \"answers\", to: \"asker\"),";
    let timeouts = |faults: &str| {
        let scenario = format!("duration: \"1min\", faults: [{faults}]");
        report(&design(&nodes, edges, &scenario)).reply_timeouts
    };
    assert_eq!(timeouts(""), 0);
    let missing = "(kind: HeaderMissing(node: \"worker\", share: 1, header: Correlation))";
    assert_eq!(timeouts(missing), 1);
}

#[test]
fn m7_what_enters_meanwhile_expires_early() {
    let early = "kind: EarlyExpiry(node: \"orders\", time_to_live: \"600ms\"), duration: \"1s\"";
    let instants = ["0s", "100ms", "200ms", "1500ms"];
    let all = station(
        &instants,
        "handlers: [(service_time: Constant(\"500ms\"))]",
        EDGES,
        &format!("({early})"),
    );
    expect![[r#"
        0.500 acknowledged shop#1 (1) orders -> worker
        0.800 expired shop#3 orders
        1.000 acknowledged shop#2 (1) orders -> worker
        2.000 acknowledged shop#4 (1) orders -> worker
    "#]]
    .assert_eq(&only(&all, &[EntryKind::Expired, EntryKind::Acknowledged]));
}
