//! Commands that bring in a design that was read from documents.

use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::joining::{Addition, addition};

use crate::command::ExchangeCommand;
use crate::selection::{Items, Selection};
use crate::session::Session;
use crate::session::document::OpenDocument;
use crate::session::notice::Request;

impl Session {
    /// Opens it as a new design that has no file yet: all of it is unsaved.
    pub(super) fn open_imported(&mut self, design: &Arc<Design>) {
        let command = ExchangeCommand::OpenImported(Arc::clone(design));
        self.unless_unsaved(command, |session| {
            let empty = OpenDocument::unnamed(Design::new("Untitled"));
            session.show(Some(empty.changed_to(design.as_ref().clone())));
        });
    }

    /// Adds it to the open design, as one change, and selects what came in.
    pub(super) fn add_imported(&mut self, other: &Design) {
        let Some(before) = self.design().cloned() else { return };
        let Addition { edit, notes } = addition(&before, &self.derived.positions, other);
        if !self.edit(&edit) {
            return;
        }
        let Some(after) = self.design() else { return };
        let nodes = after.nodes.iter().filter(|node| before.node(&node.name).is_none());
        let nodes: std::collections::BTreeSet<String> =
            nodes.map(|node| node.name.clone()).collect();
        let (added, edges) = (nodes.len(), after.edges.len() - before.edges.len());
        self.selection = Selection::items(Items { nodes, ..Items::default() });
        self.requests.push(Request::ZoomToFit);
        let mut text = format!("Added {added} nodes and {edges} edges");
        for note in notes {
            text += &format!("\n{note}");
        }
        self.tell(Severity::Info, text);
    }
}
