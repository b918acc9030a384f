//! A producer or consumer: what it publishes, what it handles, how it behaves.

use maud::{Markup, html};

use super::{chip, head};
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::{diagram, parts, prose};
use crate::edge::{Edge, EdgeKind};
use crate::node::{Arrivals, Consumer, Node, Producer, Role, Workload};
use crate::pattern::card::PatternCard;
use crate::summary;

pub(super) fn content(book: &Book<'_>, node: &Node) -> Markup {
    let page = Page::Service(&node.name);
    let about = format!("{} and its neighbors", node.name);
    html! {
        (head("Service", &node.name, &node.summary, &chips(book, page, node)))
        (diagram::around(book, page, &diagram::neighbors(book, &node.name), &about))
        @if !node.description.is_empty() {
            section { h2 { "About" } div.prose { (prose::markdown(&node.description)) } }
        }
        @match &node.role {
            Role::Producer(producer) => (parts::section("When it publishes", &workload(book, page, producer))),
            Role::Consumer(consumer) => (parts::section("How it works", &behavior(consumer))),
            Role::Channel(_) => {},
        }
        (parts::section("What it publishes", &edges(book, page, node, EdgeKind::Publish)))
        (parts::section("What it handles", &edges(book, page, node, EdgeKind::Subscribe)))
        (parts::section("Calls", &edges(book, page, node, EdgeKind::Call)))
        (parts::section("Measured", &measured(book, page, node)))
        (parts::section("Findings", &parts::findings(book.findings_on(page))))
    }
}

pub(super) fn chips(book: &Book<'_>, page: Page<'_>, node: &Node) -> Vec<Markup> {
    let word = node.role.word();
    let mut chips = vec![html! { span class=(format!("chip {word}")) { (word) } }];
    if let Some(context) = &node.context {
        let link = parts::link(book, page, Page::Context(context), context);
        chips.push(html! { span.chip { (link) } });
    }
    chips.extend(node.owner.iter().map(|owner| chip(owner)));
    chips.extend(node.tags.iter().map(|tag| chip(tag)));
    chips
}

fn workload(book: &Book<'_>, page: Page<'_>, producer: &Producer) -> Markup {
    let row = |workload: &Workload| {
        html! { tr {
            td { (parts::message_link(book, page, &workload.message.name)) }
            td { (arrivals(&workload.arrivals)) }
            td.number { (workload.count.map_or("without end".to_owned(), |count| count.to_string())) }
        } }
    };
    let rows: Vec<Markup> = producer.workload.iter().map(row).collect();
    parts::table("Workload", &["Message", "When", "#How many"], &rows)
}

fn arrivals(arrivals: &Arrivals) -> String {
    match arrivals {
        Arrivals::Constant(rate) => format!("evenly, {rate}"),
        Arrivals::Poisson(rate) => format!("by chance, {rate} on average"),
        Arrivals::Scripted(times) => format!("at {} given instants", times.len()),
        Arrivals::Recorded(recorded) => format!("as recorded in {}", recorded.file),
    }
}

fn behavior(consumer: &Consumer) -> Markup {
    html! {
        dl.facts {
            dt { "At the same time" } dd { (consumer.concurrency) }
            dt { "Repetitions" } dd {
                @if consumer.idempotent { "recognized: an idempotent consumer" }
                @else { "handled again" }
            }
            @if let Some(ledger) = &consumer.ledger { dt { "Ledger" } dd { "counts its effects in " (ledger.unit) } }
            @if consumer.settled_by_hand { dt { "Settled" } dd { "by a person" } }
            @if consumer.autoscaling.is_some() { dt { "Instances" } dd { "as many as the backlog needs" } }
        }
        (handlers(consumer))
        @for card in [consumer.pattern.card(), consumer.publishing.card()].into_iter().flatten() {
            (pattern(card))
        }
    }
}

fn handlers(consumer: &Consumer) -> Markup {
    let row = |handler: &crate::node::Handler| {
        let emits = handler.emits.iter().map(|it| it.message.name.as_str());
        let calls = handler.calls.iter().map(String::as_str);
        html! { tr {
            td {
                (handler.on.as_deref().unwrap_or("any message"))
                @if let Some(when) = &handler.when { p.muted { "if " code { (when) } } }
            }
            td { (summary::distribution(&handler.service_time)) }
            td { (parts::links(emits, |name| html! { (name) })) }
            td { (parts::links(calls, |name| html! { (name) })) }
        } }
    };
    let rows: Vec<Markup> = consumer.handlers.iter().map(row).collect();
    parts::table("Handlers", &["Handles", "Takes", "Then publishes", "Calls"], &rows)
}

fn pattern(card: &PatternCard) -> Markup {
    html! {
        h3 { (card.title) }
        p { (card.does) }
        @if !card.states.is_empty() {
            p.muted {
                "States: "
                @for (place, state) in card.states.iter().enumerate() {
                    @if place > 0 { ", " }
                    (state.name)
                }
                "."
            }
        }
        p.muted { (card.stored) }
    }
}

/// The edges of a kind at a node, each with the other end.
fn edges(book: &Book<'_>, page: Page<'_>, node: &Node, kind: EdgeKind) -> Markup {
    let other =
        |edge: &Edge| if edge.from == node.name { edge.to.clone() } else { edge.from.clone() };
    let row = |edge: &Edge| {
        let messages = book.messages_on(edge).iter().copied();
        html! { tr {
            td { (parts::links(messages, |name| parts::message_link(book, page, name))) }
            td {
                @if kind == EdgeKind::Call && edge.to == node.name { "asked by " }
                (parts::node_link(book, page, &other(edge)))
            }
            td { (parts::terms(edge)) }
        } }
    };
    let rows: Vec<Markup> =
        book.edges_of(&node.name).filter(|edge| edge.kind == kind).map(row).collect();
    let place = match kind {
        EdgeKind::Publish => "To",
        EdgeKind::Subscribe => "From",
        EdgeKind::Call | EdgeKind::Bind => "Other end",
    };
    parts::table(kind.word(), &["Messages", place, "Contract"], &rows)
}

/// What runs came to at a consumer, or for chains that begin at a producer.
fn measured(book: &Book<'_>, page: Page<'_>, node: &Node) -> Markup {
    let mut rows = Vec::new();
    for facts in book.source.facts {
        for path in facts.paths.iter().filter(|it| it.to == node.name || it.from == node.name) {
            rows.push(html! { tr {
                td { (parts::link(book, page, Page::Scenario(&facts.scenario), &facts.scenario)) }
                td { (parts::node_link(book, page, &path.from)) }
                td { (parts::node_link(book, page, &path.to)) }
                td { (parts::node_link(book, page, &path.channel)) }
                td { (parts::node_link(book, page, &path.channel)) }
                td.number { (parts::rate(path.count, facts.measured_ns)) }
                td.number { (parts::duration(path.p50_ns)) }
                td.number { (parts::duration(path.p99_ns)) }
                td.number { (parts::duration(path.max_ns)) }
            } });
        }
    }
    parts::table(
        "Latencies",
        &["Scenario", "From", "To", "By", "#Rate", "#Median", "#99 %", "#Slowest"],
        &rows,
    )
}
