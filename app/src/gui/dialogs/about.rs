//! What this program is.

use egui::{Context, FontId, Id, RichText};

use super::modal;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons};

/// Draws the dialog; whether it stays open.
pub(super) fn ui(ctx: &Context) -> bool {
    let shown = modal(ctx, Id::unique("about"), 380.0, |ui| {
        let colors = Colors::of(ui);
        ui.vertical_centered(|ui| {
            let sign = RichText::new(icons::DESIGN).font(fonts::icon_font(44.0));
            ui.label(sign.color(colors.accent));
            let font = FontId::new(size::HEAD, fonts::semi_bold());
            ui.label(RichText::new("Flowbench").font(font));
            let version = concat!("Version ", env!("CARGO_PKG_VERSION"));
            ui.label(RichText::new(version).color(colors.muted));
            ui.add_space(space::S);
            ui.label("Design event-driven architectures, and break them before production does.");
            ui.add_space(space::S);
            let license = "MIT or Apache-2.0. Inter and JetBrains Mono under the SIL Open Font \
                           License, Material Symbols under Apache-2.0.";
            ui.label(RichText::new(license).small().color(colors.muted));
            ui.add_space(space::M);
            button::labeled(ui, icons::CLOSE, "Close").clicked()
        })
        .inner
    });
    !(shown.inner || shown.should_close())
}
