//! Payloads that fit a schema, the same for the same draws.

use serde_json::{Map, Value, json};

use crate::schema::draws::Draws;
use crate::schema::{combine, numbers, pattern, words};

/// From this depth on, only what is required is filled in.
pub(super) const DEEP: usize = 6;
/// Below this depth there is nothing.
const BOTTOM: usize = 24;
/// Values in one payload at most, for schemas that multiply with each level.
pub(super) const VALUES: usize = 20_000;
/// Tries until a payload fits a schema that says what must not be.
const TRIES: usize = 24;

/// A payload that fits the schema: all properties filled in, with sensible words. Drawn from
/// `draws`, so that the same draws give the same payload. For a schema that nothing we know of can
/// fit, the payload is the nearest we have.
pub(super) fn payload(schema: &Value, draws: &mut dyn FnMut() -> u64) -> Value {
    let mut draws = Draws::new(draws);
    let mut derive =
        || Maker { root: schema, draws: &mut draws, left: VALUES }.value(schema, "", 0);
    let first = derive();
    if !is_hard(schema) {
        return first;
    }
    let options = jsonschema::options().offline().should_validate_formats(true);
    let Ok(validator) = options.build(schema) else { return first };
    if validator.is_valid(&first) {
        return first;
    }
    (1..TRIES).map(|_| derive()).find(|payload| validator.is_valid(payload)).unwrap_or(first)
}

