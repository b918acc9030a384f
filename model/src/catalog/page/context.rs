//! A bounded context: what belongs to it, and what crosses its border.

use maud::{Markup, html};

use super::head;
use super::lists::node_row;
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::{diagram, parts};
use crate::edge::Edge;
use crate::node::Node;

pub(super) fn content(book: &Book<'_>, name: &str) -> Markup {
    let page = Page::Context(name);
    let design = book.source.design;
    let is_in = |it: &Node| it.context.as_deref() == Some(name);
    let members: Vec<&Node> = design.nodes.iter().map(|it| &**it).filter(|it| is_in(it)).collect();
    let names = members.iter().map(|it| it.name.as_str()).collect();
    let rows: Vec<Markup> = members.iter().map(|it| node_row(book, page, it)).collect();
    let headings = ["Node", "What it does", "What it is", "Context", "Owner"];
    html! {
        (head("Bounded context", name, book.context(name).unwrap_or_default(), &[]))
        (diagram::around(book, page, &names, &format!("What belongs to {name}")))
        @if rows.is_empty() { p.muted { "Nothing belongs to it yet." } }
        (parts::section("What belongs to it", &parts::table("Nodes", &headings, &rows)))
        (parts::section("What crosses its border", &crossings(book, page, name)))
        (parts::section("Findings", &parts::findings(book.findings_on(page))))
    }
}

fn crossings(book: &Book<'_>, page: Page<'_>, name: &str) -> Markup {
    let context = |node: &str| book.node(node).and_then(|it| it.context.as_deref());
    let crosses = |edge: &Edge| {
        let (from, to) = (context(&edge.from), context(&edge.to));
        from != to && (from == Some(name) || to == Some(name))
    };
    let row = |edge: &Edge| {
        let messages = book.messages_on(edge).iter().copied();
        let translation = edge.contract.translation.map(|it| it.title());
        html! { tr {
            td { (parts::node_link(book, page, &edge.from)) p.muted { (context(&edge.from).unwrap_or("no context")) } }
            td { (parts::node_link(book, page, &edge.to)) p.muted { (context(&edge.to).unwrap_or("no context")) } }
            td { (parts::links(messages, |name| parts::message_link(book, page, name))) }
            td { @match translation { Some(title) => (title), None => span.muted { "not said" } } }
        } }
    };
    let edges = book.source.design.edges.iter().map(|it| &**it);
    let rows: Vec<Markup> = edges.filter(|edge| crosses(edge)).map(row).collect();
    parts::table("Crossings", &["From", "To", "Messages", "Translation"], &rows)
}
