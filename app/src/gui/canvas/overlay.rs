//! What lies under and over the graph: the grid of dots, the zoom buttons, the first words on an
//! empty canvas.

use std::sync::Arc;

use egui::{Align2, Area, FontFamily, FontId, Frame, Margin, Mesh, Order, Rect, Shape, Ui, vec2};

use flowbench_model::scenario::Scenario;

use crate::command::{Command, ViewCommand};
use crate::gui::canvas::ink::Ink;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons, words};
use crate::selection::Selection;

/// Height at the bottom of the canvas that the zoom buttons take away from it.
pub(super) const BAR: f32 = 28.0;

/// The ground with its grid; the grid is left out where its dots would run together.
pub(super) fn background(ink: &Ink) {
    let rect = ink.view.rect;
    ink.painter.rect_filled(rect, 0.0, ink.colors.canvas);
    let mut step = 24.0 * ink.view.camera.zoom;
    while step < 18.0 {
        step *= 4.0;
    }
    let origin = ink.view.screen(flowbench_model::design::Position(0.0, 0.0));
    let first = |origin: f32, edge: f32| edge + (origin - edge).rem_euclid(step);
    let mut mesh = Mesh::default();
    let mut y = first(origin.y, rect.top());
    while y < rect.bottom() {
        let mut x = first(origin.x, rect.left());
        while x < rect.right() {
            let dot = Rect::from_center_size(egui::pos2(x, y), vec2(1.5, 1.5));
            mesh.add_colored_rect(dot, ink.colors.grid);
            x += step;
        }
        y += step;
    }
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
}

/// Nearer, further, everything; and how near one is.
pub(super) fn zoom_buttons(ui: &Ui, canvas: Rect, zoom: f32, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    let corner = canvas.right_bottom() - vec2(space::M, space::M);
    Area::new(ui.scope_id().with("zoom"))
        .order(Order::Middle)
        .pivot(Align2::RIGHT_BOTTOM)
        .fixed_pos(corner)
        .constrain_to(canvas)
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(colors.raised)
                .stroke(line(1.0, colors.border))
                .corner_radius(f32::from(size::RADIUS_LARGE))
                .inner_margin(Margin::same(2))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 0.0;
                        buttons(ui, zoom, commands);
                    });
                });
        });
}

/// Says that what runs differs from what is drawn, where the scenario changes the design.
pub fn changes(ui: &Ui, canvas: Rect, scenario: &Scenario, commands: &mut Vec<Command>) {
    if scenario.changes.is_empty() {
        return;
    }
    let colors = Colors::of(ui);
    let count = words::count(scenario.changes.len() as u64, "change");
    let text = format!("{} runs with {count}", scenario.name);
    let lines = scenario.changes.iter().map(|it| format!("{} = {}", it.set, it.to));
    let list = lines.collect::<Vec<_>>().join("\n");
    Area::new(ui.scope_id().with("changes"))
        .order(Order::Middle)
        .fixed_pos(canvas.left_top() + vec2(space::M, space::M))
        .constrain_to(canvas)
        .show(ui.ctx(), |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            let frame = Frame::new().fill(colors.raised).stroke(line(1.0, colors.border));
            frame.corner_radius(f32::from(size::RADIUS_LARGE)).show(ui, |ui| {
                let tip = format!("The design is drawn as it stands; in this run\n{list}");
                if button::link(ui, icons::CHANGE, &text).on_hover_text(tip).clicked() {
                    commands.push(Command::select(Selection::Scenario(scenario.name.clone())));
                }
            });
        });
}

fn buttons(ui: &mut Ui, zoom: f32, commands: &mut Vec<Command>) {
    if button::icon(ui, icons::ZOOM_OUT, "Zoom out").clicked() {
        commands.push(ViewCommand::ZoomOut.into());
    }
    let percent = format!("{:.0}%", zoom * 100.0);
    let font = FontId::new(12.0, FontFamily::Proportional);
    let text = egui::RichText::new(percent).font(font).color(Colors::of(ui).muted);
    ui.add_sized(vec2(44.0, size::CONTROL), egui::Label::new(text));
    if button::icon(ui, icons::ZOOM_IN, "Zoom in").clicked() {
        commands.push(ViewCommand::ZoomIn.into());
    }
    if button::icon(ui, icons::FIT, "Zoom to fit").clicked() {
        commands.push(ViewCommand::ZoomToFit.into());
    }
}

/// What to do with an empty canvas.
pub(super) fn empty(ui: &Ui, canvas: Rect) {
    let colors = Colors::of(ui);
    let center = canvas.center();
    let painter = ui.painter_at(canvas);
    let icon = fonts::icon_font(40.0);
    let at = center - vec2(0.0, 44.0);
    painter.text(at, Align2::CENTER_CENTER, icons::DESIGN, icon, colors.faint);
    let title = FontId::new(16.0, fonts::semi_bold());
    painter.text(center, Align2::CENTER_CENTER, "An empty canvas", title, colors.text);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let lines = [
        "Double-click to add a producer, a channel or a consumer,",
        "or drag one from the palette. Drag from a node’s right edge to connect it.",
    ];
    for (number, text) in lines.into_iter().enumerate() {
        let at = center + vec2(0.0, 26.0 + number as f32 * 19.0);
        painter.text(at, Align2::CENTER_CENTER, text, font.clone(), colors.muted);
    }
}
