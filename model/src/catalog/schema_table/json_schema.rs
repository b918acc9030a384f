//! Fields of a JSON Schema.

use serde_json::{Map, Value};

use super::{DEPTH, ROWS, Row, shown};

/// Lists the fields of a schema.
pub(super) fn list(schema: &Value, rows: &mut Vec<Row>) {
    fields(&Walk { root: schema, within: &[] }, schema, 0, rows);
}

/// Where a listing is.
struct Walk<'a> {
    root: &'a Value,
    /// References that are being followed.
    within: &'a [&'a str],
}

fn fields(walk: &Walk<'_>, schema: &Value, depth: usize, rows: &mut Vec<Row>) {
    if depth > DEPTH {
        return;
    }
    let (schema, reference) = target(walk, schema);
    let mut within = walk.within.to_vec();
    if let Some(reference) = reference {
        if within.contains(&reference) || reference == "#" && depth > 0 {
            return;
        }
        within.push(reference);
    }
    let walk = &Walk { root: walk.root, within: &within };
    let Some(object) = schema.as_object() else { return };
    for part in parts(object, "allOf") {
        fields(walk, part, depth, rows);
    }
    let required: Vec<&str> = parts(object, "required").filter_map(Value::as_str).collect();
    for (name, field) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if rows.len() >= ROWS {
            return;
        }
        rows.push(row(walk, name, field, depth, required.contains(&name.as_str())));
        fields(walk, inner(walk, field), depth + 1, rows);
    }
    for word in ["oneOf", "anyOf"] {
        for (number, part) in parts(object, word).enumerate() {
            let mut head = row(walk, &format!("{word} {}", number + 1), part, depth, false);
            let before = rows.len();
            rows.push(Row { name: std::mem::take(&mut head.name), ..head });
            fields(walk, part, depth + 1, rows);
            // Alternatives of plain values say nothing beside the kind of the field.
            if depth > 0 && rows.len() == before + 1 {
                rows.pop();
            }
        }
    }
}

fn parts<'a>(object: &'a Map<String, Value>, word: &str) -> impl Iterator<Item = &'a Value> {
    object.get(word).and_then(Value::as_array).into_iter().flatten()
}

/// What a reference inside the schema leads to, and the reference.
fn target<'a>(walk: &Walk<'a>, schema: &'a Value) -> (&'a Value, Option<&'a str>) {
    let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return (schema, None) };
    let inside = reference.strip_prefix('#');
    match inside.and_then(|pointer| walk.root.pointer(pointer)) {
        Some(target) => (target, Some(reference)),
        None => (schema, None),
    }
}

/// The schema whose fields a field has: that of its items, if it is a list.
fn inner<'a>(walk: &Walk<'a>, field: &'a Value) -> &'a Value {
    let (schema, _) = target(walk, field);
    match schema.get("items") {
        Some(items) if items.is_object() => items,
        _ => field,
    }
}

fn row(walk: &Walk<'_>, name: &str, field: &Value, depth: usize, is_required: bool) -> Row {
    let (schema, reference) = target(walk, field);
    let mut rules = rules(schema);
    if let Some(reference) = reference
        && (reference == "#" || walk.within.contains(&reference))
    {
        rules.push(format!("as {reference}"));
    }
    let about = ["description", "title"].iter().find_map(|word| {
        let of = |it: &Value| it.get(word).and_then(Value::as_str).map(str::to_owned);
        of(field).or_else(|| of(schema))
    });
    let (name, kind) = (name.to_owned(), kind(walk, schema));
    Row { depth, name, kind, is_required, rules, about: about.unwrap_or_default() }
}

/// What the values of a schema are.
fn kind(walk: &Walk<'_>, schema: &Value) -> String {
    if let Some(value) = schema.get("const") {
        return shown(value);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(shown).collect::<Vec<_>>().join(", ");
    }
    match schema.get("type") {
        Some(Value::String(word)) if word == "array" => match schema.get("items") {
            Some(items) => format!("array of {}", kind(walk, target(walk, items).0)),
            None => "array".to_owned(),
        },
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            words.join(" or ")
        }
        _ => untyped(walk, schema),
    }
}

fn untyped(walk: &Walk<'_>, schema: &Value) -> String {
    let Some(object) = schema.as_object() else {
        return if *schema == Value::Bool(false) { "nothing" } else { "anything" }.to_owned();
    };
    let alternatives: Vec<String> = parts(object, "oneOf")
        .chain(parts(object, "anyOf"))
        .map(|part| kind(walk, target(walk, part).0))
        .collect();
    if !alternatives.is_empty() {
        alternatives.join(" or ")
    } else if object.contains_key("properties") || object.contains_key("allOf") {
        "object".to_owned()
    } else {
        "anything".to_owned()
    }
}

/// What else holds for the values of a schema.
fn rules(schema: &Value) -> Vec<String> {
    const WORDS: [(&str, &str, &str); 14] = [
        ("format", "format ", ""),
        ("pattern", "matches ", ""),
        ("minimum", "at least ", ""),
        ("exclusiveMinimum", "more than ", ""),
        ("maximum", "at most ", ""),
        ("exclusiveMaximum", "less than ", ""),
        ("multipleOf", "a multiple of ", ""),
        ("minLength", "at least ", " letters"),
        ("maxLength", "at most ", " letters"),
        ("minItems", "at least ", " items"),
        ("maxItems", "at most ", " items"),
        ("minProperties", "at least ", " fields"),
        ("maxProperties", "at most ", " fields"),
        ("default", "default ", ""),
    ];
    let mut rules: Vec<String> = WORDS
        .iter()
        .filter_map(|(word, before, after)| {
            let value = schema.get(word)?;
            let text = value.as_str().filter(|_| *word != "default");
            let text = text.map_or_else(|| shown(value), str::to_owned);
            Some(format!("{before}{text}{after}"))
        })
        .collect();
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        rules.push("no item twice".to_owned());
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        rules.push("no other fields".to_owned());
    }
    if schema.get("deprecated") == Some(&Value::Bool(true)) {
        rules.push("deprecated".to_owned());
    }
    rules
}
