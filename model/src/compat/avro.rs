//! Compatibility of Avro schemas: schema resolution as the specification has it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Difference, RuleSet};

/// Schemas inside each other that are followed at most.
const DEEPEST: usize = 64;
/// Pairs of schemas that are compared at most.
const PAIRS: usize = 20_000;

const PRIMITIVES: [&str; 8] =
    ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// How two schemas differ, as far as it matters to a reader of what was written.
pub(super) fn differences(writer: &Value, reader: &Value, rules: RuleSet) -> Vec<Difference> {
    let mut comparison = Comparison {
        writer: Names::of(writer),
        reader: Names::of(reader),
        rules,
        found: Vec::new(),
        under_way: Vec::new(),
        pairs: 0,
    };
    comparison.compare((writer, ""), (reader, ""), "");
    comparison.found
}

/// The named types of a schema, by full name.
struct Names<'a>(BTreeMap<String, (&'a Value, String)>);

impl<'a> Names<'a> {
    fn of(schema: &'a Value) -> Names<'a> {
        let mut names = Names(BTreeMap::new());
        names.collect(schema, "", 0);
        names
    }

    fn collect(&mut self, schema: &'a Value, namespace: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match schema {
            Value::Array(branches) => {
                branches.iter().for_each(|it| self.collect(it, namespace, depth + 1));
            }
            Value::Object(fields) => {
                let mut inside = namespace.to_owned();
                if is_named(schema) {
                    let full = full_name(schema, namespace);
                    inside = namespace_of(&full).to_owned();
                    self.0.entry(full).or_insert((schema, namespace.to_owned()));
                }
                let list = fields.get("fields").and_then(Value::as_array).into_iter().flatten();
                let types = list.filter_map(|field| field.get("type"));
                let inner = ["items", "values", "type"].iter().filter_map(|it| fields.get(*it));
                types
                    .chain(inner.filter(|it| !it.is_string()))
                    .for_each(|it| self.collect(it, &inside, depth + 1));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A schema, or the named type that a name stands for, with the namespace around it.
    fn resolve<'n>(&'n self, (schema, namespace): (&'a Value, &'n str)) -> (&'a Value, &'n str) {
        let name = match schema {
            Value::String(name) => name,
            Value::Object(fields) => match fields.get("type") {
                Some(inner @ (Value::Object(_) | Value::Array(_))) => return (inner, namespace),
                Some(Value::String(name)) if !is_kind(name) => name,
                Some(_) | None => return (schema, namespace),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                return (schema, namespace);
            }
        };
        let full = qualified(name, namespace);
        let found = self.0.get(&full).or_else(|| self.0.get(name));
        found.map_or((schema, namespace), |(schema, namespace)| (*schema, namespace.as_str()))
    }
}

fn is_kind(name: &str) -> bool {
    PRIMITIVES.contains(&name)
        || ["record", "error", "enum", "fixed", "array", "map"].contains(&name)
}

fn is_named(schema: &Value) -> bool {
    matches!(kind(schema), "record" | "error" | "enum" | "fixed")
}

/// The word for what a schema is.
fn kind(schema: &Value) -> &str {
    match schema {
        Value::String(name) => name,
        Value::Array(_) => "union",
        Value::Object(fields) => match fields.get("type") {
            Some(Value::String(name)) if name == "error" => "record",
            Some(Value::String(name)) => name,
            Some(inner) => kind(inner),
            None => "",
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => "",
    }
}

fn text<'a>(schema: &'a Value, name: &str) -> Option<&'a str> {
    schema.get(name).and_then(Value::as_str)
}

fn qualified(name: &str, namespace: &str) -> String {
    match (name.contains('.'), namespace) {
        (true, _) | (false, "") => name.to_owned(),
        (false, namespace) => format!("{namespace}.{name}"),
    }
}

fn full_name(schema: &Value, namespace: &str) -> String {
    let own = text(schema, "namespace").unwrap_or(namespace);
    qualified(text(schema, "name").unwrap_or_default(), own)
}

fn namespace_of(full: &str) -> &str {
    full.rsplit_once('.').map_or("", |(namespace, _)| namespace)
}

fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn list<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn aliases(schema: &Value) -> impl Iterator<Item = &str> {
    list(schema, "aliases").iter().filter_map(Value::as_str)
}

struct Comparison<'a> {
    writer: Names<'a>,
    reader: Names<'a>,
    rules: RuleSet,
    found: Vec<Difference>,
    under_way: Vec<(usize, usize)>,
    pairs: usize,
}

