//! Pages that list everything of one kind.

use maud::{Markup, html};

use super::head;
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::parts;
use crate::finding::{Finding, Severity};
use crate::lint::LINTS;
use crate::message::Message;
use crate::node::{Node, Role};
use crate::preset::shape;

pub(super) fn messages(book: &Book<'_>) -> Markup {
    let messages: Vec<&Message> = book.source.design.messages.iter().map(|it| &**it).collect();
    let rows = parts::message_rows(book, Page::Messages, &messages);
    html! {
        (head("Messages", "Messages", "Every event, command, query and reply of the design.", &[]))
        (parts::table("Messages", &parts::MESSAGE_HEADINGS, &rows))
        @if rows.is_empty() { p.muted { "The design has no messages yet." } }
    }
}

pub(super) fn services(book: &Book<'_>) -> Markup {
    let rows: Vec<Markup> =
        nodes(book, false).map(|node| node_row(book, Page::Services, node)).collect();
    html! {
        (head("Services", "Services", "Everything that publishes or handles messages.", &[]))
        (parts::table("Services", &["Service", "What it does", "What it is", "Context", "Owner"], &rows))
        @if rows.is_empty() { p.muted { "The design has no producers or consumers yet." } }
    }
}

pub(super) fn channels(book: &Book<'_>) -> Markup {
    let rows: Vec<Markup> =
        nodes(book, true).map(|node| node_row(book, Page::Channels, node)).collect();
    html! {
        (head("Channels", "Channels", "Everything that carries messages.", &[]))
        (parts::table("Channels", &["Channel", "What it carries", "What it is", "Context", "Owner"], &rows))
        @if rows.is_empty() { p.muted { "The design has no channels yet." } }
    }
}

fn nodes<'a>(book: &Book<'a>, are_channels: bool) -> impl Iterator<Item = &'a Node> {
    let nodes = book.source.design.nodes.iter();
    nodes.filter(move |it| matches!(it.role, Role::Channel(_)) == are_channels).map(|it| &**it)
}

/// A node in a list.
pub(super) fn node_row(book: &Book<'_>, from: Page<'_>, node: &Node) -> Markup {
    let what = match &node.role {
        Role::Channel(channel) => shape::words(channel, &book.presets),
        Role::Producer(_) | Role::Consumer(_) => node.role.word().to_owned(),
    };
    let context = node.context.as_deref().unwrap_or_default();
    html! { tr {
        td { (parts::node_link(book, from, &node.name)) }
        td { (node.summary) }
        td { (what) }
        td { (parts::link(book, from, Page::Context(context), context)) }
        td { (node.owner.as_deref().unwrap_or_default()) }
    } }
}

pub(super) fn findings(book: &Book<'_>) -> Markup {
    let all = book.source.findings;
    let count = |severity| all.iter().filter(|it| it.severity == severity).count();
    let summary = format!(
        "{} errors, {} warnings, {} hints.",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Info)
    );
    let rows: Vec<Markup> = all.iter().map(|it| finding_row(book, it)).collect();
    html! {
        (head("Findings", "Findings", &summary, &[]))
        @if rows.is_empty() { p { "The rules find nothing wrong with the design." } }
        (parts::table("Findings", &["Rule", "Where", "What is wrong, and what to do"], &rows))
    }
}

fn finding_row(book: &Book<'_>, finding: &Finding) -> Markup {
    let lint = LINTS.iter().find(|it| it.code == finding.code);
    let place = finding.place.to_string();
    let page = book.pages_of(&finding.place).into_iter().next();
    html! { tr {
        td {
            strong class=(parts::tone(finding.severity)) { (finding.severity) }
            p { code { (finding.code) } }
        }
        td {
            @match page {
                Some(page) => (parts::link(book, Page::Findings, page, &place)),
                None => (place),
            }
            @if !finding.property.is_empty() { p.muted { (finding.property) } }
        }
        td {
            (finding.sentence)
            @if let Some(fix) = &finding.fix { p.muted { "Fix: " (fix.label) } }
            @if let Some(lint) = lint { details { summary { "Why it matters" } p { (lint.meaning) } } }
        }
    } }
}
