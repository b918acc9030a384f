//! Buttons: icon, text, and the one primary button of a screen.

use egui::{Button, Color32, Response, RichText, Role, Stroke, Ui, WidgetInfo, vec2};

use crate::gui::fonts;
use crate::gui::icons::Icon;
use crate::gui::theme::{Colors, size};

/// A square button with an icon; `name` is its tooltip and its accessible name.
pub fn icon(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    toggled(ui, icon, name, false)
}

/// An icon button that shows whether something is on.
pub fn toggled(ui: &mut Ui, icon: Icon, name: &str, is_on: bool) -> Response {
    let colors = Colors::of(ui);
    let color = if is_on { colors.accent } else { colors.muted };
    let text = RichText::new(icon).font(fonts::icon_font(size::ICON + 2.0)).color(color);
    let fill = if is_on { colors.accent_soft } else { Color32::TRANSPARENT };
    let response = ui
        .scope(|ui| {
            quiet(ui);
            ui.spacing_mut().button_padding = vec2(0.0, 0.0);
            ui.add(Button::new(text).fill(fill).min_size(vec2(size::CONTROL, size::CONTROL)))
        })
        .inner;
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, is_on, name));
    response.on_hover_text(name).on_disabled_hover_text(name)
}

/// A small square button with an icon, for rows of lists.
pub fn small_icon(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let colors = Colors::of(ui);
    let text = RichText::new(icon).font(fonts::icon_font(size::ICON - 1.0)).color(colors.muted);
    let response = ui
        .scope(|ui| {
            quiet(ui);
            ui.spacing_mut().button_padding = vec2(0.0, 0.0);
            ui.spacing_mut().interact_size.y = 20.0;
            ui.add(Button::new(text).min_size(vec2(22.0, 22.0)))
        })
        .inner;
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
    response.on_hover_text(name)
}

/// A button with an icon and a word.
pub fn labeled(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let response = ui.add(Button::new(with_icon(ui, icon, text, None)));
    named(ui, response, text)
}

/// The button that goes on.
pub fn primary(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let colors = Colors::of(ui);
    let job = with_icon(ui, icon, text, Some(colors.on_accent));
    let response = ui.add(Button::new(job).fill(colors.accent).stroke(Stroke::NONE));
    named(ui, response, text)
}

/// A button that destroys something.
pub fn danger(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let color = Colors::of(ui).error;
    let response = ui.add(Button::new(with_icon(ui, icon, text, Some(color))));
    named(ui, response, text)
}

/// A button without frame, for things beside other things.
pub fn link(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let accent = Colors::of(ui).accent;
    let job = with_icon(ui, icon, text, Some(accent));
    let response = ui
        .scope(|ui| {
            quiet(ui);
            ui.add(Button::new(job))
        })
        .inner;
    named(ui, response, text)
}

fn named(ui: &Ui, response: Response, text: &str) -> Response {
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, text));
    response
}

/// No frame at rest.
fn quiet(ui: &mut Ui) {
    let widgets = &mut ui.visuals_mut().widgets;
    widgets.inactive.weak_bg_fill = Color32::TRANSPARENT;
    widgets.inactive.bg_stroke = Stroke::NONE;
    widgets.hovered.bg_stroke = Stroke::NONE;
}

/// An icon and a text in one line.
pub fn with_icon(ui: &Ui, icon: Icon, text: &str, color: Option<Color32>) -> egui::text::LayoutJob {
    use egui::text::{LayoutJob, TextFormat};
    let color = color.unwrap_or(Colors::of(ui).text);
    let mut job = LayoutJob::default();
    if !icon.is_empty() {
        let mut format = TextFormat::simple(fonts::icon_font(size::ICON), color);
        format.valign = egui::Align::Center;
        job.append(icon, 0.0, format);
    }
    let font = egui::FontId::new(size::BODY, fonts::medium());
    let mut format = TextFormat::simple(font, color);
    format.valign = egui::Align::Center;
    job.append(text, if icon.is_empty() { 0.0 } else { 6.0 }, format);
    job
}
