//! What lies between the design and another version of it, over the graph: a letter and a hue for
//! each thing that is new, changed, renamed, gone or hurt; and a legend.

use std::sync::Arc;

use egui::{Align2, Color32, FontFamily, FontId, Mesh, Pos2, Rect, Shape, StrokeKind, pos2, vec2};
use flowbench_model::finding::Place;

use crate::differences::{Manner, Marks};
use crate::gui::canvas::curve::Curve;
use crate::gui::canvas::ink::{Detail, Ink, TextInk};
use crate::gui::canvas::scene::{NODE, Scene};
use crate::gui::canvas::space::WorldRect;
use crate::gui::canvas::strokes;
use crate::gui::fonts;
use crate::gui::theme::{Colors, line, size, space, tint};

/// What a thing is marked with: a letter, and a word for the legend.
const NEW: (&str, &str) = ("+", "new");
const CHANGED: (&str, &str) = ("~", "changed");
const RENAMED: (&str, &str) = (">", "renamed");
const GONE: (&str, &str) = ("−", "gone");
const HURT: (&str, &str) = ("!", "hurt");

fn mark(colors: &Colors, manner: Manner) -> (&'static str, Color32) {
    match manner {
        Manner::New => (NEW.0, colors.ok),
        Manner::Changed => (CHANGED.0, colors.warn),
        Manner::Renamed => (RENAMED.0, colors.accent),
    }
}

/// Draws the marks over a scene.
pub fn paint(ink: &Ink, scene: &Scene, marks: &Marks) {
    let colors = ink.colors;
    for (name, position) in &marks.gone_nodes {
        gone_node(ink, WorldRect::around(*position, NODE), name);
    }
    for name in &marks.gone_edges {
        let end = |name: &str| match scene.node(name) {
            Some(node) => Some(scene.nodes[node].rect),
            None => marks.gone_nodes.get(name).map(|at| WorldRect::around(*at, NODE)),
        };
        if let (Some(from), Some(to)) = (end(&name.from), end(&name.to)) {
            gone_edge(ink, &Curve::between(&from, &to));
        }
    }
    for edge in &scene.edges {
        let manner = marks.edges.get(&edge.name).map(|manner| mark(colors, *manner));
        let is_hurt = marks.hurt.contains(&Place::Edge(edge.name.clone()));
        let mark = if is_hurt { Some((HURT.0, colors.error)) } else { manner };
        if let Some((letter, color)) = mark {
            over_edge(ink, &edge.curve, color);
            // Beside the label, which stands in the middle.
            badge(ink, ink.view.screen(edge.curve.at(0.16)), letter, color);
        }
    }
    for node in &scene.nodes {
        let manner = marks.nodes.get(&node.name).map(|manner| mark(colors, *manner));
        let is_hurt = marks.hurt.contains(&Place::Node(node.name.clone()));
        let mark = if is_hurt { Some((HURT.0, colors.error)) } else { manner };
        if let Some((letter, color)) = mark {
            let rect = ink.view.screen_rect(node.rect).expand(ink.scaled(5.0).max(3.0));
            let stroke = line(ink.scaled(2.5).clamp(1.5, 3.0), color);
            ink.painter.rect_stroke(rect, ink.scaled(12.0), stroke, StrokeKind::Middle);
            badge(ink, rect.left_bottom() + vec2(1.0, -1.0), letter, color);
        }
    }
}

fn gone_node(ink: &Ink, rect: WorldRect, name: &str) {
    let rect = ink.view.screen_rect(rect);
    if !rect.intersects(ink.view.rect) {
        return;
    }
    let color = ink.colors.error;
    let fill = tint(ink.colors.canvas, color, 0.06);
    ink.painter.rect_filled(rect, ink.scaled(8.0), fill);
    let [a, b, c, d] = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()];
    let mut mesh = Mesh::default();
    strokes::dashed(&mut mesh, &[a, b, c, d, a], 1.5, color, (5.0, 4.0));
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
    if ink.detail > Detail::Far {
        let style = TextInk { font: ink.font(13.0, fonts::medium()), color };
        let width = rect.width() - ink.scaled(20.0);
        ink.text((rect.center(), Align2::CENTER_CENTER), name, style, width);
    }
    badge(ink, rect.left_bottom(), GONE.0, color);
}

fn gone_edge(ink: &Ink, curve: &Curve) {
    let mut mesh = Mesh::default();
    let color = ink.colors.error.gamma_multiply(0.8);
    strokes::dashed(&mut mesh, &points(ink, curve), 1.75, color, (5.0, 5.0));
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
    badge(ink, ink.view.screen(curve.at(0.5)), GONE.0, ink.colors.error);
}

fn over_edge(ink: &Ink, curve: &Curve, color: Color32) {
    let mut mesh = Mesh::default();
    let width = ink.scaled(6.0).clamp(3.0, 8.0);
    strokes::polyline(&mut mesh, &points(ink, curve), width, color.gamma_multiply(0.35));
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
}

fn points(ink: &Ink, curve: &Curve) -> Vec<Pos2> {
    (0..=20).map(|i| ink.view.screen(curve.at(i as f32 / 20.0))).collect()
}

fn badge(ink: &Ink, center: Pos2, letter: &str, color: Color32) {
    let radius = ink.scaled(9.0).clamp(6.0, 11.0);
    sign(ink, center, (letter, color), radius);
}

fn sign(ink: &Ink, center: Pos2, (letter, color): (&str, Color32), radius: f32) {
    ink.painter.circle_filled(center, radius + 1.5, ink.colors.canvas);
    ink.painter.circle_filled(center, radius, color);
    let font = FontId::new(radius * 1.7, FontFamily::Monospace);
    ink.painter.text(center, Align2::CENTER_CENTER, letter, font, ink.colors.raised);
}

/// Says what the letters mean, at the bottom left.
pub fn legend(ink: &Ink) {
    let colors = ink.colors;
    let entries = [
        (NEW, colors.ok),
        (CHANGED, colors.warn),
        (RENAMED, colors.accent),
        (GONE, colors.error),
        (HURT, colors.error),
    ];
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    let words = entries.map(|((_, word), color)| {
        (ink.painter.layout_no_wrap(word.to_owned(), font.clone(), colors.text), color)
    });
    let width: f32 = words.iter().map(|(word, _)| word.size().x + 30.0).sum();
    let corner = ink.view.rect.left_bottom() + vec2(space::M, -space::M);
    let rect =
        Rect::from_min_max(pos2(corner.x, corner.y - 28.0), pos2(corner.x + width + 6.0, corner.y));
    let frame = line(1.0, colors.border);
    ink.painter.rect(rect, f32::from(size::RADIUS_LARGE), colors.raised, frame, StrokeKind::Inside);
    let mut x = rect.left() + 14.0;
    for (((letter, _), _), (word, color)) in entries.into_iter().zip(words) {
        sign(ink, pos2(x, rect.center().y), (letter, color), 7.0);
        let at = pos2(x + 11.0, rect.center().y - word.size().y * 0.5);
        x += word.size().x + 30.0;
        ink.painter.galley(at, word, colors.text);
    }
}
