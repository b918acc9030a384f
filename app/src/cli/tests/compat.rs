//! `flowbench compat` without a process.

use super::run;
use crate::cli::Status;

/// A shop whose new version says the total as a number; the desk reads `read`.
fn shop(read: u32) -> (tempfile::TempDir, String) {
    let version = |number: u32, kind: &str| {
        let schema = format!(
            r#"{{"type":"object","properties":{{"total":{{"type":"{kind}"}}}},"required":["total"]}}"#
        );
        format!("(number: {number}, schema: JsonSchema({schema:?}))")
    };
    let text = format!(
        r#"(format: 1, info: (name: "shop"), compatibility: (mode: Full),
        messages: [(name: "Placed", versions: [{}, {}])],
        nodes: [
            (name: "shop", role: Producer(workload: [
                (message: "Placed", arrivals: Constant("1/s"))])),
            (name: "orders", role: Channel()), (name: "desk", role: Consumer())],
        edges: [(kind: Publish, from: "shop", to: "orders"),
            (kind: Subscribe, from: "orders", to: "desk",
             contract: (messages: ["Placed@{read}"]))])"#,
        version(1, "string"),
        version(2, "number"),
    );
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("design.ron");
    crate::files::write_text(&path, &text).expect("written");
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

#[test]
fn a_pair_that_breaks_is_shown_with_rule_place_payload_and_order() {
    let (_folder, path) = shop(1);
    let (status, said) = run(&["compat", &path]);
    assert_eq!(status, Status::Violated, "{said}");
    for part in [
        "Placed  (FULL, strict+ rules)",
        "version 1 to 2: cannot be rolled out in any order",
        "breaks the policy: version 2 cannot read version 1",
        "breaks: shop writes 2, desk reads it as 1 over orders",
        "breaks: type-changed at /properties/total",
        "written, and not read:",
        "pairs of writer and reader: 1, 1 broken",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (_, json) = run(&["compat", &path, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    let edge = &json["messages"][0]["edges"][0];
    assert_eq!(edge["judgment"]["outcome"], "breaks");
    assert_eq!(edge["judgment"]["order"], "neither");
    assert!(edge["counter_example"]["total"].is_number(), "{edge:#}");
    assert_eq!(edge["edge"], "orders -> desk");
}

#[test]
fn what_can_be_read_ends_well_and_an_unknown_message_does_not() {
    let (_folder, path) = shop(2);
    let (status, said) = run(&["compat", &path, "--message", "Placed"]);
    assert_eq!(status, Status::Held, "{said}");
    assert!(said.contains("reads: shop writes 2, desk reads it as 2"), "{said}");
    let (status, said) = run(&["compat", &path, "--message", "Plaed"]);
    assert_eq!(status, Status::Impossible);
    assert!(said.contains("did you mean `Placed`?"), "{said}");
}

#[test]
fn what_a_design_silences_is_counted_and_listed() {
    let (_folder, path) = shop(1);
    let text = crate::files::read_text(std::path::Path::new(&path), 1 << 20).expect("text");
    let setting = "lints: [(code: \"version-breaks-policy\", severity: Off, reason: \"old news\"),
        (code: \"reader-cannot-read\", severity: Error, reason: \"no break unseen\")], messages:";
    let text = text.replacen("messages:", setting, 1);
    crate::files::write_text(std::path::Path::new(&path), &text).expect("written");
    let (status, said) = run(&["check", &path]);
    assert_eq!(status, Status::Violated, "{said}");
    assert!(said.contains("error[reader-cannot-read]") && said.contains(", 1 silenced"), "{said}");
    assert!(!said.contains("old news"), "{said}");
    let (_, said) = run(&["check", &path, "--silenced"]);
    assert!(said.contains("silenced[version-breaks-policy]"), "{said}");
    assert!(said.contains("(because: old news)"), "{said}");
    let (_, json) = run(&["check", &path, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    assert_eq!(json["files"][0]["silenced"][0]["reason"], "old news");
}
