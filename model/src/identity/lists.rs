//! Which item of a list is which item of its changed version.

use std::collections::BTreeMap;

use crate::message::MessageRef;
use crate::tree::Tree;

/// Lists whose order means nothing.
const UNORDERED: [&str; 20] = [
    "contexts",
    "presets",
    "messages",
    "nodes",
    "edges",
    "promises",
    "scenarios",
    "owners",
    "tags",
    "links",
    "versions",
    "workload",
    "faults",
    "actions",
    "breaks",
    "examples",
    "dead_letters",
    "limit_counts",
    "uses",
    "from",
];
/// The same in a JSON Schema.
const UNORDERED_IN_JSON: [&str; 7] =
    ["required", "enum", "type", "examples", "allOf", "anyOf", "oneOf"];
/// Whether the order of a list means something, by its name.
pub(crate) fn has_order(list: &str, is_json: bool) -> bool {
    let unordered: &[&str] = if is_json { &UNORDERED_IN_JSON } else { &UNORDERED };
    !unordered.contains(&list)
}

/// For each new item the old one it comes from, if any; no old one is used twice. Items with the
/// same identity belong together; of the others, those that stand between the same neighbors and
/// are much alike.
pub(crate) fn origins(old: &[Tree], new: &[Tree]) -> Vec<Option<usize>> {
    let mut by_identity = BTreeMap::new();
    for (index, identity) in counted(old).into_iter().enumerate() {
        by_identity.insert(identity, index);
    }
    let mut origins: Vec<Option<usize>> =
        counted(new).into_iter().map(|identity| by_identity.remove(&identity)).collect();
    let mut left: Vec<usize> = by_identity.into_values().collect();
    left.sort_unstable();
    pair_alike(old, new, left, &mut origins);
    origins
}

/// Whether what stays keeps its order.
pub(crate) fn is_ascending(origins: &[Option<usize>]) -> bool {
    origins.iter().flatten().is_sorted()
}

/// What makes an item of a list itself: its name, the ends of an edge, the number of a version,
/// what a handler is for; else all that it says.
pub(crate) fn identity(item: &Tree) -> String {
    let of = |field: &str| Some(format!("{field} {}", item.says(field)?));
    let number = || Some(format!("number {}", item.field("number")?));
    let ends = || Some(format!("{} -> {}", item.says("from")?, item.says("to")?));
    let message = || Some(format!("message {}", unversioned(item.says("message")?)));
    match item {
        Tree::Text(text) => format!("text {}", unversioned(text)),
        Tree::Struct { .. } | Tree::Map(_) => of("name")
            .or_else(ends)
            .or_else(number)
            .or_else(|| of("set"))
            .or_else(|| of("on"))
            .or_else(message)
            .unwrap_or_else(|| item.to_string()),
        Tree::Plain(_) | Tree::Tuple { .. } | Tree::List(_) => item.to_string(),
    }
}

/// A message of another version is the same message.
fn unversioned(text: &str) -> String {
    match text.parse::<MessageRef>() {
        Ok(reference) => reference.name,
        Err(_) => text.to_owned(),
    }
}

/// Identities, told apart by a count where several are the same.
fn counted(items: &[Tree]) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |item: &Tree| {
        let identity = identity(item);
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        (identity, *count)
    };
    items.iter().map(numbered).collect()
}

fn pair_alike(old: &[Tree], new: &[Tree], left: Vec<usize>, origins: &mut [Option<usize>]) {
    let mut place_of_old = vec![None; old.len()];
    for (place, origin) in origins.iter().enumerate() {
        if let Some(old) = origin {
            place_of_old[*old] = Some(place);
        }
    }
    let mut waiting: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    let (mut before, mut done) = (None, 0);
    for index in left {
        before = place_of_old[done..index].iter().rev().find_map(|place| *place).or(before);
        done = index;
        waiting.entry(before).or_default().push(index);
    }
    let mut before = None;
    for (place, origin) in origins.iter_mut().enumerate() {
        if origin.is_some() {
            before = Some(place);
            continue;
        }
        let Some(candidates) = waiting.get_mut(&before) else { continue };
        let alike = candidates.iter().position(|index| is_alike(&old[*index], &new[place]));
        if let Some(alike) = alike {
            *origin = Some(candidates[alike]);
            // In order only: what was passed over is gone.
            candidates.drain(..=alike);
        }
    }
}

/// Whether one is the other with a few changes: at least half of the fields are equal.
fn is_alike(old: &Tree, new: &Tree) -> bool {
    match (old, new) {
        (Tree::Struct { name, fields }, Tree::Struct { name: other, fields: new }) => {
            let has_name = |fields: &[(String, Tree)]| fields.iter().any(|it| it.0 == "name");
            if has_name(fields) || has_name(new) {
                return false;
            }
            let equal = new.iter().filter(|field| fields.contains(field)).count();
            name == other && equal * 2 >= fields.len().max(new.len())
        }
        (Tree::Tuple { name, .. }, Tree::Tuple { name: other, .. }) => name == other,
        (Tree::Map(_), Tree::Map(_)) | (Tree::List(_), Tree::List(_)) => true,
        (Tree::Plain(_) | Tree::Text(_), Tree::Plain(_) | Tree::Text(_)) => true,
        _ => false,
    }
}
