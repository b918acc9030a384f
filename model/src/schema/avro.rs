//! Avro schemas (specification 1.12): types that name each other, kept in one list. Payloads are
//! plain JSON: a value of a union stands there without the name of its branch as long as that is
//! clear, `bytes` and `fixed` are texts of the letters 0 to 255, and logical types are what people
//! read. Reading, checking, deriving and resolving have a file each.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::{SchemaError, Violation};

mod defaults;
mod fitting;
mod least;
mod logical;
pub(super) mod making;
mod reading;
mod resolving;
#[cfg(test)]
mod tests;

use least::Least;
use logical::Logical;

/// Where a type stands in the list.
type At = usize;

/// An Avro schema, read.
#[derive(Clone, PartialEq, Debug)]
pub struct Avro {
    types: Vec<Type>,
    root: At,
    /// By type, the smallest value; none if there is none that ends.
    least: Vec<Option<Least>>,
    remarks: Vec<SchemaError>,
}

/// A type where it stands.
#[derive(Clone, PartialEq, Debug)]
struct Type {
    shape: Shape,
    logical: Option<Logical>,
    /// The name of the field that has it first, for sensible words.
    hint: String,
}

#[derive(Clone, PartialEq, Debug)]
enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    Text,
    Array(At),
    Map(At),
    Union(Vec<At>),
    Record { name: Name, fields: Vec<Field> },
    Enum { name: Name, symbols: Vec<String>, default: Option<String> },
    Fixed { name: Name, size: usize },
}

/// The name of a type, with its namespace.
#[derive(Clone, PartialEq, Debug)]
struct Name {
    full: String,
    aliases: Vec<String>,
}

#[derive(Clone, PartialEq, Debug)]
struct Field {
    name: String,
    aliases: Vec<String>,
    of: At,
    /// As the schema writes it.
    written_default: Option<Value>,
    /// As a payload says it.
    default: Option<Value>,
    /// Where the field stands in the schema, as a JSON pointer.
    path: String,
}

impl Avro {
    /// Reads a schema.
    ///
    /// # Errors
    /// The first thing that is wrong with it, and where.
    pub fn read(text: &str) -> Result<Avro, SchemaError> {
        let mut avro = reading::read(text)?;
        defaults::fill_in(&mut avro)?;
        avro.least = least::of(&avro.types);
        // Whoever publishes for real uses an implementation that takes the same schemas.
        match apache_avro::Schema::parse_str(text) {
            Ok(_) => Ok(avro),
            Err(error) => Err(SchemaError {
                json_path: String::new(),
                sentence: format!("no Avro implementation reads the schema: {error}"),
            }),
        }
    }

    /// What is legal and without effect: logical types that do not suit their type.
    #[must_use]
    pub fn remarks(&self) -> &[SchemaError] {
        &self.remarks
    }

    /// Whether a payload fits.
    #[must_use]
    pub fn fits(&self, payload: &Value) -> bool {
        fitting::fits(self, self.root, payload)
    }

    /// How a payload does not fit; empty if it does.
    #[must_use]
    pub fn violations(&self, payload: &Value) -> Vec<Violation> {
        fitting::violations(self, payload)
    }

    /// What a reader with this schema makes of a payload that was written with another (schema
    /// resolution of the specification).
    ///
    /// # Errors
    /// Where the payload does not fit the writer's schema, or cannot be read with this one.
    pub fn resolved(&self, writer: &Avro, payload: &Value) -> Result<Value, Violation> {
        if let Some(violation) = writer.violations(payload).into_iter().next() {
            return Err(violation);
        }
        resolving::resolved(writer, self, payload)
    }

    /// The names of the fields at the top; nothing if payloads are no records.
    #[must_use]
    pub fn fields(&self) -> Option<BTreeSet<String>> {
        let fields = self.types[self.root].fields()?;
        Some(fields.iter().map(|field| field.name.clone()).collect())
    }

    /// Why no payload fits the schema, if none does.
    #[must_use]
    pub fn why_endless(&self) -> Option<&'static str> {
        self.least[self.root].is_none().then_some(
            "each payload contains another of its kind without end, or more than ten thousand \
             values; a union with `null`, or a list, would end it",
        )
    }

    /// Whether payloads have a field at a path of names; nothing if the schema leaves it open.
    #[must_use]
    pub fn has_field(&self, path: &[String]) -> Option<bool> {
        self.has_below(self.root, path)
    }

    fn has_below(&self, at: At, path: &[String]) -> Option<bool> {
        let Some((name, rest)) = path.split_first() else { return Some(true) };
        let of = &self.types[at];
        if let Some(fields) = of.fields() {
            let field = fields.iter().find(|field| field.name == *name);
            return field.map_or(Some(false), |field| self.has_below(field.of, rest));
        }
        if matches!(of.shape, Shape::Map(_) | Shape::Array(_)) {
            return None;
        }
        let Shape::Union(branches) = &of.shape else { return Some(false) };
        let is_null = |at: &&At| matches!(self.types[**at].shape, Shape::Null);
        let others = branches.iter().filter(|at| !is_null(at));
        let answers: Vec<Option<bool>> = others.map(|at| self.has_below(*at, path)).collect();
        if answers.contains(&Some(true)) {
            Some(true)
        } else if answers.contains(&None) {
            None
        } else {
            Some(false)
        }
    }

    /// The word that JSON of the specification puts around a value of a branch.
    fn branch_name(&self, at: At) -> &str {
        self.types[at].shape.word()
    }
}

impl Shape {
    /// The name of the type.
    fn word(&self) -> &str {
        match self {
            Shape::Null => "null",
            Shape::Boolean => "boolean",
            Shape::Int => "int",
            Shape::Long => "long",
            Shape::Float => "float",
            Shape::Double => "double",
            Shape::Bytes => "bytes",
            Shape::Text => "string",
            Shape::Array(_) => "array",
            Shape::Map(_) => "map",
            Shape::Union(_) => "union",
            Shape::Record { name, .. } | Shape::Enum { name, .. } | Shape::Fixed { name, .. } => {
                &name.full
            }
        }
    }
}

impl Type {
    /// The fields of a record.
    fn fields(&self) -> Option<&[Field]> {
        if let Shape::Record { fields, .. } = &self.shape { Some(fields) } else { None }
    }

    /// The bytes of a fixed.
    fn size(&self) -> Option<usize> {
        if let Shape::Fixed { size, .. } = &self.shape { Some(*size) } else { None }
    }
}

impl Name {
    /// Without the namespace.
    fn plain(&self) -> &str {
        unqualified(&self.full)
    }

    /// Whether a reader of this name takes what was written under another.
    fn takes(&self, written: &Name) -> bool {
        self.plain() == written.plain() || self.aliases.contains(&written.full)
    }
}

fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
