//! What edits are called in the undo menu.

use crate::edit::Edit;

/// The label of an edit, as a button says it.
pub(super) fn of(edit: &Edit) -> String {
    match edit {
        Edit::PutInfo(_) => "Change the design's description".to_owned(),
        Edit::PutLints(_) => "Change how rules count".to_owned(),
        Edit::PutCompatibility(_) => "Change the policy for versions".to_owned(),
        Edit::AddNode(node, _) => format!("Add {}", node.name),
        Edit::PutNode(old, node) => put(Some(old), &node.name),
        Edit::AddEdge(edge) => format!("Connect {} with {}", edge.from, edge.to),
        Edit::PutEdge(old, edge) if *old == edge.name() => format!("Change {old}"),
        Edit::PutEdge(old, _) => format!("Reconnect {old}"),
        Edit::RemoveEdge(name) => format!("Remove {name}"),
        Edit::AddMessage(message) => format!("Add message {}", message.name),
        Edit::PutMessage(old, message) => put(Some(old), &message.name),
        Edit::RemoveMessage(name) => format!("Remove message {name}"),
        Edit::PutSchemaFile(path, _) => format!("Change {path}"),
        Edit::PutContext(old, context) => put(old.as_deref(), &context.name),
        Edit::PutPromise(old, promise) => put(old.as_deref(), &promise.name),
        Edit::PutScenario(old, scenario) => put(old.as_deref(), &scenario.name),
        Edit::PutPreset(old, preset) => put(old.as_deref(), &preset.name),
        Edit::RemoveNode(name)
        | Edit::RemoveContext(name)
        | Edit::RemovePromise(name)
        | Edit::RemoveScenario(name)
        | Edit::RemovePreset(name) => format!("Remove {name}"),
        Edit::Move(places) => match places.as_slice() {
            [(name, _)] => format!("Move {name}"),
            places => format!("Move {} nodes", places.len()),
        },
        Edit::ForgetLayout => "Lay out automatically".to_owned(),
        Edit::All(edits) => of_all(edits),
    }
}

fn put(old: Option<&str>, new: &str) -> String {
    match old {
        None => format!("Add {new}"),
        Some(old) if old == new => format!("Change {new}"),
        Some(old) => format!("Rename {old}"),
    }
}

fn of_all(edits: &[Edit]) -> String {
    let is_removal = |edit: &Edit| matches!(edit, Edit::RemoveNode(_) | Edit::RemoveEdge(_));
    let is_addition = |edit: &Edit| matches!(edit, Edit::AddNode(..) | Edit::AddEdge(_));
    match edits {
        [edit] => of(edit),
        edits if edits.iter().all(is_removal) => format!("Remove {} things", edits.len()),
        edits if edits.iter().all(is_addition) => format!("Add {} things", edits.len()),
        edits => format!("{} changes", edits.len()),
    }
}
