//! Edges with their contracts, and the messages on them.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, Galley, Mesh, Pos2, Rect, Shape, StrokeKind, Vec2, vec2};
use flowbench_model::edge::EdgeKind;

use crate::gui::canvas::curve::Curve;
use crate::gui::canvas::ink::{Detail, Ink, TextInk};
use crate::gui::canvas::marks::{Hit, Marks};
use crate::gui::canvas::paint_nodes::{severity_color, trouble_sign};
use crate::gui::canvas::scene::{EdgeShape, Scene};
use crate::gui::canvas::strokes;
use crate::gui::canvas::traffic::{Dot, Traffic};
use crate::gui::theme::line;
use crate::gui::{fonts, icons};

/// Draws the visible edges; gives the place of each label on the screen, by index of the edge.
pub fn paint(ink: &Ink, scene: &Scene, traffic: &Traffic, marks: &Marks) -> Vec<(usize, Rect)> {
    let visible = ink.view.visible();
    let mut mesh = Mesh::default();
    let mut labeled = Vec::new();
    for (index, edge) in scene.edges.iter().enumerate() {
        if edge.curve.bounds().meets(&visible) {
            let color = color(ink, marks, index);
            paint_path(ink, &mut mesh, edge, color);
            labeled.push(index);
        }
    }
    for route in &scene.routes {
        if route.curve.bounds().meets(&visible) {
            let points = points(ink, &route.curve);
            let hue = if route.is_dead { ink.colors.dead_letter } else { ink.colors.edge };
            let color = hue.gamma_multiply(0.75);
            strokes::dashed(&mut mesh, &points, 1.5, color, (2.0, 4.0));
            head(ink, &mut mesh, &points, color);
        }
    }
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
    if ink.detail < Detail::Near {
        return Vec::new();
    }
    let mut taken: Vec<Rect> = scene
        .nodes
        .iter()
        .filter(|node| node.rect.meets(&visible))
        .map(|node| ink.view.screen_rect(node.rect))
        .collect();
    let mut places = Vec::new();
    for index in labeled {
        let edge = &scene.edges[index];
        let Some(label) = Label::of(ink, edge) else { continue };
        let rect = label.place(ink, &edge.curve, &taken);
        taken.push(rect);
        label.paint(ink, rect, (edge, color(ink, marks, index)));
        if let Some(trouble) = traffic.edge_troubles.get(index).copied().flatten() {
            let (icon, color) = trouble_sign(ink.colors, trouble);
            ink.badge(rect.left_top(), icon, color);
        }
        places.push((index, rect));
    }
    places
}

fn color(ink: &Ink, marks: &Marks, index: usize) -> Color32 {
    if marks.edge(index) || marks.hover == Some(Hit::Edge(index)) {
        ink.colors.accent
    } else {
        ink.colors.edge
    }
}

fn paint_path(ink: &Ink, mesh: &mut Mesh, edge: &EdgeShape, color: Color32) {
    let points = points(ink, &edge.curve);
    let width = ink.scaled(1.75).clamp(1.0, 2.5);
    match edge.kind {
        EdgeKind::Publish | EdgeKind::Subscribe => strokes::polyline(mesh, &points, width, color),
        EdgeKind::Bind => strokes::dashed(mesh, &points, width, color, (14.0, 4.0)),
        EdgeKind::Call => strokes::dashed(mesh, &points, width, color, (7.0, 4.0)),
    }
    head(ink, mesh, &points, color);
}

fn head(ink: &Ink, mesh: &mut Mesh, points: &[Pos2], color: Color32) {
    if let [.., before, tip] = points {
        let size = ink.scaled(9.0).clamp(4.0, 12.0);
        strokes::arrow_head(mesh, *tip, *tip - *before, size, color);
    }
}

/// The curve as points on the screen; as many as one can see.
fn points(ink: &Ink, curve: &Curve) -> Vec<Pos2> {
    let length = (ink.view.screen(curve.0[3]) - ink.view.screen(curve.0[0])).length();
    let pieces = ((length / 14.0) as usize).clamp(6, 28);
    (0..=pieces).map(|i| ink.view.screen(curve.at(i as f32 / pieces as f32))).collect()
}

/// Where on an edge its label may be, the best place first.
const ALONG: [f32; 11] = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8];

/// Names and signs in a box on an edge.
struct Label {
    rows: Vec<Arc<Galley>>,
    size: Vec2,
    margin: Vec2,
}

impl Label {
    /// What stands on an edge; nothing if it says nothing, or is far outside.
    fn of(ink: &Ink, edge: &EdgeShape) -> Option<Label> {
        let middle = ink.view.screen(edge.curve.at(0.5));
        let room = room(ink, &edge.curve);
        let rows = [pill_row(ink, edge), badge_row(ink, edge)].into_iter().flatten();
        let rows: Vec<_> = rows.map(|row| ink.painter.layout_job(cut(row, room))).collect();
        if rows.is_empty() || !ink.view.rect.expand(80.0).contains(middle) {
            return None;
        }
        let width = rows.iter().map(|row| row.size().x).fold(0.0, f32::max);
        let height: f32 = rows.iter().map(|row| row.size().y).sum();
        let margin = vec2(6.0, 2.0) * ink.view.camera.zoom;
        Some(Label { rows, size: vec2(width, height) + margin * 2.0, margin })
    }

