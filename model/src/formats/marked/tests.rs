//! What texts say, and where.

use super::*;

fn value(text: &str) -> Value {
    read(text).expect("it can be read").tree.value()
}

fn error(text: &str) -> String {
    read(text).expect_err("it cannot be read").to_string()
}

#[test]
fn json_and_yaml_of_the_same_content_are_the_same_tree() {
    let json = r#"{"a": [1, -2.5, true, null, "x\ud83d\ude00"], "b": {}}"#;
    let yaml = "a: [1, -2.5, true, ~, \"x😀\"]\nb: {}\n";
    assert_eq!(value(json), value(yaml));
    assert_eq!(read(json).expect("json").tree, read(yaml).expect("yaml").tree);
}

#[test]
fn every_value_knows_where_it_stands() {
    let yaml = read("info:\n  title: Orders\n  tags:\n    - a\n    - b\n").expect("yaml").tree;
    let at = |tree: &Arc<Tree>, pointer: &str| {
        let mark = tree.at(pointer).expect("it is there").mark;
        (mark.line, mark.column)
    };
    assert_eq!(at(&yaml, "/info/title"), (2, 10));
    assert_eq!(at(&yaml, "/info/tags/1"), (5, 7));
    let json = read("{\n \"a\": {\"é\": [1,\n 2]}}").expect("json").tree;
    assert_eq!(at(&json, "/a/é/0"), (2, 14));
    assert_eq!(at(&json, "/a/é/1"), (3, 2));
}

#[test]
fn versions_dates_and_words_stay_texts() {
    let said =
        value("a: 2.6.0\nb: 2020-01-02\nc: yes\nd: 0x1f\ne: '1'\nf: !!str 1\ng: .5\nh:\n  -\n");
    let expected = serde_json::json!({"a": "2.6.0", "b": "2020-01-02", "c": "yes", "d": 31, "e": "1", "f": "1", "g": 0.5, "h": [null]});
    assert_eq!(said, expected);
}

#[test]
fn merge_keys_bring_in_what_is_not_said() {
    let said = value("base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\n");
    assert_eq!(said["own"], serde_json::json!({"b": 3, "a": 1}));
}

#[test]
fn a_name_that_stands_twice_is_told_with_its_place() {
    for text in ["a: 1\na: 2\n", "{\"a\": 1,\n\"a\": 2}"] {
        let read = read(text).expect("it can be read");
        assert_eq!(read.tree.value(), serde_json::json!({"a": 1}));
        let told: Vec<String> = read.complaints.iter().map(Complaint::to_string).collect();
        assert_eq!(told, ["2:1: `a` stands twice here; the first one counts"]);
    }
}

#[test]
fn what_is_no_text_of_either_kind_says_where() {
    let told = error("{\"a\": 1,\n  \"b\" 2}]");
    assert_eq!(told, "2:7: expected `:` after a name, found `2`");
    assert_eq!(error("[01]]"), "1:2: expected a number, found `01`");
    assert_eq!(error("[1 "), "1:4: expected `,` or `]` after a value, found the end");
    assert_eq!(error("[\"abc"), "1:2: this text has no end");
    assert!(error("a: 1\n  b: 2\n").starts_with("2:"), "{}", error("a: 1\n  b: 2\n"));
    assert!(error("a: *nobody\n").starts_with("1:4"), "{}", error("a: *nobody\n"));
    assert!(error("? [a]\n: b\n").contains("expected a name, found a list"));
    assert!(error("a: &a [*a]\n").contains("inside what it names"));
}

#[test]
fn depth_and_aliases_have_limits() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = |n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
        assert!(read(&deep(MAX_DEPTH)).is_ok());
        let told = error(&deep(MAX_DEPTH + 1));
        assert!(told.contains("more than 128 deep"), "{told}");
        assert!(error(&open.repeat(200_000)).contains("deep"));
    }
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let last = n - 1;
        let items = vec![format!("*a{last}"); 10].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{items}]\n"));
    }
    let told = error(&bomb);
    assert!(told.contains("more than 1000000 values"), "{told}");
}

#[test]
fn an_empty_text_says_nothing() {
    assert_eq!(value(""), Value::Null);
    assert_eq!(value("# only a remark\n"), Value::Null);
}
