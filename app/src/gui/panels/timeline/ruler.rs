//! The ruler: ticks, the stretch before statistics count, and the cursor that scrubs.

use egui::{
    Align2, CursorIcon, EventFilter, FontFamily, FontId, Id, Key, Rangef, Rect, Response, Sense,
    Shape, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::time::Time;

use super::axis::Axis;
use crate::command::{BenchCommand, Command};
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::{clock, fonts, icons};
use crate::session::Session;

/// Height of ruler and density together.
pub(super) const HEIGHT: f32 = 52.0;
const TICKS: f32 = 22.0;

/// The identity of the ruler, which takes arrows, Home and End while it has the keyboard.
#[must_use]
pub fn ruler_id() -> Id {
    Id::unique("time ruler")
}

/// Where the density stands.
pub(super) fn density_range(rect: Rect) -> Rangef {
    Rangef::new(rect.top() + TICKS, rect.bottom() - space::HAIR)
}

/// Draws the ruler and lets it be scrubbed.
pub(super) fn show(
    ui: &mut Ui,
    axis: &Axis,
    rect: Rect,
    session: &Session,
    commands: &mut Vec<Command>,
) {
    let field =
        Rect::from_x_y_ranges(axis.left - space::S..=axis.right() + space::S, rect.y_range());
    let response = ui.interact(field, ruler_id(), Sense::click_and_drag());
    let position = session.bench.position;
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(true, position.as_secs_f64(), "Position in time");
        info.current_text_value = Some(clock::exact(position));
        info
    });
    paint(ui, axis, rect, session);
    if let Some(pointer) = response.interact_pointer_pos()
        && (response.dragged() || response.clicked() || response.drag_started())
    {
        response.request_focus();
        let time = axis.round_time(pointer.x);
        if time != position {
            commands.push(BenchCommand::SeekTo(time).into());
        }
    }
    keys(ui, &response, commands);
    if response.has_focus() {
        let under = rect.with_min_y(rect.top() + TICKS - 1.0).with_max_y(rect.top() + TICKS + 1.0);
        let under = under.with_min_x(axis.left).with_max_x(axis.right());
        ui.painter().rect_filled(under, 0.0, Colors::of(ui).accent);
    }
    response.on_hover_cursor(CursorIcon::ResizeHorizontal);
}

fn keys(ui: &Ui, response: &Response, commands: &mut Vec<Command>) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    for (key, command) in [
        (Key::ArrowRight, BenchCommand::StepEvent),
        (Key::ArrowLeft, BenchCommand::StepBack),
        (Key::Home, BenchCommand::SeekStart),
        (Key::End, BenchCommand::SeekEnd),
    ] {
        if pressed(key) {
            commands.push(command.into());
        }
    }
}

fn paint(ui: &Ui, axis: &Axis, rect: Rect, session: &Session) {
    let colors = Colors::of(ui);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let floor = rect.top() + TICKS;
    painter.hline(axis.left..=rect.right(), floor, line(1.0, colors.border));
    painter.hline(rect.x_range(), rect.bottom(), line(1.0, colors.border));
    if let Some(recording) = &session.bench.recording {
        let warm_up = axis.x(recording.plan().warm_up.0).clamp(axis.left, axis.right());
        let shade = Rect::from_x_y_ranges(axis.left..=warm_up, density_range(rect));
        painter.rect_filled(shade, 0.0, tint(colors.panel, colors.faint, 0.18));
    }
    let step = axis.step();
    let font = FontId::new(size::SMALL - 1.0, FontFamily::Monospace);
    for ns in axis.ticks(step) {
        let x = axis.x(ns);
        if (axis.left - 1.0..=axis.right() + 1.0).contains(&x) {
            painter.vline(x, floor - 6.0..=floor, line(1.0, colors.border_strong));
            let text = clock::tick(ns, step);
            let at = pos2(x, rect.top() + space::HAIR);
            painter.text(at, Align2::CENTER_TOP, text, font.clone(), colors.muted);
        }
    }
    let minor = step / 5;
    for ns in axis.ticks(minor.max(1)) {
        let x = axis.x(ns);
        if (axis.left..=axis.right()).contains(&x) {
            painter.vline(x, floor - 3.0..=floor, line(1.0, colors.border));
        }
    }
}

/// Marks the instant from which on a fork is a run of its own.
pub(super) fn fork(ui: &Ui, axis: &Axis, rect: Rect, at: Time) {
    let x = axis.x(at.0);
    if !(axis.left - 1.0..=axis.right() + 1.0).contains(&x) {
        return;
    }
    let colors = Colors::of(ui);
    let ends = [pos2(x, rect.top() + TICKS), pos2(x, rect.bottom())];
    ui.painter().extend(Shape::dashed_line(&ends, line(1.0, colors.muted), 3.0, 4.0));
    let (place, font) =
        (pos2(x + space::M, rect.bottom() - space::M), fonts::icon_font(size::ICON));
    ui.painter().text(place, Align2::CENTER_CENTER, icons::FORK, font, colors.muted);
}

/// Draws the cursor over everything.
pub(super) fn cursor(ui: &Ui, axis: &Axis, rect: Rect, position: Time) {
    let x = axis.x(position.0);
    if !(axis.left - 1.0..=axis.right() + 1.0).contains(&x) {
        return;
    }
    let accent = Colors::of(ui).accent;
    let floor = rect.top() + TICKS;
    ui.painter().vline(x, floor..=rect.bottom(), line(1.5, accent));
    let head =
        [vec2(-6.0, -9.0), vec2(6.0, -9.0), vec2(6.0, -4.0), vec2(0.0, 2.0), vec2(-6.0, -4.0)];
    let points = head.iter().map(|corner| pos2(x, floor) + *corner).collect();
    ui.painter().add(Shape::convex_polygon(points, accent, egui::Stroke::NONE));
}
