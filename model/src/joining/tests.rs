//! What is near, what is joined, what is added.

use expect_test::{Expect, expect};

use super::*;
use crate::design::Position;
use crate::fixture::design;

fn near(lines: &str, expect: Expect) {
    let pairs = near_names(&design(lines));
    let lines: Vec<String> = pairs.iter().map(Pair::sentence).collect();
    expect.assert_eq(&lines.join("\n"));
}

/// The edges with their messages, a line each.
fn shown(design: &Design) -> String {
    let edge = |edge: &Arc<Edge>| {
        let messages = edge.contract.messages.iter().map(ToString::to_string);
        format!("{}: {}\n", edge.name(), messages.collect::<Vec<_>>().join(", "))
    };
    design.edges.iter().map(edge).collect()
}

fn pair(text: &str, is_message: bool) -> Pair {
    Pair { is_message, ..text.parse().expect("a pair") }
}

#[test]
fn a_plural_a_slip_another_case_and_another_prefix_are_near() {
    near(
        "shop: producer\n ffc-pay-event: queue\n ffc-pay-events: topic\n hub: consumer\n \
         editor: consumer\n payment/qualityCheck: queue\n ffc-pay-quality-check: queue\n \
         PaymentsBatch: queue\n paymnets-batch: queue\n \
         shop -> ffc-pay-event: A\n ffc-pay-events -> hub: A\n \
         payment/qualityCheck -> editor: A\n ffc-pay-quality-check -> hub: A\n \
         shop -> PaymentsBatch: A\n paymnets-batch -> hub: A",
        expect![[r#"
            the channels `ffc-pay-events` and `ffc-pay-event` are probably one
            the channels `ffc-pay-quality-check` and `payment/qualityCheck` are probably one
            the channels `paymnets-batch` and `PaymentsBatch` are probably one"#]],
    );
}

#[test]
fn what_somebody_knows_under_both_names_and_what_differs_by_a_number_is_not_near() {
    near(
        "shop: producer\n order: queue\n orders: queue\n line-1: queue\n line-2: queue\n \
         a: consumer\n b: consumer\n returned: queue\n \
         shop -> order: A\n shop -> orders: A\n line-1 -> a: A\n line-2 -> b: A\n \
         returned -> a: A",
        expect![""],
    );
}

#[test]
fn messages_that_meet_on_a_channel_are_near_if_their_names_end_alike() {
    near(
        "a: producer\n done: queue\n b: consumer\n other: queue\n c: consumer\n \
         a -> done: DoneNotification\n done -> b: DeploymentDoneNotification\n \
         other -> c: FailedDoneNotification",
        expect![
            "the messages `DeploymentDoneNotification` and `DoneNotification` are probably one"
        ],
    );
}

#[test]
fn joined_channels_are_one_and_keep_every_edge_and_message_once() {
    let design = design(
        "shop: producer\n web: producer\n order: queue\n orders: queue\n a: consumer\n \
         shop -> order: A\n web -> orders: B\n orders -> a: B\n order -> a: A",
    );
    let joined = joined(&design, &pair("order=orders", false));
    expect![[r#"
        shop -> orders: A
        web -> orders: B
        orders -> a: B, A
    "#]]
    .assert_eq(&shown(&joined));
    assert!(joined.node("order").is_none());
    assert_eq!(super::joined(&joined, &pair("order=orders", false)), joined);
}

fn with_schema(design: &mut Design, message: &str, schema: &str) {
    let message = design.messages.iter_mut().find(|it| it.name == message).expect("a message");
    let version = MessageVersion::new(1, crate::message::Schema::JsonSchema(schema.to_owned()));
    Arc::make_mut(message).versions = vec![version];
}

#[test]
fn joined_messages_keep_their_schemas_as_versions_and_contracts_the_one_they_meant() {
    let mut design =
        design("a: producer\n done: queue\n b: consumer\n a -> done: Done\n done -> b: DoneNotice");
    with_schema(&mut design, "Done", r#"{"type":"object"}"#);
    with_schema(&mut design, "DoneNotice", r#"{"type":"string"}"#);
    let joined = joined(&design, &pair("DoneNotice=Done", true));
    expect![[r#"
        a -> done: Done@1
        done -> b: Done@2
    "#]]
    .assert_eq(&shown(&joined));
    with_schema(&mut design, "DoneNotice", r#"{"type":"object"}"#);
    let joined = super::joined(&design, &pair("DoneNotice=Done", true));
    expect![[r#"
        a -> done: Done
        done -> b: Done
    "#]]
    .assert_eq(&shown(&joined));
}

#[test]
fn what_is_added_meets_what_is_there_and_the_rest_gets_another_name() {
    let mut here = design(
        "shop: producer\n orders: queue\n billing: consumer\n mail: producer\n \
         shop -> orders: OrderPlaced\n orders -> billing: OrderPlaced",
    );
    with_schema(&mut here, "OrderPlaced", r#"{"type":"object"}"#);
    let mut other = design(
        "shop: producer\n orders: queue\n mail: consumer\n parcels: queue\n \
         shop -> orders: OrderPlaced\n shop -> parcels: Parcel\n orders -> mail: OrderPlaced",
    );
    with_schema(&mut other, "OrderPlaced", r#"{"type":"string"}"#);
    let Addition { edit, notes } = addition(&here, &BTreeMap::new(), &other);
    let together = edit.apply(&here).expect("it can be applied");
    expect![[r#"
        shop -> orders: OrderPlaced@1, OrderPlaced@2
        orders -> billing: OrderPlaced@1
        shop -> parcels: Parcel
        orders -> mail-2: OrderPlaced@2
    "#]]
    .assert_eq(&shown(&together));
    expect![[r#"
        `mail` is a producer here already; what is added is `mail-2`
        the message `OrderPlaced` is here with another schema; it gets one version more
        `shop` is here already; what it sends and receives is added
        the channel `orders` is here already; they are one
        `shop -> orders` is here already; it gets one message more"#]]
    .assert_eq(&notes.join("\n"));
    let again = addition(&together, &BTreeMap::new(), &here);
    assert_eq!(again.edit.apply(&together).expect("it can be applied"), together);
}

#[test]
fn what_is_added_stands_below_what_has_places() {
    let mut here = design("shop: producer");
    here.layout.insert("shop".to_owned(), Position(40.0, 300.0));
    let places = here.layout.clone();
    let together = addition(&here, &places, &design("mail: producer")).edit.apply(&here);
    let place = together.expect("it can be applied").layout["mail"];
    assert_eq!(place, Position(40.0, 460.0));
}

#[test]
fn designs_that_call_other_things_by_the_same_names_go_together() {
    let here = design("shop: producer\n orders: queue\n a: consumer\n shop -> orders: A");
    let other = design("orders: producer\n shop: queue\n A: consumer\n shop -> A: a");
    for (one, two) in [(&here, &other), (&other, &here), (&here, &here)] {
        let addition = addition(one, &BTreeMap::new(), two);
        assert!(addition.edit.apply(one).is_ok(), "{:?}", addition.notes);
    }
}
