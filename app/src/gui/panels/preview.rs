//! A design in miniature, for the cards of the gallery.

use egui::{Mesh, Painter, Rect, Shape, StrokeKind};
use flowbench_model::edge::EdgeKind;

use crate::gui::canvas::paint_nodes::hue;
use crate::gui::canvas::scene::{NodeLook, Scene};
use crate::gui::canvas::space::{Camera, View};
use crate::gui::canvas::strokes;
use crate::gui::theme::{Colors, line, tint};

/// Draws all of a placed scene into a rectangle.
pub fn paint(painter: &Painter, rect: Rect, scene: &Scene, colors: &'static Colors) {
    let Some(bounds) = scene.bounds() else { return };
    let camera = Camera::fitting(bounds.expanded(40.0), rect.size());
    let view = View { rect, camera };
    let mut mesh = Mesh::default();
    for edge in &scene.edges {
        let points: Vec<_> =
            (0..=12).map(|i| view.screen(edge.curve.at(i as f32 / 12.0))).collect();
        match edge.kind {
            EdgeKind::Publish | EdgeKind::Subscribe | EdgeKind::Bind => {
                strokes::polyline(&mut mesh, &points, 1.25, colors.edge);
            }
            EdgeKind::Call => strokes::dashed(&mut mesh, &points, 1.25, colors.edge, (4.0, 3.0)),
        }
    }
    for route in &scene.routes {
        let points: Vec<_> =
            (0..=12).map(|i| view.screen(route.curve.at(i as f32 / 12.0))).collect();
        let hue = if route.is_dead { colors.dead_letter } else { colors.edge };
        strokes::dashed(&mut mesh, &points, 1.0, hue, (2.0, 3.0));
    }
    painter.add(Shape::mesh(mesh));
    for node in &scene.nodes {
        let place = view.screen_rect(node.rect);
        let hue = hue(colors, node.look);
        let corner = match node.look {
            NodeLook::Channel | NodeLook::DeadLetterChannel => place.height() * 0.5,
            NodeLook::Producer | NodeLook::Consumer | NodeLook::Log | NodeLook::Router => 3.0,
        };
        let fill = tint(colors.raised, hue, 0.22);
        painter.rect(place, corner, fill, line(1.0, hue), StrokeKind::Inside);
    }
}
