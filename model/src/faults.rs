//! The catalogue of faults: one card for each kind, with its texts and its parameters. What a
//! fault does in a run stands in the simulator.

use crate::node::{Distribution, Poison};
use crate::time::{Rate, Span};

mod cards;
pub mod page;
mod value;

pub use cards::FAULTS;
pub(crate) use value::{Name, Seed, Written};

/// One kind of fault: what it is called, what people ought to know about it, what can be set.
#[derive(Debug)]
pub struct FaultCard {
    /// Its place in the catalogue: `P3`.
    pub code: &'static str,
    /// The word for it in files.
    pub word: &'static str,
    /// Which part of the world goes wrong.
    pub family: Family,
    /// Its name, in a few words.
    pub title: &'static str,
    /// What happens.
    pub happens: &'static str,
    /// What one sees in a run.
    pub seen: &'static str,
    /// Where it happens in reality.
    pub reality: &'static str,
    /// What helps against it.
    pub helps: &'static str,
    /// What of it is not simulated; empty if all is.
    pub left_out: &'static str,
    /// What it can strike.
    pub target: TargetRole,
    /// What can be set beside the target.
    pub parameters: &'static [Parameter],
    /// Whether there is more or less of it, so that it can come and go by degrees.
    pub has_degree: bool,
    /// Whether it strikes one message or attempt at a time, so that some may be spared.
    pub is_selective: bool,
    /// What can become of messages.
    pub outcomes: &'static [Outcome],
}

/// Which part of the world goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    /// Whoever publishes (P).
    Producer,
    /// What is in a message, and what was agreed about it (M).
    Message,
    /// The way between two nodes (L).
    Link,
    /// A channel and the broker it stands for (B).
    Broker,
    /// Whoever handles messages (C).
    Consumer,
    /// Clocks and schedulers (T).
    Time,
    /// What operators do (O).
    Operator,
    /// Several at once (X).
    Domain,
}

/// What a fault can strike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetRole {
    /// Any node.
    Node,
    /// A producer.
    Producer,
    /// A producer, or a consumer that publishes.
    Publisher,
    /// A producer or a consumer.
    Party,
    /// A channel.
    Channel,
    /// A consumer.
    Consumer,
    /// A producer or a channel.
    Clock,
    /// Any edge.
    Edge,
    /// A subscribe edge.
    Subscription,
}

/// What a fault can do to messages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// They come later.
    Delays,
    /// They come, or are handled, more than once.
    Duplicates,
    /// They may be gone.
    Loses,
    /// They may become dead letters.
    DeadLetters,
    /// They may overtake each other.
    Reorders,
}

/// Something that can be set on a fault.
#[derive(Debug)]
pub struct Parameter {
    /// The word for it in files.
    pub name: &'static str,
    /// What it means, with its unit.
    pub text: &'static str,
    /// What it can be.
    pub shape: Shape,
    /// What it is unless somebody says otherwise.
    pub default: Value,
    /// Whether a file may leave it out; it is left out when it is the default.
    pub is_optional: bool,
}

/// What a parameter can be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// A number from a smallest one on.
    Number(f64),
    /// A share, from 0 to 1.
    Share,
    /// A whole number from a smallest one on.
    Count(u64),
    /// A length of time; whether it may be zero.
    Span(bool),
    /// So many in so long.
    Rate,
    /// Yes or no.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A few words, not empty.
    Text,
    /// How long something takes.
    Law,
    /// Some messages.
    Messages,
    /// One of these, or nothing.
    Maybe(&'static Shape),
}

/// What a parameter is.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing.
    Absent,
    /// A number or a share.
    Number(f64),
    /// A whole number.
    Count(u64),
    /// A length of time.
    Span(Span),
    /// So many in so long.
    Rate(Rate),
    /// Yes or no.
    Flag(bool),
    /// One of the words of the shape.
    Choice(&'static str),
    /// A few words.
    Text(String),
    /// How long something takes.
    Law(Distribution),
    /// Some messages.
    Messages(Poison),
}

