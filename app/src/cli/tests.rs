//! The command line without a process: arguments in, text and status out.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;

mod compat;

/// What a console has written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn console(&self) -> Console {
        Console::new(Box::new(self.clone()), Box::new(self.clone()))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("one thread").clone()).expect("text")
    }
}

/// Status and text of a command.
fn run(words: &[&str]) -> (Status, String) {
    let words = std::iter::once("flowbench").chain(words.iter().copied());
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => return (Status::Impossible, error.to_string()),
    };
    let written = Written::default();
    let task = arguments.command.expect("a subcommand");
    let status = perform(&task, &mut written.console());
    (status, written.text())
}

#[test]
fn wrong_arguments_say_what_is_wrong_and_end_with_2() {
    for (words, said) in [
        (
            &["run", "shoe-shop", "--scenario", "payment-outag"][..],
            "did you mean `payment-outage`?",
        ),
        (&["run", "shoe-shp"], "did you mean the sample `shoe-shop`?"),
        (&["run", "shoe-shop", "--set", "payment"], "expected PATH=VALUE"),
        (&["run", "shoe-shop", "--set", "paymnt.concurrency=2"], "did you mean"),
        (&["run", "shoe-shop", "--seed", "many"], "invalid value"),
        (&["run"], "required"),
        (&["check", "no/such/file.ron"], "there is no file, folder or sample"),
        (&["samples", "copy", "poisson", "x"], "did you mean `poison`?"),
        (&["export", "poison", "--to", "gif", "--out", "x"], "invalid value"),
        (&["samples", "dance"], "--help"),
    ] {
        let (status, text) = run(words);
        assert_eq!(status, Status::Impossible, "{words:?}: {text}");
        assert!(text.contains(said), "{words:?}: {text}");
    }
}

#[test]
fn every_sample_passes_its_check() {
    for sample in crate::samples::SAMPLES {
        let (status, text) = run(&["check", sample.name]);
        // This one is there to fail.
        let (wanted, errors) = match sample.name {
            "schema-evolution" => (Status::Violated, "1 errors, 1 warnings, 0 hints, 1 silenced"),
            _ => (Status::Held, "0 errors"),
        };
        assert_eq!(status, wanted, "{text}");
        assert!(text.contains(errors), "{text}");
    }
}

#[test]
fn a_finding_says_where_it_is() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("design.ron");
    let text = crate::samples::find("shoe-shop").expect("sample").design();
    let broken = text.replacen("dead_letter: \"dead-letters\"", "dead_letter: \"dead-leters\"", 1);
    crate::files::write_text(&path, &broken).expect("written");
    let (status, said) = run(&["check", &path.to_string_lossy()]);
    assert_eq!(status, Status::Violated, "{said}");
    let line = 1 + broken.lines().position(|line| line.contains("dead-leters")).expect("line");
    assert!(said.contains(&format!("design.ron:{line}:")), "{said}");
    assert!(said.contains("error[unknown-name]"), "{said}");
    let (_, json) = run(&["check", "--format", "json", &path.to_string_lossy()]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    let findings = json["files"][0]["findings"].as_array().expect("findings");
    let is_ours = |it: &&serde_json::Value| it["code"] == "unknown-name" && it["line"] == line;
    assert_eq!(findings.iter().filter(is_ours).count(), 1, "{findings:?}");
}

#[test]
fn a_file_that_is_no_design_says_line_and_column() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("design.ron");
    crate::files::write_text(&path, "(\n    format: 1,\n    inf: (),\n)").expect("written");
    let (status, said) = run(&["check", &path.to_string_lossy()]);
    assert_eq!(status, Status::Impossible);
    assert!(said.contains("design.ron:3:5: expected"), "{said}");
}

#[test]
fn the_report_has_the_documented_fields_and_the_same_record_each_time() {
    let report = || {
        let (status, json) =
            run(&["run", "shoe-shop", "--scenario", "payment-outage", "--format", "json"]);
        assert_eq!(status, Status::Held, "{json}");
        serde_json::from_str::<serde_json::Value>(&json).expect("json")
    };
    let (first, second) = (report(), report());
    assert_eq!(first["record_hash"], second["record_hash"]);
    let documented = include_str!("../../../docs/run-json.md");
    for (field, value) in first.as_object().expect("object") {
        assert!(documented.contains(&format!("`{field}`")), "`{field}` is not documented");
        let parts = value.as_object().or_else(|| value.get(0).and_then(|it| it.as_object()));
        for part in parts.into_iter().flat_map(|parts| parts.keys()) {
            assert!(documented.contains(&format!("`{part}`")), "`{field}.{part}`");
        }
    }
    assert_eq!(first["messages"]["in_flight"], 0);
    assert_eq!(first["balanced"], true);
}

