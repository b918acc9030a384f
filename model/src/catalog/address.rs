//! Where the pages of a catalog are.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::node::Role;

/// A page of a catalog.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Page<'a> {
    /// What the design is.
    Overview,
    /// All messages.
    Messages,
    /// All producers and consumers.
    Services,
    /// All channels.
    Channels,
    /// What the rules say.
    Findings,
    /// A message, by name.
    Message(&'a str),
    /// A producer or consumer, by name.
    Service(&'a str),
    /// A channel, by name.
    Channel(&'a str),
    /// A bounded context, by name.
    Context(&'a str),
    /// A scenario, by name.
    Scenario(&'a str),
}

/// Whether pages are files, or parts of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Folder,
    Single,
}

/// The address of every page.
#[derive(Debug)]
pub(super) struct Addresses<'a> {
    form: Form,
    /// Path without ending, by page.
    paths: BTreeMap<Page<'a>, String>,
}

/// Names that no file may have on some systems, whatever its ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];
/// Letters of a name in an address at most.
const LETTERS: usize = 80;

impl<'a> Addresses<'a> {
    pub(super) fn new(design: &'a Design, form: Form) -> Addresses<'a> {
        let mut paths = BTreeMap::from([
            (Page::Overview, "index".to_owned()),
            (Page::Messages, "messages/index".to_owned()),
            (Page::Services, "services/index".to_owned()),
            (Page::Channels, "channels/index".to_owned()),
            (Page::Findings, "findings".to_owned()),
        ]);
        let mut taken = BTreeSet::from(["messages/index", "services/index", "channels/index"])
            .into_iter()
            .map(str::to_owned)
            .collect();
        let nodes = design.nodes.iter().map(|node| match node.role {
            Role::Channel(_) => Page::Channel(&node.name),
            Role::Producer(_) | Role::Consumer(_) => Page::Service(&node.name),
        });
        let pages = design
            .messages
            .iter()
            .map(|it| Page::Message(&it.name))
            .chain(nodes)
            .chain(design.contexts.iter().map(|it| Page::Context(&it.name)))
            .chain(design.scenarios.iter().map(|it| Page::Scenario(&it.name)));
        for page in pages {
            paths.entry(page).or_insert_with(|| free_path(page, &mut taken));
        }
        Addresses { form, paths }
    }

    /// All pages, in an order that depends on names alone.
    pub(super) fn pages(&self) -> impl Iterator<Item = Page<'a>> {
        self.paths.keys().copied()
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    pub(super) fn has(&self, page: Page<'_>) -> bool {
        self.paths.contains_key(&page)
    }

    /// The path without ending, which is also what a page is called in one file.
    pub(super) fn id<'b>(&'b self, page: Page<'b>) -> &'b str {
        self.paths.get(&page).map_or("index", String::as_str)
    }

    /// The file of a page.
    pub(super) fn file(&self, page: Page<'_>) -> String {
        format!("{}.html", self.id(page))
    }

    /// What to put before the path of a file in a page.
    pub(super) fn root(&self, page: Page<'_>) -> String {
        "../".repeat(self.id(page).matches('/').count())
    }

    /// The address of a page, as seen from the root.
    pub(super) fn link_at_root(&self, to: Page<'_>) -> String {
        match self.form {
            Form::Folder => self.file(to),
            Form::Single => format!("#{}", self.id(to)),
        }
    }

    /// The address of a page, as seen from another.
    pub(super) fn link(&self, from: Page<'_>, to: Page<'_>) -> String {
        match self.form {
            Form::Folder => self.root(from) + &self.file(to),
            Form::Single => self.link_at_root(to),
        }
    }
}

fn free_path(page: Page<'_>, taken: &mut BTreeSet<String>) -> String {
    let (folder, name) = match page {
        Page::Message(name) => ("messages", name),
        Page::Service(name) => ("services", name),
        Page::Channel(name) => ("channels", name),
        Page::Context(name) => ("contexts", name),
        Page::Scenario(name) => ("scenarios", name),
        Page::Overview | Page::Messages | Page::Services | Page::Channels | Page::Findings => {
            ("", "index")
        }
    };
    let plain = format!("{folder}/{}", slug(name));
    let mut path = plain.clone();
    let mut number = 2;
    while !taken.insert(path.clone()) {
        path = format!("{plain}-{number}");
        number += 1;
    }
    path
}

/// A name as a part of an address: small letters and digits, words between hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut was_small = false;
    for letter in name.chars() {
        if slug.len() >= LETTERS {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            if letter.is_ascii_uppercase() && was_small {
                slug.push('-');
            }
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        was_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || RESERVED.contains(&slug) {
        format!("{slug}-page")
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_addresses_that_every_system_takes() {
        assert_eq!(slug("OrderPlaced"), "order-placed");
        assert_eq!(slug("ffc-pay-event"), "ffc-pay-event");
        assert_eq!(slug("orders.{region}/eu v2"), "orders-region-eu-v2");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("CON"), "con-page");
        assert_eq!(slug("注文"), "-page");
        assert!(slug(&"x".repeat(500)).len() <= LETTERS);
    }
}