impl Parameter {
    /// A parameter that every file names.
    pub(crate) const fn named(
        name: &'static str,
        text: &'static str,
        shape: Shape,
        default: Value,
    ) -> Parameter {
        Parameter { name, text, shape, default, is_optional: false }
    }

    /// A parameter that a file may leave out.
    pub(crate) const fn optional(
        name: &'static str,
        text: &'static str,
        shape: Shape,
        default: Value,
    ) -> Parameter {
        Parameter { name, text, shape, default, is_optional: true }
    }

    /// Its name as people read it: `Keep alive`.
    #[must_use]
    pub fn title(&self) -> String {
        let mut title = self.name.replace('_', " ");
        title[..1].make_ascii_uppercase();
        title
    }

    /// Why a value cannot be this parameter, if it cannot.
    #[must_use]
    pub fn objection(&self, value: &Value) -> Option<String> {
        self.shape.objection(value)
    }
}

/// The largest factor, spread or exponent that means anything.
const NUMBER_MAX: f64 = 1e9;

impl Shape {
    fn objection(self, value: &Value) -> Option<String> {
        match (self, value) {
            (Shape::Share, Value::Number(share)) if !(0.0..=1.0).contains(share) => {
                Some(format!("a share lies between 0 and 1, this is {share}"))
            }
            (Shape::Number(least), Value::Number(number))
                if !(number.is_finite() && *number >= least) =>
            {
                Some(format!("this number is at least {least}, found {number}"))
            }
            (Shape::Number(_), Value::Number(number)) if *number > NUMBER_MAX => {
                Some(format!("this number is at most {NUMBER_MAX}, found {number}"))
            }
            (Shape::Rate, Value::Rate(rate)) => rate.objection().map(str::to_owned),
            (Shape::Count(least), Value::Count(count)) if *count < least => {
                Some(format!("this number is at least {least}, found {count}"))
            }
            (Shape::Span(false), Value::Span(Span::ZERO)) => {
                Some("this time must be longer than zero".to_owned())
            }
            (Shape::Text, Value::Text(text)) if text.trim().is_empty() => {
                Some("this text must not be empty".to_owned())
            }
            (Shape::Maybe(shape), value) => shape.objection(value),
            (Shape::Law, Value::Law(law)) => law.objection().map(str::to_owned),
            (Shape::Messages, Value::Messages(Poison::Share(share)))
                if !(0.0..=1.0).contains(share) =>
            {
                Some(format!("a share lies between 0 and 1, this is {share}"))
            }
            _ => None,
        }
    }

    /// What may stand there, in words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Shape::Number(least) => format!("a number of at least {least}"),
            Shape::Share => "a share from 0 to 1".to_owned(),
            Shape::Count(least) => format!("a whole number of at least {least}"),
            Shape::Span(true) => "a length of time".to_owned(),
            Shape::Span(false) => "a length of time longer than zero".to_owned(),
            Shape::Rate => "a rate such as `10/s`".to_owned(),
            Shape::Flag => "`true` or `false`".to_owned(),
            Shape::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                words.join(", ")
            }
            Shape::Text => "a text".to_owned(),
            Shape::Law => "a distribution of times".to_owned(),
            Shape::Messages => "some messages: a share, names or keys".to_owned(),
            Shape::Maybe(shape) => format!("{}, or nothing", shape.words()),
        }
    }
}

impl Family {
    /// Every family, in the order of the catalogue.
    pub const ALL: [Family; 8] = [
        Family::Producer,
        Family::Message,
        Family::Link,
        Family::Broker,
        Family::Consumer,
        Family::Time,
        Family::Operator,
        Family::Domain,
    ];

    /// Its name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Family::Producer => "Producer",
            Family::Message => "Message and contract",
            Family::Link => "Link",
            Family::Broker => "Channel and broker",
            Family::Consumer => "Consumer",
            Family::Time => "Time",
            Family::Operator => "Operator",
            Family::Domain => "Several at once",
        }
    }
}

