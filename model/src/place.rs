//! Places in a design: what a finding is about.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::EdgeName;

/// A thing in a design.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Place {
    /// The design as a whole.
    Design,
    /// A bounded context, by name.
    Context(String),
    /// A message, by name.
    Message(String),
    /// A node, by name.
    Node(String),
    /// An edge.
    Edge(EdgeName),
    /// A promise, by name.
    Promise(String),
    /// A scenario, by name.
    Scenario(String),
    /// A preset of the design, by name.
    Preset(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Design => f.write_str("design"),
            Place::Context(name) => write!(f, "context `{name}`"),
            Place::Message(name) => write!(f, "message `{name}`"),
            Place::Node(name) => write!(f, "node `{name}`"),
            Place::Edge(name) => write!(f, "edge `{name}`"),
            Place::Promise(name) => write!(f, "promise `{name}`"),
            Place::Scenario(name) => write!(f, "scenario `{name}`"),
            Place::Preset(name) => write!(f, "preset `{name}`"),
        }
    }
}
