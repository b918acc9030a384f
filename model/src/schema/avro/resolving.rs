//! Schema resolution: what a reader with one schema makes of what a writer with another wrote.

use serde_json::{Map, Value};

use super::fitting::{branch, in_union, raw};
use super::logical::{Raw, letters};
use super::{At, Avro, Field, Shape, Type};
use crate::schema::Violation;

/// What the reader has; the payload is known to fit the writer's schema.
pub(super) fn resolved(writer: &Avro, reader: &Avro, payload: &Value) -> Result<Value, Violation> {
    Resolution { writer, reader }.value((writer.root, reader.root), payload, "")
}

struct Resolution<'a> {
    writer: &'a Avro,
    reader: &'a Avro,
}

fn violation(path: &str, sentence: String) -> Violation {
    Violation { json_path: path.to_owned(), sentence }
}

impl Resolution<'_> {
    fn value(&self, (w, r): (At, At), value: &Value, path: &str) -> Result<Value, Violation> {
        let (written, read) = (&self.writer.types[w], &self.reader.types[r]);
        let mismatch = || {
            let (has, wants) = (self.writer.branch_name(w), self.reader.branch_name(r));
            violation(path, format!("the reader wants `{wants}`, and `{has}` was written"))
        };
        match (&written.shape, &read.shape) {
            (Shape::Union(branches), _) => {
                let (branch, inner) = branch(self.writer, branches, value).ok_or_else(mismatch)?;
                self.value((branch, r), inner, path)
            }
            (_, Shape::Union(branches)) => self.union((w, branches), value, path),
            (Shape::Null, Shape::Null) | (Shape::Boolean, Shape::Boolean) => Ok(value.clone()),
            (Shape::Array(w), Shape::Array(r)) => {
                let all = value.as_array().ok_or_else(mismatch)?;
                let item = |(index, item)| self.value((*w, *r), item, &format!("{path}/{index}"));
                all.iter().enumerate().map(item).collect()
            }
            (Shape::Map(w), Shape::Map(r)) => {
                let all = value.as_object().ok_or_else(mismatch)?;
                let item = |(key, item): (&String, &Value)| {
                    let read = self.value((*w, *r), item, &format!("{path}/{key}"))?;
                    Ok((key.clone(), read))
                };
                all.iter().map(item).collect::<Result<_, Violation>>().map(Value::Object)
            }
            (Shape::Record { name, fields }, Shape::Record { name: reads, fields: wanted }) => {
                let members = value.as_object().ok_or_else(mismatch)?;
                reads.takes(name).then_some(()).ok_or_else(mismatch)?;
                self.record((fields, wanted), members, path)
            }
            (Shape::Enum { name, .. }, Shape::Enum { name: reads, symbols, default }) => {
                reads.takes(name).then_some(()).ok_or_else(mismatch)?;
                let known = symbols.iter().any(|symbol| value == symbol);
                let fallback = default.clone().map(Value::String);
                if known { Some(value.clone()) } else { fallback }.ok_or_else(|| {
                    let name = reads.plain();
                    violation(path, format!("the reader's enum `{name}` does not know {value}"))
                })
            }
            (Shape::Fixed { name, size }, Shape::Fixed { name: reads, size: wanted }) => {
                (reads.takes(name) && size == wanted).then_some(()).ok_or_else(mismatch)?;
                number_or_text(written, read, value).ok_or_else(mismatch)
            }
            _ if is_promoted(&written.shape, &read.shape) => {
                number_or_text(written, read, value).ok_or_else(mismatch)
            }
            _ => Err(mismatch()),
        }
    }

    /// The branch of the reader that what was written belongs to: the same type, as all
    /// implementations look for it first; else the first that matches.
    fn union(
        &self,
        (w, branches): (At, &[At]),
        value: &Value,
        path: &str,
    ) -> Result<Value, Violation> {
        let same = branches.iter().find(|r| self.is_same(w, **r));
        let Some(chosen) = same.or_else(|| branches.iter().find(|r| self.matches(w, **r))) else {
            let names: Vec<&str> = branches.iter().map(|at| self.reader.branch_name(*at)).collect();
            let (has, wants) = (self.writer.branch_name(w), names.join(", "));
            let sentence = format!("the reader wants one of {wants}, and `{has}` was written");
            return Err(violation(path, sentence));
        };
        let read = self.value((w, *chosen), value, path)?;
        Ok(in_union(self.reader, branches, *chosen, read))
    }

    /// Whether a type has the same name.
    fn is_same(&self, w: At, r: At) -> bool {
        self.writer.branch_name(w) == self.reader.branch_name(r) && self.matches(w, r)
    }

    /// Whether types match, as the specification means it: not yet what is in them.
    fn matches(&self, w: At, r: At) -> bool {
        match (&self.writer.types[w].shape, &self.reader.types[r].shape) {
            (Shape::Union(_), _) | (_, Shape::Union(_)) => true,
            (Shape::Array(w), Shape::Array(r)) | (Shape::Map(w), Shape::Map(r)) => {
                self.matches(*w, *r)
            }
            (Shape::Record { name, .. }, Shape::Record { name: reads, .. })
            | (Shape::Enum { name, .. }, Shape::Enum { name: reads, .. }) => reads.takes(name),
            (Shape::Fixed { name, size }, Shape::Fixed { name: reads, size: wanted }) => {
                reads.takes(name) && size == wanted
            }
            (Shape::Null, Shape::Null) | (Shape::Boolean, Shape::Boolean) => true,
            (written, read) => is_promoted(written, read),
        }
    }

    fn record(
        &self,
        (fields, wanted): (&[Field], &[Field]),
        members: &Map<String, Value>,
        path: &str,
    ) -> Result<Value, Violation> {
        let mut read = Map::with_capacity(wanted.len());
        for want in wanted {
            let is_meant =
                |name: &str| name == want.name || want.aliases.iter().any(|alias| alias == name);
            let field = fields
                .iter()
                .find(|field| field.name == want.name)
                .or_else(|| fields.iter().find(|field| is_meant(&field.name)));
            let value = match (field, &want.default) {
                (Some(field), _) => {
                    let value = members.get(&field.name).or(field.default.as_ref());
                    let path = format!("{path}/{}", field.name);
                    let value = value.unwrap_or(&Value::Null);
                    self.value((field.of, want.of), value, &path)?
                }
                (None, Some(default)) => default.clone(),
                (None, None) => {
                    let sentence = format!(
                        "the reader's field `{}` has no default, and nobody wrote it",
                        want.name
                    );
                    return Err(violation(path, sentence));
                }
            };
            read.insert(want.name.clone(), value);
        }
        Ok(Value::Object(read))
    }
}

