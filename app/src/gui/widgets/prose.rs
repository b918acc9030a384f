//! Sentences in which names stand between backticks, as findings and notices have them.

use egui::text::{LayoutJob, TextFormat};
use egui::{FontFamily, FontId, Ui};

use crate::gui::fonts;
use crate::gui::theme::Colors;

/// The sentence in type of this size, its names a little heavier and without the backticks.
#[must_use]
pub fn sentence(ui: &Ui, text: &str, size: f32) -> LayoutJob {
    let color = Colors::of(ui).text;
    let plain = FontId::new(size, FontFamily::Proportional);
    let name = FontId::new(size, fonts::semi_bold());
    let mut job = LayoutJob::default();
    for (index, part) in text.split('`').enumerate() {
        let font = if index % 2 == 0 { &plain } else { &name };
        job.append(part, 0.0, TextFormat::simple(font.clone(), color));
    }
    job
}
