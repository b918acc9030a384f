//! A schema made ready to derive many payloads, and to check many: what can be worked out once is.

use serde_json::{Map, Number, Value};

use crate::message::SchemaLanguage;
use crate::schema::avro::making::Recipes;
use crate::schema::draws::Draws;
use crate::schema::numbers::{self, Grid};
use crate::schema::payload::{self, DEEP, Maker, VALUES};
use crate::schema::wild::{Ideas, wild};
use crate::schema::words::{self, Word};
use crate::schema::{Checker, Parsed, SchemaError, Violation};

/// Payloads that are tried until a schema counts as one that nothing fits.
const TRIES: u64 = 32;
/// Strange payloads that are tried after that.
const WILD_TRIES: u64 = 200;

/// A schema ready for use.
#[derive(Clone, Debug)]
pub struct Form {
    checker: Checker,
    making: Making,
}

/// How payloads are made.
#[derive(Clone, Debug)]
enum Making {
    Json { recipe: Recipe, is_hard: bool },
    Avro(Recipes),
}

/// Why no payload fits a schema, as far as we can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsatisfied {
    /// The keyword that the nearest payload breaks: `not`, `minimum`; empty if there is none to
    /// name.
    pub keyword: String,
    /// Where it stands in the schema, as a JSON pointer.
    pub at: String,
    /// What the nearest payload does wrong.
    pub violation: Violation,
}

impl Form {
    /// Makes a schema ready.
    ///
    /// # Errors
    /// As [`Checker::new`].
    pub fn new(language: SchemaLanguage, text: &str) -> Result<Form, SchemaError> {
        let checker = Checker::new(language, text)?;
        let making = match &**checker.parsed() {
            Parsed::Json(schema) => Making::Json {
                recipe: Recipe::of(schema, "", 0),
                is_hard: payload::is_hard(schema),
            },
            Parsed::Avro(avro) => Making::Avro(Recipes::of(avro)),
        };
        Ok(Form { checker, making })
    }

    /// What checks payloads.
    #[must_use]
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// A payload that fits, all properties filled in, with sensible words. The same draws give the
    /// same payload. For a schema that nothing we know of can fit, it is the nearest we have. Cost:
    /// about a microsecond for ten fields.
    pub fn payload(&self, draws: &mut dyn FnMut() -> u64) -> Value {
        match (&self.making, &**self.checker.parsed()) {
            (Making::Avro(recipes), Parsed::Avro(avro)) => recipes.payload(avro, draws),
            (Making::Json { recipe, is_hard: false }, Parsed::Json(schema)) => {
                let mut left = VALUES;
                recipe.make(schema, &mut Draws::new(draws), &mut left, 0)
            }
            (Making::Json { .. } | Making::Avro(_), Parsed::Json(schema)) => {
                payload::payload(schema, draws)
            }
            (Making::Json { .. }, Parsed::Avro(_)) => Value::Null,
        }
    }

    /// The value of one top-level property; nothing if the schema has no such property.
    pub fn field(&self, name: &str, draws: &mut dyn FnMut() -> u64) -> Option<Value> {
        match (&self.making, &**self.checker.parsed()) {
            (Making::Avro(recipes), Parsed::Avro(avro)) => recipes.field(avro, name, draws),
            (
                Making::Json { recipe: Recipe::Object { members, empty }, is_hard: false },
                Parsed::Json(schema),
            ) => {
                let recipe = &members[empty.keys().position(|known| known == name)?];
                let mut left = VALUES;
                Some(recipe.make(schema, &mut Draws::new(draws), &mut left, 1))
            }
            (Making::Json { .. } | Making::Avro(_), Parsed::Json(schema)) => {
                let of_field = schema.get("properties")?.get(name)?;
                Some(payload::payload(of_field, draws))
            }
            (Making::Json { .. }, Parsed::Avro(_)) => None,
        }
    }

    /// Why nothing fits the schema; nothing if something does. `draws` gives the luck of a try.
    pub fn unsatisfied<F: FnMut() -> u64>(
        &self,
        mut draws: impl FnMut(u64) -> F,
    ) -> Option<Unsatisfied> {
        if let Parsed::Avro(avro) = &**self.checker.parsed() {
            let sentence = avro.why_endless()?.to_owned();
            let violation = Violation { json_path: String::new(), sentence };
            return Some(Unsatisfied { keyword: String::new(), at: String::new(), violation });
        }
        let mut nearest = None;
        for number in 0..TRIES {
            let payload = self.payload(&mut draws(number));
            let error = self.checker.first_error(&payload)?;
            nearest.get_or_insert(error);
        }
        // Which one of several schemas a payload fits is seldom what is derived from one of them.
        let is_choice = nearest.as_ref().is_some_and(|it: &Unsatisfied| it.keyword == "oneOf");
        if is_choice && self.fits_wildly(&mut draws(TRIES)) { None } else { nearest }
    }
}

