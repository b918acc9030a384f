//! The text of an Avro schema, taken apart, with a place for every complaint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::logical::Logical;
use super::{At, Avro, Field, Name, Shape, Type, unqualified};
use crate::name::nearest;
use crate::schema::SchemaError;

/// Bytes of a schema at most; registries set limits of this order.
const LONGEST: usize = 1_000_000;
/// Bytes of one `fixed` at most.
const LARGEST: u64 = 100_000;

const PRIMITIVES: [(&str, Shape); 8] = [
    ("null", Shape::Null),
    ("boolean", Shape::Boolean),
    ("int", Shape::Int),
    ("long", Shape::Long),
    ("float", Shape::Float),
    ("double", Shape::Double),
    ("bytes", Shape::Bytes),
    ("string", Shape::Text),
];
const COMPLEX: [&str; 5] = ["record", "enum", "array", "map", "fixed"];

/// The types of a schema; defaults are not looked at yet.
pub(super) fn read(text: &str) -> Result<Avro, SchemaError> {
    if text.len() > LONGEST {
        let sentence = format!("the schema has {} bytes; at most {LONGEST} are read", text.len());
        return Err(SchemaError { json_path: String::new(), sentence });
    }
    let json: Value = serde_json::from_str(text).map_err(|error| SchemaError {
        json_path: String::new(),
        sentence: format!("the schema is no JSON: {error}"),
    })?;
    let mut reader = Reader::default();
    let root = reader.read(&json, &Place { path: String::new(), namespace: "", hint: "" })?;
    Ok(Avro { types: reader.types, root, least: Vec::new(), remarks: reader.remarks })
}

#[derive(Default)]
struct Reader {
    types: Vec<Type>,
    names: BTreeMap<String, At>,
    named: BTreeMap<At, String>,
    remarks: Vec<SchemaError>,
}

/// Where in the schema we are, and what that means for names.
struct Place<'a> {
    path: String,
    namespace: &'a str,
    hint: &'a str,
}

impl Place<'_> {
    fn at(&self, key: impl std::fmt::Display) -> Place<'_> {
        Place { path: format!("{}/{key}", self.path), ..*self }
    }

    fn error(&self, sentence: impl std::fmt::Display) -> SchemaError {
        let json_path = self.path.clone();
        let place = if json_path.is_empty() { String::new() } else { format!(" at `{json_path}`") };
        SchemaError { sentence: format!("the schema is wrong{place}: {sentence}"), json_path }
    }
}

impl Reader {
    fn read(&mut self, json: &Value, place: &Place<'_>) -> Result<At, SchemaError> {
        match json {
            Value::String(name) => self.named(name, place),
            Value::Object(members) => self.object(members, place),
            Value::Array(branches) => self.union(branches, place),
            Value::Null | Value::Bool(_) | Value::Number(_) => Err(place.error(format_args!(
                "expected the name of a type, an object or a list of types, found `{json}`"
            ))),
        }
    }

    fn add(&mut self, shape: Shape, place: &Place<'_>) -> At {
        self.types.push(Type { shape, logical: None, hint: place.hint.to_owned() });
        self.types.len() - 1
    }

    /// A primitive type, or one that was named before.
    fn named(&mut self, name: &str, place: &Place<'_>) -> Result<At, SchemaError> {
        if let Some((_, shape)) = PRIMITIVES.iter().find(|(known, _)| *known == name) {
            return Ok(self.add(shape.clone(), place));
        }
        if let Some(at) = self.names.get(&full(name, place.namespace)) {
            return Ok(*at);
        }
        if COMPLEX.contains(&name) {
            let sentence = format!("`{name}` needs an object with its attributes");
            return Err(place.error(sentence));
        }
        let known = PRIMITIVES.iter().map(|(name, _)| *name);
        let known = known.chain(self.names.keys().map(|name| unqualified(name)));
        let meant =
            nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Err(place.error(format_args!("there is no type `{name}` before this place{meant}")))
    }

