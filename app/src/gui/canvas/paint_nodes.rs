//! Nodes at a distance where one can read their names.

use egui::{
    Align2, Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2,
};

use crate::gui::canvas::ink::{Detail, Ink, TextInk};
use crate::gui::canvas::marks::{Hit, Marks};
use crate::gui::canvas::scene::{NodeLook, NodeShape, Scene};
use crate::gui::canvas::traffic::{Load, Traffic, Trouble};
use crate::gui::theme::{Colors, line, tint};
use crate::gui::{fonts, icons, words};
use flowbench_model::finding::Severity;

/// The hue of a node.
#[must_use]
pub fn hue(colors: &Colors, look: NodeLook) -> Color32 {
    match look {
        NodeLook::Producer => colors.producer,
        NodeLook::Channel | NodeLook::Log | NodeLook::Router => colors.channel,
        NodeLook::Consumer => colors.consumer,
        NodeLook::DeadLetterChannel => colors.dead_letter,
    }
}

/// Draws the visible nodes.
pub fn paint(ink: &Ink, scene: &Scene, traffic: &Traffic, marks: &Marks) {
    let visible = ink.view.visible().expanded(12.0);
    for (index, node) in scene.nodes.iter().enumerate() {
        if node.rect.meets(&visible) {
            let load = traffic.loads.get(index);
            paint_node(ink, node, load, &state(marks, index));
        }
    }
}

/// How a node is marked.
struct State {
    is_selected: bool,
    is_hovered: bool,
    /// While an edge is drawn: whether it may end here.
    is_target: Option<bool>,
}

fn state(marks: &Marks, index: usize) -> State {
    State {
        is_selected: marks.node(index),
        is_hovered: matches!(marks.hover, Some(Hit::Node(n) | Hit::Port(n)) if n == index),
        is_target: marks.targets.as_ref().map(|targets| targets[index]),
    }
}

fn paint_node(ink: &Ink, node: &NodeShape, load: Option<&Load>, state: &State) {
    let rect = ink.view.screen_rect(node.rect);
    let hue = hue(ink.colors, node.look);
    let trouble = load.and_then(|load| load.trouble);
    paint_body(ink, node, rect, trouble, state);
    let fade = if state.is_target == Some(false) { 0.4 } else { 1.0 };
    match ink.detail {
        Detail::Near => paint_content(ink, node, rect, load, hue.gamma_multiply(fade)),
        Detail::Middle | Detail::Far => paint_name(ink, node, rect, hue),
    }
    if let Some(trouble) = trouble {
        let (icon, color) = trouble_sign(ink.colors, trouble);
        ink.badge(rect.left_top() + vec2(6.0, 2.0) * ink.view.camera.zoom, icon, color);
    }
    if let Some(severity) = node.problem {
        let color = severity_color(ink.colors, severity);
        let corner = rect.right_top() + vec2(-10.0, 2.0) * ink.view.camera.zoom;
        ink.sign(corner, icons::severity(severity), color);
    }
    if state.is_hovered || state.is_selected {
        paint_port(ink, rect);
    }
}

fn paint_body(ink: &Ink, node: &NodeShape, rect: Rect, trouble: Option<Trouble>, state: &State) {
    let colors = ink.colors;
    let hue = hue(colors, node.look);
    let corners = silhouette(ink, node.look, rect);
    let fill = match (trouble, state.is_target) {
        (Some(Trouble::Down), _) => tint(colors.raised, colors.error, 0.16),
        (_, Some(false)) => colors.canvas,
        _ => tint(colors.raised, hue, 0.05),
    };
    let halo = Stroke::new(ink.scaled(4.0).clamp(2.0, 5.0), colors.accent.gamma_multiply(0.3));
    if state.is_selected && node.look != NodeLook::Router {
        ink.painter.rect_stroke(rect, corners, halo, StrokeKind::Outside);
    }
    let border = match state {
        State { is_target: Some(true), .. } => line(2.0, colors.ok),
        State { is_selected: true, .. } => line(2.0, colors.accent),
        State { is_hovered: true, .. } => line(1.5, hue),
        State { .. } => line(1.0, tint(colors.border_strong, hue, 0.5)),
    };
    if node.look == NodeLook::Router {
        if state.is_selected {
            ink.painter.add(Shape::closed_line(hexagon(rect.expand(halo.width * 0.5)), halo));
        }
        ink.painter.add(Shape::convex_polygon(hexagon(rect.shrink(0.5)), fill, border));
    } else {
        ink.painter.rect(rect, corners, fill, border, StrokeKind::Inside);
    }
    if node.look == NodeLook::Log {
        paint_segments(ink, rect, line(1.0, tint(colors.border_strong, hue, 0.5)));
    }
    if let Some(trouble) = trouble {
        let (_, color) = trouble_sign(colors, trouble);
        let inset = rect.shrink2(vec2(ink.scaled(4.0), 1.0));
        ink.stripes(inset, color.gamma_multiply(0.13));
    }
}

