//! What the plan knows about the contents of messages: schemas ready for use, and expressions.

use std::collections::BTreeMap;

use flowbench_model::expression::Compiled;
use flowbench_model::schema::{Checker, Form};

use crate::plan::{EdgeIndex, TypeIndex};

/// Index of an expression in [`PlanContent::expressions`].
pub(crate) type ExpressionIndex = u32;
/// Index of a mapping in [`PlanContent::mappings`].
pub(crate) type MappingIndex = u32;

/// Schemas and expressions.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanContent {
    /// Whether anything in the run needs to know what a message says.
    pub(crate) is_needed: bool,
    pub(crate) forms: Vec<Form>,
    /// Whether the sizes of recorded events matter: some channel has a limit in bytes, or
    /// payloads are stored beside the channels.
    pub(crate) has_sizes: bool,
    /// Whether one of them is an Avro schema, which readers resolve.
    pub(crate) has_avro: bool,
    /// By message type, the versions in ascending order, each with the index of its form.
    pub(crate) of_type: Vec<Vec<(u32, u32)>>,
    /// By edge and message type, what payloads have to fit where the consumer uses some fields
    /// only.
    pub(crate) narrowed: BTreeMap<(EdgeIndex, TypeIndex), Checker>,
    /// By message type, the field of the ordering key with a word for its draws.
    pub(crate) key_fields: Vec<Option<(String, u64)>>,
    /// By node, a word for the draws of what it publishes.
    pub(crate) node_words: Vec<u64>,
    pub(crate) expressions: Vec<PlanExpression>,
    /// What each mapping fills in: the path, and with what.
    pub(crate) mappings: Vec<Vec<(Vec<String>, ExpressionIndex)>>,
}

/// An expression, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct PlanExpression {
    pub(crate) compiled: Compiled,
    /// As a person finds it: `node billing, handlers.0.when`.
    pub(crate) place: String,
}
