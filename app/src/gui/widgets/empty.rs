//! What a panel says while it has nothing to show.

use egui::{Align, Layout, RichText, Ui};

use crate::gui::fonts;
use crate::gui::icons::Icon;
use crate::gui::theme::{Colors, size, space};

/// An icon, a title and a sentence in the middle of what is left of a panel.
pub fn show(ui: &mut Ui, icon: Icon, title: &str, sentence: &str) {
    let colors = Colors::of(ui);
    let height = ui.available_height();
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space(((height - 84.0) * 0.4).clamp(space::S, 160.0));
        // A low panel has no room for ornaments.
        if height > 104.0 {
            let sign = RichText::new(icon).font(fonts::icon_font(size::ICON_LARGE));
            ui.label(sign.color(colors.faint));
        }
        ui.label(RichText::new(title).heading().color(colors.text));
        ui.label(RichText::new(sentence).color(colors.muted));
    });
}
