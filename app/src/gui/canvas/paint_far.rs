//! A large graph from far away: blocks, straight lines and square dots in one mesh that needs no
//! tessellation.

use std::sync::Arc;

use egui::{Mesh, Rect, Shape, Vec2};

use crate::gui::canvas::ink::Ink;
use crate::gui::canvas::marks::Marks;
use crate::gui::canvas::paint_nodes::hue;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::strokes;
use crate::gui::canvas::traffic::{Traffic, Trouble};
use crate::gui::theme::tint;

/// Draws everything that is visible.
pub fn paint(ink: &Ink, scene: &Scene, traffic: &Traffic, marks: &Marks) {
    let mut mesh = Mesh::default();
    lines(ink, scene, marks, &mut mesh);
    dots(ink, scene, traffic, &mut mesh);
    blocks(ink, scene, traffic, marks, &mut mesh);
    ink.painter.add(Shape::Mesh(Arc::new(mesh)));
}

fn lines(ink: &Ink, scene: &Scene, marks: &Marks, mesh: &mut Mesh) {
    let visible = ink.view.visible();
    for (index, edge) in scene.edges.iter().enumerate() {
        let [start, .., end] = edge.curve.0;
        if !edge.curve.bounds().meets(&visible) {
            continue;
        }
        let color = if marks.edge(index) { ink.colors.accent } else { ink.colors.edge };
        strokes::thin_line(mesh, ink.view.screen(start), ink.view.screen(end), color);
    }
    for route in &scene.routes {
        let [start, .., end] = route.curve.0;
        let hue = if route.is_dead { ink.colors.dead_letter } else { ink.colors.edge };
        let color = hue.gamma_multiply(0.6);
        strokes::thin_line(mesh, ink.view.screen(start), ink.view.screen(end), color);
    }
}

fn dots(ink: &Ink, scene: &Scene, traffic: &Traffic, mesh: &mut Mesh) {
    for dot in &traffic.dots {
        let [start, .., end] = scene.edges[dot.edge].curve.0;
        let along = if dot.is_reply { 1.0 - dot.along } else { dot.along };
        let at = ink.view.screen(start).lerp(ink.view.screen(end), along);
        if ink.view.rect.contains(at) {
            let side = if dot.count > 1 { 4.5 } else { 3.0 };
            let square = Rect::from_center_size(at, Vec2::splat(side));
            mesh.add_colored_rect(square, ink.colors.message(dot.message));
        }
    }
}

fn blocks(ink: &Ink, scene: &Scene, traffic: &Traffic, marks: &Marks, mesh: &mut Mesh) {
    let visible = ink.view.visible();
    for (index, node) in scene.nodes.iter().enumerate() {
        if !node.rect.meets(&visible) {
            continue;
        }
        let rect = ink.view.screen_rect(node.rect);
        let trouble = traffic.loads.get(index).and_then(|load| load.trouble);
        let color = match trouble {
            Some(Trouble::Down) => ink.colors.error,
            _ => hue(ink.colors, node.look),
        };
        if marks.node(index) {
            mesh.add_colored_rect(rect.expand(2.5), ink.colors.accent);
        }
        mesh.add_colored_rect(rect, color);
        mesh.add_colored_rect(rect.shrink(1.0), tint(ink.colors.raised, color, 0.45));
        if let Some(load) = traffic.loads.get(index).filter(|load| load.waiting > 0) {
            let share = load.waiting as f32 / load.waiting_max.max(1) as f32;
            let mut fill = rect.shrink(1.0);
            fill.set_width(fill.width() * share);
            mesh.add_colored_rect(fill, color);
        }
    }
}
