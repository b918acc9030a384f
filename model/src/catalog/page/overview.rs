//! The first page: what the design is.

use maud::{Markup, html};

use super::{chip, head};
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::{diagram, parts, prose};
use crate::finding::Severity;
use crate::message::Message;
use crate::node::Role;

/// Messages that are listed on the first page at most.
const LISTED: usize = 100;
const PAGE: Page<'static> = Page::Overview;

pub(super) fn content(book: &Book<'_>) -> Markup {
    let info = &book.source.design.info;
    let mut chips: Vec<Markup> = info.owners.iter().map(|owner| chip(owner)).collect();
    chips.extend(info.tags.iter().map(|tag| chip(tag)));
    let findings = book.findings_on(PAGE);
    html! {
        (head("Event catalog", &info.name, &info.summary, &chips))
        (tiles(book))
        (diagram::whole(book, PAGE))
        @if !info.description.is_empty() {
            section { h2 { "About" } div.prose { (prose::markdown(&info.description)) } }
        }
        (parts::section("Bounded contexts", &contexts(book)))
        (parts::section("Messages", &messages(book)))
        (parts::section("Promises", &promises(book)))
        (parts::section("Findings about the whole", &parts::findings(findings)))
        (parts::section("Read on", &links(book)))
    }
}

fn tiles(book: &Book<'_>) -> Markup {
    let design = book.source.design;
    let channels = design.nodes.iter().filter(|it| matches!(it.role, Role::Channel(_))).count();
    let grave = book.source.findings.iter().filter(|it| it.severity >= Severity::Warning).count();
    let tile = |count: usize, one: &str, many: &str| {
        html! { li { b { (count) } span { (if count == 1 { one } else { many }) } } }
    };
    html! {
        ul.tiles {
            (tile(design.messages.len(), "message", "messages"))
            (tile(design.nodes.len() - channels, "service", "services"))
            (tile(channels, "channel", "channels"))
            (tile(design.contexts.len(), "bounded context", "bounded contexts"))
            (tile(design.scenarios.len(), "scenario", "scenarios"))
            (tile(grave, "error or warning", "errors and warnings"))
        }
    }
}

fn contexts(book: &Book<'_>) -> Markup {
    let design = book.source.design;
    let row = |name: &str, summary: &str| {
        let members = design.nodes.iter().filter(|it| it.context.as_deref() == Some(name)).count();
        html! { tr {
            td { (parts::link(book, PAGE, Page::Context(name), name)) }
            td { (summary) }
            td.number { (members) }
        } }
    };
    let rows: Vec<Markup> = design.contexts.iter().map(|it| row(&it.name, &it.summary)).collect();
    parts::table("Bounded contexts", &["Context", "What it is about", "#Nodes"], &rows)
}

fn messages(book: &Book<'_>) -> Markup {
    let all = &book.source.design.messages;
    let listed: Vec<&Message> = all.iter().take(LISTED).map(|it| &**it).collect();
    let rows = parts::message_rows(book, PAGE, &listed);
    html! {
        (parts::table("Messages", &parts::MESSAGE_HEADINGS, &rows))
        @if all.len() > LISTED {
            p { a href=(book.addresses.link(PAGE, Page::Messages)) { "All " (all.len()) " messages" } }
        }
    }
}

/// What the promises of the design came to, run by run.
fn promises(book: &Book<'_>) -> Markup {
    let design = book.source.design;
    if design.promises.is_empty() || book.source.facts.is_empty() {
        return Markup::default();
    }
    let headings: Vec<&str> = std::iter::once("Scenario")
        .chain(design.promises.iter().map(|it| it.name.as_str()))
        .collect();
    let row = |facts: &crate::catalog::Facts| {
        html! { tr {
            td { (parts::link(book, PAGE, Page::Scenario(&facts.scenario), &facts.scenario)) }
            @for promise in &design.promises {
                @let found = facts.promises.iter().find(|it| it.name == promise.name);
                td { @if let Some(found) = found { (super::scenario::verdict(found)) } }
            }
        } }
    };
    let rows: Vec<Markup> = book.source.facts.iter().map(row).collect();
    parts::table("Promises by scenario", &headings, &rows)
}

fn links(book: &Book<'_>) -> Markup {
    let links = &book.source.design.info.links;
    html! {
        @if !links.is_empty() {
            ul.plain {
                @for link in links {
                    li {
                        @if prose::is_harmless(&link.as_str().into()) { a href=(link) { (link) } }
                        @else { (link) }
                    }
                }
            }
        }
    }
}
