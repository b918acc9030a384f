//! The list of all cases with their state, and that it says what the tests do.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::places::{files, text, top};

const TABLE: &str = include_str!("../../../assets/conformance.ron");

/// What the cases may name as theirs.
const PRESETS: [&str; 37] = [
    "asb.queue",
    "asb.session",
    "asb.topic",
    "eventbridge",
    "jetstream.interest",
    "jetstream.limits",
    "jetstream.workqueue",
    "kafka.group.classic",
    "kafka.group.kip848",
    "kafka.share",
    "mqtt.qos0",
    "mqtt.qos1",
    "mqtt.qos2",
    "nats.core",
    "pubsub.ordered",
    "pubsub.standard",
    "pulsar.exclusive",
    "pulsar.failover",
    "pulsar.key_shared",
    "pulsar.shared",
    "rabbit.classic",
    "rabbit.direct",
    "rabbit.fanout",
    "rabbit.headers",
    "rabbit.quorum.3.13",
    "rabbit.quorum.4.0",
    "rabbit.quorum.4.3",
    "rabbit.stream",
    "rabbit.topic",
    "redis.stream",
    "sns.fifo",
    "sns.standard",
    "solace.exclusive",
    "solace.nonexclusive",
    "solace.partitioned",
    "sqs.fifo",
    "sqs.standard",
];

/// One case as the table has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// `CC-` and a number.
    pub(crate) case: String,
    pub(crate) title: String,
    /// The presets that the case is about.
    pub(crate) presets: Vec<String>,
    /// Whether the simulator is held to it.
    pub(crate) simulated: bool,
    /// The server it is compared with, where that is installed.
    pub(crate) compared: Option<String>,
    /// What of it is not simulated.
    #[serde(default, rename = "left_out")]
    _left_out: Option<String>,
    /// Why it is not simulated.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

/// All cases, in the order of their numbers.
pub(crate) fn rows() -> Vec<Row> {
    ron::from_str(TABLE).unwrap_or_else(|error| panic!("assets/conformance.ron: {error}"))
}

/// One case.
pub(crate) fn row(case: &str) -> Row {
    rows().into_iter().find(|row| row.case == case).expect("the table lists the case")
}

/// How many tests are named after each case, by `cc_01`.
fn tests_by_case() -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for path in files(&top().join("tests/src/conformance"), &[".rs"]) {
        for name in text(&path).split("#[test]\nfn ").skip(1) {
            if name.starts_with("cc_") {
                *found.entry(name[..5].to_owned()).or_default() += 1;
            }
        }
    }
    found
}

#[test]
fn each_case_that_runs_has_one_test_and_each_test_a_case() {
    let runs = |row: &Row| row.simulated || row.compared.is_some();
    let listed: BTreeMap<String, usize> = rows()
        .iter()
        .filter(|row| runs(row))
        .map(|row| (row.case.to_lowercase().replace('-', "_"), 1))
        .collect();
    assert_eq!(listed, tests_by_case());
}

#[test]
fn the_table_is_in_order_and_names_presets_only() {
    let rows = rows();
    let numbers: Vec<u32> = rows
        .iter()
        .map(|row| row.case.strip_prefix("CC-").and_then(|n| n.parse().ok()).expect("CC-number"))
        .collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let titles: BTreeSet<&str> = rows.iter().map(|row| &*row.title).collect();
    assert_eq!(titles.len(), rows.len(), "two cases have one title");
    for row in &rows {
        assert!(!row.presets.is_empty(), "{}: no preset", row.case);
        let unknown = row.presets.iter().find(|preset| !PRESETS.contains(&&***preset));
        assert_eq!(unknown, None, "{}", row.case);
    }
}