/// Pointed at both ends: what comes in goes on.
fn hexagon(rect: Rect) -> Vec<Pos2> {
    let point = rect.height() * 0.3;
    let [left, right] = [rect.left() + point, rect.right() - point];
    let (top, bottom) = (rect.top(), rect.bottom());
    let [start, end] = [rect.left_center(), rect.right_center()];
    vec![start, pos2(left, top), pos2(right, top), end, pos2(right, bottom), pos2(left, bottom)]
}

/// The end of a log: pages, one after the other.
fn paint_segments(ink: &Ink, rect: Rect, stroke: Stroke) {
    for step in 1..=3 {
        let x = rect.right() - ink.scaled(5.0) * step as f32;
        ink.painter.vline(x, rect.y_range().shrink(1.0), stroke);
    }
}

/// Producers point where their messages go, queues and topics are capsules, logs have sharp
/// corners, consumers are boxes. Routers are hexagons, drawn apart.
fn silhouette(ink: &Ink, look: NodeLook, rect: Rect) -> CornerRadius {
    let small = ink.scaled(8.0).round().clamp(2.0, 24.0) as u8;
    let round = (rect.height() * 0.5).min(127.0) as u8;
    match look {
        NodeLook::Producer => CornerRadius { nw: small, sw: small, ne: round, se: round },
        NodeLook::Channel | NodeLook::DeadLetterChannel => CornerRadius::same(round),
        NodeLook::Consumer => CornerRadius::same(small),
        NodeLook::Log | NodeLook::Router => CornerRadius::same(2),
    }
}

fn paint_name(ink: &Ink, node: &NodeShape, rect: Rect, hue: Color32) {
    let inset = rect.height() * 0.2;
    let bar = Rect::from_min_size(
        rect.left_center() + vec2(inset, -rect.height() * 0.22),
        vec2(3.0, rect.height() * 0.44),
    );
    ink.painter.rect_filled(bar, 1.5, hue);
    let style = TextInk { font: ink.font(17.0, fonts::medium()), color: ink.colors.text };
    let width = rect.width() - inset * 2.0 - 10.0;
    let at = pos2(bar.right() + 5.0, rect.center().y);
    ink.text((at, Align2::LEFT_CENTER), &node.name, style, width);
}

fn paint_content(ink: &Ink, node: &NodeShape, rect: Rect, load: Option<&Load>, hue: Color32) {
    let zoom = ink.view.camera.zoom;
    let side = 32.0 * zoom;
    let tile =
        Rect::from_center_size(rect.left_center() + vec2(27.0 * zoom, 0.0), Vec2::splat(side));
    let corner = match node.look {
        NodeLook::Channel | NodeLook::DeadLetterChannel => side * 0.5,
        NodeLook::Producer | NodeLook::Consumer => 7.0 * zoom,
        NodeLook::Log => 3.0 * zoom,
        NodeLook::Router => side * 0.5,
    };
    ink.painter.rect_filled(tile, corner, tint(ink.colors.raised, hue, 0.16));
    ink.icon(tile.center(), node.icon, 20.0 * zoom, hue);
    let left = tile.right() + 8.0 * zoom;
    let end = match node.look {
        NodeLook::Log => 18.0,
        NodeLook::Router => 12.0,
        NodeLook::Producer
        | NodeLook::Channel
        | NodeLook::Consumer
        | NodeLook::DeadLetterChannel => 10.0,
    };
    let width = rect.right() - left - end * zoom;
    let title_y = if load.is_some() { -15.0 } else { -9.0 };
    let row = |y: f32| pos2(left, rect.center().y + y * zoom);
    let style = TextInk { font: ink.font(14.0, fonts::semi_bold()), color: ink.colors.text };
    ink.text((row(title_y), Align2::LEFT_CENTER), &node.name, style, width);
    let style =
        TextInk { font: ink.font(11.5, egui::FontFamily::Proportional), color: ink.colors.muted };
    ink.text((row(title_y + 17.0), Align2::LEFT_CENTER), &node.subtitle, style, width);
    if let Some(load) = load {
        // The lower corner of a capsule is further in.
        let inset = if corner > 8.0 * zoom { 10.0 * zoom } else { 0.0 };
        let place = Rect::from_min_size(row(13.0), vec2(width - inset, 8.0 * zoom));
        paint_load(ink, node, load, place, hue);
    }
}

/// What waits in a channel, what is in work in a consumer.
fn paint_load(ink: &Ink, node: &NodeShape, load: &Load, place: Rect, hue: Color32) {
    match node.look {
        // A router keeps nothing, so there is nothing to gauge.
        NodeLook::Producer | NodeLook::Router => {}
        NodeLook::Channel | NodeLook::Log | NodeLook::DeadLetterChannel => {
            paint_gauge(ink, load, place, hue);
        }
        NodeLook::Consumer => paint_slots(ink, node.slots, load, place, hue),
    }
}

