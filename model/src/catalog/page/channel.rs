//! A channel: what it carries, for whom, and by which rules.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{chip, head};
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::{diagram, parts, prose};
use crate::channel::{Channel, Group};
use crate::edge::{Edge, EdgeKind};
use crate::node::{Node, Role};
use crate::preset::card::{Card, Origin, Row};

pub(super) fn content(book: &Book<'_>, node: &Node) -> Markup {
    let page = Page::Channel(&node.name);
    let Role::Channel(channel) = &node.role else { return Markup::default() };
    let about = format!("{} and its neighbors", node.name);
    let card = Card::of(channel, &book.presets, &[]);
    let mut chips = super::service::chips(book, page, node);
    chips.insert(1, chip(&card.title));
    html! {
        (head("Channel", &node.name, &node.summary, &chips))
        (diagram::around(book, page, &diagram::neighbors(book, &node.name), &about))
        @if !node.description.is_empty() {
            section { h2 { "About" } div.prose { (prose::markdown(&node.description)) } }
        }
        (parts::section("What it carries", &carried(book, page, node)))
        (parts::section("Publishers", &ends(book, page, node, EdgeKind::Publish)))
        (parts::section("Subscribers", &ends(book, page, node, EdgeKind::Subscribe)))
        (parts::section("Bindings", &ends(book, page, node, EdgeKind::Bind)))
        (parts::section("Rules", &rules(book, page, channel, &card)))
        (parts::section("Measured", &measured(book, page, node)))
        (parts::section("Findings", &parts::findings(book.findings_on(page))))
    }
}

fn carried(book: &Book<'_>, page: Page<'_>, node: &Node) -> Markup {
    let edges = book.edges_of(&node.name).filter(|edge| edge.kind != EdgeKind::Bind);
    let names: BTreeSet<&str> =
        edges.flat_map(|edge| book.messages_on(edge).iter().copied()).collect();
    let messages: Vec<_> = names.iter().filter_map(|name| book.message(name)).collect();
    parts::table("Messages", &parts::MESSAGE_HEADINGS, &parts::message_rows(book, page, &messages))
}

fn ends(book: &Book<'_>, page: Page<'_>, node: &Node, kind: EdgeKind) -> Markup {
    let row = |edge: &Edge| {
        let (other, way) =
            if edge.from == node.name { (&edge.to, "to ") } else { (&edge.from, "from ") };
        html! { tr {
            td { @if kind == EdgeKind::Bind { (way) } (parts::node_link(book, page, other)) }
            td { (parts::terms(edge)) }
        } }
    };
    let rows: Vec<Markup> =
        book.edges_of(&node.name).filter(|edge| edge.kind == kind).map(row).collect();
    let who = match kind {
        EdgeKind::Publish => "Publisher",
        EdgeKind::Subscribe => "Subscriber",
        EdgeKind::Bind | EdgeKind::Call => "Channel",
    };
    parts::table(who, &[who, "Contract"], &rows)
}

/// The parameters that somebody says, or that are not as in a plain channel.
fn rules(book: &Book<'_>, page: Page<'_>, channel: &Channel, card: &Card) -> Markup {
    let rows: Vec<Markup> =
        Group::ALL.iter().flat_map(|group| card.said(*group)).map(rule_row).collect();
    html! {
        @if !card.broker.is_empty() {
            p.lead { (card.broker) @if !card.version.is_empty() { " " (card.version) } ". " (card.summary) }
        }
        @for (word, name) in [("Dead letters go to ", &channel.dead_letter), ("What matches nothing goes to ", &channel.alternate)] {
            @if let Some(name) = name { p { (word) (parts::node_link(book, page, name)) "." } }
        }
        (parts::table("Parameters", &["Parameter", "Value", "Said by", "What it means"], &rows))
        @if !card.absent.is_empty() {
            details {
                summary { "What the simulator does not do as this broker" }
                ul.plain { @for absent in &card.absent { li { (absent) } } }
            }
        }
    }
}

fn rule_row(row: &Row) -> Markup {
    let origin = match &row.origin {
        Origin::Own => "the design".to_owned(),
        Origin::Preset(name) => format!("preset {name}"),
        Origin::Default => "default".to_owned(),
    };
    html! { tr {
        td { (row.parameter.title()) }
        td { (row.with_unit()) }
        td.muted { (origin) }
        td { (row.parameter.meaning) }
    } }
}

fn measured(book: &Book<'_>, page: Page<'_>, node: &Node) -> Markup {
    let mut rows = Vec::new();
    for facts in book.source.facts {
        for it in facts.subscriptions.iter().filter(|it| it.channel == node.name) {
            rows.push(html! { tr {
                td { (parts::link(book, page, Page::Scenario(&facts.scenario), &facts.scenario)) }
                td { (parts::node_link(book, page, &it.consumer)) }
                td.number { (parts::rate(it.acknowledged, facts.measured_ns)) }
                td.number { (it.redelivered) }
                td.number { (it.dead_lettered) }
                td.number { (format!("{:.1}", it.waiting_mean)) }
                td.number { (it.backlog_max) }
            } });
        }
    }
    let headings = [
        "Scenario",
        "Consumer",
        "#Handled",
        "#Redelivered",
        "#Dead letters",
        "#Waiting, mean",
        "#Waiting, most",
    ];
    parts::table("Subscriptions", &headings, &rows)
}
