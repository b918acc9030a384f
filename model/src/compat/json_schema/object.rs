//! Objects: their properties, and what else they may have.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::limits::{self, MAX_PROPERTIES, MIN_PROPERTIES};
use super::tree::{Kind, View};
use super::{Comparison, join};
use crate::schema::matches as matches_pattern;

type Views<'a> = (View<'a>, View<'a>);

/// Compares two objects.
pub(super) fn compare<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    limits::at_most(it, &MAX_PROPERTIES, views, path);
    limits::at_least(it, &MIN_PROPERTIES, views, path);
    required(it, views, path);
    properties(it, views, path);
    additional(it, views, path);
    dependencies(it, views, path);
    if !it.is_plus() {
        unevaluated(it, views, path);
    }
    if it.is_plus() || it.is_apicurio() {
        patterns(it, views, path);
    }
    if it.is_plus() || it.is_apicurio() {
        let names = |view: View<'a>| view.keyword("propertyNames").map(View::whole);
        let path = join(path, &["propertyNames"]);
        it.compare_optional(names(views.0), names(views.1), &path);
    }
}

fn fields<'a>(view: View<'a>, keyword: &str) -> Option<&'a Map<String, Value>> {
    view.keyword(keyword).and_then(Value::as_object)
}

fn property<'a>(view: View<'a>, name: &str) -> Option<View<'a>> {
    fields(view, "properties").and_then(|it| it.get(name)).map(View::whole)
}

fn names_required(view: View<'_>) -> BTreeSet<&str> {
    let list = view.keyword("required").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Names that must be there now, or need not any more.
fn required<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let (old, new) = (names_required(views.0), names_required(views.1));
    for name in old.difference(&new) {
        if property(views.1, name).is_some() {
            it.note("required-removed", path, "required", views, false);
        }
    }
    for name in new.difference(&old) {
        let is_in = (property(views.0, name).is_some(), property(views.1, name));
        let (rule, breaks) = match is_in {
            (true, Some(new)) if !it.is_plus() && new.keyword("default").is_some() => {
                ("required-added-with-default", false)
            }
            (true, Some(_)) => ("required-added", true),
            // What is new altogether is told as a property that was added.
            (false, Some(_)) => continue,
            (_, None) if it.is_plus() || it.is_apicurio() => ("required-added", true),
            (_, None) => continue,
        };
        it.note(rule, path, "required", views, breaks);
    }
}

/// What an object may have beside its properties.
enum Content {
    Open,
    Closed,
    /// Some keys, or keys with some values.
    Partial,
    /// As a schema says, for each key the same.
    Covered,
}

fn content(view: View<'_>) -> Content {
    let has_patterns = fields(view, "patternProperties").is_some_and(|it| !it.is_empty());
    let rest =
        view.keyword("additionalProperties").or_else(|| view.keyword("unevaluatedProperties"));
    match rest {
        _ if has_patterns => Content::Partial,
        None | Some(Value::Bool(true)) => Content::Open,
        Some(Value::Bool(false)) => Content::Closed,
        Some(_) => Content::Covered,
    }
}

/// The schemas that a key without a property of its own must fit; nothing if it must not be there.
fn covering<'a>(view: View<'a>, name: &str) -> Option<Vec<View<'a>>> {
    let patterns = fields(view, "patternProperties").into_iter().flatten();
    let matching: Vec<View<'a>> = patterns
        .filter(|(pattern, _)| matches_pattern(pattern, name))
        .map(|(_, schema)| View::whole(schema))
        .collect();
    if !matching.is_empty() {
        return Some(matching);
    }
    let rest =
        view.keyword("additionalProperties").or_else(|| view.keyword("unevaluatedProperties"));
    match rest {
        None | Some(Value::Bool(true)) => Some(Vec::new()),
        Some(Value::Bool(false)) => None,
        Some(schema) => Some(vec![View::whole(schema)]),
    }
}

