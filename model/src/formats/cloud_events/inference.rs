//! A JSON Schema that payloads have in common.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Names of an object beyond which it is a table of its own rather than a record.
const NAMES: usize = 200;

/// What payloads look like.
#[derive(Clone, Debug, Default)]
struct Shape {
    kinds: BTreeSet<&'static str>,
    objects: usize,
    /// By name, in the order of their first appearance, with how many objects have them.
    properties: Vec<(String, Shape, usize)>,
    items: Option<Box<Shape>>,
}

/// The schema that fits all of these payloads.
pub(super) fn schema<'v>(payloads: impl IntoIterator<Item = &'v Value>) -> Value {
    let mut shape = Shape::default();
    payloads.into_iter().for_each(|payload| shape.take(payload));
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.extend(shape.schema());
    Value::Object(schema)
}

impl Shape {
    fn take(&mut self, value: &Value) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        self.kinds.insert(kind);
        match value {
            Value::Object(members) => {
                self.objects += 1;
                for (name, value) in members {
                    self.property(name, value);
                }
            }
            Value::Array(items) => {
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.take(item));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn property(&mut self, name: &str, value: &Value) {
        if let Some((_, shape, count)) = self.properties.iter_mut().find(|(it, ..)| it == name) {
            *count += 1;
            shape.take(value);
        } else if self.properties.len() <= NAMES {
            let mut shape = Shape::default();
            shape.take(value);
            self.properties.push((name.to_owned(), shape, 1));
        }
    }

    fn schema(&self) -> Map<String, Value> {
        let mut kinds: Vec<&str> = self.kinds.iter().copied().collect();
        if kinds.contains(&"number") {
            kinds.retain(|kind| *kind != "integer");
        }
        let mut schema = Map::new();
        match kinds.as_slice() {
            [] => {}
            [one] => drop(schema.insert("type".to_owned(), json!(one))),
            several => drop(schema.insert("type".to_owned(), json!(several))),
        }
        if !self.properties.is_empty() && self.properties.len() <= NAMES {
            let properties =
                self.properties.iter().map(|(name, it, _)| (name.clone(), it.schema().into()));
            schema.insert("properties".to_owned(), Value::Object(properties.collect()));
            let always = self.properties.iter().filter(|(_, _, count)| *count == self.objects);
            let always: Vec<&String> = always.map(|(name, ..)| name).collect();
            if !always.is_empty() {
                schema.insert("required".to_owned(), json!(always));
            }
        }
        if let Some(items) = self.items.as_ref().filter(|items| !items.kinds.is_empty()) {
            schema.insert("items".to_owned(), items.schema().into());
        }
        schema
    }
}
