//! Saving changes only the lines that say something new.

use std::sync::Arc;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::{Source, read, save, write};
use super::SHOP;
use super::generate::Chance;
use crate::channel::Channel;
use crate::design::{Design, Position};
use crate::edge::{Edge, EdgeKind};
use crate::node::{Node, Role};
use crate::time::Span;

/// Saves a change and shows the lines that differ.
fn check_saved(text: &str, change: impl FnOnce(&mut Design), expect: Expect) {
    let document = read(text).expect("readable");
    let mut design = document.design.clone();
    change(&mut design);
    let saved = save(&document.source, &document.design, &design);
    assert_eq!(read(&saved).expect("readable").design, design);
    expect.assert_eq(&difference(text, &saved));
}

/// The lines between the common beginning and the common end that only one of the texts has.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut lengths = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = if old[i] == new[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || lengths[i + 1][j] >= lengths[i][j + 1]) {
            lines += &format!("-{}\n", old[i]);
            i += 1;
        } else {
            lines += &format!("+{}\n", new[j]);
            j += 1;
        }
    }
    lines
}

fn node<'a>(design: &'a mut Design, name: &str) -> &'a mut Node {
    let node = design.nodes.iter_mut().find(|node| node.name == name);
    Arc::make_mut(node.expect("a node"))
}

