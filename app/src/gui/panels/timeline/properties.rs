//! The properties of a fault, beside its bar.

use egui::{Area, Frame, Id, Key, Margin, Order, Pos2, RichText, Ui, vec2};
use flowbench_model::design::Design;
use flowbench_model::scenario::Scenario;

use super::lanes::{self, Source, Thing};
use crate::command::Command;
use crate::gui::icons;
use crate::gui::panels::inspector::fault;
use crate::gui::theme::space;
use crate::gui::widgets::button;
use crate::gui::widgets::form::{Drafts, Form};

/// A small form over the time line.
pub(super) struct Properties {
    source: Source,
    at: Pos2,
    drafts: Drafts,
    /// The click that opened it is no click beside it.
    is_fresh: bool,
}

impl Properties {
    /// The properties of a fault, near a place.
    pub(super) fn of(source: Source, at: Pos2) -> Properties {
        Properties { source, at, drafts: Drafts::default(), is_fresh: true }
    }

    /// Draws the form; whether it stays.
    pub(super) fn show(
        &mut self,
        ui: &Ui,
        design: &Design,
        scenario: &Scenario,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(old) = fault_of(self.source, scenario) else { return false };
        let mut changed = old.clone();
        let mut stays = !ui.input(|input| input.key_pressed(Key::Escape));
        let is_open_list = egui::Popup::is_any_open(ui.ctx());
        let area = Area::new(Id::unique("fault properties"))
            .order(Order::Foreground)
            .pivot(egui::Align2::CENTER_BOTTOM)
            .fixed_pos(self.at - vec2(0.0, space::L))
            .constrain(true)
            .show(ui.ctx(), |ui| {
                Frame::popup(ui.style()).inner_margin(Margin::same(space::M as i8)).show(
                    ui,
                    |ui| {
                        ui.set_width(304.0);
                        ui.horizontal(|ui| {
                            ui.label(RichText::new("Fault").heading());
                            let right = egui::Layout::right_to_left(egui::Align::Center);
                            ui.with_layout(right, |ui| {
                                let close =
                                    button::small_icon(ui, icons::CLOSE, "Close properties");
                                stays &= !close.clicked();
                            });
                        });
                        let mut form = Form::new(ui, &mut self.drafts);
                        fault::rows(&mut form, design, &mut changed);
                    },
                );
            });
        let is_fresh = std::mem::take(&mut self.is_fresh);
        let is_left = area.response.clicked_elsewhere() && !is_open_list && !is_fresh;
        if changed != old {
            commands.extend(lanes::put_command(
                scenario,
                self.source,
                Thing::Fault(Box::new(changed)),
            ));
        }
        stays && !is_left
    }
}

fn fault_of(source: Source, scenario: &Scenario) -> Option<flowbench_model::fault::Fault> {
    match source {
        Source::Fault(index) => scenario.faults.get(index).cloned(),
        Source::Action(_) => None,
    }
}
