//! Compatibility of versions: whether a reader with one schema can read everything that was
//! written with another, by which rules, and what stands against it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod avro;
mod counter_example;
mod json_schema;

pub use counter_example::counter_example;

/// By whose rules schemas are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum RuleSet {
    /// Accepts only what no payload contradicts: the Confluent rules without their holes for JSON
    /// Schema; for Avro, the specification and changes of logical types.
    #[default]
    StrictPlus,
    /// As the Confluent schema registry with its policy `STRICT`.
    ConfluentStrict,
    /// The same with its policy `LENIENT`: what an open content model might carry by accident does
    /// not count.
    ConfluentLenient,
    /// As the Apicurio registry.
    Apicurio,
}

/// Which versions must be able to read which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum Mode {
    /// Nothing is asked.
    None,
    /// The new version reads what the one before it wrote.
    #[default]
    Backward,
    /// The new version reads what any version before it wrote.
    BackwardTransitive,
    /// The version before the new one reads what the new one writes.
    Forward,
    /// Every version before the new one reads what the new one writes.
    ForwardTransitive,
    /// Both directions with the version before.
    Full,
    /// Both directions with every version before.
    FullTransitive,
}

/// Who is to be rolled out first when a version changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RollOut {
    /// Those that read: the new version reads what is there already.
    ConsumersFirst,
    /// Those that write: the old version reads what will come.
    ProducersFirst,
    /// Any order.
    Either,
    /// No order is safe.
    Neither,
}

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

impl RollOut {
    /// The order that is safe, from what each side can read.
    #[must_use]
    pub fn of(new_reads_old: bool, old_reads_new: bool) -> RollOut {
        match (new_reads_old, old_reads_new) {
            (true, true) => RollOut::Either,
            (true, false) => RollOut::ConsumersFirst,
            (false, true) => RollOut::ProducersFirst,
            (false, false) => RollOut::Neither,
        }
    }

    /// A sentence for it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            RollOut::ConsumersFirst => "roll out consumers first, then producers",
            RollOut::ProducersFirst => "roll out producers first, then consumers",
            RollOut::Either => "roll out in any order",
            RollOut::Neither => {
                "no order is safe: publish it beside the old version until nobody reads that"
            }
        }
    }
}

impl Mode {
    /// Whether the new version must read what older ones wrote.
    #[must_use]
    pub fn asks_backward(self) -> bool {
        match self {
            Mode::Backward | Mode::BackwardTransitive | Mode::Full | Mode::FullTransitive => true,
            Mode::None | Mode::Forward | Mode::ForwardTransitive => false,
        }
    }

    /// Whether older versions must read what the new one writes.
    #[must_use]
    pub fn asks_forward(self) -> bool {
        match self {
            Mode::Forward | Mode::ForwardTransitive | Mode::Full | Mode::FullTransitive => true,
            Mode::None | Mode::Backward | Mode::BackwardTransitive => false,
        }
    }

    /// Whether all versions before count, and not the newest of them alone.
    #[must_use]
    pub fn is_transitive(self) -> bool {
        match self {
            Mode::BackwardTransitive | Mode::ForwardTransitive | Mode::FullTransitive => true,
            Mode::None | Mode::Backward | Mode::Forward | Mode::Full => false,
        }
    }
}

#[cfg(test)]
mod tests;
