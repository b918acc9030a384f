//! What an expression can read.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelInt, CelString, MAP_TYPE, Type};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use serde_json::Value;

use crate::expression::values;

/// What an expression is evaluated with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// `payload`: what the message says; an empty object if absent.
    pub payload: Option<&'a Value>,
    /// `message`: what is known of the message itself.
    pub message: Facts<'a>,
    /// What else can be read here, by name.
    pub more: &'a [(&'a str, &'a Value)],
}

/// What is known of a message beside its payload.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// `message.name`.
    pub name: &'a str,
    /// `message.version`: which version its publisher wrote.
    pub version: u32,
    /// `message.key`: its ordering key.
    pub key: u64,
    /// `message.source`: the node that published it.
    pub source: &'a str,
    /// `message.number`: counted from 1 at that node.
    pub number: u64,
    /// `message.attempt`: which delivery this is, from 1; 0 where nobody has it.
    pub attempt: u32,
    /// `message.age_ms`: milliseconds since it was published.
    pub age_ms: u64,
    /// `message.replayed`: whether an operator lets it be delivered again.
    pub replayed: bool,
    /// `message.partial`: whether the attempt went on after a call had failed.
    pub partial: bool,
    /// `message.routing_key`.
    pub routing_key: &'a str,
    /// `message.headers`, by name.
    pub headers: &'a BTreeMap<String, String>,
}

/// What `message` has.
pub(super) const FACTS: [&str; 11] = [
    "name",
    "version",
    "key",
    "source",
    "number",
    "attempt",
    "age_ms",
    "replayed",
    "partial",
    "routing_key",
    "headers",
];

impl Default for Facts<'_> {
    fn default() -> Self {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        Facts {
            name: "",
            version: 0,
            key: 0,
            source: "",
            number: 0,
            attempt: 0,
            age_ms: 0,
            replayed: false,
            partial: false,
            routing_key: "",
            headers: &NONE,
        }
    }
}

/// Finds the names of an expression in its scope.
pub(super) struct Resolver<'a>(pub(super) &'a Scope<'a>);

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        static EMPTY: OnceLock<Value> = OnceLock::new();
        let scope = self.0;
        match name {
            "payload" => {
                let payload = scope.payload;
                let nothing = || EMPTY.get_or_init(|| Value::Object(serde_json::Map::new()));
                Some(CowVal::Owned(values::value(payload.unwrap_or_else(nothing))))
            }
            "message" => Some(CowVal::owned(Known(scope.message))),
            _ => {
                let found = scope.more.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| CowVal::Owned(values::value(value)))
            }
        }
    }
}

/// `message` as a value.
#[derive(Clone, Copy, Debug)]
struct Known<'a>(Facts<'a>);

impl<'a> Known<'a> {
    fn fact(&self, index: &dyn Val) -> Result<Box<dyn Val + 'a>, ExecutionError> {
        let facts = self.0;
        let name = index.downcast_ref::<CelString<'_>>().map_or("", |name| name.inner());
        let text = |text: &'a str| -> Box<dyn Val + 'a> { Box::new(CelString::from(text)) };
        let number = |number: u64| -> Box<dyn Val + 'a> {
            Box::new(CelInt::from(i64::try_from(number).unwrap_or(i64::MAX)))
        };
        Ok(match name {
            "name" => text(facts.name),
            "version" => number(u64::from(facts.version)),
            "key" => number(facts.key),
            "source" => text(facts.source),
            "number" => number(facts.number),
            "attempt" => number(u64::from(facts.attempt)),
            "age_ms" => number(facts.age_ms),
            "replayed" => Box::new(CelBool::from(facts.replayed)),
            "partial" => Box::new(CelBool::from(facts.partial)),
            "routing_key" => text(facts.routing_key),
            "headers" => Box::new(values::texts(facts.headers)),
            _ => return Err(ExecutionError::no_such_key(name)),
        })
    }
}

impl Val for Known<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for Known<'_> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(CowVal::Owned(self.fact(index)?))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let fact = self.fact(index)?;
        Ok(fact)
    }
}
