//! What two versions come to.

use proptest::prelude::*;

use super::*;
use crate::contract::Acknowledgement;
use crate::fixture;
use crate::formats::native::generate::Chance;
use crate::formats::native::{Source, read, write};
use crate::message::MessageKind;
use crate::name::EdgeName;
use crate::node::Role;

const LINES: &str =
    "shop: producer\n orders: queue\n payment: consumer\n audit: consumer\n dead: queue
     shop -> orders: OrderPlaced\n orders -> payment: OrderPlaced\n orders -> audit: OrderPlaced";

fn document(design: &Design) -> Document {
    Document { design: design.clone(), source: Source::canonical(design) }
}

/// Three versions of one design: the changes of ours and of theirs.
fn merging(ours: impl Fn(&mut Design), theirs: impl Fn(&mut Design)) -> Merged {
    merging_from(&fixture::design(LINES), ours, theirs)
}

fn merging_from(base: &Design, ours: impl Fn(&mut Design), theirs: impl Fn(&mut Design)) -> Merged {
    let (mut own, mut other) = (base.clone(), base.clone());
    ours(&mut own);
    theirs(&mut other);
    let merged = merge(&document(base), &document(&own), &document(&other));
    assert_eq!(read(&merged.text).expect("readable").design, merged.design);
    merged
}

fn said(merged: &Merged) -> Vec<String> {
    let line = |it: Finding| format!("{}: {}", it.place, it.sentence);
    merged.findings().into_iter().map(line).collect()
}

#[test]
fn changes_of_different_properties_of_one_thing_go_together() {
    let merged = merging(
        |design| fixture::consumer(design, "payment").concurrency = 4,
        |design| fixture::consumer(design, "payment").idempotent = true,
    );
    assert_eq!(said(&merged), [""; 0]);
    let node = merged.design.node("payment").expect("payment");
    let Role::Consumer(payment) = &node.role else { panic!("a consumer") };
    assert_eq!((payment.concurrency, payment.idempotent), (4, true));
}

#[test]
fn what_both_changed_differently_is_a_conflict_and_stays_as_ours() {
    let merged = merging(
        |design| fixture::consumer(design, "payment").concurrency = 4,
        |design| fixture::consumer(design, "payment").concurrency = 8,
    );
    assert_eq!(
        said(&merged),
        ["node `payment`: `role.concurrency` was 1; ours says 4, theirs 8; ours stays"]
    );
    assert!(merged.text.contains("concurrency: 4"), "{}", merged.text);
    assert_eq!(merged.findings()[0].property, "role.concurrency");
}

#[test]
fn things_that_both_add_stand_beside_each_other() {
    let add = |name: &'static str| {
        move |design: &mut Design| {
            let more = fixture::design(&format!("{name}: consumer"));
            design.nodes.extend(more.nodes);
            let edge = crate::edge::Edge::new(crate::edge::EdgeKind::Subscribe, "orders", name);
            design.edges.push(edge.into());
        }
    };
    let merged = merging(add("stock"), add("mail"));
    assert_eq!(said(&merged), [""; 0]);
    let names: Vec<&str> = merged.design.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["shop", "orders", "payment", "audit", "dead", "stock", "mail"]);
    assert!(merged.design.edge(&EdgeName::new("orders", "mail")).is_some());
    assert!(merged.design.edge(&EdgeName::new("orders", "stock")).is_some());
}

