//! What is different in two trees, property by property.

use super::{Alteration, AlterationKind};
use crate::finding::Place;
use crate::identity::{has_order, identity, is_ascending, origins, place_of};
use crate::tree::Tree;

/// What a design says of itself and not of what it means.
const MEANINGLESS: [&str; 2] = ["format", "layout"];

/// What is different in two designs.
pub(super) fn designs(old: &Tree, new: &Tree, out: &mut Vec<Alteration>) {
    for field in names(fields_of(old), fields_of(new)) {
        let (before, after) = (old.field(field), new.field(field));
        if MEANINGLESS.contains(&field) || before == after {
            continue;
        }
        match place_of(field, &Tree::Text(String::new())) {
            Some(_) => things(field, (old.items(field), new.items(field)), out),
            None => {
                let property = if field == "info" { "" } else { field };
                let mut walk = Walk { place: &Place::Design, out };
                walk.values(&Spot::at(property), before, after);
            }
        }
    }
}

/// The named things of a list.
fn things(list: &str, (old, new): (&[Tree], &[Tree]), out: &mut Vec<Alteration>) {
    // Who has another name is found before; what is only like another thing is another one.
    let is_same = |(item, origin): (&Tree, Option<usize>)| {
        origin.filter(|index| identity(&old[*index]) == identity(item))
    };
    let origins: Vec<Option<usize>> = new.iter().zip(origins(old, new)).map(is_same).collect();
    for (index, item) in old.iter().enumerate() {
        if !origins.contains(&Some(index))
            && let Some(place) = place_of(list, item)
        {
            Walk { place: &place, out }.values(&Spot::at(""), Some(item), None);
        }
    }
    for (item, origin) in new.iter().zip(&origins) {
        let Some(place) = place_of(list, item) else { continue };
        let before = origin.map(|index| without_key(&old[index]));
        let after = without_key(item);
        Walk { place: &place, out }.values(&Spot::at(""), before.as_ref(), Some(&after));
    }
}

/// A thing without the key that only makes it the same as before.
fn without_key(thing: &Tree) -> Tree {
    let Tree::Struct { name, fields } = thing else { return thing.clone() };
    let fields = fields.iter().filter(|(field, _)| field != "key").cloned().collect();
    Tree::Struct { name: name.clone(), fields }
}

fn fields_of(tree: &Tree) -> &[(String, Tree)] {
    match tree {
        Tree::Struct { fields, .. } | Tree::Map(fields) => fields,
        Tree::Plain(_) | Tree::Text(_) | Tree::Tuple { .. } | Tree::List(_) => &[],
    }
}

/// The names of both: those of the new one in their order, then those that are gone.
fn names<'a>(old: &'a [(String, Tree)], new: &'a [(String, Tree)]) -> Vec<&'a str> {
    let mut names: Vec<&str> = new.iter().map(|(name, _)| name.as_str()).collect();
    let gone = old.iter().map(|(name, _)| name.as_str());
    names.extend(gone.filter(|name| !new.iter().any(|(other, _)| other == name)));
    names
}

/// Where in a thing the walk is.
#[derive(Clone, Debug)]
struct Spot {
    property: String,
    json_path: String,
    is_json: bool,
    /// The name of the nearest list or field.
    name: String,
}

impl Spot {
    fn at(property: &str) -> Spot {
        let (property, name) = (property.to_owned(), property.to_owned());
        Spot { property, json_path: String::new(), is_json: false, name }
    }

    fn inner(&self, name: &str) -> Spot {
        let mut spot = self.item(name);
        spot.name = name.to_owned();
        spot
    }

    /// A part without a name of its own.
    fn item(&self, name: &str) -> Spot {
        let mut spot = self.clone();
        if self.is_json {
            spot.json_path = format!("{}/{}", self.json_path, escaped(name));
        } else if self.property.is_empty() {
            spot.property = name.to_owned();
        } else if !(self.name == "schema" && name == "text") {
            spot.property = format!("{}.{name}", self.property);
        }
        spot
    }
}

/// A name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

