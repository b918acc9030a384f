//! Every edit: a hit and a near miss; renames reach every use.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::channel::Channel;
use crate::design::Design;
use crate::edge::EdgeKind;
use crate::emission::{Emission, ReplyExpected};
use crate::fault::{Fault, FaultKind};
use crate::faults::Value;
use crate::fixture;
use crate::message::{MessageKind, MessageRef};
use crate::name::MessageName;
use crate::node::{Consumer, Failures, Handler, Poison, Producer, Role};
use crate::promise::PromiseKind;
use crate::scenario::{Action, ActionKind, Change, DeadLetterFilter, Fork};
use crate::time::Span;

fn shop() -> Design {
    fixture::design(
        "shop: producer
         orders: queue
         dlq: queue
         payment: consumer
         shop -> orders: OrderPlaced
         orders -> payment: OrderPlaced",
    )
}

/// The shop with a use of every name in every place that can hold one.
fn shop_with_everything() -> Design {
    let mut design = shop();
    let consumer = Node::new("bank", Role::Consumer(Consumer::default()));
    let edits = [
        Edit::AddNode(consumer, Some(Position(1.0, 2.0))),
        Edit::PutContext(None, Context { name: "sales".into(), summary: String::new() }),
        Edit::AddMessage(Message::new("Paid", MessageKind::Reply)),
        Edit::AddEdge(Edge::new(EdgeKind::Call, "payment", "bank")),
        Edit::PutPromise(
            None,
            Promise {
                name: "paid".into(),
                holds: PromiseKind::LeadsTo {
                    message: "OrderPlaced".into(),
                    to: vec!["Paid".into()],
                    within: Span(1),
                },
            },
        ),
        Edit::PutScenario(None, outage()),
        Edit::Move(vec![("payment".into(), Position(3.0, 4.0))]),
    ];
    design = Edit::All(edits.to_vec()).apply(&design).expect("edits");
    fixture::edge(&mut design, "orders -> payment").contract.dead_letter = Some("dlq".into());
    fixture::message(&mut design, "OrderPlaced").owner = Some("payment".into());
    fixture::node(&mut design, "payment").context = Some("sales".into());
    let emission = Emission {
        reply: Some(ReplyExpected { message: "OrderPlaced".into(), within: Span(1) }),
        ..Emission::of(MessageRef::newest("Paid"))
    };
    fixture::consumer(&mut design, "payment").handlers.push(Handler {
        on: Some("OrderPlaced".into()),
        calls: vec!["bank".into()],
        failures: Failures { transient: 0.0, poison: Poison::Messages(vec![named("shop", 3)]) },
        emits: vec![emission],
        ..Handler::default()
    });
    design
}

fn named(source: &str, number: u64) -> MessageName {
    MessageName { source: source.into(), number }
}

fn outage() -> Scenario {
    let fault = |kind| Fault::new(kind, Span::ZERO, None);
    let change = |set: &str, to: &str| Change { set: set.into(), to: to.into() };
    let promise = Promise {
        name: "fast".into(),
        holds: PromiseKind::LatencyBelow {
            from: Some("shop".into()),
            to: "payment".into(),
            percentile: 99.0,
            at_most: Span(1),
        },
    };
    Scenario {
        faults: vec![
            fault(FaultKind::at_node("Down", "payment")),
            fault(FaultKind::at_edge("Loss", &EdgeName::new("orders", "payment"))),
            fault(
                FaultKind::at_node("Poison", "payment")
                    .with("messages", Value::Messages(Poison::Messages(vec![named("shop", 17)]))),
            ),
        ],
        actions: vec![Action {
            at: Span(1),
            what: ActionKind::Redrive {
                channel: "dlq".into(),
                messages: DeadLetterFilter::Messages(vec![named("shop", 17)]),
            },
        }],
        changes: vec![
            change("payment.concurrency", "2"),
            change("orders -> payment.contract.dead_letter", "dlq"),
            change("OrderPlaced.size_bytes", "100"),
        ],
        promises: vec![promise],
        breaks: vec!["paid".into()],
        ..Scenario::new("outage", Span::from_secs(10))
    }
}

