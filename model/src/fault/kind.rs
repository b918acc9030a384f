//! What goes wrong and where: a card of the catalogue with a target and a value for each
//! parameter. In a file: `Slow(node: "payment", factor: 4.0)`.

use std::fmt;

use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, VariantAccess, Visitor};
use serde::ser::SerializeStructVariant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::selector::{EdgeSelector, Group, NodeSelector};
use crate::faults::{self, FAULTS, FaultCard, Name, Seed, Value, Written};
use crate::name::EdgeName;
use crate::node::{Distribution, Poison};
use crate::time::{Rate, Span};

/// What goes wrong, and where.
#[derive(Clone)]
pub struct FaultKind {
    card: &'static FaultCard,
    target: Target,
    values: Vec<Value>,
}

/// Where a fault strikes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// Nodes.
    Node(NodeSelector),
    /// Edges.
    Edge(EdgeSelector),
}

impl Target {
    /// The one node of this name.
    pub fn node(name: impl Into<String>) -> Target {
        Target::Node(NodeSelector::named(name))
    }

    /// The one edge of this name.
    #[must_use]
    pub fn edge(name: &EdgeName) -> Target {
        Target::Edge(EdgeSelector::named(name))
    }

    /// The name of the node, if it is just one.
    #[must_use]
    pub fn node_name(&self) -> Option<&str> {
        match self {
            Target::Node(selector) => selector.name(),
            Target::Edge(_) => None,
        }
    }

    /// The name of the edge, if it is just one.
    #[must_use]
    pub fn edge_name(&self) -> Option<EdgeName> {
        match self {
            Target::Node(_) => None,
            Target::Edge(selector) => selector.name(),
        }
    }

    /// The groups of nodes that it is made of.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        let (first, second) = match self {
            Target::Node(selector) => (&selector.group, None),
            Target::Edge(selector) => (&selector.from, Some(&selector.to)),
        };
        std::iter::once(first).chain(second)
    }

    /// The groups of nodes that it is made of, to be changed.
    pub fn groups_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        let (first, second) = match self {
            Target::Node(selector) => (&mut selector.group, None),
            Target::Edge(selector) => (&mut selector.from, Some(&mut selector.to)),
        };
        std::iter::once(first).chain(second)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Node(selector) => selector.fmt(f),
            Target::Edge(selector) => selector.fmt(f),
        }
    }
}

impl FaultKind {
    /// A fault of this card, with the defaults of its parameters.
    ///
    /// # Panics
    /// If the card strikes edges and the target is a node, or the other way round.
    #[must_use]
    pub fn new(card: &'static FaultCard, target: Target) -> FaultKind {
        let fits = card.target.is_edge() == matches!(target, Target::Edge(_));
        assert!(fits, "invariant: {} strikes {}", card.word, card.target.words());
        let values = card.parameters.iter().map(|parameter| parameter.default.clone()).collect();
        FaultKind { card, target, values }
    }

    /// A fault that strikes one node, with the defaults of its parameters.
    ///
    /// # Panics
    /// If no card with this word strikes nodes.
    pub fn at_node(word: &str, node: impl Into<String>) -> FaultKind {
        let card = FaultCard::of(word).expect("invariant: a word of the catalogue");
        FaultKind::new(card, Target::node(node))
    }

    /// A fault that strikes one edge, with the defaults of its parameters.
    ///
    /// # Panics
    /// If no card with this word strikes edges.
    #[must_use]
    pub fn at_edge(word: &str, edge: &EdgeName) -> FaultKind {
        let card = FaultCard::of(word).expect("invariant: a word of the catalogue");
        FaultKind::new(card, Target::edge(edge))
    }

