//! Whether schemas exclude each other: no value fits two of them.

use serde_json::Value;

use super::tree::{Criterion, Document, Kind, View};

/// How deep properties are looked into.
const DEEPEST: usize = 4;

/// Whether each pair of schemas excludes each other, as far as one can tell.
pub(super) fn are<'a>(document: &Document<'a>, views: &[View<'a>]) -> bool {
    (0..views.len())
        .all(|i| (i + 1..views.len()).all(|j| exclude(document, (views[i], views[j]), 0)))
}

fn exclude<'a>(document: &Document<'a>, (a, b): (View<'a>, View<'a>), depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let (a, b) = (document.resolved(a), document.resolved(b));
    let deeper = depth + 1;
    match (document.kind(a), document.kind(b)) {
        (Kind::False, _) | (_, Kind::False) => true,
        (Kind::Combination(Criterion::All, parts), _) => {
            parts.iter().any(|part| exclude(document, (*part, b), deeper))
        }
        (_, Kind::Combination(Criterion::All, parts)) => {
            parts.iter().any(|part| exclude(document, (a, *part), deeper))
        }
        (Kind::Combination(_, parts), _) => {
            parts.iter().all(|part| exclude(document, (*part, b), deeper))
        }
        (_, Kind::Combination(_, parts)) => {
            parts.iter().all(|part| exclude(document, (a, *part), deeper))
        }
        (Kind::Const(a), Kind::Const(b)) => differ(a, b),
        (Kind::Const(a), Kind::Enum(b)) | (Kind::Enum(b), Kind::Const(a)) => {
            b.iter().all(|it| differ(a, it))
        }
        (Kind::Enum(a), Kind::Enum(b)) => a.iter().all(|a| b.iter().all(|b| differ(a, b))),
        (Kind::Object, Kind::Object) if is_typed(a) && is_typed(b) => {
            discriminate(document, (a, b), deeper)
        }
        _ => match (type_of(document, a), type_of(document, b)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        },
    }
}

/// Whether two objects require a property that cannot be both.
fn discriminate<'a>(document: &Document<'a>, (a, b): (View<'a>, View<'a>), depth: usize) -> bool {
    let required = |view: View<'a>, name: &str| {
        let list = view.keyword("required").and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|it| it.as_str() == Some(name)))
    };
    let property = |view: View<'a>, name: &str| {
        view.keyword("properties").and_then(|it| it.get(name)).map(View::whole)
    };
    let names =
        a.keyword("properties").and_then(Value::as_object).into_iter().flat_map(|it| it.keys());
    let mut both = names.filter(|name| required(a, name) && required(b, name));
    both.any(|name| match (property(a, name), property(b, name)) {
        (Some(a), Some(b)) => exclude(document, (a, b), depth),
        _ => false,
    })
}

/// Whether two values are told apart by every validator: `1` and `1.0` are not.
fn differ(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() > f64::EPSILON * a.abs().max(b.abs()),
        _ => a != b && !(a.is_array() && b.is_array()) && !(a.is_object() && b.is_object()),
    }
}

fn is_typed(view: View<'_>) -> bool {
    view.keyword("type").is_some()
}

/// The type that a value must have.
fn type_of<'a>(document: &Document<'a>, view: View<'a>) -> Option<&'static str> {
    let of_value = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let document_kind = document.kind(view);
    match document_kind {
        Kind::Const(value) => Some(of_value(value)),
        Kind::Enum(values) => {
            let first = of_value(values.first()?);
            values.iter().all(|it| of_value(it) == first).then_some(first)
        }
        _ if !is_typed(document.resolved(view)) => None,
        Kind::String => Some("string"),
        Kind::Number => Some("number"),
        Kind::Boolean => Some("boolean"),
        Kind::Null => Some("null"),
        Kind::Object => Some("object"),
        Kind::Array => Some("array"),
        Kind::Empty
        | Kind::False
        | Kind::Not(_)
        | Kind::Conditional
        | Kind::Dynamic
        | Kind::Combination(..) => None,
    }
}
