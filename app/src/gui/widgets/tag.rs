//! Small marks beside a text.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Color32, CornerRadius, FontId, Frame, Galley, Margin, RichText, Ui};

use crate::gui::fonts;
use crate::gui::theme::{Colors, size, space, tint};
use crate::gui::widgets::prose;

/// A word in a tinted box.
pub fn show(ui: &mut Ui, text: &str, color: Color32) {
    let fill = tint(Colors::of(ui).raised, color, 0.14);
    Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(6, 1))
        .show(ui, |ui| {
            let font = FontId::new(size::SMALL, fonts::medium());
            ui.label(RichText::new(text).font(font).color(color));
        });
}

/// An icon in its hue.
pub fn icon(ui: &mut Ui, icon: &str, color: Color32) {
    ui.label(RichText::new(icon).font(fonts::icon_font(size::ICON)).color(color));
}

/// One line of text, cut off with an ellipsis where it is wider than there is room.
pub fn cut(ui: &Ui, text: &str, font: FontId, (color, room): (Color32, f32)) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = room;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    ui.painter().layout_job(job)
}

/// A sentence in small type behind its sign; names stand between backticks.
pub fn sentence(ui: &mut Ui, icon: &str, color: Color32, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS + space::HAIR;
        let font = fonts::icon_font(size::SMALL + 2.0);
        ui.label(RichText::new(icon).font(font).color(color));
        ui.add(egui::Label::new(prose::sentence(ui, text, size::SMALL)).wrap());
    });
}