fn renamed(design: &Design, from: &str, to: &str) -> Result<Design, EditError> {
    let mut node = Node::clone(design.node(from).expect(from));
    node.name = to.into();
    Edit::PutNode(from.into(), node).apply(design)
}

fn renamed_message(design: &Design, from: &str, to: &str) -> Result<Design, EditError> {
    let mut message = Message::clone(design.message(from).expect(from));
    message.name = to.into();
    Edit::PutMessage(from.into(), message).apply(design)
}

fn renamed_context(design: &Design, from: &str, to: &str) -> Result<Design, EditError> {
    let context = Context { name: to.into(), summary: String::new() };
    Edit::PutContext(Some(from.into()), context).apply(design)
}

fn renamed_promise(design: &Design, from: &str, to: &str) -> Result<Design, EditError> {
    let promise = design.promises.iter().find(|promise| promise.name == from).expect(from);
    let promise = Promise { name: to.into(), ..promise.clone() };
    Edit::PutPromise(Some(from.into()), promise).apply(design)
}

/// How often a word stands in the written design, outside keys.
fn uses(design: &Design, word: &str) -> usize {
    let text = ron::ser::to_string(design).expect("text");
    let quoted = text.replace(&format!("key:Some(\"{word}\")"), "");
    quoted.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| *w == word).count()
}

#[test]
fn a_new_name_reaches_every_use_of_the_old_one() {
    let design = shop_with_everything();
    for (rename, from) in [
        (renamed as fn(&Design, &str, &str) -> Result<Design, EditError>, "payment"),
        (renamed, "shop"),
        (renamed, "dlq"),
        (renamed, "bank"),
        (renamed_message, "OrderPlaced"),
        (renamed_message, "Paid"),
        (renamed_context, "sales"),
        (renamed_promise, "paid"),
    ] {
        let before = uses(&design, from);
        let after = rename(&design, from, "novel").expect("rename");
        assert!(before > 1, "{from} is used");
        assert_eq!((uses(&after, from), uses(&after, "novel")), (0, before), "{from}");
        assert_eq!(rename(&after, "novel", from).expect("back"), design, "{from}");
    }
}

#[test]
fn the_key_is_the_first_name_and_is_silent_while_it_is_the_name() {
    let design = shop();
    let once = renamed(&design, "payment", "billing").expect("rename");
    assert_eq!(once.node("billing").expect("node").key.as_deref(), Some("payment"));
    let twice = renamed(&once, "billing", "cashier").expect("rename");
    assert_eq!(twice.node("cashier").expect("node").key.as_deref(), Some("payment"));
    let back = renamed(&twice, "cashier", "payment").expect("rename");
    assert_eq!(back.node("payment").expect("node").key, None);
}

#[test]
fn a_new_thing_never_takes_the_key_of_another() {
    let design = renamed(&shop(), "payment", "billing").expect("rename");
    let new = Node::new("payment", Role::Consumer(Consumer::default()));
    let design = Edit::AddNode(new, None).apply(&design).expect("add");
    assert_eq!(design.node("payment").expect("node").stable_key(), "payment-2");
    let design = renamed_message(&shop(), "OrderPlaced", "Ordered").expect("rename");
    let new = Message::new("OrderPlaced", MessageKind::Event);
    let design = Edit::AddMessage(new).apply(&design).expect("add");
    assert_eq!(design.message("OrderPlaced").expect("message").stable_key(), "OrderPlaced-2");
}

#[test]
fn what_an_edit_does_not_touch_is_shared() {
    let design = shop_with_everything();
    let after = renamed(&design, "bank", "swift").expect("rename");
    assert!(Arc::ptr_eq(design.node("shop").expect("shop"), after.node("shop").expect("shop")));
    assert!(Arc::ptr_eq(&design.edges[0], &after.edges[0]));
    assert!(!Arc::ptr_eq(&design.nodes[3], &after.nodes[3]), "payment calls bank");
    assert!(Arc::ptr_eq(&design.scenarios[0], &after.scenarios[0]));
}

