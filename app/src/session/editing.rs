//! Commands that change the design, and choose what to change.

use std::collections::BTreeMap;

use flowbench_model::design::{Design, Position};
use flowbench_model::edit::Edit;
use flowbench_model::finding::{Place, Severity};
use flowbench_model::history::Gesture;
use flowbench_model::name::{EdgeName, free_name};

use crate::command::{self, EditCommand, Stage};
use crate::selection::{Items, Selection};
use crate::session::Session;
use crate::session::notice::Request;

/// How far beside the original a copy stands, in canvas units.
const COPY_OFFSET: f32 = 40.0;

impl Session {
    pub(super) fn apply_edit(&mut self, command: EditCommand) {
        match command {
            EditCommand::Apply(edit) => {
                self.edit(&edit);
            }
            EditCommand::ApplyIn(command::Gesture(number), edit) => {
                self.edit_in(&edit, Gesture::Part(number));
            }
            EditCommand::Undo => self.step_history(true),
            EditCommand::Redo => self.step_history(false),
            EditCommand::Select(selection) => self.selection = selection,
            EditCommand::SelectAll => self.select_all(),
            EditCommand::Delete => self.delete(),
            EditCommand::Duplicate => self.duplicate(),
            EditCommand::RenameSelected => self.requests.push(Request::RenameSelected),
            EditCommand::ArrangeAutomatically => {
                if self.edit(&Edit::ForgetLayout) {
                    self.requests.push(Request::ZoomToFit);
                }
            }
            EditCommand::GoTo(place, property) => self.go_to(place, property),
            EditCommand::ApplyFix(fix) => {
                if self.edit(&fix.edit) {
                    self.tell(Severity::Info, format!("{}: done", fix.label));
                }
            }
        }
    }

    /// Changes the design, or tells why not; whether it was changed.
    pub(super) fn edit(&mut self, edit: &Edit) -> bool {
        self.edit_in(edit, Gesture::Alone)
    }

    fn edit_in(&mut self, edit: &Edit, gesture: Gesture) -> bool {
        let Some(document) = &mut self.document else { return false };
        match document.apply(edit, gesture) {
            Ok(()) => true,
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }

    fn step_history(&mut self, is_undo: bool) {
        let Some(document) = &mut self.document else { return };
        if is_undo {
            document.undo();
        } else {
            let before = document.design().clone();
            document.redo();
            self.follow_fork(&before);
        }
    }

    fn select_all(&mut self) {
        let Some(design) = self.design() else { return };
        let nodes = design.nodes.iter().map(|node| node.name.clone()).collect();
        let edges = design.edges.iter().map(|edge| edge.name()).collect();
        self.selection = Selection::items(Items { nodes, edges });
    }

    fn go_to(&mut self, place: Place, property: String) {
        self.selection = Selection::place(&place);
        if !matches!(self.selection, Selection::MessageType(_)) {
            self.stage = Stage::Canvas;
        }
        self.requests.push(Request::Reveal { place, property });
    }

    fn delete(&mut self) {
        let Some(design) = self.design() else { return };
        if let Some(edit) = removal(&self.selection, design) {
            self.edit(&edit);
        }
    }

    fn duplicate(&mut self) {
        let Some(design) = self.design() else { return };
        let Some(items) = self.selection.as_items() else { return };
        let (edits, copies) = copies(items, design, &self.derived.positions);
        if self.edit(&Edit::All(edits)) {
            let nodes = copies.into_values().collect();
            self.selection = Selection::items(Items { nodes, ..Items::default() });
        }
    }
}

/// The edit that removes what is selected; none if that is not part of the design.
fn removal(selection: &Selection, design: &Design) -> Option<Edit> {
    match selection {
        Selection::Items(items) => Some(removal_of_items(items)),
        Selection::MessageType(name) => Some(Edit::RemoveMessage(name.clone())),
        Selection::Context(name) => Some(Edit::RemoveContext(name.clone())),
        Selection::Promise(name) => Some(Edit::RemovePromise(name.clone())),
        Selection::Scenario(name) => Some(Edit::RemoveScenario(name.clone())),
        Selection::Preset(name) => Some(Edit::RemovePreset(name.clone())),
        Selection::Fault { scenario, index } => {
            let mut changed = design.scenario(Some(scenario))?.as_ref().clone();
            if *index >= changed.faults.len() {
                return None;
            }
            changed.faults.remove(*index);
            Some(Edit::PutScenario(Some(scenario.clone()), changed))
        }
        Selection::None | Selection::Message(_) | Selection::DeadLetters { .. } => None,
    }
}

/// Edges first: removing a node takes its edges along, and an edge cannot be removed twice.
fn removal_of_items(items: &Items) -> Edit {
    let edges = items.edges.iter().cloned().map(Edit::RemoveEdge);
    let nodes = items.nodes.iter().cloned().map(Edit::RemoveNode);
    Edit::All(edges.chain(nodes).collect())
}

/// Edits that add a copy of each selected node and of each edge between two of them, and the
/// copies' names by those of the originals.
fn copies(
    items: &Items,
    design: &Design,
    positions: &BTreeMap<String, Position>,
) -> (Vec<Edit>, BTreeMap<String, String>) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut edits = Vec::new();
    for node in design.nodes.iter().filter(|node| items.nodes.contains(&node.name)) {
        let is_taken =
            |name: &str| design.node(name).is_some() || names.values().any(|taken| taken == name);
        let name = free_name(&node.name, is_taken);
        let mut copy = node.as_ref().clone();
        copy.name.clone_from(&name);
        copy.key = None;
        let position = positions
            .get(&node.name)
            .map(|position| Position(position.0 + COPY_OFFSET, position.1 + COPY_OFFSET));
        edits.push(Edit::AddNode(copy, position));
        names.insert(node.name.clone(), name);
    }
    for edge in &design.edges {
        if let (Some(from), Some(to)) = (names.get(&edge.from), names.get(&edge.to)) {
            let mut copy = edge.as_ref().clone();
            let EdgeName { from, to } = EdgeName::new(from.as_str(), to.as_str());
            (copy.from, copy.to) = (from, to);
            edits.push(Edit::AddEdge(copy));
        }
    }
    (edits, names)
}
