//! Makes one plain schema of references, `allOf`, `anyOf` and `oneOf`.

use serde_json::{Map, Value, json};

use crate::schema::draws::Draws;

/// Schemas that are taken in before we give up: a circle of them says nothing.
const LIMIT: usize = 256;

/// The schema with everything it refers to taken in; of alternatives, one.
pub(super) fn flat(schema: &Value, root: &Value, draws: &mut Draws<'_>) -> Map<String, Value> {
    let mut whole = Map::new();
    let mut left = LIMIT;
    take_in(&mut whole, schema, root, draws, &mut left);
    whole
}

fn take_in(
    whole: &mut Map<String, Value>,
    schema: &Value,
    root: &Value,
    draws: &mut Draws<'_>,
    left: &mut usize,
) {
    let Value::Object(members) = schema else { return };
    if *left == 0 {
        return;
    }
    *left -= 1;
    for (key, value) in members {
        match (key.as_str(), value) {
            ("$ref", Value::String(target)) => {
                if let Some(target) = target.strip_prefix('#').and_then(|at| root.pointer(at)) {
                    take_in(whole, target, root, draws, left);
                }
            }
            ("allOf", Value::Array(parts)) => {
                parts.iter().for_each(|part| take_in(whole, part, root, draws, left));
            }
            ("anyOf" | "oneOf", Value::Array(parts)) if !parts.is_empty() => {
                let chosen = draws.below(parts.len() as u64) as usize;
                take_in(whole, &parts[chosen], root, draws, left);
            }
            _ => add(whole, key, value),
        }
    }
}

/// Joins one keyword with what is there: both must hold.
fn add(whole: &mut Map<String, Value>, key: &str, value: &Value) {
    let Some(there) = whole.get_mut(key) else {
        whole.insert(key.to_owned(), value.clone());
        return;
    };
    match (key, &mut *there, value) {
        ("properties", Value::Object(there), Value::Object(value)) => {
            for (name, schema) in value {
                let both = match there.get(name) {
                    Some(first) if first != schema => json!({"allOf": [first, schema]}),
                    Some(_) | None => schema.clone(),
                };
                there.insert(name.clone(), both);
            }
        }
        ("required", Value::Array(there), Value::Array(value)) => there.extend(value.clone()),
        ("enum", Value::Array(there), Value::Array(value)) => {
            there.retain(|item| value.contains(item));
        }
        ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", ..) => {
            if value.as_f64() > there.as_f64() {
                *there = value.clone();
            }
        }
        ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", ..) => {
            if value.as_f64() < there.as_f64() {
                *there = value.clone();
            }
        }
        _ => *there = value.clone(),
    }
}
