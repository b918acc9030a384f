//! Questions that must be answered before the session goes on.

use egui::{Align, FontId, Layout, RichText, Ui};

use crate::command::{Command, FileCommand};
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons};
use crate::session::notice::Question;

/// Draws a question with its answers.
pub(super) fn ui(ui: &mut Ui, question: &Question, commands: &mut Vec<Command>) {
    let (title, sentence) = text(question);
    let font = FontId::new(16.0, fonts::semi_bold());
    ui.label(RichText::new(title).font(font));
    ui.label(RichText::new(sentence).color(Colors::of(ui).muted));
    ui.add_space(space::M);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| match question {
        Question::UnsavedChanges { held_up } => {
            if button::primary(ui, icons::named("save"), "Save").clicked() {
                commands.push(FileCommand::SaveThen(held_up.clone()).into());
            }
            if button::danger(ui, icons::DELETE, "Discard").clicked() {
                commands.push(FileCommand::DiscardThen(held_up.clone()).into());
            }
            cancel(ui, "Cancel", commands);
        }
        Question::ChangedOnDisk { .. } => {
            if button::primary(ui, icons::named("save_as"), "Save as…").clicked() {
                commands.push(FileCommand::SaveAsDialog.into());
            }
            if button::danger(ui, icons::named("save"), "Overwrite").clicked() {
                commands.push(FileCommand::SaveAnyway.into());
            }
            if button::labeled(ui, icons::RECENT, "Read again").clicked() {
                commands.push(FileCommand::Revert.into());
            }
            cancel(ui, "Cancel", commands);
        }
        Question::Recovery { recovery, .. } => {
            if button::primary(ui, icons::RECENT, "Recover").clicked() {
                commands.push(FileCommand::Recover(recovery.clone()).into());
            }
            if button::danger(ui, icons::DELETE, "Delete").clicked() {
                commands.push(FileCommand::ForgetRecovery(recovery.clone()).into());
            }
            cancel(ui, "Later", commands);
        }
    });
}

fn cancel(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    if button::labeled(ui, "", text).clicked() {
        commands.push(FileCommand::Dismiss.into());
    }
}

fn text(question: &Question) -> (&'static str, String) {
    match question {
        Question::UnsavedChanges { .. } => (
            "Save your changes?",
            "The design has changes that are not in its file yet.".to_owned(),
        ),
        Question::ChangedOnDisk { path } => (
            "The file has changed",
            format!("Somebody else has changed {} since it was read.", path.display()),
        ),
        Question::Recovery { path, name, .. } => {
            let place = match path {
                Some(path) => format!(" ({})", path.display()),
                None => String::new(),
            };
            (
                "Recover unsaved work?",
                format!("“{name}”{place} was not saved when Flowbench was last closed."),
            )
        }
    }
}