#[test]
fn a_failed_edit_changes_nothing() {
    let design = shop();
    let before = design.clone();
    let edit = Edit::All(vec![
        Edit::RemoveNode("shop".into()),
        Edit::ForgetLayout,
        Edit::RemoveNode("ghost".into()),
    ]);
    let error = edit.apply(&design).expect_err("no ghost");
    assert_eq!(error.to_string(), "there is no node called `ghost`");
    assert_eq!(design, before);
}

#[test]
fn names_that_could_be_read_as_something_else_are_refused() {
    for name in ["", " ", " a", "a ", "a -> b", "a->b", "a#1", "a@2", "a\nb"] {
        let error = renamed(&shop(), "shop", name).expect_err(name);
        assert!(matches!(error, EditError::BadName { .. }), "{name:?}");
    }
    for name in ["a-b", "a > b", "größer", "a.b", "a b"] {
        renamed(&shop(), "shop", name).expect(name);
    }
    let error = renamed(&shop(), "shop", "orders").expect_err("taken");
    assert_eq!(error.to_string(), "a node called `orders` exists already; choose another name");
    renamed(&shop(), "shop", "OrderPlaced").expect("a node may have the name of a message");
}

#[test]
fn edges_connect_only_what_fits_and_only_once() {
    let design = shop();
    let add = |kind, from: &str, to: &str| Edit::AddEdge(Edge::new(kind, from, to)).apply(&design);
    add(EdgeKind::Publish, "payment", "dlq").expect("consumers publish");
    add(EdgeKind::Call, "shop", "payment").expect("producers call");
    assert!(matches!(
        add(EdgeKind::Publish, "shop", "orders"),
        Err(EditError::NameTaken { what: "edge", .. })
    ));
    assert!(matches!(add(EdgeKind::Call, "shop", "ghost"), Err(EditError::Unknown { .. })));
    assert!(matches!(add(EdgeKind::Call, "payment", "payment"), Err(EditError::WrongEnds { .. })));
    let error = add(EdgeKind::Subscribe, "shop", "payment").expect_err("wrong ends");
    assert_eq!(
        error.to_string(),
        "producer `shop` cannot subscribe to consumer `payment`: \
         a subscribe edge goes from a channel to a consumer"
    );
}

#[test]
fn an_edge_that_is_reconnected_keeps_its_faults_and_changes() {
    let design = shop_with_everything();
    let name = EdgeName::new("orders", "payment");
    let edge = Edge::new(EdgeKind::Subscribe, "orders", "bank");
    let after = Edit::PutEdge(name.clone(), edge).apply(&design).expect("reconnect");
    assert!(after.edge(&name).is_none());
    let scenario = &after.scenarios[0];
    assert_eq!(scenario.changes[1].set, "orders -> bank.contract.dead_letter");
    assert_eq!(scenario.faults[1].kind.target().to_string(), "orders -> bank");
    let taken = Edge::new(EdgeKind::Publish, "shop", "orders");
    assert!(Edit::PutEdge(name, taken).apply(&design).is_err());
}

#[test]
fn a_wrong_edge_can_still_be_changed_in_other_respects() {
    let mut design = shop();
    fixture::node(&mut design, "payment").role = Role::Producer(Producer::default());
    let name = EdgeName::new("orders", "payment");
    let mut edge = Edge::clone(design.edge(&name).expect("edge"));
    edge.summary = "to be mended".into();
    Edit::PutEdge(name.clone(), edge.clone()).apply(&design).expect("put");
    edge.kind = EdgeKind::Call;
    assert!(Edit::PutEdge(name, edge).apply(&design).is_err());
}

