//! What the native format promises.

pub(crate) mod generate;
mod saving;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use self::generate::Chance;
use super::{read, write};
use crate::finding::Place;
use crate::name::EdgeName;

/// A design written by hand.
const SHOP: &str = include_str!("tests/shop.ron");

fn check_error(text: &str, expect: Expect) {
    let error = read(text).expect_err("an error");
    expect.assert_eq(&format!("{error}\n{}", error.path));
}

/// The hand-written shop with one place altered.
fn check_altered(old: &str, new: &str, expect: Expect) {
    assert!(SHOP.contains(old), "{old}");
    check_error(&SHOP.replacen(old, new, 1), expect);
}

#[test]
fn what_is_read_is_written_canonically() {
    let document = read(SHOP).expect("readable");
    let text = write(&document.design);
    assert_eq!(read(&text).expect("readable").design, document.design);
    expect![[r##"
        (
            format: 1,
            info: (
                name: "Shoe shop",
                owners: ["web"],
            ),
            messages: [
                (
                    name: "OrderPlaced",
                    kind: Event,
                    ordering_key: "order",
                    versions: [
                        (
                            number: 1,
                            schema: JsonSchema(r#"{
          "type": "object"
        }"#),
                        ),
                    ],
                ),
                (
                    name: "Paid",
                    kind: Event,
                ),
            ],
            nodes: [
                (
                    name: "shop",
                    role: Producer(
                        workload: [
                            (message: "OrderPlaced", arrivals: Poisson("10/s"), count: 100),
                        ],
                    ),
                ),
                (
                    name: "orders",
                    role: Channel(delivery: PointToPoint),
                ),
                (
                    name: "payment",
                    summary: "Takes the money.",
                    role: Consumer(
                        concurrency: 2,
                        handlers: [
                            (
                                on: "OrderPlaced",
                                service_time: Constant("1500ms"),
                                emits: [
                                    (message: "Paid"),
                                ],
                            ),
                        ],
                    ),
                ),
                (
                    name: "dead",
                    role: Channel(),
                ),
            ],
            edges: [
                (
                    kind: Publish,
                    from: "shop",
                    to: "orders",
                ),
                (
                    kind: Subscribe,
                    from: "orders",
                    to: "payment",
                    contract: (
                        retry: (attempts: 3, backoff: Exponential(initial: "1s", factor: 2.0, cap: "1min")),
                        dead_letter: "dead",
                    ),
                ),
            ],
            promises: [
                (name: "nothing lost", holds: NothingLost),
            ],
            scenarios: [
                (
                    name: "healthy",
                    duration: "10s",
                ),
                (
                    name: "outage",
                    duration: "1min",
                    faults: [
                        (kind: Down(node: "payment"), start: "5s", duration: "1500ms"),
                    ],
                ),
            ],
            layout: {
                "orders": (200.0, 0.0),
                "shop": (0.0, 0.5),
            },
        )
    "##]].assert_eq(&text);
}

#[test]
fn a_wrong_word_names_the_valid_ones() {
    check_altered(
        "Poisson(",
        "Poison(",
        expect![[r#"
            line 17, column 52: expected one of `Constant`, `Poisson`, `Scripted`, `Recorded`, found `Poison`; did you mean `Poisson`?
            nodes.0.role.workload.0.arrivals"#]],
    );
    check_altered(
        "handlers:",
        "handler:",
        expect![[r#"
            line 31, column 17: expected one of `concurrency`, `idempotent`, `inbox`, `settled_by_hand`, `rate_limit`, `call_queue`, `autoscaling`, `handlers`, `ledger`, `pattern`, `publishing`, found `handler`; did you mean `handlers`?
            nodes.2.role.handler"#]],
    );
    check_altered(
        "PointToPoint",
        "\"PointToPoint\"",
        expect![[r#"
        line 24, column 50: expected a name without quotes, found `"PointToPoint"`
        nodes.1.role.delivery"#]],
    );
}

#[test]
fn a_wrong_value_says_what_would_be_right() {
    check_altered(
        "\"1.5s\"",
        "\"5 parsecs\"",
        expect![[r#"
        line 32, column 64: expected a length of time such as `250ms`, `1.5s` or `2min`, found `5 parsecs`
        nodes.2.role.handlers.0.service_time.0"#]],
    );
    check_altered(
        "\"1.5s\"",
        "5",
        expect![[r#"
        line 32, column 64: expected a text in quotes, found `5`
        nodes.2.role.handlers.0.service_time.0"#]],
    );
    check_altered(
        "concurrency: 2",
        "concurrency: many",
        expect![[r#"
        line 29, column 30: expected a whole number, found `many`
        nodes.2.role.concurrency"#]],
    );
    check_altered(
        "concurrency: 2",
        "concurrency: -2",
        expect![[r#"
        line 29, column 30: expected a whole number in range, found `-2`
        nodes.2.role.concurrency"#]],
    );
    check_altered(
        "concurrency: 2",
        "concurrency: 99999999999",
        expect![[r#"
        line 29, column 30: expected a whole number in range, found `99999999999`
        nodes.2.role.concurrency"#]],
    );
    check_altered(
        "owners: [\"web\"]",
        "owners: \"web\"",
        expect![[r#"
        line 4, column 39: expected a list `[…]`, found `"web"`
        info.owners"#]],
    );
    check_altered(
        "count: 100",
        "count: \"100\"",
        expect![[r#"
        line 17, column 76: expected a whole number, found `"100"`
        nodes.0.role.workload.0.count"#]],
    );
    check_altered(
        "idempotent: false",
        "idempotent: no",
        expect![[r#"
        line 30, column 29: expected `true` or `false`, found `no`
        nodes.2.role.idempotent"#]],
    );
    check_altered(
        "(0, 0.5)",
        "(0)",
        expect![[r#"
            line 54, column 17: expected tuple struct Position with 2 elements, found 1
            layout.shop"#]],
    );
    check_altered(
        "Down(node: \"payment\")",
        "Down",
        expect![[r#"
            line 51, column 59: expected `Down(…)`, found `Down` alone
            scenarios.1.faults.0.kind"#]],
    );
    check_altered(
        "role: Channel()",
        "role: Channel",
        expect![[r#"
            line 36, column 30: expected `Channel(…)`, found `Channel` alone
            nodes.3.role"#]],
    );
    check_altered(
        "(number: 1,",
        "{number: 1,",
        expect![[r#"
        line 10, column 5: expected `,` or `}`, found `)`
    "#]],
    );
}

#[test]
fn a_field_is_given_once() {
    check_altered(
        "duration: \"10s\"",
        "",
        expect![[r#"
        line 50, column 9: expected a field `duration`, found none
        scenarios.0"#]],
    );
    check_altered(
        "duration: \"10s\"",
        "duration: \"10s\", duration: \"11s\"",
        expect![[r#"
        line 50, column 44: expected the field `duration` once, found it twice
        scenarios.0.duration"#]],
    );
    check_altered(
        "\"orders\": (200.0",
        "\"shop\": (200.0",
        expect![[r#"
        line 55, column 9: expected each key once, found `shop` twice
        layout.shop"#]],
    );
}

#[test]
fn numbers_are_finite() {
    check_altered(
        "(0, 0.5)",
        "(inf, 0.5)",
        expect![[r#"
        line 54, column 18: expected a finite number, found `inf`
        layout.shop.0"#]],
    );
    check_altered(
        "(0, 0.5)",
        "(0, -NaN)",
        expect![[r#"
        line 54, column 21: expected a finite number, found `-NaN`
        layout.shop.1"#]],
    );
    check_altered(
        "(0, 0.5)",
        "(0, 1e999)",
        expect![[r#"
        line 54, column 21: expected a finite number, found `1e999`
        layout.shop.1"#]],
    );
    check_altered(
        "(0, 0.5)",
        "(0, 1e60)",
        expect![[r#"
        line 54, column 17: expected a place on the canvas, found a number too large
        layout.shop"#]],
    );
}

#[test]
fn broken_grammar_is_placed() {
    check_error(
        "",
        expect![[r#"
        line 1, column 1: expected a value, found the end of the file
    "#]],
    );
    check_error(
        "(format: 1, info: (name: \"x)",
        expect![[r#"
        line 1, column 26: expected `"` at the end of the text, found none
    "#]],
    );
    check_error(
        "(format: 1, info: (name: \"x\")",
        expect![[r#"
        line 1, column 30: expected `,` or `)`, found the end of the file
    "#]],
    );
    check_error(
        "(format: 1 info: ())",
        expect![[r#"
        line 1, column 12: expected `,` or `)`, found `info`
    "#]],
    );
    check_error(
        "(format: 1, info: ()) /* never",
        expect![[r#"
        line 1, column 23: expected `*/` at the end of the comment, found none
    "#]],
    );
    check_error(
        "(format: 1, info: ()) x",
        expect![[r#"
        line 1, column 23: expected nothing more, found `x`
    "#]],
    );
    check_error(
        "{format: 1, info: ()}",
        expect![[r#"
        line 1, column 1: expected parentheses `(…)`, found `{format: 1, info: ()}`
    "#]],
    );
    check_error(
        &"[".repeat(100_000),
        expect![[r#"
        line 1, column 130: expected at most 128 levels of brackets, found one more
    "#]],
    );
}

#[test]
fn an_unknown_format_is_refused_before_anything_else() {
    check_error(
        "( // new\n format: 7, §§",
        expect![[r#"
        line 2, column 10: this file was written by a newer Flowbench (format 7); this one reads up to format 1; update Flowbench
    "#]],
    );
    check_error(
        "(info: (format: 1), format: 99999999999999999999",
        expect![[r#"
        line 1, column 29: this file was written by a newer Flowbench (format 18446744073709551615); this one reads up to format 1; update Flowbench
    "#]],
    );
    check_error(
        "(format: 0, info: ())",
        expect![[r#"
        line 1, column 10: expected a format number from 1 to 1, found `0`
    "#]],
    );
}

#[test]
fn a_property_is_found_or_what_is_around_it() {
    let source = read(SHOP).expect("readable").source;
    let locate = |place: Place, property: &str| {
        let (line, column) = source.locate(&place, property)?;
        let rest: String = SHOP.lines().nth(line - 1)?.chars().skip(column - 1).collect();
        Some(format!("{line}:{column} {rest}"))
    };
    let node = |property| locate(Place::Node("payment".into()), property);
    let edge = |property| locate(Place::Edge(EdgeName::new("orders", "payment")), property);
    let found = [
        node("role.concurrency"),
        node("handlers.0.emits.0.message"),
        node("role.Consumer.handlers.7"),
        node("owner"),
        edge("contract.dead_letter"),
        edge("contract.timeout"),
        locate(Place::Message("Paid".into()), "kind"),
        locate(Place::Promise("nothing lost".into()), ""),
        locate(Place::Scenario("outage".into()), "faults.0.kind"),
        locate(Place::Design, "layout.orders"),
        locate(Place::Node("nobody".into()), ""),
    ];
    let lines: Vec<String> =
        found.into_iter().map(|found| found.unwrap_or("nowhere".into())).collect();
    expect![[r#"
        29:30 2, // as bought
        32:91 "Paid")]),
        31:27 [
        25:9 (
        44:30 "dead",
        42:23 (
        11:30 Event),
        48:16 (name: "nothing lost", holds: NothingLost)],
        51:59 Down(node: "payment"), start: "5s", duration: "1500ms")]),
        55:19 (200.0, 0.0), /* right of it */
        nowhere"#]]
    .assert_eq(&lines.join("\n"));
}

/// What a slip of the hand or a broken disk makes of a text.
fn mutated(text: &str, chance: &mut Chance) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len().max(1));
        let to = (at + chance.below(40)).min(bytes.len());
        let part: Vec<u8> = bytes[at.min(to)..to].to_vec();
        match chance.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at.min(to)..to)),
            3 => drop(bytes.splice(at..at, part)),
            4 => {
                let signs = b"()[]{},:\"'#\\/*r-9 \n";
                let sign = signs[chance.below(signs.len())];
                bytes.insert(at.min(bytes.len()), sign);
            }
            _ => {
                let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
                let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
                lines.swap(one, other);
                bytes = lines.join(&b'\n');
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reading must not panic, and an error must name a place inside the text.
fn check_hostile(text: &str) {
    let Err(error) = read(text) else { return };
    let line = text.split('\n').nth(error.line.wrapping_sub(1)).expect("a line of the text");
    assert!((1..=line.chars().count() + 1).contains(&error.column), "{error}\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(600)
    })]

    #[test]
    fn a_damaged_text_is_refused_with_a_place(seed: u64) {
        let mut chance = Chance(seed);
        check_hostile(&mutated(SHOP, &mut chance));
        let text = write(&chance.design());
        check_hostile(&mutated(&text, &mut chance));
    }

    #[test]
    fn an_arbitrary_text_is_refused_with_a_place(text: String, ron in "[()\\[\\]{},:\"'#!/*rb_a1.+\n-]{0,40}") {
        check_hostile(&text);
        check_hostile(&ron);
        check_hostile(&format!("(format: 1, info: {ron}"));
    }

    #[test]
    fn every_design_reads_back_as_it_was_written(seed: u64) {
        let design = Chance(seed).design();
        let text = write(&design);
        prop_assert_eq!(read(&text).map(|document| document.design), Ok(design));
        prop_assert!(text.ends_with(")\n"));
    }
}
