//! Which item of a list is which item of its changed version.

use std::collections::BTreeMap;

use super::tree::{Entry, GroupKind, Shape, Value};

/// Two versions of a list, each with the text it stands in.
pub(crate) struct Lists<'a> {
    /// The text of the old version.
    pub(crate) old_text: &'a str,
    /// The old version.
    pub(crate) old: &'a [Entry],
    /// The text of the new version.
    pub(crate) new_text: &'a str,
    /// The new version.
    pub(crate) new: &'a [Entry],
}

impl Lists<'_> {
    /// For each new item the old one it comes from, if any; no old one is used twice. Items with
    /// the same identity belong together; of the others, those that stand between the same
    /// neighbors and are much alike (a renamed thing, an altered value).
    pub(crate) fn origins(&self) -> Vec<Option<usize>> {
        let mut by_identity = BTreeMap::new();
        for (index, identity) in identities(self.old_text, self.old).into_iter().enumerate() {
            by_identity.insert(identity, index);
        }
        let mut origins: Vec<Option<usize>> = identities(self.new_text, self.new)
            .into_iter()
            .map(|identity| by_identity.remove(&identity))
            .collect();
        let leftovers = by_identity.into_values().collect();
        self.pair_alike(leftovers, &mut origins);
        origins
    }

    fn pair_alike(&self, mut leftovers: Vec<usize>, origins: &mut [Option<usize>]) {
        leftovers.sort_unstable();
        let mut place_of_old = vec![None; self.old.len()];
        for (place, origin) in origins.iter().enumerate() {
            if let Some(old) = origin {
                place_of_old[*old] = Some(place);
            }
        }
        let neighbor = |old: usize| place_of_old[..old].iter().rev().find_map(|place| *place);
        let mut waiting: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for old in leftovers {
            waiting.entry(neighbor(old)).or_default().push(old);
        }
        let mut before = None;
        for (place, origin) in origins.iter_mut().enumerate() {
            if origin.is_some() {
                before = Some(place);
                continue;
            }
            let Some(candidates) = waiting.get_mut(&before) else { continue };
            let new = &self.new[place].value;
            let alike = candidates.iter().position(|old| self.is_alike(&self.old[*old].value, new));
            if let Some(alike) = alike {
                *origin = Some(candidates[alike]);
                // In order only: what was passed over is gone.
                candidates.drain(..=alike);
            }
        }
    }

    /// Whether one is the other with a few changes: at least half of the fields are equal.
    fn is_alike(&self, old: &Value, new: &Value) -> bool {
        let (Shape::Group(old), Shape::Group(new)) = (&old.shape, &new.shape) else {
            return old.group().is_none() && new.group().is_none();
        };
        if old.kind != new.kind || old.name(self.old_text) != new.name(self.new_text) {
            return false;
        }
        if old.kind != GroupKind::Struct {
            return true;
        }
        let is_equal = |entry: &&Entry| {
            let key = entry.key_text(self.new_text).unwrap_or_default();
            old.field(self.old_text, &key).is_some_and(|same| {
                same.value.text(self.old_text) == entry.value.text(self.new_text)
            })
        };
        let equal = new.entries.iter().filter(is_equal).count();
        equal * 2 >= old.entries.len().max(new.entries.len())
    }
}

/// What makes each item itself, told apart by a count where several are the same.
fn identities(text: &str, items: &[Entry]) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |item: &Entry| {
        let identity = identity(text, &item.value);
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        (identity, *count)
    };
    items.iter().map(numbered).collect()
}

/// The stable key or the name of a thing, the two ends of an edge, else the whole text.
fn identity(text: &str, value: &Value) -> String {
    let says = |field: &str| value.group()?.field(text, field)?.value.string(text);
    let ends = || Some(format!("edge {} -> {}", says("from")?, says("to")?));
    let name = || Some(format!("name {}", says("key").or_else(|| says("name"))?));
    name().or_else(ends).unwrap_or_else(|| format!("text {}", value.text(text)))
}

/// The longest ascending subsequence: which of the numbers may stay where they are when the
/// others move. Cost: n log n.
pub(crate) fn staying(numbers: &[usize]) -> Vec<bool> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        stays[index] = true;
        next = before[index];
    }
    stays
}
