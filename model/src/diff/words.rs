//! Changes as people read them.

use super::{Alteration, AlterationKind};
use crate::tree::Tree;

/// Letters of a value that are shown at most.
const LETTERS: usize = 80;

impl Alteration {
    /// What happened, without the place: `contract.retry.attempts was 5 and is 3`.
    #[must_use]
    pub fn said(&self) -> String {
        let path = &self.json_path;
        let what = match (self.property.is_empty(), path.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{} ", self.property),
            (false, false) => format!("{} at {path} ", self.property),
        };
        let (old, new) = (self.old.as_ref().map(shown), self.new.as_ref().map(shown));
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        match self.kind {
            AlterationKind::Renamed => format!("was called {old}"),
            AlterationKind::Removed | AlterationKind::Added if self.property.is_empty() => {
                let thing = self.old.as_ref().or(self.new.as_ref()).and_then(word);
                let word = thing.map_or(String::new(), |word| format!("{word}, "));
                format!("{word}{}", if self.new.is_some() { "is new" } else { "is gone" })
            }
            AlterationKind::Removed => format!("{what}was {old} and is gone"),
            AlterationKind::Added => format!("{what}is new: {new}"),
            AlterationKind::Altered => format!("{what}was {old} and is {new}"),
            AlterationKind::Reordered => format!("{what}stands in another order: {new}"),
        }
    }

    /// A letter for the manner: `-` gone, `+` new, `>` renamed, `~` altered.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        match self.kind {
            AlterationKind::Removed => "-",
            AlterationKind::Added => "+",
            AlterationKind::Renamed => ">",
            AlterationKind::Altered | AlterationKind::Reordered => "~",
        }
    }
}

/// What a thing is: `consumer`, `publish`.
fn word(thing: &Tree) -> Option<String> {
    match (thing.field("role"), thing.field("kind")) {
        (Some(Tree::Struct { name, .. }), _) => Some(name.to_lowercase()),
        (_, Some(Tree::Plain(word))) => Some(word.to_lowercase()),
        _ => None,
    }
}

/// A value on one line, shortened.
fn shown(value: &Tree) -> String {
    let text = match value {
        Tree::Text(text) => format!("\"{}\"", text.escape_debug()),
        Tree::Plain(_)
        | Tree::Struct { .. }
        | Tree::Tuple { .. }
        | Tree::List(_)
        | Tree::Map(_) => value.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if text.chars().count() <= LETTERS {
        return text;
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}
