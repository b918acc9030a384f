//! Scenarios that cannot run: what is wrong, at which line and column, before anything runs.

use std::fs;

use tempfile::tempdir;

use super::{run, said};

/// A design whose only scenario has this inside, on its last line but one.
fn design(scenario: &str) -> String {
    format!(
        "(format: 1, info: (name: \"t\"), messages: [(name: \"Order\")], nodes: [(name: \"shop\", \
         role: Producer((workload: [(message: \"Order\", arrivals: Constant(\"10/s\"))]))), (name: \
         \"orders\", role: Channel(())), (name: \"worker\", role: Consumer(()))], edges: [(kind: \
         Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, from: \"orders\", to: \
         \"worker\")],\nscenarios: [(name: \"s\", duration: \"10s\",\n{scenario}\n)])\n"
    )
}

/// What each of these says, and the words that it is about.
const CASES: &[(&str, &str, &str)] = &[
    // Units and ranges.
    (
        r#"faults: [(kind: Down(node: "worker"), start: "5 parsecs")]"#,
        r#""5 parsecs""#,
        "expected a length of time such as `250ms`",
    ),
    (r#"warm_up: "20s""#, r#""20s""#, "the warm-up is shorter than the whole run"),
    (
        r#"faults: [(kind: Failing(node: "worker", share: 1.5))]"#,
        "1.5",
        "a share lies between 0 and 1, this is 1.5",
    ),
    (
        r#"faults: [(kind: Failing(node: "worker", share: 1), probability: -0.5)]"#,
        "-0.5",
        "a share lies between 0 and 1, this is -0.5",
    ),
    (
        r#"faults: [(kind: Down(node: "any consumer"), budget: (at_most: 0))]"#,
        "0)",
        "a fault may strike 1 or more at the same time",
    ),
    (
        r#"faults: [(kind: Clog(edge: "shop -> orders", rate: "5000000000/s"))]"#,
        r#""5000000000/s""#,
        "more often than once in a nanosecond",
    ),
    // Targets.
    (
        r#"faults: [(kind: Down(node: "wroker"))]"#,
        r#""wroker""#,
        "unknown node `wroker`; did you mean `worker`?",
    ),
    (
        r#"faults: [(kind: Loss(edge: "shop -> worker", share: 0.1))]"#,
        r#""shop -> worker""#,
        "unknown edge `shop -> worker`; did you mean `shop -> orders`?",
    ),
    (
        r#"faults: [(kind: Slow(node: "orders", factor: 2))]"#,
        r#""orders""#,
        "a channel cannot be struck by Slow; strike a consumer",
    ),
    (
        r#"faults: [(kind: Down(node: "one of tag:zone"))]"#,
        r#""one of tag:zone""#,
        "selects nothing that Down can strike",
    ),
    // Contradictions.
    (
        r#"faults: [(kind: Scaling(node: "worker", workers: 1), duration: "5s"), (kind: Scaling(node: "worker", workers: 3), start: "2s")]"#,
        r#"Scaling(node: "worker", workers: 3)"#,
        "is set here and by fault 1 at the same time, to different values",
    ),
    (
        r#"faults: [(kind: Slow(node: "worker", factor: 2), duration: "2s", ramp_in: "3s")]"#,
        r#""3s""#,
        "to come and to go takes longer than the fault lasts",
    ),
    (
        r#"faults: [(kind: Down(node: "worker"), duration: "2s", heals: false)]"#,
        "false",
        "what does not heal has no duration and no other end",
    ),
    // Changes that cannot be made.
    (
        r#"changes: [(set: "worker.concurency", to: "3")]"#,
        r#"(set: "worker.concurency""#,
        "cannot set `worker.concurency`",
    ),
    (
        r#"changes: [(set: "worker.concurrency", to: "three")]"#,
        r#"(set: "worker.concurrency""#,
        "expected a whole number, found `three`",
    ),
];

#[test]
fn a_scenario_that_cannot_run_says_why_and_where_before_it_starts() {
    let folder = tempdir().expect("a folder can be made");
    let file = folder.path().join("design.ron");
    let place = file.to_string_lossy().into_owned();
    for (scenario, about, words) in CASES {
        let text = design(scenario);
        fs::write(&file, &text).expect("a file can be written");
        let line = text.lines().count() - 1;
        let column = scenario.find(about).expect("the words stand there") + 1;
        let output = run(&["run", &place]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{scenario}: {said}");
        assert!(said.contains(words), "{scenario}: {said}");
        assert!(said.contains(&format!("{place}:{line}:{column}: ")), "{scenario}: {said}");
        assert!(!said.contains("balanced"), "nothing ran: {said}");
    }
}

#[test]
fn what_runs_but_does_not_mean_what_it_says_is_a_warning() {
    let folder = tempdir().expect("a folder can be made");
    let file = folder.path().join("design.ron");
    for (scenario, words) in [
        (r#"faults: [(kind: Down(node: "worker"), start: "20s")]"#, "but the run is over at 10s"),
        (
            r#"heal_at: "2s", faults: [(kind: Down(node: "worker"), start: "5s")]"#,
            "but all is healed at 2s",
        ),
        (r#"heal_at: "20s""#, "but the run is over at 10s"),
    ] {
        fs::write(&file, design(scenario)).expect("a file can be written");
        let output = run(&["check", &file.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(said(&output).contains("warning[fault-outside-run]"), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}
