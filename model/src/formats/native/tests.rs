//! What the native format promises.

use expect_test::{Expect, expect};

use super::{read, write};

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
                    role: Channel(delivery: PointToPoint),
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
        line 17, column 52: expected one of `Constant`, `Poisson`, `Scripted`, found `Poison`; did you mean `Poisson`?
        nodes.0.role.workload.0.arrivals"#]],
    );
    check_altered(
        "handlers:",
        "handler:",
        expect![[r#"
        line 31, column 17: expected one of `concurrency`, `idempotent`, `handlers`, found `handler`; did you mean `handlers`?
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
        line 54, column 17: expected tuple struct Position with 2 elements, found 1 parts
        layout.shop"#]],
    );
    check_altered(
        "Down(node: \"payment\")",
        "Down",
        expect![[r#"
        line 51, column 63: expected parentheses `(…)`, found `, start: "5s", duration: "1500ms")]),…`
        scenarios.1.faults.0"#]],
    );
    check_altered(
        "role: Channel()",
        "role: Channel",
        expect![[r#"
        line 36, column 37: expected parentheses `(…)`, found `),…`
        nodes.3"#]],
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
