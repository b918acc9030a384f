//! What the pages of a catalog say.

use maud::{Markup, html};

use crate::catalog::address::Page;
use crate::catalog::book::Book;

mod channel;
mod context;
mod lists;
mod message;
mod overview;
mod scenario;
mod service;

/// The content of a page.
pub(super) fn content(book: &Book<'_>, page: Page<'_>) -> Markup {
    match page {
        Page::Overview => overview::content(book),
        Page::Messages => lists::messages(book),
        Page::Services => lists::services(book),
        Page::Channels => lists::channels(book),
        Page::Findings => lists::findings(book),
        Page::Message(name) => {
            book.message(name).map(|it| message::content(book, it)).unwrap_or_default()
        }
        Page::Service(name) => {
            book.node(name).map(|it| service::content(book, it)).unwrap_or_default()
        }
        Page::Channel(name) => {
            book.node(name).map(|it| channel::content(book, it)).unwrap_or_default()
        }
        Page::Context(name) => context::content(book, name),
        Page::Scenario(name) => {
            book.scenario(name).map(|it| scenario::content(book, it)).unwrap_or_default()
        }
    }
}

/// The head of a page: what it is, its name, what it is for.
fn head(kind: &str, name: &str, summary: &str, chips: &[Markup]) -> Markup {
    html! {
        p.crumbs { (kind) }
        h1 { (name) }
        @if !summary.is_empty() { p.lead { (summary) } }
        @if !chips.is_empty() { ul.chips { @for chip in chips { li { (chip) } } } }
    }
}

/// A word in a frame.
fn chip(text: &str) -> Markup {
    html! { span.chip { (text) } }
}
