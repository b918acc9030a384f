//! Pairs of JSON Schemas of all drafts, drawn from a seed: a schema, and the same after a few
//! changes such as people make. Small numbers and few names, so that payloads come near the limits.

use flowbench_model::schema::luck;
use serde_json::{Map, Value, json};

/// Schemas inside each other, at most.
const DEEPEST: u64 = 3;
const NAMES: [&str; 4] = ["a", "b", "ab", "c"];
const PATTERNS: [&str; 4] = ["^a", "b$", "^[a-c]$", "c"];
const TEXTS: [&str; 5] = ["", "a", "ab", "xyz", "2026-01-01"];
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "null", "object", "array"];

/// How the drafts write things.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Draft {
    Four,
    Six,
    Seven,
    Nineteen,
    Twenty,
    Unsaid,
}

/// What is written and what is read, for a number.
pub(crate) fn pair(number: u64) -> (Value, Value) {
    let mut draw = luck(number.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let mut draft = || match draw() % 8 {
        0 => Draft::Four,
        1 => Draft::Six,
        2 | 3 => Draft::Seven,
        4 => Draft::Nineteen,
        5 | 6 => Draft::Twenty,
        _ => Draft::Unsaid,
    };
    let draft = draft();
    let mut maker = Maker { draw: &mut draw, draft };
    let old = maker.document();
    let mut new = old.clone();
    if maker.below(12) == 0 {
        maker.draft = Draft::Twenty;
        maker.say_draft(&mut new);
    }
    for _ in 0..=maker.below(3) {
        maker.change(&mut new);
    }
    if maker.below(3) == 0 { (new, old) } else { (old, new) }
}

struct Maker<'a> {
    draw: &'a mut dyn FnMut() -> u64,
    draft: Draft,
}

