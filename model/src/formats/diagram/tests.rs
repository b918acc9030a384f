//! What diagrams say, and what names cannot do to them.

use expect_test::{Expect, expect};

use super::*;
use crate::channel::Channel;
use crate::design::Context;
use crate::fixture;
use crate::formats::native::generate::Chance;
use crate::node::Role;

fn shop() -> Design {
    let mut design = fixture::design(
        "shop: producer\n orders: queue\n news: topic\n payment: consumer\n dead: queue
         shop -> orders: OrderPlaced\n orders -> payment: OrderPlaced\n shop -> payment",
    );
    design.info.name = "Shop".to_owned();
    let context = Context { name: "Sales".to_owned(), summary: String::new() };
    design.contexts.push(context.into());
    fixture::node(&mut design, "shop").context = Some("Sales".to_owned());
    fixture::node(&mut design, "dead").role = Role::Channel(Channel::of("kafka.group.classic"));
    fixture::edge(&mut design, "orders -> payment").contract.dead_letter = Some("dead".to_owned());
    design
}

fn written(name: &str, design: &Design) -> String {
    let language = LANGUAGES.iter().find(|language| language.name == name).expect("a language");
    (language.write)(design)
}

fn check(name: &str, expect: Expect) {
    expect.assert_eq(&written(name, &shop()));
}

#[test]
fn mermaid_has_shapes_groups_and_arrows() {
    check(
        "mermaid",
        expect![[r#"
        ---
        title: "Shop"
        ---
        flowchart LR
          n_orders[["orders"]]
          n_news{{"news"}}
          n_payment["payment"]
          n_dead[("dead")]
          subgraph c_Sales["Sales"]
            n_shop(["shop"])
          end
          n_shop -->|"OrderPlaced"| n_orders
          n_orders -->|"OrderPlaced · DLQ"| n_payment
          n_shop -.-> n_payment
          n_payment -.->|"dead letters"| n_dead
    "#]],
    );
}

#[test]
fn dot_has_shapes_groups_and_arrows() {
    check(
        "dot",
        expect![[r#"
        digraph "Shop" {
          rankdir=LR;
          label="Shop";
          node [fontname="Helvetica", fontsize=11];
          edge [fontname="Helvetica", fontsize=9];
          n_orders [label="orders", shape=cds];
          n_news [label="news", shape=hexagon];
          n_payment [label="payment", shape=box];
          n_dead [label="dead", shape=cylinder];
          subgraph cluster_c_Sales {
            label="Sales";
            n_shop [label="shop", shape=box, style=rounded];
          }
          n_shop -> n_orders [label="OrderPlaced", style=solid];
          n_orders -> n_payment [label="OrderPlaced · DLQ", style=solid];
          n_shop -> n_payment [label="", style=dashed];
          n_payment -> n_dead [label="dead letters", style=dotted];
        }
    "#]],
    );
}

#[test]
fn plantuml_has_shapes_groups_and_arrows() {
    check(
        "plantuml",
        expect![[r#"
        @startuml
        left to right direction
        title Shop
        queue "orders" as n_orders
        collections "news" as n_news
        component "payment" as n_payment
        database "dead" as n_dead
        package "Sales" as c_Sales {
          agent "shop" as n_shop
        }
        n_shop --> n_orders : OrderPlaced
        n_orders --> n_payment : OrderPlaced · DLQ
        n_shop ..> n_payment
        n_payment -[dotted]-> n_dead : dead letters
        @enduml
    "#]],
    );
}

#[test]
fn d2_has_shapes_groups_and_arrows() {
    check(
        "d2",
        expect![[r#"
        # Shop
        direction: right
        n_orders: 'orders' { shape: queue }
        n_news: 'news' { shape: hexagon }
        n_payment: 'payment' { shape: rectangle }
        n_dead: 'dead' { shape: cylinder }
        c_Sales: 'Sales' {
          n_shop: 'shop' { shape: oval }
        }
        c_Sales.n_shop -> n_orders: 'OrderPlaced'
        n_orders -> n_payment: 'OrderPlaced · DLQ'
        c_Sales.n_shop -> n_payment: '' { style.stroke-dash: 5 }
        n_payment -> n_dead: 'dead letters' { style.stroke-dash: 2 }
    "#]],
    );
}

/// Names that try to be more.
const NAMES: [&str; 9] = [
    "\"]; drop",
    "two\nlines",
    "<script>alert(1)</script>",
    "back\\slash \\N &quot;",
    "' }\n!include /etc/passwd",
    "end",
    "**bold** --struck-- [[https://example.org]]",
    "${x} %date() `code` #35;",
    "1. list",
];

fn with_name(name: &str) -> Design {
    let mut design = shop();
    let named = |design: &mut Design, old: &str| {
        let mut node = (**design.node(old).expect(old)).clone();
        node.name = name.to_owned();
        design
            .nodes
            .iter_mut()
            .filter(|it| it.name == old)
            .for_each(|it| *it = node.clone().into());
    };
    named(&mut design, "payment");
    for edge in ["orders -> payment", "shop -> payment"] {
        fixture::edge(&mut design, edge).to = name.to_owned();
    }
    design.info.name = name.to_owned();
    std::sync::Arc::make_mut(&mut design.contexts[0]).name = name.to_owned();
    fixture::node(&mut design, "shop").context = Some(name.to_owned());
    design
}

#[test]
fn a_name_stays_a_name() {
    for language in LANGUAGES {
        let lines = (language.write)(&shop()).lines().count();
        for name in NAMES {
            let text = (language.write)(&with_name(name));
            assert_eq!(text.lines().count(), lines, "{}: {name}:\n{text}", language.name);
            let is_inside = |it: &&str| it.contains("<script>") || it.contains("!include /");
            let loose = text.lines().filter(is_inside).filter(|it| {
                let before = it.split_once(['<', '!']).map_or("", |(before, _)| before);
                !before.contains(['"', '\'', '#'])
            });
            assert_eq!(loose.collect::<Vec<_>>(), [""; 0], "{}:\n{text}", language.name);
        }
    }
}

#[test]
fn identifiers_are_unique_and_depend_on_nothing_else() {
    for seed in 0..60 {
        let design = Chance(seed).design();
        for language in LANGUAGES {
            let text = (language.write)(&design);
            assert!(!text.contains('\u{0}') && text.ends_with('\n'), "{}", language.name);
        }
    }
    let (before, mut after) = (shop(), shop());
    after.nodes.reverse();
    after.nodes.pop();
    let id = |design: &Design| -> Vec<String> {
        let text = written("dot", design);
        let of = text.lines().filter(|line| line.contains("label=\"payment\""));
        of.map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(id(&before), id(&after));
    assert_eq!(id(&before), ["n_payment"]);
}
