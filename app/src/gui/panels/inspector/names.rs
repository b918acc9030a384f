//! Names to choose from.

use flowbench_model::design::Design;
use flowbench_model::node::{Node, Role};

/// Names of nodes that satisfy a rule.
pub(super) fn nodes(design: &Design, rule: impl Fn(&Node) -> bool) -> Vec<String> {
    design.nodes.iter().filter(|node| rule(node)).map(|node| node.name.clone()).collect()
}

/// Names of channels.
pub(super) fn channels(design: &Design) -> Vec<String> {
    nodes(design, Node::is_channel)
}

/// Names of consumers.
pub(super) fn consumers(design: &Design) -> Vec<String> {
    nodes(design, |node| matches!(node.role, Role::Consumer(_)))
}

/// Names of producers.
pub(super) fn producers(design: &Design) -> Vec<String> {
    nodes(design, |node| matches!(node.role, Role::Producer(_)))
}

/// Names of message types.
pub(super) fn messages(design: &Design) -> Vec<String> {
    design.messages.iter().map(|message| message.name.clone()).collect()
}

/// Names of bounded contexts.
pub(super) fn contexts(design: &Design) -> Vec<String> {
    design.contexts.iter().map(|context| context.name.clone()).collect()
}
