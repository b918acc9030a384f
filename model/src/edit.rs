//! Edits: every change a person can make to a design, as plain data.

use crate::design::{Context, Design, Info, Position};
use crate::edge::Edge;
use crate::lint_setting::LintSetting;
use crate::message::Message;
use crate::name::EdgeName;
use crate::node::Node;
use crate::policy::Policy;
use crate::preset::Preset;
use crate::promise::Promise;
use crate::scenario::Scenario;

mod edges;
mod label;
mod messages;
pub(crate) mod names;
mod nodes;
mod parts;
mod places;
mod presets;
pub(crate) mod rename;

pub use presets::save_as_preset;

/// A change of a design. Applied as a whole or not at all.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// Says what the design is.
    PutInfo(Info),
    /// Says how much findings of rules count.
    PutLints(Vec<LintSetting>),
    /// Says what versions of messages have to keep to that do not say so themselves.
    PutCompatibility(Option<Policy>),
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
    /// Removes an edge, with the faults that strike it and the actions that pause it.
    RemoveEdge(EdgeName),
    /// Adds a message type.
    AddMessage(Message),
    /// Replaces the message of this name. A new name is carried to every place that used the old
    /// one.
    PutMessage(String, Message),
    /// Removes a message type from the design and from every contract; handlers and workloads
    /// that name it are left, as findings. So are contracts that name nothing else: without it
    /// they would let everything pass.
    RemoveMessage(String),
    /// Says what stands in a schema file beside the design, by the path that versions name.
    PutSchemaFile(String, String),
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
    /// Adds a preset of the design, or replaces the one of this name (carrying a new name
    /// everywhere).
    PutPreset(Option<String>, Preset),
    /// Removes a preset of the design. Channels that had it keep their behavior: what it said
    /// they say themselves, over the preset that it named.
    RemovePreset(String),
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
    /// A schema file that is not where files of a design may be.
    #[error("`{path}` cannot be written: {why}")]
    OutsideFolder {
        /// Its path.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A place that is none.
    #[error("`{0}` cannot be moved there: a place on the canvas has two finite numbers")]
    NotAPlace(String),
}

impl Edit {
    /// The design with this change. The design given stays as it is. Cost: one pass of copied
    /// pointers; a rename looks at every thing once. What does not change is shared.
    ///
    /// # Errors
    /// If the change makes no sense for this design; see [`EditError`].
    pub fn apply(&self, design: &Design) -> Result<Design, EditError> {
        let mut changed = design.clone();
        self.change(&mut changed)?;
        Ok(changed)
    }

    /// What the undo menu calls it: `Move 3 nodes`, `Rename shop`.
    #[must_use]
    pub fn label(&self) -> String {
        label::of(self)
    }

    /// Changes a copy that is thrown away if anything fails.
    fn change(&self, design: &mut Design) -> Result<(), EditError> {
        match self {
            Edit::PutInfo(info) => {
                design.info = info.clone();
                Ok(())
            }
            Edit::PutLints(settings) => {
                design.lints.clone_from(settings);
                Ok(())
            }
            Edit::PutCompatibility(policy) => {
                design.compatibility = *policy;
                Ok(())
            }
            Edit::AddNode(node, position) => nodes::add(design, node, *position),
            Edit::PutNode(name, node) => nodes::put(design, name, node),
            Edit::RemoveNode(name) => nodes::remove(design, name),
            Edit::AddEdge(edge) => edges::add(design, edge),
            Edit::PutEdge(name, edge) => edges::put(design, name, edge),
            Edit::RemoveEdge(name) => edges::remove(design, name),
            Edit::AddMessage(message) => messages::add(design, message),
            Edit::PutMessage(name, message) => messages::put(design, name, message),
            Edit::RemoveMessage(name) => messages::remove(design, name),
            Edit::PutSchemaFile(path, text) => messages::put_file(design, path, text),
            Edit::PutContext(name, context) => parts::put_context(design, name.as_deref(), context),
            Edit::RemoveContext(name) => parts::remove_context(design, name),
            Edit::PutPromise(name, promise) => parts::put_promise(design, name.as_deref(), promise),
            Edit::RemovePromise(name) => parts::remove_promise(design, name),
            Edit::PutScenario(name, scenario) => {
                parts::put_scenario(design, name.as_deref(), scenario)
            }
            Edit::RemoveScenario(name) => parts::remove_scenario(design, name),
            Edit::PutPreset(name, preset) => presets::put(design, name.as_deref(), preset),
            Edit::RemovePreset(name) => presets::remove(design, name),
            Edit::Move(places) => places::put(design, places),
            Edit::ForgetLayout => {
                design.layout.clear();
                Ok(())
            }
            Edit::All(edits) => edits.iter().try_for_each(|edit| edit.change(design)),
        }
    }
}

#[cfg(test)]
mod tests;
