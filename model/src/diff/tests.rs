//! What is said to have changed, and whom it breaks.

use super::*;
use crate::channel::{Channel, Delivery};
use crate::contract::{Acknowledgement, Ordering, Retry};
use crate::design::Position;
use crate::edit::Edit;
use crate::fixture;
use crate::formats::native::generate::Chance;
use crate::message::{MessageKind, MessageRef, MessageVersion};
use crate::node::Role;

const LINES: &str =
    "shop: producer\n orders: queue\n payment: consumer\n audit: consumer\n dead: queue
     shop -> orders: OrderPlaced\n orders -> payment: OrderPlaced";

fn base() -> Design {
    let mut design = fixture::design(LINES);
    fixture::produce(&mut design, "shop", "OrderPlaced");
    fixture::edge(&mut design, "orders -> payment").contract.dead_letter = Some("dead".to_owned());
    design
}

fn between(old: &Design, new: &Design) -> Diff {
    let none = Schemas::new();
    diff(Side { design: old, schemas: &none }, Side { design: new, schemas: &none })
}

fn lines(diff: &Diff) -> Vec<String> {
    let mut lines = Vec::new();
    for it in &diff.alterations {
        lines.push(format!("{} {}: {}", it.mark(), it.place, it.said()));
        let harms = it.harms.iter();
        lines.extend(harms.map(|it| format!("  {} {}: {}", it.rule, it.hurts, it.sentence)));
    }
    lines
}

fn check(change: impl Fn(&mut Design), said: &[&str]) {
    check_from(&base(), change, said);
}

fn check_from(old: &Design, change: impl Fn(&mut Design), said: &[&str]) {
    let mut new = old.clone();
    change(&mut new);
    assert_eq!(lines(&between(old, &new)), said);
}

fn apply(edit: Edit) -> impl Fn(&mut Design) {
    move |design| *design = edit.apply(design).expect("applied")
}

#[test]
fn layout_and_order_and_keys_mean_nothing() {
    check(
        |design| {
            design.nodes.reverse();
            design.edges.reverse();
            design.layout.insert("shop".to_owned(), Position(1.0, 2.0));
            fixture::node(design, "shop").key = Some("shop".to_owned());
        },
        &[],
    );
}

#[test]
fn a_property_says_what_it_was_and_what_it_is() {
    check(
        |design| {
            fixture::consumer(design, "payment").concurrency = 4;
            fixture::node(design, "payment").tags = vec!["money".to_owned()];
        },
        &[
            "~ node `payment`: role.concurrency was 1 and is 4",
            "+ node `payment`: tags.0 is new: \"money\"",
        ],
    );
}

#[test]
fn a_new_name_is_one_change() {
    let mut node = (**base().node("payment").expect("there")).clone();
    node.name = "billing".to_owned();
    let edit = Edit::PutNode("payment".to_owned(), node);
    check(apply(edit), &["> node `billing`: was called \"payment\""]);
}

#[test]
fn a_channel_that_goes_hurts_its_subscribers() {
    check(
        apply(Edit::RemoveNode("orders".to_owned())),
        &[
            "- node `orders`: channel, is gone",
            "  no-longer-comes edge `orders -> payment`: `payment` no longer gets `OrderPlaced`, which came from `shop`",
            "- edge `orders -> payment`: subscribe, is gone",
            "- edge `shop -> orders`: publish, is gone",
        ],
    );
}

#[test]
fn a_message_that_goes_hurts_its_subscribers_and_a_new_one_nobody() {
    check(
        |design| {
            design.messages.clear();
            for edge in ["shop -> orders", "orders -> payment"] {
                fixture::edge(design, edge).contract.messages.clear();
            }
            let Role::Producer(shop) = &mut fixture::node(design, "shop").role else { panic!() };
            shop.workload.clear();
        },
        &[
            "- message `OrderPlaced`: event, is gone",
            "  no-longer-comes edge `orders -> payment`: `payment` no longer gets `OrderPlaced`, which came from `shop`",
            "- node `shop`: role.workload.0 was (message: \"OrderPlaced\", arrivals: Constant(\"1/s\")) and is gone",
            "- edge `orders -> payment`: contract.messages.0 was \"OrderPlaced\" and is gone",
            "- edge `shop -> orders`: contract.messages.0 was \"OrderPlaced\" and is gone",
        ],
    );
    let paid = crate::message::Message::new("Paid", MessageKind::Event);
    check(apply(Edit::AddMessage(paid)), &["+ message `Paid`: event, is new"]);
}

