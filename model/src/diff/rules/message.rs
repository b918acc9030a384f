//! What a message means to everybody: its intent, and the key that orders it.

use super::{Rule, harm};
use crate::compat::edges::Reading;
use crate::diff::sides::{Sides, cause};
use crate::diff::{Alteration, Harm};
use crate::finding::Place;
use crate::message::Message;

pub(super) const KIND_CHANGED: Rule = Rule {
    code: "kind-changed",
    meaning: "A message means something else to its readers: a fact became an order, or the like.",
    check: kind_changed,
};

pub(super) const ORDERING_KEY_CHANGED: Rule = Rule {
    code: "ordering-key-changed",
    meaning: "Messages are ordered by another field: what belongs together may be handled apart.",
    check: ordering_key_changed,
};

fn kind_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let said = |old: &Message, new: &Message| {
        (old.kind != new.kind).then(|| format!("is {} now, and was {}", article(new), article(old)))
    };
    for_readers(&KIND_CHANGED, "kind", sides, alterations, &said)
}

fn article(message: &Message) -> String {
    let word = format!("{:?}", message.kind).to_lowercase();
    let article = if word.starts_with('e') { "an" } else { "a" };
    format!("{article} {word}")
}

fn ordering_key_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let said = |old: &Message, new: &Message| {
        let key = |message: &Message| {
            message.ordering_key.as_ref().map_or("nothing".to_owned(), |key| format!("`{key}`"))
        };
        let had_one = old.ordering_key.is_some();
        (had_one && old.ordering_key != new.ordering_key)
            .then(|| format!("is ordered by {} now, and was by {}", key(new), key(old)))
    };
    for_readers(&ORDERING_KEY_CHANGED, "ordering_key", sides, alterations, &said)
}

/// What a change of a message says to each of its readers.
fn for_readers(
    rule: &Rule,
    property: &str,
    sides: &Sides<'_>,
    alterations: &[Alteration],
    said: &dyn Fn(&Message, &Message) -> Option<String>,
) -> Vec<(usize, Harm)> {
    let mut harms = Vec::new();
    for new in &sides.new.design.messages {
        let Some(sentence) = sides.old.design.message(&new.name).and_then(|old| said(old, new))
        else {
            continue;
        };
        let place = Place::Message(new.name.clone());
        let Some(index) = cause(alterations, &place, property) else { continue };
        let is_reader = |it: &&Reading| it.message == new.name;
        for reading in sides.read_after.iter().filter(is_reader) {
            let sentence = format!("`{}` for `{}` {sentence}", new.name, reading.reader);
            harms.push((index, harm(rule, Place::Edge(reading.edge.clone()), sentence)));
        }
    }
    harms
}