#[test]
fn removing_a_node_removes_what_hangs_on_it() {
    let design = shop_with_everything();
    let after = Edit::RemoveNode("payment".into()).apply(&design).expect("remove");
    assert_eq!(after.edges.len(), 1);
    assert!(after.scenarios[0].faults.is_empty());
    assert!(!after.layout.contains_key("payment"));
    let after = Edit::RemoveNode("dlq".into()).apply(&design).expect("remove");
    assert!(after.scenarios[0].actions.is_empty());
    assert_eq!(after.scenarios[0].faults.len(), 3);
}

#[test]
fn removing_an_edge_removes_its_faults_only() {
    let design = shop_with_everything();
    let after = Edit::RemoveEdge(EdgeName::new("orders", "payment")).apply(&design).expect("edge");
    assert_eq!(after.scenarios[0].faults.len(), 2);
    assert!(Edit::RemoveEdge(EdgeName::new("payment", "orders")).apply(&design).is_err());
}

#[test]
fn removing_a_message_never_opens_a_contract_to_everything() {
    let mut design = shop_with_everything();
    let both = vec![MessageRef::newest("OrderPlaced"), MessageRef::newest("Paid")];
    fixture::edge(&mut design, "shop -> orders").contract.messages = both;
    let after = Edit::RemoveMessage("OrderPlaced".into()).apply(&design).expect("remove");
    assert!(after.message("OrderPlaced").is_none());
    assert_eq!(after.edges[0].contract.messages, [MessageRef::newest("Paid")]);
    assert_eq!(after.edges[1].contract.messages, [MessageRef::newest("OrderPlaced")]);
    assert!(Edit::RemoveMessage("Ordered".into()).apply(&design).is_err());
}

#[test]
fn contexts_promises_and_scenarios_are_added_replaced_and_removed() {
    let design = shop_with_everything();
    let after = Edit::RemoveContext("sales".into()).apply(&design).expect("remove");
    assert_eq!(after.node("payment").expect("node").context, None);
    let after = Edit::RemovePromise("paid".into()).apply(&design).expect("remove");
    assert!(after.promises.is_empty() && after.scenarios[0].breaks.is_empty());
    let after = Edit::RemoveScenario("outage".into()).apply(&design).expect("remove");
    assert!(after.scenarios.is_empty());
    let again = Edit::PutScenario(None, outage()).apply(&design);
    assert!(matches!(again, Err(EditError::NameTaken { what: "scenario", .. })));
    let longer = Scenario { seed: 2, ..outage() };
    let after = Edit::PutScenario(Some("outage".into()), longer).apply(&design).expect("put");
    assert_eq!((after.scenarios.len(), after.scenarios[0].seed), (1, 2));
    for edit in [
        Edit::RemoveContext("ghost".into()),
        Edit::RemovePromise("ghost".into()),
        Edit::RemoveScenario("ghost".into()),
        Edit::PutScenario(Some("ghost".into()), outage()),
    ] {
        assert!(matches!(edit.apply(&design), Err(EditError::Unknown { .. })), "{edit:?}");
    }
}

#[test]
fn nodes_move_to_places_that_exist() {
    let design = shop();
    let to = |x, y| Edit::Move(vec![("shop".into(), Position(x, y))]);
    let after = to(10.0, 20.0).apply(&design).expect("move");
    assert_eq!(after.layout["shop"], Position(10.0, 20.0));
    assert!(Edit::ForgetLayout.apply(&after).expect("forget").layout.is_empty());
    assert!(matches!(to(f32::NAN, 0.0).apply(&design), Err(EditError::NotAPlace(_))));
    assert!(Edit::Move(vec![("ghost".into(), Position(0.0, 0.0))]).apply(&design).is_err());
}

#[test]
fn the_info_is_put_as_it_is() {
    let info = Info { name: "Shoe shop".into(), ..Info::default() };
    let after = Edit::PutInfo(info.clone()).apply(&shop()).expect("put");
    assert_eq!(after.info, info);
}

