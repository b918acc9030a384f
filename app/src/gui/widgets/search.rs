//! A field to search in a list.

use egui::{Response, Role, TextEdit, Ui, WidgetInfo};

/// Shows the field as wide as there is place; `name` is its hint and its accessible name.
pub fn show(ui: &mut Ui, text: &mut String, name: &str) -> Response {
    let field = TextEdit::singleline(text)
        .align(egui::Align2::LEFT_CENTER)
        .hint_text(name)
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, name);
        info.current_text_value = Some(text.clone());
        info
    });
    response
}
