//! Combinations: all, any or one of several schemas.

use super::tree::{Criterion, Kind, View};
use super::{Comparison, join};

type Views<'a> = (View<'a>, View<'a>);

/// Compares where one side is a combination and the other is not; whether that says all about
/// them.
pub(super) fn compare_one_sided<'a>(
    it: &mut Comparison<'a>,
    (old, new): Views<'a>,
    (old_kind, new_kind): (&Kind<'a>, &Kind<'a>),
    path: &str,
) -> bool {
    if let Kind::Combination(_, parts) = old_kind
        && let [only] = parts.as_slice()
        && it.accepts(*only, new)
    {
        return true;
    }
    if let Kind::Combination(_, parts) = new_kind
        && let [only] = parts.as_slice()
        && it.accepts(old, *only)
    {
        return true;
    }
    match (old_kind, new_kind) {
        (_, Kind::Combination(criterion @ (Criterion::Any | Criterion::One), parts)) => {
            let is_sound = *criterion == Criterion::Any || !it.is_plus() || it.are_exclusive(parts);
            let is_read = is_sound && parts.iter().any(|part| it.accepts(old, *part));
            if is_read {
                it.note("sum-type-extended", path, "", (old, new), false);
            }
            is_read
        }
        (Kind::Combination(Criterion::All, parts), _) => {
            let is_read = parts.iter().any(|part| it.accepts(*part, new));
            if is_read {
                it.note("product-type-narrowed", path, "", (old, new), false);
            }
            is_read
        }
        (Kind::Combination(..), _) if it.is_plus() => {
            let Kind::Combination(_, parts) = old_kind else { return false };
            !parts.is_empty() && parts.iter().all(|part| it.accepts(*part, new))
        }
        (_, Kind::Combination(Criterion::All, parts)) if it.is_plus() => {
            parts.iter().all(|part| it.accepts(old, *part))
        }
        _ => false,
    }
}

/// Compares two combinations.
pub(super) fn compare<'a>(
    it: &mut Comparison<'a>,
    views: Views<'a>,
    (old, new): (Kind<'a>, Kind<'a>),
    path: &str,
) {
    let (Kind::Combination(old_criterion, old), Kind::Combination(new_criterion, new)) = (old, new)
    else {
        return;
    };
    if old_criterion == new_criterion {
        note_sizes(it, views, (old_criterion, old.len(), new.len()), path);
    } else if is_extension((old_criterion, &old), (new_criterion, &new)) {
        it.note("combination-extended", path, "", views, false);
    } else {
        return it.note("combination-changed", path, "", views, true);
    }
    if it.is_plus()
        && new_criterion == Criterion::One
        && !are_equal_choices(it, views)
        && !it.are_exclusive(&new)
    {
        return it.note("one-of-may-overlap", path, "", views, true);
    }
    let pairs = matching(it, &old, &new);
    if pairs.len() < old.len().min(new.len())
        || !is_covered(it, (old_criterion, &old), (new_criterion, &new), &pairs)
    {
        it.note("combination-parts-changed", path, "", views, true);
    }
    for (i, j) in pairs {
        let path = match new_criterion {
            Criterion::All if new[j].schema == views.1.schema => path.to_owned(),
            Criterion::All => join(path, &["allOf", &j.to_string()]),
            Criterion::Any => join(path, &["anyOf", &j.to_string()]),
            Criterion::One => join(path, &["oneOf", &j.to_string()]),
        };
        it.compare(old[i], new[j], &path);
    }
}

/// Whether one of the same schemas must fit.
fn are_equal_choices<'a>(it: &Comparison<'a>, views: Views<'a>) -> bool {
    let choices = |view: View<'a>| view.keyword("oneOf");
    choices(views.0).zip(choices(views.1)).is_some_and(|(old, new)| it.are_alike(old, new))
}

fn note_sizes<'a>(
    it: &mut Comparison<'a>,
    views: Views<'a>,
    (criterion, old, new): (Criterion, usize, usize),
    path: &str,
) {
    let is_product = criterion == Criterion::All;
    let (rule, breaks) = match new.cmp(&old) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Greater if is_product => ("product-type-extended", true),
        std::cmp::Ordering::Greater => ("sum-type-extended", false),
        std::cmp::Ordering::Less if is_product => ("product-type-narrowed", false),
        std::cmp::Ordering::Less => ("sum-type-narrowed", true),
    };
    it.note(rule, path, "", views, breaks);
}

/// Whether another criterion lets through what the old one did.
fn is_extension(old: (Criterion, &[View<'_>]), new: (Criterion, &[View<'_>])) -> bool {
    let (is_old_single, is_new_single) = (old.1.len() == 1, new.1.len() == 1);
    match (old.0, new.0) {
        (_, Criterion::Any) => true,
        _ if is_old_single && is_new_single => true,
        (_, Criterion::One) if is_old_single => true,
        (Criterion::All, _) if is_new_single => true,
        _ => false,
    }
}

/// Whether the pairs that were found say enough: where all must hold, each new part; where one is
/// enough, each old part.
fn is_covered<'a>(
    it: &Comparison<'a>,
    old: (Criterion, &[View<'a>]),
    new: (Criterion, &[View<'a>]),
    pairs: &[(usize, usize)],
) -> bool {
    if !it.is_plus() {
        return true;
    }
    match (old.0, new.0) {
        (_, Criterion::All) => pairs.len() == new.1.len(),
        (Criterion::All, Criterion::Any | Criterion::One) => !pairs.is_empty(),
        (Criterion::Any | Criterion::One, Criterion::Any | Criterion::One) => {
            pairs.len() == old.1.len()
        }
    }
}

/// As many pairs of parts as possible of which the new one reads what the old one lets through.
/// Equal ones are paired first, so that differences are told where they are.
fn matching<'a>(
    it: &mut Comparison<'a>,
    old: &[View<'a>],
    new: &[View<'a>],
) -> Vec<(usize, usize)> {
    let edges: Vec<Vec<bool>> =
        old.iter().map(|a| new.iter().map(|b| it.accepts(*a, *b)).collect()).collect();
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    for i in 0..old.len() {
        let mut seen = vec![false; new.len()];
        augment(i, &edges, &mut partner, &mut seen);
    }
    let pairs = partner.iter().enumerate().filter_map(|(j, i)| i.map(|i| (i, j)));
    pairs.collect()
}

/// Finds a partner for one part, moving others to theirs if it must.
fn augment(
    i: usize,
    edges: &[Vec<bool>],
    partner: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    let mut places: Vec<usize> = (0..edges[i].len()).collect();
    places.sort_by_key(|j| *j != i);
    for j in places {
        if !edges[i][j] || seen[j] {
            continue;
        }
        seen[j] = true;
        let is_free = match partner[j] {
            None => true,
            Some(other) => augment(other, edges, partner, seen),
        };
        if is_free {
            partner[j] = Some(i);
            return true;
        }
    }
    false
}
