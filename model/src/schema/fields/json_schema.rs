//! Fields of a JSON Schema.

use serde_json::{Map, Value, json};

use super::{
    Change, DEEPEST, Field, Fields, Kind, MOST, check_name, parent, shown, spans, step, with,
};

/// The words for values.
pub(super) const BASES: [&str; 6] = ["string", "integer", "number", "boolean", "object", "any"];

const OF_ALL: [&str; 5] = ["enum", "const", "default", "deprecated", "title"];
const OF_TEXT: [&str; 9] = [
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "enum",
    "const",
    "default",
    "deprecated",
    "title",
];
const OF_NUMBER: [&str; 10] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "enum",
    "const",
    "default",
    "deprecated",
    "title",
];
const OF_LIST: [&str; 6] =
    ["minItems", "maxItems", "uniqueItems", "default", "deprecated", "title"];
const OF_OBJECT: [&str; 6] =
    ["additionalProperties", "minProperties", "maxProperties", "default", "deprecated", "title"];
/// Keywords that the tree shows in a place of their own.
const SHOWN: [&str; 6] = ["type", "properties", "required", "description", "items", "$ref"];
/// Keywords of a whole schema that say nothing of payloads.
const QUIET: [&str; 6] = ["$schema", "$id", "id", "$defs", "definitions", "$comment"];

/// The keywords that go with a kind.
pub(super) fn rules(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind { is_list: true, .. }) => &OF_LIST,
        Some(Kind { base: "string", .. }) => &OF_TEXT,
        Some(Kind { base: "integer" | "number", .. }) => &OF_NUMBER,
        Some(Kind { base: "object", .. }) => &OF_OBJECT,
        Some(_) | None => &OF_ALL,
    }
}

fn is_rule(word: &str) -> bool {
    [&OF_TEXT[..], &OF_NUMBER, &OF_LIST, &OF_OBJECT].iter().any(|words| words.contains(&word))
}

/// The fields of a schema.
pub(super) fn fields(schema: &Value) -> Fields {
    let mut walk = Walk { root: schema, list: Vec::new(), within: Vec::new() };
    let (target, at) = walk.target(schema, String::new());
    let top = holds(target).then_some(at.clone());
    let mut beside = beside(target);
    beside.retain(|(word, _)| !QUIET.contains(&word.as_str()));
    if let Some(object) = target.as_object() {
        let said = |(word, value): (&String, &Value)| {
            (is_rule(word)).then(|| (word.clone(), shown(value)))
        };
        beside.extend(object.iter().filter_map(said));
    }
    walk.within.push(at.clone());
    walk.inside(target, &at, 0);
    Fields { list: walk.list, top, beside }
}

/// A walk through a schema.
struct Walk<'a> {
    root: &'a Value,
    list: Vec<Field>,
    /// Parts that are being followed.
    within: Vec<String>,
}

impl<'a> Walk<'a> {
    /// What a reference inside the schema leads to, and where that stands.
    fn target(&self, schema: &'a Value, at: String) -> (&'a Value, String) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let pointer = reference.and_then(|it| it.strip_prefix('#'));
        match pointer.and_then(|pointer| Some((self.root.pointer(pointer)?, pointer.to_owned()))) {
            Some(found) => found,
            None => (schema, at),
        }
    }

    fn inside(&mut self, schema: &'a Value, at: &str, depth: usize) {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|names| names.iter().any(|it| it.as_str() == Some(name)))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, field) in properties.into_iter().flatten() {
            if self.list.len() >= MOST {
                return;
            }
            let at = format!("{at}/properties/{}", step(name));
            let head = Field { name: name.clone(), depth, ..Field::default() };
            self.field(field, at, Field { is_required: is_required(name), ..head });
        }
    }

    fn field(&mut self, schema: &'a Value, at: String, head: Field) {
        let depth = head.depth;
        let (own, below) = self.target(schema, at.clone());
        let shared = (below != at).then(|| below.clone());
        let items = own.get("items").filter(|it| it.is_object());
        let (inner, inner_at) = match items {
            Some(items) => self.target(items, format!("{below}/items")),
            None => (own, below.clone()),
        };
        let is_circle = self.within.contains(&inner_at);
        let can_hold = !is_circle && depth < DEEPEST && holds(inner);
        let kind = if shared.is_some() { None } else { kind(schema) };
        self.list.push(Field {
            said: said(schema),
            kind,
            rules: rules_of(schema, kind),
            beside: beside(schema),
            about: text(schema, "description")
                .or_else(|| text(own, "description"))
                .unwrap_or_default(),
            holds: can_hold.then(|| inner_at.clone()),
            shared,
            at,
            ..head
        });
        if can_hold {
            self.within.push(inner_at.clone());
            self.inside(inner, &inner_at, depth + 1);
            self.within.pop();
        }
    }
}