#[test]
fn dots_in_names_do_not_confuse_changes() {
    let mut design = fixture::design("pay: consumer\n pay.eu: consumer");
    let mut scenario = Scenario::new("s", Span(1));
    scenario.changes = vec![Change { set: "pay.eu.concurrency".into(), to: "2".into() }];
    design.scenarios = vec![Arc::new(scenario)];
    let set = |design: &Design| design.scenarios[0].changes[0].set.clone();
    let after = renamed(&design, "pay", "cash").expect("rename");
    assert_eq!(set(&after), "pay.eu.concurrency");
    let after = renamed(&design, "pay.eu", "pay.us").expect("rename");
    assert_eq!(set(&after), "pay.us.concurrency");
}

#[test]
fn labels_say_what_a_person_did() {
    let node = |name: &str| Node::new(name, Role::Channel(Channel::default()));
    let place = |name: &str| (name.to_owned(), Position::default());
    let table = [
        (Edit::PutNode("shop".into(), node("store")), "Rename shop"),
        (Edit::PutNode("shop".into(), node("shop")), "Change shop"),
        (Edit::Move(vec![place("a")]), "Move a"),
        (Edit::Move(vec![place("a"), place("b"), place("c")]), "Move 3 nodes"),
        (Edit::AddEdge(Edge::new(EdgeKind::Publish, "a", "b")), "Connect a with b"),
        (Edit::All(vec![Edit::ForgetLayout]), "Lay out automatically"),
        (Edit::All(vec![Edit::RemoveNode("a".into()); 2]), "Remove 2 things"),
        (Edit::All(vec![Edit::ForgetLayout; 2]), "2 changes"),
    ];
    for (edit, label) in table {
        assert_eq!(edit.label(), label);
    }
}

proptest! {
    #[test]
    fn a_rename_there_and_back_gives_the_same_design(
        index in 0usize..5,
        name in "[a-z][a-z. -]{0,8}[a-z]",
    ) {
        let design = shop_with_everything();
        let old = design.nodes[index].name.clone();
        if let Ok(there) = renamed(&design, &old, &name) {
            prop_assert_eq!(renamed(&there, &name, &old).expect("back"), design);
        }
    }
}

fn fork(name: &str, of: &str, secs: u64) -> Scenario {
    let fork = Some(Fork { of: of.into(), at: Span::from_secs(secs) });
    Scenario { fork, ..Scenario::new(name, Span::from_secs(60)) }
}

fn forks(design: &Design) -> Vec<Option<Fork>> {
    design.scenarios.iter().map(|scenario| scenario.fork.clone()).collect()
}

#[test]
fn a_scenario_is_renamed_where_its_forks_name_it() {
    let mut design = Design::new("test");
    design.scenarios = vec![
        Scenario::new("calm", Span::from_secs(60)).into(),
        fork("calm at 9 s", "calm", 9).into(),
    ];
    let renamed = Scenario { name: "quiet".into(), ..(*design.scenarios[0]).clone() };
    let after = Edit::PutScenario(Some("calm".into()), renamed).apply(&design).expect("rename");
    assert_eq!(forks(&after), [None, Some(Fork { of: "quiet".into(), at: Span::from_secs(9) })]);
}

#[test]
fn forks_of_a_removed_scenario_become_forks_of_what_it_was_made_of() {
    let mut design = Design::new("test");
    design.scenarios = vec![
        Scenario::new("calm", Span::from_secs(60)).into(),
        fork("middle", "calm", 9).into(),
        fork("end", "middle", 20).into(),
    ];
    let after = Edit::RemoveScenario("middle".into()).apply(&design).expect("remove");
    assert_eq!(forks(&after), [None, Some(Fork { of: "calm".into(), at: Span::from_secs(9) })]);
    let after = Edit::RemoveScenario("calm".into()).apply(&after).expect("remove");
    assert_eq!(forks(&after), [None]);
}
