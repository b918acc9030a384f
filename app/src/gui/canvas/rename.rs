//! Typing a new name for a node where the old one stands.

use egui::{Align2, Area, Frame, Key, Margin, Order, TextEdit, Ui};
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::node::Node;

use crate::command::{Command, EditCommand};
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::View;
use crate::gui::theme::{Colors, line, space};

/// A name being typed.
pub struct Rename {
    old: String,
    draft: String,
    has_focused: bool,
}

impl Rename {
    /// Begins with the name as it is.
    #[must_use]
    pub fn of(name: &str) -> Rename {
        Rename { old: name.to_owned(), draft: name.to_owned(), has_focused: false }
    }

    /// Shows the field; whether it stays open.
    pub(super) fn ui(
        &mut self,
        ui: &Ui,
        view: &View,
        scene: &Scene,
        design: &Design,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(index) = scene.node(&self.old) else { return false };
        let error = self.error(design);
        let rect = view.screen_rect(scene.nodes[index].rect);
        let width = rect.width().clamp(160.0, 320.0);
        let area = Area::new(ui.scope_id().with("rename")).order(Order::Foreground);
        let area = area.pivot(Align2::CENTER_CENTER).fixed_pos(rect.center());
        let response = area
            .show(ui.ctx(), |ui| {
                Frame::menu(ui.style()).inner_margin(Margin::same(space::XS as i8)).show(ui, |ui| {
                    ui.set_width(width);
                    self.field(ui, error.as_deref())
                })
            })
            .inner
            .inner;
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            return false;
        }
        if response.lost_focus() {
            if error.is_none() && self.draft.trim() != self.old {
                commands.extend(self.command(design));
            }
            return false;
        }
        true
    }

    fn field(&mut self, ui: &mut Ui, error: Option<&str>) -> egui::Response {
        let colors = Colors::of(ui);
        if error.is_some() {
            ui.visuals_mut().selection.stroke = line(1.5, colors.error);
        }
        let field = TextEdit::singleline(&mut self.draft).desired_width(f32::INFINITY);
        let mut output = field.show(ui);
        let response = output.response.response.clone();
        response.widget_info(|| {
            egui::WidgetInfo::labeled(
                egui::Role::TextInput,
                true,
                format!("New name of {}", self.old),
            )
        });
        if !self.has_focused {
            self.has_focused = true;
            response.request_focus();
            let all = egui::text::CCursorRange::two(
                egui::text::CCursor::new(0),
                egui::text::CCursor::new(self.draft.chars().count()),
            );
            output.state.cursor.set_char_range(Some(all));
            output.state.store(ui.ctx(), response.id);
        }
        if let Some(error) = error {
            ui.label(egui::RichText::new(error).small().color(colors.error));
        }
        response
    }

    fn error(&self, design: &Design) -> Option<String> {
        let name = self.draft.trim();
        if name == self.old {
            return None;
        }
        self.edit(design)?.apply(design).err().map(|error| error.to_string())
    }

    fn edit(&self, design: &Design) -> Option<Edit> {
        let node = design.node(&self.old)?;
        let renamed = Node { name: self.draft.trim().to_owned(), ..node.as_ref().clone() };
        Some(Edit::PutNode(self.old.clone(), renamed))
    }

    fn command(&self, design: &Design) -> Option<Command> {
        self.edit(design).map(|edit| EditCommand::Apply(edit).into())
    }
}
