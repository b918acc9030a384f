//! Cells of the lists at the bottom.

use egui::{Align2, FontFamily, FontId, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::gui::fonts;
use crate::gui::theme::{Colors, size, space};

/// A column: its head, and its share of the width.
pub type Column = (&'static str, f32);

/// Draws the heads.
pub fn head(ui: &mut Ui, columns: &[Column]) {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
    let font = FontId::new(size::SMALL, fonts::medium());
    let color = Colors::of(ui).muted;
    for (cell, (title, _)) in cells(rect, columns).zip(columns) {
        ui.painter().text(cell.left_center(), Align2::LEFT_CENTER, title, font.clone(), color);
    }
}

/// Draws a row; `name` is its accessible name, `texts` what stands in its cells.
pub fn row(
    ui: &mut Ui,
    columns: &[Column],
    name: &str,
    texts: &[(String, egui::Color32)],
    is_selected: bool,
) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    if is_selected {
        ui.painter().rect_filled(rect, 4.0, colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.hover);
    }
    let font = FontId::new(12.0, FontFamily::Proportional);
    for (cell, (text, color)) in cells(rect, columns).zip(texts) {
        let mut job = egui::text::LayoutJob::simple_singleline(text.clone(), font.clone(), *color);
        job.wrap.max_width = cell.width() - space::S;
        job.wrap.max_rows = 1;
        job.wrap.break_anywhere = true;
        let galley = ui.painter().layout_job(job);
        let at = cell.left_center() - vec2(0.0, galley.size().y * 0.5);
        ui.painter().galley(at, galley, *color);
    }
    response
}

fn cells(rect: Rect, columns: &[Column]) -> impl Iterator<Item = Rect> {
    let total: f32 = columns.iter().map(|(_, share)| share).sum();
    let inner = rect.shrink2(vec2(space::M, 0.0));
    let mut left = inner.left();
    columns.iter().map(move |(_, share)| {
        let width = inner.width() * share / total;
        let cell = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        cell
    })
}