fn paint_gauge(ink: &Ink, load: &Load, place: Rect, hue: Color32) {
    let text = words::grouped(load.waiting);
    let color = if load.waiting > 0 { ink.colors.text } else { ink.colors.faint };
    let style = TextInk { font: ink.font(11.0, fonts::medium()), color };
    let label = ink.text((place.right_center(), Align2::RIGHT_CENTER), &text, style, place.width());
    let mut track = place.shrink2(vec2(0.0, place.height() * 0.15));
    track.max.x = label.left() - ink.scaled(6.0);
    let radius = track.height() * 0.5;
    ink.painter.rect_filled(track, radius, tint(ink.colors.raised, hue, 0.18));
    let share = load.waiting as f32 / load.waiting_max.max(1) as f32;
    if load.waiting > 0 {
        let mut fill = track;
        fill.set_width((track.width() * share).max(track.height()));
        ink.painter.rect_filled(fill, radius, hue);
    }
}

fn paint_slots(ink: &Ink, slots: u32, load: &Load, place: Rect, hue: Color32) {
    let mut free = place;
    if load.failed > 0 {
        let text = format!("{} failed", words::grouped(load.failed));
        let style = TextInk { font: ink.font(11.0, fonts::medium()), color: ink.colors.error };
        let at = (place.right_center(), Align2::RIGHT_CENTER);
        free.max.x = ink.text(at, &text, style, place.width()).left() - ink.scaled(6.0);
    }
    let (side, gap) = (place.height(), ink.scaled(3.0));
    if slots as f32 * (side + gap) - gap > free.width() {
        return paint_share_of_slots(ink, slots, load, free, hue);
    }
    for slot in 0..slots {
        let corner = place.min + vec2(slot as f32 * (side + gap), 0.0);
        let square = Rect::from_min_size(corner, Vec2::splat(side));
        let is_busy = slot < load.in_work;
        let fill = if is_busy { hue } else { tint(ink.colors.raised, hue, 0.18) };
        ink.painter.rect_filled(square, ink.scaled(2.0), fill);
    }
}

/// Where there is no room for a square for each slot: a bar for all of them, and numbers.
fn paint_share_of_slots(ink: &Ink, slots: u32, load: &Load, free: Rect, hue: Color32) {
    let text = format!("{}/{slots}", load.in_work);
    let style = TextInk { font: ink.font(11.0, fonts::medium()), color: ink.colors.muted };
    let at = (free.left_center(), Align2::LEFT_CENTER);
    let label = ink.text(at, &text, style, free.width());
    let track = free.with_min_x(label.right() + ink.scaled(6.0)).shrink2(vec2(0.0, 1.0));
    if track.width() > 2.0 * track.height() {
        let radius = track.height() * 0.5;
        ink.painter.rect_filled(track, radius, tint(ink.colors.raised, hue, 0.18));
        let share = (load.in_work as f32 / slots.max(1) as f32).min(1.0);
        if load.in_work > 0 {
            let width = (track.width() * share).max(track.height());
            ink.painter.rect_filled(track.with_max_x(track.left() + width), radius, hue);
        }
    }
}

fn paint_port(ink: &Ink, rect: Rect) {
    let center = port(rect);
    let radius = ink.scaled(6.0).clamp(4.0, 9.0);
    ink.painter.circle(center, radius, ink.colors.raised, line(1.5, ink.colors.accent));
    ink.painter.circle_filled(center, radius * 0.4, ink.colors.accent);
}

/// Where an edge is drawn from, given the node's place on the screen.
#[must_use]
pub fn port(rect: Rect) -> Pos2 {
    rect.right_center()
}

/// The sign of a fault.
#[must_use]
pub fn trouble_sign(colors: &Colors, trouble: Trouble) -> (icons::Icon, Color32) {
    match trouble {
        Trouble::Down => (icons::DOWN, colors.error),
        Trouble::Slow => (icons::SLOW, colors.warn),
        Trouble::Failing => (icons::FAILING, colors.error),
        Trouble::Poison => (icons::POISON, colors.dead_letter),
        Trouble::Loss => (icons::LOSS, colors.error),
        Trouble::Delay => (icons::LATENCY, colors.warn),
        Trouble::Duplication => (icons::DUPLICATION, colors.warn),
    }
}

/// The color of a severity.
#[must_use]
pub fn severity_color(colors: &Colors, severity: Severity) -> Color32 {
    match severity {
        Severity::Error => colors.error,
        Severity::Warning => colors.warn,
        Severity::Info => colors.accent,
    }
}
