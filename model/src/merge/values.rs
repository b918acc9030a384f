//! Three values in, one out: what only one side changed is changed, and what both did differently
//! is a conflict.

use super::{Conflict, lists};
use crate::finding::Place;
use crate::identity::{self, has_order};
use crate::tree::Tree;

/// Where in a design the merge is.
#[derive(Clone, Debug)]
struct Spot {
    place: Place,
    property: String,
    json_path: String,
    is_json: bool,
    /// The name of the nearest field.
    name: String,
    /// Whether it is the list of all things of a kind.
    is_family: bool,
    /// Whether nobody needs to know what both changed: where things stand means nothing.
    is_silent: bool,
}

impl Spot {
    fn root() -> Spot {
        Spot {
            place: Place::Design,
            property: String::new(),
            json_path: String::new(),
            is_json: false,
            name: String::new(),
            is_family: false,
            is_silent: false,
        }
    }

    fn field(&self, name: &str) -> Spot {
        let mut spot = self.part(name);
        name.clone_into(&mut spot.name);
        if self.place == Place::Design && self.property.is_empty() {
            spot.is_family = identity::place_of(name, &Tree::Text(String::new())).is_some();
            spot.is_silent = name == "layout";
        }
        spot
    }

    /// A part without a name of its own.
    fn part(&self, name: &str) -> Spot {
        let mut spot = Spot { is_family: false, ..self.clone() };
        if self.is_json {
            let name = name.replace('~', "~0").replace('/', "~1");
            spot.json_path = format!("{}/{name}", self.json_path);
        } else if self.property.is_empty() {
            name.clone_into(&mut spot.property);
        } else {
            spot.property = format!("{}.{name}", self.property);
        }
        spot
    }

    /// An item of a list.
    fn item(&self, item: &Tree, index: usize) -> Spot {
        match identity::place_of(&self.name, item).filter(|_| self.is_family) {
            Some(place) => Spot { place, ..Spot::root() },
            None => self.part(&index.to_string()),
        }
    }
}

/// Three designs in, one out.
pub(super) fn merged([base, ours, theirs]: [Tree; 3], conflicts: &mut Vec<Conflict>) -> Tree {
    let mut merging = Merging { conflicts };
    let value = merging.value(&Spot::root(), Some(&base), Some(&ours), Some(&theirs));
    value.unwrap_or(ours)
}

struct Merging<'m> {
    conflicts: &'m mut Vec<Conflict>,
}

