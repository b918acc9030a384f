//! Limits: of texts, of numbers, of how many there are.

use std::cmp::Ordering;

use serde_json::Value;

use super::Comparison;
use super::tree::{Part, View};

type Views<'a> = (View<'a>, View<'a>);

/// Rules about one limit.
pub(super) struct Limit {
    pub(super) keyword: &'static str,
    added: &'static str,
    removed: &'static str,
    raised: &'static str,
    lowered: &'static str,
}

macro_rules! limit {
    ($keyword:literal, $word:literal) => {
        Limit {
            keyword: $keyword,
            added: concat!($word, "-added"),
            removed: concat!($word, "-removed"),
            raised: concat!($word, "-increased"),
            lowered: concat!($word, "-decreased"),
        }
    };
}

const MAX_LENGTH: Limit = limit!("maxLength", "max-length");
const MIN_LENGTH: Limit = limit!("minLength", "min-length");
const MAXIMUM: Limit = limit!("maximum", "maximum");
const MINIMUM: Limit = limit!("minimum", "minimum");
const EXCLUSIVE_MAXIMUM: Limit = limit!("exclusiveMaximum", "exclusive-maximum");
const EXCLUSIVE_MINIMUM: Limit = limit!("exclusiveMinimum", "exclusive-minimum");
pub(super) const MAX_ITEMS: Limit = limit!("maxItems", "max-items");
pub(super) const MIN_ITEMS: Limit = limit!("minItems", "min-items");
pub(super) const MAX_CONTAINS: Limit = limit!("maxContains", "max-contains");
pub(super) const MIN_CONTAINS: Limit = limit!("minContains", "min-contains");
pub(super) const MAX_PROPERTIES: Limit = limit!("maxProperties", "max-properties");
pub(super) const MIN_PROPERTIES: Limit = limit!("minProperties", "min-properties");

/// The length, the pattern and the format of texts.
pub(super) fn string<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    at_most(it, &MAX_LENGTH, views, path);
    at_least(it, &MIN_LENGTH, views, path);
    as_written(
        it,
        ("pattern", ["pattern-added", "pattern-removed", "pattern-changed"]),
        views,
        path,
    );
    if it.is_plus() || it.is_apicurio() {
        let rules = ["format-added", "format-removed", "format-changed"];
        as_written(it, ("format", rules), views, path);
        if views.0.keyword("format") == views.1.keyword("format") {
            format_of_drafts(it, views, path);
        }
        for keyword in ["contentEncoding", "contentMediaType"] {
            let rules = ["content-added", "content-removed", "content-changed"];
            as_written(it, (keyword, rules), views, path);
        }
    }
}

/// Formats that all drafts know.
const EVERYWHERE: [&str; 6] = ["date-time", "email", "hostname", "ipv4", "ipv6", "uri"];

/// A format that one draft may check and the other may not.
fn format_of_drafts<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let format = views.1.keyword("format").and_then(Value::as_str);
    if it.is_plus() && !it.is_one_draft && format.is_some_and(|it| !EVERYWHERE.contains(&it)) {
        it.note("format-changed", path, "format", views, true);
    }
}

