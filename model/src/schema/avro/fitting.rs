//! Whether a payload fits an Avro schema, where not, and which branch of a union it means.

use serde_json::{Map, Value};

use super::logical::{Logical, Raw, bytes};
use super::{At, Avro, Field, Shape, Type};
use crate::schema::Violation;

/// Types that are tried for one payload; unions in unions of records multiply with each level.
const TRIES: usize = 200_000;
/// Complaints about one payload at most.
const COMPLAINTS: usize = 100;
/// Letters of a value in a complaint at most.
const SHOWN: usize = 60;

pub(super) fn fits(avro: &Avro, at: At, payload: &Value) -> bool {
    Fitting { avro, left: TRIES }.fits(at, payload)
}

pub(super) fn violations(avro: &Avro, payload: &Value) -> Vec<Violation> {
    let mut fitting = Fitting { avro, left: TRIES };
    let mut found = Vec::new();
    if fitting.fits(avro.root, payload) {
        return found;
    }
    fitting.report(avro.root, payload, "", &mut found);
    if found.is_empty() {
        let sentence = "the payload is too deep a maze of unions to be checked".to_owned();
        found.push(Violation { json_path: String::new(), sentence });
    }
    found
}

/// The branch that a value of a union means, and the value without its wrapping: the first that it
/// fits, else the one that it names.
pub(super) fn branch<'v>(
    avro: &Avro,
    branches: &[At],
    value: &'v Value,
) -> Option<(At, &'v Value)> {
    Fitting { avro, left: TRIES }.branch(branches, value)
}

/// A value of a branch as it stands in a union: bare where that is clear, else under the branch's
/// name.
pub(super) fn in_union(avro: &Avro, branches: &[At], chosen: At, value: Value) -> Value {
    match branch(avro, branches, &value) {
        Some((found, _)) if found == chosen => value,
        Some(_) | None => {
            let mut wrapping = Map::new();
            wrapping.insert(avro.branch_name(chosen).to_owned(), value);
            Value::Object(wrapping)
        }
    }
}

/// A number, text or bytes as Avro keeps them; nothing if the value is none of the type.
pub(super) fn raw(of: &Type, value: &Value) -> Option<Raw> {
    let size = of.size();
    if let Some(logical) = of.logical {
        if let Some(raw) = logical.raw(value, size) {
            return Some(raw);
        }
        if matches!(logical, Logical::Decimal { .. } | Logical::Uuid | Logical::Duration) {
            return None;
        }
    }
    let whole =
        |low: i64, high: i64| value.as_i64().filter(|it| (low..=high).contains(it)).map(Raw::Whole);
    match &of.shape {
        Shape::Int => whole(i64::from(i32::MIN), i64::from(i32::MAX)),
        Shape::Long => whole(i64::MIN, i64::MAX),
        Shape::Text => value.as_str().map(|text| Raw::Text(text.to_owned())),
        Shape::Bytes | Shape::Fixed { .. } => {
            let bytes = bytes(value.as_str()?)?;
            size.is_none_or(|size| size == bytes.len()).then_some(Raw::Bytes(bytes))
        }
        Shape::Null
        | Shape::Boolean
        | Shape::Float
        | Shape::Double
        | Shape::Array(_)
        | Shape::Map(_)
        | Shape::Union(_)
        | Shape::Record { .. }
        | Shape::Enum { .. } => None,
    }
}

struct Fitting<'a> {
    avro: &'a Avro,
    left: usize,
}

