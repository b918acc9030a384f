//! Compatibility of versions: whether a reader with one schema can read everything that was
//! written with another, by which rules, and what stands against it.

use serde::Serialize;
use serde_json::Value;

mod avro;
mod counter_example;
pub mod edges;
pub mod history;
mod json_schema;
mod judge;
mod uses;
mod walk;

pub use crate::policy::{Mode, Policy, RuleSet};
pub use counter_example::counter_example;
pub(crate) use judge::differences;
pub use judge::{Judge, Judgment, Outcome, RollOut};
pub use uses::Uses;
pub(crate) use uses::names as field_names;

/// One difference between two schemas.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Difference {
    /// Which rule speaks of it: `max-length-decreased`.
    pub rule: &'static str,
    /// Where in the new schema, as a JSON pointer; empty for the whole.
    pub json_path: String,
    /// What the old schema says there; absent if nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What the new one says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Whether a reader with the new schema may fail because of it.
    pub breaks: bool,
}

/// How a schema differs from the one before, as far as it matters to a reader with `reader` of
/// what was written with `writer`, both in JSON Schema.
#[must_use]
pub fn json_schema(writer: &Value, reader: &Value, rules: RuleSet) -> Vec<Difference> {
    json_schema::differences(writer, reader, rules)
}

/// The same for schemas in Avro.
#[must_use]
pub fn avro(writer: &Value, reader: &Value, rules: RuleSet) -> Vec<Difference> {
    avro::differences(writer, reader, rules)
}

/// Whether nothing stands against it that a reader reads what was written.
#[must_use]
pub fn is_compatible(differences: &[Difference]) -> bool {
    differences.iter().all(|difference| !difference.breaks)
}

#[cfg(test)]
mod tests;