#[test]
fn a_new_name_meets_what_the_other_side_changed_under_the_old_one() {
    let rename = |design: &mut Design| {
        let mut node = (**design.node("payment").expect("payment")).clone();
        node.name = "billing".to_owned();
        let edit = crate::edit::Edit::PutNode("payment".to_owned(), node);
        *design = edit.apply(design).expect("applied");
    };
    let change = |design: &mut Design| {
        fixture::edge(design, "orders -> payment").contract.dead_letter = Some("dead".to_owned());
        fixture::consumer(design, "payment").concurrency = 3;
    };
    for merged in [merging(rename, change), merging(change, rename)] {
        assert_eq!(said(&merged), [""; 0]);
        let edge = merged.design.edge(&EdgeName::new("orders", "billing")).expect("the edge");
        assert_eq!(edge.contract.dead_letter.as_deref(), Some("dead"));
        let Role::Consumer(billing) = &merged.design.node("billing").expect("billing").role else {
            panic!("a consumer")
        };
        assert_eq!(billing.concurrency, 3);
        assert!(merged.design.node("payment").is_none());
    }
}

#[test]
fn two_new_names_for_one_thing_are_a_conflict_and_ours_counts() {
    let rename = |to: &'static str| {
        move |design: &mut Design| {
            let mut node = (**design.node("payment").expect("payment")).clone();
            node.name = to.to_owned();
            let edit = crate::edit::Edit::PutNode("payment".to_owned(), node);
            *design = edit.apply(design).expect("applied");
        }
    };
    let merged = merging(rename("billing"), rename("charging"));
    assert_eq!(
        said(&merged),
        [
            r#"node `billing`: `name` was "payment"; ours says "billing", theirs "charging"; ours stays"#
        ]
    );
    assert!(merged.design.node("charging").is_none());
    assert!(merged.design.edge(&EdgeName::new("orders", "billing")).is_some());
}

#[test]
fn what_one_removed_and_the_other_changed_is_a_conflict() {
    let remove = |design: &mut Design| {
        let edit = crate::edit::Edit::RemoveNode("audit".to_owned());
        *design = edit.apply(design).expect("applied");
    };
    let change = |design: &mut Design| fixture::consumer(design, "audit").concurrency = 9;
    let gone = merging(remove, change);
    assert_eq!(said(&gone), ["node `audit`: ours removed it, theirs changed it; it is gone"]);
    assert!(gone.design.node("audit").is_none());
    let stays = merging(change, remove);
    let lines = said(&stays);
    assert_eq!(lines[0], "node `audit`: ours changed it, theirs removed it; it stays");
    assert!(stays.design.node("audit").is_some());
}

#[test]
fn what_goes_together_in_the_file_and_not_in_meaning_is_told() {
    let remove = |design: &mut Design| {
        let edit = crate::edit::Edit::RemoveNode("dead".to_owned());
        *design = edit.apply(design).expect("applied");
    };
    let name = |design: &mut Design| {
        fixture::edge(design, "orders -> audit").contract.dead_letter = Some("dead".to_owned());
    };
    let merged = merging(remove, name);
    let lines = said(&merged);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("edge `orders -> audit`: both changes together:"), "{lines:?}");
    assert_eq!(merged.findings()[0].code, BROUGHT);
}

