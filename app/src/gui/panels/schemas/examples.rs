//! Payloads that show what is meant, each held against the schema as it stands.

use egui::{RichText, Ui};
use flowbench_model::message::{MessageVersion, SchemaLanguage};
use flowbench_model::schema::Violation;

use super::Shown;
use crate::command::Command;
use crate::gui::icons;
use crate::gui::panels::message::payload::highlighted;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::{Drafts, Form};
use crate::gui::widgets::{button, section, tag};
use crate::version;

/// Draws the examples of a version.
pub(super) fn ui(ui: &mut Ui, drafts: &mut Drafts, shown: Shown, commands: &mut Vec<Command>) {
    let verdict = shown.session.derived.verdict(&shown.message.name);
    let verdict = verdict.and_then(|it| it.versions.get(shown.place));
    let is_judged = shown.version.schema.language() != SchemaLanguage::Protobuf;
    let mut changed: MessageVersion = shown.version.clone();
    let mut has_changed = add_ui(ui, shown, &mut changed);
    let mut form = Form::new(ui, drafts);
    if changed.examples.is_empty() {
        form.note("No examples. One shows readers what is meant, and is held against the schema.");
    }
    let mut removed = None;
    for (index, example) in changed.examples.iter_mut().enumerate() {
        let title = format!("Example {}", index + 1);
        let violations = verdict.and_then(|it| it.examples.get(index)).filter(|_| is_judged);
        let is_removed = form.card(index, &title, |form| {
            state(form.ui, violations.map(Vec::as_slice), is_judged);
            form.code("Payload", example, check_json);
        });
        if is_removed {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        changed.examples.remove(index);
    }
    has_changed |= form.has_changed || removed.is_some();
    if let Some(derived) = verdict.and_then(|it| it.derived.as_ref()).filter(|_| is_judged) {
        section::fold(ui, "A payload that derives from the schema", false, |ui| {
            ui.label(highlighted(derived, Colors::of(ui)));
        });
    }
    if has_changed && changed != *shown.version {
        let edit = version::changed(shown.message, shown.version.number, |it| *it = changed);
        commands.extend(edit.map(Command::edit));
    }
}

fn add_ui(ui: &mut Ui, shown: Shown, changed: &mut MessageVersion) -> bool {
    let mut has_changed = false;
    ui.horizontal_wrapped(|ui| {
        let made = version::can_generate(shown.version, shown.schemas);
        ui.add_enabled_ui(made, |ui| {
            let hint = "Adds a payload that fits the schema";
            let button = button::link(ui, icons::GENERATE, "Generate an example");
            if button.on_hover_text(hint).clicked()
                && let Some(example) = version::generated(shown.version, shown.schemas)
            {
                changed.examples.push(example);
                has_changed = true;
            }
        });
        if button::link(ui, icons::ADD, "Add empty").clicked() {
            changed.examples.push("{}".to_owned());
            has_changed = true;
        }
    });
    has_changed
}

/// Whether an example fits, and if not where it does not.
fn state(ui: &mut Ui, violations: Option<&[Violation]>, is_judged: bool) {
    let colors = Colors::of(ui);
    match violations {
        None => {
            let said =
                if is_judged { "There is no schema to hold it against" } else { "Not judged" };
            tag::sentence(ui, icons::INFO, colors.muted, said);
        }
        Some([]) => tag::sentence(ui, icons::OK, colors.ok, "It fits the schema"),
        Some(violations) => {
            for violation in violations {
                let place = match violation.json_path.as_str() {
                    "" => "the whole",
                    path => path,
                };
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = space::XS;
                    tag::icon(ui, icons::ERROR, colors.error);
                    let text = RichText::new(format!("{place}: {}", violation.sentence)).small();
                    ui.add(egui::Label::new(text.color(colors.error)).wrap());
                });
            }
        }
    }
}

fn check_json(text: &str) -> Result<(), String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}
