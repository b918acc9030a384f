//! Which properties can be set, and what is said about those that cannot.

use expect_test::{Expect, expect};

use super::*;
use crate::formats::native::{read, write};

const SHOP: &str = include_str!("../formats/native/tests/shop.ron");

fn shop() -> Design {
    read(SHOP).expect("readable").design
}

fn change(set: &str, to: &str) -> Change {
    Change { set: set.to_owned(), to: to.to_owned() }
}

/// Applies changes and shows the lines of the canonical text that are new, or the error.
fn check(changes: &[(&str, &str)], expect: Expect) {
    let changes: Vec<Change> = changes.iter().map(|(set, to)| change(set, to)).collect();
    let before = write(&shop());
    let shown = match changed(&shop(), &changes) {
        Ok(design) => {
            let text = write(&design);
            let is_new = |line: &&str| !before.lines().any(|old| old == *line);
            text.lines().filter(is_new).map(str::trim).collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    };
    expect.assert_eq(&shown);
}

#[test]
fn properties_are_set_by_path() {
    check(&[("payment.concurrency", "7")], expect!["concurrency: 7,"]);
    check(
        &[("payment.role.concurrency", "7"), ("payment.summary", "two words")],
        expect![[r#"
            summary: "two words",
            concurrency: 7,"#]],
    );
    check(
        &[("shop.workload.0.count", "5")],
        expect![[r#"(message: "OrderPlaced", arrivals: Poisson("10/s"), count: 5),"#]],
    );
    check(
        &[("shop.workload.0.arrivals", "Constant(\"3/min\")")],
        expect![[r#"(message: "OrderPlaced", arrivals: Constant("3/min"), count: 100),"#]],
    );
    check(
        &[("orders->payment.contract.retry.attempts", "1")],
        expect![[
            r#"retry: (attempts: 1, backoff: Exponential(initial: "1s", factor: 2.0, cap: "1min")),"#
        ]],
    );
    check(
        &[("orders -> payment.contract.retry.backoff.initial", "5s")],
        expect![[
            r#"retry: (attempts: 3, backoff: Exponential(initial: "5s", factor: 2.0, cap: "1min")),"#
        ]],
    );
    check(&[("OrderPlaced.carries", "Delta")], expect!["carries: Delta,"]);
    check(
        &[("outage.duration", "2min"), ("info.version", "2.0")],
        expect![[r#"
        version: "2.0",
        duration: "2min","#]],
    );
}

#[test]
fn a_property_left_out_of_the_file_can_be_set() {
    check(&[("payment.idempotent", "true")], expect!["idempotent: true,"]);
    check(
        &[("shop -> orders.contract.retry.attempts", "4")],
        expect!["contract: (retry: (attempts: 4, backoff: None)),"],
    );
    check(
        &[("payment.handlers.0.failures.transient", "0.5")],
        expect!["failures: (transient: 0.5),"],
    );
    check(
        &[("orders.time_to_live", "10s")],
        expect![[r#"role: Channel(delivery: PointToPoint, time_to_live: "10s"),"#]],
    );
}

#[test]
fn the_kind_of_a_property_can_be_changed() {
    check(
        &[("orders -> payment.contract.retry.backoff", "None")],
        expect![[r#"contract: (retry: (attempts: 3, backoff: None), dead_letter: "dead"),"#]],
    );
    check(
        &[("payment.handlers.0.failures", "(poison: Messages([\"shop#3\"]))")],
        expect![[r#"failures: (transient: 0.0, poison: Messages(["shop#3"])),"#]],
    );
    check(&[("payment.role", "Channel(partitions: 3)")], expect!["role: Channel(partitions: 3),"]);
    check(
        &[("payment.role", "Channel((partitions: Some(3)))")],
        expect!["role: Channel(partitions: 3),"],
    );
}

#[test]
fn an_option_can_be_taken_away() {
    check(
        &[("orders -> payment.contract.retry", "None")],
        expect![[r#"contract: (dead_letter: "dead"),"#]],
    );
    let changes = [change("orders -> payment.contract.retry", "None")];
    let design = changed(&shop(), &changes).expect("changed");
    assert_eq!(design.edges[1].contract.retry, None);
}

#[test]
fn only_the_named_things_are_copied() {
    let design = shop();
    let other = changed(&design, &[change("payment.concurrency", "7")]).expect("changed");
    let is_shared = |index: usize| Arc::ptr_eq(&design.nodes[index], &other.nodes[index]);
    assert_eq!([0, 1, 2, 3].map(is_shared), [true, true, false, true]);
}

#[test]
fn the_longest_name_is_meant() {
    let mut design = shop();
    for name in ["payment.concurrency", "payment.v2"] {
        let mut node = (*design.nodes[2]).clone();
        node.name = name.to_owned();
        design.nodes.push(Arc::new(node));
    }
    let changes = [change("payment.v2.owner", "web"), change("payment.concurrency.owner", "app")];
    let design = changed(&design, &changes).expect("changed");
    let owners: Vec<Option<&str>> =
        design.nodes[2..].iter().map(|node| node.owner.as_deref()).collect();
    assert_eq!(owners, [None, None, Some("app"), Some("web")]);
}

#[test]
fn an_unknown_path_names_the_valid_ones() {
    check(
        &[("paymnt.concurrency", "7")],
        expect![
            "cannot set `paymnt.concurrency`: expected a node, a message or an edge, then a property: one of `shop`, `orders`, `payment`, `dead`, `OrderPlaced`, `Paid`, found no such thing; did you mean `payment`?"
        ],
    );
    check(
        &[("order -> payment.contract.timeout", "7s")],
        expect![
            "cannot set `order -> payment.contract.timeout`: expected an edge, then a property: one of `shop -> orders`, `orders -> payment`, found no such thing; did you mean `orders -> payment`?"
        ],
    );
    check(
        &[("payment.concurency", "7")],
        expect![
            "cannot set `payment.concurency`: expected one of `concurrency`, `idempotent`, `inbox`, `settled_by_hand`, `rate_limit`, `call_queue`, `autoscaling`, `handlers`, `ledger`, `pattern`, `publishing`, or one of `name`, `key`, `summary`, `description`, `owner`, `context`, `tags`, `role`, `extensions`, found `concurency`; did you mean `concurrency`?"
        ],
    );
    check(
        &[("payment.what-is-this", "7")],
        expect![
            "cannot set `payment.what-is-this`: expected one of `concurrency`, `idempotent`, `inbox`, `settled_by_hand`, `rate_limit`, `call_queue`, `autoscaling`, `handlers`, `ledger`, `pattern`, `publishing`, or one of `name`, `key`, `summary`, `description`, `owner`, `context`, `tags`, `role`, `extensions`, found `what-is-this`"
        ],
    );
    check(
        &[("payment", "7")],
        expect!["cannot set `payment`: expected a property after the name, found `payment`"],
    );
    check(
        &[("payment.handlers.1.on", "x")],
        expect!["cannot set `payment.handlers.1.on`: expected the index 0, found `1`"],
    );
    check(
        &[("payment.handlers.first.on", "x")],
        expect!["cannot set `payment.handlers.first.on`: expected the index 0, found `first`"],
    );
    check(
        &[("dead.key.more", "7")],
        expect!["cannot set `dead.key.more` to `7`: expected a text in quotes, found `(more: 7)`"],
    );
    check(
        &[("payment.concurrency.max", "7")],
        expect![
            "cannot set `payment.concurrency.max`: expected nothing after `2`, which has no properties, found `max`"
        ],
    );
    check(
        &[("shop -> orders.contract.retry.attemps", "7")],
        expect![
            "cannot set `shop -> orders.contract.retry.attemps`: expected one of `attempts`, `backoff`, `jitter`, found `attemps`; did you mean `attempts`?"
        ],
    );
    check(
        &[("", "")],
        expect![
            "cannot set ``: expected a node, a message or an edge, then a property: one of `shop`, `orders`, `payment`, `dead`, `OrderPlaced`, `Paid`, found no such thing"
        ],
    );
}

#[test]
fn a_wrong_value_says_what_would_be_right() {
    check(
        &[("payment.concurrency", "many")],
        expect![
            "cannot set `payment.concurrency` to `many`: expected a whole number, found `many`"
        ],
    );
    check(
        &[("payment.concurrency", "as many as can be")],
        expect![[
            r#"cannot set `payment.concurrency` to `as many as can be`: expected a whole number, found `"as many as can be"`"#
        ]],
    );
    check(
        &[("payment.concurrency", "1, idempotent: true")],
        expect![[
            r#"cannot set `payment.concurrency` to `1, idempotent: true`: expected a whole number, found `"1, idempotent: true"`"#
        ]],
    );
    check(
        &[("payment.handlers.0.failures.transient", "inf")],
        expect![
            "cannot set `payment.handlers.0.failures.transient` to `inf`: expected a finite number, found `inf`"
        ],
    );
    check(
        &[("shop.workload.0.arrivals", "Poison(\"1/s\")")],
        expect![[
            r#"cannot set `shop.workload.0.arrivals` to `Poison("1/s")`: expected one of `Constant`, `Poisson`, `Scripted`, `Recorded`, found `Poison`; did you mean `Poisson`?"#
        ]],
    );
    check(
        &[("shop.workload.0.arrivals", "Poisson(1/s)")],
        expect![
            "cannot set `shop.workload.0.arrivals` to `Poisson(1/s)`: expected a value (texts stand in quotes), found `/`"
        ],
    );
    check(
        &[("orders.time_to_live", "5 parsecs")],
        expect![
            "cannot set `orders.time_to_live` to `5 parsecs`: expected a length of time such as `250ms`, `1.5s` or `2min`, found `5 parsecs`"
        ],
    );
    check(
        &[("orders.time_to_live", "5")],
        expect![
            "cannot set `orders.time_to_live` to `5`: expected a length of time such as `250ms`, `1.5s` or `2min`, found `5`"
        ],
    );
    check(
        &[("orders.time_to_live", "")],
        expect![
            "cannot set `orders.time_to_live` to ``: expected a length of time such as `250ms`, `1.5s` or `2min`, found ``"
        ],
    );
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let changes = [change("payment.handlers.0.calls", &deep)];
    let error = changed(&shop(), &changes).expect_err("too deep").to_string();
    assert!(error.ends_with("expected at most 128 levels of brackets, found one more"));
}

#[test]
fn a_parameter_of_a_channel_is_set_in_the_words_of_a_file() {
    use crate::channel::{Channel, Gate, Trigger};
    use crate::time::Span;
    let set = |name: &str, to: &str| with_parameter(&Channel::default(), name, to);
    assert_eq!(set("gate", "KeyLock").expect("set").gate, Some(Gate::KeyLock));
    assert_eq!(set("lease", "30s").expect("set").lease, Some(Span::from_secs(30)));
    let dead_letters = set("dead_letters", "[Expired, Overflow]").expect("set").dead_letters;
    assert_eq!(dead_letters, Some(vec![Trigger::Expired, Trigger::Overflow]));
    assert!(set("lease", "30").expect_err("no unit").to_string().contains("length of time"));
    assert!(set("leese", "30s").expect_err("no name").to_string().contains("did you mean `lease`"));
}