impl Form {
    /// Whether something fits that is stranger than what we would show to people.
    fn fits_wildly(&self, draws: &mut dyn FnMut() -> u64) -> bool {
        let Parsed::Json(schema) = &**self.checker.parsed() else { return false };
        let ideas = Ideas::of(&[schema]);
        (0..WILD_TRIES).any(|_| self.checker.fits(&wild(schema, &ideas, draws)))
    }
}

/// The payload that [`Form::payload`] derives from a JSON Schema, without making it ready for more;
/// nothing if that takes a closer look.
pub(super) fn single(schema: &Value, draws: &mut dyn FnMut() -> u64) -> Option<Value> {
    let mut left = VALUES;
    (!payload::is_hard(schema))
        .then(|| Recipe::of(schema, "", 0).make(schema, &mut Draws::new(draws), &mut left, 0))
}

/// How a value is made, with what can be known beforehand worked out.
#[derive(Clone, Debug)]
enum Recipe {
    Constant(Value),
    OneOf(Vec<Value>),
    /// The members in their order, and an object with all of them, which is cheaper to copy than
    /// to build.
    Object {
        members: Vec<Recipe>,
        empty: Map<String, Value>,
    },
    Array {
        items: Box<Recipe>,
        wanted: bool,
        least: u64,
        most: u64,
    },
    Integer {
        first: f64,
        count: u64,
        step: f64,
    },
    Decimal(Grid),
    Boolean,
    Formatted(String),
    Text {
        word: Word,
        least: Option<u64>,
        most: Option<u64>,
    },
    /// Of what this is only known when it is made: schemas that refer to others, or combine them.
    Other {
        schema: Value,
        name: String,
    },
}

impl Recipe {
    fn of(schema: &Value, name: &str, depth: usize) -> Recipe {
        let other = || Recipe::Other { schema: schema.clone(), name: name.to_owned() };
        let Some(members) = schema.as_object() else { return other() };
        let is_plain = !COMBINING.iter().any(|word| members.contains_key(*word));
        if !is_plain || depth >= DEEP {
            return other();
        }
        Recipe::plain(members, name, depth).unwrap_or_else(other)
    }

    fn plain(schema: &Map<String, Value>, name: &str, depth: usize) -> Option<Recipe> {
        if let Some(value) = schema.get("const") {
            return Some(Recipe::Constant(value.clone()));
        }
        if let Some(Value::Array(values)) = schema.get("enum")
            && !values.is_empty()
        {
            return Some(Recipe::OneOf(values.clone()));
        }
        match payload::kind(schema) {
            "object" => Recipe::object(schema, depth),
            "array" => Recipe::array(schema, name, depth),
            "integer" => numbers::whole_grid(schema, name)
                .map(|(first, count, step)| Recipe::Integer { first, count, step }),
            "number" => Grid::of(schema, name).map(Recipe::Decimal),
            "boolean" => Some(Recipe::Boolean),
            "null" => Some(Recipe::Constant(Value::Null)),
            _ => Recipe::text(schema, name),
        }
    }

    fn object(schema: &Map<String, Value>, depth: usize) -> Option<Recipe> {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let is_whole = payload::required(schema).iter().all(|name| properties.contains_key(*name));
        if !is_whole || schema.contains_key("minProperties") {
            return None;
        }
        let wanted = properties.iter().filter(|(_, property)| **property != Value::Bool(false));
        let (mut members, mut empty) = (Vec::new(), Map::new());
        for (name, property) in wanted {
            members.push(Recipe::of(property, name, depth + 1));
            empty.insert(name.clone(), Value::Null);
        }
        Some(Recipe::Object { members, empty })
    }

    fn array(schema: &Map<String, Value>, name: &str, depth: usize) -> Option<Recipe> {
        let is_odd = ["prefixItems", "contains", "uniqueItems"];
        let items = schema.get("items").filter(|items| items.is_object())?;
        if is_odd.iter().any(|word| schema.contains_key(*word)) {
            return None;
        }
        let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
        let singular = name.strip_suffix('s').unwrap_or(name);
        Some(Recipe::Array {
            items: Box::new(Recipe::of(items, singular, depth + 1)),
            wanted: depth < DEEP,
            least: limit("minItems").unwrap_or(0).min(1000),
            most: limit("maxItems").unwrap_or(u64::MAX),
        })
    }