/// Whether values of a schema have fields of their own.
fn holds(schema: &Value) -> bool {
    let says_object = match schema.get("type") {
        Some(Value::String(word)) => word == "object",
        Some(Value::Array(words)) => words.iter().any(|word| word == "object"),
        _ => false,
    };
    says_object || schema.get("properties").is_some_and(Value::is_object)
}

fn text(schema: &Value, word: &str) -> Option<String> {
    schema.get(word).and_then(Value::as_str).map(str::to_owned)
}

/// What the tree can change, if the schema says nothing more of its type.
fn kind(schema: &Value) -> Option<Kind> {
    let object = match schema {
        Value::Bool(true) => return Some(plain("any")),
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return None;
        }
    };
    let (word, is_nullable) = word_of(object)?;
    if word != "array" {
        return Some(Kind { is_nullable, ..plain(word) });
    }
    match object.get("items") {
        None => Some(Kind { is_list: true, is_nullable, ..plain("any") }),
        Some(items) => {
            let inner = kind(items).filter(|it| !it.is_list && !it.is_nullable)?;
            (!items.get("$ref").is_some_and(Value::is_string)).then_some(Kind {
                is_list: true,
                is_nullable,
                ..inner
            })
        }
    }
}

fn plain(base: &'static str) -> Kind {
    Kind { base, is_list: false, is_nullable: false }
}

/// The one type that an object says, and whether it may be null as well.
fn word_of(object: &Map<String, Value>) -> Option<(&'static str, bool)> {
    let known = |word: &str| {
        let mut words = BASES.into_iter().chain(["array"]);
        words.find(|it| *it == word && *it != "any")
    };
    match object.get("type") {
        None if object.contains_key("$ref") => None,
        None => Some(("any", false)),
        Some(Value::String(word)) => Some((known(word)?, false)),
        Some(Value::Array(words)) => match words.as_slice() {
            [Value::String(one), Value::String(other)] if other == "null" => {
                Some((known(one)?, true))
            }
            [Value::String(other), Value::String(one)] if other == "null" => {
                Some((known(one)?, true))
            }
            _ => None,
        },
        Some(_) => None,
    }
}

/// The rules that the tree can change.
fn rules_of(schema: &Value, kind: Option<Kind>) -> Vec<(String, Value)> {
    let object = schema.as_object().into_iter().flatten();
    let known =
        |(word, _): &(&String, &Value)| rules(kind).contains(&word.as_str()) || is_rule(word);
    object.filter(known).map(|(word, value)| (word.clone(), value.clone())).collect()
}

/// What a schema says beside what the tree shows.
fn beside(schema: &Value) -> Vec<(String, String)> {
    let object = schema.as_object().into_iter().flatten();
    let is_unseen =
        |(word, _): &(&String, &Value)| !SHOWN.contains(&word.as_str()) && !is_rule(word);
    let mut beside: Vec<(String, String)> =
        object.filter(is_unseen).map(|(word, value)| (word.clone(), shown(value))).collect();
    let items = schema.get("items").filter(|it| it.is_object());
    for (word, value) in items.and_then(Value::as_object).into_iter().flatten() {
        if !SHOWN.contains(&word.as_str()) {
            beside.push((format!("items.{word}"), shown(value)));
        }
    }
    beside
}

fn said(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return format!("as {reference}");
    }
    let Some(object) = schema.as_object() else {
        return if *schema == Value::Bool(false) { "nothing" } else { "any" }.to_owned();
    };
    match object.get("type") {
        Some(Value::String(word)) if word == "array" => match object.get("items") {
            Some(items) => format!("list of {}", said(items)),
            None => "list of any".to_owned(),
        },
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => {
            words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ => {
            let many = ["oneOf", "anyOf", "allOf"].into_iter().find(|it| object.contains_key(*it));
            many.unwrap_or(if object.contains_key("properties") { "object" } else { "any" })
                .to_owned()
        }
    }
}

/// The text with one thing changed.
pub(super) fn changed(text: &str, change: &Change) -> Result<String, String> {
    match change {
        Change::Add(to, name) => add(text, to, name),
        Change::Remove(at) => {
            let (holder, name) = holder(at)?;
            let text = with(text, &format!("{holder}/properties"), &name, None)?;
            require(&text, &holder, &name, false)
        }
        Change::Rename(at, name) => rename(text, at, name),
        Change::SetKind(at, kind) => set_kind(text, at, *kind),
        Change::Require(at, is_required) => {
            let (holder, name) = holder(at)?;
            require(text, &holder, &name, *is_required)
        }
        Change::Describe(at, about) => {
            let value = (!about.trim().is_empty()).then(|| Value::from(about.trim()));
            with(&spelled_out(text, at)?, at, "description", value.as_ref())
        }
        Change::SetRule(at, word, value) => with(&spelled_out(text, at)?, at, word, value.as_ref()),
    }
}

