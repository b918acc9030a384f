//! The layout through its one function.

use std::fmt::Write;

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::fixture;

fn table(design: &Design) -> String {
    let mut places: Vec<(String, Position)> = positions(design).into_iter().collect();
    places.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1)));
    places.iter().fold(String::new(), |mut text, (name, place)| {
        writeln!(text, "{name} at {}, {}", place.0, place.1).expect("text");
        text
    })
}

fn overlaps(positions: &BTreeMap<String, Position>) -> usize {
    let places: Vec<&Position> = positions.values().collect();
    let clash = |a: &Position, b: &Position| {
        (a.0 - b.0).abs() < NODE_WIDTH + 20.0 && (a.1 - b.1).abs() < NODE_HEIGHT + 20.0
    };
    (0..places.len())
        .map(|i| places[i + 1..].iter().filter(|other| clash(places[i], other)).count())
        .sum()
}

/// A design of `size` nodes whose edges the numbers choose, cycles and dead letters included.
fn random(size: usize, choices: &[usize]) -> Design {
    let mut lines = String::new();
    let role = |i: usize| ["producer", "queue", "consumer", "topic", "consumer"][i % 5];
    for i in 0..size {
        writeln!(lines, "n{i}: {}", role(i)).expect("text");
    }
    let mut design = fixture::design(&lines);
    for pair in choices.chunks_exact(2) {
        let (from, to) = (&design.nodes[pair[0] % size], &design.nodes[pair[1] % size]);
        if let Some(kind) = crate::edge::edge_kind_between(&from.role, &to.role) {
            let mut edge = crate::edge::Edge::new(kind, from.name.as_str(), to.name.as_str());
            edge.contract.dead_letter = (pair[0] % 3 == 0).then(|| "n1".to_owned());
            design.edges.push(edge.into());
        }
    }
    design
}