fn properties<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let keys = |view| fields(view, "properties").into_iter().flat_map(Map::keys);
    let names: BTreeSet<&String> = keys(views.0).chain(keys(views.1)).collect();
    for name in names {
        let path = join(path, &["properties", name]);
        match (property(views.0, name), property(views.1, name)) {
            (Some(old), Some(new)) => it.compare(old, new, &path),
            (Some(old), None) => removed(it, (views, name), old, &path),
            (None, Some(new)) => added(it, (views, name), new, &path),
            (None, None) => {}
        }
    }
}

/// A property that the new schema does not know: what of it may still come?
fn removed<'a>(
    it: &mut Comparison<'a>,
    (views, name): (Views<'a>, &str),
    old: View<'a>,
    path: &str,
) {
    let none = View::whole(&Value::Null);
    let is_false = matches!(it.old.kind(old), Kind::False);
    let (rule, breaks) = match content(views.1) {
        Content::Open => ("property-removed-from-open", false),
        Content::Closed if is_false => ("false-property-removed-from-closed", false),
        Content::Closed => ("property-removed-from-closed", !it.is_lenient()),
        Content::Partial | Content::Covered => match covering(views.1, name) {
            Some(schemas) if schemas.iter().all(|schema| it.accepts(old, *schema)) => {
                ("property-removed-is-covered", false)
            }
            Some(_) | None => ("property-removed-is-not-covered", !it.is_lenient()),
        },
    };
    it.note(rule, path, "", (old, none), breaks);
}

/// A property that the old schema did not know: what of it may have been there already?
fn added<'a>(it: &mut Comparison<'a>, (views, name): (Views<'a>, &str), new: View<'a>, path: &str) {
    let none = View::whole(&Value::Null);
    let is_required = names_required(views.1).contains(name);
    let was_required = names_required(views.0).contains(name);
    let has_default = new.keyword("default").is_some() && !it.is_plus();
    let is_empty = matches!(it.new.kind(new), Kind::Empty);
    if is_required && !(it.is_plus() && was_required) {
        let (rule, breaks) = match (has_default, content(views.0)) {
            (true, Content::Open) if is_empty => ("required-property-added-with-default", false),
            (true, Content::Open) => ("property-added-to-open", !it.is_lenient()),
            (true, Content::Closed | Content::Partial | Content::Covered) => {
                ("required-property-added-with-default", false)
            }
            (false, _) => ("required-property-added", true),
        };
        it.note(rule, path, "", (none, new), breaks);
        if breaks || !has_default {
            return;
        }
    }
    let (rule, breaks) = match content(views.0) {
        Content::Open if is_empty => ("empty-property-added-to-open", false),
        Content::Open => ("property-added-to-open", !it.is_lenient()),
        Content::Closed => ("optional-property-added", false),
        Content::Partial | Content::Covered => match covering(views.0, name) {
            None => ("optional-property-added", false),
            Some(schemas) if schemas.is_empty() && is_empty => {
                ("empty-property-added-to-open", false)
            }
            Some(schemas) if schemas.iter().any(|schema| it.accepts(*schema, new)) => {
                ("property-added-is-covered", false)
            }
            Some(_) => ("property-added-is-not-covered", !it.is_lenient()),
        },
    };
    if !is_required || breaks {
        it.note(rule, path, "", (none, new), breaks);
    }
}

const TRUE: &Value = &Value::Bool(true);

/// What else an object may have.
fn additional<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let keyword = "additionalProperties";
    let of = |view: View<'a>| view.keyword(keyword).unwrap_or(TRUE);
    rest(it, (keyword, views), (of(views.0), of(views.1)), path);
}

fn rest<'a>(
    it: &mut Comparison<'a>,
    (keyword, views): (&str, Views<'a>),
    (old, new): (&'a Value, &'a Value),
    path: &str,
) {
    let lenient = it.is_lenient();
    let (rule, breaks) = match (old, new) {
        (Value::Bool(false), Value::Bool(false)) | (Value::Bool(true), Value::Bool(true)) => return,
        (_, Value::Bool(true)) => ("additional-properties-extended", false),
        (Value::Bool(false), _) => ("additional-properties-extended", false),
        (Value::Bool(true), Value::Bool(false)) => ("additional-properties-removed", !lenient),
        (_, Value::Bool(false)) => ("additional-properties-narrowed", !lenient),
        (Value::Bool(true), schema) if matches!(it.new.kind(View::whole(schema)), Kind::Empty) => {
            return;
        }
        (Value::Bool(true), _) => ("additional-properties-narrowed", !lenient),
        (old, new) => {
            let path = join(path, &[keyword]);
            return it.compare(View::whole(old), View::whole(new), &path);
        }
    };
    it.note(rule, path, keyword, views, breaks);
}