/// Whether primitive types are the same, or one is promoted to the other.
fn is_promoted(written: &Shape, read: &Shape) -> bool {
    matches!(
        (written, read),
        (Shape::Int, Shape::Int | Shape::Long | Shape::Float | Shape::Double)
            | (Shape::Long, Shape::Long | Shape::Float | Shape::Double)
            | (Shape::Float, Shape::Float | Shape::Double)
            | (Shape::Double, Shape::Double)
            | (Shape::Text | Shape::Bytes, Shape::Text | Shape::Bytes)
    )
}

/// What was written, as the reader's type shows it. Logical types play no part in whether it can be
/// read; the reader's own says what it means to him.
fn number_or_text(written: &Type, read: &Type, value: &Value) -> Option<Value> {
    if written.shape == read.shape && written.logical == read.logical {
        return Some(value.clone());
    }
    if matches!(written.shape, Shape::Float | Shape::Double) {
        return Some(value.clone());
    }
    let raw = match (raw(written, value)?, &read.shape) {
        (Raw::Whole(whole), Shape::Float | Shape::Double) => {
            return Some(Value::from(whole as f64));
        }
        (Raw::Text(text), Shape::Bytes) => Raw::Bytes(text.into_bytes()),
        (Raw::Bytes(bytes), Shape::Text) => Raw::Text(String::from_utf8(bytes).ok()?),
        (raw, _) => raw,
    };
    let shown = read.logical.and_then(|logical| logical.shown(&raw));
    Some(shown.unwrap_or_else(|| match raw {
        Raw::Whole(whole) => Value::from(whole),
        Raw::Bytes(bytes) => letters(&bytes),
        Raw::Text(text) => Value::String(text),
    }))
}