    /// The place along the edge where it covers least of what is there already.
    fn place(&self, ink: &Ink, curve: &Curve, taken: &[Rect]) -> Rect {
        let mut best = (f32::INFINITY, Rect::NOTHING);
        for along in ALONG {
            let rect = Rect::from_center_size(ink.view.screen(curve.at(along)), self.size);
            let covers = |other: &Rect| rect.intersect(*other).area().max(0.0);
            let covered = taken.iter().filter(|it| it.intersects(rect)).map(covers).sum();
            if covered < best.0 {
                best = (covered, rect);
            }
            if covered <= 0.0 {
                break;
            }
        }
        best.1
    }

    fn paint(self, ink: &Ink, rect: Rect, (edge, border): (&EdgeShape, Color32)) {
        let stroke = line(1.0, if border == ink.colors.edge { ink.colors.border } else { border });
        ink.painter.rect(rect, ink.scaled(6.0), ink.colors.raised, stroke, StrokeKind::Inside);
        let mut top = rect.top() + self.margin.y;
        for row in self.rows {
            let at = Pos2::new(rect.center().x - row.size().x * 0.5, top);
            top += row.size().y;
            ink.painter.galley(at, row, ink.colors.text);
        }
        if let Some(severity) = edge.problem {
            let color = severity_color(ink.colors, severity);
            ink.sign(rect.right_top(), icons::severity(severity), color);
        }
    }
}

/// How wide a label may be: between two nodes beside each other, as wide as the gap.
fn room(ink: &Ink, curve: &Curve) -> f32 {
    let [start, .., end] = curve.0.map(|point| ink.view.screen(point));
    let is_level = (end.y - start.y).abs() < ink.scaled(48.0);
    let gap = end.x - start.x - ink.scaled(16.0);
    if is_level && gap > 0.0 { gap.max(ink.scaled(56.0)) } else { ink.scaled(200.0) }
}

/// One line, cut off with an ellipsis where it is too wide.
fn cut(mut job: LayoutJob, width: f32) -> LayoutJob {
    job.wrap.max_width = width;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    job
}

fn pill_row(ink: &Ink, edge: &EdgeShape) -> Option<LayoutJob> {
    let mut job = LayoutJob::default();
    for (number, pill) in edge.pills.iter().enumerate() {
        let space = if number == 0 { 0.0 } else { ink.scaled(8.0) };
        let color = match pill.message {
            Some(message) => ink.colors.message(message),
            None => ink.colors.muted,
        };
        let text = TextFormat::simple(ink.font(11.5, fonts::medium()), color);
        job.append(&pill.text, space, text);
    }
    (!edge.pills.is_empty()).then_some(job)
}

fn badge_row(ink: &Ink, edge: &EdgeShape) -> Option<LayoutJob> {
    let mut job = LayoutJob::default();
    for (number, badge) in edge.badges.iter().enumerate() {
        let space = if number == 0 { 0.0 } else { ink.scaled(8.0) };
        let is_dead_letter = badge.icon == icons::DEAD_LETTER;
        let color = if is_dead_letter { ink.colors.dead_letter } else { ink.colors.muted };
        job.append(badge.icon, space, TextFormat::simple(ink.font(13.0, fonts::icons()), color));
        if !badge.text.is_empty() {
            let font = ink.font(10.5, FontFamily::Proportional);
            job.append(&badge.text, ink.scaled(3.0), TextFormat::simple(font, color));
        }
    }
    (!edge.badges.is_empty()).then_some(job)
}

/// Draws the messages under way; gives the place of each on the screen, by index of the dot.
pub fn paint_dots(ink: &Ink, scene: &Scene, traffic: &Traffic) -> Vec<(usize, Pos2)> {
    let mut places = Vec::new();
    for (index, dot) in traffic.dots.iter().enumerate() {
        let at = place(ink, scene, dot);
        if ink.view.rect.contains(at) {
            paint_dot(ink, dot, at);
            places.push((index, at));
        }
    }
    places
}

/// Where a dot is on the screen.
fn place(ink: &Ink, scene: &Scene, dot: &Dot) -> Pos2 {
    let along = if dot.is_reply { 1.0 - dot.along } else { dot.along };
    ink.view.screen(scene.edges[dot.edge].curve.at(along))
}

fn paint_dot(ink: &Ink, dot: &Dot, at: Pos2) {
    let color = ink.colors.message(dot.message);
    let radius = ink.scaled(5.0).clamp(2.0, 7.0) + if dot.count > 1 { 1.5 } else { 0.0 };
    if dot.is_reply {
        ink.painter.circle(at, radius - 0.5, ink.colors.raised, line(1.5, color));
    } else {
        ink.painter.circle_filled(at, radius, color);
    }
    if dot.count > 1 && ink.detail == Detail::Near {
        let style = TextInk { font: ink.font(11.0, fonts::semi_bold()), color };
        let above = at - vec2(0.0, radius + 1.0);
        let text = format!("×{}", dot.count);
        ink.text((above, egui::Align2::CENTER_BOTTOM), &text, style, f32::INFINITY);
    }
}
