//! Where the files of a design belong in a catalog that is there: a resource stays where somebody
//! has put it, whatever its folder is called.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reading::{self, Collection, Resource, Shelf};
use super::{Content, File, Source, marked};

/// A file that cannot be written, and why.
pub type Refused = (String, marked::Complaint);

/// The texts to write into a catalog, by path.
///
/// # Errors
/// If the properties of a file that is there cannot be read: then nothing should be written.
pub(super) fn place(
    files: Vec<File>,
    there: &[Source],
) -> Result<BTreeMap<String, String>, Refused> {
    let shelf = reading::read(reading::pairs(there));
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for mut file in files {
        let wanted = file.path.clone();
        let existing = known(&shelf, &file);
        leave_out(&mut file, &shelf);
        file.path = match (&existing, reading::folder(&wanted)) {
            (Some(it), folder) if it.is_current => {
                folders.insert(folder.to_owned(), it.folder.clone());
                it.path.clone()
            }
            (_, _) => moved(&folders, &wanted),
        };
        let before = existing.map(|it| it.text).or_else(|| {
            let text = shelf.texts.get(file.path.as_str())?;
            Some((*text).to_owned())
        });
        let text = file.text(before.as_deref()).map_err(|error| (file.path.clone(), error))?;
        texts.insert(file.path, text);
    }
    Ok(texts)
}

/// Properties that point to what a design has no word for.
const ELSEWHERE: &[&str] = &[
    "agents",
    "containers",
    "data-products",
    "diagrams",
    "entities",
    "flows",
    "readsFrom",
    "systems",
    "writesTo",
];

/// Leaves out pointers that lead nowhere: in a folder of its own a catalog has no such things. And
/// a domain does not list a service that stands in one of its systems, which does.
pub(super) fn leave_out(file: &mut File, shelf: &Shelf<'_>) {
    let is_domain = reading::collection(&file.path).is_some_and(|it| it.0 == Collection::Domain);
    let Content::Resource { front, .. } = &mut file.content else { return };
    if is_domain && let Some(Value::Array(items)) = front.get_mut("services") {
        let inside: BTreeSet<&str> = shelf
            .of(Collection::Service)
            .filter(|it| it.path.contains("systems/"))
            .map(|it| it.id.as_str())
            .collect();
        items.retain(|item| !item["id"].as_str().is_some_and(|id| inside.contains(id)));
        if items.is_empty() {
            front.remove("services");
        }
    }
    for key in ELSEWHERE {
        let Some(Value::Array(items)) = front.get_mut(*key) else { continue };
        items.retain(|item| {
            let id = item.get("id").and_then(Value::as_str);
            id.is_some_and(|id| shelf.resources.iter().any(|it| it.id == id))
        });
        if items.is_empty() {
            front.remove(*key);
        }
    }
}

/// What is there of a resource.
struct Known {
    path: String,
    folder: String,
    text: String,
    /// Whether the file is the place for it.
    is_current: bool,
}

/// The file that says it now: of this version, or else of another, whose text it takes over.
fn known(shelf: &Shelf<'_>, file: &File) -> Option<Known> {
    let Content::Resource { front, .. } = &file.content else { return None };
    let (collection, is_older) = reading::collection(&file.path)?;
    let said = |key: &str| front.get(key).and_then(|it| it.as_str()).unwrap_or_default();
    let is_same = |it: &&Resource| it.collection == collection && it.id == said("id");
    let mut same = shelf.resources.iter().filter(is_same);
    let exact = same.clone().find(|it| it.version == said("version"));
    let current = same.find(|it| !it.is_older);
    let (place, text) = match is_older {
        true => (exact.filter(|it| it.is_older), exact?),
        false => (current, exact.or(current)?),
    };
    let place = place.map_or("", |it| it.path.as_str());
    Some(Known {
        path: place.to_owned(),
        folder: reading::folder(place).to_owned(),
        text: (*shelf.texts.get(text.path.as_str())?).to_owned(),
        is_current: !place.is_empty(),
    })
}

/// The path below the nearest folder that stands elsewhere.
fn moved(folders: &BTreeMap<String, String>, wanted: &str) -> String {
    let around = folders.iter().filter(|(from, _)| wanted.starts_with(from.as_str()));
    let nearest = around.filter(|(from, _)| !from.is_empty()).max_by_key(|(from, _)| from.len());
    nearest.map_or(wanted.to_owned(), |(from, to)| format!("{to}{}", &wanted[from.len()..]))
}