#[test]
fn a_way_that_is_replaced_by_another_hurts_nobody() {
    check(
        |design| {
            let more = fixture::design(
                "shop: producer\n intake: queue\n payment: consumer
                 shop -> intake: OrderPlaced\n intake -> payment: OrderPlaced",
            );
            design.nodes.extend(more.nodes.into_iter().filter(|node| node.name == "intake"));
            *design = Edit::RemoveNode("orders".to_owned()).apply(design).expect("applied");
            design.edges.extend(more.edges);
            // Else it would be the old channel under another name.
            let intake = Channel { partitions: Some(4), ..Channel::of("kafka.group.classic") };
            fixture::node(design, "intake").role = Role::Channel(intake);
            let intake = fixture::node(design, "intake");
            intake.summary = "All orders.".to_owned();
            intake.description = "Of all shops.".to_owned();
            intake.owner = Some("Intake".to_owned());
            intake.tags = vec!["log".to_owned()];
        },
        &[
            "+ node `intake`: channel, is new",
            "- node `orders`: channel, is gone",
            "+ edge `intake -> payment`: subscribe, is new",
            "- edge `orders -> payment`: subscribe, is gone",
            "+ edge `shop -> intake`: publish, is new",
            "- edge `shop -> orders`: publish, is gone",
        ],
    );
}

#[test]
fn a_weaker_contract_says_what_is_lost() {
    check(
        |design| {
            let contract = &mut fixture::edge(design, "orders -> payment").contract;
            contract.dead_letter = None;
            contract.acknowledgement = Acknowledgement::OnReceipt;
        },
        &[
            "+ edge `orders -> payment`: contract.acknowledgement is new: OnReceipt",
            "  acknowledged-earlier edge `orders -> payment`: what `payment` fails to handle, or has when it crashes, is lost",
            "- edge `orders -> payment`: contract.dead_letter was \"dead\" and is gone",
            "  dead-letters-lost edge `orders -> payment`: what `payment` gives up goes no longer to `dead`, and nobody sees it",
        ],
    );
}

#[test]
fn a_stronger_contract_hurts_nobody() {
    let mut old = base();
    let contract = &mut fixture::edge(&mut old, "orders -> payment").contract;
    contract.dead_letter = None;
    contract.acknowledgement = Acknowledgement::OnReceipt;
    contract.retry = Some(Retry { attempts: Some(2), backoff: Default::default(), jitter: 0.0 });
    let mut new = old.clone();
    let contract = &mut fixture::edge(&mut new, "orders -> payment").contract;
    contract.dead_letter = Some("dead".to_owned());
    contract.acknowledgement = Acknowledgement::AfterProcessing;
    contract.retry = Some(Retry { attempts: None, backoff: Default::default(), jitter: 0.0 });
    let diff = between(&old, &new);
    assert!(!diff.breaks() && diff.alterations.len() == 3, "{:?}", lines(&diff));
    assert!(between(&new, &old).breaks());
}

