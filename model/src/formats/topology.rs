//! What runs in a broker, as its own tools list it: the channels of a design, and how they are
//! bound to each other. One table of formats.

use crate::design::Design;
use crate::finding::{Finding, Place, Severity};
use crate::formats::marked::{Complaint, Mark};
use crate::name::free_name;
use crate::node::{Node, Role};

mod kafka;
mod rabbitmq;

/// A format of such lists.
#[derive(Clone, Copy)]
pub struct Topology {
    /// What it is called on the command line: `rabbitmq`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What a design gets nothing of, in one sentence.
    pub leaves_out: &'static str,
    /// Reads it.
    pub read: fn(&str) -> Result<Imported, Complaint>,
    /// Writes the channels of a design, where that can be done.
    pub write: Option<Write>,
}

/// Writes the channels of a design, and says what it could not.
pub type Write = fn(&Design) -> (String, Vec<Finding>);

/// Every format.
pub const TOPOLOGIES: &[Topology] = &[RABBITMQ, kafka::TOPOLOGY];

/// Definitions of RabbitMQ.
pub const RABBITMQ: Topology = rabbitmq::TOPOLOGY;

/// What was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// Its channels and bindings.
    pub design: Design,
    /// What is wrong or strange in it, and what was left out, each with its place in the text.
    pub findings: Vec<(Mark, Finding)>,
}

impl std::fmt::Debug for Topology {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Imported {
    fn new(name: &str) -> Imported {
        Imported { design: Design::new(name), findings: Vec::new() }
    }

    fn say(&mut self, mark: Mark, code: &'static str, severity: Severity, sentence: String) {
        self.findings.push((mark, Finding::new(code, severity, Place::Design, sentence)));
    }

    /// Something that a design does not say.
    fn left_out(&mut self, mark: Mark, sentence: String) {
        self.say(mark, "not-carried", Severity::Info, sentence);
    }

    /// Something that is not as it should be.
    fn wrong(&mut self, mark: Mark, sentence: String) {
        self.say(mark, "not-understood", Severity::Warning, sentence);
    }

    /// Adds a channel under this name, or one like it, and gives the name that it got.
    fn add(&mut self, wanted: &str, role: Role) -> String {
        let wanted = name_of(wanted);
        let nodes = &self.design.nodes;
        let name = free_name(&wanted, |name| nodes.iter().any(|node| node.name == name));
        self.design.nodes.push(Node::new(name.clone(), role).into());
        name
    }
}

/// A text as the name of a node.
pub(super) fn name_of(text: &str) -> String {
    let visible = |letter: char| match letter {
        '#' | '@' => '_',
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    let text: String = text.replace("->", "→").chars().map(visible).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "unnamed".to_owned() } else { text }
}

#[cfg(test)]
mod tests;
