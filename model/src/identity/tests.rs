//! What is recognized under another name.

use super::*;
use crate::fixture;

fn check(old: &Design, new: &Design, said: &[&str]) {
    let (named, renamings) = renamed(old, new);
    let lines: Vec<String> = renamings
        .iter()
        .map(|it| {
            let how = if it.is_certain { "is" } else { "is like" };
            format!("{} {how} {}", it.place, it.to)
        })
        .collect();
    assert_eq!(lines, said);
    for renaming in &renamings {
        let place = format!("{}", renaming.place).replace(name_of(&renaming.place), &renaming.to);
        assert!(!place.is_empty());
    }
    let names = |design: &Design| -> BTreeSet<String> {
        design.nodes.iter().map(|node| node.name.clone()).collect()
    };
    assert!(renamings.is_empty() || names(&named).intersection(&names(new)).count() > 0);
}

const LINES: &str = "shop: producer\n orders: queue\n payment: consumer\n audit: consumer
     shop -> orders: OrderPlaced\n orders -> payment: OrderPlaced\n orders -> audit: OrderPlaced";

#[test]
fn a_stable_key_survives_another_name() {
    let old = fixture::design(LINES);
    let edit = Kind::Node.edit(&old, "payment", "billing").expect("there is one");
    check(&old, &edit.apply(&old).expect("applied"), &["node `payment` is billing"]);
}

#[test]
fn names_that_change_places_are_both_found() {
    let old = fixture::design(LINES);
    let mut new = old.clone();
    for (name, key) in [("payment", "audit"), ("audit", "payment")] {
        fixture::node(&mut new, name).key = Some(key.to_owned());
    }
    check(&old, &new, &["node `payment` is audit", "node `audit` is payment"]);
    let (named, _) = renamed(&old, &new);
    assert!(named.edge(&crate::name::EdgeName::new("orders", "audit")).is_some());
}

#[test]
fn a_channel_renamed_by_hand_is_known_by_its_neighbors() {
    let old = fixture::design(LINES);
    let new = fixture::design(&LINES.replace("orders", "order-intake"));
    check(&old, &new, &["node `orders` is like order-intake"]);
}

#[test]
fn a_message_renamed_by_hand_is_known_by_its_edges_and_schema() {
    let mut old = fixture::design(LINES);
    let schema = r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#;
    fixture::message(&mut old, "OrderPlaced").versions = vec![fixture::version(schema)];
    let mut new = fixture::design(&LINES.replace("OrderPlaced", "OrderAccepted"));
    fixture::message(&mut new, "OrderAccepted").versions = vec![fixture::version(schema)];
    check(&old, &new, &["message `OrderPlaced` is like OrderAccepted"]);
}

#[test]
fn what_shares_nothing_is_another_thing() {
    let old = fixture::design("a: producer\n b: queue\n a -> b: X");
    let new = fixture::design("c: consumer\n d: queue\n d -> c: Y");
    check(&old, &new, &[]);
}

#[test]
fn a_list_is_paired_by_identity_and_then_by_neighbors() {
    let list = |words: &str| -> Vec<Tree> {
        words.split_whitespace().map(|word| Tree::Text(word.to_owned())).collect()
    };
    let check = |old: &str, new: &str, expected: &[Option<usize>]| {
        assert_eq!(origins(&list(old), &list(new)), expected, "{old} to {new}");
    };
    check("a b c", "c a b", &[Some(2), Some(0), Some(1)]);
    check("a b c", "a x c", &[Some(0), Some(1), Some(2)]);
    check("a@1 b", "b a@2", &[Some(1), Some(0)]);
    check("a", "a b", &[Some(0), None]);
    check("", "a", &[None]);
}
