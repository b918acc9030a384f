//! Payloads at the edges of what a schema lets through: optional fields that are absent, fields
//! that nobody asked for, limits and their neighbors. Most fit the schema; whoever asks must check.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{draws::Draws, pattern, words};

/// Schemas inside each other that are followed at most.
const DEEPEST: usize = 8;
/// Schemas inside each other in which ideas are looked for.
const DEEPEST_IDEA: usize = 32;
/// Items of a list, at most.
const ITEMS: u64 = 4;
/// Letters of a text that is made long on purpose, at most.
const LETTERS: u64 = 300;

/// What schemas speak of: names and values that are worth trying.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ideas {
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
    values: Vec<Value>,
    lengths: BTreeSet<u64>,
}

impl Ideas {
    /// What these schemas speak of.
    #[must_use]
    pub(crate) fn of(schemas: &[&Value]) -> Ideas {
        let mut ideas = Ideas::default();
        ideas.values.extend([json!(null), json!(true), json!(0), json!(-1), json!(1.5), json!("")]);
        ideas.values.extend([json!("x"), json!([]), json!({}), json!(["x", 1]), json!({"x": 1})]);
        ideas.names.insert("extra".to_owned());
        schemas.iter().for_each(|schema| ideas.collect(schema, 0));
        ideas
    }

    fn collect(&mut self, schema: &Value, depth: usize) {
        let Value::Object(fields) = schema else {
            if let Value::Array(items) = schema {
                items.iter().for_each(|it| self.collect(it, depth + 1));
            }
            return;
        };
        if depth > DEEPEST_IDEA {
            return;
        }
        for (keyword, value) in fields {
            self.learn(keyword, value);
            self.collect(value, depth + 1);
        }
    }

    fn learn(&mut self, keyword: &str, value: &Value) {
        let names = |value: &Value| -> Vec<String> {
            match value {
                Value::Object(fields) => fields.keys().cloned().collect(),
                Value::Array(names) => {
                    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
            }
        };
        match keyword {
            "const" | "default" => self.values.push(value.clone()),
            "enum" | "examples" => {
                self.values.extend(value.as_array().into_iter().flatten().cloned())
            }
            "properties" | "required" | "dependencies" | "dependentRequired"
            | "dependentSchemas" => self.names.extend(names(value)),
            "patternProperties" => self.patterns.extend(names(value)),
            "pattern" => self.patterns.extend(value.as_str().map(str::to_owned)),
            "minLength" | "maxLength" => {
                let length = value.as_u64().unwrap_or(0);
                self.lengths.extend([length.saturating_sub(1), length, length + 1]);
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                self.learn_number(value);
            }
            _ => {}
        }
    }

    fn learn_number(&mut self, value: &Value) {
        match (value.as_i64(), value.as_f64()) {
            (Some(whole), _) => {
                let near = [whole, whole.saturating_sub(1), whole.saturating_add(1)];
                self.values.extend(near.map(|it| json!(it)));
                self.values.push(json!(whole as f64 + 0.5));
            }
            (None, Some(number)) => self.values.extend([number, number + 1.0].map(|it| json!(it))),
            (None, None) => {}
        }
    }
}

/// A payload for a schema.
pub(crate) fn wild(schema: &Value, ideas: &Ideas, draw: &mut dyn FnMut() -> u64) -> Value {
    Maker { root: schema, ideas, draws: Draws::new(draw) }.make(schema, 0)
}

struct Maker<'a> {
    root: &'a Value,
    ideas: &'a Ideas,
    draws: Draws<'a>,
}