    fn object(
        &mut self,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<At, SchemaError> {
        let Some(kind) = members.get("type") else {
            return Err(place.error("a type needs the attribute `type`"));
        };
        match kind.as_str() {
            Some("record") => self.record(members, place),
            Some("enum") => self.symbols(members, place),
            Some("fixed") => self.fixed(members, place),
            Some("array") => {
                let items = self.part(members, "items", place)?;
                Ok(self.add(Shape::Array(items), place))
            }
            Some("map") => {
                let values = self.part(members, "values", place)?;
                Ok(self.add(Shape::Map(values), place))
            }
            Some(_) | None => {
                let at = self.read(kind, &place.at("type"))?;
                let is_named = kind.as_str().is_some_and(|name| !is_primitive(name));
                if !is_named {
                    self.logical(at, members, place);
                }
                Ok(at)
            }
        }
    }

    fn part(
        &mut self,
        members: &Map<String, Value>,
        key: &str,
        place: &Place<'_>,
    ) -> Result<At, SchemaError> {
        let kind = if key == "items" { "an array" } else { "a map" };
        let Some(part) = members.get(key) else {
            return Err(place.error(format_args!("{kind} needs the attribute `{key}`")));
        };
        let singular = place.hint.strip_suffix('s').unwrap_or(place.hint);
        self.read(part, &Place { hint: singular, ..place.at(key) })
    }

    /// Puts the logical type on a type, if it suits it; else it has no effect, as the specification
    /// wants it.
    fn logical(&mut self, at: At, members: &Map<String, Value>, place: &Place<'_>) {
        let Some(name) = members.get("logicalType").and_then(Value::as_str) else { return };
        match Logical::of(name, &self.types[at].shape, members) {
            Ok(Some(logical)) => self.types[at].logical = Some(logical),
            Ok(None) => {}
            Err(why) => self.remark(place, name, &why),
        }
    }

    fn remark(&mut self, place: &Place<'_>, name: &str, why: &str) {
        let json_path = format!("{}/logicalType", place.path);
        let sentence = format!("the logical type `{name}` at `{json_path}` has no effect: {why}");
        self.remarks.push(SchemaError { json_path, sentence });
    }

    fn union(&mut self, branches: &[Value], place: &Place<'_>) -> Result<At, SchemaError> {
        let mut types = Vec::new();
        let mut kinds = BTreeSet::new();
        for (index, branch) in branches.iter().enumerate() {
            let at = place.at(index);
            let branch = self.read(branch, &at)?;
            let kind = self.kind(branch);
            if kind == "union" {
                return Err(at.error("a union cannot stand in a union"));
            }
            if !kinds.insert(kind.clone()) {
                return Err(at.error(format_args!("the union has `{kind}` twice")));
            }
            types.push(branch);
        }
        Ok(self.add(Shape::Union(types), place))
    }

    /// What may stand only once in a union; a type has its name from where it begins.
    fn kind(&self, at: At) -> String {
        let named = self.named.get(&at).map(String::as_str);
        named.unwrap_or_else(|| self.types[at].shape.word()).to_owned()
    }

    /// Notes the name of a type from here on; its place is kept for it.
    fn begin(
        &mut self,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<(At, Name), SchemaError> {
        let text = |key: &str| members.get(key).and_then(Value::as_str);
        let Some(name) = text("name") else {
            return Err(place.error("a record, an enum or a fixed needs a `name`"));
        };
        let namespace = text("namespace").unwrap_or(place.namespace);
        let full_name = full(name, namespace);
        check_name(&full_name, true).map_err(|why| place.at("name").error(why))?;
        if is_primitive(&full_name) {
            let sentence = format!("`{full_name}` is the name of a primitive type");
            return Err(place.at("name").error(sentence));
        }
        let own = full_name.rsplit_once('.').map_or("", |(namespace, _)| namespace);
        let aliases = aliases(members, place)?.iter().map(|alias| full(alias, own)).collect();
        let at = self.add(Shape::Null, place);
        self.named.insert(at, full_name.clone());
        if self.names.insert(full_name.clone(), at).is_some() {
            return Err(place.at("name").error(format_args!("`{full_name}` is defined twice")));
        }
        Ok((at, Name { full: full_name, aliases }))
    }

    fn record(
        &mut self,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<At, SchemaError> {
        let (at, name) = self.begin(members, place)?;
        let Some(list) = members.get("fields").and_then(Value::as_array) else {
            return Err(place.error("a record needs a list of `fields`"));
        };
        let namespace = name.full.rsplit_once('.').map_or("", |(namespace, _)| namespace);
        let mut fields: Vec<Field> = Vec::new();
        let mut taken = BTreeSet::new();
        for (index, field) in list.iter().enumerate() {
            let place = Place { namespace, ..place.at("fields") };
            let place = place.at(index);
            let field = self.field(field, &place)?;
            if !taken.insert(field.name.clone()) {
                let sentence = format!("the record has a field `{}` twice", field.name);
                return Err(place.at("name").error(sentence));
            }
            fields.push(field);
        }
        self.types[at].shape = Shape::Record { name, fields };
        Ok(at)
    }

    fn field(&mut self, json: &Value, place: &Place<'_>) -> Result<Field, SchemaError> {
        let Some(members) = json.as_object() else {
            return Err(place.error("a field is an object with `name` and `type`"));
        };
        let Some(name) = members.get("name").and_then(Value::as_str) else {
            return Err(place.error("a field needs a `name`"));
        };
        check_name(name, false).map_err(|why| place.at("name").error(why))?;
        let Some(kind) = members.get("type") else {
            return Err(place.error(format_args!("the field `{name}` needs a `type`")));
        };
        if let Some(logical) = members.get("logicalType").and_then(Value::as_str) {
            self.remark(place, logical, "it stands beside the type; it belongs into it");
        }
        let of = self.read(kind, &Place { hint: name, ..place.at("type") })?;
        Ok(Field {
            name: name.to_owned(),
            aliases: aliases(members, place)?,
            of,
            written_default: members.get("default").cloned(),
            default: None,
            path: place.path.clone(),
        })
    }

    fn symbols(
        &mut self,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<At, SchemaError> {
        let (at, name) = self.begin(members, place)?;
        let Some(list) = members.get("symbols").and_then(Value::as_array) else {
            return Err(place.error("an enum needs a list of `symbols`"));
        };
        let mut symbols: Vec<String> = Vec::new();
        let mut taken = BTreeSet::new();
        for (index, symbol) in list.iter().enumerate() {
            let place = place.at("symbols");
            let place = place.at(index);
            let symbol = symbol.as_str().ok_or_else(|| place.error("a symbol is a text"))?;
            check_name(symbol, false).map_err(|why| place.error(why))?;
            if !taken.insert(symbol) {
                return Err(place.error(format_args!("the enum has `{symbol}` twice")));
            }
            symbols.push(symbol.to_owned());
        }
        let default = members.get("default").map(|default| {
            let known = default.as_str().filter(|default| taken.contains(default));
            let error = || place.at("default").error(format_args!("{default} is no symbol"));
            known.map(str::to_owned).ok_or_else(error)
        });
        let default = default.transpose()?;
        self.types[at].shape = Shape::Enum { name, symbols, default };
        Ok(at)
    }

    fn fixed(
        &mut self,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<At, SchemaError> {
        let (at, name) = self.begin(members, place)?;
        let Some(size) = members.get("size").and_then(Value::as_u64) else {
            return Err(place.error("a fixed needs a `size`, its number of bytes"));
        };
        if size > LARGEST {
            let sentence = format!("{size} bytes are more than the {LARGEST} that are allowed");
            return Err(place.at("size").error(sentence));
        }
        self.types[at].shape = Shape::Fixed { name, size: size as usize };
        self.logical(at, members, place);
        Ok(at)
    }
}

fn is_primitive(name: &str) -> bool {
    PRIMITIVES.iter().any(|(known, _)| *known == name)
}

fn aliases(members: &Map<String, Value>, place: &Place<'_>) -> Result<Vec<String>, SchemaError> {
    let Some(aliases) = members.get("aliases") else { return Ok(Vec::new()) };
    let place = place.at("aliases");
    let list = aliases.as_array().ok_or_else(|| place.error("`aliases` is a list of names"))?;
    let mut names = Vec::new();
    for (index, alias) in list.iter().enumerate() {
        let place = place.at(index);
        let name = alias.as_str().ok_or_else(|| place.error("an alias is a name"))?;
        check_name(name, true).map_err(|why| place.error(why))?;
        names.push(name.to_owned());
    }
    Ok(names)
}

/// A name with its namespace.
fn full(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

fn check_name(name: &str, has_namespace: bool) -> Result<(), String> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_good = if has_namespace { name.split('.').all(is_word) } else { is_word(name) };
    if is_good {
        return Ok(());
    }
    Err(format!("`{name}` is no name; names are letters, digits and `_`, no digit first"))
}
