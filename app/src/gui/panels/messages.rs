//! Message types with who publishes and who handles them: a small catalogue.

use egui::{ScrollArea, Ui};
use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::message::{Message, MessageRef};

use super::table::{self, Column};
use crate::command::{Command, ViewCommand};
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::empty;
use crate::selection::Selection;
use crate::session::Session;

const COLUMNS: [Column; 6] = [
    ("Message", 1.6),
    ("Kind", 0.8),
    ("Versions", 0.7),
    ("Published by", 1.8),
    ("Handled by", 1.8),
    ("Summary", 2.6),
];

/// Draws the list.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(design) = session.design().filter(|design| !design.messages.is_empty()) else {
        let sentence = "Add message types in the outline; contracts and workloads name them.";
        empty::show(ui, icons::MESSAGE, "No message types", sentence);
        return;
    };
    table::head(ui, &COLUMNS);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, message) in design.messages.iter().enumerate() {
            let colors = Colors::of(ui);
            let versions: Vec<String> =
                message.versions.iter().map(|version| version.number.to_string()).collect();
            let texts = [
                (message.name.clone(), colors.message(index)),
                (message.kind.word().to_owned(), colors.muted),
                (versions.join(", "), colors.text),
                (ends(design, message, EdgeKind::Publish), colors.text),
                (ends(design, message, EdgeKind::Subscribe), colors.text),
                (message.summary.clone(), colors.muted),
            ];
            let selection = Selection::MessageType(message.name.clone());
            let is_selected = session.selection == selection;
            let row = table::row(ui, &COLUMNS, &message.name, &texts, is_selected);
            let row = row.on_hover_text("Double click to edit its schemas");
            if row.double_clicked() {
                let message = MessageRef::newest(message.name.clone());
                commands.push(ViewCommand::EditMessage(message).into());
            } else if row.clicked() {
                commands.push(Command::select(selection));
            }
        }
    });
}

/// The nodes that publish (or are given) a message, as the contracts say.
fn ends(design: &Design, message: &Message, kind: EdgeKind) -> String {
    let names = |edge: &flowbench_model::edge::Edge| {
        let is_named = edge.contract.messages.iter().any(|carried| carried.name == message.name);
        (edge.kind == kind && is_named).then(|| match kind {
            EdgeKind::Publish => edge.from.clone(),
            EdgeKind::Subscribe | EdgeKind::Call | EdgeKind::Bind => edge.to.clone(),
        })
    };
    let mut names: Vec<String> = design.edges.iter().filter_map(|edge| names(edge)).collect();
    names.dedup();
    names.join(", ")
}
