//! The numbers that the samples about intents and about sagas state, from the record of each run.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::emission::Emission;
use flowbench_model::message::MessageRef;
use flowbench_model::node::{Handler, Node, Role};
use flowbench_model::{edge, lint};
use flowbench_simulator::record::{DropReason, EntryKind};

use crate::places::sample_folders;
use crate::story::{Story, at_ms, design};

#[test]
fn a_saga_costs_156_messages_with_an_orchestrator_and_88_without() {
    for (file, published) in [("saga/design.ron", 156), ("saga/choreographed.ron", 88)] {
        let story = Story::of(file, "healthy");
        let report = story.report();
        assert_eq!((report.messages.published, report.reply_timeouts), (published, 0), "{file}");
        let sums = report.ledgers.iter().map(|it| (it.consumer.as_str(), it.posted.sum));
        let expected = [("books", 800.0), ("payment", 1_000.0), ("refunds", 200.0)];
        assert_eq!(sums.collect::<BTreeMap<_, _>>(), BTreeMap::from(expected), "{file}");
    }
}

fn counts(story: &Story) -> [u64; 4] {
    let [pattern] = story.report().patterns.as_slice() else { panic!("one pattern") };
    ["completed", "compensated", "needs operator", "commands sent again"]
        .map(|word| pattern.counts[word])
}

#[test]
fn four_sagas_are_compensated_or_stuck_until_their_deadline() {
    assert_eq!(counts(&Story::of("saga/design.ron", "healthy")), [16, 4, 0, 0]);
    let stuck = Story::of("saga/design.ron", "refund-down");
    assert_eq!(counts(&stuck), [16, 0, 4, 0]);
    let operator = stuck.entries().filter(|it| it.kind == EntryKind::Moved && it.detail == 5);
    let at: Vec<_> = operator.map(|it| it.at).collect();
    assert_eq!(at, at_ms(&[34_600, 39_600, 44_600, 49_600]));
}

#[test]
fn a_lost_reply_is_asked_for_again_and_charged_once() {
    let story = Story::of("saga/design.ron", "reply-lost");
    assert_eq!(counts(&story), [16, 4, 0, 1]);
    let report = story.report();
    assert_eq!((report.messages.published, report.messages.suppressed), (156, 1));
    assert_eq!(report.reply_timeouts, 1);
}

#[test]
fn nobody_there_is_ten_unroutable_no_error_and_ten_timeouts() {
    let story = Story::of("commands-events-queries/missing.ron", "missing");
    let asked: Vec<u64> = (0..10).map(|n| n * 1_000 + 10).collect();
    // The topic drops its events too, as nobody subscribes; that is no error.
    let both: Vec<u64> = asked.iter().flat_map(|at| [*at, *at]).collect();
    assert_eq!(story.drops(DropReason::Unroutable), at_ms(&both));
    let timeouts = story.entries().filter(|it| it.kind == EntryKind::ReplyTimedOut);
    let late: Vec<u64> = asked.iter().map(|at| at + 2_000).collect();
    assert_eq!(timeouts.map(|it| it.at).collect::<Vec<_>>(), at_ms(&late));
    assert!(story.entries().all(|it| it.kind != EntryKind::Failed));
    assert_eq!(story.subscription("baskets -> web-shop").acknowledged, 10);
    let kept = Story::of("commands-events-queries/missing.ron", "alternate");
    assert_eq!(kept.drops(DropReason::Unroutable), at_ms(&asked), "the events alone");
    let unhandled = kept.report().channels.iter().find(|it| it.channel == "unhandled");
    assert_eq!(unhandled.map(|it| it.ready), Some(10));
    assert_eq!(kept.report().reply_timeouts, 10);
}

#[test]
fn with_everybody_there_each_question_is_answered() {
    let story = Story::of("commands-events-queries/design.ron", "complete");
    assert_eq!((story.report().messages.acknowledged, story.report().reply_timeouts), (50, 0));
    let down = Story::of("commands-events-queries/design.ron", "responder-down");
    assert_eq!(down.report().reply_timeouts, 1);
}

/// What the rules say about the messages of a design, by code and sentence.
fn found(design: &flowbench_model::design::Design) -> String {
    let codes = [
        "command-without-handler",
        "command-with-several-handlers",
        "event-without-subscriber",
        "timeout-owned-by-nobody",
    ];
    let findings = lint::findings(design).into_iter().filter(|it| codes.contains(&it.code));
    findings.map(|it| format!("{} {}: {}\n", it.severity, it.code, it.sentence)).collect()
}

#[test]
fn what_each_intent_needs_is_known_before_the_run() {
    let folders = sample_folders();
    let folder =
        folders.iter().find(|it| it.ends_with("commands-events-queries")).expect("it is there");
    let missing = found(&design(&folder.join("missing.ron")));
    for said in [
        "warning command-without-handler: the command `PlaceOrder`",
        "warning command-without-handler: the query `GetStock`",
        "info event-without-subscriber: the event `BasketSold`",
    ] {
        assert!(missing.contains(said), "{missing}");
    }
    let mut complete = design(&folder.join("design.ron"));
    assert!(!found(&complete).contains("handler"), "{}", found(&complete));
    let second = Handler { on: Some("PlaceOrder".into()), ..Handler::default() };
    let mut other = Node::clone(complete.node("orders").expect("it is there"));
    other.name = "orders-too".into();
    if let Role::Consumer(consumer) = &mut other.role {
        consumer.handlers = vec![second];
    }
    let mut queue = Node::clone(complete.node("order-commands").expect("it is there"));
    queue.name = "order-commands-too".into();
    complete.nodes.extend([Arc::new(other), Arc::new(queue)]);
    let order = MessageRef::newest("PlaceOrder");
    for (kind, from, to) in [
        (edge::EdgeKind::Bind, "commands", "order-commands-too"),
        (edge::EdgeKind::Subscribe, "order-commands-too", "orders-too"),
    ] {
        let mut edge = edge::Edge::new(kind, from, to);
        edge.contract.messages.push(order.clone());
        complete.edges.push(Arc::new(edge));
    }
    assert!(found(&complete).contains("command-with-several-handlers"), "{}", found(&complete));
    let web_shop = complete.nodes.iter_mut().find(|it| it.name == "web-shop").expect("it is there");
    let Role::Consumer(consumer) = &mut Arc::make_mut(web_shop).role else { panic!("a consumer") };
    consumer.handlers[0].emits[2] = Emission::of(MessageRef::newest("GetStock"));
    let said = found(&complete);
    assert!(said.contains("timeout-owned-by-nobody: nobody notices if `GetStock`"), "{said}");
}
