//! Pictures of a design, or of what belongs to one thing in it.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};

use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::design::Design;
use crate::formats::svg;
use crate::layout;
use crate::node::Role;

/// Nodes in a picture at most: more cannot be read.
const NODES: usize = 120;

/// The picture of the whole design, as it stands on the canvas.
pub(super) fn whole(book: &Book<'_>, page: Page<'_>) -> Markup {
    let design = book.source.design;
    drawn(book, page, design, "The whole design")
}

/// The picture of some nodes and what connects them, in a layout of its own.
pub(super) fn around(
    book: &Book<'_>,
    page: Page<'_>,
    names: &BTreeSet<&str>,
    about: &str,
) -> Markup {
    let part = book.part(names);
    drawn(book, page, &part, about)
}

fn drawn(book: &Book<'_>, page: Page<'_>, design: &Design, about: &str) -> Markup {
    if design.nodes.is_empty() {
        return Markup::default();
    }
    if design.nodes.len() > NODES {
        let count = design.nodes.len();
        return html! {
            p.muted { "No picture: " (count) " nodes are too many to read. Each has a page of its own." }
        };
    }
    let link = |name: &str| Some(book.addresses.link(page, book.page_of_node(name)?));
    let picture = svg::part_of_page(design, &layout::positions(design), about, &link);
    html! { div.picture tabindex="0" role="region" aria-label=(about) { (PreEscaped(picture)) } }
}

/// A node with its neighbors: the channels it has to do with, and who is behind them.
pub(super) fn neighbors<'a>(book: &Book<'a>, name: &'a str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::from([name]);
    let is_channel =
        |name: &str| book.node(name).is_some_and(|node| matches!(node.role, Role::Channel(_)));
    let near = |name: &str| -> Vec<&'a str> {
        let edges = book.edges_of(name);
        edges.flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect()
    };
    let direct = near(name);
    for other in &direct {
        names.insert(other);
        if !is_channel(name) && is_channel(other) {
            names.extend(near(other));
        }
    }
    let dead = book.edges_of(name).filter_map(|edge| edge.contract.dead_letter.as_deref());
    names.extend(dead.filter(|it| book.node(it).is_some()));
    names
}
