//! Which keys do what: the command table by menu, and what one does with the pointer.

use egui::{Align, Context, FontId, Frame, Grid, Id, Layout, Margin, RichText, ScrollArea, Ui};

use super::modal;
use crate::command_table::Menu;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons};

/// What one does on the canvas with pointer and keys.
const CANVAS: [(&str, &str); 9] = [
    ("Wheel, pinch", "Zoom at the pointer"),
    ("Middle drag, Alt drag", "Move the canvas"),
    ("Double-click", "Add a node, or rename one"),
    ("Drag from the right edge", "Draw an edge"),
    ("Drag on the ground", "Select a box"),
    ("Shift-click", "Add to the selection"),
    ("Arrow keys", "Go from node to node"),
    ("Tab", "Go to the next thing"),
    ("Right-click", "What can be done here"),
];

/// Draws the sheet; whether it stays open.
pub(super) fn ui(ctx: &Context) -> bool {
    let shown = modal(ctx, Id::unique("shortcuts"), 760.0, |ui| {
        let is_closed = head(ui);
        let height = (ui.ctx().content_rect().height() - 180.0).min(560.0);
        ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.columns(2, |columns| {
                    for menu in [Menu::File, Menu::Edit, Menu::Design, Menu::Help] {
                        table(&mut columns[0], menu.title(), &of_menu(menu));
                    }
                    let canvas = CANVAS.map(|(key, text)| (key.to_owned(), text));
                    table(&mut columns[0], "Canvas", &canvas);
                    for menu in [Menu::View, Menu::Bench] {
                        table(&mut columns[1], menu.title(), &of_menu(menu));
                    }
                });
            });
        is_closed
    });
    !(shown.inner || shown.should_close())
}

fn head(ui: &mut Ui) -> bool {
    ui.horizontal(|ui| {
        let font = FontId::new(16.0, fonts::semi_bold());
        ui.label(RichText::new("Keyboard shortcuts").font(font));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            button::icon(ui, icons::CLOSE, "Close").clicked()
        })
        .inner
    })
    .inner
}

fn of_menu(menu: Menu) -> Vec<(String, &'static str)> {
    menu.commands()
        .filter_map(|info| {
            let keys: Vec<String> = info.shortcuts.iter().map(ToString::to_string).collect();
            (!keys.is_empty()).then(|| (keys.join(" or "), info.text))
        })
        .collect()
}

fn table(ui: &mut Ui, title: &str, rows: &[(String, &str)]) {
    if rows.is_empty() {
        return;
    }
    let colors = Colors::of(ui);
    ui.add_space(space::S);
    let font = FontId::new(12.0, fonts::semi_bold());
    ui.label(RichText::new(title).font(font).color(colors.muted));
    Grid::new(title).num_columns(2).spacing([space::M, space::XS]).show(ui, |ui| {
        for (key, text) in rows {
            ui.label(*text);
            Frame::new()
                .fill(colors.sunken)
                .stroke(line(1.0, colors.border))
                .corner_radius(4.0)
                .inner_margin(Margin::symmetric(6, 1))
                .show(ui, |ui| {
                    ui.label(RichText::new(key).size(size::SMALL).color(colors.muted));
                });
            ui.end_row();
        }
    });
}
