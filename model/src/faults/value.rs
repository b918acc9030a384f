//! Values of parameters as files write them.

use serde::de::{DeserializeSeed, EnumAccess, Error, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

use super::{Shape, Value};
use crate::time::Span;

/// Reads a value of a shape.
#[derive(Clone, Copy)]
pub(crate) struct Seed(pub(crate) Shape);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0 {
            Shape::Number(_) | Shape::Share => f64::deserialize(deserializer).map(Value::Number),
            Shape::Count(_) => u64::deserialize(deserializer).map(Value::Count),
            Shape::Span(_) => Span::deserialize(deserializer).map(Value::Span),
            Shape::Rate => Deserialize::deserialize(deserializer).map(Value::Rate),
            Shape::Flag => bool::deserialize(deserializer).map(Value::Flag),
            Shape::Choice(words) => deserializer.deserialize_enum("Choice", words, Words(words)),
            Shape::Text => String::deserialize(deserializer).map(Value::Text),
            Shape::Law => Deserialize::deserialize(deserializer).map(Value::Law),
            Shape::Messages => Deserialize::deserialize(deserializer).map(Value::Messages),
            Shape::Maybe(shape) => deserializer.deserialize_option(Maybe(*shape)),
        }
    }
}

struct Maybe(Shape);

impl<'de> Visitor<'de> for Maybe {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.words())
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Seed(self.0).deserialize(deserializer)
    }
}

/// One of some words, as the variants of an enum.
struct Words(&'static [&'static str]);

impl<'de> Visitor<'de> for Words {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.0.join(", "))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (word, variant) = data.variant_seed(Name)?;
        variant.unit_variant()?;
        let known = self.0.iter().find(|known| **known == word);
        known.map(|word| Value::Choice(word)).ok_or_else(|| Error::unknown_variant(&word, self.0))
    }
}

/// A name without quotes.
pub(crate) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name without quotes")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        Ok(name.to_owned())
    }
}

/// A value as a file writes it.
pub(crate) struct Written<'a>(pub(crate) &'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Absent => serializer.serialize_none(),
            Value::Number(number) => number.serialize(serializer),
            Value::Count(count) => count.serialize(serializer),
            Value::Span(span) => span.serialize(serializer),
            Value::Rate(rate) => rate.serialize(serializer),
            Value::Flag(flag) => flag.serialize(serializer),
            Value::Choice(word) => serializer.serialize_unit_variant("Choice", 0, word),
            Value::Text(text) => text.serialize(serializer),
            Value::Law(law) => law.serialize(serializer),
            Value::Messages(messages) => messages.serialize(serializer),
        }
    }
}
