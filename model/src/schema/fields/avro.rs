//! Fields of an Avro record.

use serde_json::{Value, json};

use super::{Change, DEEPEST, Field, Fields, Kind, MOST, check_name, parent, shown, spans, with};

/// The words for values: types, and logical types where these say more.
pub(super) const BASES: &[&str] = &[
    "string",
    "int",
    "long",
    "float",
    "double",
    "boolean",
    "bytes",
    "record",
    "uuid",
    "date",
    "time-millis",
    "timestamp-millis",
    "timestamp-micros",
];
/// What a field can say beside its type.
pub(super) const RULES: [&str; 3] = ["default", "aliases", "order"];

/// Which type bears a logical type.
fn bearer(base: &str) -> Option<&'static str> {
    match base {
        "uuid" => Some("string"),
        "date" | "time-millis" => Some("int"),
        "timestamp-millis" | "timestamp-micros" => Some("long"),
        _ => None,
    }
}

/// The fields of a schema.
pub(super) fn fields(schema: &Value) -> Fields {
    let mut list = Vec::new();
    let is_record = is_record(schema);
    if is_record {
        inside(schema, "", 0, &mut list);
    }
    let members = schema.as_object().into_iter().flatten();
    let beside = members.filter(|(word, _)| !["type", "fields"].contains(&word.as_str()));
    let beside = beside.map(|(word, value)| (word.clone(), shown(value))).collect();
    Fields { list, top: is_record.then(String::new), beside }
}

fn is_record(schema: &Value) -> bool {
    schema.get("type").is_some_and(|it| it == "record" || it == "error")
}

fn inside(record: &Value, at: &str, depth: usize, list: &mut Vec<Field>) {
    let fields = record.get("fields").and_then(Value::as_array).into_iter().flatten();
    for (place, field) in fields.enumerate() {
        if list.len() >= MOST {
            return;
        }
        let at = format!("{at}/fields/{place}");
        let kind_of = field.get("type").unwrap_or(&Value::Null);
        let held = record_in(kind_of, format!("{at}/type")).filter(|_| depth < DEEPEST);
        list.push(row(field, &at, depth, held.as_ref().map(|(_, at)| at.clone())));
        if let Some((record, at)) = held {
            inside(record, &at, depth + 1, list);
        }
    }
}

