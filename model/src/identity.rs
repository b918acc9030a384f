//! Which thing of a design is which of another version of it: by stable key, by name, or because
//! it is almost the same; and which item of a list is which of its changed version.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::edit::Edit;
use crate::finding::Place;
use crate::name::{EdgeName, free_name};
use crate::tree::Tree;

mod likeness;
mod lists;

pub(crate) use lists::{has_order, identity, is_ascending, origins};

/// A thing that has another name in another version of its design.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renaming {
    /// The thing, under its old name.
    pub place: Place,
    /// Its new name.
    pub to: String,
    /// Whether a stable key says so; else it is almost the same and stands in the same place.
    pub is_certain: bool,
}

/// The kinds of things that have names, in the order in which they are compared: the likeness of
/// nodes looks at messages and contexts.
const KINDS: [Kind; 6] =
    [Kind::Context, Kind::Message, Kind::Preset, Kind::Node, Kind::Promise, Kind::Scenario];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Context,
    Message,
    Preset,
    Node,
    Promise,
    Scenario,
}

/// A thing with a name.
struct Thing {
    name: String,
    key: String,
}

impl Kind {
    fn place(self, name: &str) -> Place {
        let name = name.to_owned();
        match self {
            Kind::Context => Place::Context(name),
            Kind::Message => Place::Message(name),
            Kind::Preset => Place::Preset(name),
            Kind::Node => Place::Node(name),
            Kind::Promise => Place::Promise(name),
            Kind::Scenario => Place::Scenario(name),
        }
    }

    fn things(self, design: &Design) -> Vec<Thing> {
        let thing = |name: &String, key: &str| Thing { name: name.clone(), key: key.to_owned() };
        match self {
            Kind::Context => design.contexts.iter().map(|it| thing(&it.name, &it.name)).collect(),
            Kind::Message => {
                design.messages.iter().map(|it| thing(&it.name, it.stable_key())).collect()
            }
            Kind::Preset => design.presets.iter().map(|it| thing(&it.name, &it.name)).collect(),
            Kind::Node => design.nodes.iter().map(|it| thing(&it.name, it.stable_key())).collect(),
            Kind::Promise => design.promises.iter().map(|it| thing(&it.name, &it.name)).collect(),
            Kind::Scenario => design.scenarios.iter().map(|it| thing(&it.name, &it.name)).collect(),
        }
    }

    /// What gives the thing another name, everywhere.
    fn edit(self, design: &Design, from: &str, to: &str) -> Option<Edit> {
        let (old, name) = (from.to_owned(), to.to_owned());
        Some(match self {
            Kind::Context => {
                let mut thing = (**design.contexts.iter().find(|it| it.name == from)?).clone();
                thing.name = name;
                Edit::PutContext(Some(old), thing)
            }
            Kind::Message => {
                let mut thing = (**design.message(from)?).clone();
                thing.name = name;
                Edit::PutMessage(old, thing)
            }
            Kind::Preset => {
                let mut thing = (**design.presets.iter().find(|it| it.name == from)?).clone();
                thing.name = name;
                Edit::PutPreset(Some(old), thing)
            }
            Kind::Node => {
                let mut thing = (**design.node(from)?).clone();
                thing.name = name;
                Edit::PutNode(old, thing)
            }
            Kind::Promise => {
                let mut thing = design.promises.iter().find(|it| it.name == from)?.clone();
                thing.name = name;
                Edit::PutPromise(Some(old), thing)
            }
            Kind::Scenario => {
                let mut thing = (**design.scenario(Some(from))?).clone();
                thing.name = name;
                Edit::PutScenario(Some(old), thing)
            }
        })
    }
}

/// The old design with the names of the new one, and what has another name there.
pub(crate) fn renamed(old: &Design, new: &Design) -> (Design, Vec<Renaming>) {
    let mut named = old.clone();
    let mut found = Vec::new();
    for kind in KINDS {
        let pairs = pairs(kind, &named, new);
        let (after, done) = with_names(&named, kind, pairs);
        named = after;
        found.extend(done);
    }
    (named, found)
}

/// The design with other names for some of its things; those that cannot have them keep theirs.
pub(crate) fn with_renamings(design: &Design, renamings: &[Renaming]) -> Design {
    let mut named = design.clone();
    for kind in KINDS {
        let of_kind = |it: &&Renaming| kind.place(name_of(&it.place)) == it.place;
        let pairs = renamings.iter().filter(of_kind);
        let pairs = pairs.map(|it| (name_of(&it.place).to_owned(), it.to.clone(), it.is_certain));
        named = with_names(&named, kind, pairs.collect()).0;
    }
    named
}

/// The name in a place that has one.
pub(crate) fn name_of(place: &Place) -> &str {
    match place {
        Place::Context(name)
        | Place::Message(name)
        | Place::Node(name)
        | Place::Promise(name)
        | Place::Scenario(name)
        | Place::Preset(name) => name,
        Place::Edge(_) | Place::Design => "",
    }
}