#[test]
fn a_changed_property_changes_the_run() {
    let run_with = |set: &str| run(&["run", "shoe-shop", "--set", set, "--format", "json"]).1;
    let hash = |json: &str| {
        let json: serde_json::Value = serde_json::from_str(json).expect(json);
        json["record_hash"].clone()
    };
    let same = hash(&run_with("payment.concurrency=1"));
    let slow = run_with("payment.handlers.0.service_time=Constant(\"900ms\")");
    assert_ne!(same, hash(&slow));
}

#[test]
fn the_text_names_dead_letters_with_their_reason() {
    let (_, text) = run(&["run", "poison", "--scenario", "poison"]);
    for said in ["Dead letters (3)", "poison message", "✓ balanced", "Promises"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[test]
fn a_run_that_is_verified_says_that_its_record_is_the_same() {
    for record in [&[][..], &["--record", "none"]] {
        let (status, text) = run(&[&["run", "poison", "--verify"], record].concat());
        assert_eq!(status, Status::Held, "{text}");
        let last = text.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("Run again: ✓ same record, ") && last.contains(", hash "),
            "{last}"
        );
    }
    let (_, json) = run(&["run", "poison", "--verify", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    assert_eq!(json["verification"]["same"], true);
    let documented = include_str!("../../../docs/run-json.md");
    for field in json["verification"].as_object().expect("object").keys() {
        assert!(documented.contains(&format!("`{field}`")), "`{field}` is not documented");
    }
}

#[test]
fn a_record_is_written_as_lines_of_json() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("record.jsonl");
    let out = path.to_string_lossy();
    let (_, text) = run(&["run", "poison", "--record", &out]);
    assert!(path.exists(), "{text}");
    let lines = crate::files::read_text(&path, crate::files::DESIGN_LIMIT).expect("read");
    let entries: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let published = entries.iter().find(|it| it["what"] == "published").expect("an entry");
    assert_eq!((&published["at_ns"], &published["message"]), (&0.into(), &"shop#1".into()));
    assert!(entries.iter().any(|it| it["detail"] == "poison message"));
}

#[test]
fn pictures_are_written_in_both_kinds_and_themes() {
    let folder = tempfile::tempdir().expect("folder");
    let export = |kind: &str, theme: &str| -> Vec<u8> {
        let path = folder.path().join(format!("{theme}.{kind}"));
        let out = path.to_string_lossy().into_owned();
        let words = ["export", "shoe-shop", "--to", kind, "--out", &out, "--theme", theme];
        let (status, text) = run(&words);
        assert_eq!(status, Status::Held, "{text}");
        std::fs::read(Path::new(&out)).expect("picture")
    };
    assert!(export("png", "light").starts_with(b"\x89PNG"));
    assert!(export("svg", "dark").starts_with(b"<svg"));
    assert_ne!(export("svg", "dark"), export("svg", "light"));
}

#[test]
fn a_word_that_is_neither_command_nor_file_opens_no_window() {
    let written = Written::default();
    let open = |_: Session| -> Result<(), String> { panic!("a window is opened") };
    let status = workbench(Some("dance".into()), open, &mut written.console());
    assert_eq!(status, Status::Impossible);
    assert!(written.text().contains("`dance`"), "{}", written.text());
}

/// A pipe whose reader has gone, or a disk that is full.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_is_no_failure_but_a_full_disk_is() {
    for (kind, expected) in [
        (io::ErrorKind::BrokenPipe, Status::Held),
        (io::ErrorKind::StorageFull, Status::Impossible),
    ] {
        let mut console = Console::new(Box::new(Broken(kind)), Box::new(io::sink()));
        console.line("one");
        console.line("two");
        assert_eq!(console.finish(Status::Held), expected, "{kind}");
    }
}

#[test]
fn presets_are_listed_and_each_has_a_card() {
    let (status, text) = run(&["presets"]);
    assert_eq!(status, Status::Held);
    assert!(text.contains("kafka.group.classic") && text.contains("mqtt.qos2"), "{text}");
    let (status, text) = run(&["presets", "rabbit.quorum.4.0"]);
    assert_eq!(status, Status::Held);
    for said in ["begins with rabbit.quorum.3.13", "delivery_limit", "20 deliveries", "CC-06"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let (status, text) = run(&["presets", "rabbit.clasic"]);
    assert_eq!(status, Status::Impossible);
    assert!(text.contains("did you mean `rabbit.classic`?"), "{text}");
}

#[test]
fn a_card_for_programs_has_every_parameter_with_its_origin() {
    let (_, text) = run(&["presets", "sqs.fifo", "--format", "json"]);
    let card: serde_json::Value = serde_json::from_str(&text).expect("one object");
    let parameters = card["parameters"].as_array().expect("a list");
    assert_eq!(parameters.len(), flowbench_model::channel::PARAMETERS.len());
    let of = |name: &str| parameters.iter().find(|one| one["name"] == name).expect("it is there");
    assert_eq!(of("gate")["preset"], "sqs.fifo");
    assert_eq!(of("lease")["preset"], "sqs.standard");
    assert_eq!(of("partitions")["origin"], "default");
}

#[test]
fn the_conformance_cases_are_printed_with_their_state() {
    let (status, text) = run(&["conformance"]);
    assert_eq!(status, Status::Held);
    assert!(text.contains("CC-01") && text.contains("cases are simulated"), "{text}");
    let (_, text) = run(&["conformance", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!(list["cases"][0]["case"], "CC-01");
    let (_, text) = run(&["conformance", "--format", "markdown"]);
    assert!(text.contains("\n| CC-01 | "), "{text}");
}

/// One station with exponential arrivals and service at a load of one half (M/M/1).
const STATION: &str = r#"(
    format: 1,
    info: (name: "station"),
    messages: [(name: "Job", kind: Command)],
    nodes: [
        (name: "source", role: Producer((workload: [
            (message: "Job", arrivals: Poisson("500/s"), count: 20000),
        ]))),
        (name: "queue", role: Channel((delivery: PointToPoint))),
        (name: "server", role: Consumer((handlers: [(on: "Job", service_time: Exponential("1ms"))]))),
    ],
    edges: [
        (kind: Publish, from: "source", to: "queue"),
        (kind: Subscribe, from: "queue", to: "server"),
    ],
    scenarios: [(name: "load", duration: "30s", warm_up: "2s")],
)"#;

#[test]
fn replications_find_the_mean_that_theory_names_and_are_the_same_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("design.ron");
    std::fs::write(&file, STATION).expect("a file");
    let words = ["replicate", file.to_str().expect("text"), "--confidence", "99"];
    let (status, text) = run(&words);
    assert_eq!(status, Status::Held, "{text}");
    assert!(text.contains("30 replications; ± is the 99 % interval of a mean"), "{text}");
    let line = text.lines().find(|line| line.contains("mean latency")).expect("a latency");
    let number = |text: &str| text.trim().trim_end_matches(" ms").parse::<f64>().expect("a number");
    let (mean, half) =
        line.split_once("mean latency").expect("a cell").1.split_once('±').expect("±");
    let off = (number(mean) - 2.0).abs();
    assert!(off <= number(half), "the mean is twice the service time: {line}");
    assert!(number(half) < 0.05, "{line}");
    assert_eq!(run(&words).1, text, "threads must not show");
}

#[test]
fn two_variants_are_compared_under_the_same_luck() {
    let words = ["replicate", "shoe-shop", "--replications", "3", "--format", "json"];
    let same = ["--against", "payment.concurrency=4"];
    let (_, text) = run(&[&words[..], &same].concat());
    let object: serde_json::Value = serde_json::from_str(&text).expect("one object");
    let measures = object["measures"].as_array().expect("a list");
    let latency = measures.iter().find(|it| it["what"] == "mean latency").expect("a latency");
    assert_eq!(latency["estimate"]["count"], 3);
    let [one, two, between] = ["estimate", "variant", "difference"]
        .map(|which| latency[which]["mean"].as_f64().expect("a mean"));
    assert!((two - one - between).abs() < 1.0, "{latency}");
    let published = measures.iter().find(|it| it["what"] == "published").expect("a count");
    assert_eq!(published["difference"]["mean"], 0.0, "the producers have the same luck");
}

#[test]
fn replications_that_cannot_be_made_say_why() {
    for (more, said) in [
        (&["--replications", "1"][..], "2..=100000"),
        (&["--confidence", "100"], "expected percent from 50 to less than 100"),
        (&["--against", "payment"], "expected PATH=VALUE"),
        (&["--against", "paymnt.concurrency=2"], "did you mean"),
    ] {
        let (status, text) = run(&[&["replicate", "shoe-shop"], more].concat());
        assert_eq!(status, Status::Impossible);
        assert!(text.contains(said), "{more:?}: {text}");
    }
}

/// A station with a load, in a file of its own.
fn station(load: &str, duration: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("design.ron");
    let text = STATION
        .replace("Exponential(\"1ms\")", load)
        .replace("duration: \"30s\", warm_up: \"2s\"", duration);
    std::fs::write(&file, text).expect("a file");
    let name = file.to_str().expect("text").to_owned();
    (folder, name)
}

#[test]
fn a_warm_up_is_suggested_and_used() {
    let (_folder, file) = station("Exponential(\"1ms\")", "duration: \"30s\", warm_up: \"2s\"");
    let words = ["replicate", &file, "--replications", "5", "--warm-up"];
    let (status, text) = run(&[&words[..], &["auto", "--format", "json"]].concat());
    assert_eq!(status, Status::Held, "{text}");
    let object: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!(object["suggested_warm_up"]["is_too_short"], false);
    assert_eq!(object["suggested_warm_up"]["ns"], object["warm_up_ns"], "it is used");
    let given = run(&[&words[..], &["5s"]].concat()).1;
    assert!(given.contains("5 s of each run left out; MSER-5 suggests"), "{given}");
    let plain = run(&["replicate", &file, "--replications", "2", "--format", "json"]).1;
    let object: serde_json::Value = serde_json::from_str(&plain).expect("one object");
    assert_eq!(object["warm_up_ns"], 2_000_000_000_u64, "the scenario's own");
    assert!(object["suggested_warm_up"].is_null());
}

#[test]
fn a_run_that_never_settles_is_called_too_short() {
    let (_folder, file) = station("Constant(\"4ms\")", "duration: \"10s\"");
    let text = run(&["replicate", &file, "--replications", "2", "--warm-up", "auto"]).1;
    assert!(text.contains("the run is too short: by MSER-5"), "{text}");
    let text = run(&["run", &file, "--record", "none", "--intervals"]).1;
    assert!(text.contains("the run is too short for"), "{text}");
}

#[test]
fn a_warm_up_that_is_none_is_refused() {
    for (warm_up, said) in [("soon", "or `auto` for what MSER-5 suggests"), ("40s", "warm-up")] {
        let (_folder, file) = station("Exponential(\"1ms\")", "duration: \"30s\"");
        let (status, text) = run(&["replicate", &file, "--warm-up", warm_up]);
        assert_eq!(status, Status::Impossible, "{text}");
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn one_long_run_gives_intervals_that_hold_what_theory_says() {
    let (_folder, file) = station("Exponential(\"1ms\")", "duration: \"30s\", warm_up: \"2s\"");
    let words = ["run", &file, "--record", "none", "--intervals"];
    let (_, text) = run(&[&words[..], &["--format", "json"]].concat());
    let object: serde_json::Value = serde_json::from_str(&text).expect("one object");
    let lines = object["intervals"].as_array().expect("a list");
    for (what, expected) in [("mean latency", 2e6), ("there on average", 1.0), ("utilization", 0.5)]
    {
        let line = lines.iter().find(|it| it["what"] == what).expect("a line");
        let number = |field: &str| line["estimate"][field].as_f64().expect("a number");
        let off = (number("mean") - expected).abs();
        assert!(off <= 1.4 * number("half_width"), "99 % of {what}: {line}");
        assert!(number("count") >= 20.0 && line["is_too_short"] == false, "{line}");
    }
    assert!(run(&words).1.contains("This run alone: means with 95 % intervals"));
}
