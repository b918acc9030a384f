//! A schema as a tree of kinds: what it asks of a value, part by part. Nothing is built beforehand,
//! since references may go round in circles.

use serde_json::{Map, Value};

/// References that are followed one after the other at most.
const REFERENCES: usize = 64;

/// A schema, or a part of one that is looked at by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) schema: &'a Value,
    pub(super) part: Part<'a>,
}

/// Which part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'a> {
    /// All of it.
    Whole,
    /// What it asks of a value of this type.
    Type(&'a str),
    /// The same where the type itself is not asked for.
    Inferred(&'a str),
    /// Any of the types it lists.
    Types,
    Const,
    Enum,
    AllOf,
    AnyOf,
    OneOf,
    Not,
    Conditional,
    /// The target of its reference, beside other parts.
    Reference,
    /// A reference that depends on where it is read from.
    Dynamic,
}

/// What a view asks for.
#[derive(Clone, Debug)]
pub(super) enum Kind<'a> {
    /// Nothing.
    Empty,
    /// What cannot be.
    False,
    String,
    Number,
    Boolean,
    Null,
    Object,
    Array,
    Const(&'a Value),
    Enum(&'a [Value]),
    Not(View<'a>),
    /// Opaque: compared as it is written, or not at all.
    Conditional,
    Dynamic,
    Combination(Criterion, Vec<View<'a>>),
}

/// How many of several schemas must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Criterion {
    All,
    Any,
    One,
}

/// A document that schemas refer into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    pub(super) root: &'a Value,
    /// Whether what stands beside a reference counts.
    pub(super) heeds_siblings: bool,
}

const STRING: &[&str] = &["minLength", "maxLength", "pattern", "format"];
const NUMBER: &[&str] =
    &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const OBJECT: &[&str] = &[
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
];
const ARRAY: &[&str] = &[
    "items",
    "prefixItems",
    "additionalItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedItems",
];
const KEYWORDS: [(&str, &[&str]); 4] =
    [("string", STRING), ("number", NUMBER), ("object", OBJECT), ("array", ARRAY)];

impl<'a> View<'a> {
    pub(super) fn whole(schema: &'a Value) -> View<'a> {
        View { schema, part: Part::Whole }
    }

    pub(super) fn of(self, part: Part<'a>) -> View<'a> {
        View { part, ..self }
    }

    /// A keyword of the schema.
    pub(super) fn keyword(self, name: &str) -> Option<&'a Value> {
        self.schema.get(name)
    }

    /// Tells a view from all others of the same document.
    pub(super) fn identity(self) -> (usize, Part<'a>) {
        (std::ptr::from_ref(self.schema) as usize, self.part)
    }
}

impl<'a> Document<'a> {
    /// What a view asks for.
    pub(super) fn kind(&self, view: View<'a>) -> Kind<'a> {
        self.kind_within(view, REFERENCES)
    }

    /// The same behind so many references at most; what is behind more is looked at by nobody.
    fn kind_within(&self, view: View<'a>, left: usize) -> Kind<'a> {
        match view.part {
            Part::Whole => self.kind_of_whole(view, left),
            Part::Type(name) | Part::Inferred(name) => kind_of_type(name),
            Part::Types => Kind::Combination(Criterion::Any, types(view)),
            Part::Const => Kind::Const(&view.schema["const"]),
            Part::Enum => Kind::Enum(list(view, "enum")),
            Part::AllOf => Kind::Combination(Criterion::All, views(view, "allOf")),
            Part::AnyOf => Kind::Combination(Criterion::Any, views(view, "anyOf")),
            Part::OneOf => Kind::Combination(Criterion::One, views(view, "oneOf")),
            Part::Not => Kind::Not(View::whole(&view.schema["not"])),
            Part::Conditional => Kind::Conditional,
            Part::Reference => match self.target(view.schema).filter(|_| left > 0) {
                Some(target) => self.kind_within(View::whole(target), left - 1),
                None => Kind::Dynamic,
            },
            Part::Dynamic => Kind::Dynamic,
        }
    }

    fn kind_of_whole(&self, view: View<'a>, left: usize) -> Kind<'a> {
        let fields = match view.schema {
            Value::Bool(false) => return Kind::False,
            Value::Object(fields) => fields,
            Value::Null
            | Value::Bool(true)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => return Kind::Empty,
        };
        if fields.contains_key("$ref") && !self.heeds_siblings {
            return self.kind_within(view.of(Part::Reference), left);
        }
        let parts = parts(view, fields);
        match parts.as_slice() {
            [] => Kind::Empty,
            [only] => self.kind_within(*only, left),
            _ => Kind::Combination(Criterion::All, parts),
        }
    }

    /// The schema itself, or what it refers to if that is all it does.
    pub(super) fn resolved(&self, view: View<'a>) -> View<'a> {
        let is_whole = view.part == Part::Whole && view.keyword("$ref").is_some();
        let is_reference = view.part == Part::Reference
            || (is_whole && (!self.heeds_siblings || is_alone(view.schema)));
        match self.target(view.schema).filter(|_| is_reference) {
            Some(target) => View::whole(target),
            None => view,
        }
    }

    /// What a reference leads to in the end; nothing if that is outside the document.
    fn target(&self, schema: &'a Value) -> Option<&'a Value> {
        let mut at = schema;
        for _ in 0..REFERENCES {
            let Some(reference) = at.get("$ref").and_then(Value::as_str) else { return Some(at) };
            at = self.at(reference)?;
            if self.heeds_siblings && !is_alone(at) {
                return Some(at);
            }
        }
        None
    }

    fn at(&self, reference: &str) -> Option<&'a Value> {
        let fragment = reference.strip_prefix('#').or_else(|| {
            let id = self.root.get("$id").or_else(|| self.root.get("id"))?.as_str()?;
            reference.strip_prefix(id)?.strip_prefix('#').or(Some(""))
        });
        match fragment {
            Some("") => Some(self.root),
            Some(pointer) if pointer.starts_with('/') => {
                let pointer = pointer.replace("%25", "%").replace("%22", "\"");
                self.root.pointer(&pointer)
            }
            Some(anchor) => anchored(self.root, anchor),
            None => named(self.root, reference),
        }
    }
}

/// Whether all that a schema asks for is what it refers to.
fn is_alone(schema: &Value) -> bool {
    let fields = schema.as_object();
    fields.is_some_and(
        |it| matches!(&*parts(View::whole(schema), it), [only] if only.part == Part::Reference),
    )
}

/// The schema with this anchor, wherever definitions stand.
fn anchored<'a>(root: &'a Value, anchor: &str) -> Option<&'a Value> {
    definitions(root).find(|it| {
        it.get("$anchor").and_then(Value::as_str) == Some(anchor)
            || it.get("$id").and_then(Value::as_str).and_then(|id| id.strip_prefix('#'))
                == Some(anchor)
    })
}

/// The definition with this identity.
fn named<'a>(root: &'a Value, name: &str) -> Option<&'a Value> {
    definitions(root).find(|it| it.get("$id").and_then(Value::as_str) == Some(name))
}

fn definitions(root: &Value) -> impl Iterator<Item = &Value> {
    ["definitions", "$defs"]
        .into_iter()
        .filter_map(|name| root.get(name)?.as_object())
        .flat_map(|fields| fields.values())
}

/// What a schema asks for, one thing each.
fn parts<'a>(view: View<'a>, fields: &'a Map<String, Value>) -> Vec<View<'a>> {
    let mut parts = Vec::new();
    match fields.get("type") {
        Some(Value::String(name)) => parts.push(Part::Type(name)),
        Some(Value::Array(names)) => match names.as_slice() {
            [Value::String(name)] => parts.push(Part::Type(name)),
            _ => parts.push(Part::Types),
        },
        Some(_) | None => {
            let has = |keywords: &[&str]| keywords.iter().any(|it| fields.contains_key(*it));
            let inferred = KEYWORDS.into_iter().filter(|(_, keywords)| has(keywords));
            parts.extend(inferred.map(|(name, _)| Part::Inferred(name)));
        }
    }
    let others = [
        ("$ref", Part::Reference),
        ("$dynamicRef", Part::Dynamic),
        ("$recursiveRef", Part::Dynamic),
        ("const", Part::Const),
        ("enum", Part::Enum),
        ("allOf", Part::AllOf),
        ("anyOf", Part::AnyOf),
        ("oneOf", Part::OneOf),
        ("not", Part::Not),
        ("if", Part::Conditional),
    ];
    parts.extend(others.into_iter().filter(|(name, _)| fields.contains_key(*name)).map(|it| it.1));
    parts.into_iter().map(|part| view.of(part)).collect()
}

fn kind_of_type<'a>(name: &str) -> Kind<'a> {
    match name {
        "string" => Kind::String,
        "number" | "integer" => Kind::Number,
        "boolean" => Kind::Boolean,
        "null" => Kind::Null,
        "object" => Kind::Object,
        "array" => Kind::Array,
        _ => Kind::Empty,
    }
}

fn types(view: View<'_>) -> Vec<View<'_>> {
    let names = list(view, "type").iter().filter_map(Value::as_str);
    names.map(|name| view.of(Part::Type(name))).collect()
}

fn list<'a>(view: View<'a>, name: &str) -> &'a [Value] {
    view.keyword(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn views<'a>(view: View<'a>, name: &str) -> Vec<View<'a>> {
    list(view, name).iter().map(View::whole).collect()
}