impl<'a> Comparison<'a> {
    fn note(&mut self, rule: &'static str, path: &str, sides: (&Value, &Value), breaks: bool) {
        let (old, new) = (Some(sides.0.clone()), Some(sides.1.clone()));
        self.found.push(Difference { rule, json_path: path.to_owned(), old, new, breaks });
    }

    fn compare(&mut self, writer: (&'a Value, &str), reader: (&'a Value, &str), path: &str) {
        let resolved = |names: &Names<'a>, side: (&'a Value, &str)| {
            let (schema, namespace) = names.resolve(side);
            (schema, namespace.to_owned())
        };
        let ((writer, outside), (reader, around)) =
            (resolved(&self.writer, writer), resolved(&self.reader, reader));
        let pair = (std::ptr::from_ref(writer) as usize, std::ptr::from_ref(reader) as usize);
        if self.under_way.contains(&pair) {
            return;
        }
        self.pairs += 1;
        if self.under_way.len() >= DEEPEST || self.pairs > PAIRS {
            return self.note("too-deep", path, (writer, reader), true);
        }
        self.under_way.push(pair);
        self.compare_kinds((writer, &outside), (reader, &around), path);
        self.under_way.pop();
    }

    fn accepts(&mut self, writer: (&'a Value, &str), reader: (&'a Value, &str)) -> bool {
        let before = std::mem::take(&mut self.found);
        self.compare(writer, reader, "");
        std::mem::replace(&mut self.found, before).iter().all(|it| !it.breaks)
    }

    fn compare_kinds(&mut self, writer: (&'a Value, &str), reader: (&'a Value, &str), path: &str) {
        match (kind(writer.0), kind(reader.0)) {
            ("union", _) => {
                for branch in writer.0.as_array().into_iter().flatten() {
                    if !self.accepts((branch, writer.1), reader) {
                        let rule = "union-branch-not-read";
                        self.note(rule, path, (branch, reader.0), true);
                    }
                }
            }
            (_, "union") => {
                let branches = reader.0.as_array().into_iter().flatten();
                if !branches.into_iter().any(|branch| self.accepts(writer, (branch, reader.1))) {
                    self.note("union-branch-missing", path, (writer.0, reader.0), true);
                }
            }
            (from, to) if from == to => self.compare_same(writer, reader, (from, path)),
            ("int", "long" | "float" | "double")
            | ("long", "float" | "double")
            | ("float", "double")
            | ("string", "bytes")
            | ("bytes", "string") => {
                self.note("type-promoted", path, (writer.0, reader.0), false);
            }
            _ => self.note("type-mismatch", path, (writer.0, reader.0), true),
        }
    }

    fn compare_same(
        &mut self,
        writer: (&'a Value, &str),
        reader: (&'a Value, &str),
        (kind, path): (&str, &str),
    ) {
        if is_named(reader.0) && !self.has_same_name(writer, reader) {
            return self.note("name-mismatch", &format!("{path}/name"), (writer.0, reader.0), true);
        }
        match kind {
            "array" | "map" => {
                let name = if kind == "array" { "items" } else { "values" };
                if let (Some(old), Some(new)) = (writer.0.get(name), reader.0.get(name)) {
                    self.compare((old, writer.1), (new, reader.1), &format!("{path}/{name}"));
                }
            }
            "fixed" => {
                let (old, new) = (writer.0.get("size"), reader.0.get("size"));
                if let (Some(old), Some(new)) = (old, new)
                    && old != new
                {
                    self.note("fixed-size-changed", &format!("{path}/size"), (old, new), true);
                }
            }
            "enum" => self.compare_symbols(writer.0, reader.0, path),
            "record" => self.compare_fields(writer, reader, path),
            _ => {}
        }
        self.compare_logical_types(writer.0, reader.0, path);
    }

    fn has_same_name(&self, writer: (&Value, &str), reader: (&Value, &str)) -> bool {
        let (old, new) = (full_name(writer.0, writer.1), full_name(reader.0, reader.1));
        let inside = namespace_of(&new);
        unqualified(&old) == unqualified(&new)
            || aliases(reader.0).any(|alias| qualified(alias, inside) == old)
    }

    fn compare_symbols(&mut self, writer: &Value, reader: &Value, path: &str) {
        let (old, new) = (list(writer, "symbols"), list(reader, "symbols"));
        let missing: Vec<Value> = old.iter().filter(|it| !new.contains(it)).cloned().collect();
        let added: Vec<Value> = new.iter().filter(|it| !old.contains(it)).cloned().collect();
        let has_default = reader.get("default").is_some_and(|it| new.contains(it));
        let path = format!("{path}/symbols");
        if !missing.is_empty() {
            let sides = (&Value::Array(missing), &Value::Array(new.to_vec()));
            self.note("enum-symbols-missing", &path, sides, !has_default);
        }
        if !added.is_empty() {
            let sides = (&Value::Array(old.to_vec()), &Value::Array(added));
            self.note("enum-symbols-added", &path, sides, false);
        }
    }

    fn compare_fields(&mut self, writer: (&'a Value, &str), reader: (&'a Value, &str), path: &str) {
        let inside = |side: (&Value, &str)| namespace_of(&full_name(side.0, side.1)).to_owned();
        let (outer, inner) = (inside(writer), inside(reader));
        let (old, new) = (list(writer.0, "fields"), list(reader.0, "fields"));
        for (place, field) in new.iter().enumerate() {
            let path = format!("{path}/fields/{place}");
            let written = match_field(old, field);
            match written {
                Some(before) => {
                    if let (Some(old), Some(new)) = (before.get("type"), field.get("type")) {
                        let path = format!("{path}/type");
                        self.compare((old, &outer), (new, &inner), &path);
                    }
                }
                None if field.get("default").is_some() => {
                    self.note("field-added-with-default", &path, (&Value::Null, field), false);
                }
                None => {
                    self.note("field-added-without-default", &path, (&Value::Null, field), true)
                }
            }
        }
        for before in old {
            if !new.iter().any(|field| match_field(std::slice::from_ref(before), field).is_some()) {
                self.note(
                    "field-removed",
                    &format!("{path}/fields"),
                    (before, &Value::Null),
                    false,
                );
            }
        }
    }

    /// What changes the meaning although it can be read, such as the scale of a decimal.
    fn compare_logical_types(&mut self, writer: &Value, reader: &Value, path: &str) {
        for name in ["logicalType", "precision", "scale"] {
            let (old, new) = (writer.get(name), reader.get(name));
            if old != new {
                let sides = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
                let breaks = self.rules == RuleSet::StrictPlus && is_decimal(writer, reader);
                self.note("logical-type-changed", &format!("{path}/{name}"), sides, breaks);
            }
        }
    }
}

fn is_decimal(writer: &Value, reader: &Value) -> bool {
    [writer, reader].iter().any(|it| text(it, "logicalType") == Some("decimal"))
}

/// The field of the writer that a field of the reader reads: that of its name, or of an alias.
fn match_field<'a>(written: &'a [Value], field: &Value) -> Option<&'a Value> {
    let named = |name: &str| written.iter().find(|it| text(it, "name") == Some(name));
    text(field, "name").and_then(named).or_else(|| aliases(field).find_map(named))
}