    fn text(schema: &Map<String, Value>, name: &str) -> Option<Recipe> {
        if let Some(Value::Array(examples)) = schema.get("examples")
            && !examples.is_empty()
        {
            return Some(Recipe::OneOf(examples.clone()));
        }
        if let Some(value @ Value::String(_)) = schema.get("default") {
            return Some(Recipe::Constant(value.clone()));
        }
        if schema.contains_key("pattern") {
            return None;
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str)
            && words::of_format(format, &mut Draws::new(&mut || 0)).is_some()
        {
            return Some(Recipe::Formatted(format.to_owned()));
        }
        let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
        let (least, most) = (limit("minLength"), limit("maxLength"));
        Some(Recipe::Text { word: Word::of(name), least, most })
    }

    fn make(&self, root: &Value, draws: &mut Draws<'_>, left: &mut usize, depth: usize) -> Value {
        if *left == 0 {
            return Value::Null;
        }
        *left -= 1;
        match self {
            Recipe::Constant(value) => value.clone(),
            Recipe::OneOf(values) => values[draws.below(values.len() as u64) as usize].clone(),
            Recipe::Object { members, empty } => {
                let mut object = empty.clone();
                for (member, recipe) in object.values_mut().zip(members) {
                    *member = recipe.make(root, draws, left, depth + 1);
                }
                Value::Object(object)
            }
            Recipe::Array { items, wanted, least, most } => {
                let count = if *wanted { 1 + draws.below(3) } else { 0 };
                let count = count.max(*least).min(*most);
                let item = |_| items.make(root, draws, left, depth + 1);
                Value::Array((0..count).map(item).collect())
            }
            Recipe::Integer { first, count, step } => {
                let whole = (first + draws.below(*count) as f64) * step;
                Value::Number(Number::from(whole as i64))
            }
            Recipe::Decimal(grid) => grid.draw(draws),
            Recipe::Boolean => Value::Bool(draws.below(2) == 1),
            Recipe::Formatted(format) => {
                Value::String(words::of_format(format, draws).unwrap_or_default())
            }
            Recipe::Text { word, least, most } => {
                Value::String(payload::fitted(word.draw(draws), *least, *most))
            }
            Recipe::Other { schema, name } => {
                *left += 1;
                let mut maker = Maker { root, draws, left: *left };
                let value = maker.value(schema, name, depth);
                *left = maker.left;
                value
            }
        }
    }
}

/// Words of a schema that take others in.
const COMBINING: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::luck;

    #[test]
    fn a_form_derives_what_its_schema_derives() {
        for schema in payload::tests::schemas() {
            let form =
                Form::new(SchemaLanguage::JsonSchema, &schema.to_string()).expect("a schema");
            for seed in 0..64 {
                let derived = payload::payload(&schema, &mut luck(seed));
                assert_eq!(form.payload(&mut luck(seed)), derived, "{schema}");
            }
        }
    }

    #[test]
    fn a_field_alone_is_the_one_of_the_schema() {
        let schema = json!({"type": "object", "properties": {
            "id": {"type": "string"}, "tree": {"$ref": "#/$defs/tree"}},
            "$defs": {"tree": {"type": "integer"}}});
        let form = Form::new(SchemaLanguage::JsonSchema, &schema.to_string()).expect("a schema");
        let id = form.field("id", &mut luck(3)).expect("a field");
        assert!(id.as_str().expect("a text").starts_with("id-"), "{id}");
        assert!(form.field("tree", &mut luck(3)).is_some());
        assert_eq!(form.field("other", &mut luck(3)), None);
    }

    #[test]
    fn a_schema_that_nothing_fits_says_which_keyword() {
        let said = |schema: Value| {
            let form =
                Form::new(SchemaLanguage::JsonSchema, &schema.to_string()).expect("a schema");
            form.unsatisfied(luck).map(|it| (it.keyword, it.at))
        };
        let of = |keyword: &str, at: &str| Some((keyword.to_owned(), at.to_owned()));
        assert_eq!(said(json!({"type": "integer"})), None);
        assert_eq!(said(json!({"not": {}})), of("not", "/not"));
        let empty = json!({"properties": {"n": {"type": "integer", "minimum": 5, "maximum": 3}}});
        let (keyword, at) = said(empty).expect("nothing is both");
        assert!(keyword == "maximum" || keyword == "minimum", "{keyword}");
        assert!(at.starts_with("/properties/n/"), "{at}");
    }
}
