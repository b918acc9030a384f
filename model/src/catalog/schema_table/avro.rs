//! Fields of an Avro schema.

use serde_json::Value;

use super::{DEPTH, ROWS, Row, shown};

/// Lists the fields of a schema.
pub(super) fn list(schema: &Value, rows: &mut Vec<Row>) {
    fields(schema, 0, rows);
}

/// A type that is named somewhere else has its fields there.
fn fields(schema: &Value, depth: usize, rows: &mut Vec<Row>) {
    if depth > DEPTH {
        return;
    }
    match schema {
        Value::Array(branches) => {
            for branch in branches {
                fields(branch, depth, rows);
            }
        }
        Value::Object(_) => {
            for inner in ["items", "values"].iter().filter_map(|word| schema.get(word)) {
                fields(inner, depth, rows);
            }
            if let Some(inner) = schema.get("type").filter(|it| !it.is_string()) {
                fields(inner, depth, rows);
            }
            for field in schema.get("fields").and_then(Value::as_array).into_iter().flatten() {
                if rows.len() >= ROWS {
                    return;
                }
                rows.push(row(field, depth));
                if let Some(inner) = field.get("type") {
                    fields(inner, depth + 1, rows);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn row(field: &Value, depth: usize) -> Row {
    let text = |word| field.get(word).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind_of = field.get("type").unwrap_or(&Value::Null);
    let mut rules: Vec<String> = logical(kind_of).into_iter().collect();
    let default = field.get("default");
    rules.extend(default.map(|value| format!("default {}", shown(value))));
    let is_required = default.is_none();
    Row { depth, name: text("name"), kind: kind(kind_of), is_required, rules, about: text("doc") }
}

fn logical(schema: &Value) -> Option<String> {
    schema.get("logicalType")?.as_str().map(str::to_owned)
}

/// What the values of a schema are.
fn kind(schema: &Value) -> String {
    match schema {
        Value::String(word) => word.clone(),
        Value::Array(branches) => branches.iter().map(kind).collect::<Vec<_>>().join(" or "),
        Value::Object(object) => match object.get("type") {
            Some(Value::String(word)) => {
                let inner = |word| kind(object.get(word).unwrap_or(&Value::Null));
                let name = object.get("name").and_then(Value::as_str);
                match word.as_str() {
                    "array" => format!("array of {}", inner("items")),
                    "map" => format!("map of {}", inner("values")),
                    "enum" => {
                        let symbols = object.get("symbols").and_then(Value::as_array);
                        symbols.into_iter().flatten().map(shown).collect::<Vec<_>>().join(", ")
                    }
                    other => name.unwrap_or(other).to_owned(),
                }
            }
            Some(other) => kind(other),
            None => String::new(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}
