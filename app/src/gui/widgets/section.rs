//! A part of a panel with a title, which can be closed.

use egui::{Align2, FontId, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};

/// Shows a head and, unless closed, the body. What is open is remembered by title.
pub fn show(ui: &mut Ui, title: &str, body: impl FnOnce(&mut Ui)) {
    show_counted(ui, title, None, body);
}

/// The same with a number beside the title.
pub fn show_counted(ui: &mut Ui, title: &str, count: Option<usize>, body: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(("section", title));
    let mut is_open = ui.data_mut(|data| *data.get_persisted_mut_or(id, true));
    ui.add_space(space::XS);
    if head(ui, title, count, is_open).clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_persisted(id, is_open));
    }
    if is_open {
        ui.push_id(title, |ui| body(ui));
        ui.add_space(space::S);
    }
    let y = ui.cursor().top();
    let x = ui.max_rect().x_range();
    ui.painter().hline(x, y, egui::Stroke::new(1.0, Colors::of(ui).border));
    ui.add_space(1.0);
}

/// A small head that opens what is rarely needed; open from the beginning if it should be.
pub fn fold(ui: &mut Ui, title: &str, begins_open: bool, body: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(("fold", title));
    let mut is_open = ui.data_mut(|data| *data.get_temp_mut_or(id, begins_open));
    if head(ui, title, None, is_open).clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    if is_open {
        ui.push_id(title, |ui| body(ui));
    }
}

fn head(ui: &mut Ui, title: &str, count: Option<usize>, is_open: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, title));
    let colors = Colors::of(ui);
    let color = if response.hovered() || response.has_focus() { colors.text } else { colors.muted };
    let sign = if is_open { icons::EXPANDED } else { icons::COLLAPSED };
    let painter = ui.painter();
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::S, middle);
    painter.text(at, Align2::CENTER_CENTER, sign, fonts::icon_font(size::ICON), color);
    let font = FontId::new(size::SMALL + 1.0, fonts::semi_bold());
    let at = pos2(rect.left() + space::XL - space::XS, middle);
    painter.text(at, Align2::LEFT_CENTER, title, font.clone(), color);
    if let Some(count) = count {
        let at = pos2(rect.right() - space::XS, middle);
        painter.text(at, Align2::RIGHT_CENTER, count.to_string(), font, colors.faint);
    }
    response
}
