//! The event catalog: a design as web pages that stand in one folder, or all in one file. They need
//! no server and no network, and everything that people wrote is text in them, whatever it says.
//!
//! It is written for people and cannot be read back.

use crate::design::Design;
use crate::finding::Finding;
use crate::schema::Schemas;

mod address;
mod book;
mod diagram;
mod facts;
mod page;
mod parts;
mod prose;
mod schema_table;
mod search;
mod shell;

pub use facts::{BookFacts, DeadLetterFacts, Facts, PathFacts, PromiseFacts, SubscriptionFacts};

use address::{Form, Page};
use book::Book;

/// What a catalog is made of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its schema files.
    pub schemas: &'a Schemas,
    /// What the rules say about it.
    pub findings: &'a [Finding],
    /// What runs of its scenarios came to; scenarios without are described, not measured.
    pub facts: &'a [Facts],
}

/// A file of a catalog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where it belongs, relative to the folder of the catalog, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// What it cannot carry.
pub const LEAVES_OUT: &str = "what handlers do in detail (conditions, mappings, the fields of their \
    pattern), and what operators do in scenarios";

const STYLE: &str = include_str!("../../assets/catalog/catalog.css");
const SCRIPT: &str = include_str!("../../assets/catalog/catalog.js");

/// The catalog as a folder: `index.html`, a page for each message, node, context and scenario, and
/// what they share in `assets/`. Each file is handed over as soon as it is made, so that a large
/// catalog needs no memory but that of its largest page.
///
/// # Errors
/// Those of `keep`; then nothing more is made.
pub fn folder<E>(
    source: &Source<'_>,
    mut keep: impl FnMut(File) -> Result<(), E>,
) -> Result<(), E> {
    let book = Book::new(source, Form::Folder);
    for page in book.addresses.pages() {
        let text = shell::page(&book, page, &page::content(&book, page)).into_string();
        keep(File { path: book.addresses.file(page), text })?;
    }
    let assets = [
        ("assets/catalog.css", STYLE.to_owned()),
        ("assets/catalog.js", SCRIPT.to_owned()),
        ("assets/search.js", search::script(&book)),
    ];
    assets.into_iter().try_for_each(|(path, text)| keep(File { path: path.to_owned(), text }))
}

/// The catalog as one file.
#[must_use]
pub fn single_file(source: &Source<'_>) -> String {
    let book = Book::new(source, Form::Single);
    let articles: Vec<(Page<'_>, maud::Markup)> =
        book.addresses.pages().map(|page| (page, page::content(&book, page))).collect();
    shell::single(&book, &articles, STYLE, SCRIPT).into_string()
}

#[cfg(test)]
mod tests;
