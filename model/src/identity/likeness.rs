//! Things that are almost the same although they share no key: a channel that somebody renamed by
//! hand still has its neighbors, a message its schema.

use std::collections::BTreeSet;

use super::tree_of;
use crate::design::Design;
use crate::edge::Edge;
use crate::finding::Place;
use crate::tree::Tree;

/// The share of what two things say that has to be the same.
const ALIKE: f64 = 0.6;
/// What two things have to share at least: whoever says nothing is like everything.
const LEAST: usize = 2;
/// Pairs that are compared at most.
const PAIRS: usize = 1_000_000;

/// What a thing says, one part each: a path and a value.
type Leaves = BTreeSet<String>;

/// Pairs of things that are alike, as places in the two lists: the most alike first, nothing twice.
pub(super) fn alike(
    (old, before): (&Design, &[Place]),
    (new, after): (&Design, &[Place]),
) -> Vec<(usize, usize)> {
    if before.len().saturating_mul(after.len()) > PAIRS {
        return Vec::new();
    }
    let leaves = |design: &Design, places: &[Place]| -> Vec<Leaves> {
        places.iter().map(|place| leaves_of(design, place)).collect()
    };
    let (before, after) = (leaves(old, before), leaves(new, after));
    let mut scores = Vec::new();
    for (from, one) in before.iter().enumerate() {
        for (to, other) in after.iter().enumerate() {
            let common = one.intersection(other).count();
            let score = 2.0 * common as f64 / (one.len() + other.len()) as f64;
            if common >= LEAST && score >= ALIKE && role(one) == role(other) {
                scores.push((score, from, to));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut gone, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, from, to) in scores {
        if !gone.contains(&from) && !taken.contains(&to) {
            gone.insert(from);
            taken.insert(to);
            pairs.push((from, to));
        }
    }
    pairs
}

/// What no two things may differ in.
fn role(leaves: &Leaves) -> Vec<&String> {
    leaves.iter().filter(|leaf| leaf.starts_with("role=") || leaf.starts_with("kind=")).collect()
}

fn leaves_of(design: &Design, place: &Place) -> Leaves {
    let mut leaves = Leaves::new();
    if let Some(tree) = tree_of(design, place) {
        collect(&tree, "", &mut leaves);
    }
    match place {
        Place::Node(name) => {
            for edge in &design.edges {
                leaves.extend(connection(edge, name));
            }
        }
        Place::Context(name) => {
            let members = design.nodes.iter().filter(|it| it.context.as_ref() == Some(name));
            leaves.extend(members.map(|node| format!("member={}", node.name)));
        }
        Place::Message(name) => {
            let carrying = design.edges.iter().filter(|edge| {
                edge.contract.messages.iter().any(|reference| reference.name == *name)
            });
            leaves.extend(carrying.map(|edge| format!("edge={}", edge.name())));
        }
        Place::Design
        | Place::Edge(_)
        | Place::Promise(_)
        | Place::Scenario(_)
        | Place::Preset(_) => {}
    }
    leaves
}

/// What an edge says about a node at one of its ends.
fn connection(edge: &Edge, name: &str) -> Vec<String> {
    let (kind, mut said) = (edge.kind.word(), Vec::new());
    if edge.from == name {
        said.push(format!("{kind} to={}", edge.to));
    }
    if edge.to == name {
        said.push(format!("{kind} from={}", edge.from));
    }
    said
}

/// The values of a tree with their paths, but for the name and the key of the whole.
fn collect(tree: &Tree, path: &str, leaves: &mut Leaves) {
    let inner = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match tree {
        Tree::Plain(word) => {
            leaves.insert(format!("{path}={word}"));
        }
        Tree::Text(text) => match Tree::inside(text) {
            Some(tree) => collect(&tree, path, leaves),
            None => {
                leaves.insert(format!("{path}={text}"));
            }
        },
        Tree::Struct { name, fields } => {
            if !name.is_empty() {
                leaves.insert(format!("{path}={name}"));
            }
            let is_naming = |field: &str| path.is_empty() && ["name", "key"].contains(&field);
            for (field, value) in fields.iter().filter(|(field, _)| !is_naming(field)) {
                collect(value, &inner(field), leaves);
            }
        }
        Tree::Tuple { name, items } => {
            leaves.insert(format!("{path}={name}"));
            for (index, item) in items.iter().enumerate() {
                collect(item, &inner(&index.to_string()), leaves);
            }
        }
        // An item that moves stays the same.
        Tree::List(items) => items.iter().for_each(|item| collect(item, &inner("[]"), leaves)),
        Tree::Map(fields) => {
            fields.iter().for_each(|(key, value)| collect(value, &inner(key), leaves));
        }
    }
}