/// Something that is the same, or breaks unless it is taken away.
fn as_written<'a>(
    it: &mut Comparison<'a>,
    (keyword, [added, removed, changed]): (&str, [&'static str; 3]),
    views: Views<'a>,
    path: &str,
) {
    match (views.0.keyword(keyword), views.1.keyword(keyword)) {
        (None, None) => {}
        (None, Some(_)) => it.note(added, path, keyword, views, true),
        (Some(_), None) => it.note(removed, path, keyword, views, false),
        (Some(old), Some(new)) if old == new => {}
        (Some(_), Some(_)) => it.note(changed, path, keyword, views, true),
    }
}

/// The range of numbers, whether they are whole, and what they are multiples of.
pub(super) fn number<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    match (is_whole(views.0), is_whole(views.1)) {
        (true, false) => it.note("integer-to-number", path, "type", views, false),
        (false, true) => it.note("number-to-integer", path, "type", views, true),
        (true, true) | (false, false) => {}
    }
    if it.is_plus() || it.is_apicurio() {
        range(it, (&MAXIMUM, Bound::highest), views, path);
        range(it, (&MINIMUM, Bound::lowest), views, path);
    } else {
        for limit in [&MAXIMUM, &EXCLUSIVE_MAXIMUM] {
            compare_limit(it, limit, numbers(limit, views), (views, path), Ordering::Less);
        }
        for limit in [&MINIMUM, &EXCLUSIVE_MINIMUM] {
            compare_limit(it, limit, numbers(limit, views), (views, path), Ordering::Greater);
        }
    }
    multiple(it, views, path);
}

fn is_whole(view: View<'_>) -> bool {
    if let Part::Type(name) = view.part {
        return name == "integer";
    }
    view.keyword("type").and_then(Value::as_str) == Some("integer")
}

/// The numbers of a limit; those of draft 4, where a flag makes it exclusive, as later drafts say
/// it.
fn numbers<'a>(limit: &Limit, views: Views<'a>) -> (Option<&'a Value>, Option<&'a Value>) {
    let (plain, exclusive) = match limit.keyword {
        "maximum" | "exclusiveMaximum" => ("maximum", "exclusiveMaximum"),
        _ => ("minimum", "exclusiveMinimum"),
    };
    let wants_plain = limit.keyword == plain;
    let of = |view: View<'a>| match view.keyword(exclusive) {
        Some(Value::Bool(true)) => view.keyword(plain).filter(|_| !wants_plain),
        Some(Value::Bool(false)) => view.keyword(plain).filter(|_| wants_plain),
        _ => view.keyword(limit.keyword),
    };
    (of(views.0), of(views.1))
}

/// One end of a range.
#[derive(Clone, Copy)]
struct Bound<'a> {
    at: &'a Value,
    is_exclusive: bool,
}

impl<'a> Bound<'a> {
    fn highest(view: View<'a>) -> Option<Bound<'a>> {
        Bound::of(view, ("maximum", "exclusiveMaximum"), Ordering::Less)
    }

    fn lowest(view: View<'a>) -> Option<Bound<'a>> {
        Bound::of(view, ("minimum", "exclusiveMinimum"), Ordering::Greater)
    }

    /// The tighter of the two that a schema may have; `tighter` is how it compares to the other.
    fn of(
        view: View<'a>,
        (plain, exclusive): (&str, &str),
        tighter: Ordering,
    ) -> Option<Bound<'a>> {
        let flag = view.keyword(exclusive).and_then(Value::as_bool).unwrap_or(false);
        let plain = view.keyword(plain).map(|at| Bound { at, is_exclusive: flag });
        let exclusive = view.keyword(exclusive).filter(|it| it.is_number());
        let exclusive = exclusive.map(|at| Bound { at, is_exclusive: true });
        match (plain, exclusive) {
            (Some(plain), Some(exclusive)) => match compare_numbers(plain.at, exclusive.at) {
                order if order == tighter => Some(plain),
                _ => Some(exclusive),
            },
            (plain, exclusive) => plain.or(exclusive),
        }
    }
}

type End<'a> = fn(View<'a>) -> Option<Bound<'a>>;

/// One end of a range, however it is written.
fn range<'a>(
    it: &mut Comparison<'a>,
    (limit, end): (&Limit, End<'a>),
    views: Views<'a>,
    path: &str,
) {
    let tighter = if limit.keyword == "maximum" { Ordering::Less } else { Ordering::Greater };
    match (end(views.0), end(views.1)) {
        (None, None) => {}
        (None, Some(_)) => it.note(limit.added, path, limit.keyword, views, true),
        (Some(_), None) => it.note(limit.removed, path, limit.keyword, views, false),
        (Some(old), Some(new)) => {
            let order = compare_numbers(new.at, old.at);
            let breaks = order == tighter
                || (order == Ordering::Equal && new.is_exclusive && !old.is_exclusive);
            if order != Ordering::Equal || new.is_exclusive != old.is_exclusive {
                let rule = if order == Ordering::Less { limit.lowered } else { limit.raised };
                it.note(rule, path, limit.keyword, views, breaks);
            }
        }
    }
}

