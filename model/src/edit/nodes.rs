//! Adding, replacing and removing nodes.

use std::sync::Arc;

use crate::design::{Design, Position};
use crate::edit::rename::{self, Named, Rename};
use crate::edit::{EditError, names, places};
use crate::fault::FaultKind;
use crate::node::Node;
use crate::scenario::{Action, ActionKind, Recipients};

pub(super) fn add(
    design: &mut Design,
    node: &Node,
    position: Option<Position>,
) -> Result<(), EditError> {
    names::check_new("node", &node.name, design.nodes.iter().map(|node| node.name.as_str()))?;
    let taken = design.nodes.iter().map(|node| node.stable_key());
    let key = names::fresh_key(&node.name, node.key.as_deref(), taken);
    if let Some(position) = position {
        places::check(&node.name, position)?;
        design.layout.insert(node.name.clone(), position);
    }
    design.nodes.push(Arc::new(Node { key, ..node.clone() }));
    Ok(())
}

pub(super) fn put(design: &mut Design, name: &str, node: &Node) -> Result<(), EditError> {
    let index = names::find("node", name, design.nodes.iter().map(|node| node.name.as_str()))?;
    let mut new = node.clone();
    if new.name != name {
        let taken = design.nodes.iter().map(|node| node.name.as_str());
        names::check_new("node", &new.name, taken)?;
        let old = &design.nodes[index];
        if new.key == old.key {
            new.key = names::renamed_key(old.stable_key(), &new.name);
        }
    }
    let new_name = new.name.clone();
    design.nodes[index] = Arc::new(new);
    if new_name != name {
        rename::everywhere(design, &Rename { what: Named::Node, from: name, to: &new_name });
    }
    Ok(())
}

pub(super) fn remove(design: &mut Design, name: &str) -> Result<(), EditError> {
    let index = names::find("node", name, design.nodes.iter().map(|node| node.name.as_str()))?;
    design.nodes.remove(index);
    design.edges.retain(|edge| edge.from != name && edge.to != name);
    design.layout.remove(name);
    rename::change_shared(&mut design.scenarios, |scenario| {
        scenario.faults.retain(|fault| !strikes(&fault.kind, name));
        scenario.actions.retain(|action| !acts_on(action, name));
    });
    Ok(())
}

/// Whether a fault strikes this one node or an edge of it, and nothing else.
fn strikes(fault: &FaultKind, name: &str) -> bool {
    let target = fault.target();
    target.node_name() == Some(name)
        || target.edge_name().is_some_and(|edge| edge.from == name || edge.to == name)
}

fn acts_on(action: &Action, name: &str) -> bool {
    match &action.what {
        ActionKind::Redrive { channel: node, .. }
        | ActionKind::Drop { channel: node, .. }
        | ActionKind::Rebuild { consumer: node }
        | ActionKind::Settle { consumer: node, .. } => node == name,
        ActionKind::Replay { channel, to, .. } => {
            channel == name || *to == Recipients::Consumer(name.to_owned())
        }
        ActionKind::Pause { edge } | ActionKind::Resume { edge } => {
            edge.from == name || edge.to == name
        }
    }
}