#[test]
fn a_schema_is_merged_inside() {
    let schema = |fields: &str| {
        format!(r#"{{"type": "object", "properties": {{"id": {{"type": "string"}}{fields}}}}}"#)
    };
    let with = |design: &mut Design, fields: &str| {
        fixture::message(design, "OrderPlaced").versions = vec![fixture::version(&schema(fields))];
    };
    let mut base = fixture::design(LINES);
    with(&mut base, "");
    let merged = merging_from(
        &base,
        |design| with(design, r#", "total": {"type": "number"}"#),
        |design| with(design, r#", "note": {"type": "string"}"#),
    );
    assert_eq!(said(&merged), [""; 0]);
    let version = &merged.design.message("OrderPlaced").expect("there").versions[0];
    let schema: serde_json::Value =
        serde_json::from_str(version.schema.inside().expect("inside")).expect("JSON");
    let names: Vec<&String> = schema["properties"].as_object().expect("object").keys().collect();
    assert_eq!(names, ["id", "total", "note"]);
    let clash = merging_from(
        &base,
        |design| with(design, r#", "total": {"type": "number"}"#),
        |design| with(design, r#", "total": {"type": "string"}"#),
    );
    assert_eq!(
        said(&clash),
        [
            r#"message `OrderPlaced`: `versions.0.schema` at /properties/total/type was nothing; ours says "number", theirs "string"; ours stays"#
        ]
    );
}

#[test]
fn comments_of_both_sides_stay() {
    let text = include_str!("../formats/native/tests/shop.ron");
    let ours = text.replacen("concurrency: 2, // as bought", "concurrency: 5, // more bought", 1);
    let theirs = text.replacen("name: \"Shoe shop\"", "name: \"Shoes\" /* renamed */", 1);
    assert!(ours != text && theirs != text);
    let [base, ours, theirs] = [text, &ours, &theirs].map(|it| read(it).expect("readable"));
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.findings(), []);
    assert!(merged.text.contains("concurrency: 5, // more bought"), "{}", merged.text);
    assert!(merged.text.contains("\"Shoes\" /* renamed */"), "{}", merged.text);
}

#[test]
fn neighboring_lines_are_no_conflict() {
    // Line by line these two would be one.
    let mut base = fixture::design(LINES);
    fixture::message(&mut base, "OrderPlaced").size_bytes = Some(1);
    let merged = merging_from(
        &base,
        |design| fixture::message(design, "OrderPlaced").kind = MessageKind::Command,
        |design| fixture::message(design, "OrderPlaced").summary = "An order.".to_owned(),
    );
    assert_eq!(said(&merged), [""; 0]);
    let message = merged.design.message("OrderPlaced").expect("there");
    assert_eq!((message.kind, message.summary.as_str()), (MessageKind::Command, "An order."));
}

#[test]
fn the_order_that_one_side_gave_is_kept() {
    let merged = merging(
        |design| {
            let contract = &mut fixture::edge(design, "orders -> audit").contract;
            contract.acknowledgement = Acknowledgement::OnReceipt;
        },
        |design| design.nodes.swap(0, 3),
    );
    assert_eq!(said(&merged), [""; 0]);
    let names: Vec<&str> = merged.design.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["audit", "orders", "payment", "shop", "dead"]);
}

fn versions(seed: u64, edits: usize) -> [Document; 3] {
    let mut chance = Chance(seed);
    let base = chance.design();
    let mut changed = || {
        let mut design = base.clone();
        for _ in 0..edits {
            chance.edit(&mut design);
        }
        document(&design)
    };
    let (ours, theirs) = (changed(), changed());
    [document(&base), ours, theirs]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_side_without_changes_leaves_the_other_as_it_is(seed in any::<u64>(), edits in 0usize..6) {
        let [base, ours, _] = versions(seed, edits);
        for (own, other) in [(&ours, &base), (&base, &ours), (&ours, &ours)] {
            let merged = merge(&base, own, other);
            prop_assert_eq!(&merged.design, &ours.design);
            prop_assert_eq!(merged.text.as_str(), ours.source.text());
            prop_assert!(merged.findings().is_empty());
        }
    }

    #[test]
    fn a_side_that_says_the_same_in_another_layout_has_no_changes(
        seed in any::<u64>(),
        edits in 0usize..6,
    ) {
        let [base, ours, _] = versions(seed, edits);
        let spaced = format!("{}\n", write(&base.design));
        let same = read(&spaced).expect("readable");
        let merged = merge(&base, &ours, &same);
        prop_assert_eq!(&merged.design, &ours.design);
        prop_assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        let merged = merge(&base, &same, &ours);
        prop_assert_eq!(&merged.design, &ours.design);
    }

    #[test]
    fn whatever_meets_the_result_can_be_read(seed in any::<u64>(), edits in 0usize..6) {
        let [base, ours, theirs] = versions(seed, edits);
        let merged = merge(&base, &ours, &theirs);
        let read = read(&merged.text);
        prop_assert!(read.is_ok(), "{:?}\n{}", read, merged.text);
        prop_assert_eq!(read.expect("just seen").design, merged.design);
    }
}