/// Whether a schema has words whose meaning is only known by checking.
pub(super) fn is_hard(schema: &Value) -> bool {
    const HARD: [&str; 12] = [
        "oneOf",
        "anyOf",
        "allOf",
        "not",
        "if",
        "pattern",
        "contains",
        "dependentSchemas",
        "dependencies",
        "propertyNames",
        "patternProperties",
        "uniqueItems",
    ];
    match schema {
        Value::Object(members) => {
            members.iter().any(|(key, value)| HARD.contains(&key.as_str()) || is_hard(value))
        }
        Value::Array(items) => items.iter().any(is_hard),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

pub(super) struct Maker<'m, 'd> {
    pub(super) root: &'m Value,
    pub(super) draws: &'m mut Draws<'d>,
    pub(super) left: usize,
}

impl Maker<'_, '_> {
    pub(super) fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth >= BOTTOM || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        let schema = combine::flat(schema, self.root, self.draws);
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = schema.get("enum")
            && !values.is_empty()
        {
            return self.one_of(values);
        }
        match kind(&schema) {
            "object" => self.object(&schema, depth),
            "array" => self.array(&schema, name, depth),
            "integer" => numbers::integer(&schema, name, self.draws),
            "number" => numbers::decimal(&schema, name, self.draws),
            "boolean" => json!(self.draws.below(2) == 1),
            "null" => Value::Null,
            _ => self.string(&schema, name),
        }
    }

    fn one_of(&mut self, values: &[Value]) -> Value {
        values[self.draws.below(values.len() as u64) as usize].clone()
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required: Vec<&str> = required(schema);
        let mut object = Map::new();
        for (name, property) in properties {
            let is_refused = *property == Value::Bool(false);
            if !is_refused && (depth < DEEP || required.contains(&name.as_str())) {
                object.insert(name.clone(), self.value(property, name, depth + 1));
            }
        }
        let other = schema.get("additionalProperties").filter(|other| other.is_object());
        let other = other.cloned().unwrap_or(Value::Bool(true));
        for name in required.into_iter().filter(|name| !properties.contains_key(*name)) {
            object.insert(name.to_owned(), self.value(&other, name, depth + 1));
        }
        let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or(0).min(100);
        for number in 1..=least {
            let name = format!("property{number}");
            if (object.len() as u64) < least && !object.contains_key(&name) {
                let value = self.value(&other, &name, depth + 1);
                object.insert(name, value);
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Map<String, Value>, name: &str, depth: usize) -> Value {
        let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
        let least = limit("minItems").unwrap_or(0).min(1000);
        let wanted = if depth < DEEP { 1 + self.draws.below(3) } else { 0 };
        let count = wanted.max(least).min(limit("maxItems").unwrap_or(u64::MAX));
        // Before 2020-12, `items` could be a list, one schema for each place.
        let places =
            schema.get("prefixItems").or_else(|| schema.get("items").filter(|i| i.is_array()));
        let places: &[Value] = places.and_then(Value::as_array).map_or(&[], Vec::as_slice);
        let rest = schema.get("items").filter(|items| !items.is_array());
        let rest = rest.or_else(|| schema.get("contains")).cloned().unwrap_or(Value::Bool(true));
        let count = if rest == Value::Bool(false) { count.min(places.len() as u64) } else { count };
        let is_unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let singular = name.strip_suffix('s').unwrap_or(name);
        let mut items: Vec<Value> = Vec::new();
        for place in 0..count as usize {
            let schema = places.get(place).unwrap_or(&rest);
            let mut item = self.value(schema, singular, depth + 1);
            for _ in 0..TRIES {
                if !is_unique || !items.contains(&item) {
                    break;
                }
                item = self.value(schema, singular, depth + 1);
            }
            items.push(item);
        }
        Value::Array(items)
    }

    /// The word that the name suggests, if the pattern allows it; else any text that it allows.
    fn patterned(&mut self, pattern: &str, name: &str) -> Option<String> {
        let word = words::word(name, self.draws);
        if matches(pattern, &word) {
            return Some(word);
        }
        pattern::matching(pattern, self.draws)
    }

    fn string(&mut self, schema: &Map<String, Value>, name: &str) -> Value {
        if let Some(Value::Array(examples)) = schema.get("examples")
            && !examples.is_empty()
        {
            return self.one_of(examples);
        }
        if let Some(value @ Value::String(_)) = schema.get("default") {
            return value.clone();
        }
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        if let Some(text) = text("pattern").and_then(|it| self.patterned(it, name)) {
            return Value::String(text);
        }
        if let Some(text) = text("format").and_then(|it| words::of_format(it, self.draws)) {
            return Value::String(text);
        }
        let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
        let word = words::word(name, self.draws);
        Value::String(fitted(word, limit("minLength"), limit("maxLength")))
    }
}

/// Whether a text matches a pattern, as the validator understands it.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let schema = json!({ "pattern": pattern });
    let validator = jsonschema::options().offline().build(&schema);
    validator.is_ok_and(|validator| validator.is_valid(&json!(text)))
}

/// A word made as long, or short, as it must be.
pub(super) fn fitted(word: String, least: Option<u64>, most: Option<u64>) -> String {
    let least = least.unwrap_or(0).min(100_000) as usize;
    let count = word.chars().count();
    let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    if count > most {
        return word.chars().take(most).collect();
    }
    let padding = "abcdefghijklmnopqrstuvwxyz".chars().cycle().take(least.saturating_sub(count));
    word.chars().chain(padding).collect()
}

pub(super) fn required(schema: &Map<String, Value>) -> Vec<&str> {
    let listed = schema.get("required").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The type of a value, said or guessed from the words that only it can have.
pub(super) fn kind(schema: &Map<String, Value>) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => return name,
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            return names.min_by_key(|name| *name == "null").unwrap_or("string");
        }
        Some(_) | None => {}
    }
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    if has(&["properties", "required", "additionalProperties", "minProperties"]) {
        "object"
    } else if has(&["items", "prefixItems", "minItems", "contains", "uniqueItems"]) {
        "array"
    } else if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
        "number"
    } else {
        "string"
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::{Checker, luck};

    pub(in crate::schema) fn schemas() -> Vec<Value> {
        vec![
            json!(true),
            json!({}),
            json!({"type": "string", "minLength": 3, "maxLength": 5}),
            json!({"type": "string", "minLength": 40}),
            json!({"type": "integer", "minimum": 3, "maximum": 7}),
            json!({"type": "integer", "exclusiveMinimum": 3, "multipleOf": 4}),
            json!({"type": "integer", "maximum": -10}),
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
            json!({"type": "number", "multipleOf": 0.01, "minimum": 0}),
            json!({"type": "number", "minimum": 2.5, "maximum": 2.5}),
            json!({"type": ["null", "boolean"]}),
            json!({"enum": ["a", 1, null]}),
            json!({"const": {"a": [1]}}),
            json!({"type": "array", "items": {"type": "integer"}, "minItems": 5, "maxItems": 5}),
            json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true}),
            json!({"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": false}),
            json!({"type": "array", "contains": {"const": 3}}),
            json!({"type": "object", "required": ["x"], "additionalProperties": {"type": "integer"}}),
            json!({"type": "object", "minProperties": 3}),
            json!({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 0.5, "maximum": 0.6}]}),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({"allOf": [{"minimum": 3}, {"maximum": 4}], "type": "integer"}),
            json!({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}),
            json!({"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 2}}),
            json!({
                "$defs": {"tree": {"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}},
                "$ref": "#/$defs/tree"
            }),
            formats(),
            order(),
        ]
    }

    fn formats() -> Value {
        let names = [
            "date-time",
            "date",
            "time",
            "duration",
            "uuid",
            "email",
            "uri",
            "uri-reference",
            "hostname",
            "ipv4",
            "ipv6",
            "json-pointer",
            "regex",
        ];
        let properties: Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({"type": "string", "format": name})))
            .collect();
        json!({"type": "object", "properties": properties, "required": names})
    }

    fn order() -> Value {
        json!({
            "type": "object",
            "required": ["orderId", "lines", "totalCents", "address"],
            "additionalProperties": false,
            "properties": {
                "orderId": {"type": "string"},
                "customerId": {"type": "string"},
                "currency": {"type": "string", "minLength": 3, "maxLength": 3},
                "placedAt": {"type": "string", "format": "date-time"},
                "totalCents": {"type": "integer", "minimum": 0},
                "address": {"allOf": [{"$ref": "#/definitions/place"}, {"required": ["city"]}]},
                "lines": {"type": "array", "minItems": 1, "items": {
                    "type": "object",
                    "required": ["sku", "quantity"],
                    "properties": {
                        "sku": {"type": "string"},
                        "quantity": {"type": "integer", "minimum": 1},
                        "price": {"type": "number", "minimum": 0}
                    }
                }}
            },
            "definitions": {"place": {"type": "object", "properties": {
                "city": {"type": "string"}, "street": {"type": "string"}}}}
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_payload_fits_its_schema(seed: u64) {
            for schema in schemas() {
                let value = payload(&schema, &mut luck(seed));
                let checker = Checker::json(&schema.to_string()).expect("schema");
                prop_assert_eq!(checker.violations(&value), [], "{} for {}", value, schema);
                prop_assert_eq!(&payload(&schema, &mut luck(seed)), &value);
            }
        }
    }

    #[test]
    fn a_payload_reads_like_one() {
        let value = payload(&order(), &mut luck(7));
        assert!(value["orderId"].as_str().expect("text").starts_with("order-"));
        assert!(value["customerId"].as_str().expect("text").starts_with("customer-"));
        assert_eq!(value.as_object().expect("object").len(), 7, "all properties are there");
    }

    #[test]
    fn schemas_that_nothing_fits_still_end() {
        let circle = json!({"$ref": "#"});
        assert!(payload(&circle, &mut luck(1)).is_string());
        let endless =
            json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}});
        assert!(payload(&endless, &mut luck(1)).is_object());
        let wide = json!({"type": "array", "items": {"$ref": "#"}, "minItems": 3});
        assert!(payload(&wide, &mut luck(1)).is_array());
        payload(&json!({"not": {}}), &mut luck(1));
        payload(&json!({"type": "array", "minItems": u64::MAX}), &mut luck(1));
    }
}
