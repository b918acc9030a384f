//! What the lint says, gravest first; a click leads to the place, a button mends it.

use egui::{Align, Layout, RichText, ScrollArea, Sense, Ui, UiBuilder};
use flowbench_model::finding::{Finding, Severity};

use crate::command::{Command, EditCommand};
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, empty, tag};
use crate::session::Session;

/// Draws the list.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let findings = &session.derived.findings;
    if findings.is_empty() {
        empty::show(ui, icons::OK, "No problems", "Every rule is satisfied as you edit.");
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let of_it = findings.iter().enumerate().filter(|(_, f)| f.severity == severity);
            for (index, finding) in of_it {
                row(ui, index, finding, commands);
            }
        }
    });
}

fn row(ui: &mut Ui, index: usize, finding: &Finding, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    let builder = UiBuilder::new().id_salt(("finding", index)).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let response = ui.response();
            if response.hovered() || response.has_focus() {
                let rect = ui.max_rect().with_max_y(ui.min_rect().top() + size::CONTROL + 2.0);
                ui.painter().rect_filled(rect, 4.0, colors.hover);
            }
            ui.set_height(size::CONTROL + 2.0);
            ui.horizontal_centered(|ui| {
                ui.add_space(space::S);
                let color = severity_color(colors, finding.severity);
                tag::icon(ui, icons::severity(finding.severity), color);
                let place = RichText::new(place(finding)).color(colors.muted);
                let left = Layout::left_to_right(Align::Center);
                ui.allocate_ui_with_layout(egui::vec2(176.0, 18.0), left, |ui| {
                    ui.set_min_width(176.0);
                    ui.add(egui::Label::new(place).truncate());
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_space(space::S);
                    ui.label(RichText::new(finding.code).small().monospace().color(colors.faint));
                    if let Some(fix) = &finding.fix
                        && button::link(ui, icons::FIX, &fix.label).clicked()
                    {
                        commands.push(EditCommand::ApplyFix(fix.clone()).into());
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(egui::Label::new(&finding.sentence).truncate());
                    });
                });
            });
        })
        .response;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &finding.sentence));
    if response.on_hover_text(&finding.sentence).clicked() {
        commands.push(EditCommand::GoTo(finding.place.clone(), finding.property.clone()).into());
    }
}

fn place(finding: &Finding) -> String {
    finding.place.to_string().replace('`', "")
}
