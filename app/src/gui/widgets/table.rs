//! Heads and cells of tables.

use egui::{FontId, Label, Response, RichText, Role, Sense, Ui, WidgetInfo};

use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::theme::{Colors, size};

/// A head that sorts; `sorted` says whether it does already, and whether downwards.
pub fn head(ui: &mut Ui, title: &str, sorted: Option<bool>) -> Response {
    let colors = Colors::of(ui);
    let sign = match sorted {
        Some(true) => icons::DOWNWARD,
        Some(false) => icons::UP,
        None => "",
    };
    let color = if sorted.is_some() { colors.text } else { colors.muted };
    let font = FontId::new(size::SMALL, fonts::semi_bold());
    let text = RichText::new(format!("{title} {sign}")).font(font).color(color);
    let response = ui.add(Label::new(text).truncate().selectable(false).sense(Sense::click()));
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, sorted.is_some(), format!("Sort by {title}"))
    });
    response.on_hover_text(format!("Sort by {title}"))
}

/// A head that only says what is below it: texts at the left or figures at the right.
pub fn title(ui: &mut Ui, title: &str, is_right: bool) {
    let font = FontId::new(size::SMALL, fonts::semi_bold());
    let text = RichText::new(title).font(font).color(Colors::of(ui).muted);
    let label = Label::new(text).truncate().selectable(false);
    if is_right {
        let right = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(right, |ui| ui.add(label));
    } else {
        ui.add(label);
    }
}

/// A text.
pub fn text(ui: &mut Ui, text: &str) {
    ui.add(Label::new(text).truncate().selectable(false));
}

/// A number or a length of time, at the right.
pub fn figure(ui: &mut Ui, text: &str) {
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let font = FontId::new(12.0, egui::FontFamily::Monospace);
        let text = RichText::new(text).font(font);
        ui.add(Label::new(text).truncate().selectable(false));
    });
}