fn unevaluated<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let keyword = "unevaluatedProperties";
    let of = |view: View<'a>| view.keyword(keyword).unwrap_or(TRUE);
    rest(it, (keyword, views), (of(views.0), of(views.1)), path);
}

/// What must be there, or must hold, if something else is there.
fn dependencies<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
        let keys = |view| fields(view, keyword).into_iter().flat_map(Map::keys);
        let names: BTreeSet<&String> = keys(views.0).chain(keys(views.1)).collect();
        for name in names {
            let of = |view| fields(view, keyword).and_then(|it: &Map<_, _>| it.get(name));
            dependency(it, views, (of(views.0), of(views.1)), &join(path, &[keyword, name]));
        }
    }
}

fn dependency<'a>(
    it: &mut Comparison<'a>,
    views: Views<'a>,
    (old, new): (Option<&'a Value>, Option<&'a Value>),
    path: &str,
) {
    let (rule, breaks) = match (old, new) {
        (None, None) => return,
        (Some(_), None) => ("dependency-removed", false),
        (None, Some(_)) => ("dependency-added", true),
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let is_more = new.iter().any(|name| !old.contains(name));
            let is_less = old.iter().any(|name| !new.contains(name));
            match (is_more, is_less) {
                (false, false) => return,
                (false, true) => ("dependency-narrowed", false),
                (true, false) => ("dependency-extended", true),
                (true, true) => ("dependency-changed", true),
            }
        }
        (Some(Value::Array(_)), Some(_)) | (Some(_), Some(Value::Array(_))) => {
            ("dependency-changed", true)
        }
        (Some(old), Some(new)) => return it.compare(View::whole(old), View::whole(new), path),
    };
    it.note(rule, path, "", views, breaks);
}

/// Keys of a pattern: what the new schema asks of them, the old one must have asked of every key
/// that may match.
fn patterns<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let none = View::whole(&Value::Null);
    let of = |view: View<'a>| fields(view, "patternProperties");
    for (pattern, schema) in of(views.1).into_iter().flatten() {
        let (new, path) = (View::whole(schema), join(path, &["patternProperties", pattern]));
        match of(views.0).and_then(|it| it.get(pattern)) {
            Some(old) => it.compare(View::whole(old), new, &path),
            None => {
                let breaks = !is_kept_by_all(it, views.0, (pattern, new));
                it.note("pattern-properties-added", &path, "", (none, new), breaks);
            }
        }
    }
    if !it.is_plus() {
        return;
    }
    for (pattern, schema) in of(views.0).into_iter().flatten() {
        if of(views.1).is_some_and(|it| it.contains_key(pattern)) {
            continue;
        }
        let (old, path) = (View::whole(schema), join(path, &["patternProperties", pattern]));
        let rest = View::whole(views.1.keyword("additionalProperties").unwrap_or(TRUE));
        let breaks = !it.accepts(old, rest);
        it.note("pattern-properties-removed", &path, "", (old, none), breaks);
    }
}

/// Whether whatever matches a new pattern had to fit its schema before.
fn is_kept_by_all<'a>(
    it: &mut Comparison<'a>,
    old: View<'a>,
    (pattern, new): (&str, View<'a>),
) -> bool {
    let properties = fields(old, "properties").into_iter().flatten();
    let named = properties.filter(|(name, _)| matches_pattern(pattern, name)).map(|it| it.1);
    let patterned = fields(old, "patternProperties").into_iter().flatten().map(|it| it.1);
    let rest = old.keyword("additionalProperties").unwrap_or(TRUE);
    let all: Vec<View<'a>> =
        named.chain(patterned).chain(std::iter::once(rest)).map(View::whole).collect();
    all.into_iter().all(|schema| it.accepts(schema, new))
}