/// The record that a type is, or is a list or a map of, or may be.
fn record_in(schema: &Value, at: String) -> Option<(&Value, String)> {
    match schema {
        Value::Array(branches) => branches
            .iter()
            .enumerate()
            .find_map(|(place, branch)| record_in(branch, format!("{at}/{place}"))),
        Value::Object(object) => {
            if is_record(schema) {
                return Some((schema, at));
            }
            let word = ["items", "values"].into_iter().find(|word| object.contains_key(*word))?;
            record_in(&object[word], format!("{at}/{word}"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn row(field: &Value, at: &str, depth: usize, holds: Option<String>) -> Field {
    let text = |word| field.get(word).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of_type = field.get("type").unwrap_or(&Value::Null);
    let members = || field.as_object().into_iter().flatten();
    let rules = members().filter(|(word, _)| RULES.contains(&word.as_str()));
    let is_unseen = |word: &str| !["name", "type", "doc"].contains(&word) && !RULES.contains(&word);
    let beside = members().filter(|(word, _)| is_unseen(word));
    Field {
        at: at.to_owned(),
        depth,
        name: text("name"),
        said: said(of_type),
        kind: kind(of_type),
        is_required: field.get("default").is_none(),
        rules: rules.map(|(word, value)| (word.clone(), value.clone())).collect(),
        beside: beside.map(|(word, value)| (word.clone(), shown(value))).collect(),
        about: text("doc"),
        holds,
        shared: None,
    }
}

/// What the tree can change: types that it could write again without loss.
fn kind(schema: &Value) -> Option<Kind> {
    match schema {
        Value::Array(branches) => {
            let others: Vec<&Value> = branches.iter().filter(|it| **it != "null").collect();
            let [one] = others[..] else { return None };
            let kind = kind(one).filter(|it| !it.is_nullable)?;
            (branches.len() == 2).then_some(Kind { is_nullable: true, ..kind })
        }
        Value::Object(object) => {
            let word = object.get("type")?.as_str()?;
            let logical = object.get("logicalType").and_then(Value::as_str);
            let said = object.len();
            match (word, logical) {
                ("array", None) if said == 2 => {
                    let inner = kind(object.get("items")?).filter(|it| !it.is_list)?;
                    (!inner.is_nullable).then_some(Kind { is_list: true, ..inner })
                }
                ("record", None) => base("record"),
                (word, Some(logical)) if said == 2 && bearer(logical) == Some(word) => {
                    base(logical)
                }
                (word, None) if said == 1 => base(word),
                _ => None,
            }
        }
        Value::String(word) if word != "record" => {
            base(word).filter(|it| bearer(it.base).is_none())
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn base(word: &str) -> Option<Kind> {
    let base = BASES.iter().copied().find(|it| *it == word)?;
    Some(Kind { base, is_list: false, is_nullable: false })
}

/// What the values of a type are, in words.
fn said(schema: &Value) -> String {
    match schema {
        Value::String(word) => word.clone(),
        Value::Array(branches) => branches.iter().map(said).collect::<Vec<_>>().join(" or "),
        Value::Object(object) => {
            let inner = |word| said(object.get(word).unwrap_or(&Value::Null));
            let name = object.get("name").and_then(Value::as_str);
            match object.get("type") {
                Some(Value::String(word)) if word == "array" => {
                    format!("list of {}", inner("items"))
                }
                Some(Value::String(word)) if word == "map" => format!("map of {}", inner("values")),
                Some(Value::String(word)) => match object.get("logicalType") {
                    Some(logical) => format!("{} as {word}", logical.as_str().unwrap_or_default()),
                    None => name.map_or_else(|| word.clone(), |name| format!("{word} {name}")),
                },
                Some(other) => said(other),
                None => String::new(),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// The text with one thing changed.
pub(super) fn changed(text: &str, change: &Change) -> Result<String, String> {
    match change {
        Change::Add(to, name) => add(text, to, name),
        Change::Remove(at) => {
            let (list, place) = parent(at).ok_or("the whole is no field")?;
            let whole = spans::read(text).ok_or("no JSON")?;
            let fields = whole.at(list).filter(|it| !it.items().is_empty());
            let fields = fields.ok_or("the schema has changed; nothing stands there")?;
            let place: usize = place.parse().map_err(|_| "that is no field")?;
            if place >= fields.items().len() {
                return Err("the schema has changed; nothing stands there".to_owned());
            }
            Ok(spans::without(text, fields, place))
        }
        Change::Rename(at, name) => {
            check_name(name)?;
            check_free(text, parent(at).map_or("", |(list, _)| list), name, Some(at))?;
            with(text, at, "name", Some(&Value::from(name.as_str())))
        }
        Change::SetKind(at, kind) => set_kind(text, at, *kind),
        Change::Require(..) => {
            Err("an Avro field is required as long as it has no default; set that".to_owned())
        }
        Change::Describe(at, about) => {
            let value = (!about.trim().is_empty()).then(|| Value::from(about.trim()));
            with(text, at, "doc", value.as_ref())
        }
        Change::SetRule(at, word, value) => with(text, at, word, value.as_ref()),
    }
}

fn check_free(text: &str, list: &str, name: &str, but: Option<&str>) -> Result<(), String> {
    let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let fields = schema.pointer(list).and_then(Value::as_array).into_iter().flatten();
    let is_taken = fields.enumerate().any(|(place, field)| {
        Some(format!("{list}/{place}").as_str()) != but
            && field.get("name").and_then(Value::as_str) == Some(name)
    });
    if is_taken { Err(format!("there is a field `{name}` already")) } else { Ok(()) }
}

fn add(text: &str, to: &str, name: &str) -> Result<String, String> {
    check_name(name)?;
    let list = format!("{to}/fields");
    check_free(text, &list, name, None)?;
    let whole = spans::read(text).ok_or("no JSON")?;
    let fields = whole.at(&list).ok_or("the schema has changed; nothing stands there")?;
    Ok(spans::with_item(text, fields, &json!({"name": name, "type": "string"})))
}

fn set_kind(text: &str, at: &str, kind: Kind) -> Result<String, String> {
    let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let field = schema.pointer(at).ok_or("the schema has changed; nothing stands there")?;
    let name = field.get("name").and_then(Value::as_str).unwrap_or("Part");
    let old = field.get("type").unwrap_or(&Value::Null);
    let plain = match (kind.base, bearer(kind.base)) {
        // A record keeps its fields whatever is made of it.
        ("record", _) => match record_in(old, String::new()) {
            Some((record, _)) => record.clone(),
            None => json!({"type": "record", "name": titled(name), "fields": []}),
        },
        (logical, Some(word)) => json!({"type": word, "logicalType": logical}),
        (word, None) => Value::from(word),
    };
    let whole = if kind.is_list { json!({"type": "array", "items": plain}) } else { plain };
    // The default of a union is of its first branch.
    let is_null_first = field.get("default").is_none_or(Value::is_null);
    let new = match (kind.is_nullable, is_null_first) {
        (false, _) => whole,
        (true, true) => json!(["null", whole]),
        (true, false) => json!([whole, "null"]),
    };
    with(text, at, "type", Some(&new))
}

/// A name of a type after a field.
fn titled(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map_or("Part".to_owned(), |first| first.to_uppercase().chain(letters).collect::<String>())
}
