//! Schemas of documents as schemas that stand by themselves: what they refer to becomes their
//! `definitions`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::finding::Severity;
use crate::formats::asyncapi::sources::{MAX_NESTED, Sources, Spot, unresolved};
use crate::formats::marked::Content;
use crate::name::free_name;

/// The draft that schemas of AsyncAPI extend.
pub(super) const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";
const DRAFT_04: &str = "http://json-schema.org/draft-04/schema#";

/// Keywords whose values are no schemas.
const VALUES: [&str; 6] = ["enum", "const", "default", "example", "examples", "required"];
/// Keywords whose values are schemas by names of one's own.
const NAMED: [&str; 6] =
    ["properties", "patternProperties", "definitions", "$defs", "dependencies", "dependentSchemas"];

/// What kind of schema a `schemaFormat` means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    Json,
    Avro,
    Protobuf,
    /// One that is carried, and nothing more.
    Unread,
}

/// The language that a `schemaFormat` names.
pub(super) fn language(format: Option<&str>) -> Language {
    let Some(format) = format else { return Language::Json };
    let kind = format.split(';').next().unwrap_or_default().trim();
    let kind = kind.trim_end_matches("+json").trim_end_matches("+yaml");
    match kind {
        "application/vnd.aai.asyncapi" | "application/schema" | "application/vnd.oai.openapi" => {
            Language::Json
        }
        "application/vnd.apache.avro" => Language::Avro,
        "application/vnd.google.protobuf" => Language::Protobuf,
        _ => Language::Unread,
    }
}

/// A JSON Schema with all that it refers to.
pub(super) fn gathered(sources: &mut Sources<'_>, root: &Spot) -> Value {
    let Some(root) = sources.resolve(root) else {
        return unresolved(root.reference().unwrap_or_default());
    };
    let root = inner(sources, root);
    let taken = root.tree.get("definitions").map(|it| it.entries()).unwrap_or_default();
    let taken = taken.iter().map(|it| it.key.clone()).collect();
    let (names, queue) = (BTreeMap::new(), Vec::new());
    let mut gathering = Gathering { sources, count: 0, root: root.clone(), names, taken, queue };
    let mut value = gathering.schema(&root, false, 0);
    let mut definitions = Vec::new();
    let mut at = 0;
    while let Some((name, spot)) = gathering.queue.get(at).cloned() {
        definitions.push((name, gathering.schema(&spot, false, 1)));
        at += 1;
    }
    let Value::Object(map) = &mut value else { return value };
    if !definitions.is_empty() {
        let place = map.entry("definitions").or_insert_with(|| json!({}));
        if let Value::Object(place) = place {
            place.extend(definitions);
        }
    }
    say_draft(map);
    value
}

/// A schema that stands with its format is not a part of another one; what it holds is.
fn inner(sources: &mut Sources<'_>, mut spot: Spot) -> Spot {
    const MOST: usize = 16;
    for _ in 0..MOST {
        let held = spot.get("schema").filter(|_| spot.get("schemaFormat").is_some());
        match held.and_then(|held| sources.resolve(&held)) {
            Some(held) => spot = held,
            None => break,
        }
    }
    spot
}

/// Says the draft where it makes a difference, since the newest is meant otherwise.
fn say_draft(map: &mut Map<String, Value>) {
    if map.contains_key("$schema") {
        return;
    }
    let draft = if any(map, &is_draft_04) {
        DRAFT_04
    } else if any(map, &is_draft_07) {
        DRAFT_07
    } else {
        return;
    };
    let mut with = Map::new();
    with.insert("$schema".to_owned(), draft.into());
    with.append(map);
    *map = with;
}