#[test]
fn a_channel_that_does_less_says_whom_it_hurts() {
    let channel = |design: &mut Design, channel: Channel| {
        fixture::node(design, "orders").role = Role::Channel(channel);
    };
    let day = "24h".parse().expect("a span");
    let hour = "1h".parse().expect("a span");
    let mut old = base();
    let log = Channel { retention_time: Some(day), ..Channel::of("kafka.group.classic") };
    channel(&mut old, Channel { partitions: Some(4), ..log.clone() });
    fixture::edge(&mut old, "orders -> payment").contract.ordering = Ordering::PerKey;
    check_from(
        &old,
        |design| {
            let retention_time = Some(hour);
            channel(design, Channel { retention_time, partitions: Some(8), ..log.clone() });
        },
        &[
            "~ node `orders`: role.partitions was 4 and is 8",
            "  order-lost edge `orders -> payment`: `payment`: partitions of `orders` is 8, and was 4",
            "~ node `orders`: role.retention_time was \"24h\" and is \"1h\"",
            "  kept-shorter edge `orders -> payment`: `payment`: retention time of `orders` is 1h, and was 24h",
        ],
    );
    // The other way round messages are kept longer; the keys move all the same.
    let mut new = old.clone();
    channel(&mut new, Channel { partitions: Some(4), ..Channel::of("rabbit.quorum.4.3") });
    let found = between(&old, &new);
    let rules: Vec<&str> =
        found.alterations.iter().flat_map(|it| &it.harms).map(|it| it.rule).collect();
    assert!(rules.contains(&"storage-changed"), "{:?}", lines(&found));
    assert!(rules.contains(&"delivery-changed"), "{:?}", lines(&found));
    check(
        |design| {
            let delivery = Some(Delivery::PublishSubscribe);
            channel(design, Channel { delivery, ..Channel::default() });
        },
        &[
            "+ node `orders`: role.delivery is new: PublishSubscribe",
            "  delivery-changed edge `orders -> payment`: `payment`: delivery of `orders` is PublishSubscribe, and was PointToPoint",
        ],
    );
}

#[test]
fn a_command_that_nobody_handles_any_more_hurts_who_sends_it() {
    let mut old = base();
    fixture::message(&mut old, "OrderPlaced").kind = MessageKind::Command;
    let mut new = Edit::RemoveNode("payment".to_owned()).apply(&old).expect("applied");
    let found = lines(&between(&old, &new));
    let sentence = "  nobody-handles node `shop`: `shop` still sends `OrderPlaced`, which only `payment` handled";
    assert!(found.iter().any(|line| line == sentence), "{found:?}");
    fixture::message(&mut new, "OrderPlaced").kind = MessageKind::Event;
    assert!(!lines(&between(&old, &new)).iter().any(|line| line.contains("nobody-handles")));
}

