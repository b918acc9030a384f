//! A folder of files as the resources of a catalog, wherever in it they stand.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Found, Source, split};
use crate::design::Position;
use crate::finding::{Finding, Place, Severity};
use crate::formats::marked::{self, Mark, Tree};

/// Kinds of resources.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Collection {
    Domain,
    Service,
    Channel,
    Event,
    Command,
    Query,
    Owner,
    /// What a design has no word for.
    Other(&'static str),
}

/// Names of folders, with what stands in them.
const FOLDERS: &[(&str, Collection)] = &[
    ("domains", Collection::Domain),
    ("subdomains", Collection::Domain),
    ("services", Collection::Service),
    ("channels", Collection::Channel),
    ("events", Collection::Event),
    ("commands", Collection::Command),
    ("queries", Collection::Query),
    ("systems", Collection::Other("systems")),
    ("flows", Collection::Other("flows")),
    ("entities", Collection::Other("entities")),
    ("containers", Collection::Other("containers")),
    ("agents", Collection::Other("agents")),
    ("diagrams", Collection::Other("diagrams")),
    ("adrs", Collection::Other("decision records")),
    ("data-products", Collection::Other("data products")),
    ("docs", Collection::Other("pages of documentation")),
];

/// A file with properties.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) path: String,
    pub(super) collection: Collection,
    pub(super) id: String,
    pub(super) version: String,
    pub(super) front: Arc<Tree>,
    pub(super) body: String,
    /// Whether it stands among older versions.
    pub(super) is_older: bool,
}

/// What a folder holds.
#[derive(Default, Debug)]
pub(super) struct Shelf<'a> {
    /// In the order of their paths.
    pub(super) resources: Vec<Resource>,
    /// Every text by its path.
    pub(super) texts: BTreeMap<&'a str, &'a str>,
    /// Where people have put things, by identity.
    pub(super) positions: BTreeMap<String, Position>,
    pub(super) found: Vec<Found>,
}

impl Resource {
    /// The folder that it stands in, with `/` at the end.
    pub(super) fn folder(&self) -> &str {
        folder(&self.path)
    }

    /// A property that is a text, or a number where one was meant to be a text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.front.get(key).and_then(|tree| text(tree))
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        self.text("name").unwrap_or_else(|| self.id.clone())
    }
}

/// A value as text: `1.0` without quotes is read as a number.
pub(super) fn text(tree: &Tree) -> Option<String> {
    match tree.value() {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text as a name can be.
pub(super) fn clean(text: &str) -> String {
    let visible = |it: char| match it {
        '#' | '@' => '_',
        it if it.is_control() => ' ',
        it => it,
    };
    let text: String = text.replace("->", "-").chars().map(visible).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "unnamed".to_owned() } else { text }
}

/// The folder of a path, with `/` at the end.
pub(super) fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// Reads what is there.
pub(super) fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Shelf<'a> {
    let mut shelf = Shelf { texts: files.into_iter().collect(), ..Shelf::default() };
    let texts = shelf.texts.clone();
    for (path, text) in texts {
        if let Some((collection, is_older)) = collection(path) {
            shelf.resource(path, text, collection, is_older);
        } else if path.starts_with("_data/visualizer-layouts/") {
            shelf.layout(text);
        }
    }
    shelf
}

/// The texts of files by their paths.
pub(super) fn pairs(files: &[Source]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|file| (file.path.as_str(), file.text.as_str()))
}

/// What a path says about its file, and whether it is an older version.
pub(super) fn collection(path: &str) -> Option<(Collection, bool)> {
    let steps: Vec<&str> = path.split('/').collect();
    let (file, mut folders) = steps.split_last()?;
    if let [first] = folders
        && ["teams", "users"].contains(first)
        && [".md", ".mdx"].iter().any(|it| file.ends_with(it))
    {
        return Some((Collection::Owner, false));
    }
    if !["index.md", "index.mdx"].contains(file) {
        return None;
    }
    let is_older = folders.len() > 2 && folders[folders.len() - 2] == "versioned";
    if is_older {
        folders = &folders[..folders.len() - 2];
    }
    let (_, above) = folders.split_last()?;
    let known = |folder: &&str| FOLDERS.iter().find(|it| it.0 == *folder);
    above.iter().rev().find_map(known).map(|it| (it.1, is_older))
}

impl Shelf<'_> {
    fn resource(&mut self, path: &str, text: &str, collection: Collection, is_older: bool) {
        let (front, body) = split(text);
        let front = match marked::read(front) {
            Ok(read) => read.tree,
            Err(complaint) => {
                let sentence = format!("its properties cannot be read: {}", complaint.sentence);
                let mark = below_fence(complaint.mark);
                return self.say(path, mark, ("not-understood", Severity::Error), sentence);
            }
        };
        let Some(id) = front.get("id").and_then(|it| self::text(it)).filter(|it| !it.is_empty())
        else {
            let sentence = "expected an `id` among its properties".to_owned();
            let mark = below_fence(front.mark);
            return self.say(path, mark, ("not-understood", Severity::Error), sentence);
        };
        let version = front.get("version").and_then(|it| self::text(it)).unwrap_or_default();
        self.resources.push(Resource {
            path: path.to_owned(),
            collection,
            id,
            version,
            front,
            body: body.to_owned(),
            is_older,
        });
    }

    /// Positions, each by an identity with its version behind it.
    fn layout(&mut self, text: &str) {
        let Ok(read) = marked::read(text) else { return };
        let Some(positions) = read.tree.get("positions") else { return };
        for entry in positions.entries() {
            let axis = |key: &str| {
                let number = entry.tree.get(key)?.value().as_f64()?;
                Some(number as f32).filter(|it| it.is_finite())
            };
            let id = entry.key.rsplit_once('-').map_or(entry.key.as_str(), |(id, _)| id);
            if let (Some(x), Some(y)) = (axis("x"), axis("y")) {
                self.positions.entry(id.to_owned()).or_insert(Position(x, y));
            }
        }
    }

    /// The resources of a collection, without older versions.
    pub(super) fn of(&self, collection: Collection) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |it| it.collection == collection && !it.is_older)
    }

    /// Says something about a place in a file.
    pub(super) fn say(
        &mut self,
        path: &str,
        mark: Mark,
        (code, severity): (&'static str, Severity),
        sentence: String,
    ) {
        let finding = Finding::new(code, severity, Place::Design, sentence);
        self.found.push(Found { path: path.to_owned(), mark, finding });
    }
}

/// A place among the properties as a place in the file, whose first line is a fence.
pub(super) fn below_fence(mark: Mark) -> Mark {
    Mark { line: mark.line + 1, column: mark.column }
}
