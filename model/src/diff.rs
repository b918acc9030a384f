//! What changed between two versions of a design, and whom it breaks. Blind to layout, to the
//! order of things that have none, and to the way a file is written; knows what was renamed.

use std::collections::BTreeSet;

use crate::compat::{Difference, RollOut};
use crate::design::Design;
use crate::finding::Place;
use crate::identity::{self, Renaming};
use crate::message::MessageVersion;
use crate::schema::Schemas;
use crate::tree::Tree;

mod rules;
mod sides;
mod walk;
mod words;

pub use rules::{RULES, Rule};
use sides::Sides;

/// A version of a design with its schema files.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The design.
    pub design: &'a Design,
    /// The texts of its schema files, as far as they are there.
    pub schemas: &'a Schemas,
}

/// What changed.
#[derive(Clone, PartialEq, Debug)]
pub struct Diff {
    /// Every change: what breaks something first, then by place.
    pub alterations: Vec<Alteration>,
    /// Schema files that were not there on one of the sides: what they say is not compared.
    pub unread: Vec<String>,
}

/// One change.
#[derive(Clone, PartialEq, Debug)]
pub struct Alteration {
    /// Its manner.
    pub kind: AlterationKind,
    /// What it is about, under its new name; under its old one if it is gone.
    pub place: Place,
    /// The property inside the place, such as `contract.retry.attempts`; empty for the whole. An
    /// item that is gone from a list stands under the index that it had.
    pub property: String,
    /// Where inside a property that is itself a JSON text, such as a schema, as a JSON pointer;
    /// empty if it is not.
    pub json_path: String,
    /// What was there; nothing if it is new.
    pub old: Option<Tree>,
    /// What is there; nothing if it is gone.
    pub new: Option<Tree>,
    /// Whom it breaks, and why.
    pub harms: Vec<Harm>,
}

/// The manner of a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AlterationKind {
    /// It is gone.
    Removed,
    /// It has another name.
    Renamed,
    /// It says something else.
    Altered,
    /// The same items stand in another order, where the order means something.
    Reordered,
    /// It is new.
    Added,
}

/// Somebody who is hurt by a change.
#[derive(Clone, PartialEq, Debug)]
pub struct Harm {
    /// By which rule: one of [`RULES`].
    pub rule: &'static str,
    /// Who is hurt: an edge, or a node.
    pub hurts: Place,
    /// Why, and what could be done, in one sentence.
    pub sentence: String,
    /// What the comparison of schemas says, if it is about one.
    pub schema: Option<SchemaHarm>,
}

/// What stands against it that a reader reads what is written.
#[derive(Clone, PartialEq, Debug)]
pub struct SchemaHarm {
    /// The difference that breaks, by its own rule and place.
    pub difference: Difference,
    /// In which order the two sides can change.
    pub order: RollOut,
}

impl AlterationKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            AlterationKind::Removed => "removed",
            AlterationKind::Renamed => "renamed",
            AlterationKind::Altered => "altered",
            AlterationKind::Reordered => "reordered",
            AlterationKind::Added => "added",
        }
    }
}

impl Alteration {
    /// Whether it breaks anything.
    #[must_use]
    pub fn breaks(&self) -> bool {
        !self.harms.is_empty()
    }
}

impl Diff {
    /// Whether anything breaks.
    #[must_use]
    pub fn breaks(&self) -> bool {
        self.alterations.iter().any(Alteration::breaks)
    }
}

/// What changed from one version to the other, and whom it breaks.
#[must_use]
pub fn diff(old: Side<'_>, new: Side<'_>) -> Diff {
    let (named, renamings) = identity::renamed(old.design, new.design);
    let unread = unread(old, new);
    let before = shown(&named, old.schemas, &unread);
    let after = shown(new.design, new.schemas, &unread);
    let mut alterations: Vec<Alteration> = renamings.iter().map(renamed).collect();
    walk::designs(&before, &after, &mut alterations);
    let renamed = Side { design: &named, ..old };
    rules::judge(&Sides::new(renamed, new), &mut alterations);
    alterations.sort_by(|a, b| {
        let grave = b.breaks().cmp(&a.breaks());
        let place = a.place.cmp(&b.place).then_with(|| a.property.cmp(&b.property));
        grave.then(place).then_with(|| a.json_path.cmp(&b.json_path)).then(a.kind.cmp(&b.kind))
    });
    Diff { alterations, unread }
}

fn renamed(renaming: &Renaming) -> Alteration {
    let text = |name: &str| Some(Tree::Text(name.to_owned()));
    let place = identity::with_name(&renaming.place, &renaming.to);
    Alteration {
        kind: AlterationKind::Renamed,
        place,
        property: "name".to_owned(),
        json_path: String::new(),
        old: text(identity::name_of(&renaming.place)),
        new: text(&renaming.to),
        harms: Vec::new(),
    }
}

/// Schema files that one of the sides names and nobody has read.
fn unread(old: Side<'_>, new: Side<'_>) -> Vec<String> {
    let of = |side: Side<'_>| -> Vec<String> {
        let versions = side.design.messages.iter().flat_map(|message| &message.versions);
        let files = versions.filter_map(|version| version.schema.file());
        files.filter(|file| !side.schemas.contains_key(*file)).map(str::to_owned).collect()
    };
    let names: BTreeSet<String> = of(old).into_iter().chain(of(new)).collect();
    names.into_iter().collect()
}

/// A design as a tree in which schemas say the same wherever they stand.
fn shown(design: &Design, schemas: &Schemas, unread: &[String]) -> Tree {
    let mut tree = Tree::of(design);
    let Tree::Struct { fields, .. } = &mut tree else { return tree };
    let Some((_, Tree::List(messages))) = fields.iter_mut().find(|(name, _)| name == "messages")
    else {
        return tree;
    };
    for (message, tree) in design.messages.iter().zip(messages) {
        let Tree::Struct { fields, .. } = tree else { continue };
        let versions = fields.iter_mut().find(|(name, _)| name == "versions");
        let Some((_, Tree::List(versions))) = versions else { continue };
        for (version, tree) in message.versions.iter().zip(versions) {
            show_schema(version, tree, schemas, unread);
        }
    }
    tree
}

/// Puts the text of a schema where its file is named.
fn show_schema(version: &MessageVersion, tree: &mut Tree, schemas: &Schemas, unread: &[String]) {
    let Tree::Struct { fields, .. } = tree else { return };
    let Some((_, tree)) = fields.iter_mut().find(|(name, _)| name == "schema") else { return };
    let Tree::Tuple { name, .. } = &*tree else { return };
    let language = name.strip_suffix("File").unwrap_or(name);
    let mut fields = vec![("language".to_owned(), Tree::Plain(language.to_owned()))];
    if let Some(file) = version.schema.file() {
        fields.push(("file".to_owned(), Tree::Text(file.to_owned())));
    }
    let is_read = version.schema.file().is_none_or(|file| !unread.iter().any(|it| it == file));
    let said = crate::schema::text(&version.schema, schemas).filter(|_| is_read);
    if let Some(said) = said {
        fields.push(("text".to_owned(), Tree::Text(said.to_owned())));
    }
    *tree = Tree::Struct { name: String::new(), fields };
}

#[cfg(test)]
mod tests;