#[test]
fn a_changed_property_changes_its_line() {
    let change = |design: &mut Design| match &mut node(design, "payment").role {
        Role::Consumer(consumer) => consumer.concurrency = 8,
        Role::Producer(_) | Role::Channel(_) => unreachable!(),
    };
    check_saved(
        SHOP,
        change,
        expect![[r#"
        -                concurrency: 2, // as bought
        +                concurrency: 8, // as bought
    "#]],
    );
}

#[test]
fn a_property_comes_and_goes_with_its_line() {
    check_saved(
        SHOP,
        |design| node(design, "shop").owner = Some("web".into()),
        expect![[r#"
        +            owner: "web",
    "#]],
    );
    check_saved(
        SHOP,
        |design| node(design, "payment").summary.clear(),
        expect![[r#"
        -            summary: "Takes the money.",
    "#]],
    );
    check_saved(
        SHOP,
        |design| node(design, "dead").tags = vec!["sad".into()],
        expect![[r#"
            -        (name: "dead", role: Channel()),
            +        (name: "dead", tags: ["sad"], role: Channel()),
        "#]],
    );
    let retry = |design: &mut Design| {
        let edge = Arc::make_mut(&mut design.edges[1]);
        edge.contract.retry.as_mut().expect("retry").attempts = None;
        edge.contract.timeout = Some(Span::from_secs(3));
    };
    check_saved(
        SHOP,
        retry,
        expect![[r#"
        -                retry: (attempts: 3, backoff: Exponential(initial: "1s", cap: "1min")),
        +                retry: (backoff: Exponential(initial: "1s", cap: "1min")),
        +                timeout: "3s",
    "#]],
    );
    let idempotent = |design: &mut Design| match &mut node(design, "payment").role {
        Role::Consumer(consumer) => consumer.idempotent = true,
        Role::Producer(_) | Role::Channel(_) => unreachable!(),
    };
    check_saved(
        SHOP,
        idempotent,
        expect![[r#"
        -                idempotent: false,
        +                idempotent: true,
    "#]],
    );
}

#[test]
fn things_come_go_and_move_with_their_lines_and_comments() {
    let queue = Role::Channel(Channel::default());
    check_saved(
        SHOP,
        |design| {
            design.nodes.insert(1, Arc::new(Node::new("late", queue)));
        },
        expect![[r#"
            +        (
            +            name: "late",
            +            role: Channel(),
            +        ),
        "#]],
    );
    check_saved(
        SHOP,
        |design| drop(design.nodes.remove(1)),
        expect![[r#"
        -        // Waits for payment.
        -        (name: "orders", role: Channel(delivery: PointToPoint)),
    "#]],
    );
    check_saved(
        SHOP,
        |design| design.nodes.swap(1, 2),
        expect![[r#"
        -
        -        // ---- channels ----
        -
        -        // Waits for payment.
        -        (name: "orders", role: Channel(delivery: PointToPoint)),
        +
        +        // ---- channels ----
        +
        +        // Waits for payment.
        +        (name: "orders", role: Channel(delivery: PointToPoint)),
    "#]],
    );
    check_saved(
        SHOP,
        |design| {
            design.edges.push(Arc::new(Edge::new(EdgeKind::Publish, "payment", "dead")));
        },
        expect![[r#"
            +        (
            +            kind: Publish,
            +            from: "payment",
            +            to: "dead",
            +        ),
        "#]],
    );
    check_saved(
        SHOP,
        |design| drop(design.promises.pop()),
        expect![[r#"
        -    promises: [(name: "nothing lost", holds: NothingLost)],
    "#]],
    );
    check_saved(
        SHOP,
        |design| drop(design.scenarios.remove(0)),
        expect![[r#"
        -        (name: "healthy", duration: "10s"),
    "#]],
    );
}

#[test]
fn a_renamed_thing_stays_where_it_is() {
    let rename = |design: &mut Design| {
        let orders = node(design, "orders");
        orders.key = Some("orders".into());
        orders.name = "incoming".into();
        Arc::make_mut(&mut design.edges[0]).to = "incoming".into();
        Arc::make_mut(&mut design.edges[1]).from = "incoming".into();
        let place = design.layout.remove("orders").expect("a place");
        design.layout.insert("incoming".into(), place);
    };
    check_saved(
        SHOP,
        rename,
        expect![[r#"
            -        (name: "orders", role: Channel(delivery: PointToPoint)),
            +        (name: "incoming", key: "orders", role: Channel(delivery: PointToPoint)),
            -        (kind: Publish, from: "shop", to: "orders"),
            +        (kind: Publish, from: "shop", to: "incoming"),
            -            kind: Subscribe, from: "orders", to: "payment",
            +            kind: Subscribe, from: "incoming", to: "payment",
            +        "incoming": (200.0, 0.0),
            -        "orders": (200.0, 0.0), /* right of it */
        "#]],
    );
}

#[test]
fn things_that_begin_behind_the_bracket_stay_so() {
    let text = "(format: 1, info: (name: \"x\"), nodes: [(name: \"a\", role: Producer((workload: [
    (message: \"M\", arrivals: Constant(\"1/s\")),
]))), (name: \"b\", role: Channel(()))])";
    check_saved(
        text,
        |design| node(design, "a").owner = Some("web".into()),
        expect![[r#"
        -(format: 1, info: (name: "x"), nodes: [(name: "a", role: Producer((workload: [
        +(format: 1, info: (name: "x"), nodes: [(name: "a", owner: "web", role: Producer((workload: [
    "#]],
    );
    let queue = Role::Channel(Channel::default());
    check_saved(
        text,
        |design| {
            design.nodes.push(Arc::new(Node::new("c", queue)));
        },
        expect![[r#"
            -]))), (name: "b", role: Channel(()))])
            +]))), (name: "b", role: Channel(())), (
            +    name: "c",
            +    role: Channel(),
            +)])
        "#]],
    );
    check_saved(
        text,
        |design| drop(design.nodes.remove(0)),
        expect![[r#"
        -(format: 1, info: (name: "x"), nodes: [(name: "a", role: Producer((workload: [
        -    (message: "M", arrivals: Constant("1/s")),
        -]))), (name: "b", role: Channel(()))])
        +(format: 1, info: (name: "x"), nodes: [(name: "b", role: Channel(()))])
    "#]],
    );
}

#[test]
fn a_moved_node_changes_its_line_of_the_layout() {
    check_saved(
        SHOP,
        |design| {
            design.layout.insert("shop".into(), Position(1.0, 2.5));
            design.layout.insert("payment".into(), Position(3.0, 4.0));
        },
        expect![[r#"
            -        "shop": (0, 0.5),
            +        "shop": (1.0, 2.5),
            +        "payment": (3.0, 4.0),
        "#]],
    );
}

#[test]
fn line_ends_stay_as_they_are() {
    let text = SHOP.replace('\n', "\r\n");
    let document = read(&text).expect("readable");
    let mut design = document.design.clone();
    design.info.tags.push("new".into());
    design.nodes.push(Arc::new(Node::new("late", Role::Channel(Channel::default()))));
    let saved = save(&document.source, &document.design, &design);
    assert_eq!(saved.matches('\n').count(), saved.matches("\r\n").count());
}

/// A text with comments and odd spacing that means the same.
fn roughened(text: &str, chance: &mut Chance) -> String {
    let mut rough = String::new();
    for line in text.lines() {
        let is_plain = !line.contains(['"', '\\', '#']);
        match chance.below(12) {
            0 if is_plain => rough += &format!("{line} // behind\n"),
            1 if line.trim_start().starts_with("name:") => rough += &format!("{line} /* * */\n"),
            2 if line.ends_with("),") => rough += &format!("{line} "),
            3 if is_plain && line.ends_with(',') => {
                rough += &format!("{}\n,\n", line.trim_end_matches(','))
            }
            4 if line.ends_with("),") => rough += &format!("{line}\n\n// of the next\n\n"),
            _ => rough += &format!("{line}\n"),
        }
    }
    rough
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(600)
    })]

    #[test]
    fn what_is_saved_reads_back_and_no_change_changes_no_byte(seed: u64) {
        let mut chance = Chance(seed);
        let design = chance.design();
        let canonical = write(&design);
        let rough = roughened(&canonical, &mut chance);
        let is_same = read(&rough).is_ok_and(|document| document.design == design);
        let source = Source::parse(if is_same { &rough } else { &canonical }).expect("readable");
        prop_assert_eq!(save(&source, &design, &design), source.text());
        let mut changed = design.clone();
        for _ in 0..=chance.below(4) {
            chance.edit(&mut changed);
        }
        let saved = save(&source, &design, &changed);
        prop_assert_eq!(read(&saved).map(|document| document.design), Ok(changed));
    }

    #[test]
    fn a_change_and_its_reverse_read_back(seed: u64) {
        let mut chance = Chance(seed);
        let design = chance.design();
        let mut changed = design.clone();
        chance.edit(&mut changed);
        let there = save(&Source::canonical(&design), &design, &changed);
        let back = save(&Source::parse(&there).expect("readable"), &changed, &design);
        prop_assert_eq!(read(&back).map(|document| document.design), Ok(design));
    }
}
