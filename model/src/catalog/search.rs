//! The index that the search of a catalog looks through.

use serde::Serialize;

use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::node::Role;
use crate::schema;

#[derive(Serialize)]
struct Entry<'a> {
    title: &'a str,
    kind: &'a str,
    summary: &'a str,
    url: String,
    /// More words to be found by.
    text: String,
}

/// A script that only holds the index. What people wrote cannot end it.
pub(super) fn script(book: &Book<'_>) -> String {
    let entries: Vec<Entry<'_>> =
        book.addresses.pages().filter_map(|page| entry(book, page)).collect();
    let json = serde_json::to_string(&entries).unwrap_or_default();
    let safe =
        json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    format!("window.flowbenchIndex = {safe};\n")
}

fn entry<'a>(book: &Book<'a>, page: Page<'a>) -> Option<Entry<'a>> {
    let url = book.addresses.link_at_root(page);
    let entry = |title, kind, summary, text| Some(Entry { title, kind, summary, url, text });
    match page {
        Page::Message(name) => {
            let message = book.message(name)?;
            let versions = message.versions.iter();
            let fields: Vec<String> = versions
                .filter_map(|version| {
                    let text = schema::text(&version.schema, book.source.schemas)?;
                    schema::Checker::new(version.schema.language(), text)
                        .ok()?
                        .parsed()
                        .properties()
                })
                .flatten()
                .collect();
            let owner = message.owner.clone().unwrap_or_default();
            entry(
                name,
                message.kind.word(),
                &message.summary,
                format!("{owner} {}", fields.join(" ")),
            )
        }
        Page::Service(name) | Page::Channel(name) => {
            let node = book.node(name)?;
            let mut words = node.tags.clone();
            words.extend(node.owner.clone());
            words.extend(node.context.clone());
            if let Role::Channel(channel) = &node.role {
                words.extend(channel.preset.clone());
            }
            entry(name, node.role.word(), &node.summary, words.join(" "))
        }
        Page::Context(name) => entry(name, "bounded context", book.context(name)?, String::new()),
        Page::Scenario(name) => {
            entry(name, "scenario", &book.scenario(name)?.summary, String::new())
        }
        Page::Overview | Page::Messages | Page::Services | Page::Channels | Page::Findings => None,
    }
}