#[test]
fn messages_flow_from_left_to_right_and_dead_letters_stand_below() {
    let mut design = fixture::design(
        "shop: producer
         orders: queue
         dlq: queue
         payment: consumer
         paid: topic
         mail: consumer
         stock: consumer
         shop -> orders
         orders -> payment
         payment -> paid
         paid -> mail
         paid -> stock",
    );
    fixture::edge(&mut design, "orders -> payment").contract.dead_letter = Some("dlq".into());
    expect![[r#"
        shop at 0, 60
        orders at 290, 60
        payment at 580, 60
        dlq at 580, 180
        paid at 870, 60
        mail at 1160, 0
        stock at 1160, 120
    "#]]
    .assert_eq(&table(&design));
}

/// A router and three queues that say themselves where their messages go.
fn routed() -> Design {
    let mut design = fixture::design(
        "shop: producer
         events: queue
         unrouted: queue
         orders: queue
         payments: queue
         dead: queue
         desk: consumer
         books: consumer
         shop -> events
         orders -> desk
         payments -> books",
    );
    for to in ["orders", "payments"] {
        let edge = crate::edge::Edge::new(crate::edge::EdgeKind::Bind, "events", to);
        design.edges.push(edge.into());
    }
    for (name, dead, alternate) in [
        ("events", None, Some("unrouted")),
        ("orders", Some("dead"), None),
        ("payments", Some("dead"), None),
    ] {
        let at = design.nodes.iter().position(|node| node.name == name).expect("a node");
        let mut node = design.nodes[at].as_ref().clone();
        if let crate::node::Role::Channel(channel) = &mut node.role {
            channel.dead_letter = dead.map(str::to_owned);
            channel.alternate = alternate.map(str::to_owned);
        }
        design.nodes[at] = node.into();
    }
    design
}

#[test]
fn ways_that_channels_say_count_as_those_of_edges_do() {
    let places = positions(&routed());
    let (events, unrouted) = (places["events"], places["unrouted"]);
    assert_eq!(events.0, unrouted.0, "what matches nothing stands below");
    assert!(unrouted.1 > events.1);
    let (orders, dead) = (places["orders"], places["dead"]);
    assert!(dead.0 > orders.0, "dead letters of several stand behind them");
    assert_eq!(overlaps(&places), 0);
}

#[test]
fn channels_that_give_up_to_each_other_are_laid_out_too() {
    let mut design = fixture::design("a: queue\n b: queue\n c: queue");
    for (at, to) in ["b", "a", "c"].into_iter().enumerate() {
        let mut node = design.nodes[at].as_ref().clone();
        if let crate::node::Role::Channel(channel) = &mut node.role {
            channel.dead_letter = Some(to.to_owned());
            channel.alternate = Some("nowhere".to_owned());
        }
        design.nodes[at] = node.into();
    }
    assert_eq!(overlaps(&positions(&design)), 0);
}

#[test]
fn an_empty_design_has_no_places() {
    assert!(positions(&Design::new("empty")).is_empty());
}

#[test]
fn a_cycle_is_laid_out_from_where_it_is_entered() {
    let mut design =
        fixture::design("b: queue\n c: consumer\n a: producer\n a -> b\n b -> c\n c -> b");
    design.edges.push(crate::edge::Edge::new(crate::edge::EdgeKind::Call, "a", "ghost").into());
    let places = positions(&design);
    assert!(places["a"].0 < places["b"].0 && places["b"].0 < places["c"].0);
}

#[test]
fn crossings_that_can_be_avoided_are_avoided() {
    let design = fixture::design(
        "a: producer\n b: producer\n x: queue\n y: queue\n p: consumer\n q: consumer
         a -> y\n b -> x\n x -> p\n y -> q\n a -> x",
    );
    let places = positions(&design);
    assert_eq!(places["a"].1 < places["b"].1, places["y"].1 < places["x"].1);
    assert_eq!(places["x"].1 < places["y"].1, places["p"].1 < places["q"].1);
}

#[test]
fn places_people_gave_stay_and_few_of_them_move_nothing_else() {
    let mut design = fixture::design(
        "a: producer\n b: queue\n c: consumer\n d: consumer\n a -> b\n b -> c\n b -> d",
    );
    let automatic = positions(&design);
    design.layout.insert("b".into(), Position(2000.0, 500.0));
    let moved = positions(&design);
    assert_eq!(moved["b"], Position(2000.0, 500.0));
    for name in ["a", "c", "d"] {
        assert_eq!(moved[name], automatic[name], "{name}");
    }
}

#[test]
fn a_new_node_comes_near_its_neighbors_and_on_nobody() {
    let mut design = fixture::design(
        "a: producer\n b: queue\n c: consumer\n d: consumer\n a -> b\n b -> c\n b -> d",
    );
    for (name, x, y) in [("a", 5000.0, 0.0), ("b", 5300.0, 0.0), ("c", 5600.0, 60.0)] {
        design.layout.insert(name.into(), Position(x, y));
    }
    let places = positions(&design);
    assert!((5500.0..5900.0).contains(&places["d"].0), "{:?}", places["d"]);
    assert_eq!(overlaps(&places), 0);
}

#[test]
fn a_place_that_is_no_number_counts_as_none() {
    let mut design = fixture::design("a: producer\n b: queue\n a -> b");
    design.layout.insert("a".into(), Position(f32::NAN, f32::INFINITY));
    assert_eq!(positions(&design)["a"], Position(0.0, 0.0));
}

#[test]
fn a_long_chain_with_long_edges_is_laid_out_too() {
    let mut design = random(400, &[]);
    let kind = crate::edge::EdgeKind::Call;
    for i in 0..399 {
        for to in [i + 1, 399] {
            let (from, to) = (format!("n{i}"), format!("n{to}"));
            design.edges.push(crate::edge::Edge::new(kind, from, to).into());
        }
    }
    assert_eq!(overlaps(&positions(&design)), 0);
}

proptest! {
    #[test]
    fn boxes_never_overlap_and_every_node_has_a_place(
        size in 1usize..40,
        choices in prop::collection::vec(0usize..1000, 0..120),
        pins in prop::collection::vec(0usize..40, 0..4),
    ) {
        let mut design = random(size, &choices);
        let places = positions(&design);
        prop_assert_eq!(places.len(), size);
        prop_assert_eq!(overlaps(&places), 0);
        prop_assert_eq!(&positions(&design), &places);
        for (slot, pin) in pins.iter().enumerate() {
            let place = Position(slot as f32 * 300.0, 150.0);
            design.layout.insert(format!("n{}", pin % size), place);
        }
        prop_assert_eq!(overlaps(&positions(&design)), 0);
    }
}