impl Fitting<'_> {
    fn fits(&mut self, at: At, value: &Value) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let of = &self.avro.types[at];
        match &of.shape {
            Shape::Null => value.is_null(),
            Shape::Boolean => value.is_boolean(),
            Shape::Float => value.as_f64().is_some_and(|it| it.abs() <= f64::from(f32::MAX)),
            Shape::Double => value.is_number(),
            Shape::Text if of.logical.is_none() => value.is_string(),
            Shape::Int | Shape::Long | Shape::Text | Shape::Bytes | Shape::Fixed { .. } => {
                raw(of, value).is_some()
            }
            Shape::Enum { symbols, .. } => {
                value.as_str().is_some_and(|text| symbols.iter().any(|symbol| symbol == text))
            }
            Shape::Array(items) => {
                value.as_array().is_some_and(|all| all.iter().all(|it| self.fits(*items, it)))
            }
            Shape::Map(values) => {
                value.as_object().is_some_and(|all| all.values().all(|it| self.fits(*values, it)))
            }
            Shape::Union(branches) => self.branch(branches, value).is_some(),
            Shape::Record { fields, .. } => {
                value.as_object().is_some_and(|members| self.fits_record(fields, members))
            }
        }
    }

    fn fits_record(&mut self, fields: &[Field], members: &Map<String, Value>) -> bool {
        let mut known = 0;
        for field in fields {
            match members.get(&field.name) {
                Some(value) => {
                    known += 1;
                    if !self.fits(field.of, value) {
                        return false;
                    }
                }
                None if field.written_default.is_none() => return false,
                None => {}
            }
        }
        known == members.len()
    }

    fn branch<'v>(&mut self, branches: &[At], value: &'v Value) -> Option<(At, &'v Value)> {
        if let Some(at) = branches.iter().find(|at| self.fits(**at, value)) {
            return Some((*at, value));
        }
        let (at, inner) = self.named(branches, value)?;
        self.fits(at, inner).then_some((at, inner))
    }

    /// The branch whose name stands around a value.
    fn named<'v>(&self, branches: &[At], value: &'v Value) -> Option<(At, &'v Value)> {
        let members = value.as_object().filter(|members| members.len() == 1)?;
        let (name, inner) = members.iter().next()?;
        let at = branches.iter().find(|at| self.avro.branch_name(**at) == name)?;
        Some((*at, inner))
    }

    fn report(&mut self, at: At, value: &Value, path: &str, found: &mut Vec<Violation>) {
        if found.len() >= COMPLAINTS || self.left == 0 {
            return;
        }
        let below = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        match (&self.avro.types[at].shape, value) {
            (Shape::Array(items), Value::Array(all)) => {
                for (index, item) in all.iter().enumerate() {
                    self.report(*items, item, &format!("{path}/{index}"), found);
                }
            }
            (Shape::Map(values), Value::Object(all)) => {
                for (key, item) in all {
                    self.report(*values, item, &below(key), found);
                }
            }
            (Shape::Record { name, fields }, Value::Object(members)) => {
                for field in fields {
                    match members.get(&field.name) {
                        Some(value) => self.report(field.of, value, &below(&field.name), found),
                        None if field.written_default.is_some() => {}
                        None => found.push(Violation {
                            json_path: path.to_owned(),
                            sentence: format!(
                                "the field `{}` is missing and has no default",
                                field.name
                            ),
                        }),
                    }
                }
                let is_unknown =
                    |key: &&String| fields.iter().all(|field| field.name != key.as_str());
                for key in members.keys().filter(is_unknown) {
                    let sentence = format!("the record `{}` has no field `{key}`", name.plain());
                    found.push(Violation { json_path: below(key), sentence });
                }
            }
            (Shape::Union(branches), _) => self.report_union((at, branches), value, path, found),
            _ => {
                if !self.fits(at, value) {
                    found.push(self.misfit(at, value, path));
                }
            }
        }
    }

    fn report_union(
        &mut self,
        (at, branches): (At, &[At]),
        value: &Value,
        path: &str,
        found: &mut Vec<Violation>,
    ) {
        if self.branch(branches, value).is_some() {
            return;
        }
        let is_null = |at: &At| matches!(self.avro.types[*at].shape, Shape::Null);
        let others: Vec<At> = branches.iter().filter(|at| !is_null(at)).copied().collect();
        match (others.as_slice(), self.named(branches, value)) {
            ([one], _) if !value.is_null() => self.report(*one, value, path, found),
            (_, Some((branch, inner))) => {
                let path = format!("{path}/{}", self.avro.branch_name(branch));
                self.report(branch, inner, &path, found);
            }
            _ => found.push(self.misfit(at, value, path)),
        }
    }

    fn misfit(&self, at: At, value: &Value, path: &str) -> Violation {
        let text = value.to_string();
        let is_long = text.chars().nth(SHOWN).is_some();
        let shown: String = text.chars().take(SHOWN).collect();
        let dots = if is_long { "…" } else { "" };
        let sentence = format!("expected {}, found {shown}{dots}", expected(self.avro, at));
        Violation { json_path: path.to_owned(), sentence }
    }
}

/// What a type wants, in words.
pub(super) fn expected(avro: &Avro, at: At) -> String {
    let of = &avro.types[at];
    if let Some(logical) = of.logical {
        return logical.expected();
    }
    match &of.shape {
        Shape::Null => "null".into(),
        Shape::Boolean => "true or false".into(),
        Shape::Int => "a whole number of 32 bits".into(),
        Shape::Long => "a whole number of 64 bits".into(),
        Shape::Float => "a number of single precision".into(),
        Shape::Double => "a number".into(),
        Shape::Bytes => "bytes: a text of the letters U+0000 to U+00FF".into(),
        Shape::Text => "a text".into(),
        Shape::Array(_) => "a list".into(),
        Shape::Map(_) => "a map (an object)".into(),
        Shape::Record { name, .. } => format!("a record `{}` (an object)", name.plain()),
        Shape::Enum { symbols, .. } => {
            let few: Vec<String> = symbols.iter().take(8).map(|it| format!("\"{it}\"")).collect();
            let dots = if symbols.len() > 8 { ", …" } else { "" };
            format!("one of {}{dots}", few.join(", "))
        }
        Shape::Fixed { size, .. } => {
            format!("{size} bytes: a text of {size} of the letters U+0000 to U+00FF")
        }
        Shape::Union(branches) => {
            let names: Vec<&str> = branches.iter().map(|at| avro.branch_name(*at)).collect();
            format!("one of the union {}", names.join(", "))
        }
    }
}