impl Maker<'_> {
    /// Whether something happens that does so this often in a hundred times.
    fn chance(&mut self, percent: u64) -> bool {
        self.draws.below(100) < percent
    }

    fn one_of<'v, T>(&mut self, list: &'v [T]) -> Option<&'v T> {
        list.get(self.draws.below(list.len() as u64) as usize)
    }

    fn make(&mut self, schema: &Value, depth: usize) -> Value {
        let Value::Object(fields) = schema else { return self.anything() };
        if depth > DEEPEST {
            return self.anything();
        }
        if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').and_then(|it| self.root.pointer(it));
            return match target.cloned() {
                Some(target) => self.make(&target, depth + 1),
                None => self.anything(),
            };
        }
        if let Some(value) = fields.get("const").filter(|_| self.chance(95)) {
            return value.clone();
        }
        if let Some(Value::Array(values)) = fields.get("enum") {
            return self.one_of(values).cloned().unwrap_or(Value::Null);
        }
        let mut made = match fields.get("type") {
            Some(Value::String(name)) => self.of_type(name, fields, depth),
            Some(Value::Array(names)) => match self.one_of(names).and_then(Value::as_str) {
                Some(name) => self.of_type(name, fields, depth),
                None => self.anything(),
            },
            _ => self.inferred(fields, depth),
        };
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = fields.get(keyword)
                && let Some(branch) = self.one_of(branches)
            {
                let other = self.make(branch, depth + 1);
                made = merged(made, other, fields.contains_key("type"));
            }
        }
        for branch in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let other = self.make(branch, depth + 1);
            made = merged(made, other, fields.contains_key("type"));
        }
        for keyword in ["if", "then", "else"] {
            if let Some(branch) = fields.get(keyword).filter(|_| self.chance(40)) {
                let other = self.make(branch, depth + 1);
                made = merged(made, other, true);
            }
        }
        made
    }

    fn anything(&mut self) -> Value {
        let ideas = self.ideas;
        match self.draws.below(4) {
            0 => json!(self.draws.below(200) as i64 - 100),
            1 => self.text(&Map::new()),
            _ => self.one_of(&ideas.values).cloned().unwrap_or(Value::Null),
        }
    }

    /// A value of a type that the keywords hint at, or of any other.
    fn inferred(&mut self, fields: &Map<String, Value>, depth: usize) -> Value {
        let hints: Vec<&str> = [
            ("object", ["properties", "required", "additionalProperties", "patternProperties"]),
            ("array", ["items", "prefixItems", "minItems", "contains"]),
            ("string", ["pattern", "minLength", "maxLength", "format"]),
            ("number", ["minimum", "maximum", "multipleOf", "exclusiveMinimum"]),
        ]
        .into_iter()
        .filter(|(_, keywords)| keywords.iter().any(|it| fields.contains_key(*it)))
        .map(|(name, _)| name)
        .collect();
        match self.one_of(&hints).copied().filter(|_| self.chance(80)) {
            Some(name) => self.of_type(name, fields, depth),
            None => self.anything(),
        }
    }

    fn of_type(&mut self, name: &str, fields: &Map<String, Value>, depth: usize) -> Value {
        match name {
            "object" => self.object(fields, depth),
            "array" => self.array(fields, depth),
            "string" => self.text(fields),
            "integer" => self.number(fields, true),
            "number" => self.number(fields, false),
            "boolean" => json!(self.chance(50)),
            "null" => Value::Null,
            _ => self.anything(),
        }
    }

    fn object(&mut self, fields: &Map<String, Value>, depth: usize) -> Value {
        let mut made = Map::new();
        let none = Map::new();
        let known = fields.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required: Vec<&str> = fields
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (name, schema) in known {
            let percent = if required.contains(&name.as_str()) { 99 } else { 60 };
            if self.chance(percent) {
                made.insert(name.clone(), self.make(schema, depth + 1));
            }
        }
        for name in required {
            if !made.contains_key(name) {
                let rest = fields.get("additionalProperties").cloned().unwrap_or(json!(true));
                made.insert(name.to_owned(), self.make(&rest, depth + 1));
            }
        }
        self.add_more(fields, &mut made, depth);
        Value::Object(made)
    }

    /// Fields that a pattern lets in, or that nothing forbids.
    fn add_more(
        &mut self,
        fields: &Map<String, Value>,
        made: &mut Map<String, Value>,
        depth: usize,
    ) {
        let patterns = fields.get("patternProperties").and_then(Value::as_object);
        for (name, schema) in patterns.into_iter().flatten() {
            if self.chance(60)
                && let Some(name) = pattern::matching(name, &mut self.draws)
            {
                made.insert(name, self.make(schema, depth + 1));
            }
        }
        let rest = fields.get("additionalProperties").cloned().unwrap_or(json!(true));
        if rest == json!(false) {
            return;
        }
        let names: Vec<String> = self.ideas.names.iter().cloned().collect();
        for _ in 0..self.draws.below(3) {
            let name = match self.one_of(&names) {
                Some(name) => name.clone(),
                None => continue,
            };
            if !made.contains_key(&name) {
                made.insert(name, self.make(&rest, depth + 1));
            }
        }
    }

    fn array(&mut self, fields: &Map<String, Value>, depth: usize) -> Value {
        let count = |name: &str| fields.get(name).and_then(Value::as_u64);
        let (first, rest) = match (fields.get("prefixItems"), fields.get("items")) {
            (Some(Value::Array(first)), rest) => (first.as_slice(), rest),
            (_, Some(Value::Array(first))) => (first.as_slice(), fields.get("additionalItems")),
            (_, rest) => (&[][..], rest),
        };
        let least = count("minItems").unwrap_or(0).min(ITEMS * 4);
        let most = count("maxItems").unwrap_or(least + ITEMS).min(least + ITEMS);
        let length = least + self.draws.below(most.saturating_sub(least) + 1);
        let rest = rest.cloned().unwrap_or(json!(true));
        let length = if rest == json!(false) { length.min(first.len() as u64) } else { length };
        let item = |maker: &mut Self, place: u64| {
            let schema = first.get(place as usize).unwrap_or(&rest).clone();
            match fields.get("contains").cloned() {
                Some(wanted) if place == 0 || maker.chance(20) => maker.make(&wanted, depth + 1),
                _ => maker.make(&schema, depth + 1),
            }
        };
        Value::Array((0..length).map(|place| item(self, place)).collect())
    }

    fn text(&mut self, fields: &Map<String, Value>) -> Value {
        let ideas = self.ideas;
        let keyword = |name: &str| fields.get(name).and_then(Value::as_str);
        if let Some(text) = keyword("pattern").and_then(|it| pattern::matching(it, &mut self.draws))
        {
            return json!(text);
        }
        if let Some(text) = keyword("format").and_then(|it| words::of_format(it, &mut self.draws)) {
            return json!(text);
        }
        let length = |name: &str| fields.get(name).and_then(Value::as_u64);
        if let Some(length) =
            length("maxLength").or(length("minLength")).filter(|_| self.chance(70))
        {
            let least = length.min(self::LETTERS);
            return json!("x".repeat(least as usize));
        }
        let texts: Vec<&str> = ideas.values.iter().filter_map(Value::as_str).collect();
        let lengths: Vec<u64> = ideas.lengths.iter().copied().collect();
        let patterns: Vec<&String> = ideas.patterns.iter().collect();
        match self.draws.below(3) {
            0 => json!(self.one_of(&texts).copied().unwrap_or("x")),
            1 => {
                let length = self.one_of(&lengths).copied().unwrap_or(3).min(LETTERS);
                json!("y".repeat(length as usize))
            }
            _ => {
                let pattern = self.one_of(&patterns).copied();
                let text = pattern.and_then(|it| pattern::matching(it, &mut self.draws));
                json!(text.unwrap_or_else(|| "z".to_owned()))
            }
        }
    }

    fn number(&mut self, fields: &Map<String, Value>, is_whole: bool) -> Value {
        let ideas = self.ideas;
        let known: Vec<&Value> = ideas
            .values
            .iter()
            .filter(|it| if is_whole { it.is_i64() || it.is_u64() } else { it.is_number() })
            .collect();
        if let Some(of) = fields.get("multipleOf").and_then(Value::as_i64) {
            return json!(of.saturating_mul(self.draws.below(40) as i64 - 20));
        }
        match self.one_of(&known).copied().filter(|_| self.chance(70)) {
            Some(number) => number.clone(),
            None if is_whole => json!(self.draws.below(200) as i64 - 100),
            None => json!(self.draws.below(2000) as f64 / 10.0 - 100.0),
        }
    }
}

/// Two values in one, if they are objects; else one of them.
fn merged(first: Value, second: Value, prefers_first: bool) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            first.extend(second);
            Value::Object(first)
        }
        (first, _) if prefers_first => first,
        (_, second) => second,
    }
}