/// The object that a field belongs to, and its name.
fn holder(at: &str) -> Result<(String, String), String> {
    let (properties, name) = parent(at).ok_or("the whole is no field")?;
    let holder = properties.strip_suffix("/properties").ok_or("that is no field")?;
    Ok((holder.to_owned(), name))
}

/// A schema that is `true` as the object that says the same, so that it can say more.
fn spelled_out(text: &str, at: &str) -> Result<String, String> {
    let whole = spans::read(text).ok_or("no JSON")?;
    let part = whole.at(at).ok_or("the schema has changed; nothing stands there")?;
    match &text[part.span.clone()] {
        "true" => Ok(spans::replaced(text, &part.span, "{}")),
        _ => Ok(text.to_owned()),
    }
}

fn add(text: &str, to: &str, name: &str) -> Result<String, String> {
    check_name(name)?;
    let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let object = schema.pointer(to).ok_or("the schema has changed; nothing stands there")?;
    let properties = object.get("properties");
    if properties.is_some_and(|it| it.get(name).is_some()) {
        return Err(format!("there is a field `{name}` already"));
    }
    let text = match properties {
        Some(_) => text.to_owned(),
        None => with(text, to, "properties", Some(&json!({})))?,
    };
    with(&text, &format!("{to}/properties"), name, Some(&json!({"type": "string"})))
}

fn rename(text: &str, at: &str, name: &str) -> Result<String, String> {
    check_name(name)?;
    let (holder, old) = holder(at)?;
    if old == name {
        return Ok(text.to_owned());
    }
    let whole = spans::read(text).ok_or("no JSON")?;
    let gone = "the schema has changed; nothing stands there";
    let members = whole.at(&format!("{holder}/properties")).ok_or(gone)?.members();
    if members.iter().any(|it| it.key == name) {
        return Err(format!("there is a field `{name}` already"));
    }
    let quoted = Value::from(name).to_string();
    let member = members.iter().find(|it| it.key == old).ok_or(gone)?;
    let text = spans::replaced(text, &member.key_span, &quoted);
    // What was required under the old name is under the new one, at the same place of the list.
    let whole = spans::read(&text).ok_or("no JSON")?;
    let names = whole.at(&format!("{holder}/required"));
    let old = Value::from(old).to_string();
    let found = names.into_iter().flat_map(|it| it.items());
    match found.into_iter().find(|it| text[it.span.clone()] == *old) {
        Some(item) => Ok(spans::replaced(&text, &item.span, &quoted)),
        None => Ok(text),
    }
}

fn require(text: &str, holder: &str, name: &str, is_required: bool) -> Result<String, String> {
    let whole = spans::read(text).ok_or("no JSON")?;
    let Some(names) = whole.at(&format!("{holder}/required")) else {
        let value = json!([name]);
        return if is_required {
            with(text, holder, "required", Some(&value))
        } else {
            Ok(text.to_owned())
        };
    };
    let said = |it: &spans::Part| serde_json::from_str::<Value>(&text[it.span.clone()]).ok();
    let found = names.items().iter().position(|it| said(it) == Some(Value::from(name)));
    match (found, is_required) {
        (None, true) => Ok(spans::with_item(text, names, &Value::from(name))),
        // An empty list is no schema in draft 4.
        (Some(_), false) if names.items().len() == 1 => with(text, holder, "required", None),
        (Some(place), false) => Ok(spans::without(text, names, place)),
        (None, false) | (Some(_), true) => Ok(text.to_owned()),
    }
}

fn set_kind(text: &str, at: &str, kind: Kind) -> Result<String, String> {
    let word = if kind.is_list { "array" } else { kind.base };
    let value = match (word, kind.is_nullable) {
        ("any", _) => None,
        (word, true) => Some(json!([word, "null"])),
        (word, false) => Some(Value::from(word)),
    };
    let of_items = (kind.base != "any").then(|| Value::from(kind.base));
    let whole = spans::read(text).ok_or("no JSON")?;
    let part = whole.at(at).ok_or("the schema has changed; nothing stands there")?;
    if &text[part.span.clone()] == "true" {
        let said = match (kind.is_list, &of_items, value) {
            (true, Some(items), Some(word)) => json!({"type": word, "items": {"type": items}}),
            (_, _, Some(word)) => json!({"type": word}),
            (_, _, None) => json!({}),
        };
        return Ok(spans::replaced(text, &part.span, &spans::in_line(&said)));
    }
    let text = with(text, at, "type", value.as_ref())?;
    if !kind.is_list {
        // What the items were is not what the field is.
        return with(&text, at, "items", None);
    }
    let schema: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    match schema.pointer(&format!("{at}/items")) {
        Some(Value::Object(_)) => with(&text, &format!("{at}/items"), "type", of_items.as_ref()),
        Some(_) | None => {
            let items = of_items.map(|word| json!({"type": word}));
            with(&text, at, "items", items.as_ref())
        }
    }
}
