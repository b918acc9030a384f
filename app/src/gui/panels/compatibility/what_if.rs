//! What would become of the readers if a publisher wrote another version: who breaks, who is
//! mended, and in which order to roll it out.

use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};
use flowbench_model::compat::RollOut;
use flowbench_model::design::Design;
use flowbench_model::schema::Schemas;

use crate::command::Command;
use crate::compatibility::{Compatibility, is_broken, write_version};
use crate::gui::icons;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::{button, section, tag, verdict};

/// The question: which version.
#[derive(Default)]
pub(super) struct WhatIf {
    version: Option<u32>,
}

impl WhatIf {
    /// Draws the question about the writer of a reading, and its answer.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        design: &Design,
        (compatibility, schemas): (&mut Compatibility, &Schemas),
        place: usize,
        commands: &mut Vec<Command>,
    ) {
        let Some(reading) = compatibility.readings().get(place).cloned() else { return };
        let Some(message) = design.message(&reading.message) else { return };
        let mut others: Vec<u32> = message.versions.iter().map(|it| it.number).collect();
        others.retain(|it| *it != reading.written);
        others.sort_unstable();
        section::show(ui, "What if", |ui| {
            let Some(newest) = others.last().copied() else {
                let text = format!("`{}` has one version only.", reading.message);
                tag::sentence(ui, icons::INFO, Colors::of(ui).muted, &text);
                return;
            };
            let version = self.version.filter(|it| others.contains(it)).unwrap_or(newest);
            self.choice(ui, &reading.writer, version, &others);
            let written = reading.written;
            let key = (reading.writer.as_str(), reading.message.as_str(), written);
            answer(ui, (compatibility, schemas), key, version);
            ui.add_space(space::XS);
            let said = (reading.message.as_str(), written, version);
            let edit = write_version(design, &reading.writer, said);
            let text = format!("Let {} write version {version}", reading.writer);
            ui.add_enabled_ui(edit.is_some(), |ui| {
                let hint = "Changes what it publishes; undo takes it back";
                let none = "It does not say anywhere which version it writes";
                let button = button::labeled(ui, icons::FIX, &text);
                if button.on_hover_text(hint).on_disabled_hover_text(none).clicked() {
                    commands.extend(edit.map(Command::edit));
                }
            });
        });
    }

    fn choice(&mut self, ui: &mut Ui, writer: &str, version: u32, others: &[u32]) {
        ui.horizontal_wrapped(|ui| {
            ui.label(format!("{writer} wrote"));
            let title = format!("version {version}");
            let shown = ComboBox::from_id_salt("what if").selected_text(&title).show_ui(ui, |ui| {
                for other in others {
                    let is_on = *other == version;
                    if ui.selectable_label(is_on, format!("version {other}")).clicked() {
                        self.version = Some(*other);
                    }
                }
            });
            let name = format!("What if it wrote {title}");
            shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
        });
    }
}

/// What becomes of each reader of a writer.
fn answer(
    ui: &mut Ui,
    (compatibility, schemas): (&mut Compatibility, &Schemas),
    (writer, message, written): (&str, &str, u32),
    version: u32,
) {
    let colors = Colors::of(ui);
    let is_its = |place: &usize| {
        let it = &compatibility.readings()[*place];
        it.writer == writer && it.message == message && it.written == written
    };
    let places: Vec<usize> = (0..compatibility.readings().len()).filter(is_its).collect();
    let mut broken = 0;
    for place in places {
        let before = compatibility.judgment(schemas, place);
        let after = compatibility.judgment_if(schemas, place, version);
        let (old, new) =
            (verdict::sign(before.as_deref(), colors), verdict::sign(after.as_deref(), colors));
        broken += usize::from(is_broken(after.as_deref()));
        let reading = &compatibility.readings()[place];
        let read = reading.read.map_or("any".to_owned(), |read| read.to_string());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            tag::icon(ui, new.icon, new.color);
            ui.label(format!("{} (reads {read}):", reading.reader));
            ui.label(RichText::new(old.word).color(old.color));
            tag::icon(ui, icons::NEXT, colors.faint);
            ui.label(RichText::new(new.word).color(new.color));
        });
        if let Some(difference) = after.as_ref().and_then(|it| it.broken()) {
            let text = format!("{} at {}", difference.rule, difference.json_path);
            ui.label(RichText::new(text).small().monospace().color(colors.muted));
        }
    }
    let (icon, color, said) = match broken {
        0 => (icons::OK, colors.ok, "Nobody breaks.".to_owned()),
        1 => (icons::ERROR, colors.error, "1 reader breaks.".to_owned()),
        many => (icons::ERROR, colors.error, format!("{many} readers break.")),
    };
    tag::sentence(ui, icon, color, &said);
    if let Some(order) = compatibility.order(schemas, message, (written, version)) {
        tag::sentence(ui, icons::NEXT, colors.accent, verdict::roll_out(order));
        if order == RollOut::ConsumersFirst && broken > 0 {
            let text = format!("First let those who break read version {version}.");
            tag::sentence(ui, icons::INFO, colors.muted, &text);
        }
    }
}
