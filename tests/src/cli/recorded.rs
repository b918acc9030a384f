//! Designs with recorded files: checked, run, and refused with file and line.

use std::fs;
use std::path::Path;

use tempfile::tempdir;

use super::{run, said};

const DESIGN: &str = r#"(
    format: 1, info: (name: "t"),
    messages: [(name: "Order", versions: [(number: 1, schema: JsonSchema("{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}}}"))])],
    nodes: [
        (name: "shop", role: Producer((workload: [(message: "Order", arrivals: Recorded((
            file: "orders.csv", format: Csv(Comma), fields: (time: "at", time_form: Seconds, key: "key"),
        )))]))),
        (name: "queue", role: Channel(())), (name: "desk", role: Consumer(())),
    ],
    edges: [(kind: Publish, from: "shop", to: "queue"), (kind: Subscribe, from: "queue", to: "desk")],
    scenarios: [(name: "s", duration: "1h")],
)"#;

const ORDERS: &str = "at,key,n\n10,a,1\n10.5,b,2\n12,a,3\n";

/// What a command says about the design beside this file, with its exit status.
fn of(command: &str, design: &str, orders: Option<&str>) -> (Option<i32>, String) {
    let folder = tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    };
    put("design.ron", design);
    if let Some(orders) = orders {
        put("orders.csv", orders);
    }
    let file = folder.path().join("design.ron");
    let output = run(&[command, &file.to_string_lossy()]);
    (output.status.code(), said(&output).replace(&shown(folder.path()), ""))
}

fn shown(folder: &Path) -> String {
    format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR)
}

#[test]
fn a_recorded_file_is_checked_and_run() {
    let (status, said) = of("check", DESIGN, Some(ORDERS));
    assert!(status == Some(0) && !said.contains("recorded"), "{said}");
    let (status, said) = of("run", DESIGN, Some(ORDERS));
    assert!(status == Some(0) && said.contains("shop, orders.csv: 3 events"), "{said}");
    let (status, said) = of("run", &DESIGN.replace("\"1h\"", "\"1s\""), Some(ORDERS));
    assert!(status == Some(0) && said.contains("2 events"), "{said}");
}

#[test]
fn what_is_wrong_with_a_recorded_file_is_found_before_the_run() {
    let found = |design: &str, orders: Option<&str>, words: &[&str]| {
        let (status, said) = of("check", design, orders);
        assert!(words.iter().all(|word| said.contains(word)), "{status:?} {said}");
        status
    };
    let missing = ["error[recorded-missing]", "there is no file `orders.csv` beside the design"];
    assert_eq!(found(DESIGN, None, &missing), Some(1));
    let outside = DESIGN.replace("orders.csv", "../orders.csv");
    let words = ["error[recorded-outside-folder]", "`..` leads out of the folder"];
    assert_eq!(found(&outside, Some(ORDERS), &words), Some(1));
    let column = DESIGN.replace("key: \"key\"", "key: \"order\"");
    let words = ["expected a column `order`; the first row names `at`, `key`, `n`"];
    assert_eq!(found(&column, Some(ORDERS), &words), Some(1));
    let words = ["warning[recorded-payload-invalid]", "line 3", "at `/n`"];
    let unfit = ORDERS.replace("b,2", "b,two");
    assert_eq!(found(DESIGN, Some(&unfit), &words), Some(0));
    let words =
        ["warning[recorded-bad-line]", "`orders.csv`, line 4: expected a number of seconds"];
    assert_eq!(found(DESIGN, Some(&ORDERS.replace("12", "noon")), &words), Some(0));
}

#[test]
fn a_bad_line_ends_the_run_or_is_counted() {
    let bad = ORDERS.replace("12,", "noon,");
    let (status, stopped) = of("run", DESIGN, Some(&bad));
    let sentence = "stopped at 500 ms: `orders.csv`, line 4: expected a number of seconds at `at`, found `noon`";
    assert!(status == Some(1) && stopped.contains(sentence), "{stopped}");
    let skipping = DESIGN.replace("format: Csv", "bad_lines: Skip, format: Csv");
    let (status, skipped) = of("run", &skipping, Some(&bad));
    assert!(status == Some(0) && skipped.contains("1 lines left out"), "{skipped}");
    assert!(skipped.contains("line 4: expected a number of seconds"), "{skipped}");
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let (inside, outside) = (tempdir().expect("a folder"), tempdir().expect("another"));
    fs::write(inside.path().join("design.ron"), DESIGN).expect("it can be written");
    let target = outside.path().join("orders.csv");
    fs::write(&target, ORDERS).expect("it can be written");
    std::os::unix::fs::symlink(&target, inside.path().join("orders.csv")).expect("a link");
    let file = inside.path().join("design.ron");
    let output = run(&["run", &file.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("must lie inside the design's folder"), "{}", said(&output));
}

#[test]
fn distributions_are_fitted_to_a_recorded_file() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("orders.csv");
    let fit = |rows: &str, more: &[&str]| {
        fs::write(&file, format!("at,size\n{rows}")).expect("it can be written");
        let output = run(&[&["fit", &file.to_string_lossy()], more].concat());
        (output.status.code(), said(&output))
    };
    let second = |n: u32| format!("2026-01-01T00:{:02}:{:02}Z,100\n", n / 60, n % 60);
    let evenly: String = (0..100).map(second).collect();
    let (status, said) = fit(&evenly, &[]);
    assert!(status == Some(0) && said.contains("arrivals: Constant(\"1/s\")"), "{said}");
    assert!(said.contains("size_bytes: 100"), "{said}");
    let (_, json) = fit(&evenly, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("one object");
    assert_eq!(json["gaps"]["fits"][0]["fits"], true);
    assert_eq!(json["events"], 100);
    let in_pairs: String = (0..200).map(|n| second(n / 2 * 30 / 2)).collect();
    let (status, said) = fit(&in_pairs, &[]);
    assert!(status == Some(1) && said.contains("publish the file itself"), "{said}");
    assert!(said.contains("arrivals: Recorded((file:\"orders.csv\""), "{said}");
    let (status, said) = fit(&evenly, &["--time", "when"]);
    assert!(status == Some(2) && said.contains("expected a column `when`"), "{said}");
    let (status, said) = fit("", &[]);
    assert!(status == Some(1) && said.contains("nothing to fit"), "{said}");
}
