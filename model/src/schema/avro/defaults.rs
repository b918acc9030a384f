//! Defaults of fields: whether they fit their types, and what a payload with them says.

use serde_json::{Map, Value};

use super::fitting::{expected, in_union};
use super::logical::{Raw, bytes};
use super::{At, Avro, Field, Shape};
use crate::schema::SchemaError;

/// Values in all defaults of a schema at most; a default of records takes in those of their fields.
const VALUES: usize = 100_000;
/// Records in records of one default at most.
const DEEP: usize = 32;

/// Works out what payloads say where a field is left out.
///
/// # Errors
/// If a default does not fit its type.
pub(super) fn fill_in(avro: &mut Avro) -> Result<(), SchemaError> {
    let mut defaults = Defaults { avro, left: VALUES };
    let mut found = Vec::new();
    for at in 0..avro.types.len() {
        let Shape::Record { fields, .. } = &avro.types[at].shape else { continue };
        for (index, field) in fields.iter().enumerate() {
            let Some(written) = &field.written_default else { continue };
            let said = defaults.said(field.of, written, 0).map_err(|why| error(field, &why))?;
            found.push((at, index, said));
        }
    }
    for (at, index, said) in found {
        if let Shape::Record { fields, .. } = &mut avro.types[at].shape {
            fields[index].default = Some(said);
        }
    }
    Ok(())
}

fn error(field: &Field, why: &str) -> SchemaError {
    let json_path = format!("{}/default", field.path);
    let name = &field.name;
    let sentence = format!("the schema is wrong at `{json_path}`: the default of `{name}` {why}");
    SchemaError { json_path, sentence }
}

struct Defaults<'a> {
    avro: &'a Avro,
    left: usize,
}

impl Defaults<'_> {
    fn said(&mut self, at: At, written: &Value, depth: usize) -> Result<Value, String> {
        if self.left == 0 || depth > DEEP {
            return Err("leads back to itself, or to more values than anybody wants".into());
        }
        self.left -= 1;
        let misfit = || format!("does not fit: expected {}, found {written}", self.wanted(at));
        let of = &self.avro.types[at];
        let raw = match (&of.shape, written) {
            (Shape::Null, Value::Null) | (Shape::Boolean, Value::Bool(_)) => None,
            (Shape::Float | Shape::Double, Value::Number(_)) => None,
            (Shape::Int, Value::Number(number)) => {
                let whole = number.as_i64().filter(|it| i32::try_from(*it).is_ok());
                Some(Raw::Whole(whole.ok_or_else(misfit)?))
            }
            (Shape::Long, Value::Number(number)) => {
                Some(Raw::Whole(number.as_i64().ok_or_else(misfit)?))
            }
            (Shape::Text, Value::String(_)) => None,
            (Shape::Bytes | Shape::Fixed { .. }, Value::String(text)) => {
                let bytes = bytes(text).ok_or_else(misfit)?;
                if of.size().is_some_and(|size| size != bytes.len()) {
                    return Err(misfit());
                }
                Some(Raw::Bytes(bytes))
            }
            (Shape::Enum { symbols, .. }, Value::String(text)) if symbols.contains(text) => None,
            (Shape::Array(items), Value::Array(all)) => {
                let said: Result<Vec<Value>, String> =
                    all.iter().map(|item| self.said(*items, item, depth)).collect();
                return said.map(Value::Array);
            }
            (Shape::Map(values), Value::Object(all)) => {
                let said = |(key, item): (&String, &Value)| {
                    Ok((key.clone(), self.said(*values, item, depth)?))
                };
                return all.iter().map(said).collect::<Result<_, String>>().map(Value::Object);
            }
            (Shape::Record { fields, .. }, Value::Object(members)) => {
                return self.record(fields, members, depth);
            }
            (Shape::Union(branches), _) => return self.union(branches, written, depth, misfit()),
            _ => return Err(misfit()),
        };
        let shown = raw.and_then(|raw| of.logical.and_then(|logical| logical.shown(&raw)));
        Ok(shown.unwrap_or_else(|| written.clone()))
    }

    /// Defaults are written as the underlying types.
    fn wanted(&self, at: At) -> String {
        match (self.avro.types[at].logical, &self.avro.types[at].shape) {
            (None, _) => expected(self.avro, at),
            (Some(_), Shape::Int | Shape::Long) => "a whole number".into(),
            (Some(_), Shape::Text) => "a text".into(),
            (Some(_), _) => "bytes: a text of the letters U+0000 to U+00FF".into(),
        }
    }

    fn record(
        &mut self,
        fields: &[Field],
        members: &Map<String, Value>,
        depth: usize,
    ) -> Result<Value, String> {
        let mut said = Map::new();
        for field in fields {
            let written = members.get(&field.name).or(field.written_default.as_ref());
            let Some(written) = written else {
                return Err(format!("does not fit: it lacks the field `{}`", field.name));
            };
            said.insert(field.name.clone(), self.said(field.of, written, depth + 1)?);
        }
        Ok(Value::Object(said))
    }

    /// A default may be of any branch.
    fn union(
        &mut self,
        branches: &[At],
        written: &Value,
        depth: usize,
        misfit: String,
    ) -> Result<Value, String> {
        for branch in branches {
            if let Ok(said) = self.said(*branch, written, depth) {
                return Ok(in_union(self.avro, branches, *branch, said));
            }
        }
        Err(misfit)
    }
}