    /// The same with another value of a parameter.
    ///
    /// # Panics
    /// If the card has no such parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> FaultKind {
        let (index, _) = self.card.parameter(name).expect("invariant: a parameter of the card");
        self.values[index] = value;
        self
    }

    /// The same elsewhere.
    #[must_use]
    pub fn at(mut self, target: Target) -> FaultKind {
        self.target = target;
        self
    }

    /// What is known of this kind.
    #[must_use]
    pub fn card(&self) -> &'static FaultCard {
        self.card
    }

    /// The word for it, as in the file.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.card.word
    }

    /// Where it strikes.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Where it strikes, to be changed.
    pub fn target_mut(&mut self) -> &mut Target {
        &mut self.target
    }

    /// The values of its parameters, in the order of the card.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values of its parameters, to be changed.
    pub fn values_mut(&mut self) -> &mut [Value] {
        &mut self.values
    }

    /// The value of a parameter.
    ///
    /// # Panics
    /// If the card has no such parameter.
    #[must_use]
    pub fn value(&self, name: &str) -> &Value {
        let (index, _) = self.card.parameter(name).expect("invariant: a parameter of the card");
        &self.values[index]
    }

    /// A number or a share, if there is one.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        if let Value::Number(number) = self.value(name) { Some(*number) } else { None }
    }

    /// A whole number, if there is one.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<u64> {
        if let Value::Count(count) = self.value(name) { Some(*count) } else { None }
    }

    /// A length of time, if there is one.
    #[must_use]
    pub fn span(&self, name: &str) -> Option<Span> {
        if let Value::Span(span) = self.value(name) { Some(*span) } else { None }
    }

    /// A rate, if there is one.
    #[must_use]
    pub fn rate(&self, name: &str) -> Option<Rate> {
        if let Value::Rate(rate) = self.value(name) { Some(*rate) } else { None }
    }

    /// Whether a flag is set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Value::Flag(true))
    }

    /// The word that is chosen; empty if there is none.
    #[must_use]
    pub fn choice(&self, name: &str) -> &'static str {
        if let Value::Choice(word) = self.value(name) { word } else { "" }
    }

    /// A text, if there is one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        if let Value::Text(text) = self.value(name) { Some(text) } else { None }
    }

    /// How long something takes, if that is said.
    #[must_use]
    pub fn law(&self, name: &str) -> Option<&Distribution> {
        if let Value::Law(law) = self.value(name) { Some(law) } else { None }
    }

    /// Some messages, if there are any.
    #[must_use]
    pub fn messages(&self, name: &str) -> Option<&Poison> {
        if let Value::Messages(messages) = self.value(name) { Some(messages) } else { None }
    }

    /// The messages that its parameters name, to be changed.
    pub fn messages_mut(&mut self) -> Option<&mut Poison> {
        self.values.iter_mut().find_map(|value| match value {
            Value::Messages(messages) => Some(messages),
            Value::Absent
            | Value::Number(_)
            | Value::Count(_)
            | Value::Span(_)
            | Value::Rate(_)
            | Value::Flag(_)
            | Value::Choice(_)
            | Value::Text(_)
            | Value::Law(_) => None,
        })
    }
}

impl PartialEq for FaultKind {
    fn eq(&self, other: &FaultKind) -> bool {
        self.card.word == other.card.word
            && self.target == other.target
            && self.values == other.values
    }
}

impl fmt::Debug for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}, {:?})", self.card.word, self.target, self.values)
    }
}

impl Serialize for FaultKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters = self.card.parameters.iter().zip(&self.values);
        let written: Vec<_> =
            parameters.filter(|(it, value)| !it.is_optional || it.default != **value).collect();
        let mut fields = serializer.serialize_struct_variant(
            "FaultKind",
            0,
            self.card.word,
            written.len() + 1,
        )?;
        let target = self.card.target.field();
        match &self.target {
            Target::Node(selector) => fields.serialize_field(target, selector)?,
            Target::Edge(selector) => fields.serialize_field(target, selector)?,
        }
        for (parameter, value) in written {
            fields.serialize_field(parameter.name, &Written(value))?;
        }
        fields.end()
    }
}

impl<'de> Deserialize<'de> for FaultKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FaultKind, D::Error> {
        deserializer.deserialize_enum("FaultKind", faults::WORDS, Kinds)
    }
}

struct Kinds;

impl<'de> Visitor<'de> for Kinds {
    type Value = FaultKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault such as `Down(node: \"payment\")`")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<FaultKind, A::Error> {
        let (word, variant) = data.variant_seed(Name)?;
        let index = FAULTS
            .iter()
            .position(|card| card.word == word)
            .ok_or_else(|| Error::unknown_variant(&word, faults::WORDS))?;
        variant.struct_variant(faults::fields_of(index), Fields { card: &FAULTS[index], index })
    }
}

struct Fields {
    card: &'static FaultCard,
    index: usize,
}