fn any(map: &Map<String, Value>, holds: &dyn Fn(&Map<String, Value>) -> bool) -> bool {
    fn any_in(value: &Value, holds: &dyn Fn(&Map<String, Value>) -> bool) -> bool {
        match value {
            Value::Object(map) => any(map, holds),
            Value::Array(items) => items.iter().any(|item| any_in(item, holds)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    holds(map) || map.values().any(|value| any_in(value, holds))
}

fn is_draft_04(map: &Map<String, Value>) -> bool {
    ["exclusiveMinimum", "exclusiveMaximum"]
        .iter()
        .any(|it| matches!(map.get(*it), Some(Value::Bool(_))))
}

fn is_draft_07(map: &Map<String, Value>) -> bool {
    let is_tuple = matches!(map.get("items"), Some(Value::Array(_)));
    let has_siblings = matches!(map.get("$ref"), Some(Value::String(_))) && map.len() > 1;
    is_tuple || has_siblings || map.contains_key("dependencies")
}

/// Values of one schema, at most.
const MAX_VALUES: usize = 100_000;

struct Gathering<'a, 'b> {
    sources: &'a mut Sources<'b>,
    /// Values so far.
    count: usize,
    root: Spot,
    names: BTreeMap<(Arc<str>, String), String>,
    taken: BTreeSet<String>,
    queue: Vec<(String, Spot)>,
}

impl Gathering<'_, '_> {
    /// A part of a schema; `is_named` says that its keys are names of the schema's own.
    fn schema(&mut self, spot: &Spot, is_named: bool, depth: usize) -> Value {
        self.count += 1;
        if self.count > MAX_VALUES || depth > MAX_NESTED {
            return self.beyond(spot);
        }
        let depth = depth + 1;
        match &spot.tree.content {
            Content::Map(_) => {
                let mut map = Map::new();
                for (key, part) in spot.entries() {
                    match self.entry(spot, key, &part, is_named, depth) {
                        Ok((key, value)) => map.insert(key, value),
                        Err(reference) => return unresolved(&reference),
                    };
                }
                Value::Object(map)
            }
            Content::List(_) => {
                spot.items().iter().map(|item| self.schema(item, false, depth)).collect()
            }
            Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => {
                spot.tree.value()
            }
        }
    }

    /// A word of a schema with what it says; the reference, if it is one that leads nowhere.
    fn entry(
        &mut self,
        spot: &Spot,
        key: String,
        part: &Spot,
        is_named: bool,
        depth: usize,
    ) -> Result<(String, Value), String> {
        let is_root = spot.pointer == self.root.pointer && spot.file == self.root.file;
        let is_text = part.tree.text().is_some();
        let value = match key.as_str() {
            _ if is_named => self.schema(part, false, depth),
            "$ref" if is_text => self.reference(spot)?.into(),
            "$id" | "id" | "$schema" if !is_root && is_text => {
                return Ok((format!("x-{}", key.trim_start_matches('$')), part.tree.value()));
            }
            word if VALUES.contains(&word) => self.sources.plain(part),
            word => self.schema(part, NAMED.contains(&word), depth),
        };
        Ok((key, value))
    }

    /// What stands for a part beyond a limit: anything is allowed there.
    fn beyond(&mut self, spot: &Spot) -> Value {
        if self.count <= MAX_VALUES + 1 {
            let sentence = format!(
                "this schema is more than {MAX_NESTED} deep or has more than {MAX_VALUES} values; the rest from here is left out"
            );
            self.sources.say("too-large", Severity::Error, spot, sentence);
        }
        Value::Bool(true)
    }

    /// A reference as it is written in the schema; what it was, if it leads nowhere.
    fn reference(&mut self, spot: &Spot) -> Result<String, String> {
        let target = self.sources.resolve(spot);
        let Some(target) = target else {
            return Err(spot.reference().unwrap_or_default().to_owned());
        };
        let target = inner(self.sources, target);
        if target.file == self.root.file
            && let Some(inside) = target.pointer.strip_prefix(&self.root.pointer)
            && (inside.is_empty() || inside.starts_with('/'))
        {
            return Ok(format!("#{}", inside.replace('%', "%25").replace(' ', "%20")));
        }
        let identity = (target.file.clone(), target.pointer.clone());
        let name = match self.names.get(&identity) {
            Some(name) => name.clone(),
            None => {
                let name = free_name(&plain_name(&target), |name| self.taken.contains(name));
                self.taken.insert(name.clone());
                self.names.insert(identity, name.clone());
                self.queue.push((name.clone(), target));
                name
            }
        };
        Ok(format!("#/definitions/{name}"))
    }
}

/// The last step of a pointer, or the name of the file, in letters that need no escape.
fn plain_name(spot: &Spot) -> String {
    let last = spot.last();
    let file = spot.file.rsplit('/').next().unwrap_or_default();
    let name = if last.is_empty() { file } else { &last };
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect()
}

/// Takes the draft away where an import would say it again; whether it is so old that it needs a
/// format of its own.
pub(super) fn without_draft(value: &mut Value) -> bool {
    let Value::Object(map) = value else { return false };
    let mut without = map.clone();
    let said = without.shift_remove("$schema");
    let mut again = without.clone();
    say_draft(&mut again);
    if said.is_some() && again.get("$schema") == said.as_ref() {
        *map = without;
    }
    is_foreign(value)
}

/// Whether a schema says what only OpenAPI has: bounds of the oldest draft, discriminators with a
/// mapping.
pub(super) fn is_foreign(value: &Value) -> bool {
    let has_mapping = |map: &Map<String, Value>| matches!(map.get("discriminator"), Some(Value::Object(it)) if it.contains_key("propertyName"));
    value.as_object().is_some_and(|it| any(it, &|map| is_draft_04(map) || has_mapping(map)))
}

/// The format that such a schema has.
pub(super) const FOREIGN: &str = "application/vnd.oai.openapi;version=3.0.0";