impl Maker<'_> {
    fn below(&mut self, limit: u64) -> u64 {
        ((self.draw)() >> 8) % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one<'v, T>(&mut self, list: &'v [T]) -> &'v T {
        &list[self.below(list.len() as u64) as usize]
    }

    fn definitions(&self) -> &'static str {
        if self.draft < Draft::Nineteen { "definitions" } else { "$defs" }
    }

    fn say_draft(&self, schema: &mut Value) {
        let Value::Object(fields) = schema else { return };
        let draft = match self.draft {
            Draft::Four => "http://json-schema.org/draft-04/schema#",
            Draft::Six => "http://json-schema.org/draft-06/schema#",
            Draft::Seven => "http://json-schema.org/draft-07/schema#",
            Draft::Nineteen => "https://json-schema.org/draft/2019-09/schema",
            Draft::Twenty => "https://json-schema.org/draft/2020-12/schema",
            Draft::Unsaid => return,
        };
        fields.insert("$schema".to_owned(), json!(draft));
    }

    fn document(&mut self) -> Value {
        let mut root = fields(self.schema(0));
        let mut definitions = Map::new();
        for name in ["d", "e"] {
            definitions.insert(name.to_owned(), self.schema(1));
        }
        root.insert(self.definitions().to_owned(), Value::Object(definitions));
        let mut root = Value::Object(root);
        self.say_draft(&mut root);
        root
    }

    fn schema(&mut self, depth: u64) -> Value {
        if depth >= DEEPEST {
            return json!({"type": *self.one(&TYPES)});
        }
        let mut fields = match self.below(20) {
            0 => return self.boolean_or_empty(),
            1 => self.reference(),
            2 => self.listed(),
            3 => self.combined("anyOf", depth),
            4 => self.combined("oneOf", depth),
            5 => self.combined("allOf", depth),
            6 => self.types(),
            _ => {
                let kind = *self.one(&TYPES);
                let kind = if depth == 0 && self.chance(60) { "object" } else { kind };
                let mut fields = self.typed(kind, depth);
                if self.chance(15) {
                    fields.remove("type");
                }
                fields
            }
        };
        if self.chance(12) {
            self.more(&mut fields, depth);
        }
        Value::Object(fields)
    }

    fn boolean_or_empty(&mut self) -> Value {
        let is_open = self.chance(70);
        match (self.draft, is_open) {
            (Draft::Four, true) => json!({}),
            (Draft::Four, false) => json!({"not": {}}),
            (_, is_open) => json!(is_open),
        }
    }

    fn reference(&mut self) -> Map<String, Value> {
        let target = match self.below(5) {
            0 => "#".to_owned(),
            1 | 2 => format!("#/{}/d", self.definitions()),
            _ => format!("#/{}/e", self.definitions()),
        };
        fields(json!({"$ref": target}))
    }

    fn value(&mut self) -> Value {
        match self.below(8) {
            0..=2 => json!(self.below(5)),
            3..=5 => json!(*self.one(&TEXTS)),
            6 => Value::Null,
            _ => json!(self.chance(50)),
        }
    }

    fn listed(&mut self) -> Map<String, Value> {
        if self.chance(30) && self.draft != Draft::Four {
            return fields(json!({"const": self.value()}));
        }
        let mut values: Vec<Value> = Vec::new();
        for _ in 0..=self.below(3) {
            let value = self.value();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        fields(json!({"enum": values}))
    }

    fn types(&mut self) -> Map<String, Value> {
        let mut types: Vec<&str> = Vec::new();
        for _ in 0..2 {
            let name = *self.one(&TYPES);
            if !types.contains(&name) {
                types.push(name);
            }
        }
        fields(json!({"type": types}))
    }

    fn combined(&mut self, keyword: &str, depth: u64) -> Map<String, Value> {
        let count = 1 + self.below(3);
        let parts: Vec<Value> = (0..count).map(|_| self.schema(depth + 1)).collect();
        fields(json!({keyword: parts}))
    }

    /// Something that stands beside the rest.
    fn more(&mut self, made: &mut Map<String, Value>, depth: u64) {
        match self.below(5) {
            0 => drop(made.insert("not".to_owned(), self.schema(depth + 1))),
            1 if self.draft >= Draft::Seven => {
                for keyword in ["if", "then", "else"] {
                    made.insert(keyword.to_owned(), self.schema(depth + 1));
                }
            }
            2 => made.extend(self.listed()),
            3 => made.extend(self.combined("anyOf", depth)),
            _ => made.extend(self.combined("allOf", depth)),
        }
    }

    fn typed(&mut self, kind: &str, depth: u64) -> Map<String, Value> {
        let mut made = fields(json!({"type": kind}));
        match kind {
            "string" => self.text(&mut made),
            "integer" | "number" => self.number(&mut made),
            "object" => self.object(&mut made, depth),
            "array" => self.array(&mut made, depth),
            _ => {}
        }
        made
    }

    fn text(&mut self, made: &mut Map<String, Value>) {
        for keyword in ["minLength", "maxLength"] {
            if self.chance(25) {
                made.insert(keyword.to_owned(), json!(self.below(4)));
            }
        }
        if self.chance(15) {
            made.insert("pattern".to_owned(), json!(*self.one(&PATTERNS)));
        }
        if self.chance(10) {
            made.insert("format".to_owned(), json!(*self.one(&["date", "uuid", "email"])));
        }
    }

    fn number(&mut self, made: &mut Map<String, Value>) {
        for keyword in ["minimum", "maximum"] {
            if self.chance(30) {
                made.insert(keyword.to_owned(), json!(self.below(6)));
            }
        }
        for (plain, keyword) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if !self.chance(20) {
                continue;
            }
            if self.draft != Draft::Four {
                made.insert(keyword.to_owned(), json!(self.below(6)));
            } else if made.contains_key(plain) {
                made.insert(keyword.to_owned(), json!(self.chance(70)));
            }
        }
        if self.chance(15) {
            made.insert("multipleOf".to_owned(), json!(1 + self.below(4)));
        }
    }

    fn object(&mut self, made: &mut Map<String, Value>, depth: u64) {
        let mut properties = Map::new();
        for name in NAMES {
            if self.chance(45) {
                properties.insert(name.to_owned(), self.schema(depth + 1));
            }
        }
        made.insert("properties".to_owned(), Value::Object(properties));
        let required: Vec<&str> = NAMES.into_iter().filter(|_| self.chance(20)).collect();
        if !required.is_empty() {
            made.insert("required".to_owned(), json!(required));
        }
        match self.below(6) {
            0 | 1 => drop(made.insert("additionalProperties".to_owned(), json!(false))),
            2 => drop(made.insert("additionalProperties".to_owned(), self.schema(depth + 1))),
            3 if self.draft >= Draft::Nineteen && self.chance(40) => {
                made.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            _ => {}
        }
        if self.chance(20) {
            let schema = self.schema(depth + 1);
            let pattern = *self.one(&PATTERNS);
            made.insert("patternProperties".to_owned(), json!({pattern: schema}));
        }
        for keyword in ["minProperties", "maxProperties"] {
            if self.chance(12) {
                made.insert(keyword.to_owned(), json!(self.below(4)));
            }
        }
        if self.chance(10) && self.draft != Draft::Four {
            made.insert("propertyNames".to_owned(), json!({"pattern": *self.one(&PATTERNS)}));
        }
        if self.chance(15) {
            self.dependencies(made, depth);
        }
    }

    fn dependencies(&mut self, made: &mut Map<String, Value>, depth: u64) {
        let (name, needed) = (*self.one(&NAMES), *self.one(&NAMES));
        let is_schema = self.chance(40);
        let needs = if is_schema { self.schema(depth + 1) } else { json!([needed]) };
        let keyword = match (self.draft < Draft::Nineteen, is_schema) {
            (true, _) => "dependencies",
            (false, true) => "dependentSchemas",
            (false, false) => "dependentRequired",
        };
        made.insert(keyword.to_owned(), json!({name: needs}));
    }

    fn array(&mut self, made: &mut Map<String, Value>, depth: u64) {
        if self.chance(40) {
            made.insert("items".to_owned(), self.schema(depth + 1));
        } else if self.chance(50) {
            let (first, rest) = match self.draft {
                Draft::Twenty | Draft::Unsaid => ("prefixItems", "items"),
                Draft::Four | Draft::Six | Draft::Seven | Draft::Nineteen => {
                    ("items", "additionalItems")
                }
            };
            let items: Vec<Value> = (0..=self.below(2)).map(|_| self.schema(depth + 1)).collect();
            made.insert(first.to_owned(), json!(items));
            if self.chance(60) {
                let is_closed = self.chance(50);
                let rest_of = if is_closed { json!(false) } else { self.schema(depth + 1) };
                made.insert(rest.to_owned(), rest_of);
            }
        }
        for keyword in ["minItems", "maxItems"] {
            if self.chance(20) {
                made.insert(keyword.to_owned(), json!(self.below(4)));
            }
        }
        if self.chance(15) {
            made.insert("uniqueItems".to_owned(), json!(self.chance(80)));
        }
        if self.chance(15) && self.draft != Draft::Four {
            made.insert("contains".to_owned(), self.schema(depth + 1));
            for keyword in ["minContains", "maxContains"] {
                if self.draft >= Draft::Nineteen && self.chance(30) {
                    made.insert(keyword.to_owned(), json!(self.below(3)));
                }
            }
        }
    }

    /// Changes something, somewhere.
    fn change(&mut self, schema: &mut Value) {
        let mut steps = self.below(4);
        let mut at = schema;
        while steps > 0 {
            let inner = places(at);
            let Some(place) = (!inner.is_empty()).then(|| self.one(&inner).clone()) else { break };
            at = at.pointer_mut(&place).expect("a place inside");
            steps -= 1;
        }
        self.change_here(at);
    }

    fn change_here(&mut self, at: &mut Value) {
        let fresh = self.schema(1);
        let Value::Object(made) = at else {
            *at = fresh;
            return;
        };
        let known: Vec<String> = made.keys().filter(|it| !it.starts_with('$')).cloned().collect();
        match self.below(8) {
            0 | 1 if !known.is_empty() => {
                let name = self.one(&known).clone();
                made.remove(&name);
            }
            2 | 3 if !known.is_empty() => {
                let name = self.one(&known).clone();
                self.change_keyword(&name, made);
            }
            4 => {
                let kind = made.get("type").and_then(Value::as_str).unwrap_or("object").to_owned();
                let other = self.typed(&kind, 2);
                for (keyword, value) in other {
                    made.entry(keyword).or_insert(value);
                }
            }
            5 => self.more(made, 2),
            6 => {
                let keyword = *self.one(&["anyOf", "allOf", "oneOf"]);
                let whole: Vec<String> =
                    made.keys().filter(|it| !it.starts_with('$')).cloned().collect();
                let inner: Map<String, Value> = whole
                    .iter()
                    .filter_map(|it| made.remove_entry(it))
                    .filter(|(name, _)| name != "definitions")
                    .collect();
                made.insert(keyword.to_owned(), json!([inner, fresh]));
            }
            _ => {
                if let Some(Value::Object(properties)) = made.get_mut("properties") {
                    properties.insert((*self.one(&NAMES)).to_owned(), fresh);
                } else {
                    made.extend(fields(fresh));
                }
            }
        }
    }

    fn change_keyword(&mut self, keyword: &str, made: &mut Map<String, Value>) {
        let Some(value) = made.get_mut(keyword) else { return };
        match (keyword, value) {
            ("multipleOf", value) => *value = json!(1 + self.below(6)),
            ("type", value) => *value = json!(*self.one(&TYPES)),
            ("required", Value::Array(names)) => {
                let name = json!(*self.one(&NAMES));
                match names.iter().position(|it| *it == name) {
                    Some(place) if names.len() > 1 => drop(names.remove(place)),
                    Some(_) => {}
                    None => names.push(name),
                }
            }
            ("enum", Value::Array(values)) => {
                let value = self.value();
                match values.iter().position(|it| *it == value) {
                    Some(place) if values.len() > 1 => drop(values.remove(place)),
                    Some(_) => {}
                    None => values.push(value),
                }
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems" | "items", Value::Array(parts)) => {
                if parts.len() > 1 && self.chance(50) {
                    let place = self.below(parts.len() as u64) as usize;
                    parts.remove(place);
                } else {
                    parts.push(self.schema(2));
                }
            }
            ("pattern", value) => *value = json!(*self.one(&PATTERNS)),
            (_, Value::Number(_)) => {
                let number = json!(self.below(6));
                made.insert(keyword.to_owned(), number);
            }
            (_, Value::Bool(is)) => *is = !*is,
            (_, _) => {}
        }
    }
}

fn fields(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

/// Where schemas stand directly inside a schema, as JSON pointers.
fn places(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        match (keyword.as_str(), value) {
            (
                "properties" | "patternProperties" | "definitions" | "$defs" | "dependentSchemas",
                Value::Object(inner),
            ) => {
                let escaped = |it: &String| it.replace('~', "~0").replace('/', "~1");
                found.extend(inner.keys().map(|it| format!("/{keyword}/{}", escaped(it))));
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems" | "items", Value::Array(parts)) => {
                found.extend((0..parts.len()).map(|place| format!("/{keyword}/{place}")));
            }
            (
                "items"
                | "additionalItems"
                | "additionalProperties"
                | "contains"
                | "not"
                | "if"
                | "then"
                | "else"
                | "propertyNames"
                | "unevaluatedProperties",
                _,
            ) => found.push(format!("/{keyword}")),
            _ => {}
        }
    }
    found
}
