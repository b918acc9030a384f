//! Adding, replacing and removing edges.

use std::sync::Arc;

use crate::design::Design;
use crate::edge::{Edge, edge_kind_between};
use crate::edit::{EditError, rename};
use crate::name::EdgeName;
use crate::scenario::ActionKind;

pub(super) fn add(design: &mut Design, edge: &Edge) -> Result<(), EditError> {
    check_ends(design, edge)?;
    check_free(design, &edge.name())?;
    design.edges.push(Arc::new(edge.clone()));
    Ok(())
}

pub(super) fn put(design: &mut Design, name: &EdgeName, edge: &Edge) -> Result<(), EditError> {
    let index = find(design, name)?;
    let new_name = edge.name();
    // An edge that was wrong before may still be changed in other respects.
    if new_name != *name || edge.kind != design.edges[index].kind {
        check_ends(design, edge)?;
    }
    if new_name != *name {
        check_free(design, &new_name)?;
        rename::edge_everywhere(design, name, &new_name);
    }
    design.edges[index] = Arc::new(edge.clone());
    Ok(())
}

pub(super) fn remove(design: &mut Design, name: &EdgeName) -> Result<(), EditError> {
    let index = find(design, name)?;
    design.edges.remove(index);
    rename::change_shared(&mut design.scenarios, |scenario| {
        scenario.faults.retain(|fault| fault.kind.target().edge_name().as_ref() != Some(name));
        scenario.actions.retain(|action| !acts_on(&action.what, name));
    });
    Ok(())
}

fn acts_on(action: &ActionKind, name: &EdgeName) -> bool {
    match action {
        ActionKind::Pause { edge } | ActionKind::Resume { edge } => edge == name,
        ActionKind::Redrive { .. }
        | ActionKind::Drop { .. }
        | ActionKind::Replay { .. }
        | ActionKind::Rebuild { .. }
        | ActionKind::Settle { .. } => false,
    }
}

fn find(design: &Design, name: &EdgeName) -> Result<usize, EditError> {
    design
        .edges
        .iter()
        .position(|edge| edge.from == name.from && edge.to == name.to)
        .ok_or_else(|| EditError::Unknown { what: "edge", name: name.to_string() })
}

fn check_free(design: &Design, name: &EdgeName) -> Result<(), EditError> {
    match design.edge(name) {
        Some(_) => Err(EditError::NameTaken { what: "edge", name: name.to_string() }),
        None => Ok(()),
    }
}

fn check_ends(design: &Design, edge: &Edge) -> Result<(), EditError> {
    let node = |name: &str| {
        design.node(name).ok_or_else(|| EditError::Unknown { what: "node", name: name.to_owned() })
    };
    let (from, to) = (node(&edge.from)?, node(&edge.to)?);
    if from.name != to.name && edge_kind_between(&from.role, &to.role) == Some(edge.kind) {
        return Ok(());
    }
    Err(EditError::WrongEnds {
        kind: edge.kind.word(),
        from: format!("{} `{}`", from.role.word(), from.name),
        to: format!("{} `{}`", to.role.word(), to.name),
        rule: edge.kind.rule(),
    })
}
