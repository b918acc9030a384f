//! Edits: every change a person can make to a design, as plain data.

use crate::design::{Context, Design, Info, Position};
use crate::edge::Edge;
use crate::message::Message;
use crate::name::EdgeName;
use crate::node::Node;
use crate::promise::Promise;
use crate::scenario::Scenario;

/// A change of a design. Applied as a whole or not at all.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// Says what the design is.
    PutInfo(Info),
    /// Adds a node, at a place or where the automatic layout puts it.
    AddNode(Node, Option<Position>),
    /// Replaces the node of this name. A new name is carried to every place that used the old one.
    PutNode(String, Node),
    /// Removes a node, with its edges and with the faults and actions that strike it.
    RemoveNode(String),
    /// Adds an edge.
    AddEdge(Edge),
    /// Replaces the edge of this name.
    PutEdge(EdgeName, Edge),
    /// Removes an edge, with the faults that strike it.
    RemoveEdge(EdgeName),
    /// Adds a message type.
    AddMessage(Message),
    /// Replaces the message of this name. A new name is carried to every place that used the old
    /// one.
    PutMessage(String, Message),
    /// Removes a message type from the design and from every contract; handlers and workloads
    /// that name it are left, as findings.
    RemoveMessage(String),
    /// Adds a bounded context, or replaces the one of this name (carrying a new name everywhere).
    PutContext(Option<String>, Context),
    /// Removes a bounded context; its nodes stay, without context.
    RemoveContext(String),
    /// Adds a promise of the design, or replaces the one of this name.
    PutPromise(Option<String>, Promise),
    /// Removes a promise of the design.
    RemovePromise(String),
    /// Adds a scenario, or replaces the one of this name.
    PutScenario(Option<String>, Scenario),
    /// Removes a scenario.
    RemoveScenario(String),
    /// Moves nodes, by name.
    Move(Vec<(String, Position)>),
    /// Forgets where nodes stand: the automatic layout places them.
    ForgetLayout,
    /// Several changes that are one for undo; all or none.
    All(Vec<Edit>),
}

/// Why an edit cannot be applied.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// A new thing has the name of an old one.
    #[error("a {what} called `{name}` exists already; choose another name")]
    NameTaken {
        /// `node`, `message` …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A name that cannot be one.
    #[error("`{name}` cannot name a {what}: {why}")]
    BadName {
        /// `node`, `message` …
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The thing to change is not there.
    #[error("there is no {what} called `{name}`")]
    Unknown {
        /// `node`, `message` …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// An edge between nodes of the wrong kind.
    #[error("{from} cannot {kind} to {to}: {rule}")]
    WrongEnds {
        /// `publish`, `subscribe` or `call`.
        kind: &'static str,
        /// The node where it would begin, with its role.
        from: String,
        /// The node where it would end, with its role.
        to: String,
        /// What would be right.
        rule: &'static str,
    },
}

impl Edit {
    /// The design with this change. The design given stays as it is.
    ///
    /// # Errors
    /// If the change makes no sense for this design; see [`EditError`].
    pub fn apply(&self, _design: &Design) -> Result<Design, EditError> {
        unimplemented!()
    }
}
