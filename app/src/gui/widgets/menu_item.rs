//! One line of a menu: icon, text, and the key that does the same.

use egui::{Align2, FontFamily, FontId, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::gui::fonts;
use crate::gui::icons::Icon;
use crate::gui::theme::{Colors, size, space};

/// Shows the line as wide as the menu; `key` may be empty.
pub fn show(ui: &mut Ui, icon: Icon, text: &str, key: &str) -> Response {
    let response = item(ui, icon, (text, key), false);
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, text));
    response
}

/// A line of a list of which one is chosen.
pub fn show_chosen(ui: &mut Ui, icon: Icon, texts: (&str, &str), is_chosen: bool) -> Response {
    let response = item(ui, icon, texts, is_chosen);
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, is_enabled, is_chosen, texts.0));
    response
}

fn item(ui: &mut Ui, icon: Icon, (text, key): (&str, &str), is_chosen: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::click());
    let is_enabled = ui.is_enabled();
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    let painter = ui.painter();
    if is_chosen {
        painter.rect_filled(rect, f32::from(size::RADIUS - 2), colors.accent_soft);
    } else if is_enabled && (response.hovered() || response.has_focus()) {
        painter.rect_filled(rect, f32::from(size::RADIUS - 2), colors.hover);
    }
    let ink = if is_enabled { colors.text } else { colors.faint };
    let soft = if is_enabled { colors.muted } else { colors.faint };
    let middle = rect.center().y;
    let icon_at = pos2(rect.left() + space::L, middle);
    painter.text(icon_at, Align2::CENTER_CENTER, icon, fonts::icon_font(size::ICON), soft);
    let body = FontId::new(size::BODY, FontFamily::Proportional);
    let text_at = pos2(rect.left() + space::XXL, middle);
    painter.text(text_at, Align2::LEFT_CENTER, text, body, ink);
    let small = FontId::new(size::SMALL, fonts::medium());
    let key_at = pos2(rect.right() - space::S, middle);
    painter.text(key_at, Align2::RIGHT_CENTER, key, small, soft);
    response
}
