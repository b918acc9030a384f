//! Three lists in, one out: items are told by what they are, not by where they stand.

use std::collections::BTreeMap;

use crate::identity::{identity, is_ascending, origins};
use crate::tree::Tree;

/// An item of the result: where it comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Source {
    /// Both come from this item of the base, or one of them does.
    Base(usize),
    /// Ours added it.
    Ours(usize),
    /// Theirs did.
    Theirs(usize),
}

/// One item of the result, as each version has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'t> {
    /// Its place in ours, else in theirs, else in the base.
    pub(super) index: usize,
    pub(super) base: Option<&'t Tree>,
    pub(super) ours: Option<&'t Tree>,
    pub(super) theirs: Option<&'t Tree>,
}

/// The items of three lists in the order of the result.
pub(super) fn items<'t>([base, ours, theirs]: [&'t [Tree]; 3]) -> Vec<Item<'t>> {
    let (from_ours, from_theirs) = (origins(base, ours), origins(base, theirs));
    let same = added_by_both((ours, &from_ours), (theirs, &from_theirs));
    let by_both: BTreeMap<usize, usize> = same.iter().map(|(own, other)| (*other, *own)).collect();
    let own = sources(&from_ours, &Source::Ours);
    let other = sources(&from_theirs, &|index| match by_both.get(&index) {
        Some(own) => Source::Ours(*own),
        None => Source::Theirs(index),
    });
    let is_theirs = is_ascending(&from_ours) && !is_ascending(&from_theirs);
    let order = if is_theirs { woven(&other, &own) } else { woven(&own, &other) };
    let item = |source| match source {
        Source::Base(index) => {
            let at = |origins: &[Option<usize>]| origins.iter().position(|it| *it == Some(index));
            let (own, other) = (at(&from_ours), at(&from_theirs));
            Item {
                index: own.or(other).unwrap_or(index),
                base: Some(&base[index]),
                ours: own.map(|at| &ours[at]),
                theirs: other.map(|at| &theirs[at]),
            }
        }
        Source::Ours(index) => {
            let theirs = same.get(&index).map(|other| &theirs[*other]);
            Item { index, base: None, ours: Some(&ours[index]), theirs }
        }
        Source::Theirs(index) => {
            Item { index, base: None, ours: None, theirs: Some(&theirs[index]) }
        }
    };
    order.into_iter().map(item).collect()
}

/// Whether both sides moved what was there, and not in the same way.
pub(super) fn is_disputed([base, ours, theirs]: [&[Tree]; 3]) -> bool {
    let (from_ours, from_theirs) = (origins(base, ours), origins(base, theirs));
    let common = |origins: &[Option<usize>], others: &[Option<usize>]| -> Vec<usize> {
        origins.iter().flatten().filter(|it| others.contains(&Some(**it))).copied().collect()
    };
    let (own, other) = (common(&from_ours, &from_theirs), common(&from_theirs, &from_ours));
    own != other && !own.is_sorted() && !other.is_sorted()
}

fn sources(origins: &[Option<usize>], added: &dyn Fn(usize) -> Source) -> Vec<Source> {
    let source = |(index, origin): (usize, &Option<usize>)| match origin {
        Some(base) => Source::Base(*base),
        None => added(index),
    };
    origins.iter().enumerate().map(source).collect()
}

/// Items that both sides added and that are the same thing: their places in ours, and in theirs.
fn added_by_both(
    (ours, from_ours): (&[Tree], &[Option<usize>]),
    (theirs, from_theirs): (&[Tree], &[Option<usize>]),
) -> BTreeMap<usize, usize> {
    let mut waiting: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let added = |origins: &[Option<usize>], index: usize| origins[index].is_none();
    for (index, item) in theirs.iter().enumerate().rev().filter(|it| added(from_theirs, it.0)) {
        waiting.entry(identity(item)).or_default().push(index);
    }
    let of_ours = ours.iter().enumerate().filter(|it| added(from_ours, it.0));
    of_ours
        .filter_map(|(index, item)| Some((index, waiting.get_mut(&identity(item))?.pop()?)))
        .collect()
}

/// The first order, with what only the second has after what it follows there; what both put in
/// the same place stands in the order of the two.
fn woven(first: &[Source], second: &[Source]) -> Vec<Source> {
    let mut order = first.to_vec();
    let mut before = None;
    for source in second {
        if !order.contains(source) {
            let after = before.and_then(|before| order.iter().position(|it| *it == before));
            let mut at = after.map_or(0, |after| after + 1);
            while order.get(at).is_some_and(|it| !second.contains(it)) {
                at += 1;
            }
            order.insert(at, *source);
        }
        before = Some(*source);
    }
    order
}
