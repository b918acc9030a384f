//! What a design demands of the versions of a message: which of them must be able to read which,
//! and by whose rules that is judged.

use serde::{Deserialize, Serialize};

/// What every new version of a message has to keep to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Which versions must be able to read which.
    pub mode: Mode,
    /// By whose rules.
    pub rules: RuleSet,
}

/// Which versions must be able to read which, in the words of schema registries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum Mode {
    /// None: versions have nothing to do with each other.
    None,
    /// Readers of a version can read the one before.
    #[default]
    Backward,
    /// They can read all before.
    BackwardTransitive,
    /// Readers of the version before can read a new one.
    Forward,
    /// Readers of all versions before can.
    ForwardTransitive,
    /// Both ways, with the version before.
    Full,
    /// Both ways, with all before.
    FullTransitive,
}

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

/// Every mode, in the order in which people are asked.
pub const MODES: [Mode; 7] = [
    Mode::None,
    Mode::Backward,
    Mode::BackwardTransitive,
    Mode::Forward,
    Mode::ForwardTransitive,
    Mode::Full,
    Mode::FullTransitive,
];

impl Mode {
    /// What registries call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mode::None => "NONE",
            Mode::Backward => "BACKWARD",
            Mode::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Mode::Forward => "FORWARD",
            Mode::ForwardTransitive => "FORWARD_TRANSITIVE",
            Mode::Full => "FULL",
            Mode::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// Whether readers of a new version have to read earlier ones.
    #[must_use]
    pub fn is_backward(self) -> bool {
        match self {
            Mode::Backward | Mode::BackwardTransitive | Mode::Full | Mode::FullTransitive => true,
            Mode::None | Mode::Forward | Mode::ForwardTransitive => false,
        }
    }

    /// Whether readers of earlier versions have to read a new one.
    #[must_use]
    pub fn is_forward(self) -> bool {
        match self {
            Mode::Forward | Mode::ForwardTransitive | Mode::Full | Mode::FullTransitive => true,
            Mode::None | Mode::Backward | Mode::BackwardTransitive => false,
        }
    }

    /// Whether all earlier versions count, not only the one before.
    #[must_use]
    pub fn is_transitive(self) -> bool {
        match self {
            Mode::BackwardTransitive | Mode::ForwardTransitive | Mode::FullTransitive => true,
            Mode::None | Mode::Backward | Mode::Forward | Mode::Full => false,
        }
    }
}

impl RuleSet {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RuleSet::StrictPlus => "strict+",
            RuleSet::ConfluentStrict => "Confluent strict",
            RuleSet::ConfluentLenient => "Confluent lenient",
            RuleSet::Apicurio => "Apicurio",
        }
    }
}