fn schema(fields: &str, required: &str) -> String {
    format!(r#"{{"type": "object", "required": [{required}], "properties": {{{fields}}}}}"#)
}

fn with_schema(text: &str) -> Design {
    let mut design = base();
    fixture::message(&mut design, "OrderPlaced").versions = vec![fixture::version(text)];
    design
}

const TEXT: &str = r#""id": {"type": "string"}, "total": {"type": "string"}"#;
const NUMBER: &str = r#""id": {"type": "string"}, "total": {"type": "number"}"#;

#[test]
fn a_schema_is_compared_property_by_property() {
    let old = with_schema(&schema(TEXT, r#""id", "total""#));
    let spaced = schema(TEXT, r#""total",   "id""#).replace(", ", ",\n");
    assert_eq!(lines(&between(&old, &with_schema(&spaced))), [""; 0]);
    let found = between(&old, &with_schema(&schema(NUMBER, r#""id", "total""#)));
    let lines = lines(&found);
    assert_eq!(
        lines[0],
        "~ message `OrderPlaced`: versions.0.schema at /properties/total/type was \"string\" and is \"number\""
    );
    assert!(
        lines[1].starts_with(
            "  cannot-read edge `orders -> payment`: `payment` cannot read version 1 of `OrderPlaced` by `shop`: "
        ) && lines[1].ends_with("no order helps: make it a new version or a new message, and translate"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 2);
    assert_eq!(
        found.alterations[0].harms[0].schema.as_ref().map(|it| it.order),
        Some(RollOut::Neither)
    );
}

#[test]
fn a_new_optional_field_breaks_nobody_and_a_required_one_asks_for_an_order() {
    let old = with_schema(&schema(TEXT, r#""id""#));
    let more = format!(r#"{TEXT}, "note": {{"type": "string"}}"#);
    let optional = between(&old, &with_schema(&schema(&more, r#""id""#)));
    assert!(!optional.breaks(), "{:?}", lines(&optional));
    let required = between(&old, &with_schema(&schema(&more, r#""id", "note""#)));
    let orders: Vec<RollOut> = required
        .alterations
        .iter()
        .flat_map(|it| &it.harms)
        .filter_map(|it| it.schema.as_ref().map(|schema| schema.order))
        .collect();
    assert_eq!(orders, [RollOut::ProducersFirst], "{:?}", lines(&required));
}

#[test]
fn a_new_version_hurts_who_stays_with_the_old_one() {
    let mut old = with_schema(&schema(TEXT, r#""id", "total""#));
    fixture::edge(&mut old, "orders -> payment").contract.messages =
        vec![MessageRef { name: "OrderPlaced".into(), version: Some(1) }];
    let add = |design: &mut Design, text: &str| {
        let version = MessageVersion { number: 2, ..fixture::version(text) };
        fixture::message(design, "OrderPlaced").versions.push(version);
    };
    let mut breaking = old.clone();
    add(&mut breaking, &schema(NUMBER, r#""id", "total""#));
    let found = lines(&between(&old, &breaking));
    assert!(found[0].starts_with("+ message `OrderPlaced`: versions.1 is new: "), "{found:?}");
    assert!(found[1].contains("`OrderPlaced`, written in version 2 now by `shop`"), "{found:?}");
    let mut fitting = old.clone();
    add(
        &mut fitting,
        &schema(&format!(r#"{TEXT}, "note": {{"type": "string"}}"#), r#""id", "total""#),
    );
    assert!(!between(&old, &fitting).breaks(), "{:?}", lines(&between(&old, &fitting)));
    // Who still writes the old version hurts nobody.
    let Role::Producer(shop) = &mut fixture::node(&mut breaking, "shop").role else { panic!() };
    shop.workload[0].message.version = Some(1);
    assert!(!between(&old, &breaking).breaks());
}

#[test]
fn a_version_that_goes_hurts_who_names_it() {
    let mut old = with_schema(&schema(TEXT, r#""id""#));
    fixture::edge(&mut old, "orders -> payment").contract.messages =
        vec![MessageRef { name: "OrderPlaced".into(), version: Some(1) }];
    let mut new = old.clone();
    fixture::message(&mut new, "OrderPlaced").versions[0].number = 2;
    let found = lines(&between(&old, &new));
    assert!(
        found.iter().any(|line| line.contains("version-gone edge `orders -> payment`")),
        "{found:?}"
    );
}

#[test]
fn schema_files_are_compared_by_what_they_say() {
    let mut design = base();
    let schema = crate::message::Schema::JsonSchemaFile("schemas/order.json".to_owned());
    let version = MessageVersion { schema, ..fixture::version("") };
    fixture::message(&mut design, "OrderPlaced").versions = vec![version];
    let file = |text: &str| Schemas::from([("schemas/order.json".to_owned(), text.to_owned())]);
    let (before, after) = (file(&schema_text(TEXT)), file(&schema_text(NUMBER)));
    let side = |schemas| Side { design: &design, schemas };
    let found = diff(side(&before), side(&after));
    assert!(found.breaks() && found.unread.is_empty(), "{:?}", lines(&found));
    let none = Schemas::new();
    let found = diff(side(&before), side(&none));
    assert_eq!((found.alterations.len(), found.unread), (0, vec!["schemas/order.json".to_owned()]));
}

fn schema_text(fields: &str) -> String {
    schema(fields, r#""id", "total""#)
}

#[test]
fn the_same_design_has_no_changes_and_two_always_have_an_answer() {
    for seed in 0..60 {
        let mut chance = Chance(seed);
        let old = chance.design();
        assert_eq!(lines(&between(&old, &old)), [""; 0], "seed {seed}");
        let mut new = old.clone();
        for _ in 0..4 {
            chance.edit(&mut new);
        }
        let found = between(&old, &new);
        for alteration in &found.alterations {
            assert!(!alteration.said().is_empty() && alteration.old != alteration.new);
        }
        let grave = found.alterations.iter().map(Alteration::breaks);
        assert!(grave.rev().is_sorted(), "seed {seed}: what breaks comes first");
    }
}

#[test]
fn every_rule_has_a_code_of_its_own_and_is_explained() {
    for (index, rule) in RULES.iter().enumerate() {
        assert!(rule.meaning.ends_with('.'), "{}", rule.code);
        assert!(RULES[..index].iter().all(|other| other.code != rule.code), "{}", rule.code);
    }
}