struct Walk<'w> {
    place: &'w Place,
    out: &'w mut Vec<Alteration>,
}

impl Walk<'_> {
    fn say(&mut self, kind: AlterationKind, spot: &Spot, old: Option<&Tree>, new: Option<&Tree>) {
        self.out.push(Alteration {
            kind,
            place: self.place.clone(),
            property: spot.property.clone(),
            json_path: spot.json_path.clone(),
            old: old.cloned(),
            new: new.cloned(),
            harms: Vec::new(),
        });
    }

    fn values(&mut self, spot: &Spot, old: Option<&Tree>, new: Option<&Tree>) {
        let is_list = |tree: Option<&Tree>| matches!(tree, None | Some(Tree::List(_)));
        let none = Tree::Struct { name: String::new(), fields: Vec::new() };
        let (old, new) = match spot.name == "contract" {
            true => (old.or(Some(&none)), new.or(Some(&none))),
            false => (old, new),
        };
        match (old, new) {
            _ if old == new => {}
            _ if is_list(old) && is_list(new) => self.lists(spot, items(old), items(new)),
            (Some(old), Some(new)) => self.both(spot, old, new),
            (Some(_), None) => self.say(AlterationKind::Removed, spot, old, None),
            (None, _) => self.say(AlterationKind::Added, spot, None, new),
        }
    }

    fn both(&mut self, spot: &Spot, old: &Tree, new: &Tree) {
        match (old, new) {
            (Tree::Struct { name, fields }, Tree::Struct { name: other, fields: after })
                if name == other =>
            {
                self.fields(spot, fields, after);
            }
            (Tree::Map(fields), Tree::Map(after)) => self.fields(spot, fields, after),
            (Tree::Tuple { name, items }, Tree::Tuple { name: other, items: after })
                if name == other && items.len() == 1 && after.len() == 1 =>
            {
                self.values(spot, items.first(), after.first());
            }
            (Tree::Text(before), Tree::Text(after)) if !spot.is_json => {
                match (Tree::inside(before), Tree::inside(after)) {
                    (Some(before), Some(after)) => {
                        let spot = Spot { is_json: true, ..spot.clone() };
                        self.values(&spot, Some(&before), Some(&after));
                    }
                    _ => self.say(AlterationKind::Altered, spot, Some(old), Some(new)),
                }
            }
            _ => self.say(AlterationKind::Altered, spot, Some(old), Some(new)),
        }
    }

    fn fields(&mut self, spot: &Spot, old: &[(String, Tree)], new: &[(String, Tree)]) {
        let field = |fields: &[(String, Tree)], name: &str| {
            fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
        };
        for name in names(old, new) {
            let (before, after) = (field(old, name), field(new, name));
            self.values(&spot.inner(name), before.as_ref(), after.as_ref());
        }
    }

    fn lists(&mut self, spot: &Spot, old: &[Tree], new: &[Tree]) {
        let origins = origins(old, new);
        for (index, item) in old.iter().enumerate() {
            if !origins.contains(&Some(index)) {
                let spot = spot.item(&index.to_string());
                self.say(AlterationKind::Removed, &spot, Some(item), None);
            }
        }
        for (index, (item, origin)) in new.iter().zip(&origins).enumerate() {
            let before = origin.map(|index| &old[index]);
            let spot = spot.item(&index.to_string());
            match before {
                Some(before) => self.values(&spot, Some(before), Some(item)),
                None => self.say(AlterationKind::Added, &spot, None, Some(item)),
            }
        }
        if !is_ascending(&origins) && has_order(&spot.name, spot.is_json) {
            let (old, new) = (Tree::List(old.to_vec()), Tree::List(new.to_vec()));
            self.say(AlterationKind::Reordered, spot, Some(&old), Some(&new));
        }
    }
}

fn items(tree: Option<&Tree>) -> &[Tree] {
    match tree {
        Some(Tree::List(items)) => items,
        Some(
            Tree::Plain(_)
            | Tree::Text(_)
            | Tree::Struct { .. }
            | Tree::Tuple { .. }
            | Tree::Map(_),
        )
        | None => &[],
    }
}
