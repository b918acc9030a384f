//! A few choices side by side, one of which is on.

use egui::{Align2, CornerRadius, FontId, Response, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};

use crate::gui::fonts;
use crate::gui::theme::{Colors, line, size};

/// One choice.
#[derive(Clone, Copy)]
pub struct Choice<T> {
    /// The value.
    pub value: T,
    /// What it is called.
    pub title: &'static str,
    /// What it means, in one line.
    pub explanation: &'static str,
}

/// A choice among several.
pub const fn choice<T>(value: T, title: &'static str, explanation: &'static str) -> Choice<T> {
    Choice { value, title, explanation }
}

/// Space at both sides of a title.
const PADDING: f32 = 5.0;

/// Whether all titles can be read side by side in the width that there is.
pub fn fits<T>(ui: &Ui, choices: &[Choice<T>]) -> bool {
    let needed: f32 = choices.iter().map(|item| needed(ui, item.title)).sum();
    needed <= ui.available_width()
}

/// Shows the choices side by side over the whole width; whether another one was chosen.
pub fn show<T: Copy + PartialEq>(ui: &mut Ui, value: &mut T, choices: &[Choice<T>]) -> bool {
    let colors = Colors::of(ui);
    let even = ui.available_width() / choices.len() as f32;
    let needed: Vec<f32> = choices.iter().map(|item| needed(ui, item.title)).collect();
    let is_even = needed.iter().all(|width| *width <= even);
    let spare = (ui.available_width() - needed.iter().sum::<f32>()) / choices.len() as f32;
    let mut has_changed = false;
    let response = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (item, needed) in choices.iter().zip(needed) {
            let is_on = *value == item.value;
            let width = if is_even { even } else { needed + spare };
            if segment(ui, item.title, item.explanation, is_on, width).clicked() && !is_on {
                *value = item.value;
                has_changed = true;
            }
        }
    });
    let frame = response.response.rect;
    let stroke = line(1.0, colors.border_strong);
    ui.painter().rect_stroke(frame, f32::from(size::RADIUS), stroke, StrokeKind::Inside);
    has_changed
}

fn font() -> FontId {
    FontId::new(12.0, fonts::medium())
}

/// The width of a segment with this title.
fn needed(ui: &Ui, title: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(title.to_owned(), font(), egui::Color32::WHITE);
    galley.size().x + 2.0 * PADDING
}

fn segment(ui: &mut Ui, title: &str, explanation: &str, is_on: bool, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, title));
    let colors = Colors::of(ui);
    let corner = CornerRadius::same(size::RADIUS - 2);
    let inner = rect.shrink(2.0);
    if is_on {
        ui.painter().rect_filled(inner, corner, colors.accent_soft);
    } else if response.hovered() {
        ui.painter().rect_filled(inner, corner, colors.hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(inner, corner, line(1.5, colors.accent), StrokeKind::Inside);
    }
    let color = if is_on { colors.accent } else { colors.muted };
    let galley = ui.painter().layout_no_wrap(title.to_owned(), font(), color);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(at.min, galley, color);
    response.on_hover_text(explanation)
}
