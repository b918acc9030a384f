//! Arrays: how many items, and what each of them is.

use serde_json::Value;

use super::limits::{self, MAX_CONTAINS, MAX_ITEMS, MIN_CONTAINS, MIN_ITEMS};
use super::tree::{Kind, View};
use super::{Comparison, join};

type Views<'a> = (View<'a>, View<'a>);

const TRUE: &Value = &Value::Bool(true);

/// Compares two arrays.
pub(super) fn compare<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    limits::at_most(it, &MAX_ITEMS, views, path);
    limits::at_least(it, &MIN_ITEMS, views, path);
    unique(it, views, path);
    contains(it, views, path);
    items(it, views, path);
}

fn unique<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let is_unique =
        |view: View<'_>| view.keyword("uniqueItems").and_then(Value::as_bool).unwrap_or(false);
    match (is_unique(views.0), is_unique(views.1)) {
        (true, true) | (false, false) => {}
        (true, false) => it.note("unique-items-removed", path, "uniqueItems", views, false),
        (false, true) => it.note("unique-items-added", path, "uniqueItems", views, true),
    }
}

fn contains<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    if !it.is_plus() {
        limits::at_most(it, &MAX_CONTAINS, views, path);
        return limits::at_least(it, &MIN_CONTAINS, views, path);
    }
    let (old, new) = (views.0.keyword("contains"), views.1.keyword("contains"));
    if old.is_some() && new.is_some() {
        limits::at_most(it, &MAX_CONTAINS, views, path);
        limits::between(it, &MIN_CONTAINS, (least(views.0), least(views.1)), (views, path));
    }
    let (rule, breaks) = match (old, new) {
        (None, None) => return,
        (Some(_), None) => ("contains-removed", false),
        (None, Some(_)) => ("contains-added", least(views.1) > 0 || has_most(views.1)),
        (Some(old), Some(new)) if it.are_alike(old, new) => return,
        (Some(old), Some(new)) => {
            let is_wider = least(views.1) == 0 || it.accepts(View::whole(old), View::whole(new));
            ("contains-changed", has_most(views.1) || !is_wider)
        }
    };
    it.note(rule, path, "contains", views, breaks);
}

/// How many items at least have to fit what is contained.
fn least(view: View<'_>) -> u64 {
    view.keyword("minContains").and_then(Value::as_u64).unwrap_or(1)
}

fn has_most(view: View<'_>) -> bool {
    view.keyword("maxContains").is_some()
}

/// The items of an array: those at the beginning that have a schema each, and the rest.
struct Items<'a> {
    first: &'a [Value],
    rest: &'a Value,
}

fn items_of<'a>(view: View<'a>) -> (Items<'a>, (&'static str, &'static str)) {
    let list = |name: &str| view.keyword(name).and_then(Value::as_array).map(Vec::as_slice);
    if let Some(first) = list("prefixItems") {
        let rest = view.keyword("items").or_else(|| view.keyword("unevaluatedItems"));
        return (Items { first, rest: rest.unwrap_or(TRUE) }, ("prefixItems", "items"));
    }
    match list("items") {
        Some(first) => {
            let rest = view.keyword("additionalItems").or_else(|| view.keyword("unevaluatedItems"));
            (Items { first, rest: rest.unwrap_or(TRUE) }, ("items", "additionalItems"))
        }
        None => {
            let rest = view.keyword("items").or_else(|| view.keyword("unevaluatedItems"));
            (Items { first: &[], rest: rest.unwrap_or(TRUE) }, ("prefixItems", "items"))
        }
    }
}

fn items<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let (old, _) = items_of(views.0);
    let (new, (first, rest)) = items_of(views.1);
    let none = View::whole(&Value::Null);
    for place in 0..old.first.len().max(new.first.len()) {
        let path = join(path, &[first, &place.to_string()]);
        let known = (old.first.get(place).map(View::whole), new.first.get(place).map(View::whole));
        match known {
            (Some(old), Some(new)) => it.compare(old, new, &path),
            (Some(before), None) => {
                let breaks = !it.accepts(before, View::whole(new.rest));
                let rule = if breaks { "item-removed-is-not-covered" } else { "item-removed" };
                it.note(rule, &path, "", (before, none), breaks);
            }
            (None, Some(now)) => {
                let is_free = matches!(old.rest, Value::Bool(false));
                let breaks = !is_free && !it.accepts(View::whole(old.rest), now);
                let rule = if breaks { "item-added-is-not-covered" } else { "item-added" };
                it.note(rule, &path, "", (none, now), breaks);
            }
            (None, None) => {}
        }
    }
    let (old, new) = (View::whole(old.rest), View::whole(new.rest));
    let (rule, breaks) = match (it.old.kind(old), it.new.kind(new)) {
        (Kind::Empty, Kind::Empty) => return,
        (_, Kind::Empty) | (Kind::False, _) => {
            if old.schema == new.schema {
                return;
            }
            ("items-extended", false)
        }
        (Kind::Empty, _) | (_, Kind::False) => ("items-narrowed", true),
        _ => return it.compare(old, new, &join(path, &[rest])),
    };
    it.note(rule, path, rest, views, breaks);
}
