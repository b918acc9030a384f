//! What several pages of a catalog show in the same way.

use maud::{Markup, html};

use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::edge::Edge;
use crate::finding::{Finding, Severity};
use crate::message::{Message, MessageKind};
use crate::summary;

/// A link to a page, or the name alone if there is none.
pub(super) fn link(book: &Book<'_>, from: Page<'_>, to: Page<'_>, name: &str) -> Markup {
    html! {
        @if book.addresses.has(to) {
            a href=(book.addresses.link(from, to)) { (name) }
        } @else {
            (name)
        }
    }
}

pub(super) fn message_link(book: &Book<'_>, from: Page<'_>, name: &str) -> Markup {
    link(book, from, Page::Message(name), name)
}

pub(super) fn node_link(book: &Book<'_>, from: Page<'_>, name: &str) -> Markup {
    let page = book.page_of_node(name);
    page.map_or_else(|| html! { (name) }, |page| link(book, from, page, name))
}

/// A few links in a row.
pub(super) fn links<'a>(
    names: impl IntoIterator<Item = &'a str>,
    link: impl Fn(&'a str) -> Markup,
) -> Markup {
    let names: Vec<&str> = names.into_iter().collect();
    html! {
        @if names.is_empty() { span.muted { "none" } }
        @for (place, name) in names.iter().enumerate() {
            @if place > 0 { ", " }
            (link(name))
        }
    }
}

/// What an edge asks for, in sentences.
pub(super) fn terms(edge: &Edge) -> Markup {
    let terms = summary::contract_terms(edge);
    html! {
        @if terms.is_empty() { span.muted { "nothing special" } }
        @else if terms.len() == 1 { (terms[0].sentence) }
        @else { ul.plain { @for term in &terms { li { (term.sentence) } } } }
    }
}

/// A table with headings; nothing if it has no rows.
pub(super) fn table(caption: &str, headings: &[&str], rows: &[Markup]) -> Markup {
    html! {
        @if !rows.is_empty() {
            div.scroll {
                table {
                    caption.hidden { (caption) }
                    thead { tr {
                        @for heading in headings {
                            @let (class, text) = match heading.strip_prefix('#') {
                                Some(text) => ("number", text),
                                None => ("", *heading),
                            };
                            th scope="col" class=(class) { (text) }
                        }
                    } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    }
}

/// A section with a heading; nothing if it is empty.
pub(super) fn section(heading: &str, content: &Markup) -> Markup {
    html! { @if !content.0.is_empty() { section { h2 { (heading) } (content) } } }
}

/// What the rules say of what a page is about.
pub(super) fn findings(findings: &[&Finding]) -> Markup {
    html! {
        @for finding in findings {
            div class=(format!("note {}", tone(finding.severity))) {
                p {
                    strong { (finding.severity) } " " code { (finding.code) } " "
                    span.muted { (finding.place) }
                }
                p { (finding.sentence) }
            }
        }
    }
}

/// The class of a severity.
pub(super) fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Info => "muted",
    }
}

/// A text that people copy, such as JSON.
pub(super) fn code(text: &str) -> Markup {
    html! { div.code { pre tabindex="0" { code { (text) } } } }
}

/// JSON with line breaks, or the text itself if it is none.
pub(super) fn pretty(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value.map_or_else(|_| text.to_owned(), |value| format!("{value:#}"))
}

/// The rows of a list of messages.
pub(super) fn message_rows(book: &Book<'_>, from: Page<'_>, messages: &[&Message]) -> Vec<Markup> {
    let ends = |edges: &[&Edge], pick: fn(&Edge) -> &str| {
        let mut names: Vec<String> = edges.iter().map(|edge| pick(edge).to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    let row = |message: &&Message| {
        let flow = book.flow(&message.name);
        let (mut from_names, mut to_names) = (Vec::new(), Vec::new());
        if let Some(flow) = flow {
            let asked: Vec<&Edge> = flow.publications.iter().chain(&flow.calls).copied().collect();
            let heard: Vec<&Edge> = flow.subscriptions.iter().chain(&flow.calls).copied().collect();
            from_names = ends(&asked, |edge| &edge.from);
            to_names = ends(&heard, |edge| &edge.to);
        }
        let names = |names: &[String]| {
            links(names.iter().map(String::as_str), |name| node_link(book, from, name))
        };
        html! { tr {
            td { (message_link(book, from, &message.name)) }
            td { (message.kind.word()) }
            td { (message.summary) }
            td { (names(&from_names)) }
            td { (names(&to_names)) }
        } }
    };
    messages.iter().map(row).collect()
}

pub(super) const MESSAGE_HEADINGS: [&str; 5] = ["Message", "Kind", "What it means", "From", "To"];

/// A time as people read it, with three digits: what is more is noise of the histogram.
pub(super) fn duration(ns: u64) -> String {
    let (unit, word) = match ns {
        0..1_000 => (1.0, "ns"),
        1_000..1_000_000 => (1e3, "µs"),
        1_000_000..1_000_000_000 => (1e6, "ms"),
        1_000_000_000..120_000_000_000 => (1e9, "s"),
        120_000_000_000..7_200_000_000_000 => (60e9, "min"),
        _ => (3_600e9, "h"),
    };
    let value = ns as f64 / unit;
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.digits$}");
    let short = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{short} {word}")
}

/// So many in a time, as people read it.
pub(super) fn rate(count: u64, ns: u64) -> String {
    if ns == 0 {
        return String::new();
    }
    let rate = count as f64 * 1e9 / ns as f64;
    let digits = if rate >= 100.0 {
        0
    } else if rate >= 10.0 {
        1
    } else {
        2
    };
    format!("{rate:.digits$}/s")
}

/// The class that marks kinds of message.
pub(super) fn kind_sentence(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Event => "a fact; any number of consumers",
        MessageKind::Command => "a request to do something; one handler",
        MessageKind::Query => "a request for information; one responder",
        MessageKind::Reply => "the answer to a command or a query",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let table = [
            (0, "0 ns"),
            (999, "999 ns"),
            (10_000_000, "10 ms"),
            (29_700_000_000, "29.7 s"),
            (530_000_000, "530 ms"),
            (1_234_567, "1.23 ms"),
            (130_000_000_000, "2.17 min"),
            (7_200_000_000_000, "2 h"),
        ];
        for (ns, text) in table {
            assert_eq!(duration(ns), text);
        }
    }

    #[test]
    fn rates_have_three_digits() {
        assert_eq!(rate(1_234, 1_000_000_000), "1234/s");
        assert_eq!(rate(120, 130_000_000_000), "0.92/s");
        assert_eq!(rate(1, 0), "");
    }
}