impl TargetRole {
    /// Whether it is a kind of edge.
    #[must_use]
    pub fn is_edge(self) -> bool {
        match self {
            TargetRole::Edge | TargetRole::Subscription => true,
            TargetRole::Node
            | TargetRole::Producer
            | TargetRole::Publisher
            | TargetRole::Party
            | TargetRole::Channel
            | TargetRole::Consumer
            | TargetRole::Clock => false,
        }
    }

    /// The field of the file that names the target.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            TargetRole::Edge | TargetRole::Subscription => "edge",
            TargetRole::Node
            | TargetRole::Producer
            | TargetRole::Publisher
            | TargetRole::Party
            | TargetRole::Channel
            | TargetRole::Consumer
            | TargetRole::Clock => "node",
        }
    }

    /// What it can be, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            TargetRole::Node => "any node",
            TargetRole::Producer => "a producer",
            TargetRole::Publisher => "a producer, or a consumer that publishes",
            TargetRole::Party => "a producer or a consumer",
            TargetRole::Channel => "a channel",
            TargetRole::Consumer => "a consumer",
            TargetRole::Clock => "a producer or a channel",
            TargetRole::Edge => "an edge",
            TargetRole::Subscription => "a subscribe edge",
        }
    }
}

impl Outcome {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Outcome::Delays => "delays only",
            Outcome::Duplicates => "duplicates",
            Outcome::Loses => "may lose",
            Outcome::DeadLetters => "may dead-letter",
            Outcome::Reorders => "may reorder",
        }
    }
}

impl FaultCard {
    /// The card of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<&'static FaultCard> {
        FAULTS.iter().find(|card| card.word == word)
    }

    /// The parameter of a name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<(usize, &'static Parameter)> {
        self.parameters.iter().enumerate().find(|(_, parameter)| parameter.name == name)
    }
}

/// The words of all kinds, in the order of the catalogue.
pub(crate) const WORDS: &[&str] = &words();

const fn words() -> [&'static str; FAULTS.len()] {
    let mut words = [""; FAULTS.len()];
    let mut at = 0;
    while at < FAULTS.len() {
        words[at] = FAULTS[at].word;
        at += 1;
    }
    words
}

/// The most fields a kind has.
const MOST: usize = 10;

/// The fields of each kind, the target first; empty where there are no more.
const FIELDS: &[[&str; MOST]] = &fields();

const fn fields() -> [[&'static str; MOST]; FAULTS.len()] {
    let mut fields = [[""; MOST]; FAULTS.len()];
    let mut at = 0;
    while at < FAULTS.len() {
        fields[at][0] = FAULTS[at].target.field();
        let mut parameter = 0;
        while parameter < FAULTS[at].parameters.len() {
            fields[at][parameter + 1] = FAULTS[at].parameters[parameter].name;
            parameter += 1;
        }
        at += 1;
    }
    fields
}

/// The names of the fields of a kind, by its place in the catalogue.
pub(crate) fn fields_of(index: usize) -> &'static [&'static str] {
    let all = &FIELDS[index];
    let count = all.iter().position(|name| name.is_empty()).unwrap_or(MOST);
    &all[..count]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_card_of_its_own_with_all_its_texts() {
        for (index, card) in FAULTS.iter().enumerate() {
            let texts = [card.happens, card.seen, card.reality, card.helps];
            assert!(texts.iter().all(|text| text.ends_with('.')), "{}", card.code);
            assert!(!card.title.is_empty() && !card.outcomes.is_empty(), "{}", card.code);
            let others = &FAULTS[..index];
            assert!(others.iter().all(|other| other.code != card.code && other.word != card.word));
            for parameter in card.parameters {
                assert_eq!(parameter.objection(&parameter.default), None, "{}", card.code);
                assert!(!parameter.text.ends_with('.'), "{} {}", card.code, parameter.name);
            }
        }
    }

    #[test]
    fn the_catalogue_is_in_the_order_of_its_families() {
        let families: Vec<Family> = FAULTS.iter().map(|card| card.family).collect();
        assert!(families.is_sorted());
    }
}