/// The same place under another name.
pub(crate) fn with_name(place: &Place, name: &str) -> Place {
    match place {
        Place::Context(_) => Kind::Context.place(name),
        Place::Message(_) => Kind::Message.place(name),
        Place::Node(_) => Kind::Node.place(name),
        Place::Promise(_) => Kind::Promise.place(name),
        Place::Scenario(_) => Kind::Scenario.place(name),
        Place::Preset(_) => Kind::Preset.place(name),
        Place::Edge(_) | Place::Design => place.clone(),
    }
}

/// What an item of a list of the design is, by the name of the list; nothing if that is no list of
/// things.
pub(crate) fn place_of(list: &str, item: &Tree) -> Option<Place> {
    let says = |field: &str| item.says(field).unwrap_or_default().to_owned();
    Some(match list {
        "contexts" => Place::Context(says("name")),
        "presets" => Place::Preset(says("name")),
        "messages" => Place::Message(says("name")),
        "nodes" => Place::Node(says("name")),
        "edges" => Place::Edge(EdgeName::new(says("from"), says("to"))),
        "promises" => Place::Promise(says("name")),
        "scenarios" => Place::Scenario(says("name")),
        _ => return None,
    })
}

/// A thing's old name, its new one, and whether that is certain.
type Pair = (String, String, bool);

/// The things of a kind that have another name.
fn pairs(kind: Kind, old: &Design, new: &Design) -> Vec<Pair> {
    let (before, after) = (kind.things(old), kind.things(new));
    let mut by_key: BTreeMap<&str, &Thing> = BTreeMap::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for thing in &after {
        by_key.entry(&thing.key).or_insert(thing);
        names.insert(&thing.name);
    }
    let mut pairs: Vec<Pair> = Vec::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut left = Vec::new();
    for thing in &before {
        match by_key.get(thing.key.as_str()) {
            Some(same) => {
                taken.insert(&same.name);
                if same.name != thing.name {
                    pairs.push((thing.name.clone(), same.name.clone(), true));
                }
            }
            None if names.contains(thing.name.as_str()) => {
                taken.insert(&thing.name);
            }
            None => left.push(thing.name.as_str()),
        }
    }
    let free: Vec<&str> =
        after.iter().map(|it| it.name.as_str()).filter(|name| !taken.contains(name)).collect();
    let place = |name: &&str| kind.place(name);
    let (left_places, free_places): (Vec<Place>, Vec<Place>) =
        (left.iter().map(place).collect(), free.iter().map(place).collect());
    for (from, to) in likeness::alike((old, &left_places), (new, &free_places)) {
        pairs.push((left[from].to_owned(), free[to].to_owned(), false));
    }
    pairs
}

/// Carries new names everywhere. Names that change places go over names that nobody has.
fn with_names(design: &Design, kind: Kind, pairs: Vec<Pair>) -> (Design, Vec<Renaming>) {
    let names: BTreeSet<String> = kind.things(design).into_iter().map(|it| it.name).collect();
    let goes_over = pairs.iter().any(|(_, to, _)| names.contains(to));
    let mut named = design.clone();
    let mut done = Vec::new();
    let mut steps = Vec::new();
    for (from, to, is_certain) in pairs {
        let between = if goes_over {
            let between = free_name(&format!("{to}-renamed"), |it| names.contains(it));
            if !apply(&mut named, kind, &from, &between) {
                continue;
            }
            between
        } else {
            from.clone()
        };
        steps.push((from, between, to, is_certain));
    }
    for (from, between, to, is_certain) in steps {
        if apply(&mut named, kind, &between, &to) {
            done.push(Renaming { place: kind.place(&from), to, is_certain });
        } else if between != from {
            apply(&mut named, kind, &between, &from);
        }
    }
    (named, done)
}

fn apply(design: &mut Design, kind: Kind, from: &str, to: &str) -> bool {
    let edit = kind.edit(design, from, to);
    match edit.and_then(|edit| edit.apply(design).ok()) {
        Some(after) => {
            *design = after;
            true
        }
        None => false,
    }
}

/// The things of a design as trees, by place; edges included.
pub(crate) fn tree_of(design: &Design, place: &Place) -> Option<Tree> {
    Some(match place {
        Place::Design => Tree::of(&design.info),
        Place::Context(name) => Tree::of(design.contexts.iter().find(|it| it.name == *name)?),
        Place::Message(name) => Tree::of(design.message(name)?),
        Place::Node(name) => Tree::of(design.node(name)?),
        Place::Edge(name) => Tree::of(design.edge(name)?),
        Place::Promise(name) => Tree::of(design.promises.iter().find(|it| it.name == *name)?),
        Place::Scenario(name) => Tree::of(design.scenario(Some(name))?),
        Place::Preset(name) => Tree::of(design.presets.iter().find(|it| it.name == *name)?),
    })
}

#[cfg(test)]
mod tests;