/// A limit from above.
pub(super) fn at_most<'a>(it: &mut Comparison<'a>, limit: &Limit, views: Views<'a>, path: &str) {
    let values = (views.0.keyword(limit.keyword), views.1.keyword(limit.keyword));
    compare_limit(it, limit, values, (views, path), Ordering::Less);
}

/// A limit from below.
pub(super) fn at_least<'a>(it: &mut Comparison<'a>, limit: &Limit, views: Views<'a>, path: &str) {
    let values = (views.0.keyword(limit.keyword), views.1.keyword(limit.keyword));
    compare_limit(it, limit, values, (views, path), Ordering::Greater);
}

/// A limit that was worked out.
pub(super) fn between<'a>(
    it: &mut Comparison<'a>,
    limit: &Limit,
    (old, new): (u64, u64),
    (views, path): (Views<'a>, &str),
) {
    if old != new {
        let rule = if new < old { limit.lowered } else { limit.raised };
        it.note(rule, path, limit.keyword, views, new > old);
    }
}

fn compare_limit<'a>(
    it: &mut Comparison<'a>,
    limit: &Limit,
    values: (Option<&Value>, Option<&Value>),
    (views, path): (Views<'a>, &str),
    tighter: Ordering,
) {
    match values {
        (None, None) => {}
        (None, Some(_)) => it.note(limit.added, path, limit.keyword, views, true),
        (Some(_), None) => it.note(limit.removed, path, limit.keyword, views, false),
        (Some(old), Some(new)) => match compare_numbers(new, old) {
            Ordering::Equal => {}
            order @ (Ordering::Less | Ordering::Greater) => {
                let rule = if order == Ordering::Less { limit.lowered } else { limit.raised };
                it.note(rule, path, limit.keyword, views, order == tighter);
            }
        },
    }
}

fn multiple<'a>(it: &mut Comparison<'a>, views: Views<'a>, path: &str) {
    let keyword = "multipleOf";
    let (old, new) = (views.0.keyword(keyword), views.1.keyword(keyword));
    let (rule, breaks) = match (old, new) {
        (None, None) => return,
        (None, Some(_)) => ("multiple-of-added", true),
        (Some(_), None) => ("multiple-of-removed", false),
        (Some(old), Some(new)) if compare_numbers(old, new) == Ordering::Equal => return,
        (Some(old), Some(new)) if is_multiple(old, new) => ("multiple-of-reduced", false),
        (Some(old), Some(new)) if is_multiple(new, old) => ("multiple-of-expanded", true),
        (Some(_), Some(_)) => ("multiple-of-changed", true),
    };
    it.note(rule, path, keyword, views, breaks);
}

/// Whether a number is a multiple of another, as far as their decimals go.
fn is_multiple(number: &Value, of: &Value) -> bool {
    if let (Some(number), Some(of)) = (number.as_i64(), of.as_i64()) {
        return of != 0 && number % of == 0;
    }
    let (Some(number), Some(of)) = (number.as_f64(), of.as_f64()) else { return false };
    let ratio = number / of;
    of != 0.0 && (ratio - ratio.round()).abs() < 1e-9
}

/// How numbers compare; whole ones exactly.
pub(super) fn compare_numbers(a: &Value, b: &Value) -> Ordering {
    let whole = |it: &Value| it.as_i64().map(i128::from).or_else(|| it.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => Ordering::Equal,
        },
    }
}