impl Merging<'_> {
    /// What three values come to; nothing if it is gone.
    fn value(
        &mut self,
        spot: &Spot,
        base: Option<&Tree>,
        ours: Option<&Tree>,
        theirs: Option<&Tree>,
    ) -> Option<Tree> {
        if ours == theirs || base == theirs {
            return ours.cloned();
        }
        if base == ours {
            return theirs.cloned();
        }
        if let (Some(base), Some(ours), Some(theirs)) = (list(base), list(ours), list(theirs)) {
            return Some(Tree::List(self.lists(spot, [base, ours, theirs])));
        }
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => Some(self.both(spot, base, ours, theirs)),
            _ => self.conflict(spot, base, ours, theirs),
        }
    }

    fn lists(&mut self, spot: &Spot, sides: [&[Tree]; 3]) -> Vec<Tree> {
        if has_order(&spot.name, spot.is_json) && lists::is_disputed(sides) {
            let [base, ours, theirs] = sides.map(|it| Tree::List(it.to_vec()));
            self.conflict(spot, Some(&base), Some(&ours), Some(&theirs));
        }
        let merged = lists::items(sides).into_iter().filter_map(|item| {
            let lists::Item { index, base, ours, theirs } = item;
            let any = ours.or(theirs).or(base)?;
            self.value(&spot.item(any, index), base, ours, theirs)
        });
        merged.collect()
    }

    /// Ours counts.
    fn conflict(
        &mut self,
        spot: &Spot,
        base: Option<&Tree>,
        ours: Option<&Tree>,
        theirs: Option<&Tree>,
    ) -> Option<Tree> {
        if !spot.is_silent {
            self.conflicts.push(Conflict {
                place: spot.place.clone(),
                property: spot.property.clone(),
                json_path: spot.json_path.clone(),
                base: base.cloned(),
                ours: ours.cloned(),
                theirs: theirs.cloned(),
            });
        }
        ours.cloned()
    }

    fn both(&mut self, spot: &Spot, base: Option<&Tree>, ours: &Tree, theirs: &Tree) -> Tree {
        let sides = (ours, theirs);
        let merged = match sides {
            (Tree::Struct { name, fields }, Tree::Struct { name: other, fields: more })
                if name == other =>
            {
                let before = match base {
                    Some(Tree::Struct { name: before, fields }) if before == name => fields,
                    _ => &Vec::new(),
                };
                let fields = self.fields(spot, [before, fields, more]);
                Some(Tree::Struct { name: name.clone(), fields })
            }
            (Tree::Map(fields), Tree::Map(more)) => {
                let before = match base {
                    Some(Tree::Map(fields)) => fields,
                    _ => &Vec::new(),
                };
                Some(Tree::Map(self.fields(spot, [before, fields, more])))
            }
            (Tree::Tuple { name, items }, Tree::Tuple { name: other, items: more })
                if name == other && items.len() == 1 && more.len() == 1 =>
            {
                let before = match base {
                    Some(Tree::Tuple { name: before, items }) if before == name => items.first(),
                    _ => None,
                };
                let inner = self.value(spot, before, items.first(), more.first());
                inner.map(|inner| Tree::Tuple { name: name.clone(), items: vec![inner] })
            }
            (Tree::Text(own), Tree::Text(other)) if !spot.is_json => {
                self.documents(spot, base, (own, other))
            }
            _ => None,
        };
        merged.unwrap_or_else(|| {
            self.conflict(spot, base, Some(ours), Some(theirs)).unwrap_or_else(|| ours.clone())
        })
    }

    fn fields(&mut self, spot: &Spot, sides: [&Vec<(String, Tree)>; 3]) -> Vec<(String, Tree)> {
        let [base, ours, theirs] = sides;
        fn value<'a>(fields: &'a [(String, Tree)], name: &str) -> Option<&'a Tree> {
            fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
        }
        let mut names: Vec<&str> = ours.iter().map(|(name, _)| name.as_str()).collect();
        let more = theirs.iter().map(|(name, _)| name.as_str());
        names.extend(more.filter(|name| value(ours, name).is_none()));
        let merged = names.into_iter().filter_map(|name| {
            let spot = spot.field(name);
            let sides = (value(base, name), value(ours, name), value(theirs, name));
            Some((name.to_owned(), self.value(&spot, sides.0, sides.1, sides.2)?))
        });
        merged.collect()
    }

    /// Texts that hold JSON, such as schemas, are merged inside.
    fn documents(
        &mut self,
        spot: &Spot,
        base: Option<&Tree>,
        (ours, theirs): (&str, &str),
    ) -> Option<Tree> {
        let (own, other) = (Tree::inside(ours)?, Tree::inside(theirs)?);
        let before = match base {
            Some(Tree::Text(text)) => Tree::inside(text),
            _ => None,
        };
        if own == other || before.as_ref() == Some(&other) {
            return Some(Tree::Text(ours.to_owned()));
        }
        if before.as_ref() == Some(&own) {
            return Some(Tree::Text(theirs.to_owned()));
        }
        let inside = Spot { is_json: true, ..spot.clone() };
        let merged = self.value(&inside, before.as_ref(), Some(&own), Some(&other))?;
        if merged == own {
            return Some(Tree::Text(ours.to_owned()));
        }
        let json = merged.json();
        let is_tall = ours.contains('\n') || theirs.contains('\n');
        Some(Tree::Text(if is_tall { format!("{json:#}") } else { json.to_string() }))
    }
}

/// The items of a list; one that is not there has none.
fn list(tree: Option<&Tree>) -> Option<&[Tree]> {
    match tree {
        None => Some(&[]),
        Some(Tree::List(items)) => Some(items),
        Some(
            Tree::Plain(_)
            | Tree::Text(_)
            | Tree::Struct { .. }
            | Tree::Tuple { .. }
            | Tree::Map(_),
        ) => None,
    }
}