impl<'de> Visitor<'de> for Fields {
    type Value = FaultKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the parameters of {}", self.card.word)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FaultKind, A::Error> {
        let card = self.card;
        let mut target = None;
        let mut values: Vec<Option<Value>> = vec![None; card.parameters.len()];
        while let Some(name) = map.next_key_seed(Name)? {
            if name == card.target.field() {
                refuse_twice(target.is_some(), card.target.field())?;
                target = Some(map.next_value_seed(At { is_edge: card.target.is_edge() })?);
            } else if let Some((index, parameter)) = card.parameter(&name) {
                refuse_twice(values[index].is_some(), parameter.name)?;
                values[index] = Some(map.next_value_seed(Seed(parameter.shape))?);
            } else {
                return Err(Error::unknown_field(&name, faults::fields_of(self.index)));
            }
        }
        let target = target.ok_or_else(|| Error::missing_field(card.target.field()))?;
        let mut kind = FaultKind::new(card, target);
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Some(value) => kind.values[index] = value,
                None if card.parameters[index].is_optional => {}
                None => return Err(Error::missing_field(card.parameters[index].name)),
            }
        }
        Ok(kind)
    }
}

fn refuse_twice<E: Error>(is_there: bool, field: &'static str) -> Result<(), E> {
    if is_there { Err(E::duplicate_field(field)) } else { Ok(()) }
}

struct At {
    is_edge: bool,
}

impl<'de> DeserializeSeed<'de> for At {
    type Value = Target;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Target, D::Error> {
        if self.is_edge {
            EdgeSelector::deserialize(deserializer).map(Target::Edge)
        } else {
            NodeSelector::deserialize(deserializer).map(Target::Node)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::native::tree::parse;
    use crate::formats::native::{ReadError, compact, judge};

    fn read(text: &str) -> Result<FaultKind, ReadError> {
        judge(text, &parse(text).expect("RON"))
    }

    fn round(text: &str) -> String {
        compact(&read(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    #[test]
    fn every_kind_is_written_and_read() {
        for card in FAULTS {
            let target = if card.target.is_edge() {
                Target::edge(&EdgeName::new("a", "b"))
            } else {
                Target::node("a")
            };
            let kind = FaultKind::new(card, target);
            let text = compact(&kind);
            assert_eq!(read(&text).expect(&text), kind);
        }
    }

    #[test]
    fn optional_parameters_are_written_only_when_they_say_something() {
        let text = r#"Burst(node:"shop",factor:4.0,at_once:5)"#;
        assert_eq!(round(text), text);
        let text = r#"Burst(node:"shop",factor:4.0,shape:Spike)"#;
        assert_eq!(round(text), text);
        assert_eq!(
            round(r#"Burst(node: "shop", factor: 4, shape: Step)"#),
            r#"Burst(node:"shop",factor:4.0)"#
        );
        let text = r#"BrokerDown(node:"orders",failover:"5s")"#;
        assert_eq!(round(text), text);
    }

    #[test]
    fn wrong_kinds_say_what_would_be_right() {
        let mut said = String::new();
        for text in [
            r#"Slwo(node: "a", factor: 2)"#,
            r#"Slow(node: "a", fctor: 2)"#,
            r#"Slow(node: "a")"#,
            r#"Slow(edge: "a -> b", factor: 2)"#,
            r#"Burst(node: "a", factor: 2, shape: Stepp)"#,
            r#"Slow(node: "a", factor: 2, factor: 3)"#,
            r#"Slow(node: "0 of tag:x", factor: 2)"#,
        ] {
            let error = read(text).expect_err(text).to_string();
            let (head, tail) = error.split_once("`ProducerPause`").unwrap_or((&error, ""));
            let tail = tail.rsplit_once("`X`").map_or("", |(_, tail)| tail);
            said += &format!("{head}{tail}\n");
        }
        expect_test::expect![[r#"
            line 1, column 1: expected one of `ProducerCrash`, 
            line 1, column 17: expected one of `node`, `factor`, found `fctor`; did you mean `factor`?
            line 1, column 1: expected a field `factor`, found none
            line 1, column 6: expected one of `node`, `factor`, found `edge`
            line 1, column 36: expected one of `Step`, `Ramp`, `Spike`, found `Stepp`; did you mean `Step`?
            line 1, column 28: expected the field `factor` once, found it twice
            line 1, column 12: expected `one of`, `all of`, `majority of`, `minority of`, `2 of`, `30% of` or `at most 30% of`, found `0`
        "#]].assert_eq(&said);
    }
}
